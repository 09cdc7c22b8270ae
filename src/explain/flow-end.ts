/** One end of a connection as a person writes it: a pod, a workload, a Service, a node or an address. */
import { nameOf } from '../result.ts';
import { isPort } from '../lib/host-port.ts';
import { parseIp } from '../lib/cidr.ts';
import { UserError } from '../lib/user-error.ts';
import { isTypo, nearest } from '../lib/near-miss.ts';
import { policyPod } from '../snapshot/network/policies.ts';
import { areaOfResource, KINDS, type AnyObject, type Node, type Pod, type Service } from '../snapshot/kinds/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Peer } from '../simulation/network-policy/evaluate.ts';
import { podsBelow } from './surroundings.ts';
import { refOf, type Ref } from '../snapshot/ref.ts';

/** What packets leave or reach at one end. */
export interface Point {
  readonly name: string;
  readonly peer: Peer;
  readonly pod?: Pod;
  readonly node?: Node;
}

export interface End {
  /** What was written, found: `Service shop/web`. */
  readonly name: string;
  readonly ref: Ref | undefined;
  readonly points: readonly Point[];
  readonly service?: Service;
  /** A number, or the name of a port. */
  readonly port?: string;
}

/** Pods of one end that are tried: replicas are alike, and every source meets every destination. */
const POINTS = 10;

const finished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** A pod as an end. */
export const podPoint = (snapshot: Snapshot, pod: Pod): Point => ({
  name: nameOf(refOf(pod)),
  peer: policyPod(snapshot, pod),
  pod,
});

/** A pod on the network of its node has the node's address and no identity of its own. */
function nodePoint(node: Node): readonly Point[] {
  const ip = node.status?.addresses?.find((address) => address.type === 'InternalIP')?.address;
  return ip === undefined ? [] : [{ name: `Node ${node.metadata.name}`, peer: { kind: 'ip', ip }, node }];
}

/** Splits `web:8080`, `shop/web:http`, `10.0.0.5:53`, `[fd00::5]:53`; a bare IPv6 address has no port. */
function splitPort(text: string): { readonly host: string; readonly port?: string } {
  const bracket = /^\[([^\]]{1,64})\](?::([a-z0-9-]{1,15}))?$/i.exec(text);
  if (bracket !== null)
    return { host: bracket[1] as string, ...(bracket[2] === undefined ? {} : { port: bracket[2] }) };
  if (parseIp(text) !== undefined) return { host: text };
  const at = text.lastIndexOf(':');
  return at === -1 ? { host: text } : { host: text.slice(0, at), port: text.slice(at + 1) };
}

const inNamespace =
  (namespace: string | undefined) =>
  (object: { readonly metadata: { readonly namespace?: string } }): boolean =>
    namespace === undefined || object.metadata.namespace === undefined || object.metadata.namespace === namespace;

/** The one object of an area with the name. */
function only(
  snapshot: Snapshot,
  area: keyof typeof KINDS,
  name: string,
  namespace: string | undefined,
): AnyObject | undefined {
  const all = snapshot
    .list(area)
    .filter(
      (object) => object.metadata.name === name && inNamespace(KINDS[area].namespaced ? namespace : undefined)(object),
    );
  if (all.length > 1)
    throw new UserError(
      `${KINDS[area].kind} '${name}' is in ${all.length} namespaces (${all
        .map((object) => object.metadata.namespace ?? '')
        .sort()
        .join(', ')}): write NAMESPACE/${name} or add -n NAMESPACE`,
    );
  return all[0];
}

/** The pods of the top workload with the name; workloads that the bundle tells only through their pods included. */
function workload(snapshot: Snapshot, name: string, namespace: string | undefined, kind?: string): Ref | undefined {
  const found = new Map<string, Ref>();
  for (const area of ['deployments', 'statefulSets', 'daemonSets', 'replicaSets', 'jobs', 'cronJobs'] as const) {
    if (kind !== undefined && KINDS[area].kind !== kind) continue;
    const object = only(snapshot, area, name, namespace);
    if (object !== undefined) found.set(nameOf(refOf(object)), refOf(object));
  }
  for (const pod of snapshot.list('pods')) {
    const top = snapshot.workloadOf(pod);
    if (top?.name === name && (kind === undefined || top.kind === kind) && inNamespace(namespace)(pod))
      found.set(nameOf(top), top);
  }
  const refs = [...found.values()];
  if (refs.length > 1 && new Set(refs.map((ref) => ref.namespace)).size > 1)
    throw new UserError(
      `'${name}' is in ${refs.length} places (${[...found.keys()].sort().join(', ')}): add -n NAMESPACE`,
    );
  return refs[0];
}

