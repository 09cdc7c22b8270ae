/**
 * The result in 80 columns. The first ten lines say what is wrong, by which words of the bundle, and what to run; then
 * what follows, the layers, the other causes; the bundle and its gaps stand last, where the eye rests in a terminal.
 */
import { styleText } from 'node:util';
import { groupBy } from '../lib/group-by.ts';
import { andMore, inWords, plural } from '../lib/in-words.ts';
import { nameOf, LAYER_NAMES, type Finding, type Result } from '../result.ts';
import { collectFirst, lackOf } from './collect-first.ts';
import { placesIn, type Places } from './places.ts';
import { rootGroups, type RootGroup } from './root-groups.ts';
import { plain, wrap, wrapCut } from './text.ts';
import { factsOf, NEAR_TIES, percent, placeOf, VERDICTS } from './words.ts';

type Style = Parameters<typeof styleText>[0];

const WIDTH = 80;
const COLOUR: Readonly<Record<keyof typeof VERDICTS, Style>> = {
  cause: 'red',
  symptoms: 'yellow',
  clear: 'green',
  unknown: 'gray',
};
/** Root causes told in full; the others get a line. */
const STORIES = 3;
/** Others that get a line. */
const LISTED = 7;
/** Consequences named for each. */
const HOPS = 5;
/** Quotes of the first cause, of each other, and lines of one quote. */
const QUOTES = { first: 2, other: 1, lines: 3 } as const;
/** Lines of what was seen at a layer; a layer without data gets one. */
const SEEN = 2;
/** Files refused or not understood that are named rather than counted. */
const NAMED = 2;

/** What follows, one line per kind of trouble: `→ The pod is Pending (Pod shop/web-1 and 3 more)`. */
function consequences({ cause }: RootGroup, byId: ReadonlyMap<string, Finding>): string[] {
  const told = new Set([...cause.chain.map((hop) => hop.finding), ...cause.explains]);
  const groups = groupBy(
    [...told].flatMap((id) => byId.get(id) ?? []),
    ({ title, severity }) => (severity === 'info' ? undefined : title),
  );
  const lines = [...groups].map(([title, findings]) => {
    const [first] = findings as [Finding];
    return `→ ${plain(title)} (${plain(nameOf(first.subject))}${andMore(findings.length - 1)})`;
  });
  return lines.length <= HOPS ? lines : [...lines.slice(0, HOPS), `→ … and ${lines.length - HOPS} more`];
}

interface Telling {
  readonly byId: ReadonlyMap<string, Finding>;
  readonly places: Places;
  readonly paint: (style: Style, text: string) => string;
}

/** Under its title: the message, the words of the bundle, what to do, what follows. */
function story(group: RootGroup, { byId, places, paint }: Telling): string[] {
  const { cause, same } = group;
  const lines = [
    ...wrap(plain(byId.get(cause.finding)?.message ?? cause.summary), WIDTH, '   '),
    ...(cause.deadlock === undefined ? [] : wrap(plain(cause.deadlock.text), WIDTH, '   ')),
  ];
  for (const e of cause.evidence.slice(0, cause.rank === 1 ? QUOTES.first : QUOTES.other))
    // A place is never broken, nor is a command: people paste them.
    lines.push(paint('gray', `   ${plain(places.of(e))}`), ...wrapCut(plain(e.text), WIDTH, QUOTES.lines, '   | '));
  if (cause.fix.length > 0) lines.push(...wrap(`Fix: ${plain(cause.fix[0] as string)}`, WIDTH, '   '));
  if (cause.next.length > 0)
    lines.push('   Next:', ...cause.next.slice(0, 3).map((command) => `     ${paint('cyan', plain(command))}`));
  for (const hop of consequences(group, byId)) lines.push(...wrap(hop, WIDTH, '   ', '     '));
  const [other] = same;
  if (other !== undefined)
    lines.push(
      ...wrap(`The same at ${plain(nameOf(other.subject))}${andMore(same.length - 1)}`, WIDTH, '   ', '     '),
    );
  return lines;
}

/** The layers, a line or two each. */
function layerLines(result: Result, paint: Telling['paint']): string[] {
  return result.path.flatMap((step) => {
    const head = `${step.layer} ${LAYER_NAMES[step.layer].padEnd(23)} `;
    const { mark: sign, word } = VERDICTS[step.verdict];
    const mark = `${sign} ${word.toLowerCase()}`.padEnd(11);
    const column = head.length + mark.length;
    const [first = '', ...rest] = wrapCut(
      plain(lackOf(step.seen) ?? step.seen),
      WIDTH - column,
      step.verdict === 'unknown' ? 1 : SEEN,
    );
    return [
      `${head}${paint(COLOUR[step.verdict], mark)}${first}`,
      ...rest.map((line) => `${' '.repeat(column)}${line}`),
    ];
  });
}

