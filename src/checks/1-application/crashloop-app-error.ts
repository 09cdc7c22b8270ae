import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import { containerSubject, describeContainer } from '../../snapshot/pods/containers.ts';
import { crashes, describeEnd, lastWordsOfCrash, stateOf, timeOfCrash } from '../../snapshot/pods/crashes.ts';
import { containerOfEvent, podsWithEvent } from '../../snapshot/pods/pods-seen.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { defineCheck } from '../check.ts';

const BACK_OFF = /^Back-off restarting failed container(?: (\S{1,253}) in pod )?/;

/** Exit codes that have a check of their own: no command, a start error, signals. 0 is no error. */
const TOLD_ELSEWHERE = new Set([0, 126, 127, 128, 132, 134, 135, 137, 139, 143]);

/** Ends that no other check tells of. */
const isAppError = (code: number | undefined, reason: string | undefined): boolean => {
  if (reason === 'OOMKilled' || reason === 'StartError' || reason === 'ContainerCannotRun') return false;
  if (reason === 'ContainerStatusUnknown') return false;
  if (code === undefined) return reason !== 'Completed';
  // Programs choose codes above 128 too (.NET ends with 145), and Windows an NTSTATUS: negative, or above 255.
  return !TOLD_ELSEWHERE.has(code);
};

export default defineCheck({
  id: 'crashloop-app-error',
  layer: 1,
  title: 'No container ends by itself again and again',
  failureTitle: 'The container starts and ends with an error, again and again',
  why: 'The process ends by itself; the kubelet only waits longer each time before it starts it again (10 s up to 5 min). The reason is in the log of the run before, or below it: missing configuration, a dependency that cannot be reached, a full disk.',
  fix: [
    'Mend what the last lines of the log say; where they name a host, DNS, a certificate or a disk, follow that finding first.',
  ],
  next: ['kubectl logs {name} -n {namespace} -c {container} --previous --tail=100'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['containerLogs'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (!isAppError(ended?.exitCode, ended?.reason)) continue;
      if (container.role === 'init' || (!crash.looping && !(ended?.current === true && restarts > 0))) continue;
      const words = lastWordsOfCrash(snapshot, crash);
      yield {
        subject: containerSubject(snapshot, container),
        // A state alone: whatever in the bundle gives a reason for some end comes before it.
        ...(ended?.exitCode === undefined && words === undefined ? { confidence: 'medium' as const } : {}),
        message: `${describeContainer(container, words?.container)} crashes again and again: ${describeEnd(ended)}${
          restarts > 0 ? `, ${restarts} restart${restarts === 1 ? '' : 's'}` : ''
        }${words === undefined ? '' : `; its log ends with: ${words.text}`}`,
        evidence: [
          ended === undefined
            ? snapshot.quote(container.pod, `${container.at}/state/waiting/reason`)
            : snapshot.quote(container.pod, ended.exitCode === undefined ? ended.at : `${ended.at}/exitCode`),
          ...(words === undefined ? [] : [words.evidence, ...words.before]),
          ...(container.status?.state?.waiting === undefined || ended === undefined
            ? []
            : [snapshot.quote(container.pod, `${container.at}/state/waiting/reason`)]),
        ],
        params: { container: container.name },
        ...timeOfCrash(crash),
        ...(stateOf(crash, now) === 'current' ? {} : { state: stateOf(crash, now) }),
      };
    }
    // Events alone: the pod's object is not in the bundle.
    for (const seen of podsWithEvent(snapshot, ['BackOff'])) {
      if (seen.pod !== undefined) continue;
      const event = seen.events.findLast((e) => e.reason === 'BackOff' && BACK_OFF.test(eventMessage(e)));
      if (event === undefined) continue;
      const container = BACK_OFF.exec(eventMessage(event))?.[1] ?? containerOfEvent(event);
      const since = eventFirstTime(event);
      const { name, namespace } = seen.ref;
      const words = lastWords(
        snapshot.logs.filter(
          ({ origin }) =>
            origin.pod === name &&
            (origin.namespace === undefined || namespace === undefined || origin.namespace === namespace) &&
            (origin.container === undefined || container === '' || origin.container === container),
        ),
      );
      yield {
        subject: seen.subject(container),
        confidence: 'medium',
        message: `${container === '' ? 'A container' : `Container ${container}`} crashes again and again (back-off); its exit code is not in the bundle${words === undefined ? '' : `; its log ends with: ${words.text}`}`,
        evidence: [snapshot.quoteEvent(event), ...(words === undefined ? [] : [words.evidence, ...words.before])],
        params: { container },
        ...(since === undefined ? {} : { since }),
        ...(seen.gone ? { state: 'historic' as const } : {}),
      };
    }
  },
});
