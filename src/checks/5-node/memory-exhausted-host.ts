import { formatBytes } from '../../lib/bytes.ts';
import type { Evidence } from '../../parsers/records.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { largestMemoryUser, mostBy } from '../../snapshot/nodes/memory-users.ts';
import { defineCheck } from '../check.ts';

/** node-exporter mixin: over 90 % used. The kubelet evicts below 100 MiB (memory.available, default). */
const LEAST_SHARE = 0.1;
const CRITICAL_BYTES = 100 * 2 ** 20;

export default defineCheck({
  id: 'memory-exhausted-host',
  layer: 5,
  title: 'The machines have memory left',
  failureTitle: 'The machine is almost out of memory',
  why: 'What comes next is eviction by the kubelet or a kill by the kernel, and before that everything gets slow.',
  fix: [
    'Find what uses the memory of {node} (pods above their requests, system services); set limits, move load, add memory',
  ],
  next: ['free -m', 'ps aux --sort=-rss | head', 'kubectl top pods -A --sort-by=memory | head'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['hostValues', 'nodeUsage'],
  wants: ['processes', 'podUsage', 'pods'],
  *run({ hostValues, nodeUsage }, { snapshot }) {
    const told = new Set<string>();
    for (const [node, values] of byMachine(
      snapshot,
      hostValues.filter((value) => value.topic === 'memory'),
    )) {
      const total = values.find((value) => value.key === 'MemTotal');
      const available = values.find((value) => value.key === 'MemAvailable');
      if (total === undefined || available === undefined) continue;
      const [all, left] = [Number(total.value), Number(available.value)];
      told.add(node);
      if (!(all > 0) || !(left < all * LEAST_SHARE)) continue;
      const user = largestMemoryUser(snapshot, node);
      const swapTotal = Number(values.find((value) => value.key === 'SwapTotal')?.value ?? 0);
      const evidence: [Evidence, ...Evidence[]] = [
        available.source,
        ...(total.source.line === available.source.line ? [] : [total.source]),
      ];
      yield {
        subject: snapshot.named('Node', node, { node }),
        ...(left < CRITICAL_BYTES ? { severity: 'critical' as const } : {}),
        message: `${node} has ${formatBytes(left)} of ${formatBytes(all)} memory available (${((left / all) * 100).toFixed(1)} %)${swapTotal > 0 ? '; swap is on' : ''}${mostBy(user)}`,
        evidence: [...evidence, ...(user === undefined ? [] : [user.source])],
      };
    }
    for (const usage of nodeUsage) {
      if (told.has(usage.name) || usage.memoryPercent === undefined || usage.memoryPercent < 95) continue;
      const user = largestMemoryUser(snapshot, usage.name);
      yield {
        subject: snapshot.named('Node', usage.name, { node: usage.name }),
        message: `Node ${usage.name} uses ${usage.memoryPercent} % of its allocatable memory${mostBy(user)}`,
        evidence: [usage.source, ...(user === undefined ? [] : [user.source])],
      };
    }
  },
});
