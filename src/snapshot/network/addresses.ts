/**
 * The addresses a workload is told to call: in its environment, arguments, and the ConfigMaps it reads. Only what is
 * written down; names that a program computes are not seen.
 */
import { pointerTo } from '../../lib/json-pointer.ts';
import { groupBy } from '../../lib/group-by.ts';
import { addressesIn, isHostName, isPort, parseHostPort, withDefaults, type HostPort } from '../../lib/host-port.ts';
import { oncePer } from '../../lib/once-per.ts';
import { remember } from '../../lib/remember.ts';
import type { AnyObject, Pod, Service } from '../kinds/index.ts';
import type { Container, PodSpec } from '../kinds/core.ts';
import { refOf, type Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';

/** One address in one workload's configuration. */
export interface ConfiguredAddress extends HostPort {
  /** The variable, flag, or ConfigMap key. */
  readonly key: string;
  /** As written, at most a line of it. */
  readonly value: string;
  readonly namespace: string | undefined;
  /** The top owner, or the pod itself. */
  readonly workload: Ref;
  readonly container: string;
  /** A pod of the workload, when the bundle has one. */
  readonly pod: Pod | undefined;
  /** The object and field that hold the text: what to quote. */
  readonly holder: AnyObject;
  readonly pointer: string;
  readonly from: 'env' | 'args' | 'config';
}

interface Carrier {
  readonly object: AnyObject;
  readonly spec: PodSpec;
  /** Pointer to the pod spec inside the object. */
  readonly at: string;
  readonly workload: Ref;
  readonly pod: Pod | undefined;
}

const keyOf = (ref: Ref): string => `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;

/** One pod per controller is enough: its siblings come from the same template. Workloads without pods speak by their template. */
function carriers(snapshot: Snapshot): readonly Carrier[] {
  const out: Carrier[] = [];
  const controllers = new Set<Ref>();
  const covered = new Set<Ref>();
  for (const pod of snapshot.list('pods')) {
    const spec = pod.spec;
    if ((spec?.containers?.length ?? 0) === 0 || spec === undefined) continue;
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    const object = pod;
    const controller = snapshot.controllerOf(object);
    if (controller !== undefined) {
      if (controllers.has(controller)) continue;
      controllers.add(controller);
    }
    const workload = snapshot.workloadOf(object) ?? refOf(object);
    covered.add(workload);
    out.push({ object, spec, at: '/spec', workload, pod });
  }
  const spoken = new Set([...covered].map(keyOf));
  for (const area of ['deployments', 'statefulSets', 'daemonSets'] as const)
    for (const owner of snapshot.list(area)) {
      const object = owner;
      const spec = owner.spec?.template?.spec;
      if (spec === undefined || spoken.has(keyOf(refOf(object)))) continue;
      out.push({ object, spec, at: '/spec/template/spec', workload: refOf(object), pod: undefined });
    }
  return out;
}

/** Keys that say that a bare word is a host. The prefix pairs a host with its port: `DB_HOST`, `DB_PORT`. */
const HOST_KEY = /^(.{0,100}?)[_.-]?(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|ENDPOINT|URL|URI|SERVICE)$/i;
const PORT_KEY = /^(.{0,100}?)[_.-]?PORT$/i;
/** Values that are no peers: pictures of containers, zones, versions. */
const NOT_A_PEER = /image|zone|region|locale|class|package|repository|version|_?path$|listen|bind/i;
const OWN = new Set(['localhost', 'localhost.localdomain', 'host.docker.internal', 'metadata.google.internal']);

/** What a key says of its value. */
const readKey = remember((key: string) => ({
  isPeer: !NOT_A_PEER.test(key) && !key.startsWith('KUBERNETES_'),
  hostOf: HOST_KEY.exec(key)?.[1]?.toUpperCase(),
  portOf: PORT_KEY.exec(key)?.[1]?.toUpperCase(),
}));
/** Of a host that is a name or an IPv4 address. */
const isPeerHost = (host: string): boolean => /[a-z]/i.test(host) && !OWN.has(host.toLowerCase());
/** False for the many that tell no address: `LOG_LEVEL=info`. */
function mayTell(key: string, value: string): boolean {
  const { hostOf, portOf } = readKey(key);
  return hostOf !== undefined || portOf !== undefined || value.includes(':');
}

interface Entry {
  readonly key: string;
  readonly value: string;
  readonly holder: AnyObject;
  readonly pointer: string;
}

const NONE: readonly never[] = [];

/** Hands on the addresses in the values of one container. */
function addressesOf(entries: readonly Entry[], add: (entry: Entry, address: HostPort) => void): void {
  if (entries.length === 0) return;
  let ports: Map<string, number> | undefined;
  for (const { key, value } of entries) {
    const { portOf } = readKey(key);
    if (portOf === undefined || !/^\s*\d{1,5}\s*$/.test(value)) continue;
    const port = Number(value);
    if (isPort(port)) (ports ??= new Map<string, number>()).set(portOf, port);
  }
  for (const entry of entries) {
    const { isPeer, hostOf } = readKey(entry.key);
    if (!isPeer) continue;
    const whole = hostOf === undefined ? undefined : parseHostPort(entry.value);
    if (hostOf !== undefined && whole !== undefined) {
      const port = whole.port ?? (whole.scheme === undefined ? ports?.get(hostOf) : undefined);
      if (isPeerHost(whole.host)) add(entry, port === undefined || port === whole.port ? whole : { ...whole, port });
    } else for (const address of addressesIn(entry.value)) if (isPeerHost(address.host)) add(entry, address);
  }
}

/** Variables of a container with their values, as far as the bundle has them (ConfigMaps; Secrets give only addresses). */
function environment(snapshot: Snapshot, carrier: Carrier, container: Container, at: string): readonly Entry[] {
  const { env, envFrom } = container;
  if (env === undefined && envFrom === undefined) return NONE;
  const { namespace } = carrier.object.metadata;
  const entries: Entry[] = [];
  for (const { configMapRef, secretRef, prefix } of envFrom ?? NONE) {
    const config =
      configMapRef?.name === undefined ? undefined : snapshot.get('configMaps', namespace, configMapRef.name);
    addMap(entries, config?.data, config, 'data', prefix);
    const secret = secretRef?.name === undefined ? undefined : snapshot.get('secrets', namespace, secretRef.name);
    addMap(entries, secret?.data, secret, 'data', prefix);
    addMap(entries, secret?.stringData, secret, 'stringData', prefix);
  }
  if (env === undefined) return entries;
  for (let i = 0; i < env.length; i++) {
    const { name: key = '', value: written, valueFrom } = env[i] as EnvVar;
    if (written !== undefined) {
      if (mayTell(key, written))
        entries.push({ key, value: written, holder: carrier.object, pointer: `${at}/env/${i}` });
      continue;
    }
    const ref = valueFrom?.configMapKeyRef;
    const config = ref?.name === undefined ? undefined : snapshot.get('configMaps', namespace, ref.name);
    const value = ref?.key === undefined ? undefined : config?.data?.[ref.key];
    if (config !== undefined && value !== undefined && value.length < 2000)
      entries.push({ key, value, holder: config, pointer: pointerTo('data', ref?.key ?? '') });
  }
  return entries;
}
type EnvVar = NonNullable<Container['env']>[number];

function addMap(
  into: Entry[],
  data: Readonly<Record<string, unknown>> | undefined,
  holder: unknown,
  field: string,
  prefix = '',
): void {
  for (const [key, value] of Object.entries(data ?? {}))
    if (typeof value === 'string' && value.length < 2000)
      into.push({ key: prefix + key, value, holder: holder as AnyObject, pointer: pointerTo(field, key) });
}

/** `--flag=value` and `--flag value` as entries; other words under the name of the list. */
function commandLine(carrier: Carrier, container: Container, at: string): readonly Entry[] {
  if (container.command === undefined && container.args === undefined) return NONE;
  const entries: Entry[] = [];
  for (const field of ['command', 'args'] as const)
    (container[field] ?? []).forEach((word, i, words) => {
      if (word.length > 2000) return;
      const flag = /^--?([\w.-]{1,80})=(.{1,1900})$/s.exec(word);
      const before = /^--?([\w.-]{1,80})$/.exec(words[i - 1] ?? '');
      entries.push({
        key: flag?.[1] ?? before?.[1] ?? field,
        value: flag?.[2] ?? word,
        holder: carrier.object,
        pointer: `${at}/${field}/${i}`,
      });
    });
  return entries;
}

/** ConfigMaps that the container mounts as files. */
function mountedConfig(snapshot: Snapshot, carrier: Carrier, container: Container): readonly Entry[] {
  if (snapshot.list('configMaps').length === 0) return NONE;
  const entries: Entry[] = [];
  const namespace = carrier.object.metadata.namespace;
  for (const mount of container.volumeMounts ?? []) {
    const volume = carrier.spec.volumes?.find((candidate) => candidate.name === mount.name);
    const names = [volume?.configMap?.name, ...(volume?.projected?.sources ?? []).map((s) => s.configMap?.name)];
    for (const name of names) {
      const config = name === undefined ? undefined : snapshot.get('configMaps', namespace, name);
      if (config === undefined) continue;
      for (const [key, value] of Object.entries(config.data ?? {}))
        entries.push({ key, value, holder: config, pointer: pointerTo('data', key) });
    }
  }
  return entries;
}

/** The first line, with the defaults of variables in place. */
const oneLine = (text: string): string => {
  const all = withDefaults(text).trim();
  const line = all.includes('\n') ? all.slice(0, all.indexOf('\n')) : all;
  return line.length > 200 ? `${line.slice(0, 200)} …` : line;
};

function collect(snapshot: Snapshot): readonly ConfiguredAddress[] {
  const out: ConfiguredAddress[] = [];
  for (const carrier of carriers(snapshot)) {
    const containers = carrier.spec.containers ?? [];
    for (let i = 0; i < containers.length; i++)
      collectFrom(snapshot, carrier, containers[i] as Container, `${carrier.at}/containers/${i}`, out);
  }
  return out;
}

function collectFrom(
  snapshot: Snapshot,
  carrier: Carrier,
  container: Container,
  at: string,
  out: ConfiguredAddress[],
): void {
  const add = (from: ConfiguredAddress['from'], entry: Entry, { host, port, scheme }: HostPort): void => {
    if (carrier.spec.hostAliases?.some((alias) => alias.hostnames?.includes(host) === true) === true) return;
    out.push({
      host,
      port,
      scheme,
      key: entry.key,
      value: oneLine(from === 'config' ? `${scheme}://${host}` : entry.value),
      namespace: carrier.object.metadata.namespace,
      workload: carrier.workload,
      container: container.name ?? '',
      pod: carrier.pod,
      holder: entry.holder,
      pointer: entry.pointer,
      from,
    });
  };
  addressesOf(environment(snapshot, carrier, container, at), (entry, address) => add('env', entry, address));
  addressesOf(commandLine(carrier, container, at), (entry, address) => add('args', entry, address));
  for (const entry of mountedConfig(snapshot, carrier, container))
    for (const address of addressesIn(entry.value))
      if (address.scheme !== undefined && isHostName(address.host) && !OWN.has(address.host))
        add('config', entry, address);
}

