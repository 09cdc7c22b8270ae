import { headAndTail } from '../../lib/excerpt.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Evidence } from '../../parsers/records.ts';
import { ageOf, isBeingDeleted } from '../../snapshot/ages.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { logsOfPod } from '../../snapshot/logs/log-owner.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** Seconds after which a pod on a node should have started a container (our judgement). */
const STUCK_AFTER = 300;
/** With a Warning that says why it is stuck sooner, seconds. */
const STUCK_WITH_REASON = 20;

/** The Jobs of its namespace that its last words name: `waiting for job/migrate`. */
const namedIn = (snapshot: Snapshot, pod: Pod, words = ''): readonly Ref[] =>
  snapshot
    .list('jobs')
    .filter(({ metadata }) => metadata.namespace === pod.metadata.namespace && words.includes(metadata.name))
    .map(refOf);

export default defineCheck({
  id: 'pod-containercreating-stuck',
  layer: 1,
  title: 'Pods get past ContainerCreating',
  failureTitle: 'The pod is stuck in ContainerCreating',
  why: 'The pod is on its node, but the node cannot set it up: network, volume, a missing ConfigMap or Secret. The program has not run yet, so there is no log.',
  fix: [
    'Follow the newest warning: FailedCreatePodSandBox is the network or runtime, FailedMount and FailedAttachVolume are the storage; none at all is the kubelet of the node.',
  ],
  next: ['kubectl describe pod {name} -n {namespace}', 'journalctl -u kubelet --since -30min'],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['events', 'containerLogs'],
  *run(_facts, { snapshot, now }) {
    for (const pod of unsteadyPods(snapshot)) {
      if (isBeingDeleted(pod) || pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') continue;
      const containers = containersOf(pod).filter((c) => c.status !== undefined);
      const creating = containers.find((c) =>
        ['ContainerCreating', 'PodInitializing'].includes(c.status?.state?.waiting?.reason ?? ''),
      );
      // Of init containers a row tells how many are done, and no state: what the others wait for is one of them.
      const init = containers.some((c) => (c.role === 'init' || c.role === 'sidecar') && c.status?.state !== undefined);
      const started = containers.some(
        (c) =>
          c.status?.state?.running !== undefined ||
          c.status?.state?.terminated !== undefined ||
          c.status?.lastState?.terminated !== undefined,
      );
      if (creating === undefined || started || (init && creating.status?.state?.waiting?.reason === 'PodInitializing'))
        continue;
      const scheduled = pod.status?.conditions?.find((c) => c.type === 'PodScheduled' && c.status === 'True');
      const from =
        timeOf(scheduled?.lastTransitionTime ?? pod.status?.startTime ?? pod.metadata.creationTimestamp) ?? Number.NaN;
      const known = now === undefined || Number.isNaN(from) ? ageOf(snapshot, pod) : now - from;
      const age = known === undefined ? undefined : known / 1000;
      const warning = snapshot
        .eventsAbout(refOf(pod))
        .findLast((event) =>
          /^Failed(?:CreatePodSandBox|Mount|AttachVolume|MapVolume)|^NetworkNotReady$/.test(event.reason ?? ''),
        );
      if (age !== undefined && age < (warning === undefined ? STUCK_AFTER : STUCK_WITH_REASON)) continue;
      if (age === undefined && warning === undefined) continue;
      // Of a row we know that init containers run; what they say is why they do not end.
      const initializing = creating.status?.state?.waiting?.reason === 'PodInitializing';
      const words = initializing && warning === undefined ? lastWords(logsOfPod(snapshot, pod)) : undefined;
      const evidence: Evidence[] = [
        snapshot.quote(pod, `${creating.at}/state/waiting/reason`),
        ...(words === undefined ? [] : [words.evidence]),
        ...(warning === undefined ? [] : [snapshot.quoteEvent(warning)]),
      ];
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      yield {
        subject: snapshot.subject(pod),
        ...(initializing && warning === undefined
          ? { title: 'The init container of the pod does not end', related: namedIn(snapshot, pod, words?.text) }
          : {}),
        variant:
          warning === undefined
            ? 'silent'
            : /Sandbox|SandBox|Network/.test(warning.reason ?? '')
              ? 'sandbox'
              : 'volume',
        message: `Pod ${pod.metadata.name} has been in ${creating.status?.state?.waiting?.reason ?? 'ContainerCreating'}${age === undefined ? '' : ` for ${spellDuration(age)}`}${
          words !== undefined
            ? `; the log of its init container ends with: ${words.text}`
            : warning === undefined
              ? '; no event says why'
              : `: ${headAndTail(eventMessage(warning), 300)}`
        }`,
        evidence: [first, ...rest],
        ...(Number.isNaN(from) ? {} : { since: from }),
      };
    }
  },
});
