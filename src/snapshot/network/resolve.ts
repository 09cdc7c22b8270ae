/** What an address names in the cluster: a Service, a pod or a node. */
import { groupBy } from '../../lib/group-by.ts';
import { memo, once } from '../../lib/once-per.ts';
import { onlyOne } from '../../lib/only-one.ts';
import type { Node, Pod, Service } from '../kinds/index.ts';
import type { Objects } from '../objects.ts';

/** What an address (`payments:8080`, `payments.shop.svc.cluster.local`, `10.0.3.7:80`) names. */
export interface Resolved {
  readonly service?: Service;
  readonly pod?: Pod;
  readonly node?: Node;
  readonly port?: number;
  readonly host: string;
}

export interface Resolver {
  /** A bare name is that of a Service of `fromNamespace`; without one, of the only Service of that name. */
  resolve(address: string, fromNamespace?: string): Resolved;
  /** Services of this name, in whichever namespace. */
  servicesNamed(name: string): readonly Service[];
}

export function createResolver({ list, get }: Objects): Resolver {
  const podsByIp = once(() =>
    groupBy(list('pods'), (pod) => (pod.spec?.hostNetwork === true ? undefined : pod.status?.podIP)),
  );
  const servicesByIp = once(() =>
    groupBy(list('services'), (service) => (service.spec?.clusterIP === 'None' ? undefined : service.spec?.clusterIP)),
  );
  const nodesByAddress = once(() => {
    const out = new Map<string, Node>();
    for (const node of list('nodes')) {
      out.set(node.metadata.name, node);
      for (const address of node.status?.addresses ?? [])
        if (address.address !== undefined) out.set(address.address, node);
    }
    return out;
  });
  const servicesByName = once(() => groupBy(list('services'), (service) => service.metadata.name));
  const servicesNamed = (name: string): readonly Service[] => servicesByName().get(name) ?? [];

  const serviceNamed = (name: string, namespace: string | undefined): Service | undefined =>
    get('services', namespace, name);
  /** name, name.namespace, name.namespace.svc[.cluster.local], pod.name.namespace.svc of a headless Service. */
  const serviceAt = (host: string, fromNamespace: string | undefined): Service | undefined => {
    const [first = '', second, third, fourth] = host.split('.');
    if (second === undefined)
      return (
        serviceNamed(first, fromNamespace) ?? (fromNamespace === undefined ? onlyOne(servicesNamed(first)) : undefined)
      );
    return (
      serviceNamed(first, second) ?? (third !== undefined && fourth === 'svc' ? serviceNamed(second, third) : undefined)
    );
  };
  const named = (host: string, fromNamespace: string | undefined): Omit<Resolved, 'host' | 'port'> => {
    // Names are no addresses, and most of what is written down are names.
    if (/^[0-9a-f.:]*$/i.test(host)) {
      const byIp = servicesByIp().get(host)?.[0];
      if (byIp) return { service: byIp };
      // A pod at a node's address uses the node's network, which rows of a table do not say.
      const pod = nodesByAddress().has(host) ? undefined : podsByIp().get(host)?.[0];
      if (pod) return { pod };
    }
    const node = nodesByAddress().get(host);
    if (node) return { node };
    const service = serviceAt(host, fromNamespace);
    return service === undefined ? {} : { service };
  };
  const from = memo((namespace: string | undefined) =>
    memo((address: string): Resolved => {
      const { host, port } = withoutScheme(address);
      return { host, ...(port === undefined ? {} : { port }), ...named(host, namespace) };
    }),
  );
  return { resolve: (address, fromNamespace) => from(fromNamespace)(address), servicesNamed };
}

/** Host and port of an address, whatever scheme, user and path stand around them. */
function withoutScheme(address: string): { readonly host: string; readonly port?: number } {
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(address)) return { host: address };
  const bare = address
    .trim()
    .replace(/^[a-z][a-z0-9+.-]{0,20}:\/\//i, '')
    .replace(/^[^@/\s]{0,200}@/, '')
    .replace(/[/?#].*$/s, '');
  const bracket = /^\[([0-9a-f:.]+)\](?::(\d{1,5}))?$/i.exec(bare);
  const colon = /^([^:]+):(\d{1,5})$/.exec(bare);
  const host = (bracket?.[1] ?? colon?.[1] ?? bare).replace(/\.$/, '');
  const port = bracket?.[2] ?? colon?.[2];
  return port === undefined ? { host } : { host, port: Number(port) };
}
