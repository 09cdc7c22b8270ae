import { spellDuration } from '../../lib/duration.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { gauge, labelValues, processesWith, quantile } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

/** Queues of a healthy controller manager are empty most of the time (ours). */
const DEPTH = 100;
const WAIT_SECONDS = 60;
/** A worker that has been at one object for so long hangs (ours). */
const HANGS_SECONDS = 300;
const MIN_ITEMS = 20;
const WAIT = 'workqueue_queue_duration_seconds';

export default defineCheck({
  id: 'kcm-workqueue-backlog',
  layer: 4,
  title: 'The controllers keep up with their work',
  failureTitle: 'Work piles up in a controller queue',
  why: 'Deployments roll out late, endpoints are stale, dead nodes are marked late.',
  fix: [
    'Look at the latency of the API server and at the errors of that controller in the log of kube-controller-manager',
  ],
  next: ['kubectl -n kube-system logs -l component=kube-controller-manager --tail=500 | grep -i error'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['metrics'],
  *run(_facts, { snapshot }) {
    for (const process of processesWith(snapshot, 'workqueue_depth')) {
      if (process.component !== 'kube-controller-manager') continue;
      for (const name of labelValues(process, 'workqueue_depth', 'name')) {
        const mine = (labels: Readonly<Record<string, string>>): boolean => labels['name'] === name;
        const depth = gauge(process, 'workqueue_depth', mine);
        const wait = process.before === undefined ? undefined : quantile(process, WAIT, 0.99, mine);
        const late = wait !== undefined && wait.count >= MIN_ITEMS && wait.value > WAIT_SECONDS;
        const busy = gauge(process, 'workqueue_longest_running_processor_seconds', mine);
        const hangs = busy !== undefined && busy.value > HANGS_SECONDS;
        if (depth === undefined || (depth.value <= DEPTH && !late && !hangs)) continue;
        yield {
          subject: componentSubject(snapshot, 'kube-controller-manager', process.node),
          variant: name,
          message: `Queue "${name}" of kube-controller-manager holds ${depth.value} items${late ? `, and they wait up to ${spellDuration(wait.value)}` : ''}${hangs ? `; a worker has been at one of them for ${spellDuration(busy.value)}` : ''}`,
          evidence: [depth.evidence, ...(late ? [wait.evidence] : []), ...(hangs ? [busy.evidence] : [])],
        };
      }
    }
  },
});
