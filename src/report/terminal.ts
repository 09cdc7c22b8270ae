/** The result in 80 columns: the headline, the chain, what to run next. */
import { styleText } from 'node:util';
import { LAYER_NAMES, type Finding, type Result, type RootCause } from '../result.ts';
import { plain, wrap } from './text.ts';
import { NEAR_TIES, nameOf, percent, placeOf } from './words.ts';

type Style = Parameters<typeof styleText>[0];

const WIDTH = 80;
const MARK = { cause: '✗ cause', symptoms: '! symptoms', clear: '✓ clear', unknown: '? unknown' } as const;
const COLOUR: Readonly<Record<keyof typeof MARK, Style>> = {
  cause: 'red',
  symptoms: 'yellow',
  clear: 'green',
  unknown: 'gray',
};
/** Root causes told in full; the others get a line. */
const STORIES = 3;
/** Consequences named for each. */
const HOPS = 5;

/** What follows, one line per kind of trouble: `→ The pod is Pending (Pod shop/web-1 and 3 more)`. */
function consequences(cause: RootCause, byId: ReadonlyMap<string, Finding>): string[] {
  const groups = new Map<string, Finding[]>();
  for (const id of new Set([...cause.chain.map((hop) => hop.finding), ...cause.explains])) {
    const finding = byId.get(id);
    if (finding === undefined || finding.severity === 'info') continue;
    groups.set(finding.title, [...(groups.get(finding.title) ?? []), finding]);
  }
  const lines = [...groups].map(([title, findings]) => {
    const [first] = findings as [Finding];
    const more = findings.length > 1 ? ` and ${findings.length - 1} more` : '';
    return `→ ${plain(title)} (${plain(nameOf(first.subject))}${more})`;
  });
  return lines.length <= HOPS ? lines : [...lines.slice(0, HOPS), `→ … and ${lines.length - HOPS} more`];
}

function story(
  cause: RootCause,
  byId: ReadonlyMap<string, Finding>,
  paint: (style: Style, text: string) => string,
): string[] {
  const lines = [
    paint(
      'bold',
      wrap(
        `${cause.rank}. ${plain(cause.title)} [layer ${cause.layer} ${LAYER_NAMES[cause.layer]}, ${cause.severity}, ${percent(cause.confidence)} % sure]`,
        WIDTH,
        '',
        '   ',
      ).join('\n'),
    ),
    ...wrap(plain(byId.get(cause.finding)?.message ?? cause.summary), WIDTH, '   '),
    ...(cause.deadlock === undefined ? [] : wrap(plain(cause.deadlock.text), WIDTH, '   ')),
  ];
  for (const e of cause.evidence.slice(0, cause.rank === 1 ? 3 : 1)) {
    lines.push(...wrap(plain(placeOf(e)), WIDTH, '   ', '     ').map((line) => paint('gray', line)));
    lines.push(...wrap(plain(e.text), WIDTH, '   | ').slice(0, 4));
  }
  for (const hop of consequences(cause, byId)) lines.push(...wrap(hop, WIDTH, '   ', '     '));
  if (cause.fix.length > 0) lines.push(...wrap(`Fix: ${plain(cause.fix[0] as string)}`, WIDTH, '   '));
  // A command is never broken: people paste it.
  if (cause.next.length > 0)
    lines.push('   Next:', ...cause.next.slice(0, 3).map((command) => `     ${paint('cyan', plain(command))}`));
  return lines;
}

/** The summary for a terminal. Control characters from the bundle never reach it. */
export function terminal(result: Result, options: { readonly colour: boolean }): string {
  const paint = (style: Style, text: string): string =>
    options.colour ? styleText(style, text, { validateStream: false }) : text;
  const { bundle, verdict } = result;
  const byId = new Map(result.findings.map((finding) => [finding.id, finding]));
  const out = [
    paint(
      ['bold', verdict.status === 'problems' ? 'red' : verdict.status === 'clear' ? 'green' : 'yellow'],
      wrap(plain(verdict.headline), WIDTH).join('\n'),
    ),
    ...verdict.nearTies.slice(0, NEAR_TIES).map((tie) => wrap(plain(tie.text), WIDTH).join('\n')),
    paint(
      'gray',
      wrap(
        `${plain(bundle.name)}: ${bundle.files} files, ${bundle.nodes} nodes, ${bundle.pods} pods, Kubernetes ${plain(bundle.kubernetesVersion ?? 'unknown')}, collected ${bundle.collectedAt === null ? 'at an unknown time' : plain(bundle.collectedAt)}`,
        WIDTH,
      ).join('\n'),
    ),
    '',
    ...result.path.flatMap((step) => [
      `${String(step.layer)} ${LAYER_NAMES[step.layer].padEnd(23)} ${paint(COLOUR[step.verdict], MARK[step.verdict].padEnd(11))}${wrap(plain(step.seen), WIDTH - 37)[0] ?? ''}`,
      ...wrap(plain(step.seen), WIDTH - 37)
        .slice(1, 3)
        .map((line) => `${' '.repeat(37)}${line}`),
    ]),
    '',
  ];
  for (const cause of result.rootCauses.slice(0, STORIES)) out.push(...story(cause, byId, paint), '');
  for (const cause of result.rootCauses.slice(STORIES, 10))
    out.push(
      ...wrap(
        `${cause.rank}. ${plain(cause.title)}: ${plain(cause.subject.name)} (layer ${cause.layer}, ${cause.severity})`,
        WIDTH,
        '',
        '   ',
      ),
    );
  if (result.rootCauses.length > 10) out.push(`… and ${result.rootCauses.length - 10} more in the JSON result`);
  if (result.rootCauses.length > STORIES) out.push('');
  const checks = result.layers.flatMap((layer) => layer.checks);
  const skipped = checks.filter((check) => check.outcome === 'not-checked').length;
  const say = (style: Style, text: string) => out.push(...wrap(text, WIDTH).map((line) => paint(style, line)));
  if (skipped > 0)
    say(
      'gray',
      `${skipped} checks could not run: their facts are not in the bundle (the full report says how to collect them).`,
    );
  for (const check of checks)
    if (check.outcome === 'crashed') say('red', `Check ${check.id} crashed: ${plain(check.reason ?? '')}`);
  if (bundle.refused.length + bundle.unread.length > 0)
    say(
      'gray',
      `${bundle.refused.length} files refused, ${bundle.unread.length} texts not understood (listed in the full report).`,
    );
  return `${out.join('\n').trimEnd()}\n`;
}
