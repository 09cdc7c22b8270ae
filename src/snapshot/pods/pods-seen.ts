/**
 * Pods as objects and events show them. A paste of `kubectl get events` is often all there is: then only events name
 * the pod.
 */
import { memo, oncePer } from '../../lib/once-per.ts';
import type { Subject } from '../../result.ts';
import type { KubeEvent, Pod } from '../kinds/index.ts';
import { containersOf } from './containers.ts';
import { refOf, refTo, type Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';
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
    const about = event.involvedObject;
    if (about?.kind !== 'Pod' || about.name === undefined) continue;
    const namespace = about.namespace ?? event.metadata?.namespace;
    const pod = snapshot.get('pods', namespace, about.name);
    if (pod !== undefined) pods.add(pod);
    else absent.set(`${namespace ?? ''}\u0000${about.name}`, refTo('Pod', namespace, about.name));
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
  const wanted = new Set(unsteadyPods(snapshot));
  for (const pod of pods) wanted.add(pod);
  for (const pod of also) wanted.add(pod);
  const see = seenOf(snapshot);
  const out: PodSeen[] = [];
  for (const pod of snapshot.list('pods')) if (wanted.has(pod)) out.push(see(pod));
  return out.concat(absent);
}

/** Those of them with an event of one of the reasons: few of thousands. */
export function podsWithEvent(snapshot: Snapshot, reasons: readonly string[]): readonly PodSeen[] {
  const [first, ...more] = reasons.flatMap((reason) => byReason(snapshot).get(reason) ?? []);
  if (first === undefined) return [];
  if (more.length === 0) return [first.seen];
  const places = new Map([first, ...more].map(({ place, seen }) => [place, seen]));
  return [...places].sort(([a], [b]) => a - b).map(([, seen]) => seen);
}

/** The pods with news by the reasons of their events, with their place among them. */
const byReason = oncePer((snapshot: Snapshot) => {
  const out = new Map<string, { readonly place: number; readonly seen: PodSeen }[]>();
  for (const [place, seen] of podsWithNews(snapshot).entries())
    for (const { reason = '' } of seen.events) {
      const known = out.get(reason);
      if (known === undefined) out.set(reason, [{ place, seen }]);
      else if (known.at(-1)?.place !== place) known.push({ place, seen });
    }
  return out;
});

/** A pod with its events; one and the same for every caller. */
const seenOf = oncePer((snapshot: Snapshot) => memo((pod: Pod) => seen(snapshot, refOf(pod), pod)));

function seen(snapshot: Snapshot, ref: Ref, pod: Pod | undefined): PodSeen {
  return {
    ref,
    pod,
    events: snapshot.eventsAbout(ref),
    gone: pod === undefined && snapshot.listed('pods', ref.namespace),
    subject: (container) =>
      snapshot.subject(
        (pod ?? { kind: 'Pod', metadata: { namespace: ref.namespace, name: ref.name } }) as never,
        container === undefined || container === '' ? {} : { container },
      ),
  };
}

const FIELD_PATH = /^spec\.(?:initContainers|containers|ephemeralContainers)\{([^}]{1,253})\}$/;

/** The container an event is about, from its field path; '' when it does not say. */
export function containerOfEvent(event: KubeEvent): string {
  return FIELD_PATH.exec(event.involvedObject?.fieldPath ?? '')?.[1] ?? '';
}

/** All containers of the pod run and are ready: what once failed has recovered. */
export function isWell(pod: Pod): boolean {
  if (pod.status?.phase === 'Succeeded') return true;
  const apps = containersOf(pod).filter((container) => container.role === 'app' && container.status !== undefined);
  return apps.length > 0 && apps.every(({ status }) => status?.ready === true);
}
