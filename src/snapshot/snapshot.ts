/**
 * The cluster at one moment, as far as the bundle shows it, with the look-ups that checks share. It answers what is;
 * it never judges.
 */
import { append, groupBy, include } from '../lib/group-by.ts';
import { matchesLabels } from '../lib/labels.ts';
import { refMap } from '../lib/ref-map.ts';
import type { Evidence, FactArea, FactTable, LogHit, LogStream, ObjectSource, Origin } from '../parsers/records.ts';
import type { Subject } from '../result.ts';
import type { Area, LogArea } from './areas.ts';
import {
  areaOfKind,
  KINDS,
  type AnyObject,
  type KubeEvent,
  type Node,
  type ObjectArea,
  type ObjectOf,
  type Pod,
  type Service,
} from './kinds/index.ts';
import { othersCrash, withoutOwnLog } from './logs/suspects.ts';
import { createOwners } from './owners.ts';
import { evidenceOf, quoteObject, withFurtherLines } from './quote.ts';
import type { Collected } from './store.ts';

/** Kind, namespace and name: enough to find an object, or to speak of one that is not in the bundle. */
export interface Ref {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

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

/** What an address (`payments:8080`, `payments.shop.svc.cluster.local`, `10.0.3.7:80`) names in this cluster. */
export interface Resolved {
  readonly service?: Service;
  readonly pod?: Pod;
  readonly node?: Node;
  readonly port?: number;
  readonly host: string;
}

export type Facts = { readonly [A in ObjectArea]: readonly ObjectOf<A>[] } & {
  readonly [A in FactArea]: readonly FactTable[A][];
} & { readonly [A in LogArea]: readonly LogStream[] };

const LOG_CLASS: Readonly<Record<LogArea, LogStream['class']>> = {
  containerLogs: 'container',
  hostLogs: 'host',
  kernelLogs: 'kernel',
};

export function createSnapshot(collected: Collected) {
  const list = <A extends ObjectArea>(area: A): readonly ObjectOf<A>[] =>
    (collected.objects.get(area) ?? []) as unknown as readonly ObjectOf<A>[];
  const byRef = refMap<AnyObject>();
  for (const area of collected.objects.keys()) {
    if (area === 'events') continue;
    for (const object of list(area) as unknown as readonly AnyObject[])
      byRef.set(object.kind, object.metadata.namespace ?? '', object.metadata.name, object);
  }
  /** The scopes of complete listings by kind; `undefined` is the whole cluster. */
  const listings = new Map<string, Set<string | undefined>>();
  for (const { complete, kind, namespace } of collected.listings) {
    if (!complete) continue;
    include(listings, kind, namespace);
  }
  const streams = (cls: LogStream['class']) => collected.logs.filter((log) => log.class === cls);
  const once = <T>(make: () => T) => {
    let value: { v: T } | undefined;
    return () => (value ??= { v: make() }).v;
  };

  const podsByNode = once(() => groupBy(list('pods'), (pod) => pod.spec?.nodeName));
  const podsByIp = once(() =>
    groupBy(list('pods'), (pod) => (pod.spec?.hostNetwork === true ? undefined : pod.status?.podIP)),
  );
  const podsByNamespace = once(() => groupBy(list('pods'), (pod) => pod.metadata.namespace ?? ''));
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
  const slicesByService = once(() =>
    groupBy(list('endpointSlices'), (slice) => {
      const service = slice.metadata.labels?.['kubernetes.io/service-name'];
      return service === undefined ? undefined : key('Service', slice.metadata.namespace, service);
    }),
  );
  const eventsByRef = once(() => {
    const out = refMap<KubeEvent[]>();
    for (const event of list('events')) {
      const about = event.involvedObject ?? event.regarding;
      if (about?.kind === undefined || about.name === undefined) continue;
      const namespace = about.namespace ?? event.metadata?.namespace ?? '';
      const known = out.get(about.kind, namespace, about.name);
      if (known === undefined) out.set(about.kind, namespace, about.name, [event]);
      else known.push(event);
    }
    for (const events of out.values())
      if (events.length > 1) events.sort((a, b) => (eventTime(a) ?? 0) - (eventTime(b) ?? 0));
    return out;
  });
  const hitsBySignature = once(() => {
    const out = new Map<string, LogHit[]>();
    for (const log of collected.logs) for (const hit of log.hits) append(out, hit.signature, hit);
    return out;
  });
  const logsByPod = once(() =>
    groupBy(
      collected.logs.filter((log) => log.class === 'container'),
      (log) => {
        const { pod } = ownerOfLog(log.origin);
        return pod === undefined ? undefined : key('Pod', pod.metadata.namespace, pod.metadata.name);
      },
    ),
  );

  const get = (kind: string, namespace: string | undefined, name: string): AnyObject | undefined => {
    const area = areaOfKind(kind);
    const scope = area !== undefined && !KINDS[area].namespaced ? undefined : namespace;
    return byRef.get(kind, scope ?? '', name);
  };

  const { controllerOf, workloadOf } = createOwners(get);
  const podsByController = once(() => groupBy(list('pods'), (pod) => controllerOf(pod as unknown as AnyObject)));
  const podsByWorkload = once(() => {
    const out = refMap<readonly Pod[]>();
    for (const [top, pods] of groupBy(list('pods'), (pod) => workloadOf(pod as unknown as AnyObject)))
      out.set(top.kind, top.namespace ?? '', top.name, pods);
    return out;
  });

  const subject = (object: AnyObject, extra: { container?: string; node?: string } = {}): Subject => {
    const owner = workloadOf(object);
    // A static pod's mirror is owned by its node, which is no workload: its pods do not stand for one another.
    const workload = owner?.kind === 'Node' ? undefined : owner;
    const node = extra.node ?? (object.kind === 'Pod' ? (object as unknown as Pod).spec?.nodeName : undefined);
    return {
      kind: object.kind,
      ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
      name: object.metadata.name,
      ...(workload === undefined ? {} : { workload: { kind: workload.kind, name: workload.name } }),
      ...(node === undefined || node === '' ? {} : { node }),
      ...(extra.container === undefined ? {} : { container: extra.container }),
    };
  };

  const labelled = new Map<string, ReadonlyMap<string, readonly Pod[]>>();
  /** The pods of a namespace by the value of one label, so that no Service meets every pod. */
  const podsByLabel = (namespace: string, label: string): ReadonlyMap<string, readonly Pod[]> => {
    const at = `${namespace}\u0000${label}`;
    let byValue = labelled.get(at);
    if (byValue === undefined) {
      byValue = groupBy(podsByNamespace().get(namespace) ?? [], (pod) => pod.metadata.labels?.[label]);
      labelled.set(at, byValue);
    }
    return byValue;
  };
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
    const { namespace = '', labels } = pod.metadata;
    const out: Service[] = [];
    for (const name in labels)
      for (const service of servicesByLabel().get(namespace, name, labels[name] as string) ?? [])
        if (matchesLabels(service.spec?.selector, labels)) out.push(service);
    return out.length < 2 ? out : out.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  };
  const selected = new Map<Service, readonly Pod[]>();
  const podsSelectedBy = (service: Service): readonly Pod[] => {
    const known = selected.get(service);
    if (known !== undefined) return known;
    const { selector } = service.spec ?? {};
    // The label that the fewest pods have decides how many are looked at.
    const candidates = Object.entries(selector ?? {})
      .map(([name, value]) => podsByLabel(service.metadata.namespace ?? '', name).get(value) ?? [])
      .reduce<readonly Pod[] | undefined>(
        (best, pods) => (best === undefined || pods.length < best.length ? pods : best),
        undefined,
      );
    const pods = (candidates ?? []).filter((pod) => matchesLabels(selector, pod.metadata.labels));
    selected.set(service, pods);
    return pods;
  };

