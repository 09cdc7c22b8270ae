/** What the checks on image pulls share: one finding for each container whose pull failed for the given cause. */
import { pullFailures, type PullCause, type PullFailure } from '../../snapshot/pods/image-pulls.ts';
import type { ObjectOf } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FindingDraft } from '../check.ts';

/** Stands for an image that nothing in the bundle names. */
export const NAMELESS_IMAGE = '(name not in the bundle)';

/** What keeps images for Linux off nodes that run Windows. */
export const FOR_LINUX =
  'Keep programs for Linux off the Windows nodes: nodeSelector kubernetes.io/os: linux in the pod template, or a taint on the Windows nodes.';

/** The node that runs Windows to which the pod was scheduled. */
export function windowsNodeOf({ seen }: PullFailure, snapshot: Snapshot): ObjectOf<'nodes'> | undefined {
  const node = snapshot.get('nodes', undefined, seen.pod?.spec?.nodeName ?? '');
  return /windows/i.test(node?.status?.nodeInfo?.osImage ?? '') ? node : undefined;
}

/** The words of a finding, and what the check knows better than the failure itself. */
type Words = (failure: PullFailure, image: string) => Partial<FindingDraft> & { readonly message: string };

export function* pullFindings(snapshot: Snapshot, cause: PullCause, words: Words): Iterable<FindingDraft> {
  for (const failure of pullFailures(snapshot)) {
    if (failure.cause !== cause) continue;
    const image = failure.image ?? NAMELESS_IMAGE;
    const { container } = failure;
    yield {
      subject: failure.seen.subject(container),
      evidence: failure.evidence,
      ...(failure.variant === undefined ? {} : { variant: failure.variant }),
      ...(failure.since === undefined ? {} : { since: failure.since }),
      ...(failure.over ? { state: 'recovered' as const } : {}),
      related: failure.image === undefined ? [] : [{ kind: 'Image', name: failure.image }],
      params: { image, container },
      ...words(failure, image),
    };
  }
}
