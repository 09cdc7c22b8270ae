/**
 * Pods that go about their work, and the others. In a large cluster nearly all pods are steady, and whatever a check
 * says of a pod's state it says of the others: it walks over these and passes the thousands by.
 */
import { isBeingDeleted } from '../ages.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { ContainerStatus } from '../kinds/core.ts';
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** The conditions of every pod; others (DisruptionTarget, readiness gates) are worth a look whatever they say. */
const ORDINARY = new Set(['PodScheduled', 'Initialized', 'ContainersReady', 'Ready', 'PodReadyToStartContainers']);

/**
 * Nothing in the pod's state is out of the ordinary: it is Running, is not being deleted, all of its containers run and
 * are ready, none has ended before, its conditions are met and nobody has left a reason or message. What the bundle
 * does not tell is not steady: a pod known from a row of a table never is.
 */
export function isSteady(pod: Pod): boolean {
  const { status } = pod;
  if (status === undefined || isBeingDeleted(pod)) return false;
  if (status.phase !== 'Running' || status.nominatedNodeName !== undefined) return false;
  if (status.reason !== undefined || status.message !== undefined) return false;
  for (const condition of status.conditions ?? [])
    if (condition.status !== 'True' || !ORDINARY.has(condition.type ?? '')) return false;
  const statuses = status.containerStatuses ?? [];
  return (
    statuses.length > 0 &&
    statuses.length >= (pod.spec?.containers?.length ?? 0) &&
    statuses.every(runsWell) &&
    (status.initContainerStatuses ?? []).length === 0 &&
    (status.ephemeralContainerStatuses ?? []).length === 0
  );
}

function runsWell({ ready, state, lastState }: ContainerStatus): boolean {
  return (
    ready === true &&
    state?.running !== undefined &&
    state.waiting === undefined &&
    state.terminated === undefined &&
    lastState?.terminated === undefined &&
    lastState?.waiting === undefined
  );
}

/** The pods that are to stay: one that is being deleted is on its way out, whatever state it is in (all, when all are). */
export function staying(pods: readonly Pod[]): readonly Pod[] {
  const left = pods.filter((pod) => !isBeingDeleted(pod));
  return left.length > 0 ? left : pods;
}

/** The pods whose state is worth a look, in the order of the snapshot. */
export const unsteadyPods = oncePer((snapshot: Snapshot): readonly Pod[] =>
  snapshot.list('pods').filter((pod) => !isSteady(pod)),
);
