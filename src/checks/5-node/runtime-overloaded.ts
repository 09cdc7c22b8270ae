import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { processesWith, quantile } from '../../snapshot/metrics.ts';
import { defineCheck } from '../check.ts';

const RELIST = 'kubelet_pleg_relist_duration_seconds';
const FAMILY = 'kubelet_runtime_operations_duration_seconds';
/** Operations that answer from memory: pulls and creations may well take seconds. */
const QUICK = new Set([
  'list_containers',
  'list_podsandbox',
  'container_status',
  'podsandbox_status',
  'version',
  'status',
]);
/** Seconds; kubernetes-mixin's KubeletPlegDurationHigh uses 10 s for the relist that is made of these. */
const SLOW = 10;
/** `crictl ps` answers within a fraction of a second (ours). */
const COMMAND_SLOW = 5;

export default defineCheck({
  id: 'runtime-overloaded',
  layer: 5,
  title: 'The container runtimes answer quickly',
  failureTitle: 'The container runtime answers slowly',
  why: 'Listing containers takes milliseconds on a healthy node. When it takes seconds the disk is saturated or shims hang, and next the PLEG fails and containers are not created in time.',
  fix: ['Look at disk and load of {node}; find hanging shims; restart the runtime when it does not recover'],
  next: ['time crictl ps -a', 'iostat -xz 1 5', 'ps aux | grep containerd-shim | wc -l'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['metrics', 'commandTimings'],
  *run({ commandTimings }, { snapshot }) {
    for (const process of processesWith(snapshot, `${FAMILY}_bucket`)) {
      const p99 = quantile(process, FAMILY, 0.99, (labels) => QUICK.has(labels['operation_type'] ?? ''));
      if (p99 === undefined || p99.value < SLOW) continue;
      const node = machineOf(snapshot, process.latest);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'metrics',
        message: `The container runtime of ${node} needs ${p99.value.toFixed(1)} s (99th percentile) to list containers and states`,
        evidence: [p99.evidence],
      };
    }
    for (const process of processesWith(snapshot, `${RELIST}_bucket`)) {
      const p99 = quantile(process, RELIST, 0.99);
      // Ten seconds is the last finite bucket of this histogram.
      if (p99 === undefined || p99.value < SLOW) continue;
      const node = machineOf(snapshot, process.latest);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'relist',
        message: `The kubelet of ${node} needs ${SLOW} s and more (99th percentile) to list its pods at the runtime (PLEG relist)`,
        evidence: [p99.evidence],
      };
    }
    for (const timing of commandTimings) {
      if (!/\bcrictl\b.{0,40}\b(?:ps|pods|images|info|version)\b/.test(timing.command) || timing.seconds < COMMAND_SLOW)
        continue;
      const node = machineOf(snapshot, timing);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'command',
        message: `${timing.command} took ${timing.seconds.toFixed(1)} s on ${node}`,
        evidence: [timing.source],
      };
    }
  },
});
