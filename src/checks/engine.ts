/**
 * Runs the checks: needs → narrow → run → outcome. The one try/catch of the tool is here: a check that throws is
 * `crashed`, never a finding about the cluster and never silence.
 */
import type { CheckOutcome, Severity } from '../result.ts';
import { areaInfo, type Area } from '../snapshot/areas.ts';
import { KINDS, type ObjectArea } from '../snapshot/kinds/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Check, Confidence, FindingDraft } from './check.ts';

/** A finding with its check, as diagnosis sees it. */
export interface Found extends FindingDraft {
  readonly id: string;
  readonly check: Check;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly state: 'current' | 'recovered' | 'historic';
  /** The same finding on other objects of the same workload, folded in: thousands, and nobody reads their messages. */
  readonly also: readonly Folded[];
}

/** What is kept of a finding that is folded into another one. */
type Folded = Pick<FindingDraft, 'subject' | 'related'>;

export interface Examined {
  readonly outcomes: readonly (CheckOutcome & { readonly layer: Check['layer'] })[];
  readonly found: readonly Found[];
}

/** Quoted lines per finding (catalogue 1.4): more does not convince better. */
const EVIDENCE_LIMIT = 5;

function factsFor(check: Check, snapshot: Snapshot): Record<string, readonly unknown[]> {
  const facts: Record<string, readonly unknown[]> = {};
  for (const area of [...check.needs, ...check.needsAny, ...check.wants]) {
    facts[area] =
      area in KINDS
        ? snapshot.list(area as ObjectArea)
        : area === 'containerLogs' || area === 'hostLogs' || area === 'kernelLogs'
          ? snapshot.logsOfClass(area)
          : snapshot.facts(area as never);
  }
  return facts;
}

/** A log line that the check reads is in the bundle. */
const wasRead = (check: Check, snapshot: Snapshot): boolean =>
  check.reads.some((signature) => snapshot.hits(signature).length > 0);

/** Why the check cannot run, or undefined when it can. */
function missing(check: Check, snapshot: Snapshot): readonly Area[] | undefined {
  if (wasRead(check, snapshot) || check.heard?.(snapshot) === true) return undefined;
  const absent = check.needs.filter((area) => !snapshot.has(area));
  if (absent.length > 0) return absent;
  if (check.needsAny.length > 0 && !check.needsAny.some((area) => snapshot.has(area))) return check.needsAny;
  return undefined;
}

