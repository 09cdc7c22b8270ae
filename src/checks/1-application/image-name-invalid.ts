import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

export default defineCheck({
  id: 'image-name-invalid',
  layer: 1,
  title: 'Every image reference is well formed',
  failureTitle: 'The image reference is malformed',
  why: 'The kubelet cannot even ask a registry for a name it cannot parse: upper case in the repository, an empty tag, two colons, or a template variable that was never filled in.',
  fix: ['Correct the image reference in the workload: lower case, one tag, no unresolved ${…} or {{…}}.'],
  next: ["kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.containers[*].image}'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'name-invalid', (failure, image) => ({
      message: `The image reference "${image}" of container ${failure.container || '(unnamed)'} cannot be parsed (InvalidImageName): ${failure.words}`,
    }));
  },
});
