/** The short form for a ticket's first comment: under 60 lines, whatever the result. */
import { inWords } from '../lib/in-words.ts';
import { nameOf, type Result } from '../result.ts';
import type { Dialect } from './dialect.ts';
import { factsOf, percent, placeOf, VERDICTS } from './words.ts';

/** Together with the headings these stay below 60 lines: 5 layers, 3 quotes of 3 lines, 6 + 2 + 3 + 5 single lines. */
const LIMIT = { evidence: 3, chain: 6, fix: 2, next: 3, others: 5 } as const;
/** Characters of one line in a ticket. */
const LENGTH = 300;

const short = (text: string): string => (text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text);

/** Headline, layers, the first cause with its evidence and chain, and what to do. */
export function markdownBrief(result: Result, d: Dialect): string {
  const { bundle, verdict, rootCauses } = result;
  const byId = new Map(result.findings.map((finding) => [finding.id, finding]));
  const [top, ...others] = rootCauses;
  const line = (hostile: string): string => d.text(short(hostile));
  const out = [
    ...d.heading(2, line(verdict.headline)),
    ...verdict.nearTies.slice(0, 1).flatMap((tie) => [line(tie.text), '']),
    `Bundle ${d.code(short(bundle.name))}: ${line(factsOf(bundle).join(', '))}.`,
    '',
    ...result.path.flatMap((step) =>
      d
        .bullet(`${step.layer} ${d.text(step.name)}: ${d.strong(VERDICTS[step.verdict].word)}, ${line(step.seen)}`)
        .slice(0, 2),
    ),
    '',
  ];
  if (top !== undefined) {
    const message = byId.get(top.finding)?.message ?? top.summary;
    out.push(`${line(message)} (${line(nameOf(top.subject))}; ${percent(top.confidence)} % sure)`, '');
    for (const e of top.evidence.slice(0, LIMIT.evidence))
      out.push(...d.bullet(`${d.code(short(placeOf(e)))}: ${d.code(short(e.text))}`).slice(0, 3));
    const hops = [...new Set(top.chain.flatMap((hop) => byId.get(hop.finding)?.title ?? []))];
    if (hops.length > 0) {
      out.push('', d.strong('What follows from it'), '');
      for (const title of hops.slice(0, LIMIT.chain)) out.push(...d.bullet(line(title)).slice(0, 1));
    }
    if (top.fix.length > 0) {
      out.push('', d.strong('Fix'), '');
      for (const fix of top.fix.slice(0, LIMIT.fix)) out.push(...d.bullet(line(fix)).slice(0, 3));
    }
    if (top.next.length > 0) out.push('', d.strong('Run next'), '', ...d.block(top.next.slice(0, LIMIT.next), 'sh'));
    out.push('');
  }
  if (others.length > 0) {
    out.push(d.strong('Other root causes'), '');
    for (const cause of others.slice(0, LIMIT.others))
      out.push(
        ...d
          .bullet(`${line(cause.title)}: ${line(nameOf(cause.subject))} (layer ${cause.layer}, ${cause.severity})`)
          .slice(0, 1),
      );
    if (others.length > LIMIT.others) out.push(...d.bullet(`and ${others.length - LIMIT.others} more`));
    out.push('');
  }
  const unknown = result.path.filter((step) => step.verdict === 'unknown').map((step) => step.layer);
  if (unknown.length > 0)
    out.push(
      `Not judged for want of data: layer${unknown.length === 1 ? '' : 's'} ${inWords(unknown)}. The full report says what to collect.`,
      '',
    );
  out.push(`Made by ${d.text(result.tool.name)} ${d.text(result.tool.version)}.`);
  return `${out.join('\n')}\n`;
}
