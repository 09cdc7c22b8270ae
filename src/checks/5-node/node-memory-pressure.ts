import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { formatBytes } from '../../lib/bytes.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import { defineCheck } from '../check.ts';
import { pressureFindings, saidByPods } from './pressure.ts';

/** What evictions and thresholds call it. */
const SHORT = /memory/;

export default defineCheck({
  id: 'node-memory-pressure',
  layer: 5,
  title: 'No node is under memory pressure',
  failureTitle: 'The node is under memory pressure',
  why: 'Below the threshold (memory.available < 100Mi by default) the kubelet evicts pods, those above their requests first, and takes no new BestEffort pods.',
  fix: [
    'Give pods on {node} memory requests that match their use and limits; move the largest away',
    'Reserve memory for the system (systemReserved, kubeReserved) or add memory',
  ],
  next: ['kubectl describe node {node}', 'kubectl top pods -A --sort-by=memory', 'free -m'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['nodes', 'events'],
  heard: saidByPods(SHORT),
  wants: ['podUsage', 'nodeUsage', 'hostValues'],
  *run({ podUsage, nodeUsage, hostValues }, { snapshot }) {
    yield* pressureFindings(snapshot, {
      type: 'MemoryPressure',
      begins: 'NodeHasInsufficientMemory',
      ends: 'NodeHasSufficientMemory',
      taint: 'node.kubernetes.io/memory-pressure',
      reclaims: SHORT,
      what: 'available memory',
      more: (node) => {
        const usage = nodeUsage.find((one) => one.name === node);
        const available = hostValues.find(
          (one) => one.topic === 'memory' && one.key === 'MemAvailable' && machineOf(snapshot, one) === node,
        );
        const largest = podUsage
          .flatMap((one) => {
            const pod = snapshot.get('pods', one.namespace, one.pod);
            return pod?.spec?.nodeName === node && one.memoryBytes !== undefined
              ? [{ one, request: requestOf(pod.spec.containers ?? []) }]
              : [];
          })
          .sort((a, b) => (b.one.memoryBytes ?? 0) - b.request - ((a.one.memoryBytes ?? 0) - a.request))[0];
        return {
          text: [
            ...(usage?.memoryPercent === undefined ? [] : [`${usage.memoryPercent} % of its memory is used`]),
            ...(available === undefined ? [] : [`${formatBytes(Number(available.value))} available`]),
            ...(largest === undefined
              ? []
              : [
                  `pod ${largest.one.pod} uses ${formatBytes(largest.one.memoryBytes ?? 0)} with a request of ${formatBytes(largest.request)}`,
                ]),
          ].join(', '),
          evidence: [usage, available, largest?.one].flatMap((one) => (one === undefined ? [] : [one.source])),
        };
      },
    });
  },
});

function requestOf(
  containers: readonly { readonly resources?: { readonly requests?: Readonly<Record<string, string>> } }[],
): number {
  return containers.reduce((sum, one) => sum + (parseQuantity(one.resources?.requests?.['memory'] ?? '') ?? 0), 0);
}
