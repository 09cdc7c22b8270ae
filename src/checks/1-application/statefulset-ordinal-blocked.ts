import { isBeingDeleted } from '../../snapshot/ages.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** `web-3` of set `web` is 3. */
function ordinalOf(pod: Pod, set: string): number | undefined {
  const rest = pod.metadata.name.slice(set.length + 1);
  return pod.metadata.name.startsWith(`${set}-`) && /^\d{1,9}$/.test(rest) ? Number(rest) : undefined;
}

/** By its condition; table rows have none, there the containers tell. */
function isReady(pod: Pod): boolean {
  if (isBeingDeleted(pod)) return false;
  const condition = pod.status?.conditions?.find((one) => one.type === 'Ready');
  if (condition !== undefined) return condition.status === 'True';
  const containers = pod.status?.containerStatuses ?? [];
  return containers.length > 0 && containers.every((one) => one.ready === true);
}

function podsOf(snapshot: Snapshot, namespace: string, set: string): readonly { pod: Pod; ordinal: number }[] {
  return snapshot
    .podsIn(namespace)
    .flatMap((pod) => {
      const owner = snapshot.controllerOf(pod);
      const ordinal = ordinalOf(pod, set);
      return ordinal === undefined || (owner !== undefined && owner.kind !== 'StatefulSet') ? [] : [{ pod, ordinal }];
    })
    .sort((a, b) => a.ordinal - b.ordinal);
}

export default defineCheck({
  id: 'statefulset-ordinal-blocked',
  layer: 1,
  title: 'StatefulSets move past every ordinal',
  failureTitle: 'The StatefulSet is stuck behind a pod that is not ready',
  why: 'With OrderedReady each pod waits for the one before it; and a broken revision is not replaced by a rollback while its pod is not ready.',
  fix: [
    'Repair the pod that blocks; after correcting the template delete it by hand, so that it is made anew',
    'Use podManagementPolicy: Parallel when the order does not matter',
  ],
  next: ['kubectl get pods -n {namespace} -o wide; kubectl describe statefulset {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['statefulSets', 'pods'],
  *run({ statefulSets }, { snapshot }) {
    for (const set of statefulSets) {
      const { namespace = '', name } = set.metadata;
      const wanted = set.spec?.replicas;
      if (wanted === undefined || set.spec?.podManagementPolicy === 'Parallel' || !snapshot.listed('pods', namespace))
        continue;
      const pods = podsOf(snapshot, namespace, name);
      const blocking = pods.find(({ pod }) => !isReady(pod));
      if (blocking === undefined || pods.length >= wanted) continue;
      yield {
        subject: snapshot.subject(set),
        message: `StatefulSet ${name} has ${pods.length} of ${wanted} pods: ${blocking.pod.metadata.name} is not ready, and the pods after it wait for it`,
        evidence: [snapshot.quote(blocking.pod, '/status/phase'), snapshot.quote(set, '/status')],
        related: [{ kind: 'Pod', namespace, name: blocking.pod.metadata.name }],
      };
    }
  },
});
