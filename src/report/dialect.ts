/**
 * Markups of tickets behind one interface. `text` and `code` take hostile strings and give markup; everything else
 * takes markup. Nothing from a bundle can leave its place, ping somebody or become a link.
 */
import { lines, plain, wrap } from './text.ts';

export interface Dialect {
  readonly text: (hostile: string) => string;
  readonly code: (hostile: string) => string;
  readonly strong: (markup: string) => string;
  readonly heading: (level: 1 | 2 | 3, markup: string) => readonly string[];
  readonly block: (hostile: readonly string[], language?: string) => readonly string[];
  readonly bullet: (markup: string, below?: readonly string[]) => readonly string[];
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => readonly string[];
  /** Whether a mermaid block is drawn. */
  readonly mermaid: boolean;
}

/** Lines of one quote: a stack trace is told by its head. */
const BLOCK_LINES = 30;
const blockLines = (hostile: readonly string[]): string[] => {
  const all = hostile.flatMap((text) => lines(text).split('\n'));
  return all.length <= BLOCK_LINES ? all : [...all.slice(0, BLOCK_LINES), `… ${all.length - BLOCK_LINES} more lines`];
};

/** Trackers act on these after they have rendered the markup, so an escape does not stop them; a character between does. */
const defuse = (text: string): string =>
  text
    .replaceAll(/([@#!$~%])(?=[\p{L}\p{N}"_[])/gu, '$1\u200b')
    .replaceAll('://', ':\u200b//')
    .replaceAll(/\b(www)\./gi, '$1\u200b.')
    .replaceAll(/\b(GH|mailto|[A-Z][A-Z0-9]{1,9})([-:])(?=[\p{L}\p{N}])/gu, '$1$2\u200b');

const longestTicks = (texts: readonly string[]): number =>
  texts.reduce((most, text) => [...text.matchAll(/`+/g)].reduce((m, [ticks]) => Math.max(m, ticks.length), most), 0);

function markdown(): Dialect {
  const cell = (markup: string): string => markup.replaceAll(/(?<!\\)\|/g, '\\|');
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return {
    text: (hostile) =>
      defuse(plain(hostile))
        .replaceAll('&', '&amp;\u200b')
        .replaceAll(/[\\`*_{}[\]<>|#~$]/g, (c) => `\\${c}`),
    code: (hostile) => {
      const inside = plain(hostile);
      const ticks = '`'.repeat(longestTicks([inside]) + 1);
      const pad = inside.startsWith('`') || inside.endsWith('`') ? ' ' : '';
      return inside === '' ? '' : `${ticks}${pad}${inside}${pad}${ticks}`;
    },
    strong: (markup) => `**${markup}**`,
    heading: (level, markup) => [`${'#'.repeat(level)} ${markup}`, ''],
    block: (hostile, language = '') => {
      const content = blockLines(hostile);
      const fence = '`'.repeat(Math.max(2, longestTicks(content)) + 1);
      return [`${fence}${language}`, ...content, fence];
    },
    bullet: (markup, below = []) => [`- ${markup}`, ...below.map((line) => `  ${line}`)],
    table: (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row), ''],
    mermaid: true,
  };
}

/** Jira's wiki markup. */
function jira(): Dialect {
  const row = (bar: string, cells: readonly string[]): string => `${bar}${cells.map((c) => c || ' ').join(bar)}${bar}`;
  const text = (hostile: string): string =>
    defuse(plain(hostile)).replaceAll(
      // A hyphen strikes through only at the edge of a word; inside a name it stays as it is.
      /[\\{}[\]|*_^+~?!#]|(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])/gu,
      (c) => `\\${c}`,
    );
  return {
    text,
    code: (hostile) => (hostile === '' ? '' : `{{${text(hostile)}}}`),
    strong: (markup) => `*${markup}*`,
    heading: (level, markup) => [`h${level}. ${markup}`, ''],
    block: (hostile) => [
      '{noformat}',
      ...blockLines(hostile).map((line) => line.replaceAll(/\{(?=noformat)/gi, '{\u200b')),
      '{noformat}',
    ],
    bullet: (markup, below = []) => [`* ${markup}`, ...below],
    table: (head, rows) => [row('||', head), ...rows.map((cells) => row('|', cells)), ''],
    mermaid: false,
  };
}

/** No markup at all: for ServiceNow and mail. */
function bare(): Dialect {
  return {
    text: plain,
    code: plain,
    strong: (markup) => markup,
    heading: (level, markup) => [markup, (level === 1 ? '=' : '-').repeat(Math.min(79, [...markup].length)), ''],
    block: (hostile) => blockLines(hostile).map((line) => `    ${line}`),
    bullet: (markup, below = []) => [...wrap(markup, 100, '- ', '  '), ...below],
    table: (head, rows) => [
      ...rows.flatMap((cells) =>
        wrap(
          cells.flatMap((cell, i) => (cell === '' ? [] : [`${head[i] ?? ''}: ${cell}`])).join('; '),
          100,
          '- ',
          '  ',
        ),
      ),
      '',
    ],
    mermaid: false,
  };
}

export const FLAVORS = ['github', 'gitlab', 'jira', 'plain'] as const;
export type Flavor = (typeof FLAVORS)[number];

/** GitHub and GitLab differ in what they link after rendering; both lists are defused for both. */
export function dialectOf(flavor: Flavor): Dialect {
  return flavor === 'jira' ? jira() : flavor === 'plain' ? bare() : markdown();
}
