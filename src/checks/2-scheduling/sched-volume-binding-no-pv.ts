import { defineCheck } from '../check.ts';
import { claimsWaitedFor, classNameOf, NO_PROVISIONER } from '../../snapshot/scheduling/claims.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { because, rejected, share } from './rejected.ts';

/** The claims that the pod waits for whose class makes no volumes by itself. */
function byHand(
  snapshot: Snapshot,
  claims: readonly Ref[],
): { readonly words: string; readonly evidence: readonly Evidence[] } | undefined {
  for (const { namespace, name } of claims) {
    const claim = snapshot.get('persistentVolumeClaims', namespace, name);
    const storageClass = snapshot.get('storageClasses', undefined, (claim && classNameOf(claim)) ?? '');
    if (storageClass?.provisioner !== NO_PROVISIONER) continue;
    return {
      words: `: claim ${name} is of class ${storageClass.metadata.name}, for which nobody makes volumes (${NO_PROVISIONER}), and no PersistentVolume that exists fits it`,
      evidence: [snapshot.quote(storageClass, '/provisioner')],
    };
  }
  return undefined;
}

export default defineCheck({
  id: 'sched-volume-binding-no-pv',
  layer: 2,
  title: 'Volumes can be bound where pods may run',
  failureTitle: 'No volume can be bound on any node',
  why: 'Claims that wait for their first consumer need a free local volume or an allowed topology on the node; drivers that publish capacity need enough of it.',
  fix: ['Add a volume or capacity in the right topology, or correct allowedTopologies of the StorageClass'],
  next: ['kubectl get pv; kubectl get csistoragecapacities -A'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes', 'persistentVolumeClaims', 'storageClasses'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) =>
        reason.kind === 'volume-binding' || reason.kind === 'storage-capacity' || reason.kind === 'volume-missing',
      (cause, waiting) => {
        const claims = [...cause.reason.text.matchAll(/persistentvolumeclaim "([a-z0-9.-]{1,253})"/g)];
        const { namespace } = waiting.view;
        const related: readonly Ref[] = claims.map(([, name = '']) => ({
          kind: 'PersistentVolumeClaim',
          ...(namespace === undefined ? {} : { namespace }),
          name,
        }));
        const manual = byHand(snapshot, [...related, ...claimsWaitedFor(snapshot, namespace, waiting.view.name)]);
        return {
          related,
          ...(manual === undefined
            ? {}
            : {
                evidence: manual.evidence,
                fix: [
                  'Create the PersistentVolumes of this class by hand (for local volumes one for each claim and node), or use a class with a provisioner.',
                ],
              }),
          message: `No volume can be bound for pod ${waiting.view.name} on ${share(cause, waiting)} (${cause.reason.text})${manual?.words ?? ''}${because(cause)}`,
        };
      },
    );
  },
});