  const backends = new Map<Service, Backends>();
  const backendsOf = (service: Service): Backends => {
    let known = backends.get(service);
    if (known === undefined) backends.set(service, (known = findBackends(service)));
    return known;
  };
  const findBackends = (service: Service): Backends => {
    const { namespace, name } = service.metadata;
    const slices = slicesByService().get(key('Service', namespace, name)) ?? [];
    if (slices.length > 0) {
      return {
        known: true,
        addresses: slices.flatMap((slice) =>
          (slice.endpoints ?? []).flatMap((endpoint) =>
            (endpoint.addresses ?? []).map((ip) => ({
              ip,
              ready: endpoint.conditions?.ready !== false,
              node: endpoint.nodeName,
              pod: endpoint.targetRef?.name,
            })),
          ),
        ),
        ports: slices.flatMap((slice) => slice.ports ?? []),
        objects: slices as unknown as readonly AnyObject[],
      };
    }
    const endpoints = get('Endpoints', namespace, name) as unknown as ObjectOf<'endpoints'> | undefined;
    if (endpoints === undefined) return { known: false, addresses: [], ports: [], objects: [] };
    const subsets = endpoints.subsets ?? [];
    const backend =
      (ready: boolean) => (address: { ip?: string; nodeName?: string; targetRef?: { name?: string } }) => ({
        ip: address.ip ?? '',
        ready,
        node: address.nodeName,
        pod: address.targetRef?.name,
      });
    return {
      known: true,
      addresses: subsets.flatMap((subset) => [
        ...(subset.addresses ?? []).map(backend(true)),
        ...(subset.notReadyAddresses ?? []).map(backend(false)),
      ]),
      ports: subsets.flatMap((subset) => subset.ports ?? []),
      objects: [endpoints as unknown as AnyObject],
    };
  };

