/** What the scheduler counts for a pod: the effective request per resource (catalogue 5.2). */
import { parseQuantity } from '../../lib/quantity.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { PodSpec } from '../../snapshot/kinds/core.ts';

/** Resource name to amount: cores, bytes, pieces. */
export type Amounts = ReadonlyMap<string, number>;

/** Resources that the kubelet reports by itself; all others come from device plugins. */
const OWN = /^(?:cpu|memory|pods|ephemeral-storage|hugepages-.+)$/;
export const isOfPlugin = (resource: string): boolean => !OWN.test(resource);

type Resources = NonNullable<NonNullable<PodSpec['containers']>[number]['resources']>;

const add = (into: Map<string, number>, from: Amounts): void => {
  for (const [name, amount] of from) into.set(name, (into.get(name) ?? 0) + amount);
};
const raise = (into: Map<string, number>, from: Amounts): void => {
  for (const [name, amount] of from) into.set(name, Math.max(into.get(name) ?? 0, amount));
};

type Quantities = Readonly<Record<string, string>>;

/** Quantities parsed; what is no quantity is left out. CPU is rounded up to whole millicores, as the scheduler does. */
export function amounts(quantities: Quantities | undefined, into = new Map<string, number>()): Map<string, number> {
  for (const name in quantities) {
    const value = amount(name, quantities[name] as string);
    if (value !== undefined) into.set(name, value);
  }
  return into;
}

function amount(name: string, quantity: string): number | undefined {
  const value = parseQuantity(quantity);
  return value === undefined || name !== 'cpu' ? value : Math.ceil(value * 1000 - 1e-9) / 1000;
}

/** A request that is missing while its limit is there equals the limit: the API server's defaulting. */
const requestsOf = (resources: Resources | undefined): Map<string, number> =>
  amounts(resources?.requests, amounts(resources?.limits));

/**
 * The pod's request: the larger of what runs together (containers and sidecars) and the peak while init containers
 * run one after the other beside the sidecars already started; pod-level resources replace it; overhead comes on top.
 */
export function podRequests(spec: PodSpec | undefined, status?: Pod['status']): Amounts {
  let running: Map<string, number> | undefined;
  for (const container of spec?.containers ?? []) {
    const wanted = requestsOf(container.resources);
    // In-place resize: until it is done, the larger of wanted and allocated stays reserved.
    for (const now of status?.containerStatuses ?? [])
      if (now.allocatedResources !== undefined && now.name === container.name && now.name !== '') {
        if (status?.resize !== 'Infeasible') raise(wanted, amounts(now.allocatedResources));
        break;
      }
    if (running === undefined) running = wanted;
    else add(running, wanted);
  }
  running ??= new Map<string, number>();
  if (spec?.initContainers !== undefined) addInit(running, spec.initContainers);
  for (const [name, amount] of spec?.resources === undefined ? [] : requestsOf(spec.resources))
    if (name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')) running.set(name, amount);
  if (spec?.overhead !== undefined) add(running, amounts(spec.overhead));
  return running;
}

/** Adds what a pod asks for to a sum; most pods are one container, and need no map of their own. */
export function addRequests(sum: Map<string, number>, spec: PodSpec, status: Pod['status']): void {
  if (!isPlain(spec, status)) {
    add(sum, podRequests(spec, status));
    return;
  }
  const { limits, requests } = spec.containers?.[0]?.resources ?? {};
  for (const name in limits)
    addOne(sum, name, amount(name, requests?.[name] ?? '') ?? amount(name, limits[name] as string));
  for (const name in requests)
    if (limits?.[name] === undefined) addOne(sum, name, amount(name, requests[name] as string));
}

/** One container, and nothing that changes what it asks for. */
function isPlain(spec: PodSpec, status: Pod['status']): boolean {
  const statuses = status?.containerStatuses;
  return (
    spec.containers?.length === 1 &&
    spec.initContainers === undefined &&
    spec.resources === undefined &&
    spec.overhead === undefined &&
    (statuses === undefined || (statuses.length <= 1 && statuses[0]?.allocatedResources === undefined))
  );
}

function addOne(sum: Map<string, number>, name: string, wanted: number | undefined): void {
  if (wanted !== undefined) sum.set(name, (sum.get(name) ?? 0) + wanted);
}

/** Sidecars run on beside the containers; the others need what they need before those start. */
function addInit(running: Map<string, number>, containers: NonNullable<PodSpec['initContainers']>): void {
  const sidecars = new Map<string, number>();
  const peak = new Map<string, number>();
  for (const container of containers) {
    const wanted = requestsOf(container.resources);
    if (container.restartPolicy === 'Always') {
      add(sidecars, wanted);
      raise(peak, sidecars);
    } else {
      add(wanted, sidecars);
      raise(peak, wanted);
    }
  }
  add(running, sidecars);
  raise(running, peak);
}
