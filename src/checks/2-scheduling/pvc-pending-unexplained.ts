import { spellDuration } from '../../lib/duration.ts';
import { ageOf } from '../../snapshot/ages.ts';
import { refOf } from '../../snapshot/ref.ts';
import { classNameOf, isStatic, pendingClaims } from '../../snapshot/scheduling/claims.ts';
import { defineCheck } from '../check.ts';

/** Provisioners answer within seconds; a slow cloud takes a minute or two (ours), ms. */
const PATIENCE_MS = 5 * 60_000;

export default defineCheck({
  id: 'pvc-pending-unexplained',
  layer: 2,
  title: 'Claims with a class are bound',
  failureTitle: 'The claim stays Pending, and no event says why',
  why: 'Either nobody makes volumes for its class (the provisioner is not there or fails), or the class waits for the first pod that uses the claim (volumeBindingMode WaitForFirstConsumer). The events of the claim tell which.',
  fix: [
    'Read the events of the claim; look at the provisioner of its class, and whether the class waits for a first consumer',
  ],
  next: ['kubectl describe pvc {name} -n {namespace}', 'kubectl get storageclass'],
  severity: 'warning',
  // Waiting for a first consumer is no fault, and looks the same.
  confidence: 'low',
  needs: ['persistentVolumeClaims'],
  wants: ['storageClasses', 'events'],
  *run(_facts, { snapshot }) {
    for (const claim of pendingClaims(snapshot)) {
      const name = classNameOf(claim) ?? '';
      const age = ageOf(snapshot, claim);
      if (name === '' || age === undefined || age < PATIENCE_MS || isStatic(snapshot, claim)) continue;
      if (snapshot.eventsAbout(refOf(claim)).length > 0) continue;
      const known = snapshot.get('storageClasses', undefined, name);
      // Of a class that is not there another check tells.
      if (known === undefined ? snapshot.listed('storageClasses') : known.volumeBindingMode === 'WaitForFirstConsumer')
        continue;
      yield {
        subject: snapshot.subject(claim),
        message: `Claim ${claim.metadata.name} (class ${name}) has been Pending for ${spellDuration(age / 1000)}; no event in the bundle says why`,
        evidence: [snapshot.quote(claim, '/status/phase')],
      };
    }
  },
});
