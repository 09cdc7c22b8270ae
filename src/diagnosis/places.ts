/** Where a finding stands in the cluster: everything a link can join on. */
import type { Found } from '../checks/engine.ts';
import { UNNAMED } from '../parsers/kubectl/nameless.ts';
import { theLacking } from '../snapshot/pods/lacking.ts';
import type { Ref } from '../snapshot/ref.ts';
import type { Pod, Service } from '../snapshot/kinds/index.ts';
import { podReady } from '../snapshot/pods/readiness.ts';
import { machineOf } from '../snapshot/nodes/node-health.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Subject } from '../result.ts';
import type { Join } from './link.ts';

export interface Places {
  readonly pods: ReadonlySet<string>;
  /** `pod\0container` for findings about one container. */
  readonly containers: ReadonlySet<string>;
  readonly owners: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
  /** Services that this finding is about: its subject, and those in `related`. */
  readonly services: ReadonlySet<string>;
  /** Services that its pods stand behind. */
  readonly backs: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  readonly images: ReadonlySet<string>;
  /** The subject itself, its workload, and what is folded in. */
  readonly self: ReadonlySet<string>;
  readonly related: ReadonlySet<string>;
}

const WORKLOADS = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
]);
/** A workload of 10,000 pods is told by its first pods; the owner joins the rest. */
const PODS_PER_WORKLOAD = 50;

