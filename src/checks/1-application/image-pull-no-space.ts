import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

export default defineCheck({
  id: 'image-pull-no-space',
  layer: 1,
  title: 'Image pulls find space on the node',
  failureTitle: 'The image cannot be pulled: no space left on the node',
  why: 'The image file system of the node is full; the registry is not at fault.',
  fix: ['Free space on the image file system (crictl rmi --prune, old logs) or enlarge it.'],
  next: ['df -h /var/lib/containerd /var/lib/docker', 'df -i /var/lib/containerd'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'no-space', (failure, image) => ({
      message: `Image "${image}" cannot be unpacked: ${failure.words}`,
    }));
  },
});
