/** The result as Markdown for a ticket. Nothing from the bundle can leave its place: no fence, link, mention or HTML. */
import { LAYER_NAMES, type CheckOutcome, type Finding, type Result, type RootCause, type Subject } from '../result.ts';
import { plain } from './text.ts';

/** Text inside a paragraph or a table cell: everything that Markdown or a tracker would act on is defused. */
export function inline(text: string): string {
  return plain(text)
    .replaceAll(/[\\`*_{}[\]<>|#~$]/g, (c) => `\\${c}`)
    .replaceAll('&', '&amp;')
    .replaceAll('@', '@\u200b')
    .replaceAll('://', ':\u200b//');
}

/** A code span that its content cannot close. */
function code(text: string): string {
  const inside = plain(text);
  const ticks = '`'.repeat(Math.max(0, ...[...inside.matchAll(/`+/g)].map((m) => m[0].length)) + 1);
  const pad = inside.startsWith('`') || inside.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${inside}${pad}${ticks}`;
}

/** A fenced block that its content cannot close. */
function block(lines: readonly string[], language = ''): string[] {
  const content = lines.map(plain);
  const longest = Math.max(2, ...content.flatMap((line) => [...line.matchAll(/`+/g)].map((m) => m[0].length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...content, fence];
}

/** `Pod shop/web-1 (Deployment web)`. */
function who(subject: Subject): string {
  const name = `${subject.kind} ${subject.namespace === undefined ? '' : `${subject.namespace}/`}${subject.name}`;
  const owner = subject.workload === undefined ? '' : ` (${subject.workload.kind} ${subject.workload.name})`;
  const node = subject.node === undefined || subject.kind === 'Node' ? '' : ` on node ${subject.node}`;
  return inline(`${name}${owner}${node}`);
}

function evidenceLines(evidence: Finding['evidence']): string[] {
  return evidence.flatMap((e) => [
    `- ${code(`${e.file}${e.line === undefined ? '' : `:${e.line}`}${e.pointer === undefined ? '' : ` ${e.pointer}`}`)}`,
    ...block([e.text]).map((line) => `  ${line}`),
  ]);
}

