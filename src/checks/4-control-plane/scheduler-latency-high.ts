import { spellDuration } from '../../lib/duration.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { labelValues, processesWith, quantile, spanOf } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

const ATTEMPT = 'scheduler_scheduling_attempt_duration_seconds';
const PLUGIN = 'scheduler_plugin_execution_duration_seconds';
/** An attempt takes milliseconds (ours). */
const SLOW_SECONDS = 1;
const MIN_ATTEMPTS = 20;

export default defineCheck({
  id: 'scheduler-latency-high',
  layer: 4,
  title: 'The scheduler decides quickly',
  failureTitle: 'The scheduler takes long for a decision',
  why: 'Large clusters with affinity between pods cost time, and the binding waits for the API server and for volumes.',
  fix: [
    'Look at the plugin that takes longest: VolumeBinding waits for storage, InterPodAffinity is costly; else at the latency of the API server',
  ],
  next: [
    'kubectl get --raw /api/v1/namespaces/kube-system/pods/https:kube-scheduler-NODE:10259/proxy/metrics | grep scheduling_attempt',
  ],
  severity: 'warning',
  confidence: 'medium',
  needs: ['metrics'],
  *run(_facts, { snapshot }) {
    for (const process of processesWith(snapshot, `${ATTEMPT}_bucket`)) {
      const p99 = quantile(process, ATTEMPT, 0.99, (labels) => labels['result'] !== 'unschedulable');
      if (p99 === undefined || p99.count < MIN_ATTEMPTS || p99.value <= SLOW_SECONDS) continue;
      const slowest = labelValues(process, `${PLUGIN}_bucket`, 'plugin')
        .map((plugin) => ({
          plugin,
          reading: quantile(process, PLUGIN, 0.99, (labels) => labels['plugin'] === plugin),
        }))
        .toSorted((a, b) => (b.reading?.value ?? 0) - (a.reading?.value ?? 0))[0];
      yield {
        subject: componentSubject(snapshot, 'kube-scheduler', process.node),
        message: `A scheduling attempt takes up to ${spellDuration(p99.value)} (99th percentile of ${p99.count}, ${spanOf(p99)})${slowest?.reading === undefined ? '' : `; the slowest plugin is ${slowest.plugin} with ${spellDuration(slowest.reading.value)}`}`,
        evidence: [p99.evidence],
      };
    }
  },
});
