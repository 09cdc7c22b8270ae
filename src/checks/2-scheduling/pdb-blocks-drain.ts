import { firstFew } from '../../lib/in-words.ts';
import { groupBy } from '../../lib/group-by.ts';
import { matchesSelector } from '../../lib/labels.ts';
import type { LogHit } from '../../parsers/records.ts';
import { eventMessage } from '../../snapshot/events.ts';
import type { KubeEvent, ObjectOf } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { besideHits } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

/** What kubectl drain prints first: `node/node-1 cordoned`. */
const CORDONED = /^node\/\S{1,253} (?:already )?cordoned/;

export default defineCheck({
  id: 'pdb-blocks-drain',
  layer: 2,
  title: 'Every PodDisruptionBudget allows an eviction',
  failureTitle: 'The PodDisruptionBudget allows no eviction: drains and upgrades hang',
  why: 'Fewer pods are healthy than it demands, or it demands as many as there are: no node that holds one of them can be drained.',
  fix: [
    'Bring the pods back to health, add a replica, or relax the budget (unhealthyPodEvictionPolicy: AlwaysAllow lets broken pods go)',
  ],
  next: ['kubectl get pdb -A; kubectl describe pdb {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['podDisruptionBudgets'],
  reads: ['eviction-refused', 'eviction-done'],
  wants: ['pods', 'nodes', 'events'],
  *run({ podDisruptionBudgets }, { snapshot }) {
    const told = new Set<LogHit>();
    const done = snapshot.hits('eviction-done');
    // What was evicted further down in the same output only had to wait for its turn.
    const refused = snapshot.hits('eviction-refused').filter((hit) => !done.some((end) => cameThrough(hit, end)));
    const blocked = blockedBy(snapshot);
    const draining = snapshot.list('nodes').some((node) => node.spec?.unschedulable === true);
    for (const budget of podDisruptionBudgets) {
      const { disruptionsAllowed, expectedPods, currentHealthy, desiredHealthy } = budget.status ?? {};
      const namespace = budget.metadata.namespace ?? '';
      const held = blocked.get(`${namespace}/${budget.metadata.name}`) ?? [];
      // A table shows what is allowed and not how many pods there are; an eviction was refused to some.
      if (disruptionsAllowed !== 0 || (expectedPods ?? (refused.length + held.length > 0 ? 1 : 0)) === 0) continue;
      const pods = snapshot
        .podsIn(namespace)
        .filter((pod) => matchesSelector(budget.spec?.selector, pod.metadata.labels));
      const unhealthy = currentHealthy !== undefined && desiredHealthy !== undefined && currentHealthy < desiredHealthy;
      const onCordoned =
        draining &&
        pods.some((pod) => snapshot.get('nodes', undefined, pod.spec?.nodeName ?? '')?.spec?.unschedulable === true);
      const hits = refused.filter((hit) => isHeldBy(budget, hit, podDisruptionBudgets, snapshot));
      for (const hit of hits) told.add(hit);
      const waits = hits.map((hit) => evicted(hit).pod);
      const { minAvailable, maxUnavailable } = budget.spec ?? {};
      // A table shows what is demanded, and not how many pods there are.
      const demanded =
        currentHealthy !== undefined && expectedPods !== undefined && desiredHealthy !== undefined
          ? `: ${currentHealthy} of ${expectedPods} pods are healthy and ${desiredHealthy} are demanded`
          : minAvailable !== undefined
            ? ` (minAvailable ${minAvailable})`
            : maxUnavailable !== undefined
              ? ` (maxUnavailable ${maxUnavailable})`
              : '';
      const owner = hits
        .flatMap((hit) => snapshot.get('pods', budget.metadata.namespace, evicted(hit).pod) ?? [])
        .map((pod) => snapshot.workloadOf(pod))[0];
      const size =
        owner === undefined || currentHealthy !== undefined
          ? ''
          : ` of the ${snapshot.podsOf(owner).length} pods of ${owner.kind} ${owner.name}`;
      yield {
        subject: snapshot.subject(budget),
        variant: unhealthy ? 'unhealthy' : 'structural',
        // A budget that is only strict harms nobody until a node is drained.
        ...(onCordoned || hits.length > 0 || held.length > 0 ? {} : { severity: 'info' as const }),
        message: `Budget ${budget.metadata.name} allows no disruption${demanded}${size}${onCordoned ? '; one of its pods is on a cordoned node' : ''}${waits.length === 0 ? '' : `; the drain cannot evict ${waits.join(', ')}`}${held.length === 0 ? '' : `; because of it Karpenter cannot disrupt ${firstFew([...new Set(held.map((event) => event.involvedObject?.name ?? ''))])}, to consolidate, replace or update: the budget prevents pod evictions`}${besideHits(hits, CORDONED)}`,
        evidence: [
          snapshot.quote(budget, '/status/disruptionsAllowed'),
          ...hits.slice(0, 2).map((hit) => snapshot.evidenceOf(hit)[0]),
          ...held.slice(0, 2).map((event) => snapshot.quoteEvent(event)),
        ],
        related: pods.slice(0, 10).map((pod) => ({ kind: 'Pod', namespace, name: pod.metadata.name })),
      };
    }
    for (const hit of refused) {
      if (told.has(hit)) continue;
      const { pod, namespace, budget } = evicted(hit);
      yield {
        subject: pod === '' ? snapshot.subjectOfLog(hit.origin, {}) : snapshot.named('Pod', pod, { namespace }),
        variant: 'refused',
        message: `${pod === '' ? 'A pod' : `Pod ${pod}`} cannot be evicted: that would violate its disruption budget (PodDisruptionBudget${budget === undefined ? '' : ` ${budget}`}), so the drain hangs${besideHits([hit], CORDONED)}`,
        evidence: snapshot.evidenceOf(hit),
      };
    }
  },
});

/** `PDB "shop/web" prevents pod evictions`, `Pdb prevents pod evictions (PodDisruptionBudget=[shop/web])`. */
const KARPENTER =
  /\bPDB "(?<named>[^"]{3,320})" prevents pod evictions|\bPDB prevents pod evictions \(PodDisruptionBudget=\[?(?<listed>[^\])]{3,320})/i;

