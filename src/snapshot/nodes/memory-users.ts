/** What uses the most memory of a machine: a process (ps), or a pod (kubectl top). */
import { formatByteQuantity } from '../../lib/format-quantity.ts';
import type { Evidence } from '../../parsers/records.ts';
import { refOf, type Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';
import { machineOf } from './node-health.ts';

export interface MemoryUser {
  readonly name: string;
  readonly bytes: number;
  readonly source: Evidence;
  /** The pod, where it is one that the bundle shows. */
  readonly pod?: Ref;
}

/** Bytes: less is no hog on any machine that runs out of memory (HEUR). */
const LEAST_BYTES = 2 ** 30;

export function largestMemoryUser(snapshot: Snapshot, node: string): MemoryUser | undefined {
  const users: MemoryUser[] = [];
  for (const list of snapshot.facts('processes'))
    if (list.largest !== undefined && machineOf(snapshot, list) === node) users.push(list.largest);
  for (const { namespace, pod: name, container, memoryBytes, source } of snapshot.facts('podUsage')) {
    if (memoryBytes === undefined || container !== undefined) continue;
    const pod = snapshot.get('pods', namespace, name);
    if (pod?.spec?.nodeName !== node) continue;
    users.push({ name: `pod ${name}`, bytes: memoryBytes, source, pod: refOf(pod) });
  }
  return users.filter(({ bytes }) => bytes >= LEAST_BYTES).toSorted((a, b) => b.bytes - a.bytes)[0];
}

/** `; the most by logger (22.1Gi)`, for the end of a sentence. */
export const mostBy = (user: MemoryUser | undefined): string =>
  user === undefined ? '' : `; the most is used by ${user.name} (${formatByteQuantity(user.bytes)})`;
