import { refOf, type Ref } from '../../snapshot/ref.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { defineCheck, type Evidence } from '../check.ts';

/** One object may just have been changed; several are a controller that stands still (catalogue). */
const SEVERAL = 3;

export default defineCheck({
  id: 'controllers-behind',
  layer: 4,
  title: 'The controllers have seen the latest specs',
  failureTitle: 'Controllers have not acted on changed objects',
  why: 'status.observedGeneration is behind metadata.generation: the controller manager does not run, cannot write, or is far behind.',
  fix: ['Look at kube-controller-manager (pod, lease, log), then at the latency of the API server and at webhooks'],
  next: [
    'kubectl -n kube-system get lease kube-controller-manager -o yaml',
    'kubectl -n kube-system logs -l component=kube-controller-manager --tail=200',
  ],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['deployments', 'statefulSets', 'daemonSets', 'replicaSets'],
  *run({ deployments, statefulSets, daemonSets, replicaSets }, { snapshot }) {
    const behind: { readonly object: AnyObject; readonly by: string }[] = [];
    for (const object of [...deployments, ...statefulSets, ...daemonSets, ...replicaSets]) {
      const wanted = object.metadata.generation;
      const seen = object.status?.observedGeneration;
      // A paused Deployment is observed too; one that is being deleted is left alone.
      if (wanted === undefined || seen === undefined || seen >= wanted || isBeingDeleted(object)) continue;
      behind.push({ object: object, by: `generation ${wanted}, observed ${seen}` });
    }
    const [first] = behind;
    if (first === undefined) return;
    const evidence: Evidence[] = behind.map(({ object }) => snapshot.quote(object, '/status/observedGeneration'));
    const related: Ref[] = behind.slice(0, 20).map(({ object }) => refOf(object));
    yield {
      subject: componentSubject(snapshot, 'kube-controller-manager'),
      severity: behind.length >= SEVERAL ? 'critical' : 'warning',
      ...(behind.length >= SEVERAL ? { confidence: 'high' as const } : {}),
      message: `${behind.length === 1 ? 'One object was' : `${behind.length} objects were`} changed and their controller has not acted on it: ${behind
        .slice(0, 3)
        .map(({ object, by }) => `${object.kind} ${object.metadata.name} (${by})`)
        .join(', ')}`,
      evidence: [evidence[0] ?? snapshot.quote(first.object, '/metadata/generation'), ...evidence.slice(1)],
      related,
    };
  },
});
