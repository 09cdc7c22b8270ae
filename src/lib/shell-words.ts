/** Command lines cut into words and operators, as a POSIX shell would, and words written so that it takes them as one. */

export interface ShellToken {
  readonly text: string;
  /** `|`, `;`, `&&`, `||`, `&`, `>`, `2>` …; false for a word, also for a quoted operator. */
  readonly operator: boolean;
}

const OPERATOR = /(?:&>>?|\d?>>?(?:&\d)?|<<?<?|\|\||&&|\|&?|;|&)/y;

/**
 * Words and operators of one line. Quotes and backslashes are resolved, variables are left as they stand, a comment
 * ends the line. An unclosed quote reaches to the end: people paste half lines.
 */
export function shellWords(line: string): readonly ShellToken[] {
  const tokens: ShellToken[] = [];
  let word: string | undefined;
  const end = (): void => {
    if (word !== undefined) tokens.push({ text: word, operator: false });
    word = undefined;
  };
  for (let i = 0; i < line.length;) {
    const c = line[i] ?? '';
    if (c === ' ' || c === '\t') {
      end();
      i++;
    } else if (c === "'" || c === '"') {
      let close = i + 1;
      let text = '';
      while (close < line.length && line[close] !== c) {
        if (c === '"' && line[close] === '\\' && close + 1 < line.length) close++;
        text += line[close];
        close++;
      }
      word = (word ?? '') + text;
      i = close + 1;
    } else if (c === '\\') {
      word = (word ?? '') + (line[i + 1] ?? '');
      i += 2;
    } else if (c === '#' && word === undefined) {
      break;
    } else {
      OPERATOR.lastIndex = i;
      // A digit is a file descriptor only at the start of a word (`2>` against `pod2`).
      const operator = /\d/.test(c) && word !== undefined ? null : OPERATOR.exec(line);
      if (operator !== null) {
        end();
        tokens.push({ text: operator[0], operator: true });
        i += operator[0].length;
      } else {
        word = (word ?? '') + c;
        i++;
      }
    }
  }
  end();
  return tokens;
}

/** The text as one word of a command line: quoted where a shell would read it otherwise. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
