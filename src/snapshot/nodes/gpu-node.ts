/** Which GPU node a log line of the GPU stack is about. */
import type { LogHit } from '../../parsers/records.ts';
import { isGpuNode } from './gpu.ts';
import { machineOf } from './node-health.ts';
import type { Snapshot } from '../snapshot.ts';

/**
 * The node of the pod that wrote the line; a log without a pod belongs to the only GPU node of the bundle, else to the
 * only machine.
 */
export function gpuNodeOf(snapshot: Snapshot, hit: Pick<LogHit, 'origin' | 'node' | 'class'>): string {
  const { pod, namespace } = hit.origin;
  if (pod !== undefined) {
    const known =
      snapshot.get('pods', namespace, pod) ?? snapshot.list('pods').find((one) => one.metadata.name === pod);
    const node = known?.spec?.nodeName;
    if (node !== undefined && node !== '') return node;
  }
  if (hit.node !== undefined) return machineOf(snapshot, hit);
  const nodes = snapshot.list('nodes').filter(isGpuNode);
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only.metadata.name : machineOf(snapshot, hit);
}
