import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** [kubernetes-mixin KubeJobNotCompleted] */
const LONG_MS = 12 * 3600 * 1000;
/** All pods Pending for this long is no queueing any more [HEUR]. */
const PENDING_MS = 600_000;

export default defineCheck({
  id: 'job-stuck-active',
  layer: 1,
  title: 'Jobs come to an end',
  failureTitle: 'The Job has been active for very long without an end',
  why: 'It hangs, or its pods wait for a node or for admission.',
  fix: ['Look at its pods: Pending ones have no node, running ones may hang; set activeDeadlineSeconds'],
  next: ['kubectl describe job {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['jobs'],
  wants: ['pods'],
  *run({ jobs }, { snapshot, now }) {
    for (const job of jobs) {
      const started = Date.parse(job.status?.startTime ?? job.metadata.creationTimestamp ?? '');
      if ((job.status?.active ?? 0) === 0 || now === undefined || Number.isNaN(started)) continue;
      const age = now - started;
      const pods = snapshot
        .podsIn(job.metadata.namespace ?? '')
        .filter((pod) => snapshot.controllerOf(pod as unknown as AnyObject)?.name === job.metadata.name);
      const pending = pods.length > 0 && pods.every((pod) => pod.status?.phase === 'Pending');
      if (!(age > LONG_MS || (pending && age > PENDING_MS))) continue;
      yield {
        subject: snapshot.subject(job as unknown as AnyObject),
        ...(pending ? { variant: 'pending' } : { severity: 'info' as const }),
        message: `Job ${job.metadata.name} has been active for ${spellDuration(age / 1000)}${pending ? ' with all its pods Pending' : ''}`,
        evidence: [snapshot.quote(job, '/status/active')],
        since: started,
      };
    }
  },
});