/** A pod-level critical is a warning while its owner still serves: enough replicas are ready (catalogue 1.2 b). */
function adjusted(severity: Severity, draft: FindingDraft, snapshot: Snapshot): Severity {
  if (draft.state !== undefined && draft.state !== 'current') return 'info';
  if (severity !== 'critical' || draft.subject.kind !== 'Pod' || draft.subject.workload?.kind !== 'Deployment')
    return severity;
  // The parts of the platform stay critical: one broken DNS or CNI pod of two is half an outage (catalogue 1.2 d).
  if (draft.subject.namespace === 'kube-system') return severity;
  const deployment = snapshot.get('deployments', draft.subject.namespace, draft.subject.workload.name);
  const desired = deployment?.spec?.replicas;
  const ready = deployment?.status?.readyReplicas ?? deployment?.status?.availableReplicas;
  return desired !== undefined && desired > 1 && ready !== undefined && ready >= desired ? 'warning' : severity;
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

interface Graded {
  readonly draft: FindingDraft;
  readonly severity: Severity;
  readonly rest: readonly Folded[];
}

const NONE: readonly never[] = [];

/** The worst speaks for the group; among equals the first in bundle order. */
function worstFirst(check: Check, group: readonly [FindingDraft, ...FindingDraft[]], snapshot: Snapshot): Graded {
  const grade = (draft: FindingDraft) => adjusted(draft.severity ?? check.severity, draft, snapshot);
  if (group.length === 1) return { draft: group[0], severity: grade(group[0]), rest: NONE };
  const graded = group.map((draft) => ({ draft, severity: grade(draft) }));
  graded.sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  const [first, ...rest] = graded as [(typeof graded)[0], ...typeof graded];
  return {
    ...first,
    rest: rest.map(({ draft: { subject, related } }) => (related === undefined ? { subject } : { subject, related })),
  };
}

/** Every field is set, if only to undefined: diagnosis looks at each finding many times, and V8 likes them all alike. */
function toFound(check: Check, { draft, severity, rest }: Graded): Found & { id: string } {
  const { subject, evidence, variant } = draft;
  const name = subject.workload && subject.kind === 'Pod' ? subject.workload.name : subject.name;
  return {
    id: check.id + part(variant) + part(subject.namespace) + part(name) + part(subject.container),
    check,
    subject,
    variant,
    severity,
    confidence: draft.confidence ?? check.confidence,
    state: draft.state ?? 'current',
    title: draft.title,
    message: draft.message,
    evidence: evidence.length > EVIDENCE_LIMIT ? evidence.slice(0, EVIDENCE_LIMIT) : evidence,
    fix: draft.fix,
    next: draft.next,
    params: draft.params,
    related: draft.related,
    way: draft.way,
    since: draft.since,
    recurs: draft.recurs,
    guess: draft.guess,
    also: rest,
  } as unknown as Found & { id: string };
}

/** A part of a finding's id: nothing for what is not there. */
const part = (text: string | undefined): string => (text === undefined || text === '' ? '' : `/${text}`);

/** What folds: the same check and variant on the pods of one workload. */
function foldKey(draft: FindingDraft): string {
  const s = draft.subject;
  const who =
    s.workload !== undefined && s.kind === 'Pod' ? `${s.workload.kind}/${s.workload.name}` : `${s.kind}/${s.name}`;
  return `${draft.variant ?? ''}\u0000${s.namespace ?? ''}\u0000${who}\u0000${s.container ?? ''}`;
}

/**
 * Findings of one check that are listed, the worst of them. More of the same do not help anybody, and a rule that meets
 * every pod of a large cluster must not cost the report its size; the outcome says how many there are.
 */
const LISTED = 200;
/** Findings that are counted: the check is stopped there. */
const FINDING_LIMIT = 1000;
/** Drafts taken from one check: 150,000 pods of few workloads fold into few findings. */
const DRAFT_LIMIT = 200_000;

function fold(
  check: Check,
  drafts: Iterable<FindingDraft>,
  snapshot: Snapshot,
): { readonly found: readonly (Found & { id: string })[]; readonly reason: string | undefined } {
  const groups = new Map<string, [FindingDraft, ...FindingDraft[]]>();
  let cut = false;
  let taken = 0;
  for (const draft of drafts) {
    const at = foldKey(draft);
    const known = groups.get(at);
    if (known !== undefined) known.push(draft);
    else if (groups.size < FINDING_LIMIT) groups.set(at, [draft]);
    else cut = true;
    taken++;
    if (taken >= DRAFT_LIMIT) cut = true;
    if (cut) break;
  }
  const graded = Array.from(groups.values(), (group) => worstFirst(check, group, snapshot));
  const listed = worst(graded, LISTED);
  const many = cut ? `more than ${graded.length}` : String(graded.length);
  return {
    found: listed.map((one) => toFound(check, one)),
    reason:
      cut || listed.length < graded.length ? `the worst ${listed.length} of ${many} findings are listed` : undefined,
  };
}

/** As many as are listed, in the order in which they came; of equal ones the first. */
function worst(graded: readonly Graded[], limit: number): readonly Graded[] {
  if (graded.length <= limit) return graded;
  const chosen = new Set(graded.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]).slice(0, limit));
  return graded.filter((one) => chosen.has(one));
}

/** Runs every check. Order in, order out: the same snapshot gives the same list. */
export function examine(checks: readonly Check[], snapshot: Snapshot): Examined {
  const outcomes: Examined['outcomes'][number][] = [];
  const found: Found[] = [];
  const ids = new Set<string>();
  for (const check of checks) {
    const base = { id: check.id, layer: check.layer, title: check.title, findings: [] };
    const absent = missing(check, snapshot);
    if (absent !== undefined) {
      const infos = absent.map(areaInfo);
      outcomes.push({
        ...base,
        outcome: 'not-checked',
        reason: `not in the bundle: ${infos.map((info) => info.title).join(check.needs.length > 0 ? ', ' : ' or ')}`,
        collectWith: infos.map((info) => info.collectWith),
      });
      continue;
    }
    // What may stand in any text has no area of its own: only a hit, or what is heard, tells that somebody looked.
    if (
      check.needs.length + check.needsAny.length === 0 &&
      !wasRead(check, snapshot) &&
      check.heard?.(snapshot) !== true
    ) {
      const reason = 'no text of the bundle is known to tell';
      outcomes.push({ ...base, outcome: 'not-checked', reason, collectWith: [...check.next] });
      continue;
    }
    try {
      const { found: mine, reason } = fold(
        check,
        check.run(factsFor(check, snapshot), { now: snapshot.now, snapshot }),
        snapshot,
      );
      for (const one of mine) {
        const { id } = one;
        for (let n = 2; ids.has(one.id); n++) one.id = `${id}~${n}`;
        ids.add(one.id);
        found.push(one);
      }
      outcomes.push(
        mine.length === 0
          ? { ...base, outcome: 'passed' }
          : {
              ...base,
              outcome: 'failed',
              title: check.failureTitle,
              findings: mine.map((one) => one.id),
              ...(reason === undefined ? {} : { reason }),
            },
      );
    } catch (error) {
      outcomes.push({
        ...base,
        outcome: 'crashed',
        reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      });
    }
  }
  return { outcomes, found };
}
