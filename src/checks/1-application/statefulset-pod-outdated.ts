import { onlyOne } from '../../lib/only-one.ts';
import { containersOf, isLooping } from '../../snapshot/pods/containers.ts';
import { pullFailures } from '../../snapshot/pods/image-pulls.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { PodSpec } from '../../snapshot/kinds/core.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

interface Broken {
  /** '' where nobody names the container. */
  readonly container: string;
  readonly image: string;
}

/** Whether an account of a pod is of this one; a line that somebody cut out names no namespace. */
const isOf = ({ name, namespace }: Ref, { metadata }: Pod): boolean =>
  name === metadata.name && (namespace === undefined || namespace === metadata.namespace);

/** The containers because of which the pod is not well, with the images that they run or cannot pull. */
function brokenOf(snapshot: Snapshot, pod: Pod): readonly Broken[] {
  const pulled = pullFailures(snapshot).flatMap(({ seen, container, image, over }) =>
    !over && isOf(seen.ref, pod) && image !== undefined ? [{ container, image }] : [],
  );
  const looping = containersOf(pod).flatMap((container) => {
    const image = container.spec?.image ?? container.status?.image;
    return isLooping(container) && image !== undefined ? [{ container: container.name, image }] : [];
  });
  return [...pulled, ...looping];
}

/** The image that the template names for the container; undefined of one that is not of the template (an injected one). */
function imageOf({ initContainers = [], containers = [] }: PodSpec, name: string): string | undefined {
  return name === ''
    ? onlyOne(containers)?.image
    : [...initContainers, ...containers].find((one) => one.name === name)?.image;
}

/** The same image, though the runtime tells images by their full names. */
const isSame = (one: string, other: string): boolean =>
  one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`);

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
  *run(_facts, { snapshot }) {
    for (const pod of unsteadyPods(snapshot)) {
      const owner = snapshot.controllerOf(pod);
      if (owner?.kind !== 'StatefulSet') continue;
      const set = snapshot.get('statefulSets', owner.namespace, owner.name);
      const template = set?.spec?.template?.spec;
      if (set === undefined || template === undefined || set.spec?.podManagementPolicy === 'Parallel') continue;
      for (const { container, image } of brokenOf(snapshot, pod)) {
        const now = imageOf(template, container);
        if (now === undefined || isSame(image, now)) continue;
        yield {
          subject: snapshot.subject(pod),
          message: `Pod ${pod.metadata.name} still has image ${image}, which the template of StatefulSet ${set.metadata.name} names no more (${now}): the pod is broken, so the StatefulSet does not replace it; delete it`,
          evidence: [snapshot.quote(pod, '/status'), snapshot.quote(set, '/spec/template/spec/containers/0/image')],
          related: [refOf(set)],
        };
        break;
      }
    }
  },
});
