import { isBeingDeleted } from '../../snapshot/ages.ts';
import { claimSubject, consumersOf } from '../../snapshot/scheduling/claims.ts';
import { defineCheck } from '../check.ts';
import { names } from './rejected.ts';

export default defineCheck({
  id: 'pvc-deleting-in-use',
  layer: 2,
  title: 'No claim waits to be deleted while pods use it',
  failureTitle: 'The claim is Terminating while pods use it',
  why: 'The finalizer kubernetes.io/pvc-protection keeps a claim until its last pod is gone; new pods cannot use it meanwhile.',
  fix: ['Remove the pods that use it, or recreate the claim'],
  next: ["kubectl describe pvc {name} -n {namespace} | grep 'Used By'"],
  severity: 'info',
  confidence: 'high',
  needs: ['persistentVolumeClaims'],
  wants: ['pods', 'deployments', 'statefulSets'],
  *run({ persistentVolumeClaims }, { snapshot }) {
    for (const claim of persistentVolumeClaims) {
      if (!isBeingDeleted(claim)) continue;
      const pods = consumersOf(snapshot, claim).map((pod) => pod.metadata.name);
      if (pods.length === 0) continue;
      yield {
        subject: claimSubject(snapshot, claim),
        message: `Claim ${claim.metadata.name} is being deleted but still used by ${names(pods)}`,
        evidence: [snapshot.quote(claim, '/metadata/deletionTimestamp')],
      };
    }
  },
});
