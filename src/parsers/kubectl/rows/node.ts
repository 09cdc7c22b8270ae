/** A row of `kubectl get nodes`. */
import type { RowMapper } from './row.ts';

/**
 * NAME STATUS ROLES AGE VERSION [INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME]. STATUS is the
 * Ready condition (`Ready`, `NotReady`, `Unknown` when it has none) and `SchedulingDisabled`. A NotReady of
 * the table may be status False or Unknown of the API: the kubelet that says no and the kubelet that is silent look
 * the same here, so only "not True" is told apart, as `False` without reason.
 */
export const nodeRow: RowMapper = (row) => {
  const status = (row.value('STATUS') ?? '').split(',');
  const ready = status.includes('Ready') ? 'True' : status.includes('NotReady') ? 'False' : undefined;
  if (ready !== undefined || status.includes('Unknown')) {
    row.set(['status', 'conditions', 0, 'type'], 'Ready');
    row.set(['status', 'conditions', 0, 'status'], ready ?? 'Unknown');
  }
  if (row.value('STATUS') !== undefined) row.set(['spec', 'unschedulable'], status.includes('SchedulingDisabled'));
  for (const role of (row.value('ROLES') ?? '').split(',')) {
    if (role !== '') row.set(['metadata', 'labels', `node-role.kubernetes.io/${role}`], '');
  }
  row.set(['status', 'nodeInfo', 'kubeletVersion'], row.value('VERSION'));
  row.set(['status', 'nodeInfo', 'osImage'], row.value('OSIMAGE'));
  row.set(['status', 'nodeInfo', 'kernelVersion'], row.value('KERNELVERSION'));
  row.set(['status', 'nodeInfo', 'containerRuntimeVersion'], row.value('CONTAINERRUNTIME'));
  let addresses = 0;
  for (const [column, type] of [
    ['INTERNALIP', 'InternalIP'],
    ['EXTERNALIP', 'ExternalIP'],
  ] as const) {
    const address = row.value(column);
    if (address === undefined) continue;
    row.set(['status', 'addresses', addresses, 'type'], type);
    row.set(['status', 'addresses', addresses, 'address'], address);
    addresses++;
  }
};
