/** What the checks on image pulls share: one finding for each container whose pull failed for the given cause. */
import { pullFailures, type PullCause, type PullFailure } from '../../snapshot/pods/image-pulls.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FindingDraft } from '../check.ts';

/** Stands for an image that nothing in the bundle names. */
export const NAMELESS_IMAGE = '(name not in the bundle)';

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
