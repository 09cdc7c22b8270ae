import { isWaiting, unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { ageOf, YOUNG_MS } from '../../snapshot/ages.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { ownWordsOf } from '../../snapshot/scheduling/own-words.ts';
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
