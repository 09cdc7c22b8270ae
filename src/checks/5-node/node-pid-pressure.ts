import { defineCheck } from '../check.ts';
import { pressureFindings, saidByPods } from './pressure.ts';

/** What evictions and thresholds call it. */
const SHORT = /pids?\b/;

export default defineCheck({
  id: 'node-pid-pressure',
  layer: 5,
  title: 'No node runs out of process ids',
  failureTitle: 'The node runs out of process ids',
  why: 'Without free process ids neither containers nor the kubelet can start processes; the kubelet evicts pods and takes no new ones.',
  fix: [
    'Find the pod that leaks processes or threads and restart it',
    'Set podPidsLimit in the kubelet configuration; raise kernel.pid_max',
  ],
  next: ["ps -eLf | awk '{print $2}' | sort | uniq -c | sort -rn | head", 'sysctl kernel.pid_max'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['nodes', 'events'],
  heard: saidByPods(SHORT),
  *run(_facts, { snapshot }) {
    yield* pressureFindings(snapshot, {
      type: 'PIDPressure',
      begins: 'NodeHasInsufficientPID',
      ends: 'NodeHasSufficientPID',
      taint: 'node.kubernetes.io/pid-pressure',
      reclaims: SHORT,
      what: 'the number of free process ids',
      more: () => ({ text: '', evidence: [] }),
    });
  },
});
