/**
 * Every pod the bundle knows of: those with an object, and those that only events name. A paste of
 * `kubectl get events` is often all there is.
 */
import { oncePer } from '../lib/once-per.ts';
import type { Subject } from '../result.ts';
import type { KubeEvent, Pod } from './kinds/index.ts';
import { containersOf } from './containers.ts';
import type { Ref, Snapshot } from './snapshot.ts';

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

/** All pods with an object or an event, in the order of the snapshot, event-only ones last. */
export const podsSeen = oncePer((snapshot: Snapshot): readonly PodSeen[] => {
  const out: PodSeen[] = [];
  const known = new Set<string>();
  const key = (ref: Ref): string => `${ref.namespace ?? ''}\u0000${ref.name}`;
  const add = (ref: Ref, pod: Pod | undefined): void => {
    known.add(key(ref));
    const object = pod ?? { kind: 'Pod', metadata: { namespace: ref.namespace, name: ref.name } };
    out.push({
      ref,
      pod,
      events: snapshot.eventsAbout(ref),
      gone: pod === undefined && snapshot.listed('pods', ref.namespace),
      subject: (container) =>
        snapshot.subject(object as never, container === undefined || container === '' ? {} : { container }),
    });
  };
  for (const pod of snapshot.list('pods')) {
    const { namespace, name } = pod.metadata;
    add({ kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name }, pod);
  }
  for (const event of snapshot.list('events')) {
    const about = event.involvedObject ?? event.regarding;
    if (about?.kind !== 'Pod' || about.name === undefined) continue;
    const namespace = about.namespace ?? event.metadata?.namespace;
    const ref: Ref = { kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name: about.name };
    if (!known.has(key(ref))) add(ref, undefined);
  }
  return out;
});

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