function story(cause: RootCause, findings: ReadonlyMap<string, Finding>): string[] {
  const out = [
    `### ${cause.rank}. ${inline(cause.title)}`,
    '',
    `${who(cause.subject)}. Layer ${cause.layer} (${LAYER_NAMES[cause.layer]}), ${cause.severity}, ${Math.round(cause.confidence * 100)} % sure. Check ${code(cause.variant === undefined ? cause.check : `${cause.check}:${cause.variant}`)}.`,
    '',
    inline(cause.summary),
    '',
    'Evidence:',
    '',
    ...evidenceLines(cause.evidence),
    '',
  ];
  if (cause.chain.length > 0) {
    out.push('What follows from it:', '');
    for (const hop of cause.chain) {
      const finding = findings.get(hop.finding);
      if (finding === undefined) continue;
      const first = finding.evidence[0];
      out.push(
        `1. layer ${finding.layer}, ${who(finding.subject)}: ${inline(finding.message)} (${inline(hop.because)})${first === undefined ? '' : `: ${code(`${first.file}${first.line === undefined ? '' : `:${first.line}`}`)} ${code(first.text.slice(0, 200))}`}`,
      );
    }
    out.push('');
  }
  if (cause.fix.length > 0) out.push('Fix:', '', ...cause.fix.map((fix) => `- ${inline(fix)}`), '');
  if (cause.next.length > 0) out.push('Run next:', '', ...block(cause.next, 'sh'), '');
  return out;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const count = (checks: readonly CheckOutcome[], outcome: CheckOutcome['outcome']): string =>
  String(checks.filter((check) => check.outcome === outcome).length);

/** The full report. */
export function markdown(result: Result): string {
  const { bundle, verdict } = result;
  const findings = new Map(result.findings.map((finding) => [finding.id, finding]));
  const out = [
    `# ${inline(verdict.headline)}`,
    '',
    `Bundle ${code(bundle.name)}: ${bundle.files} files, ${bundle.nodes} nodes, ${bundle.pods} pods; Kubernetes ${inline(bundle.kubernetesVersion ?? 'unknown')}; collected ${bundle.collectedAt ?? 'at an unknown time'}; layout ${inline(bundle.layouts.join(', ') || 'unknown')}.`,
    '',
    '## The five layers',
    '',
    row(['Layer', 'Verdict', 'What was seen']),
    row(['---', '---', '---']),
    ...result.path.map((step) => row([`${step.layer} ${step.name}`, step.verdict, inline(step.seen)])),
    '',
  ];
  const signals = result.path.flatMap((step) => step.signals.map((signal) => ({ step, signal })));
  out.push('Signals to go one layer down:', '');
  for (const { step, signal } of signals) {
    const answer = signal.fired === null ? 'could not be judged' : signal.fired ? 'yes' : 'no';
    const first = signal.evidence[0];
    out.push(
      `- from layer ${step.layer}: ${inline(signal.question)} **${answer}**${first === undefined ? '' : `: ${code(first.text.slice(0, 200))}`}`,
    );
  }
  out.push('', '## Root causes', '');
  if (result.rootCauses.length === 0) out.push('None that the bundle proves.', '');
  for (const cause of result.rootCauses) out.push(...story(cause, findings));

  const others = result.findings.filter((finding) => !result.rootCauses.some((cause) => cause.finding === finding.id));
  if (others.length > 0) {
    out.push(
      '## Other findings',
      '',
      row(['Severity', 'Layer', 'What', 'Where', 'Caused by']),
      row(['---', '---', '---', '---', '---']),
    );
    for (const finding of others)
      out.push(
        row([
          finding.state === 'current' ? finding.severity : `${finding.severity}, ${finding.state}`,
          String(finding.layer),
          inline(finding.message),
          `${who(finding.subject)}${finding.count > 1 ? ` and ${finding.count - 1} more` : ''}`,
          finding.causedBy.slice(0, 3).map(inline).join(', '),
        ]),
      );
    out.push('');
  }

  if (result.timeline.length > 0) {
    out.push('## Timeline', '', row(['Time (UTC)', 'Layer', 'What happened']), row(['---', '---', '---']));
    for (const entry of result.timeline.slice(0, 50))
      out.push(row([entry.time, String(entry.layer), inline(entry.text)]));
    if (result.timeline.length > 50) out.push('', `… and ${result.timeline.length - 50} more in the JSON result.`);
    out.push('');
  }

  out.push(
    '## What was checked',
    '',
    row(['Layer', 'passed', 'failed', 'not checked', 'not applicable', 'crashed']),
    row(['---', '---', '---', '---', '---', '---']),
  );
  for (const { layer, name, checks } of result.layers)
    out.push(
      row([
        `${layer} ${name}`,
        count(checks, 'passed'),
        count(checks, 'failed'),
        count(checks, 'not-checked'),
        count(checks, 'not-applicable'),
        count(checks, 'crashed'),
      ]),
    );
  out.push('');
  for (const check of result.layers.flatMap((layer) => layer.checks).filter((one) => one.outcome === 'crashed'))
    out.push(`- check ${code(check.id)} crashed: ${inline(check.reason ?? '')}`, '');

  const missing = result.coverage.filter((area) => area.state !== 'present' && area.collectWith !== undefined);
  if (missing.length > 0) {
    out.push(
      '## Not in the bundle, and how to collect it',
      '',
      row(['Missing', 'Why', 'Command']),
      row(['---', '---', '---']),
    );
    for (const area of missing)
      out.push(
        row([
          inline(area.area),
          inline(area.reason ?? area.state),
          code(area.collectWith as string).replaceAll('|', '\\|'),
        ]),
      );
    out.push('');
  }
  if (bundle.refused.length > 0)
    out.push('## Refused', '', ...bundle.refused.map((r) => `- ${code(r.path)}: ${inline(r.reason)}`), '');
  if (bundle.unread.length > 0) {
    out.push(
      '## Not understood',
      '',
      ...bundle.unread
        .slice(0, 100)
        .map((u) => `- ${code(`${u.file}${u.line === undefined ? '' : `:${u.line}`}`)}: ${inline(u.reason)}`),
    );
    if (bundle.unread.length > 100) out.push(`- … and ${bundle.unread.length - 100} more in the JSON result`);
    out.push('');
  }
  out.push(`Made by ${result.tool.name} ${inline(result.tool.version)}, offline, from this bundle alone.`);
  return `${out.join('\n').trimEnd()}\n`;
}
