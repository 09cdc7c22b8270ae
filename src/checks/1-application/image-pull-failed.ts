import { defineCheck } from '../check.ts';
import { workloadStem } from '../../parsers/pod-name.ts';
import { pullFailures, type PullFailure } from '../../snapshot/pods/image-pulls.ts';
import type { ObjectOf } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { FOR_LINUX, pullFindings, windowsNodeOf } from './pull-findings.ts';

/** Names of images that are made for Windows. */
const MADE_FOR_WINDOWS = /windows|nanoserver|servercore|ltsc20|\bwin-|-win\b|\biis\b|dotnet\/framework/i;

/** A Windows node to which the pod came because nothing said that it is not meant for it. */
function strayedTo(failure: PullFailure, image: string, snapshot: Snapshot): ObjectOf<'nodes'> | undefined {
  const { nodeSelector = {}, affinity } = failure.seen.pod?.spec ?? {};
  const chosen = Object.keys(nodeSelector).length > 0 || affinity?.nodeAffinity !== undefined;
  return chosen || MADE_FOR_WINDOWS.test(image) ? undefined : windowsNodeOf(failure, snapshot);
}

/** The kubelet's words for a pull that it tried; without them only the state is known. */
const TRIED = /Failed to (?:pull|inspect) image/;

const workloadOf = ({ namespace, name }: Ref): string => `${namespace ?? ''}/${workloadStem(name)}`;

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
    const told = new Set(
      pullFailures(snapshot).flatMap(({ cause, seen }) => (cause === 'unknown' ? [] : [workloadOf(seen.ref)])),
    );
    // Of pods of one workload that all wait for their image, one says why.
    const siblings = ({ seen, words }: PullFailure): boolean => !TRIED.test(words) && told.has(workloadOf(seen.ref));
    yield* pullFindings(snapshot, 'unknown', (failure, image) => {
      if (TRIED.test(failure.words)) return { message: `Image "${image}" cannot be pulled: ${failure.words}` };
      const node = strayedTo(failure, image, snapshot);
      return {
        // A state alone: whatever in the bundle gives a reason comes before it.
        confidence: 'medium',
        ...(siblings(failure) ? { severity: 'info' as const } : {}),
        message: `Image "${image}" cannot be pulled; the bundle has the state but not the reason: ${failure.words}${node === undefined ? '' : `. Node ${node.metadata.name} runs Windows (${node.status?.nodeInfo?.osImage}), and the pod has no node selector: an image for Linux has no variant for it`}`,
        ...(node === undefined
          ? {}
          : {
              variant: 'windows',
              evidence: [...failure.evidence, snapshot.quote(node, '/status/nodeInfo/osImage')],
              fix: [FOR_LINUX],
            }),
      };
    });
  },
});
