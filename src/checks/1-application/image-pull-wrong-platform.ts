import { defineCheck } from '../check.ts';
import { FOR_LINUX, pullFindings, windowsNodeOf } from './pull-findings.ts';

export default defineCheck({
  id: 'image-pull-wrong-platform',
  layer: 1,
  title: 'Images exist for the platform of their nodes',
  failureTitle: 'The image has no variant for the platform of the node',
  why: 'The tag exists, but its manifest list has no entry for the CPU architecture (or operating system) of the node.',
  fix: [
    'Build and push the image for the architecture of the node too (docker buildx build --platform), or select nodes with the label kubernetes.io/arch.',
  ],
  next: ['kubectl get nodes -L kubernetes.io/arch'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    yield* pullFindings(snapshot, 'wrong-platform', (failure, image) => {
      const windows = windowsNodeOf(failure, snapshot);
      if (windows !== undefined)
        return {
          variant: 'windows',
          message: `Image "${image}" has no variant for node ${windows.metadata.name}, which runs Windows (${windows.status?.nodeInfo?.osImage}): ${failure.words}`,
          evidence: [...failure.evidence, snapshot.quote(windows, '/status/nodeInfo/osImage')],
          fix: [FOR_LINUX],
        };
      const arch = snapshot.get('nodes', undefined, failure.seen.pod?.spec?.nodeName ?? '')?.status?.nodeInfo
        ?.architecture;
      return {
        message: `Image "${image}" has no variant for the CPU architecture of the node${arch === undefined ? '' : ` (${arch})`}: ${failure.words}`,
      };
    });
  },
});
