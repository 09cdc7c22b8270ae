import { defineCheck } from '../check.ts';
import { pullFindings } from './pull-findings.ts';

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
      const node = snapshot.get('nodes', undefined, failure.seen.pod?.spec?.nodeName ?? '');
      const { architecture: arch, osImage = '' } = node?.status?.nodeInfo ?? {};
      if (node !== undefined && /windows/i.test(osImage))
        return {
          variant: 'windows',
          message: `Image "${image}" has no variant for node ${node.metadata.name}, which runs Windows (${osImage}): ${failure.words}`,
          evidence: [...failure.evidence, snapshot.quote(node, '/status/nodeInfo/osImage')],
          fix: [
            'Keep programs for Linux off the Windows nodes: nodeSelector kubernetes.io/os: linux in the pod template, or a taint on the Windows nodes.',
          ],
        };
      return {
        message: `Image "${image}" has no variant for the CPU architecture of the node${arch === undefined ? '' : ` (${arch})`}: ${failure.words}`,
      };
    });
  },
});
