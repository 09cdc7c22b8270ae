import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import { ageOf, DAY_MS, isHistoric } from '../../snapshot/ages.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { isWell, podsWithNews } from '../../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const LOW = /The node was low on resource: ([\w.-]{1,60})/;
const CONDITION = /The node had condition: \[(\w{1,40})\]/;
/** Its own limit is another matter. */
const OWN_LIMIT = /exceeds the limit|exceeded its local|exceeds the total limit/;
/** So many evicted pods of one workload are a pattern and not a leftover. */
const FEW = 3;

export default defineCheck({
  id: 'pod-evicted',
  layer: 1,
  title: 'No pod was evicted',
  failureTitle: 'The pod was evicted because its node ran low on a resource',
  why: 'The kubelet ends pods when memory, disk, inodes or process ids run low: first those that use more than they requested.',
  fix: ['Relieve the node of {resource} pressure and set requests that fit the use.'],
  next: ['kubectl get pods -A --field-selector=status.phase=Failed -o wide', 'kubectl describe node {node}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    for (const seen of podsWithNews(snapshot)) {
      const { pod } = seen;
      const event = seen.events.findLast(
        (e) => e.reason === 'Evicted' && (LOW.test(eventMessage(e)) || CONDITION.test(eventMessage(e))),
      );
      if (seen.events.some((e) => e.reason === 'Evicted' && OWN_LIMIT.test(eventMessage(e)))) continue;
      const evicted = pod?.status?.reason === 'Evicted';
      if (!evicted && event === undefined) continue;
      const text = pod?.status?.message ?? (event === undefined ? '' : eventMessage(event));
      if (OWN_LIMIT.test(text)) continue;
      const resource = LOW.exec(text)?.[1]?.replace(/\.$/, '') ?? CONDITION.exec(text)?.[1];
      const since = event === undefined ? (timeOf(pod?.status?.startTime) ?? Number.NaN) : eventFirstTime(event);
      const at = event === undefined ? undefined : since;
      const old = isHistoric(snapshot, at);
      const node = pod?.spec?.nodeName ?? event?.source?.host;
      const left = event === undefined && pod !== undefined && isLeftover(pod, snapshot);
      yield {
        subject: seen.subject(),
        variant: resource ?? 'unknown',
        message: `Pod ${seen.ref.name} was evicted${node === undefined ? '' : ` from node ${node}`}${text === '' ? '' : `: ${text.slice(0, 300)}`}`,
        evidence:
          event !== undefined
            ? [snapshot.quoteEvent(event)]
            : [snapshot.quote(pod, pod?.status?.message === undefined ? '/status/reason' : '/status/message')],
        params: { resource: resource ?? 'resource', node: node ?? 'NODE' },
        related: node === undefined ? [] : [{ kind: 'Node', name: node }],
        ...(since === undefined || Number.isNaN(since) ? {} : { since }),
        ...(old || left ? { state: 'historic' as const } : {}),
      };
    }
  },
});

/**
 * A row that nobody removed: made more than a day ago, its workload has other pods that are all well, and it is one of
 * few. When it was evicted is not known; the kubelet deletes no failed pod, and the collector of the control plane only
 * beyond 12,500.
 */
function isLeftover(pod: Pod, snapshot: Snapshot): boolean {
  const age = ageOf(snapshot, pod);
  if (age === undefined || age <= DAY_MS) return false;
  const owner = snapshot.workloadOf(pod);
  if (owner === undefined) return false;
  const fellows = snapshot.podsIn(pod.metadata.namespace ?? '').filter((other) => {
    const theirs = other === pod ? undefined : snapshot.workloadOf(other);
    return theirs?.kind === owner.kind && theirs.name === owner.name;
  });
  const evicted = fellows.filter((other) => other.status?.reason === 'Evicted');
  const others = fellows.filter((other) => other.status?.reason !== 'Evicted');
  return evicted.length < FEW && others.length > 0 && others.every(isWell);
}
