import { siblingImages } from '../../snapshot/pods/image-pulls.ts';
import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

export default defineCheck({
  id: 'image-pull-not-found',
  layer: 1,
  title: 'Every image exists in its registry',
  failureTitle: 'The image or its tag does not exist in the registry',
  why: 'The registry answered that it has no such repository or tag: a typing error, a tag that was never pushed or was deleted, or a private repository that hides itself as "not found".',
  fix: ['Correct the image reference in the workload, or push the missing tag.'],
  next: ['crictl pull {image}', "kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.containers[*].image}'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'not-found', (failure, image) => {
      const others = siblingImages(snapshot, image);
      return {
        message: /not found|unknown|NotFound/i.test(failure.words)
          ? `Image "${image}" does not exist in the registry (not found): ${failure.words}`
          : `Image "${image}" does not exist in the registry: official images are public, and a name that is refused is one that is not there: ${failure.words}`,
        ...(others.length === 0
          ? {}
          : {
              fix: [`Correct the image reference; elsewhere in this cluster the image is called ${others.join(', ')}.`],
            }),
      };
    });
  },
});
