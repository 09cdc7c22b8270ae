/** What a Service selects and what stands behind it; which Services select a pod. */
import { groupBy } from '../../lib/group-by.ts';
import { matchesLabels } from '../../lib/labels.ts';
import { memo, once } from '../../lib/once-per.ts';
import { refMap } from '../../lib/ref-map.ts';
import type { AnyObject, ObjectOf, Pod, Service } from '../kinds/index.ts';
import type { Objects } from '../objects.ts';
import type { PodLabels } from '../pods/pod-labels.ts';

/** An address behind a Service, from Endpoints or EndpointSlices. */
export interface Backend {
  readonly ip: string;
  readonly ready: boolean;
  readonly node: string | undefined;
  readonly pod: string | undefined;
}
/** What stands behind a Service. `known: false`: the bundle has neither Endpoints nor EndpointSlices of it. */
export interface Backends {
  readonly known: boolean;
  readonly addresses: readonly Backend[];
  readonly ports: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[];
  readonly objects: readonly AnyObject[];
}

export interface Services {
  podsSelectedBy(service: Service): readonly Pod[];
  /** By name. */
  servicesSelecting(pod: Pod): readonly Service[];
  backendsOf(service: Service): Backends;
}

export function createServices(
  { list, get }: Objects,
  podsIn: (namespace: string) => readonly Pod[],
  { labelsOf }: PodLabels,
): Services {
  /** The pods of a namespace by the value of one label, so that no Service meets every pod. */
  const podsByLabel = memo((namespace: string) =>
    memo((label: string) => groupBy(podsIn(namespace), (pod) => labelsOf(pod)?.[label])),
  );
  const podsSelectedBy = memo(({ spec, metadata }: Service): readonly Pod[] => {
    // The label that the fewest pods have decides how many are looked at.
    const [fewest = []] = Object.entries(spec?.selector ?? {})
      .map(([label, value]) => podsByLabel(metadata.namespace ?? '')(label).get(value) ?? [])
      .sort((a, b) => a.length - b.length);
    return fewest.filter((pod) => matchesLabels(spec?.selector, labelsOf(pod)));
  });

  /** Services by the first label of their selectors. */
  const servicesByLabel = once(() => {
    const out = refMap<Service[]>();
    for (const service of list('services')) {
      const [first] = Object.entries(service.spec?.selector ?? {});
      if (first === undefined) continue;
      const namespace = service.metadata.namespace ?? '';
      const known = out.get(namespace, ...first);
      if (known === undefined) out.set(namespace, ...first, [service]);
      else known.push(service);
    }
    return out;
  });
  const servicesSelecting = (pod: Pod): readonly Service[] => {
    const { namespace = '' } = pod.metadata;
    const labels = labelsOf(pod);
    const out: Service[] = [];
    for (const name in labels)
      for (const service of servicesByLabel().get(namespace, name, labels[name] as string) ?? [])
        if (matchesLabels(service.spec?.selector, labels)) out.push(service);
    return out.length < 2 ? out : out.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  };

  const slicesByService = once(() => {
    const nameOf = (slice: ObjectOf<'endpointSlices'>) => slice.metadata.labels?.['kubernetes.io/service-name'];
    const byNamespace = groupBy(list('endpointSlices'), ({ metadata }) => metadata.namespace ?? '');
    return new Map([...byNamespace].map(([namespace, slices]) => [namespace, groupBy(slices, nameOf)]));
  });
  const backendsOf = memo(({ metadata: { namespace, name } }: Service): Backends => {
    const slices =
      slicesByService()
        .get(namespace ?? '')
        ?.get(name) ?? [];
    const endpoints = get('endpoints', namespace, name);
    if (slices.length > 0) return ofSlices(slices);
    return endpoints === undefined ? { known: false, addresses: [], ports: [], objects: [] } : ofEndpoints(endpoints);
  });
  return { podsSelectedBy, servicesSelecting, backendsOf };
}

const ofSlices = (slices: readonly ObjectOf<'endpointSlices'>[]): Backends => ({
  known: true,
  addresses: slices.flatMap(({ endpoints = [] }) =>
    endpoints.flatMap(({ addresses = [], conditions, nodeName, targetRef }) =>
      addresses.map((ip) => ({ ip, ready: conditions?.ready !== false, node: nodeName, pod: targetRef?.name })),
    ),
  ),
  ports: slices.flatMap(({ ports = [] }) => ports),
  objects: slices,
});

function ofEndpoints(endpoints: ObjectOf<'endpoints'>): Backends {
  const subsets = endpoints.subsets ?? [];
  type Address = NonNullable<(typeof subsets)[number]['addresses']>[number];
  const backend =
    (ready: boolean) =>
    ({ ip = '', nodeName, targetRef }: Address): Backend => ({ ip, ready, node: nodeName, pod: targetRef?.name });
  return {
    known: true,
    addresses: subsets.flatMap(({ addresses = [], notReadyAddresses = [] }) => [
      ...addresses.map(backend(true)),
      ...notReadyAddresses.map(backend(false)),
    ]),
    ports: subsets.flatMap(({ ports = [] }) => ports),
    objects: [endpoints],
  };
}
