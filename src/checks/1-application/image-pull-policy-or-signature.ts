import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

export default defineCheck({
  id: 'image-pull-policy-or-signature',
  layer: 1,
  title: 'No policy refuses an image',
  failureTitle: 'A policy refuses the image',
  why: 'The runtime may demand fully qualified names, signatures or allowed registries; the kubelet may limit its own pull rate.',
  fix: ['Use a fully qualified image name, sign the image, or change policy.json and registries.conf on the node.'],
  next: ['cat /etc/containers/policy.json /etc/containers/registries.conf'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'policy', (failure, image) => ({
      message: `Image "${image}" is refused by policy: ${failure.words}`,
    }));
  },
});
