/** The result for a ticket: a full form and a brief one, in the markup of the tracker. */
import { andMore } from '../lib/in-words.ts';
import { nameOf, LAYER_NAMES, type Finding, type Result, type RootCause, type Subject } from '../result.ts';
import { dialectOf, type Dialect, type Flavor } from './dialect.ts';
import { markdownBrief } from './markdown-brief.ts';
import { mermaid } from './mermaid.ts';
import { wayInWords, wayOf } from './policy-way.ts';
import {
  answerOf,
  checkOf,
  factsOf,
  NEAR_TIES,
  OUTCOMES,
  ownerOf,
  percent,
  placeOf,
  reasonOf,
  shortTime,
  VERDICTS,
} from './words.ts';

/** Rows that a ticket bears; the JSON has the rest. */
const LIMIT = { findings: 200, timeline: 50, unread: 50 } as const;

export interface MarkdownOptions {
  readonly flavor?: Flavor;
  readonly brief?: boolean;
}

/** `Pod shop/web-1 (Deployment web) on node n1`. */
function who(subject: Subject): string {
  const owner = ownerOf(subject);
  const node = subject.node === undefined || subject.kind === 'Node' ? '' : ` on node ${subject.node}`;
  return `${nameOf(subject)}${owner === undefined ? '' : ` (${owner})`}${node}`;
}

function story(cause: RootCause, findings: ReadonlyMap<string, Finding>, d: Dialect): string[] {
  const out = [
    ...d.heading(3, `${cause.rank}. ${d.text(cause.title)}`),
    `${d.text(who(cause.subject))}. Layer ${cause.layer} (${LAYER_NAMES[cause.layer]}), ${cause.severity}, ${percent(cause.confidence)} % sure. Check ${d.code(checkOf(cause))}.`,
    '',
    d.text(cause.summary),
    ...(cause.deadlock === undefined ? [] : ['', d.text(cause.deadlock.text)]),
    '',
    d.strong('Evidence'),
    '',
    ...cause.evidence.flatMap((e) => d.bullet(d.code(placeOf(e)), d.block([e.text]))),
    '',
  ];
  const way = wayOf(cause, findings);
  if (way !== undefined)
    out.push(
      d.strong(`Where port ${d.text(way.port)} is dropped`),
      '',
      ...wayInWords(way).flatMap((station) => d.bullet(d.text(station))),
      '',
    );
  const hops = cause.chain.flatMap((hop) => {
    const finding = findings.get(hop.finding);
    if (finding === undefined) return [];
    const first = finding.evidence[0];
    const quote = first === undefined ? '' : `: ${d.code(placeOf(first))} ${d.code(first.text.slice(0, 200))}`;
    return d.bullet(
      `layer ${finding.layer}, ${d.text(who(finding.subject))}: ${d.text(finding.message)} (${d.text(reasonOf(hop.because))})${quote}`,
    );
  });
  if (hops.length > 0) out.push(d.strong('What follows from it'), '', ...hops, '');
  if (cause.fix.length > 0) out.push(d.strong('Fix'), '', ...cause.fix.flatMap((fix) => d.bullet(d.text(fix))), '');
  if (cause.next.length > 0) out.push(d.strong('Run next'), '', ...d.block(cause.next, 'sh'), '');
  return out;
}

function layers(result: Result, d: Dialect): string[] {
  const signals = result.path.flatMap((step) => step.signals.map((signal) => ({ step, signal })));
  return [
    ...d.heading(2, 'The five layers'),
    ...d.table(
      ['Layer', 'Verdict', 'What was seen'],
      result.path.map((step) => [`${step.layer} ${d.text(step.name)}`, VERDICTS[step.verdict].word, d.text(step.seen)]),
    ),
    'Signals to go one layer down:',
    '',
    ...signals.flatMap(({ step, signal }) => {
      const first = signal.evidence[0];
      return d.bullet(
        `from layer ${step.layer}: ${d.text(signal.question)} ${d.strong(answerOf(signal))}${first === undefined ? '' : `: ${d.code(first.text.slice(0, 200))}`}`,
      );
    }),
    '',
  ];
}

function findingsTable(result: Result, d: Dialect): string[] {
  const roots = new Set(result.rootCauses.map((cause) => cause.finding));
  const others = result.findings.filter((finding) => !roots.has(finding.id));
  if (others.length === 0) return [];
  return [
    ...d.heading(2, 'Other findings'),
    ...d.table(
      ['Severity', 'Layer', 'What', 'Where', 'Caused by'],
      others
        .slice(0, LIMIT.findings)
        .map((finding) => [
          finding.state === 'current' ? finding.severity : `${finding.severity}, ${finding.state}`,
          String(finding.layer),
          d.text(finding.message),
          `${d.text(who(finding.subject))}${andMore(finding.count - 1)}`,
          finding.causedBy.slice(0, 3).map(d.text).join(', '),
        ]),
    ),
    ...more(others.length - LIMIT.findings),
  ];
}

