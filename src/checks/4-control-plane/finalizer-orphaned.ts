import { spellTime } from '../../lib/timestamp.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Controllers act within seconds, clean-up of cloud resources takes minutes (catalogue). */
const PATIENCE_MS = 10 * 60_000;
/** The cluster's own finalizers: what holds them is told by other checks. */
const OWN =
  /^(?:kubernetes(?:\.io\/.*)?|foregroundDeletion|orphan|batch\.kubernetes\.io\/.*|service\.kubernetes\.io\/.*|customresourcecleanup\.apiextensions\.k8s\.io|external-attacher\/.*|external-provisioner\.volume\.kubernetes\.io\/.*|snapshot\.storage\.kubernetes\.io\/.*)$/;

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
  ],
  wants: ['deployments', 'statefulSets', 'jobs'],
  *run(facts, { snapshot, now }) {
    if (now === undefined) return;
    for (const list of Object.values<readonly AnyObject[]>(facts))
      for (const object of list) {
        if (!isBeingDeleted(object)) continue;
        const since = timeOf(object.metadata.deletionTimestamp);
        const finalizers = (object.metadata.finalizers ?? []).filter((finalizer) => !OWN.test(finalizer));
        const [first] = finalizers;
        if (since === undefined || first === undefined || now - since < PATIENCE_MS) continue;
        const domain = first.split('/')[0] ?? first;
        yield {
          subject: snapshot.subject(object),
          message: `${object.kind} ${object.metadata.name} has been deleting since ${spellTime(since)} and waits for finalizer ${finalizers.join(', ')}: the controller of ${domain} does not remove it`,
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