/** Ending that controllers give to the names of their pods: `-7d4f8-x2k9q`, `-x2k9q`. */
const GENERATED_END = /(?:-[bcdfghjklmnpqrstvwxz2456789]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

const keyOf = (ref: { kind: string; namespace?: string | undefined; name: string }): string =>
  `${ref.kind}\u0000${ref.namespace ?? ''}\u0000${ref.name}`;

/** Registry and repository: what two images share when a registry is down or a tag is wrong. */
function imageKeys(image: string | undefined): readonly string[] {
  if (image === undefined || image === '') return [];
  const repository = image.replace(/@.*$/, '').replace(/:[^:/]+$/, '');
  return [image, repository];
}

/** A set that most findings have nothing in: it is made when something comes. */
const NOTHING: ReadonlySet<string> = new Set();

/** A pod that runs, in a table that does not show where (`kubectl get pods` without -o wide). */
function isSomewhere({ kind, namespace, name }: Subject, snapshot: Snapshot): boolean {
  const pod = kind === 'Pod' ? snapshot.get('pods', namespace, name) : undefined;
  return pod !== undefined && pod.spec?.nodeName === undefined && pod.status?.phase !== 'Pending';
}

/**
 * A pod whose containers have never started gets no requests: while others behind the Service are ready, its callers do
 * not feel it (a rollout that hangs).
 */
function servesWithout(pod: Pod, service: Service, snapshot: Snapshot): boolean {
  if (pod.status?.phase !== 'Pending') return false;
  const { known, addresses } = snapshot.backendsOf(service);
  return known
    ? addresses.some(({ ready }) => ready)
    : snapshot.podsSelectedBy(service).some((other) => podReady(other) === true);
}

/** Collects the places of a finding, folded ones included. */
export function placesOf(found: Found, snapshot: Snapshot): Places {
  const sets: Record<keyof Places, ReadonlySet<string>> = {
    pods: NOTHING,
    containers: NOTHING,
    owners: NOTHING,
    nodes: NOTHING,
    services: NOTHING,
    backs: NOTHING,
    claims: NOTHING,
    namespaces: NOTHING,
    images: NOTHING,
    self: NOTHING,
    related: NOTHING,
  };
  const put = (into: keyof Places, key: string): void => {
    const known = sets[into];
    if (known === NOTHING) sets[into] = new Set([key]);
    else (known as Set<string>).add(key);
  };

  const addPod = (pod: Pod): void => {
    const { namespace, name } = pod.metadata;
    put('pods', keyOf({ kind: 'Pod', namespace, name }));
    const workload = snapshot.workloadOf(pod);
    if (workload !== undefined) put('owners', keyOf(workload));
    if (pod.spec?.nodeName !== undefined && pod.spec.nodeName !== '') put('nodes', pod.spec.nodeName);
    for (const service of snapshot.servicesSelecting(pod))
      if (!servesWithout(pod, service, snapshot))
        put('backs', keyOf({ kind: 'Service', namespace, name: service.metadata.name }));
    for (const volume of pod.spec?.volumes ?? []) {
      const claim = volume.persistentVolumeClaim?.claimName;
      if (claim !== undefined) put('claims', keyOf({ kind: 'PersistentVolumeClaim', namespace, name: claim }));
    }
    for (const container of [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])])
      for (const key of imageKeys(container.image)) put('images', key);
  };

  const addBacks = (ref: Ref): void => {
    const workload = snapshot.find(ref) as
      { readonly spec?: { readonly template?: Pick<Pod, 'metadata'> } } | undefined;
    const labels = workload?.spec?.template?.metadata?.labels;
    if (labels === undefined) return;
    const { namespace } = ref;
    for (const service of snapshot.servicesSelecting({ metadata: { name: '', namespace, labels } } as Pod))
      put('backs', keyOf({ kind: 'Service', namespace, name: service.metadata.name }));
  };

  const addRef = (ref: Ref): void => {
    switch (ref.kind) {
      case 'Pod': {
        if (ref.name === UNNAMED) for (const workload of theLacking(snapshot)) put('owners', keyOf(workload));
        const pod = snapshot.get('pods', ref.namespace, ref.name);
        if (pod !== undefined) addPod(pod);
        else {
          put('pods', keyOf(ref));
          // Pods that only logs and events name: those whose names were generated from one stem are of one workload.
          const stem = ref.name.replace(GENERATED_END, '');
          if (stem !== ref.name) put('owners', keyOf({ ...ref, kind: 'pods named', name: stem }));
        }
        break;
      }
      // A text that does not say whose log it is: what it holds was said by one program.
      case 'Log':
      // So was what the only log of a program holds.
      case 'Component':
        put('pods', keyOf(ref));
        break;
      case 'Node':
        put('nodes', ref.name);
        break;
      case 'Service': {
        put('services', keyOf(ref));
        break;
      }
      case 'PersistentVolumeClaim':
        put('claims', keyOf(ref));
        break;
      case 'PersistentVolume': {
        const claim = snapshot.get('persistentVolumes', undefined, ref.name)?.spec?.claimRef;
        if (claim?.name !== undefined)
          put('claims', keyOf({ kind: 'PersistentVolumeClaim', namespace: claim.namespace, name: claim.name }));
        break;
      }
      case 'Namespace':
        put('namespaces', ref.name);
        break;
      default:
        if (WORKLOADS.has(ref.kind)) {
          put('owners', keyOf(ref));
          const object = snapshot.find(ref);
          const top = object === undefined ? undefined : snapshot.workloadOf(object);
          if (top !== undefined) put('owners', keyOf(top));
          const pods = snapshot.podsOf(top ?? ref).slice(0, PODS_PER_WORKLOAD);
          for (const pod of pods) addPod(pod);
          // A workload whose pods are gone stands behind the Services that would select them.
          if (pods.length === 0) addBacks(top ?? ref);
        }
    }
    if (ref.namespace !== undefined) put('namespaces', ref.namespace);
  };

  for (const { subject, related = [] } of [found, ...found.also]) {
    const here = subject.namespace === undefined ? {} : { namespace: subject.namespace };
    put('self', keyOf(subject));
    addRef({ kind: subject.kind, ...here, name: subject.name });
    if (subject.workload !== undefined) {
      const workload = { ...subject.workload, ...here };
      put('owners', keyOf(workload));
      put('self', keyOf(workload));
    }
    if (subject.node !== undefined) put('nodes', subject.node);
    // A daemon's log, or a text of unknown origin, that names no machine was written on the one that the bundle is about, named or not.
    else if (subject.kind === 'Component' || subject.kind === 'Log' || isSomewhere(subject, snapshot))
      put('nodes', machineOf(snapshot, {}));
    if (subject.container !== undefined) put('containers', `${keyOf(subject)}\u0000${subject.container}`);
    for (const ref of related) {
      put('related', keyOf(ref));
      // What is merely named does not move the finding to another node or owner; services and claims are what joins.
      if (ref.kind === 'Service') put('services', keyOf(ref));
      if (ref.kind === 'PersistentVolumeClaim' || ref.kind === 'PersistentVolume') addRef(ref);
      if (ref.kind === 'Node') put('nodes', ref.name);
      if (ref.kind === 'Image') for (const key of imageKeys(ref.name)) put('images', key);
    }
  }
  return sets;
}