const more = (left: number): string[] => (left > 0 ? [`… and ${left} more in the JSON result.`, ''] : []);

function timeline(result: Result, d: Dialect): string[] {
  if (result.timeline.length === 0) return [];
  return [
    ...d.heading(2, 'Timeline'),
    ...d.table(
      ['Time (UTC)', 'Layer', 'What happened'],
      result.timeline
        .slice(0, LIMIT.timeline)
        .map((entry) => [d.text(shortTime(entry.time)), String(entry.layer), d.text(entry.text)]),
    ),
    ...more(result.timeline.length - LIMIT.timeline),
  ];
}

function checked(result: Result, d: Dialect): string[] {
  const crashed = result.layers.flatMap((layer) => layer.checks).filter((check) => check.outcome === 'crashed');
  const missing = result.coverage.filter((area) => area.state !== 'present' && area.collectWith !== undefined);
  const out = [
    ...d.heading(2, 'What was checked'),
    ...d.table(
      ['Layer', ...OUTCOMES.map(([, word]) => word)],
      result.layers.map(({ layer, name, checks }) => [
        `${layer} ${d.text(name)}`,
        ...OUTCOMES.map(([outcome]) => String(checks.filter((check) => check.outcome === outcome).length)),
      ]),
    ),
    ...crashed.flatMap((check) => d.bullet(`check ${d.code(check.id)} crashed: ${d.text(check.reason ?? '')}`)),
  ];
  if (crashed.length > 0) out.push('');
  const asks = result.asks ?? [];
  if (asks.length > 0)
    out.push(
      ...d.heading(2, 'What to ask for next'),
      ...d.table(
        ['Layer', 'Checks that could not run', 'Ask for', 'Or with our collector'],
        asks.map((ask) => [
          `${ask.layer} ${d.text(ask.name)}`,
          `${ask.notChecked} of ${ask.checks}`,
          ask.commands.map(({ command }) => d.code(command)).join('; '),
          d.code(ask.collector),
        ]),
      ),
    );
  if (missing.length > 0)
    out.push(
      ...d.heading(2, 'Not in the bundle, and how to collect it'),
      ...d.table(
        ['Missing', 'Why', 'Command'],
        missing.map((area) => [
          d.text(area.title ?? area.area),
          d.text(area.reason ?? area.state),
          d.code(area.collectWith as string),
        ]),
      ),
    );
  return out;
}

function files(result: Result, d: Dialect): string[] {
  const { refused, unread } = result.bundle;
  const out: string[] = [];
  if (refused.length > 0)
    out.push(
      ...d.heading(2, 'Refused'),
      ...refused.slice(0, LIMIT.unread).flatMap((r) => d.bullet(`${d.code(r.path)}: ${d.text(r.reason)}`)),
      '',
      ...more(refused.length - LIMIT.unread),
    );
  if (unread.length > 0)
    out.push(
      ...d.heading(2, 'Not understood'),
      ...unread
        .slice(0, LIMIT.unread)
        .flatMap((u) => d.bullet(`${d.code(placeOf({ ...u, text: '' }))}: ${d.text(u.reason)}`)),
      '',
      ...more(unread.length - LIMIT.unread),
    );
  return out;
}

/** The report as text for a ticket; `brief` is under 60 lines. */
export function markdown(result: Result, { flavor = 'github', brief = false }: MarkdownOptions = {}): string {
  const d = dialectOf(flavor);
  if (brief) return markdownBrief(result, d);
  const { bundle, verdict, tool } = result;
  const findings = new Map(result.findings.map((finding) => [finding.id, finding]));
  const graph = d.mermaid ? mermaid(result) : [];
  const out = [
    ...d.heading(1, d.text(verdict.headline)),
    ...verdict.nearTies.slice(0, NEAR_TIES).flatMap((tie) => [d.text(tie.text), '']),
    `Bundle ${d.code(bundle.name)}: ${d.text(factsOf(bundle).join(', '))}, layout ${d.text(bundle.layouts.join(', ') || 'not recognised')}.`,
    '',
    ...d.heading(2, 'Root causes'),
    ...(result.rootCauses.length === 0 ? ['None that the bundle proves.', ''] : []),
    ...result.rootCauses.flatMap((cause) => story(cause, findings, d)),
    ...layers(result, d),
    ...(graph.length === 0 ? [] : [...d.block(graph, 'mermaid'), '']),
    ...findingsTable(result, d),
    ...timeline(result, d),
    ...checked(result, d),
    ...files(result, d),
    `Made by ${d.text(tool.name)} ${d.text(tool.version)}, offline, from this bundle alone.`,
  ];
  return `${out.join('\n').trimEnd()}\n`;
}
