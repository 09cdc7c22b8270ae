/** What the checks over the scheduler's reasons share: one draft per waiting pod whose cause they accept. */
import { firstFew } from '../../lib/in-words.ts';
import { formatAmount } from '../../lib/format-quantity.ts';
import { oncePer } from '../../lib/once-per.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { NodeView } from '../../simulation/scheduler/cluster.ts';
import type { Cause } from '../../simulation/scheduler/decide.ts';
import { suggest } from '../../simulation/scheduler/suggest.ts';
import { isWaiting, unscheduledPods, type Unscheduled } from '../../simulation/scheduler/unscheduled.ts';
import type { FindingDraft } from '../check.ts';

/** `3 of 4 nodes`, `all 4 nodes`, or `3 nodes` when their number is not known. */
export function share(cause: Cause, waiting: Unscheduled): string {
  const total = waiting.message?.total ?? (waiting.verdicts.length > 0 ? waiting.verdicts.length : undefined);
  const { count } = cause.reason;
  const noun = (n: number): string => (n === 1 ? 'node' : 'nodes');
  if (total === undefined || total === 0) return `${count} ${noun(count)}`;
  if (total === 1) return 'the only node';
  return count === total ? `all ${total} nodes` : `${count} of ${total} ${noun(total)}`;
}

/** `: port 80/TCP of node-1 is held by pod shop/web-0`: what stands in the way on the nodes, as far as it is known. */
export function because({ rejections }: Cause): string {
  const known = [...new Set(rejections.flatMap((rejection) => rejection.because ?? []))];
  return known.length === 0 ? '' : `: ${firstFew(known)}`;
}

/** The scheduler's words without what it says of preemption. */
export function verdictWords(waiting: Unscheduled): string {
  const text = waiting.message?.text;
  return text === undefined ? '' : ` Scheduler: "${text.replace(/\.? preemption: .*$/, '').slice(0, 600)}"`;
}

/** `the pod requests cpu 4, the most that is free on a node is 1.8 of 8 (node-2)`. */
function shortfall(cause: Cause, waiting: Unscheduled): string {
  const resource = cause.reason.resource ?? '';
  const wanted = waiting.view.requests.get(resource);
  const asks =
    wanted === undefined || wanted === 0 ? '' : `the pod requests ${formatAmount(resource, wanted)} of ${resource}`;
  const at = freest(cause, resource);
  const [best, node] = [cause.rejections[at], cause.nodes[at]];
  if (best === undefined || node === undefined) return asks;
  const free = formatAmount(resource, Math.max(0, best.free ?? 0));
  const total = formatAmount(resource, best.allocatable ?? 0);
  return `${asks}, the most that is free on a node is ${free} of ${total} (${node.name})`;
}

/** Where most of a resource is free among the nodes that have too little, the first of equals; -1 where nothing is known. */
function freest({ rejections }: Cause, resource: string): number {
  let best = -1;
  for (let i = 0; i < rejections.length; i++) {
    const one = rejections[i];
    if (one?.resource !== resource || one.free === undefined) continue;
    if (best < 0 || one.free > (rejections[best]?.free ?? 0)) best = i;
  }
  return best;
}

/**
 * The one node of which the bundle has what is requested and not what it has: people cut `Allocated resources` out of the
 * description of the node that they mean.
 */
function theDescribed(
  snapshot: Snapshot,
  resource: string,
): { readonly name: string; readonly amount: string; readonly evidence: Evidence } | undefined {
  const told = snapshot.list('nodes').filter(({ status }) => status?.requested?.[resource] !== undefined);
  const [node] = told;
  const amount = node?.status?.requested?.[resource];
  if (node === undefined || amount === undefined || told.length > 1) return undefined;
  return { name: node.metadata.name, amount, evidence: snapshot.quote(node, `/status/requested/${resource}`) };
}

/** Too little of a resource: the drafts of all checks on one. `more` adds what a check knows besides the numbers. */
export function insufficient(
  snapshot: Snapshot,
  accepts: (resource: string) => boolean,
  more: (cause: Cause, resource: string) => Partial<Words> & { readonly tail?: string } = () => ({}),
): Iterable<FindingDraft> {
  return rejected(
    snapshot,
    ({ reason }) => reason.kind === 'resource' && accepts(reason.resource ?? ''),
    (cause, waiting) => {
      const resource = cause.reason.resource ?? '';
      const numbers = shortfall(cause, waiting);
      const shown = freest(cause, resource) < 0 ? theDescribed(snapshot, resource) : undefined;
      const { tail = '', ...words } = more(cause, resource);
      return {
        ...words,
        message: `Insufficient ${resource} for pod ${waiting.view.name} on ${share(cause, waiting)}${numbers === '' ? '' : `: ${numbers}`}${shown === undefined ? '' : `; of node ${shown.name} ${shown.amount} of ${resource} is requested`}${tail}`,
        evidence: [...(words.evidence ?? []), ...(shown === undefined ? [] : [shown.evidence])],
      };
    },
  );
}

