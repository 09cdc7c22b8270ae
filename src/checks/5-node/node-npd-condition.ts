import { conditionOf, isReady, nodeSubject, timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Conditions of the kubelet and of CNIs: other checks judge them, or True is their healthy value. */
const NOT_A_PROBLEM = new Set([
  'Ready',
  'MemoryPressure',
  'DiskPressure',
  'PIDPressure',
  'NetworkUnavailable',
  'OutOfDisk',
  'EtcdIsVoter', // RKE2 and k3s servers: True is right
]);

/** Conditions that say "well" with True: ContainerRuntimeReady, KernelReady, NetworkingReady, StorageReady … (EKS, AKS). */
const TRUE_IS_WELL = /(?:Ready|Healthy|Available|Initialized|Succeeded|Complete|Ok|IsVoter|Up)$/;

export default defineCheck({
  id: 'node-npd-condition',
  layer: 5,
  title: 'No node agent reports a problem condition',
  failureTitle: 'A node agent reports a problem',
  why: 'An agent on the node (node-problem-detector, a cloud agent) has found trouble in the kernel, the disks or the daemons and set a condition.',
  fix: ['Follow the message of the condition; the kernel log of {node} has the details'],
  next: ["kubectl get node {node} -o jsonpath='{.status.conditions}'", 'journalctl -k -n 200 --no-pager'],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  *run({ nodes }, { snapshot }) {
    for (const node of nodes) {
      for (const { type, status, reason, message, lastTransitionTime } of node.status?.conditions ?? []) {
        if (type === undefined || NOT_A_PROBLEM.has(type)) continue;
        const positive = TRUE_IS_WELL.test(type);
        if (status !== (positive ? 'False' : 'True')) continue;
        const found = conditionOf(snapshot, node, type);
        if (found === undefined) continue;
        const since = timeOf(lastTransitionTime);
        yield {
          subject: nodeSubject(snapshot, node),
          variant: type,
          // A condition nobody knows may be informative only; on a Ready node it is no outage by itself.
          severity: positive || isReady(node) === true ? 'warning' : 'critical',
          message: `Node ${node.metadata.name} has ${type}=${status} (${reason ?? 'no reason'})${message === undefined ? '' : `: ${message}`}`,
          evidence: [found.evidence],
          ...(since === undefined ? {} : { since }),
        };
      }
    }
  },
});
