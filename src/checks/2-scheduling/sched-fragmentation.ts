import { formatAmount } from '../../lib/format-quantity.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'sched-fragmentation',
  layer: 2,
  title: 'Free resources lie where pods can use them',
  failureTitle: 'Enough is free in total, but not on one node',
  why: 'The free resources are scattered in pieces smaller than the request.',
  fix: ['Repack: drain and uncordon nodes one by one, use a descheduler, or make the pods smaller'],
  next: ["kubectl describe nodes | grep -A8 'Allocated resources'"],
  severity: 'info',
  confidence: 'medium',
  needs: ['nodes'],
  needsAny: ['pods'],
  *run(_facts, { snapshot }) {
    for (const waiting of unscheduledPods(snapshot)) {
      const usable = waiting.verdicts.filter((verdict) => verdict.rejections.every((one) => one.kind === 'resource'));
      if (usable.length < 2 || usable.some(({ node }) => node.used === undefined)) continue;
      for (const { reason } of waiting.causes) {
        const resource = reason.kind === 'resource' ? (reason.resource ?? '') : '';
        const wanted = waiting.view.requests.get(resource) ?? 0;
        if (wanted <= 0) continue;
        const free = usable.map(({ node }) =>
          Math.max(0, (node.allocatable?.get(resource) ?? 0) - (node.used?.get(resource) ?? 0)),
        );
        const sum = free.reduce((a, b) => a + b, 0);
        const largest = Math.max(...usable.map(({ node }) => node.allocatable?.get(resource) ?? 0));
        if (sum < wanted || Math.max(...free) >= wanted || largest < wanted) continue;
        yield {
          subject: snapshot.subject(waiting.pod),
          variant: resource,
          message: `Pod ${waiting.view.name} requests ${formatAmount(resource, wanted)} of ${resource}; ${formatAmount(resource, sum)} are free over ${usable.length} nodes, but at most ${formatAmount(resource, Math.max(...free))} on one`,
          evidence: waiting.evidence,
        };
      }
    }
  },
});
