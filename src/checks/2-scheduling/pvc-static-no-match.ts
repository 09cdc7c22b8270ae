import {
  claimEvent,
  claimSubject,
  classNameOf,
  isStatic,
  mismatches,
  pendingClaims,
  type Mismatch,
} from '../../snapshot/scheduling/claims.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../snapshot/kinds/index.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { claimNames } from '../../snapshot/scheduling/claims.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** How far apart: each difference counts, and a volume in use counts more than one that is free but unlike. */
const distance = (found: readonly Mismatch[]): number =>
  found.reduce((sum, one) => sum + (one.kind === 'occupied' || one.kind === 'volume-name' ? 1.5 : 1), 0);

/** With WaitForFirstConsumer nothing is bound before a pod wants it. */
function mayWait(snapshot: Snapshot, claim: PersistentVolumeClaim): boolean {
  const mode = snapshot.get('storageClasses', undefined, classNameOf(claim) ?? '')?.volumeBindingMode;
  return (
    mode === 'WaitForFirstConsumer' &&
    !unscheduledPods(snapshot).some(
      ({ view }) =>
        view.namespace === claim.metadata.namespace && claimNames(view.spec, view.name).includes(claim.metadata.name),
    )
  );
}

const ADVICE: Readonly<Record<Mismatch['kind'], string>> = {
  occupied: 'Create another PersistentVolume for this claim, or release the one that is bound to another claim',
  phase: 'Clear the claimRef of the volume after checking its data, or create another volume',
  'storage-class':
    'Give claim and volume the same storageClassName (the class of a claim cannot be changed: recreate it)',
  capacity: 'Request no more than the volume has, or create a larger PersistentVolume',
  'access-mode': 'Ask for an access mode that the volume offers, or create a volume that offers it',
  'volume-mode': 'Give claim and volume the same volumeMode',
  selector: 'Label the volume as the selector of the claim wants, or correct the selector',
  'volume-name': 'Correct volumeName of the claim, or create that volume',
};

export default defineCheck({
  id: 'pvc-static-no-match',
  layer: 2,
  title: 'Every claim for a static volume finds one that fits',
  failureTitle: 'No PersistentVolume fits the claim',
  why: 'A volume must be free, of the same class and mode, large enough, offer every access mode, and match the selector; one difference keeps the claim Pending.',
  fix: ['Correct the field that differs, on the claim or on the volume'],
  next: ['kubectl get pv; kubectl describe pvc {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['persistentVolumeClaims', 'events'],
  wants: ['persistentVolumes', 'storageClasses', 'pods', 'events', 'deployments', 'statefulSets'],
  *run({ persistentVolumes }, { snapshot }) {
    const listed = snapshot.listed('persistentVolumes') || persistentVolumes.length > 0;
    for (const claim of pendingClaims(snapshot)) {
      if (!listed || !isStatic(snapshot, claim) || mayWait(snapshot, claim)) continue;
      const event = claimEvent(snapshot, claim, 'FailedBinding', 'VolumeMismatch');
      const ranked = persistentVolumes
        .map((volume) => ({ volume, found: mismatches(claim, volume) }))
        .sort((a, b) => distance(a.found) - distance(b.found));
      const named = persistentVolumes.find((volume) => volume.metadata.name === claim.spec?.volumeName);
      const nearest = ranked.find(({ volume }) => volume === named) ?? ranked[0];
      if (nearest?.found.length === 0) continue; // it fits: binding is under way
      const subject = claimSubject(snapshot, claim);
      const name = claim.metadata.name;
      const words = event === undefined ? [] : [snapshot.quoteEvent(event)];
      if (nearest === undefined) {
        yield {
          subject,
          variant: 'none',
          message: `Claim ${name} asks for a static volume of class "${classNameOf(claim) ?? ''}", and there is no PersistentVolume`,
          evidence: [snapshot.quote(claim, '/status/phase'), ...words],
          fix: ['Create a PersistentVolume that fits the claim, or name a StorageClass that provisions one'],
        };
        continue;
      }
      yield {
        subject,
        ...describe(claim, nearest.volume, nearest.found, persistentVolumes.length),
        evidence: [
          snapshot.quote(claim, '/status/phase'),
          snapshot.quote(claim, nearest.found[0]?.claimPointer ?? '/spec'),
          snapshot.quote(nearest.volume, nearest.found[0]?.volumePointer ?? '/spec'),
          ...words,
        ],
        related: [
          { kind: 'PersistentVolume', name: nearest.volume.metadata.name },
          ...(nearest.volume.spec?.claimRef?.name === undefined
            ? []
            : [
                {
                  kind: 'PersistentVolumeClaim',
                  namespace: nearest.volume.spec.claimRef.namespace ?? '',
                  name: nearest.volume.spec.claimRef.name,
                },
              ]),
        ],
      };
    }
  },
});

function describe(claim: PersistentVolumeClaim, volume: PersistentVolume, found: readonly Mismatch[], volumes: number) {
  const among = volumes === 1 ? 'the only PersistentVolume' : `the nearest of ${volumes} PersistentVolumes`;
  return {
    variant: found[0]?.kind ?? 'none',
    message: `Claim ${claim.metadata.name} is Pending because no PersistentVolume fits; ${among}, ${volume.metadata.name}, differs in ${found.length === 1 ? 'one thing' : `${found.length} things`}: ${found.map((one) => one.words).join('; ')}`,
    fix: found.map((one) => ADVICE[one.kind]),
  };
}
