import { isWaiting, unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import type { Evidence } from '../../parsers/records.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { ageOf, YOUNG_MS } from '../../snapshot/ages.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'sched-message-unparsed',
  layer: 2,
  title: "Every reason in the scheduler's verdicts is known",
  failureTitle: 'The scheduler gives a reason that this tool does not know',
  why: 'A custom scheduler plugin or a newer version words it in its own way: read it as it stands.',
  fix: ['Look up the plugin that rejects the nodes with these words'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    const told = new Set<Pod>();
    for (const waiting of unscheduledPods(snapshot)) {
      if (waiting.message !== undefined) told.add(waiting.pod);
      const unknown = waiting.message?.reasons.filter((reason) => reason.kind === 'unknown') ?? [];
      if (unknown.length === 0) continue;
      yield {
        subject: snapshot.subject(waiting.pod),
        message: `Pod ${waiting.view.name}: ${unknown
          .map((one) => `${one.count} nodes: "${one.text}"`)
          .join('; ')
          .slice(0, 600)}`,
        evidence: waiting.evidence,
      };
    }
    // Schedulers of their own (EKS Fargate's, Volcano, YuniKorn) do not count nodes.
    for (const pod of unsteadyPods(snapshot)) {
      if (told.has(pod) || !isWaiting(pod)) continue;
      const words = ownWordsOf(snapshot, pod);
      if (words === undefined) continue;
      const age = ageOf(snapshot, pod);
      yield {
        subject: snapshot.subject(pod),
        variant: 'own-words',
        severity: age !== undefined && age < YOUNG_MS ? 'info' : 'critical',
        title: 'The pod is Pending: its scheduler does not place it',
        message: `Pod ${pod.metadata.name} is Pending; ${words.by} says: "${words.text.slice(0, 400)}"`,
        evidence: [words.evidence],
        fix: ['What the scheduler names is what the pod waits for'],
      };
    }
  },
});

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