/** Every address in the configuration of every workload, in bundle order. */
export const configuredAddresses = oncePer(collect);

const byWorkload = oncePer((snapshot: Snapshot) =>
  groupBy(configuredAddresses(snapshot), (address) => `${address.namespace ?? ''}/${address.workload.name}`),
);

/** The addresses in the configuration of the workloads of a name. */
export const addressesOfWorkload = (
  snapshot: Snapshot,
  namespace: string | undefined,
  name: string,
): readonly ConfiguredAddress[] => byWorkload(snapshot).get(`${namespace ?? ''}/${name}`) ?? [];

/** The Services of each namespace, in bundle order. */
export const servicesByNamespace = oncePer((snapshot: Snapshot): ReadonlyMap<string, readonly Service[]> =>
  groupBy(snapshot.list('services'), (service) => service.metadata.namespace ?? ''),
);

/** A name without a dot: from a pod, that of a Service of its namespace. */
export const isBareName = (host: string): boolean => /^[a-z][a-z0-9-]{0,62}$/.test(host);

/** Splits a host into Service and namespace when it is a name of the cluster's own; undefined for the world outside. */
export function clusterName(
  snapshot: Snapshot,
  host: string,
  fromNamespace: string | undefined,
): { readonly service: string; readonly namespace: string } | undefined {
  const parts = host.toLowerCase().replace(/\.$/, '').split('.');
  const [first = '', second, third] = parts;
  if (second === undefined)
    return fromNamespace === undefined ? undefined : { service: first, namespace: fromNamespace };
  if (third === 'svc') return { service: first, namespace: second };
  if (parts[3] === 'svc' && third !== undefined) return { service: second, namespace: third };
  const isNamespace = (name: string) =>
    name === fromNamespace ||
    snapshot.get('namespaces', undefined, name) !== undefined ||
    servicesByNamespace(snapshot).has(name) ||
    snapshot.podsIn(name).length > 0;
  return parts.length === 2 && isNamespace(second) ? { service: first, namespace: second } : undefined;
}
