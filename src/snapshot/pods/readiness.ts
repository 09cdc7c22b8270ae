/** Whether pods are ready, and where that is written. */
import type { Evidence } from '../../parsers/records.ts';
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** Only a pod that runs is ever ready; of one whose node does not answer (phase Unknown) nobody knows. */
const NOT_RUNNING: ReadonlySet<string | undefined> = new Set(['Pending', 'Succeeded', 'Failed']);

/** Ready as the pod's condition says, else as its containers' flags do (a row of `kubectl get pods`); undefined when neither is known. */
export function podReady({ status }: Pod): boolean | undefined {
  const condition = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  if (condition !== undefined) return condition === 'True';
  if (NOT_RUNNING.has(status?.phase)) return false;
  const containers = status?.containerStatuses ?? [];
  if (containers.length === 0 || containers.some(({ ready }) => ready === undefined)) return undefined;
  return containers.every(({ ready }) => ready === true);
}

/** Where the readiness of a pod is written. */
export function quoteReadiness(snapshot: Snapshot, pod: Pod): Evidence {
  const index = pod.status?.conditions?.findIndex(({ type }) => type === 'Ready') ?? -1;
  return snapshot.quote(pod, index >= 0 ? `/status/conditions/${index}` : '/status/containerStatuses');
}
