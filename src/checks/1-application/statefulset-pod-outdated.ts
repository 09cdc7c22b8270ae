import { containersOf, isLooping } from '../../snapshot/pods/containers.ts';
import { pullFailures } from '../../snapshot/pods/image-pulls.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Images that the pod runs or cannot pull, where it is not well because of one of its containers. */
function brokenImages(snapshot: Snapshot, pod: Pod): readonly string[] {
  const pulled = pullFailures(snapshot).flatMap(({ seen, image, over }) =>
    !over && seen.ref.name === pod.metadata.name && image !== undefined ? [image] : [],
  );
  const looping = containersOf(pod).flatMap((container) => {
    const image = container.spec?.image ?? container.status?.image;
    return isLooping(container) && image !== undefined ? [image] : [];
  });
  return [...new Set([...pulled, ...looping])];
}

export default defineCheck({
  id: 'statefulset-pod-outdated',
  layer: 1,
  title: 'Broken pods of StatefulSets are of the template of today',
  failureTitle: 'The StatefulSet was corrected, but its broken pod is of the old template and is not replaced',
  why: 'In the order of its pods a StatefulSet waits until each is ready before it changes the next, and it waits for a broken one too: a corrected template does not reach the pod that needs it (kubernetes.io: forced rollback).',
  fix: ['Delete the pod: kubectl delete pod {name} -n {namespace}; it is made anew from the corrected template.'],
  next: [
    'kubectl get pods -n {namespace} -L controller-revision-hash; kubectl rollout status statefulset -n {namespace}',
  ],
  severity: 'critical',
  confidence: 'medium',
  needs: ['statefulSets', 'pods'],
  wants: ['events'],
  *run({ statefulSets }, { snapshot }) {
    for (const pod of unsteadyPods(snapshot)) {
      const stem = pod.metadata.name.replace(/-\d{1,9}$/, '');
      const set = statefulSets.find(
        ({ metadata: { name, namespace } }) =>
          name === stem && name !== pod.metadata.name && namespace === (pod.metadata.namespace ?? namespace),
      );
      const images = (set?.spec?.template?.spec?.containers ?? []).flatMap(({ image }) => image ?? []);
      if (set === undefined || set.spec?.podManagementPolicy === 'Parallel' || images.length === 0) continue;
      const old = brokenImages(snapshot, pod).find((image) => !images.includes(image));
      // The runtime tells images by their full names.
      if (old === undefined || images.some((image) => old.endsWith(`/${image}`) || image.endsWith(`/${old}`))) continue;
      yield {
        subject: snapshot.subject(pod),
        message: `Pod ${pod.metadata.name} still has image ${old}, which the template of StatefulSet ${stem} names no more (${images.join(', ')}): the pod is broken, so the StatefulSet does not replace it; delete it`,
        evidence: [snapshot.quote(pod, '/status'), snapshot.quote(set, '/spec/template/spec/containers/0/image')],
        related: [refOf(set)],
      };
    }
  },
});