/** Karpenter's events on nodes that it wants to remove, and a budget forbids it; by `namespace/name` of the budget. */
function blockedBy(snapshot: Snapshot): ReadonlyMap<string, readonly KubeEvent[]> {
  const said = snapshot.list('events').filter(({ reason }) => reason === 'DisruptionBlocked');
  return groupBy(said, (event) => {
    const { named, listed } = KARPENTER.exec(eventMessage(event))?.groups ?? {};
    return named ?? listed;
  });
}

/** The pod that could not be evicted, and the budget where the line names it. */
function evicted({ groups }: LogHit): { pod: string; namespace: string | undefined; budget: string | undefined } {
  return {
    pod: groups['pod'] ?? groups['held'] ?? groups['asked'] ?? '',
    namespace: groups['namespace'] ?? groups['space'],
    budget: groups['pdb'],
  };
}

/** Whether that pod, or all of a node's pods, were evicted after all. */
function cameThrough(refused: LogHit, done: LogHit): boolean {
  if (done.origin.file !== refused.origin.file || done.last.line < refused.last.line) return false;
  return done.groups['node'] !== undefined || done.groups['pod'] === evicted(refused).pod;
}

/** Whether the pod that could not be evicted is the budget's: by its selector, its name, or as the only one there that allows none. */
function isHeldBy(
  budget: ObjectOf<'podDisruptionBudgets'>,
  hit: LogHit,
  budgets: readonly ObjectOf<'podDisruptionBudgets'>[],
  snapshot: Snapshot,
): boolean {
  const { pod, namespace } = evicted(hit);
  if (namespace !== undefined && (budget.metadata.namespace ?? namespace) !== namespace) return false;
  const labels = snapshot.get('pods', budget.metadata.namespace, pod)?.metadata.labels;
  if (labels !== undefined && budget.spec?.selector !== undefined) return matchesSelector(budget.spec.selector, labels);
  const strict = budgets.filter(
    ({ metadata, status }) =>
      status?.disruptionsAllowed === 0 && (namespace === undefined || (metadata.namespace ?? namespace) === namespace),
  );
  return strict.length === 1 || pod.startsWith(`${budget.metadata.name.replace(/-pdb$/, '')}-`);
}
