import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { defineCheck } from '../check.ts';
import { verdictWords } from './rejected.ts';

export default defineCheck({
  id: 'pod-unschedulable',
  layer: 2,
  title: 'Every pod has a node',
  failureTitle: 'The pod is Pending: the scheduler finds no node for it',
  why: 'Nothing of the pod runs: container logs are irrelevant until it has a node.',
  fix: ['Remove the reason that the scheduler names; the findings below say which one decides'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      // Without a verdict nothing says that a scheduler has looked at it: that is pod-never-processed.
      if (waiting.message === undefined && waiting.causes.length === 0) continue;
      yield {
        subject: snapshot.subject(waiting.pod as unknown as AnyObject),
        message: `Pod ${waiting.view.name} is Pending without a node.${verdictWords(waiting)}`,
        evidence: waiting.evidence,
        ...(waiting.since === undefined ? {} : { since: waiting.since }),
      };
    }
  },
});