const nodeRefs = (nodes: readonly NodeView[]): readonly Ref[] =>
  nodes.slice(0, 50).map(({ name }) => ({ kind: 'Node', name }));

/** Waiting pods that get advice: the search runs the filters again, on every node. */
const ADVISED = 50;
/** Pods of which it is told that a verdict without a name may be theirs. */
const MEANT = 5;

const nameOf = ({ metadata }: Pod): string => metadata.name;

export interface Words {
  readonly message: string;
  readonly variant?: string;
  readonly related?: readonly Ref[];
  readonly fix?: readonly string[];
  readonly evidence?: readonly Evidence[];
  readonly severity?: FindingDraft['severity'];
  readonly confidence?: FindingDraft['confidence'];
}

/** Pods that may be meant where somebody left the name out: they wait, and nothing else says why. */
const meant = oncePer((snapshot: Snapshot): readonly Pod[] => {
  const told = new Set(unscheduledPods(snapshot).flatMap(({ pod, message }) => (message === undefined ? [] : [pod])));
  return unsteadyPods(snapshot).filter((pod) => isWaiting(pod) && !told.has(pod) && pod.metadata.name !== UNNAMED);
});

/** One draft per waiting pod with a cause that is accepted; `describe` may decline by returning undefined. */
export function* rejected(
  snapshot: Snapshot,
  accepts: (cause: Cause, waiting: Unscheduled) => boolean,
  describe: (cause: Cause, waiting: Unscheduled) => Words | undefined,
): Iterable<FindingDraft> {
  let advised = 0;
  for (const waiting of unscheduledPods(snapshot)) {
    for (const cause of waiting.causes.filter((one) => accepts(one, waiting))) {
      const words = describe(cause, waiting);
      if (words === undefined) continue;
      const advice =
        advised++ < ADVISED ? suggest(waiting.view, waiting.cluster, waiting.verdicts, cause.rejections[0]) : [];
      const fix = [...advice, ...(words.fix ?? [])];
      const candidates = waiting.view.name === UNNAMED ? meant(snapshot).slice(0, MEANT) : [];
      const who =
        candidates.length === 0 ? '' : ` (its name is missing; these pods wait: ${candidates.map(nameOf).join(', ')})`;
      yield {
        subject: snapshot.subject(waiting.pod),
        message: `${words.message}${who}.${verdictWords(waiting)}`,
        evidence: [...waiting.evidence, ...(words.evidence ?? [])],
        related: [...(words.related ?? []), ...candidates.map((pod) => refOf(pod)), ...nodeRefs(cause.nodes)],
        ...(words.variant === undefined ? {} : { variant: words.variant }),
        ...(fix.length === 0 ? {} : { fix }),
        ...(cause.secondary === true ? { severity: 'warning' as const } : {}),
        ...(words.severity === undefined ? {} : { severity: words.severity }),
        ...(waiting.expected ? { severity: 'info' as const } : {}),
        // Without the scheduler's own words the statement rests on the simulation.
        confidence: words.confidence ?? (waiting.message === undefined ? 'medium' : 'high'),
        ...(waiting.since === undefined ? {} : { since: waiting.since }),
      };
    }
  }
}

/** The pod's spec where the asked-for thing stands, quoted when the bundle has it. */
export function quoteSpec(snapshot: Snapshot, waiting: Unscheduled, pointers: readonly string[]): readonly Evidence[] {
  const pod = waiting.pod;
  const owner = snapshot.workloadOf(pod);
  const workload = owner === undefined ? undefined : snapshot.find(owner);
  const has = (object: unknown, pointer: string): boolean =>
    pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], object) !== undefined;
  for (const pointer of pointers) {
    if (has(pod, pointer) && snapshot.sourcesOf(pod).length > 0) return [snapshot.quote(pod, pointer)];
    const inTemplate = `/spec/template${pointer}`;
    if (workload !== undefined && has(workload, inTemplate)) return [snapshot.quote(workload, inTemplate)];
  }
  return [];
}
