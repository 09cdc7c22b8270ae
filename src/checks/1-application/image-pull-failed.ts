import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

export default defineCheck({
  id: 'image-pull-failed',
  layer: 1,
  title: 'Images can be pulled',
  failureTitle: 'The image cannot be pulled',
  why: 'The container waits for its image. The reason stands in the events of the pod, which this bundle does not have.',
  fix: [
    'Read the newest "Failed to pull image" event of the pod: it says whether the name, the credentials or the network is at fault.',
  ],
  next: [
    'kubectl describe pod {name} -n {namespace}',
    'kubectl get events -n {namespace} --field-selector involvedObject.name={name}',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'unknown', (failure, image) =>
      /Failed to (?:pull|inspect) image/.test(failure.words)
        ? { message: `Image "${image}" cannot be pulled: ${failure.words}` }
        : {
            // A state alone: whatever in the bundle gives a reason comes before it.
            confidence: 'medium',
            message: `Image "${image}" cannot be pulled; the bundle has the state but not the reason: ${failure.words}`,
          },
    );
  },
});