/** Sides of a link: a cause breaks or backs a Service, an effect is it or uses it. */
type Side = 'cause' | 'effect';

/** Marks keys of different meaning apart: a cause's own name meets an effect's `related`, and the other way round. */
const marked = (mark: string, keys: ReadonlySet<string>): string[] => [...keys].map((key) => `${mark}\u0000${key}`);

/**
 * Pods that one side names without their namespace (crictl, a pasted table) and the other with it: two marks, so that
 * pods of one name in two namespaces do not meet.
 */
const halfNamed = (side: Side, pods: ReadonlySet<string>): string[] =>
  [...pods].flatMap((key) => {
    const [kind, namespace, name = ''] = key.split('\u0000');
    if (kind !== 'Pod') return [];
    return [`${(namespace === '') === (side === 'cause') ? 'bare cause' : 'bare effect'}\u0000${name}`];
  });

/** The keys by which a finding joins on one side; two findings are joined when they share one. `cluster` joins all. */
export function keysOf(join: Exclude<Join, 'cluster'>, side: Side, places: Places): readonly string[] {
  switch (join) {
    case 'container':
      // Without a container's name (a table row) the pod speaks for it.
      return [
        ...places.containers,
        ...(places.containers.size === 0 || side === 'cause' ? places.pods : []),
        ...places.owners,
        ...halfNamed(side, places.pods),
      ];
    case 'pod':
      // Folding keeps one pod of a workload in front, so the owner speaks for its pods.
      return [...places.pods, ...places.owners, ...halfNamed(side, places.pods)];
    case 'owner':
      return [...places.owners];
    case 'node':
      return [...places.nodes];
    case 'service':
      // What an effect's own pods back does not join: a Service without ready pods is no reason for what they log.
      return side === 'cause' ? [...places.services, ...places.backs] : [...places.services];
    case 'claim':
      return [...places.claims];
    case 'namespace':
      return [...places.namespaces];
    case 'image':
      return [...places.images];
    case 'related':
      return side === 'cause'
        ? [...marked('self', places.self), ...marked('related', places.related)]
        : [...marked('related', places.self), ...marked('self', places.related)];
  }
}

/** Whether the join holds from cause to effect: a statement about objects that both are about. */
export function joined(join: Join, cause: Places, effect: Places): boolean {
  if (join === 'cluster') return true;
  const keys = new Set(keysOf(join, 'effect', effect));
  return keysOf(join, 'cause', cause).some((key) => keys.has(key));
}

/** The words for a join in a story: "same node worker-3". */
export function sharedBy(join: Exclude<Join, 'cluster'>, cause: Places, effect: Places): string {
  const first = (a: ReadonlySet<string>, b: ReadonlySet<string>): string | undefined => {
    for (const key of [...a].sort()) if (b.has(key)) return key.split('\u0000').filter(Boolean).slice(-1)[0];
    return undefined;
  };
  switch (join) {
    case 'container':
    case 'pod':
      return [...cause.pods].some((key) => key.startsWith('Log\u0000'))
        ? 'same log'
        : `same pod ${first(cause.pods, effect.pods) ?? first(cause.owners, effect.owners) ?? ''}`.trim();
    case 'owner':
      return `same workload ${first(cause.owners, effect.owners) ?? ''}`.trim();
    case 'node':
      return `same node ${first(cause.nodes, effect.nodes) ?? ''}`.trim();
    case 'service':
      return `Service ${first(cause.services, effect.services) ?? first(cause.backs, effect.services) ?? ''}`.trim();
    case 'claim':
      return `same claim ${first(cause.claims, effect.claims) ?? ''}`.trim();
    case 'namespace':
      return `same namespace ${first(cause.namespaces, effect.namespaces) ?? ''}`.trim();
    case 'image':
      return `same image ${first(cause.images, effect.images) ?? ''}`.trim();
    case 'related':
      return `it names ${first(cause.self, effect.related) ?? first(cause.related, effect.self) ?? ''}`.trim();
  }
}
