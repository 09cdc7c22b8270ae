import { firstFew } from '../../lib/in-words.ts';
import { isTypo, nearest } from '../../lib/near-miss.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { claimEvent, claimSubject, classNameOf, pendingClaims, quoteClaim } from '../../snapshot/scheduling/claims.ts';
import { defineCheck } from '../check.ts';

const NOT_FOUND = /storageclass(?:\.storage\.k8s\.io)? "([^"]{1,253})" not found/i;

export default defineCheck({
  id: 'pvc-pending-class-missing',
  layer: 2,
  title: 'Every claim names a StorageClass that exists',
  failureTitle: 'The claim names a StorageClass that does not exist',
  why: 'A mistyped or uninstalled class provisions nothing, and the class of a claim cannot be changed.',
  fix: ['Create the StorageClass, or recreate the claim with the right name'],
  next: ['kubectl get storageclass; kubectl describe pvc {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['persistentVolumeClaims', 'events'],
  wants: ['storageClasses', 'persistentVolumes', 'events', 'pods', 'deployments', 'statefulSets'],
  *run({ storageClasses, persistentVolumes }, { snapshot }) {
    for (const claim of pendingClaims(snapshot)) {
      const event = claimEvent(snapshot, claim, 'ProvisioningFailed');
      const said = event === undefined ? undefined : NOT_FOUND.exec(eventMessage(event))?.[1];
      const name = said ?? classNameOf(claim);
      if (name === undefined || name === '') continue;
      const absent =
        said !== undefined ||
        (snapshot.listed('storageClasses') && !storageClasses.some((one) => one.metadata.name === name));
      // Volumes may carry a class that exists nowhere else: then it is a question of which volume fits.
      if (!absent || persistentVolumes.some((volume) => classNameOf(volume) === name)) continue;
      const known = storageClasses.map((one) => one.metadata.name);
      const meant = nearest(name, known, isTypo);
      const free = persistentVolumes.filter((volume) => volume.status?.phase === 'Available');
      yield {
        subject: claimSubject(snapshot, claim),
        message: `Claim ${claim.metadata.name} is Pending: its StorageClass "${name}" does not exist${meant === undefined ? '' : `; was "${meant}" meant?`}${known.length === 0 ? '' : ` (there ${known.length === 1 ? 'is' : 'are'} ${firstFew(known)})`}${free.length === 0 ? '' : `; the free PersistentVolume ${free[0]?.metadata.name ?? ''} has class "${free[0] === undefined ? '' : (classNameOf(free[0]) ?? '')}"`}`,
        evidence: [
          event !== undefined && said !== undefined
            ? snapshot.quoteEvent(event)
            : snapshot.quote(claim, '/spec/storageClassName'),
          ...quoteClaim(snapshot, claim, '/status/phase'),
        ],
        ...(meant === undefined
          ? {}
          : { fix: [`Recreate the claim with storageClassName: ${meant}, or create the class ${name}`] }),
      };
    }
  },
});
