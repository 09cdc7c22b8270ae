/** What a scheduler says of a pod in words of its own: no count of nodes, as kube-scheduler's verdict has it. */
import type { Evidence } from '../../parsers/records.ts';
import { eventMessage } from '../events.ts';
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** Reasons of schedulers of their own for a pod without a node; YuniKorn rejects an application as a whole. */
const OWN_REASON = /^(?:FailedScheduling|Unschedulable|ApplicationRejected|TaskRejected|PodUnschedulable)$/;

/** YuniKorn says in an event of type Normal what a queue, a user's quota or a placeholder lacks. */
const REFUSED = /does not fit (?:in|to) |insufficient|exceed|not enough|quota/i;

interface Words {
  readonly by: string;
  readonly text: string;
  readonly evidence: Evidence;
}

/** What a scheduler says of the pod: its last event, else the condition, which survives the events. */
export function ownWordsOf(snapshot: Snapshot, pod: Pod): Words | undefined {
  const { namespace, name } = pod.metadata;
  const by = pod.spec?.schedulerName ?? 'the scheduler';
  const event = snapshot
    .eventsAbout({ kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name })
    .findLast(
      (one) => OWN_REASON.test(one.reason ?? '') || (one.reason === 'Informational' && REFUSED.test(eventMessage(one))),
    );
  if (event !== undefined) {
    const who = event.source?.component ?? event.reportingComponent;
    return {
      by: who === undefined || who === '' ? by : who,
      text: eventMessage(event),
      evidence: snapshot.quoteEvent(event),
    };
  }
  const index = pod.status?.conditions?.findIndex(({ type }) => type === 'PodScheduled') ?? -1;
  const { status, message = '' } = pod.status?.conditions?.[index] ?? {};
  return status === 'False' && message !== ''
    ? { by, text: message, evidence: snapshot.quote(pod, `/status/conditions/${index}/message`) }
    : undefined;
}
