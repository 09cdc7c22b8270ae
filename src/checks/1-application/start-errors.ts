/**
 * What the kubelet and the runtime said when they could not start a container: states and events, one entry per
 * container and message. Shared by the checks on container creation.
 */
import { groupBy } from '../../lib/group-by.ts';
import type { Evidence } from '../../parsers/records.ts';
import { oncePer } from '../../lib/once-per.ts';
import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { containerOfEvent, isWell, podsWithNews, type PodSeen } from '../../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Confidence, FindingDraft } from '../check.ts';

export interface StartError {
  readonly seen: PodSeen;
  readonly container: string;
  /** The state's or event's reason: CreateContainerError, StartError, Failed, FailedPostStartHook … */
  readonly reason: string;
  readonly message: string;
  readonly evidence: Evidence;
  readonly since: number | undefined;
  readonly state: 'current' | 'recovered' | 'historic';
}

const STATES = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PostStartHookError',
  'PreCreateHookError',
  'PreStartHookError',
  'StartError',
  'ContainerCannotRun',
]);
const EVENTS = new Set([
  'Failed',
  'FailedPostStartHook',
  'FailedPreStopHook',
  'BackOff',
  'FailedCreatePodSandBox',
  'FailedMount',
]);

/** All of them, states first. */
export const startErrors = oncePer((snapshot: Snapshot): readonly StartError[] => {
  const out: StartError[] = [];
  for (const seen of podsWithNews(snapshot)) {
    for (const container of seen.pod === undefined ? [] : containersOf(seen.pod)) {
      const { state, lastState } = container.status ?? {};
      if ((state?.waiting ?? state?.terminated ?? lastState?.terminated) === undefined) continue;
      const places = [
        ['state/waiting', state?.waiting],
        ['state/terminated', state?.terminated],
        ['lastState/terminated', lastState?.terminated],
      ] as const;
      for (const [at, value] of places) {
        const reason = value?.reason ?? '';
        if (value === undefined || seen.pod === undefined || !(STATES.has(reason) || value.message !== undefined))
          continue;
        out.push({
          seen,
          container: container.name,
          reason,
          message: value.message ?? '',
          evidence: snapshot.quote(
            seen.pod,
            `${container.at}/${at}${value.message === undefined ? '/reason' : '/message'}`,
          ),
          since: undefined,
          state: stateOf(seen),
        });
      }
    }
    for (const event of seen.events) {
      if (event.type === 'Normal' || !EVENTS.has(event.reason ?? '')) continue;
      out.push({
        seen,
        container: containerOfEvent(event),
        reason: event.reason ?? '',
        message: eventMessage(event),
        evidence: snapshot.quoteEvent(event),
        since: eventFirstTime(event),
        state: stateOf(seen),
      });
    }
  }
  return out;
});

function stateOf({ gone, pod }: PodSeen): StartError['state'] {
  if (gone) return 'historic';
  return pod !== undefined && isWell(pod) ? 'recovered' : 'current';
}

/** One entry per pod and container of those that a check accepts, with the evidence of all. */
export function* startErrorsWhere(
  snapshot: Snapshot,
  accepts: (error: StartError) => boolean,
): Iterable<{ readonly error: StartError; readonly evidence: readonly [Evidence, ...Evidence[]] }> {
  const groups = groupBy(startErrors(snapshot), (error) => (accepts(error) ? error.seen : undefined));
  for (const group of groups.values()) {
    // The entry that names its container and has words speaks for the pod.
    const error =
      group.find((one) => one.container !== '' && one.message !== '') ??
      group.find((one) => one.message !== '') ??
      group[0];
    if (error === undefined) continue;
    const rest = group.filter((one) => one !== error).map((one) => one.evidence);
    const container = error.container || (group.find((one) => one.container !== '')?.container ?? '');
    yield { error: { ...error, container }, evidence: [error.evidence, ...rest.slice(0, 3)] };
  }
}

/**
 * One finding for each of them. `say` gets the container as words: `container app`, or `the container` when its name
 * is not known.
 */
export function* startErrorFindings(
  snapshot: Snapshot,
  accepts: (error: StartError) => boolean,
  say: (
    error: StartError,
    who: string,
  ) => { readonly message: string; readonly variant?: string; readonly confidence?: Confidence },
): Iterable<FindingDraft> {
  for (const { error, evidence } of startErrorsWhere(snapshot, accepts))
    yield {
      subject: error.seen.subject(error.container),
      // A state alone: whatever in the bundle gives a reason comes before it.
      ...(error.message === '' ? { confidence: 'medium' as const } : {}),
      ...say(error, error.container === '' ? 'the container' : `container ${error.container}`),
      evidence,
      params: { container: error.container },
      ...(error.since === undefined ? {} : { since: error.since }),
      ...(error.state === 'current' ? {} : { state: error.state }),
    };
}
