import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { defineCheck } from '../check.ts';
import { verdictWords } from './rejected.ts';

export default defineCheck({
  id: 'daemonset-pod-unschedulable',
  layer: 2,
  title: 'DaemonSet pods fit on their nodes',
  failureTitle: 'A DaemonSet pod does not fit on its node',
  why: 'Each of these pods is meant for one node; agents of the cluster should have a priority that makes room.',
  fix: ['Give system agents priorityClassName system-node-critical, free room on the node, or add the toleration'],
  next: ['kubectl describe pod {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  wants: ['events', 'nodes'],
  *run(_facts, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      const subject = snapshot.subject(waiting.pod as unknown as AnyObject);
      if (subject.workload?.kind !== 'DaemonSet' || waiting.message === undefined) continue;
      const target =
        waiting.view.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
          ?.flatMap((term) => term.matchFields ?? [])
          .find((field) => field.key === 'metadata.name')?.values?.[0];
      yield {
        subject,
        message: `Pod ${waiting.view.name} of DaemonSet ${subject.workload.name} does not fit on its node${target === undefined ? '' : ` ${target}`}.${verdictWords(waiting)}`,
        evidence: waiting.evidence,
        related: target === undefined ? [] : [{ kind: 'Node', name: target }],
      };
    }
  },
});
