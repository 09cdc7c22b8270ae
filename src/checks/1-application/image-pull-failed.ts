import { defineCheck } from '../check.ts';
import { workloadStem } from '../../parsers/pod-name.ts';
import { pullFailures, type PullFailure } from '../../snapshot/pods/image-pulls.ts';
import type { Ref } from '../../snapshot/ref.ts';
import { pullFindings } from './pull-findings.ts';

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
    const siblings = ({ seen, words }: PullFailure): boolean =>
      !/Failed to (?:pull|inspect) image/.test(words) && told.has(workloadOf(seen.ref));
    yield* pullFindings(snapshot, 'unknown', (failure, image) =>
      /Failed to (?:pull|inspect) image/.test(failure.words)
        ? { message: `Image "${image}" cannot be pulled: ${failure.words}` }
        : {
            // A state alone: whatever in the bundle gives a reason comes before it.
            confidence: 'medium',
            ...(siblings(failure) ? { severity: 'info' as const } : {}),
            message: `Image "${image}" cannot be pulled; the bundle has the state but not the reason: ${failure.words}`,
          },
    );
  },
});
