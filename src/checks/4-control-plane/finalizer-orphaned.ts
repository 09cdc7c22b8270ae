import { spellTime } from '../../lib/timestamp.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import { customTroubles } from '../../snapshot/custom-state.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Controllers act within seconds, clean-up of cloud resources takes minutes (catalogue). */
const PATIENCE_MS = 10 * 60_000;
/** The cluster's own finalizers: what holds them is told by other checks. */
const OWN =
  /^(?:kubernetes(?:\.io\/.*)?|foregroundDeletion|orphan|batch\.kubernetes\.io\/.*|service\.kubernetes\.io\/.*|customresourcecleanup\.apiextensions\.k8s\.io|external-attacher\/.*|external-provisioner\.volume\.kubernetes\.io\/.*|snapshot\.storage\.kubernetes\.io\/.*)$/;

const foreign = (finalizers: readonly string[]): readonly string[] =>
  finalizers.filter((finalizer) => !OWN.test(finalizer));

const words = (kind: string, name: string, since: number, finalizers: readonly [string, ...string[]]): string =>
  `${kind} ${name} has been deleting since ${spellTime(since)} and waits for finalizer ${finalizers.join(', ')}: the controller of ${finalizers[0].split('/')[0] ?? ''} does not remove it`;

export default defineCheck({
  id: 'finalizer-orphaned',
  layer: 4,
  title: 'Objects finish deleting',
  failureTitle: 'An object cannot be deleted: its finalizer is not removed',
  why: 'The controller that owns the finalizer must clean up and remove it. When it was uninstalled first, nobody does.',
  fix: [
    'Bring the controller that owns {finalizer} back; only when that is impossible, clean up by hand and remove the finalizer with kubectl patch',
  ],
  next: ['kubectl get {kind} {name} -n {namespace} -o yaml'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: [
    'pods',
    'namespaces',
    'services',
    'persistentVolumeClaims',
    'customResourceDefinitions',
    'configMaps',
    'secrets',
    'ingresses',
    'customResources',
  ],
  wants: ['deployments', 'statefulSets', 'jobs'],
  *run({ customResources, ...facts }, { snapshot, now }) {
    if (now === undefined) return;
    // What says more of itself is told with it, as a resource that is not ready.
    const told = new Set(customTroubles(snapshot).map(({ resource }) => resource));
    for (const resource of customResources) {
      const { deletion, resourceKind: kind, name, namespace } = resource;
      const since = timeOf(deletion?.since);
      const [first, ...more] = foreign(deletion?.finalizers ?? []);
      if (deletion === undefined || told.has(resource) || since === undefined || first === undefined) continue;
      if (now - since < PATIENCE_MS) continue;
      yield {
        subject: snapshot.named(kind, name, { namespace }),
        message: words(kind, name, since, [first, ...more]),
        evidence: [deletion.source],
        params: { finalizer: first, kind: kind.toLowerCase() },
        since,
      };
    }
    for (const list of Object.values<readonly AnyObject[]>(facts))
      for (const object of list) {
        if (!isBeingDeleted(object)) continue;
        const since = timeOf(object.metadata.deletionTimestamp);
        const [first, ...more] = foreign(object.metadata.finalizers ?? []);
        if (since === undefined || first === undefined || now - since < PATIENCE_MS) continue;
        yield {
          subject: snapshot.subject(object),
          message: words(object.kind, object.metadata.name, since, [first, ...more]),
          evidence: [
            snapshot.quote(object, '/metadata/finalizers'),
            snapshot.quote(object, '/metadata/deletionTimestamp'),
          ],
          params: { finalizer: first },
          since,
        };
      }
  },
});
