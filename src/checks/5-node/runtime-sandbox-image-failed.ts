import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

export default defineCheck({
  id: 'runtime-sandbox-image-failed',
  layer: 5,
  title: 'The pause image is on every node',
  failureTitle: 'The pause (sandbox) image cannot be pulled',
  why: 'Every pod needs the pause image for its sandbox; without it no pod starts on the node although the application’s image is there. Usual on sites without internet, or when the image was deleted under disk pressure.',
  fix: [
    'Mirror the pause image and set it as sandbox_image of the runtime on all nodes, or load and pin it (ctr -n k8s.io images import)',
  ],
  next: ['crictl images | grep pause', 'containerd config dump | grep -E "sandbox_image|sandbox ="'],
  severity: 'critical',
  confidence: 'high',
  reads: ['runtime-sandbox-image-failed'],
  needsAny: ['events', 'hostLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern:
        /failed to (?:get|pull) sandbox image "?(?<image>[^"\s]{1,300})"?:? ?(?<why>.{0,300})|unable to pull pause image/s,
      signature: 'runtime-sandbox-image-failed',
      message: ({ image, why }, who) =>
        `No sandbox can be made for ${who}: the pause image ${image ?? ''} cannot be pulled${why === undefined || why === '' ? '' : `: ${why}`}`,
    });
  },
});
