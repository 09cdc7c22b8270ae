/** What the scheduler counts for a pod: the effective request per resource (catalogue 5.2). */
import { parseQuantity } from '../../lib/quantity.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { PodSpec } from '../../snapshot/kinds/core.ts';

/** Resource name to amount: cores, bytes, pieces. */
export type Amounts = ReadonlyMap<string, number>;

type Resources = NonNullable<NonNullable<PodSpec['containers']>[number]['resources']>;

const add = (into: Map<string, number>, from: Amounts): void => {
  for (const [name, amount] of from) into.set(name, (into.get(name) ?? 0) + amount);
};
const raise = (into: Map<string, number>, from: Amounts): void => {
  for (const [name, amount] of from) into.set(name, Math.max(into.get(name) ?? 0, amount));
};

/** Quantities parsed; what is no quantity is left out. CPU is rounded up to whole millicores, as the scheduler does. */
export function amounts(quantities: Readonly<Record<string, string>> | undefined): Map<string, number> {
  const out = new Map<string, number>();
  for (const [name, text] of Object.entries(quantities ?? {})) {
    const value = parseQuantity(text);
    if (value !== undefined) out.set(name, name === 'cpu' ? Math.ceil(value * 1000 - 1e-9) / 1000 : value);
  }
  return out;
}

/** A request that is missing while its limit is there equals the limit: the API server's defaulting. */
function requestsOf(resources: Resources | undefined): Map<string, number> {
  const out = amounts(resources?.limits);
  for (const [name, amount] of amounts(resources?.requests)) out.set(name, amount);
  return out;
}

/**
 * The pod's request: the larger of what runs together (containers and sidecars) and the peak while init containers
 * run one after the other beside the sidecars already started; pod-level resources replace it; overhead comes on top.
 */
export function podRequests(spec: PodSpec | undefined, status?: Pod['status']): Amounts {
  const running = new Map<string, number>();
  for (const container of spec?.containers ?? []) {
    const wanted = requestsOf(container.resources);
    // In-place resize: until it is done, the larger of wanted and allocated stays reserved.
    const now = status?.containerStatuses?.find((one) => one.name !== '' && one.name === container.name);
    if (now?.allocatedResources !== undefined && status?.resize !== 'Infeasible')
      raise(wanted, amounts(now.allocatedResources));
    add(running, wanted);
  }
  const sidecars = new Map<string, number>();
  const peak = new Map<string, number>();
  for (const container of spec?.initContainers ?? []) {
    const wanted = requestsOf(container.resources);
    if (container.restartPolicy === 'Always') {
      add(sidecars, wanted);
      raise(peak, sidecars);
    } else {
      const together = new Map(sidecars);
      add(together, wanted);
      raise(peak, together);
    }
  }
  add(running, sidecars);
  raise(running, peak);
  for (const [name, amount] of requestsOf(spec?.resources))
    if (name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')) running.set(name, amount);
  add(running, amounts(spec?.overhead));
  return running;
}
