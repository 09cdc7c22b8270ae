/** What stands between the words of a file's name. */
const GAP = /[\s._+@()-]/;
/** A name of more words than that is prose; what lies further on is not looked at. */
const WORDS = 24;

/**
 * All spans of whole words of a text, the longest first: `df-node-a` → `df-node-a`, `df-node`, `node-a`, `node`, …. To
 * look up which of many known names a file is named for, without trying them all.
 */
export function wordSpans(text: string): readonly string[] {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at <= text.length && ends.length < WORDS; at++) {
    const isGap = at === text.length || GAP.test(text[at] ?? '');
    if (isGap && at > 0 && !GAP.test(text[at - 1] ?? '')) ends.push(at);
    if (!isGap && (at === 0 || GAP.test(text[at - 1] ?? ''))) starts.push(at);
  }
  return starts
    .flatMap((start) => ends.filter((end) => end > start).map((end) => text.slice(start, end)))
    .toSorted((a, b) => b.length - a.length);
}
