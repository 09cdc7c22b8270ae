/**
 * Pods as objects and events show them. A paste of `kubectl get events` is often all there is: then only events name
 * the pod.
 */
import { memo, oncePer } from '../lib/once-per.ts';
import type { Subject } from '../result.ts';
import type { KubeEvent, Pod } from './kinds/index.ts';
import { containersOf } from './containers.ts';
import { refOf } from './ref.ts';
import type { Ref, Snapshot } from './snapshot.ts';
import { unsteadyPods } from './steady.ts';

export interface PodSeen {
  readonly ref: Ref;
  /** Undefined when only events name the pod. */
  readonly pod: Pod | undefined;
  /** Oldest first. */
  readonly events: readonly KubeEvent[];
  /** The pod is in no listing though one covers its namespace: it has been deleted since. */
  readonly gone: boolean;
  readonly subject: (container?: string) => Subject;
}

/** Pods that events are about, and those that only events name. */
const told = oncePer((snapshot: Snapshot) => {
  const pods = new Set<Pod>();
  const absent = new Map<string, Ref>();
  for (const event of snapshot.list('events')) {
    const about = event.involvedObject ?? event.regarding;
    if (about?.kind !== 'Pod' || about.name === undefined) continue;
    const namespace = about.namespace ?? event.metadata?.namespace;
    const pod = snapshot.get('pods', namespace, about.name);
    if (pod !== undefined) pods.add(pod);
    else
      absent.set(`${namespace ?? ''}\u0000${about.name}`, {
        kind: 'Pod',
        ...(namespace === undefined ? {} : { namespace }),
        name: about.name,
      });
  }
  return { pods, absent: [...absent.values()].map((ref) => seen(snapshot, ref, undefined)) };
});

/**
 * The pods that there is something to say of: events are about them, or their state is not steady. In the order of the
 * snapshot, those that only events name last. What a check says of specs it must say of steady pods too: `also` are
 * those of them that it has found fault with.
 */
export function podsWithNews(snapshot: Snapshot, also?: Iterable<Pod>): readonly PodSeen[] {
  const more = [...(also ?? [])];
  return more.length === 0 ? news(snapshot) : collect(snapshot, more);
}
const news = oncePer((snapshot: Snapshot) => collect(snapshot, []));

function collect(snapshot: Snapshot, also: readonly Pod[]): readonly PodSeen[] {
  const { pods, absent } = told(snapshot);
  const wanted = new Set([...unsteadyPods(snapshot), ...pods, ...also]);
  return [
    ...snapshot
      .list('pods')
      .filter((pod) => wanted.has(pod))
      .map(seenOf(snapshot)),
    ...absent,
  ];
}

/** A pod with its events; one and the same for every caller. */
const seenOf = oncePer((snapshot: Snapshot) => memo((pod: Pod) => seen(snapshot, refOf(pod), pod)));

function seen(snapshot: Snapshot, ref: Ref, pod: Pod | undefined): PodSeen {
  const object = pod ?? { kind: 'Pod', metadata: { namespace: ref.namespace, name: ref.name } };
  return {
    ref,
    pod,
    events: snapshot.eventsAbout(ref),
    gone: pod === undefined && snapshot.listed('pods', ref.namespace),
    subject: (container) =>
      snapshot.subject(object as never, container === undefined || container === '' ? {} : { container }),
  };
}

const FIELD_PATH = /^spec\.(?:initContainers|containers|ephemeralContainers)\{([^}]{1,253})\}$/;

/** The container an event is about, from its field path; '' when it does not say. */
export function containerOfEvent(event: KubeEvent): string {
  return FIELD_PATH.exec((event.involvedObject ?? event.regarding)?.fieldPath ?? '')?.[1] ?? '';
}

/** All containers of the pod run and are ready: what once failed has recovered. */
export function isWell(pod: Pod): boolean {
  const apps = containersOf(pod).filter((container) => container.role === 'app' && container.status !== undefined);
  return apps.length > 0 && apps.every(({ status }) => status?.ready === true);
}