  const serviceNamed = (name: string, namespace: string | undefined): Service | undefined =>
    get('Service', namespace, name) as unknown as Service | undefined;

  const servicesByName = once(() => groupBy(list('services'), (service) => service.metadata.name));
  const resolved = new Map<string | undefined, Map<string, Resolved>>();
  const resolve = (address: string, fromNamespace?: string): Resolved => {
    let here = resolved.get(fromNamespace);
    if (here === undefined) resolved.set(fromNamespace, (here = new Map<string, Resolved>()));
    let known = here.get(address);
    if (known === undefined) here.set(address, (known = lookUp(address, fromNamespace)));
    return known;
  };
  const lookUp = (address: string, fromNamespace?: string): Resolved => {
    if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(address)) return lookUpHost(address, undefined, fromNamespace);
    const bare = address
      .trim()
      .replace(/^[a-z][a-z0-9+.-]{0,20}:\/\//i, '')
      .replace(/^[^@/\s]{0,200}@/, '')
      .replace(/[/?#].*$/s, '');
    const bracket = /^\[([0-9a-f:.]+)\](?::(\d{1,5}))?$/i.exec(bare);
    const colon = /^([^:]+):(\d{1,5})$/.exec(bare);
    const host = (bracket?.[1] ?? colon?.[1] ?? bare).replace(/\.$/, '');
    const portText = bracket?.[2] ?? colon?.[2];
    return lookUpHost(host, portText === undefined ? undefined : Number(portText), fromNamespace);
  };
  const lookUpHost = (host: string, portNumber: number | undefined, fromNamespace?: string): Resolved => {
    const port = portNumber === undefined ? {} : { port: portNumber };
    // Names are no addresses, and most of what is written down are names.
    if (/^[0-9a-f.:]*$/i.test(host)) {
      const byIp = servicesByIp().get(host)?.[0];
      if (byIp) return { host, ...port, service: byIp };
      const pod = podsByIp().get(host)?.[0];
      if (pod) return { host, ...port, pod };
    }
    const node = nodesByAddress().get(host);
    if (node) return { host, ...port, node };
    const parts = host.split('.');
    const [first = '', second, third] = parts;
    // name, name.namespace, name.namespace.svc[.cluster.local], pod.name.namespace.svc of a headless Service.
    const service =
      (parts.length === 1 ? serviceNamed(first, fromNamespace) : undefined) ??
      (second !== undefined ? serviceNamed(first, second) : undefined) ??
      (second !== undefined && third !== undefined && parts[3] === 'svc' ? serviceNamed(second, third) : undefined) ??
      (parts.length === 1 && fromNamespace === undefined ? onlyOne(servicesByName().get(first) ?? []) : undefined);
    return service === undefined ? { host, ...port } : { host, ...port, service };
  };

  /**
   * A log pasted without its pod's name, next to a list of pods of which just one workload crashes, is that workload's:
   * people attach the log of what is broken.
   */
  const theSickOne = once((): { readonly pod?: Pod } => {
    if (othersCrash(list('pods'), list('events'))) return {};
    const unfinished = withoutOwnLog(list('pods'), collected.logs).filter(
      ({ status }) => status?.phase !== 'Succeeded',
    );
    const sick = unfinished.filter((pod) =>
      [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].some(
        (status) =>
          /^(CrashLoopBackOff|Error|RunContainerError)$/.test(status.state?.waiting?.reason ?? '') ||
          (status.state?.terminated?.exitCode ?? 0) !== 0 ||
          /^(Error|OOMKilled)$/.test(status.state?.terminated?.reason ?? '') ||
          (status.ready !== true && (status.restartCount ?? 0) > 0),
      ),
    );
    const owners = new Set(
      sick.map((pod) => {
        const top = workloadOf(pod as unknown as AnyObject) ?? { kind: 'Pod', name: pod.metadata.name };
        return key(top.kind, pod.metadata.namespace, top.name);
      }),
    );
    return owners.size === 1 && sick[0] !== undefined ? { pod: sick[0] } : {};
  });

  /** The pods that run a program of the platform (`coredns`, `etcd`), when they are one workload's or just one. */
  const podsOfProgram = (program: string): { readonly pod?: Pod; readonly workload?: Ref } => {
    const running = list('pods').filter(
      (pod) =>
        (pod.spec?.containers ?? []).some((container) => container.name === program) ||
        ['k8s-app', 'component', 'app'].some((label) => pod.metadata.labels?.[label] === program) ||
        workloadOf(pod as unknown as AnyObject)?.name === program,
    );
    const [first, ...more] = running;
    if (first === undefined) return {};
    if (more.length === 0) return { pod: first };
    const workload = workloadOf(first as unknown as AnyObject);
    const same = more.every((pod) => workloadOf(pod as unknown as AnyObject)?.name === workload?.name);
    return workload !== undefined && same ? { workload } : {};
  };

  /**
   * Whose log it is. A log file may be named for its pod, for its workload (`payments.log`) or for its container; when
   * just one pod answers to the name, the log is that pod's, with several it is their workload's.
   */
  const logOwner = (origin: Origin): { readonly pod?: Pod; readonly workload?: Ref; readonly name?: string } => {
    const name = origin.pod;
    if (name === undefined) {
      if (origin.program !== undefined) return origin.node === undefined ? podsOfProgram(origin.program) : {};
      return origin.node === undefined ? theSickOne() : {};
    }
    const inNamespace = list('pods').filter(
      (pod) => origin.namespace === undefined || pod.metadata.namespace === origin.namespace,
    );
    const exact =
      onlyOne(inNamespace.filter((pod) => pod.metadata.name === name)) ??
      // A table that was pasted without its command does not say the namespace.
      onlyOne(list('pods').filter(({ metadata }) => metadata.namespace === undefined && metadata.name === name));
    if (exact !== undefined) return { pod: exact, name };
    const owned = inNamespace.filter((pod) => workloadOf(pod as unknown as AnyObject)?.name === name);
    const named =
      owned.length > 0
        ? owned
        : inNamespace.filter(
            (pod) => pod.metadata.labels?.['app'] === name || pod.metadata.labels?.['app.kubernetes.io/name'] === name,
          );
    const only = onlyOne(named);
    if (only !== undefined) return { pod: only, name };
    const workload = named[0] === undefined ? undefined : workloadOf(named[0] as unknown as AnyObject);
    // Static pods' mirrors belong to their nodes; a log that only names the program is no one node's.
    if (workload !== undefined && workload.kind !== 'Node') return { workload, name };
    for (const area of ['deployments', 'statefulSets', 'daemonSets', 'jobs'] as const) {
      const object = onlyOne(
        (list(area) as unknown as readonly AnyObject[]).filter(
          (one) =>
            one.metadata.name === name &&
            (origin.namespace === undefined || one.metadata.namespace === origin.namespace),
        ),
      );
      if (object !== undefined)
        return {
          workload: {
            kind: object.kind,
            ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
            name,
          },
          name,
        };
    }
    // A file that somebody named short: `api.log` of a pod `shop-api-0`.
    const alike =
      origin.command === undefined && named.length === 0
        ? onlyOne(
            inNamespace.filter(
              ({ metadata }) => metadata.name.startsWith(`${name}-`) || metadata.name.endsWith(`-${name}`),
            ),
          )
        : undefined;
    return alike === undefined ? { name } : { pod: alike, name };
  };
  const owners = new Map<string, ReturnType<typeof logOwner>>();
  const ownerOfLog = (origin: Origin): ReturnType<typeof logOwner> => {
    const at = [origin.namespace, origin.pod, origin.program, origin.node].join('\u0000');
    const known = owners.get(at) ?? logOwner(origin);
    owners.set(at, known);
    return known;
  };

  return {
    now: collected.now,
    clock: collected.clock,
    collected,
    list,
    facts: <A extends FactArea>(area: A): readonly FactTable[A][] =>
      (collected.facts[area] ?? []) as readonly FactTable[A][],
    logs: collected.logs,
    logsOfClass: (area: LogArea) => streams(LOG_CLASS[area]),

    get: <A extends ObjectArea>(area: A, namespace: string | undefined, name: string): ObjectOf<A> | undefined =>
      get(KINDS[area].kind, namespace, name) as unknown as ObjectOf<A> | undefined,
    find: (ref: Ref): AnyObject | undefined => get(ref.kind, ref.namespace, ref.name),
    /** Whether a full listing covers this scope: only then is absence a fact. */
    listed: (area: ObjectArea, namespace?: string): boolean => {
      const scopes = listings.get(KINDS[area].kind);
      return scopes !== undefined && (scopes.has(undefined) || scopes.has(namespace));
    },
    /** Whether the bundle says anything about the area: records, a listing (even an empty one), or logs of that class. */
    has: (area: Area): boolean => {
      if (area in KINDS)
        return (
          list(area as ObjectArea).length > 0 ||
          collected.empty.has(area) ||
          listings.has(KINDS[area as ObjectArea].kind)
        );
      if (area in LOG_CLASS) return collected.logs.some((log) => log.class === LOG_CLASS[area as LogArea]);
      return (collected.facts[area as FactArea]?.length ?? 0) > 0 || collected.empty.has(area);
    },

    controllerOf,
    workloadOf,
    subject,
    /** A subject for something that is only named (a unit, an etcd member, a Service missing from the bundle). */
    named: (
      kind: string,
      name: string,
      extra: { namespace?: string | undefined; node?: string | undefined } = {},
    ): Subject => ({
      kind,
      ...(extra.namespace === undefined ? {} : { namespace: extra.namespace }),
      name,
      ...(extra.node === undefined ? {} : { node: extra.node }),
    }),
    /** The pods of each controller, in bundle order; the controller is the key that `controllerOf` gives. */
    podsByController: (): ReadonlyMap<Ref, readonly Pod[]> => podsByController(),
    podsOnNode: (node: string): readonly Pod[] => podsByNode().get(node) ?? [],
    podsIn: (namespace: string): readonly Pod[] => podsByNamespace().get(namespace) ?? [],
    /** Pods whose top owner is this workload. */
    podsOf: (workload: Ref): readonly Pod[] =>
      podsByWorkload().get(workload.kind, workload.namespace ?? '', workload.name) ?? [],
    podsSelectedBy,
    servicesSelecting,
    backendsOf,
    /** Services of this name, in whichever namespace. */
    servicesNamed: (name: string): readonly Service[] => servicesByName().get(name) ?? [],
    resolve,
    /** Events about one object, oldest first. */
    eventsAbout: (ref: Ref): readonly KubeEvent[] => eventsByRef().get(ref.kind, ref.namespace ?? '', ref.name) ?? [],
    /** Log hits of a signature, over all logs in bundle order. */
    hits: (signature: string): readonly LogHit[] => hitsBySignature().get(signature) ?? [],
    /** Logs of a pod's containers; `previous` runs included. */
    logsOf: (pod: Ref): readonly LogStream[] => logsByPod().get(key('Pod', pod.namespace, pod.name)) ?? [],
    ownerOfLog,
    /** Whom a log line is about: its pod, else its workload, else its machine, program or file. */
    subjectOfLog: (
      origin: Origin,
      extra: { readonly node?: string | undefined; readonly program?: string | undefined } = {},
    ): Subject => {
      const node = extra.node ?? origin.node;
      // What says its machine in each line is no pod's log.
      const { pod, workload, name } = ownerOfLog(node === undefined ? origin : { ...origin, node });
      const container = origin.container === undefined ? {} : { container: origin.container };
      if (pod !== undefined) return subject(pod as unknown as AnyObject, container);
      if (workload !== undefined) return { ...workload, ...container };
      const at = node === undefined ? {} : { node };
      const namespace = origin.namespace === undefined ? {} : { namespace: origin.namespace };
      if (name !== undefined) return { kind: 'Pod', ...namespace, name, ...at, ...container };
      const program = extra.program ?? origin.program;
      if (node !== undefined && origin.container === undefined) return { kind: 'Node', name: node, node };
      if (program !== undefined) return { kind: 'Component', name: program, ...at };
      return { kind: 'Log', name: origin.source ?? origin.file, ...at };
    },

    sourcesOf: (object: AnyObject): readonly ObjectSource[] => collected.sources.get(object) ?? [],
    /** The source's own words at a field of an object. */
    quote: (object: unknown, pointer: string): Evidence =>
      quoteObject(object as AnyObject, pointer, collected.sources.get(object as AnyObject) ?? []),
    /** The source's own words of an event: its message. */
    quoteEvent: (event: KubeEvent): Evidence =>
      withFurtherLines(
        quoteObject(
          event as unknown as AnyObject,
          event.message === undefined && event.note !== undefined ? '/note' : '/message',
          collected.sources.get(event as unknown as AnyObject) ?? [],
        ),
        eventMessage(event),
      ),
    evidenceOf,
  };
}

/** The snapshot, as checks and diagnosis see it. */
export type Snapshot = ReturnType<typeof createSnapshot>;

/** When an event was last seen, ms since 1970, in whichever of its fields the API version wrote. */
export function eventTime(event: KubeEvent): number | undefined {
  for (const text of [
    event.lastTimestamp,
    event.series?.lastObservedTime,
    event.deprecatedLastTimestamp,
    event.eventTime,
    event.firstTimestamp,
    event.deprecatedFirstTimestamp,
    event.metadata?.creationTimestamp,
  ]) {
    const time = text === undefined ? Number.NaN : Date.parse(text);
    if (!Number.isNaN(time)) return time;
  }
  return undefined;
}

/** When an event was first seen, ms since 1970. */
export function eventFirstTime(event: KubeEvent): number | undefined {
  for (const text of [
    event.firstTimestamp,
    event.deprecatedFirstTimestamp,
    event.eventTime,
    event.metadata?.creationTimestamp,
  ]) {
    const time = text === undefined ? Number.NaN : Date.parse(text);
    if (!Number.isNaN(time)) return time;
  }
  return eventTime(event);
}

/** What clients that send many like it put in front. */
const COMBINED = '(combined from similar events): ';

/** An event's text in both API generations. */
export function eventMessage(event: KubeEvent): string {
  const message = event.message ?? event.note ?? '';
  return message.startsWith(COMBINED) ? message.slice(COMBINED.length) : message;
}

const key = (kind: string, namespace: string | undefined, name: string): string =>
  `${kind}\u0000${namespace ?? ''}\u0000${name}`;

const onlyOne = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);
