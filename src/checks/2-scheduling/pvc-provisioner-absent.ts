import { eventCount, eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import { claimEvent, claimSubject, classNameOf, pendingClaims, quoteClaim } from '../../snapshot/scheduling/claims.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

const WAITING = /provisioner ["']([^"']{1,253})["']/;
/** A provisioner that lives answers within seconds; two minutes leave room for its restart [catalogue]. */
const PATIENCE_MS = 120_000;

/** Words of drivers that say nothing of which one it is. */
const ANY_DRIVER = new Set([
  'csi',
  'com',
  'org',
  'io',
  'k8s',
  'storage',
  'driver',
  'provisioner',
  'net',
  'external',
  'kubernetes',
]);

/** Pods that are not well and belong to a storage driver, with a word of this one in a name or a setting. */
function illProvisioners(snapshot: Snapshot, driver: string): readonly Ref[] {
  const words = driver
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && !ANY_DRIVER.has(word));
  return unsteadyPods(snapshot).flatMap((pod) => {
    const containers = pod.spec?.containers ?? [];
    // A row of a table has no containers.
    const called = [pod.metadata.name, ...containers.map(({ name, image }) => `${name ?? ''} ${image ?? ''}`)].join(
      ' ',
    );
    if (!/provision|csi-/.test(called)) return [];
    const told = [
      pod.metadata.namespace,
      pod.metadata.name,
      ...containers.flatMap(({ image, args, env }) => [
        image,
        ...(args ?? []),
        ...(env ?? []).map(({ value }) => value),
      ]),
    ].join(' ');
    if (!words.some((word) => told.includes(word))) return [];
    const workload = snapshot.workloadOf(pod);
    return [refOf(pod), ...(workload === undefined ? [] : [workload])];
  });
}

export default defineCheck({
  id: 'pvc-provisioner-absent',
  layer: 2,
  title: 'Provisioners answer the claims that wait for them',
  failureTitle: 'The external provisioner does not answer',
  why: 'The claim waits for a volume that an external provisioner should create; it is not running, or the class names one that is not installed.',
  fix: ['Install or repair the controller of the storage driver, or correct the provisioner of the StorageClass'],
  next: ['kubectl get csidriver; kubectl get pods -A | grep -i -e csi -e provisioner'],
  severity: 'critical',
  confidence: 'high',
  needs: ['events'],
  wants: ['persistentVolumeClaims', 'storageClasses', 'csiDrivers', 'pods', 'deployments', 'statefulSets'],
  *run(_facts, { snapshot, now }) {
    for (const claim of pendingClaims(snapshot)) {
      const event = claimEvent(snapshot, claim, 'ExternalProvisioning');
      if (event === undefined) continue;
      // An answer of any kind, even a failure, shows that it lives.
      if (claimEvent(snapshot, claim, 'Provisioning', 'ProvisioningFailed') !== undefined) continue;
      const driver =
        WAITING.exec(eventMessage(event))?.[1] ??
        snapshot.get('storageClasses', undefined, classNameOf(claim) ?? '')?.provisioner ??
        'unknown';
      const first = eventFirstTime(event);
      if (eventCount(event) < 2 && first !== undefined && now !== undefined && now - first < PATIENCE_MS) continue;
      const missing = snapshot.listed('csiDrivers') && snapshot.get('csiDrivers', undefined, driver) === undefined;
      yield {
        subject: claimSubject(snapshot, claim),
        message: `Claim ${claim.metadata.name} waits for the external provisioner ${driver}, which does not answer${missing ? ': no CSIDriver of that name is installed' : ''}`,
        evidence: [snapshot.quoteEvent(event), ...quoteClaim(snapshot, claim, '/status/phase')],
        related: illProvisioners(snapshot, driver),
        ...(first === undefined ? {} : { since: first }),
        ...(missing ? {} : { confidence: 'medium' as const }),
      };
    }
  },
});
