import { isTypo, nearest } from '../../lib/near-miss.ts';
import { claimNames } from '../../snapshot/scheduling/claims.ts';
import { isDeclaredOnly } from '../../snapshot/declared.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';
import { verdictWords } from './rejected.ts';

export default defineCheck({
  id: 'pvc-missing',
  layer: 2,
  title: 'Every claim that a pod mounts exists',
  failureTitle: 'The pod mounts a PersistentVolumeClaim that does not exist',
  why: 'The name or namespace is wrong, or creating the claim was refused; the pod stays Pending until the claim is there.',
  fix: ['Create the claim in the namespace of the pod, or correct claimName'],
  next: ['kubectl get pvc -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['persistentVolumeClaims'],
  *run({ persistentVolumeClaims }, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      const { namespace, name, spec } = waiting.view;
      const said = waiting.message?.reasons.find(
        (one) => one.kind === 'claim-missing' || one.kind === 'claim-deleting',
      );
      const listed = snapshot.listed('persistentVolumeClaims', namespace);
      const exists = (claim: string): boolean => {
        const found = snapshot.get('persistentVolumeClaims', namespace, claim);
        return found !== undefined && !isDeclaredOnly(snapshot, found);
      };
      const missing = said?.object ?? (listed ? claimNames(spec, name).find((claim) => !exists(claim)) : undefined);
      if (missing === undefined) continue;
      const here = persistentVolumeClaims
        .filter((one) => one.metadata.namespace === namespace)
        .map((one) => one.metadata.name);
      const meant = nearest(missing, here, isTypo);
      const elsewhere = persistentVolumeClaims.find(
        ({ metadata }) =>
          metadata.name === missing && metadata.namespace !== undefined && metadata.namespace !== namespace,
      );
      yield {
        subject: snapshot.subject(waiting.pod),
        ...(said?.kind === 'claim-deleting'
          ? {
              variant: 'deleting',
              title: 'The pod mounts a PersistentVolumeClaim that is being deleted',
              fix: [
                'Delete the pod, so that nothing uses the claim any more and it goes; a StatefulSet makes both anew',
                'See what else uses the claim, and its finalizers, when it stays',
              ],
            }
          : {}),
        message: `Pod ${name} mounts claim ${missing}, which ${said?.kind === 'claim-deleting' ? 'is being deleted' : `does not exist${namespace === '' ? '' : ` in namespace ${namespace}`}`}${meant === undefined ? '' : `; was "${meant}" meant?`}${elsewhere === undefined ? '' : `; a claim of that name is in namespace ${elsewhere.metadata.namespace ?? ''}`}.${verdictWords(waiting)}`,
        evidence: waiting.evidence,
        related: [{ kind: 'PersistentVolumeClaim', namespace, name: missing }],
        ...(waiting.since === undefined ? {} : { since: waiting.since }),
      };
    }
  },
});
