/** Per layer: its findings, gathered by check and folded, and what became of each of its checks. */
import { groupBy } from '../lib/group-by.ts';
import { plural } from '../lib/in-words.ts';
import { nameOf, LAYERS, type CheckOutcome, type Finding, type Result } from '../result.ts';
import { anchor } from './anchor.ts';
import { policyWay } from './policy-way.ts';
import { quotesOf, type Quotes } from './quotes.ts';
import { linkTo } from './stories.ts';
import { answerOf, checkOf, OUTCOMES, ownerOf, percent, shortTime, VERDICTS } from './words.ts';

/**
 * A page of 10 MB is slow to open and most mail servers refuse it. So: the first findings in full (about 3 kB each),
 * more as one line (about 0.4 kB), the rest as a number. Findings come worst first; root causes are always in full.
 */
const LIMIT = { full: 600, lines: 4000 } as const;
const EVIDENCE = 3;
const LINKS = 8;
/** Characters of a message beside the name. */
const BRIEF = 110;

type Detail = 'full' | 'line' | 'cut';

function details(result: Result): ReadonlyMap<string, Detail> {
  const told = new Set(result.rootCauses.flatMap((cause) => [cause.finding, ...cause.chain.map((hop) => hop.finding)]));
  const order = [
    ...result.findings.filter((finding) => told.has(finding.id)),
    ...result.findings.filter((finding) => !told.has(finding.id)),
  ];
  return new Map(
    order.map((finding, i) => [finding.id, i < LIMIT.full ? 'full' : i < LIMIT.full + LIMIT.lines ? 'line' : 'cut']),
  );
}

/** What a row needs to know beside its finding. */
interface Around {
  readonly byId: ReadonlyMap<string, Finding>;
  readonly quotes: Quotes;
}

function row(finding: Finding, detail: Detail, { byId, quotes }: Around) {
  const { subject } = finding;
  const shown = {
    anchor: anchor('finding', finding.id),
    severity: finding.severity,
    layer: finding.layer,
    namespace: subject.namespace ?? '',
    node: subject.node ?? (subject.kind === 'Node' ? subject.name : ''),
    title: finding.title,
    who: nameOf(subject),
    more: finding.count > 1 ? finding.count - 1 : undefined,
    state: finding.state === 'current' ? undefined : finding.state,
    message: finding.message,
  };
  if (detail === 'line') return { ...shown, message: finding.message.slice(0, 200) };
  const causes = finding.causedBy.flatMap((id) => byId.get(id) ?? []);
  return {
    ...shown,
    full: true,
    owner: ownerOf(subject),
    time: finding.time === undefined ? undefined : `${shortTime(finding.time)} UTC`,
    percent: percent(finding.confidence),
    also: finding.also.map(nameOf),
    alsoMore: Math.max(0, finding.count - 1 - finding.also.length),
    evidence: quotes(finding.evidence.slice(0, EVIDENCE)),
    evidenceMore: Math.max(0, finding.evidence.length - EVIDENCE),
    way: policyWay(finding.way),
    fix: finding.fix,
    next: finding.next,
    causes: causes.slice(0, LINKS).map((cause) => ({ ...linkTo(cause), title: cause.title })),
    check: checkOf(finding),
  };
}

function groupsOf(findings: readonly Finding[], detail: ReadonlyMap<string, Detail>, around: Around) {
  const groups = groupBy(findings, ({ check, variant, layer }) => `${check}:${variant ?? ''}:${layer}`);
  return [...groups].map(([key, group]) => {
    const [first] = group as [Finding];
    const shown = group.filter((finding) => detail.get(finding.id) !== 'cut');
    return {
      anchor: anchor('check', key),
      severity: first.severity,
      title: first.title,
      several: group.length > 1,
      count: group.length,
      // Inside a group the title stands once above; a row tells itself apart by whom it is about.
      rows: shown.map((finding) => ({
        ...row(finding, detail.get(finding.id) as Detail, around),
        ...(group.length > 1 && finding.title === first.title
          ? {
              title: undefined,
              brief: finding.message.length > BRIEF ? `${finding.message.slice(0, BRIEF)}…` : finding.message,
            }
          : {}),
      })),
      cut: group.length - shown.length,
    };
  });
}

/** Checks with the same outcome; those not checked for the same reason stand together. */
function outcomesOf(checks: readonly CheckOutcome[]) {
  return OUTCOMES.flatMap(([outcome, word]) => {
    const mine = checks.filter((check) => check.outcome === outcome);
    if (mine.length === 0) return [];
    const reasons = groupBy(mine, (check) => check.reason ?? '');
    return [
      {
        outcome,
        word,
        count: mine.length,
        reasons: [...reasons].map(([reason, same]) => ({
          reason,
          checks: same.map((check) => ({ id: check.id, title: check.title })),
          collectWith: [...new Set(same.flatMap((check) => check.collectWith ?? []))],
        })),
      },
    ];
  });
}

/** The five sections, layer 1 first. */
export function layerSections(result: Result, byId: ReadonlyMap<string, Finding>) {
  const detail = details(result);
  const quotes = quotesOf(result);
  return LAYERS.map((layer) => {
    const step = result.path.find((one) => one.layer === layer);
    const checks = result.layers.find((one) => one.layer === layer)?.checks ?? [];
    const findings = result.findings.filter((finding) => finding.layer === layer);
    const outcomes = outcomesOf(checks);
    const verdict = step?.verdict ?? 'unknown';
    return {
      layer,
      name: step?.name ?? '',
      verdict,
      ...VERDICTS[verdict],
      seen: step?.seen ?? '',
      signals: (step?.signals ?? []).map((signal) => ({
        question: signal.question,
        answer: answerOf(signal),
        state: signal.fired === null ? 'unknown' : signal.fired ? 'yes' : 'no',
        evidence: quotes(signal.evidence.slice(0, 1)),
      })),
      findingCount: findings.length,
      quiet: findings.every((finding) => finding.severity === 'info'),
      findingWords: plural(findings.length, 'finding'),
      groups: groupsOf(findings, detail, { byId, quotes }),
      checkWords: `${plural(checks.length, 'check')}: ${outcomes.map(({ count, word }) => `${count} ${word}`).join(', ')}`,
      outcomes,
    };
  });
}

/** How many findings the page leaves to the JSON. */
export const cutFindings = (result: Result): number => Math.max(0, result.findings.length - LIMIT.full - LIMIT.lines);
