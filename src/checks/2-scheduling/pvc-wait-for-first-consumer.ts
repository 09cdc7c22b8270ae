import { claimEvent, claimSubject, classNameOf, consumersOf, pendingClaims } from '../../snapshot/scheduling/claims.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pvc-wait-for-first-consumer',
  layer: 2,
  title: 'No claim waits for its first consumer',
  failureTitle: 'The claim waits for its first consumer: normal, look at the pod',
  why: 'With volumeBindingMode WaitForFirstConsumer a volume is made only when a pod that uses the claim gets a node.',
  fix: ['Nothing to do for storage: find out why the pod has no node, or whether any pod uses the claim'],
  next: ['kubectl describe pvc {name} -n {namespace}'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['persistentVolumeClaims', 'events'],
  wants: ['storageClasses', 'events', 'pods', 'deployments', 'statefulSets'],
  *run(_facts, { snapshot }) {
    for (const claim of pendingClaims(snapshot)) {
      const event = claimEvent(snapshot, claim, 'WaitForFirstConsumer', 'WaitForPodScheduled');
      const mode = snapshot.get('storageClasses', undefined, classNameOf(claim) ?? '')?.volumeBindingMode;
      if (event === undefined && mode !== 'WaitForFirstConsumer') continue;
      if (claimEvent(snapshot, claim, 'ExternalProvisioning', 'ProvisioningFailed') !== undefined) continue;
      const pods = consumersOf(snapshot, claim);
      yield {
        subject: claimSubject(snapshot, claim),
        message: `Claim ${claim.metadata.name} waits for its first consumer${pods[0] === undefined ? ': no pod in the bundle uses it' : `; pod ${pods[0].metadata.name} uses it and has no node yet`}`,
        evidence: [event === undefined ? snapshot.quote(claim, '/status/phase') : snapshot.quoteEvent(event)],
        related: pods.map((pod) => ({ kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name })),
      };
    }
  },
});