/** Other causes that weigh nearly as much as the first, by their numbers. */
function tieLines({ verdict }: Result): string[] {
  const line = (words: string, same: boolean): string[] => {
    const ranks = verdict.nearTies.slice(0, NEAR_TIES).flatMap((tie) => (tie.sameSymptoms === same ? [tie.rank] : []));
    if (ranks.length === 0) return [];
    return wrap(`${words}: root cause${ranks.length === 1 ? '' : 's'} ${inWords(ranks)}, below`, WIDTH, '   ');
  };
  return [
    ...line('Nearly as likely behind some of the same symptoms', true),
    ...line('Besides, with symptoms of their own', false),
  ];
}

/** What could not be done, and what was read. */
function footLines(result: Result, { paint, places }: Telling): string[] {
  const { bundle } = result;
  const checks = result.layers.flatMap((layer) => layer.checks);
  const skipped = checks.filter((check) => check.outcome === 'not-checked').length;
  const left = [
    ...leftOut(
      `${plural(bundle.refused.length, 'file')} refused`,
      bundle.refused.map((r) => `${r.path}: ${r.reason}`),
    ),
    ...leftOut(
      `${plural(bundle.unread.length, 'text')} not understood`,
      bundle.unread.map((u) => `${placeOf({ ...u, text: '' })}: ${u.reason}`),
    ),
  ];
  const say = (style: Style, text: string): string[] => wrap(text, WIDTH).map((line) => paint(style, line));
  return [
    ...checks.flatMap((check) =>
      check.outcome === 'crashed' ? say('red', `Check ${check.id} crashed: ${plain(check.reason ?? '')}`) : [],
    ),
    ...say('gray', plain(`${bundle.name}: ${factsOf(bundle).join(', ')}`)),
    ...(places.common === undefined ? [] : say('gray', `Places are named below ${plain(places.common)}`)),
    ...(skipped === 0
      ? []
      : say(
          'gray',
          `${plural(skipped, 'check')} could not run for want of data; the full report (-f html, -f markdown) says how to collect it`,
        )),
    ...left.flatMap((line) => say('gray', plain(line))),
  ];
}

/** A few are named, many are counted. */
function leftOut(count: string, each: readonly string[]): string[] {
  if (each.length === 0) return [];
  return [each.length <= NAMED ? `${count} (${each.join('; ')})` : `${count}; the full report lists them`];
}

/** What to collect where nothing was found because too little was there. */
function askLines(result: Result, { paint }: Telling): string[] {
  if (result.verdict.status !== 'inconclusive') return [];
  const commands = collectFirst(result);
  if (commands.length === 0) return [];
  return [
    'To judge them, collect:',
    ...commands.map((command) => `  ${paint('cyan', plain(command))}`),
    'or everything with collectors/kubestrata-collect.sh (docs/collecting.md)',
    '',
  ];
}

/** The summary for a terminal. Control characters from the bundle never reach it. */
export function terminal(result: Result, options: { readonly colour: boolean }): string {
  const paint = (style: Style, text: string): string =>
    options.colour ? styleText(style, text, { validateStream: false }) : text;
  const { verdict } = result;
  const telling: Telling = {
    byId: new Map(result.findings.map((finding) => [finding.id, finding])),
    places: placesIn(result),
    paint,
  };
  const groups = rootGroups(result.rootCauses);
  // The headline is the first cause's title, unless the bundle proves none.
  const first = verdict.layer === null ? undefined : groups[0];
  const others = first === undefined ? groups : groups.slice(1);
  const told = others.slice(0, STORIES - 1);
  const listed = others.slice(STORIES - 1, STORIES - 1 + LISTED);
  const out = [
    paint(
      ['bold', verdict.status === 'problems' ? 'red' : verdict.status === 'clear' ? 'green' : 'yellow'],
      wrap(plain(verdict.headline), WIDTH).join('\n'),
    ),
    ...(first === undefined
      ? []
      : [
          paint('bold', `   ${first.cause.severity}, ${percent(first.cause.confidence)} % sure`),
          ...story(first, telling),
          ...tieLines(result),
        ]),
    '',
    ...layerLines(result, paint),
    '',
    ...told.flatMap((group) => {
      const { rank, title, subject, layer, severity, confidence } = group.cause;
      const line = `${rank}. ${plain(title)}: ${plain(nameOf(subject))} (layer ${layer}, ${severity}, ${percent(confidence)} % sure)`;
      return [paint('bold', wrap(line, WIDTH, '', '   ').join('\n')), ...story(group, telling), ''];
    }),
    ...listed.flatMap(({ cause: { rank, title, subject, layer, severity }, same }) =>
      wrap(
        `${rank}. ${plain(title)}: ${plain(nameOf(subject))}${andMore(same.length)} (layer ${layer}, ${severity})`,
        WIDTH,
        '',
        '   ',
      ),
    ),
  ];
  const left = others.length - told.length - listed.length;
  if (left > 0) out.push(`… and ${plural(left, 'more root cause', 'more root causes')} in the full report`);
  if (listed.length > 0) out.push('');
  out.push(...askLines(result, telling), ...footLines(result, telling));
  return `${out.join('\n').trimEnd()}\n`;
}
