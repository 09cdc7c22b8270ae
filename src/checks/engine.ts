/**
 * Runs the checks: needs → narrow → run → outcome. The one try/catch of the tool is here: a check that throws is
 * `crashed`, never a finding about the cluster and never silence.
 */
import type { CheckOutcome, Severity, Subject } from '../result.ts';
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
  /** The same finding on other objects of the same workload, folded in. */
  readonly also: readonly FindingDraft[];
}

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
  if (wasRead(check, snapshot)) return undefined;
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

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/** What folds: the same check and variant on the pods of one workload. */
function foldKey(draft: FindingDraft): string {
  const s = draft.subject;
  const who =
    s.workload !== undefined && s.kind === 'Pod' ? `${s.workload.kind}/${s.workload.name}` : `${s.kind}/${s.name}`;
  return `${draft.variant ?? ''}\u0000${s.namespace ?? ''}\u0000${who}\u0000${s.container ?? ''}`;
}

/**
 * Findings of one check that are listed. More of the same do not help anybody, and a rule that meets every pod of a
 * large cluster must not cost the report its size: the check is stopped there, and its outcome says so.
 */
const FINDING_LIMIT = 1000;
/** Drafts taken from one check: 150,000 pods of few workloads fold into few findings. */
const DRAFT_LIMIT = 200_000;

function fold(
  check: Check,
  drafts: Iterable<FindingDraft>,
  snapshot: Snapshot,
): { readonly found: Found[]; readonly cut: boolean } {
  const groups = new Map<string, FindingDraft[]>();
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
  const out: Found[] = [];
  for (const group of groups.values()) {
    const graded = group.map((draft) => ({
      draft,
      severity: adjusted(draft.severity ?? check.severity, draft, snapshot),
    }));
    // The worst speaks for the group; among equals the first in bundle order.
    graded.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
    const [first, ...rest] = graded;
    if (first === undefined) continue;
    const s = first.draft.subject;
    const parts = [
      check.id,
      first.draft.variant,
      s.namespace,
      s.workload && s.kind === 'Pod' ? s.workload.name : s.name,
      s.container,
    ];
    // Object.assign, not a spread: V8 gives every spread copy a hidden class of its own, and diagnosis looks at each
    // finding many times.
    out.push(
      Object.assign({}, first.draft, {
        evidence: first.draft.evidence.slice(0, EVIDENCE_LIMIT) as unknown as FindingDraft['evidence'],
        id: parts.filter((part) => part !== undefined && part !== '').join('/'),
        check,
        severity: first.severity,
        confidence: first.draft.confidence ?? check.confidence,
        state: first.draft.state ?? 'current',
        also: rest.map(({ draft }) => draft),
      }),
    );
  }
  return { found: out, cut };
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
    // What may stand in any text has no area of its own: only a hit tells that somebody looked.
    if (check.needs.length + check.needsAny.length === 0 && !wasRead(check, snapshot)) {
      const reason = 'no text of the bundle is known to tell';
      outcomes.push({ ...base, outcome: 'not-checked', reason, collectWith: [...check.next] });
      continue;
    }
    try {
      const { found: mine, cut } = fold(
        check,
        check.run(factsFor(check, snapshot), { now: snapshot.now, snapshot }),
        snapshot,
      );
      const named = mine.map((one) => {
        let id = one.id;
        for (let n = 2; ids.has(id); n++) id = `${one.id}~${n}`;
        ids.add(id);
        return Object.assign(one, { id });
      });
      found.push(...named);
      outcomes.push(
        named.length === 0
          ? { ...base, outcome: 'passed' }
          : {
              ...base,
              outcome: 'failed',
              title: check.failureTitle,
              findings: named.map((one) => one.id),
              ...(cut ? { reason: `stopped after ${named.length} findings; there are more` } : {}),
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

/** The subject in one word for messages and logs: `Pod shop/web-1`. */
export function nameOf(subject: Subject): string {
  return `${subject.kind} ${subject.namespace === undefined ? '' : `${subject.namespace}/`}${subject.name}`;
}
