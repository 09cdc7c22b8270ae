import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

export default defineCheck({
  id: 'image-pull-rate-limited',
  layer: 1,
  title: 'No registry limits the pulls',
  failureTitle: 'The registry limits the rate of pulls',
  why: 'Public registries count pulls per account or per egress address; a cluster behind one NAT address uses up the anonymous allowance quickly.',
  fix: ['Pull with an account (imagePullSecret), or through a mirror or pull-through cache.'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'rate-limited', (failure, image) => ({
      message: `The registry refuses to serve image "${image}" because its rate limit is reached: ${failure.words}`,
    }));
  },
});
