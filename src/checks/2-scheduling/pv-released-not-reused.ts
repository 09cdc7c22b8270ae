import { mismatches, pendingClaims } from '../../snapshot/scheduling/claims.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pv-released-not-reused',
  layer: 2,
  title: 'No released volume is held back from a claim that it fits',
  failureTitle: 'A Released volume would fit a Pending claim',
  why: 'With reclaim policy Retain a released volume keeps its old claimRef and is never bound again by itself.',
  fix: ['After checking the data: kubectl patch pv {name} -p \'{"spec":{"claimRef":null}}\''],
  next: ['kubectl get pv | grep Released'],
  severity: 'info',
  confidence: 'high',
  needs: ['persistentVolumes', 'persistentVolumeClaims'],
  *run({ persistentVolumes }, { snapshot }) {
    const pending = pendingClaims(snapshot);
    for (const volume of persistentVolumes) {
      if (volume.status?.phase !== 'Released') continue;
      const claim = pending.find((one) =>
        mismatches(one, volume).every((found) => found.kind === 'occupied' || found.kind === 'phase'),
      );
      if (claim === undefined) continue;
      yield {
        subject: snapshot.subject(volume),
        message: `Volume ${volume.metadata.name} is Released and would fit the Pending claim ${claim.metadata.namespace ?? ''}/${claim.metadata.name}`,
        evidence: [snapshot.quote(volume, '/status/phase'), snapshot.quote(claim, '/status/phase')],
        related: [refOf(claim)],
      };
    }
  },
});
