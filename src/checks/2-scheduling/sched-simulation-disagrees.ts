import { firstFew } from '../../lib/in-words.ts';
import { isFeasible } from '../../simulation/scheduler/simulate.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';
import { verdictWords } from './rejected.ts';

/** A pod is tried again at least every five minutes (the longest stay in the unschedulable queue) [K8S]. */
const RETRY_MS = 300_000;

export default defineCheck({
  id: 'sched-simulation-disagrees',
  layer: 2,
  title: 'No pod waits although a node would take it',
  failureTitle: 'A node would take the pod, yet it is still Pending',
  why: 'The cluster changed since the verdict, the scheduler is down or behind, or something that it looks at is not in the bundle.',
  fix: ['Check kube-scheduler: is it running, leader, and free of errors?'],
  next: ['kubectl -n kube-system get lease kube-scheduler -o yaml'],
  severity: 'info',
  confidence: 'medium',
  needs: ['pods', 'nodes'],
  wants: ['events'],
  *run(_facts, { snapshot, now }) {
    // Without every pod, "free" is a guess.
    if (!snapshot.listed('pods') || !snapshot.listed('nodes')) return;
    for (const waiting of unscheduledPods(snapshot)) {
      const fits = waiting.verdicts.filter(isFeasible);
      if (fits.length === 0 || waiting.message === undefined) continue;
      // Reasons that the simulation does not cover, or that stand on the pod, make no disagreement.
      if (
        waiting.message.reasons.some(
          ({ kind }) => kind === 'unknown' || kind.startsWith('claim-') || kind === 'resource-claim',
        )
      )
        continue;
      if (now !== undefined && waiting.since !== undefined && now - waiting.since < RETRY_MS) continue;
      yield {
        subject: snapshot.subject(waiting.pod),
        message: `By the filters pod ${waiting.view.name} fits on ${firstFew(fits.map(({ node }) => node.name))}, yet it waits.${verdictWords(waiting)}`,
        evidence: waiting.evidence,
      };
    }
  },
});
