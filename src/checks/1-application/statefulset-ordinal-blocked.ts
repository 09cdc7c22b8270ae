import { ageOf, YOUNG_MS } from '../../snapshot/ages.ts';
import { blockedAt } from '../../snapshot/pods/ordinals.ts';
import { defineCheck } from '../check.ts';

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
      const blocked = blockedAt(snapshot, set);
      if (blocked === undefined) continue;
      const { by, made, wanted } = blocked;
      yield {
        subject: snapshot.subject(set),
        // A pod that has just been made is starting; a set that grows waits for each of its pods.
        ...((ageOf(snapshot, by) ?? YOUNG_MS) < YOUNG_MS ? { severity: 'info' as const } : {}),
        message: `StatefulSet ${name} has ${made} of ${wanted} pods: ${by.metadata.name} is not ready, and the pods after it wait for it`,
        evidence: [snapshot.quote(by, '/status/phase'), snapshot.quote(set, '/status')],
        related: [{ kind: 'Pod', namespace, name: by.metadata.name }],
      };
    }
  },
});
