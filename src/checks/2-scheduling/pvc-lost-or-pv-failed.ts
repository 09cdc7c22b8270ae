import { claimSubject } from '../../snapshot/scheduling/claims.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pvc-lost-or-pv-failed',
  layer: 2,
  title: 'Claims have their volumes and no volume has failed',
  failureTitle: 'The claim has lost its volume, or the volume failed',
  why: 'A bound volume was deleted, or reclaiming it failed: the data behind it may be gone or orphaned.',
  fix: [
    'Restore the PersistentVolume object (same name and claimRef) if the storage still exists, else restore from backup',
  ],
  next: ['kubectl get pv,pvc -A'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['persistentVolumeClaims', 'persistentVolumes'],
  wants: ['pods', 'deployments', 'statefulSets'],
  *run({ persistentVolumeClaims, persistentVolumes }, { snapshot }) {
    for (const claim of persistentVolumeClaims) {
      if (claim.status?.phase !== 'Lost') continue;
      yield {
        subject: claimSubject(snapshot, claim),
        variant: 'lost',
        message: `Claim ${claim.metadata.name} is Lost: its volume ${claim.spec?.volumeName ?? ''} no longer exists`,
        evidence: [snapshot.quote(claim, '/status/phase')],
      };
    }
    for (const volume of persistentVolumes) {
      if (volume.status?.phase !== 'Failed') continue;
      const holder = volume.spec?.claimRef;
      yield {
        subject: snapshot.subject(volume),
        variant: 'failed',
        severity: 'warning',
        message: `Volume ${volume.metadata.name} is Failed${volume.status.message === undefined ? '' : `: ${volume.status.message}`}`,
        evidence: [snapshot.quote(volume, volume.status.message === undefined ? '/status/phase' : '/status/message')],
        related:
          holder?.name === undefined
            ? []
            : [{ kind: 'PersistentVolumeClaim', namespace: holder.namespace ?? '', name: holder.name }],
      };
    }
  },
});
