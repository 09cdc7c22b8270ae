import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

export default defineCheck({
  id: 'image-never-pull-absent',
  layer: 1,
  title: 'Images with pull policy Never are on their nodes',
  failureTitle: 'The image is not on the node and the pull policy is Never',
  why: 'With imagePullPolicy Never the kubelet only uses images that were loaded onto the node by hand; they are missing on other nodes and go away with image garbage collection.',
  fix: [
    'Load the image onto every node that may run the pod, or set imagePullPolicy: IfNotPresent and push it to a registry.',
  ],
  next: ['crictl images', 'kubectl describe pod {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'never-pull-absent', (_failure, image) => ({
      message: `Image "${image}" is not on the node and imagePullPolicy is Never, so it is not pulled (ErrImageNeverPull)`,
    }));
  },
});
