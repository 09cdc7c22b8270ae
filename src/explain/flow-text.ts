/** `kubestrata explain-flow` for a terminal: the verdict, the policies in the way, the rule that is missing. */
import { groupBy } from '../lib/group-by.ts';
import { plural } from '../lib/in-words.ts';
import { dump } from 'js-yaml';
import { lines, plain, wrap } from '../report/text.ts';
import { placeOf } from '../report/words.ts';
import type { Flow } from './flow.ts';
import { blockKey, type Way } from './flow-verdict.ts';

const WIDTH = 80;
/** Kinds of ways told. */
const WAYS = 8;

const MARK = { allowed: '✓', blocked: '✗', unknown: '?' } as const;

/** One way for all that the same policies treat alike on the same port. */
function wayLines(alike: readonly Way[]): string[] {
  const [way] = alike;
  if (way === undefined) return [];
  const more = alike.length > 1 ? ` (and ${plural(alike.length - 1, 'more pair')} of pods)` : '';
  return [
    ...wrap(
      plain(`${way.from} → ${way.to} ${way.port}${more}: ${way.verdict}`),
      WIDTH,
      `  ${MARK[way.verdict]} `,
      '    ',
    ),
    ...way.blocks.flatMap((block) => [
      ...wrap(plain(block.text), WIDTH, '      '),
      ...block.policies.flatMap(({ namespace, name, near }) =>
        near.flatMap((miss) => wrap(plain(`${namespace}/${name}: ${miss}`), WIDTH, '      - ', '        ')),
      ),
    ]),
  ];
}

/** The worst ways first; the rest are counted. */
function ways(flow: Flow): string[] {
  const order = (way: Way): number => ['blocked', 'unknown', 'allowed'].indexOf(way.verdict);
  const groups = groupBy(
    flow.ways.toSorted((a, b) => order(a) - order(b)),
    ({ verdict, port, blocks }) => [verdict, port, ...blocks.map(blockKey)].join(' '),
  );
  const more = groups.size - WAYS;
  return [
    ...[...groups.values()].slice(0, WAYS).flatMap(wayLines),
    ...(more > 0 ? [`    … and ${more} more (--format json has all)`] : []),
  ];
}

/** The answer in 80 columns; the missing policy as YAML, to be read before it is applied. */
export function flowText(flow: Flow): string {
  const section = (title: string, text: readonly string[]): readonly string[] =>
    text.length === 0 ? [] : ['', title, ...text];
  const out = [
    ...wrap(plain(`${flow.from} → ${flow.to}`), WIDTH),
    ...wrap(plain(flow.answer), WIDTH, `${MARK[flow.verdict]} `, '  '),
    ...section('Ways', ways(flow)),
    ...section(
      'To know',
      flow.notes.flatMap((note) => wrap(plain(note), WIDTH, '  - ', '    ')),
    ),
    ...section(
      'Evidence',
      flow.evidence
        .slice(0, 6)
        .flatMap((e) => [...wrap(plain(placeOf(e)), WIDTH, '  '), ...wrap(plain(e.text), WIDTH, '  | ').slice(0, 4)]),
    ),
    ...section(
      'Findings about it',
      flow.findings.flatMap(({ id, message }) => wrap(plain(`${message} [${id}]`), WIDTH, '  - ', '    ')),
    ),
    ...section(
      'A policy that would let it through',
      flow.missing === null
        ? []
        : lines(dump(flow.missing, { lineWidth: -1 }))
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`),
    ),
    ...section(
      'Next',
      flow.next.map((command) => `  ${plain(command)}`),
    ),
  ];
  return `${out.join('\n').trimEnd()}\n`;
}
