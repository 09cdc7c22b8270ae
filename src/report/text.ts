/** Text helpers that every report shares: strings from bundles are hostile, and lines have an end. */

/** One line of plain text: no control or direction-changing characters, no line breaks, white space folded. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}

/** Text of several lines: control and direction-changing characters go, line breaks and columns stay. */
export function lines(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g, ' ')
    .replaceAll(/[\u2028\u2029]/g, '\n')
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '');
}

/** Lone surrogates, which have no encoding, become U+FFFD. */
export const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** Breaks at spaces; words longer than the width are cut hard. `first` and `rest` are put before the lines. */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (let word of text.split(' ')) {
    while (word.length > 0) {
      const room = width - line.length - (empty ? 0 : 1);
      if (word.length <= room) {
        line += empty ? word : ` ${word}`;
        empty = false;
        word = '';
      } else if (empty) {
        lines.push(line + word.slice(0, Math.max(room, 1)));
        word = word.slice(Math.max(room, 1));
        line = rest;
      } else {
        lines.push(line);
        line = rest;
        empty = true;
      }
    }
  }
  if (!empty || lines.length === 0) lines.push(line);
  return lines;
}

/** The first `most` lines of `wrap`; what is cut away ends in "…". */
export function wrapCut(text: string, width: number, most: number, first = '', rest = first): string[] {
  const all = wrap(text, width, first, rest);
  if (all.length <= most) return all;
  const last = all[most - 1] ?? '';
  return [...all.slice(0, most - 1), `${last.slice(0, width - 2).trimEnd()} …`];
}
