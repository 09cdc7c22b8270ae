import { firstFew } from '../../lib/in-words.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import { claimSubject, consumersOf } from '../../snapshot/scheduling/claims.ts';
import { refTo } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pvc-deleting-in-use',
  layer: 2,
  title: 'No claim waits to be deleted while pods use it',
  failureTitle: 'The claim is Terminating while pods use it',
  why: 'The finalizer kubernetes.io/pvc-protection keeps a claim until its last pod is gone; new pods cannot use it meanwhile. A deletion cannot be taken back: when the pods go, the claim goes, and with reclaim policy Delete its data.',
  fix: [
    'If the claim shall go, delete the pods that use it (scale their workload to 0); if it was deleted by mistake, set the reclaim policy of its volume to Retain and save the data before a pod of it ends',
  ],
  next: ["kubectl describe pvc {name} -n {namespace} | grep -A3 'Used By'"],
  severity: 'warning',
  confidence: 'high',
  needs: ['persistentVolumeClaims'],
  wants: ['persistentVolumes', 'pods', 'deployments', 'statefulSets'],
  *run({ persistentVolumeClaims }, { snapshot }) {
    for (const claim of persistentVolumeClaims) {
      if (!isBeingDeleted(claim)) continue;
      const { namespace, name } = claim.metadata;
      const pods = [
        ...new Set([...consumersOf(snapshot, claim).map((pod) => pod.metadata.name), ...(claim.status?.usedBy ?? [])]),
      ];
      // Of a row neither its finalizers nor its pods are known; what holds a claim is nearly always a pod.
      const unknown =
        snapshot.sourcesOf(claim).every(({ detail }) => detail === 'row') &&
        snapshot.podsIn(namespace ?? '').every((pod) => pod.spec?.volumes === undefined);
      if (pods.length === 0 && !unknown) continue;
      yield {
        subject: claimSubject(snapshot, claim),
        ...(pods.length === 0 ? { confidence: 'low' as const } : {}),
        message:
          pods.length === 0
            ? `Claim ${name} is Terminating: a finalizer keeps it, nearly always kubernetes.io/pvc-protection, because a pod still uses it`
            : `Claim ${name} is being deleted (Terminating) but still used by ${firstFew(pods)}: kubernetes.io/pvc-protection keeps it`,
        evidence: [snapshot.quote(claim, '/metadata/deletionTimestamp')],
        related: pods.slice(0, 10).map((pod) => refTo('Pod', namespace, pod)),
      };
    }
    for (const volume of snapshot.list('persistentVolumes')) {
      const holder = volume.spec?.claimRef;
      const phase =
        holder?.name === undefined
          ? undefined
          : snapshot.get('persistentVolumeClaims', holder.namespace, holder.name)?.status?.phase;
      // Its claim may be on its way out too: then it goes when the claim has gone.
      if (!isBeingDeleted(volume) || holder?.name === undefined || phase !== 'Bound') continue;
      const claim = refTo('PersistentVolumeClaim', holder.namespace, holder.name);
      const object = snapshot.get('persistentVolumeClaims', holder.namespace, holder.name);
      if (object !== undefined && isBeingDeleted(object)) continue;
      yield {
        subject: snapshot.subject(volume),
        variant: 'volume',
        severity: 'warning',
        title: 'The PersistentVolume is Terminating while its claim is bound',
        message: `PersistentVolume ${volume.metadata.name} is being deleted (Terminating) and still bound to claim ${holder.namespace ?? ''}/${holder.name}: kubernetes.io/pv-protection keeps it until the claim goes, and then it goes too`,
        fix: [
          'Set persistentVolumeReclaimPolicy to Retain and back the data up before anything else; then delete the claim, and make volume and claim anew on the same storage',
        ],
        evidence: [snapshot.quote(volume, '/metadata/deletionTimestamp')],
        related: [claim],
      };
    }
  },
});
