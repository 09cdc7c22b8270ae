/**
 * The cluster at one moment, as far as the bundle shows it, with the look-ups that checks share. It answers what is;
 * it never judges.
 */
import { append, groupBy, include } from '../lib/group-by.ts';
import { once } from '../lib/once-per.ts';
import { refMap } from '../lib/ref-map.ts';
import type { Evidence, FactArea, FactTable, LogHit, LogStream, ObjectSource, Origin } from '../parsers/records.ts';
import type { Subject } from '../result.ts';
import type { Area, LogArea } from './areas.ts';
import { bySeen, eventMessage } from './events.ts';
import { KINDS, type AnyObject, type KubeEvent, type ObjectArea, type ObjectOf, type Pod } from './kinds/index.ts';
import { createLogOwners } from './logs/named-owner.ts';
import { createResolver } from './network/resolve.ts';
import { createServices } from './network/services.ts';
import { createObjects } from './objects.ts';
import { createOwners } from './owners.ts';
import { createPodLabels } from './pods/pod-labels.ts';
import { evidenceOf, quoteObject, withFurtherLines } from './quote.ts';
import type { Ref } from './ref.ts';
import type { Collected } from './store.ts';

export type Facts = { readonly [A in ObjectArea]: readonly ObjectOf<A>[] } & {
  readonly [A in FactArea]: readonly FactTable[A][];
} & { readonly [A in LogArea]: readonly LogStream[] };

const LOG_CLASS: Readonly<Record<LogArea, LogStream['class']>> = {
  containerLogs: 'container',
  hostLogs: 'host',
  kernelLogs: 'kernel',
};

export function createSnapshot(collected: Collected) {
  const objects = createObjects(collected.objects);
  const { list, get, find } = objects;
  /** The scopes of complete listings by kind; `undefined` is the whole cluster. */
  const listings = new Map<string, Set<string | undefined>>();
  for (const { complete, kind, namespace } of collected.listings) {
    if (complete) include(listings, kind, namespace);
  }
  const logsOfClass = (wanted: LogStream['class']) => collected.logs.filter((log) => log.class === wanted);

  const podsByNode = once(() => groupBy(list('pods'), (pod) => pod.spec?.nodeName));
  const podsByNamespace = once(() => groupBy(list('pods'), (pod) => pod.metadata.namespace ?? ''));
  const eventsByRef = once(() => {
    const out = refMap<KubeEvent[]>();
    for (const event of list('events')) {
      const about = event.involvedObject;
      if (about?.kind === undefined || about.name === undefined) continue;
      const namespace = about.namespace ?? event.metadata?.namespace ?? '';
      const known = out.get(about.kind, namespace, about.name);
      if (known === undefined) out.set(about.kind, namespace, about.name, [event]);
      else known.push(event);
    }
    for (const events of out.values()) if (events.length > 1) events.sort(bySeen);
    return out;
  });
  const hitsBySignature = once(() => {
    const out = new Map<string, LogHit[]>();
    for (const log of collected.logs) for (const hit of log.hits) append(out, hit.signature, hit);
    return out;
  });
  const owners = createOwners(objects);
  const { controllerOf, workloadOf } = owners;
  const podLabels = createPodLabels(objects, owners);
  const podsIn = (namespace: string): readonly Pod[] => podsByNamespace().get(namespace) ?? [];
  const ownerOfLog = createLogOwners(objects, owners);
  const podsByController = once(() => groupBy(list('pods'), (pod) => controllerOf(pod)));
  const podsByWorkload = once(() => {
    const out = refMap<readonly Pod[]>();
    for (const [top, pods] of groupBy(list('pods'), (pod) => workloadOf(pod)))
      out.set(top.kind, top.namespace ?? '', top.name, pods);
    return out;
  });

  const subject = (object: AnyObject, extra: { container?: string; node?: string } = {}): Subject => {
    const owner = workloadOf(object);
    // A static pod's mirror is owned by its node, which is no workload: its pods do not stand for one another.
    const workload = owner?.kind === 'Node' ? undefined : owner;
    const node = extra.node ?? (object.kind === 'Pod' ? (object as Pod).spec?.nodeName : undefined);
    return {
      kind: object.kind,
      ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
      name: object.metadata.name,
      ...(workload === undefined ? {} : { workload: { kind: workload.kind, name: workload.name } }),
      ...(node === undefined || node === '' ? {} : { node }),
      ...(extra.container === undefined ? {} : { container: extra.container }),
    };
  };

  return {
    now: collected.now,
    clock: collected.clock,
    collected,
    list,
    facts: <A extends FactArea>(area: A): readonly FactTable[A][] =>
      (collected.facts[area] ?? []) as readonly FactTable[A][],
    logs: collected.logs,
    logsOfClass: (area: LogArea) => logsOfClass(LOG_CLASS[area]),

    get,
    find: (ref: Ref): AnyObject | undefined => find(ref.kind, ref.namespace, ref.name),
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
    podsIn,
    /** Pods whose top owner is this workload. */
    podsOf: (workload: Ref): readonly Pod[] =>
      podsByWorkload().get(workload.kind, workload.namespace ?? '', workload.name) ?? [],
    ...podLabels,
    ...createServices(objects, podsIn, podLabels),
    ...createResolver(objects),
    /** Events about one object, oldest first. */
    eventsAbout: (ref: Ref): readonly KubeEvent[] => eventsByRef().get(ref.kind, ref.namespace ?? '', ref.name) ?? [],
    /** Log hits of a signature, over all logs in bundle order. */
    hits: (signature: string): readonly LogHit[] => hitsBySignature().get(signature) ?? [],
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
      if (pod !== undefined) return subject(pod, container);
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
        quoteObject(event, event.note === undefined ? '/message' : '/note', collected.sources.get(event) ?? []),
        eventMessage(event),
      ),
    evidenceOf,
  };
}

/** The snapshot, as checks and diagnosis see it. */
export type Snapshot = ReturnType<typeof createSnapshot>;