function endOf(snapshot: Snapshot, object: AnyObject): Omit<End, 'port'> {
  const ref = refOf(object);
  const name = nameOf(ref);
  switch (object.kind) {
    case 'Pod':
      return { name, ref, points: [podPoint(snapshot, object)] };
    case 'Node':
      return { name, ref, points: nodePoint(object) };
    case 'Service': {
      const service: Service = object;
      const pods = snapshot.podsSelectedBy(service).filter((pod) => !finished(pod));
      // Without a selector somebody else writes the endpoints: the API server's own Service, databases outside.
      const written =
        Object.keys(service.spec?.selector ?? {}).length > 0 ? [] : snapshot.backendsOf(service).addresses;
      const points = [
        ...pods.map((pod) => podPoint(snapshot, pod)),
        ...written.map(({ ip }): Point => ({ name: ip, peer: { kind: 'ip', ip } })),
      ];
      return { name, ref, service, points: points.slice(0, POINTS) };
    }
    default:
      return ofWorkload(snapshot, ref);
  }
}

function ofWorkload(snapshot: Snapshot, ref: Ref): Omit<End, 'port'> {
  const pods = podsBelow(snapshot, ref).filter((pod) => !finished(pod));
  if (pods.length === 0)
    throw new UserError(`${nameOf(ref)} has no running pods in the bundle: nothing to send from or to`);
  return { name: nameOf(ref), ref, points: pods.slice(0, POINTS).map((pod) => podPoint(snapshot, pod)) };
}

/** `namespace/name`: a pod, else a Service, else a workload; without a namespace a node too. */
function byName(snapshot: Snapshot, name: string, namespace: string | undefined): Omit<End, 'port'> | undefined {
  const object =
    only(snapshot, 'pods', name, namespace) ??
    only(snapshot, 'services', name, namespace) ??
    only(snapshot, 'nodes', name, undefined);
  if (object !== undefined) return endOf(snapshot, object);
  const ref = workload(snapshot, name, namespace);
  return ref === undefined ? undefined : ofWorkload(snapshot, ref);
}

/** An address: the pod, Service or node that has it, else a peer outside. */
function byAddress(snapshot: Snapshot, ip: string): Omit<End, 'port'> {
  const { pod, service, node } = snapshot.resolve(ip.includes(':') ? `[${ip}]` : ip);
  const object: AnyObject | undefined = pod ?? service ?? node;
  return object === undefined
    ? { name: ip, ref: undefined, points: [{ name: ip, peer: { kind: 'ip', ip } }] }
    : endOf(snapshot, object);
}

function notFound(snapshot: Snapshot, text: string, namespace: string | undefined): Error {
  const names = (['pods', 'services', 'deployments', 'statefulSets', 'daemonSets', 'nodes'] as const).flatMap((area) =>
    snapshot
      .list(area)
      .filter(inNamespace(namespace))
      .map((object) => object.metadata.name),
  );
  const word = text.split('/').at(-1) ?? text;
  const near = nearest(word, names, isTypo) ?? names.find((name) => word.length >= 3 && name.startsWith(word));
  return new UserError(
    `nothing in the bundle is called '${text}'${near === undefined ? '' : `; near: ${near}`} (write POD, NAMESPACE/POD, deploy/NAME, svc/NAME, node/NAME or an address)`,
  );
}

/** Finds what an end means. Throws a UserError with near names when it is nothing in the bundle. */
export function findEnd(snapshot: Snapshot, text: string, namespace: string | undefined): End {
  const { host, port } = splitPort(text);
  if (port !== undefined && /^\d{1,6}$/.test(port) && !isPort(Number(port)))
    throw new UserError(`'${port}' is no port`);
  const withPort = port === undefined || port === '' ? {} : { port };
  if (parseIp(host) !== undefined) return { ...byAddress(snapshot, host), ...withPort };
  const parts = host.split('/');
  const [first = '', second, third] = parts;
  if (second !== undefined) {
    const area = areaOfResource(third === undefined ? first : second);
    const space = third === undefined ? namespace : first;
    const name = third ?? second;
    if (area !== undefined) {
      const object = only(snapshot, area, name, space);
      const ref = object === undefined ? workload(snapshot, name, space, KINDS[area].kind) : undefined;
      if (object !== undefined) return { ...endOf(snapshot, object), ...withPort };
      if (ref !== undefined) return { ...ofWorkload(snapshot, ref), ...withPort };
    } else if (third === undefined) {
      const end = byName(snapshot, second, first);
      if (end !== undefined) return { ...end, ...withPort };
    }
    throw notFound(snapshot, host, space);
  }
  const named = byName(snapshot, host, namespace);
  // `web.shop.svc.cluster.local`, `web.shop`.
  const service = named === undefined && host.includes('.') ? snapshot.resolve(host, namespace).service : undefined;
  const end = named ?? (service === undefined ? undefined : endOf(snapshot, service));
  if (end === undefined) throw notFound(snapshot, host, namespace);
  return { ...end, ...withPort };
}
