/**
 * The containers of a pod, whatever their list: spec and status side by side, with the pointers that quotes need.
 * A row of `kubectl get pods` knows that a container waits but not its name: then the name is ''.
 */
import { oncePer } from '../../lib/once-per.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { Container, ContainerStatus } from '../kinds/core.ts';
import type { Subject } from '../../result.ts';
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** init: runs once before the others; sidecar: an init container with `restartPolicy: Always`. */
export type ContainerRole = 'init' | 'sidecar' | 'app' | 'ephemeral';

export interface ContainerView {
  readonly pod: Pod;
  /** '' when only a table row is known. */
  readonly name: string;
  readonly role: ContainerRole;
  readonly status: ContainerStatus | undefined;
  readonly spec: Container | undefined;
  /** Pointer to the status: `/status/containerStatuses/0`. Without a status, to where it would be. */
  readonly at: string;
  /** Pointer to the spec: `/spec/containers/0`. */
  readonly specAt: string;
}

/** The end of a container's run. */
export interface Termination {
  readonly exitCode: number | undefined;
  readonly signal: number | undefined;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  /** ms since 1970. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Seconds before the collection, where a table says so. */
  readonly finishedAgo: number | undefined;
  /** The container has not been started again since. */
  readonly current: boolean;
  /** Pointer to the `terminated` object inside the pod. */
  readonly at: string;
}

const LISTS = [
  ['initContainers', 'initContainerStatuses', 'init'],
  ['containers', 'containerStatuses', 'app'],
  ['ephemeralContainers', 'ephemeralContainerStatuses', 'ephemeral'],
] as const;

const NONE: readonly never[] = [];

/** All containers of a pod: init, sidecar, app, ephemeral; those with a status only and those with a spec only too. */
export const containersOf = oncePer((pod: Pod): readonly ContainerView[] => {
  const out: ContainerView[] = [];
  for (const [specList, statusList, role] of LISTS) {
    const specs = pod.spec?.[specList] ?? NONE;
    const statuses = pod.status?.[statusList] ?? NONE;
    if (specs.length === 0 && statuses.length === 0) continue;
    const roleOf = (spec: Container | undefined): ContainerRole =>
      role === 'init' && spec?.restartPolicy === 'Always' ? 'sidecar' : role;
    const seen = new Set<string>();
    statuses.forEach((status, i) => {
      const name = status.name ?? '';
      const specIndex = specs.findIndex((spec) => spec.name === name);
      // A nameless status of a pod with one container is that container's.
      const index = specIndex === -1 && name === '' && specs.length === 1 ? 0 : specIndex;
      const spec = specs[index];
      seen.add(spec?.name ?? name);
      out.push({
        pod,
        name: name === '' ? (spec?.name ?? '') : name,
        role: roleOf(spec),
        status,
        spec,
        at: `/status/${statusList}/${i}`,
        specAt: `/spec/${specList}/${Math.max(index, 0)}`,
      });
    });
    specs.forEach((spec, i) => {
      if (seen.has(spec.name ?? '')) return;
      out.push({
        pod,
        name: spec.name ?? '',
        role: roleOf(spec),
        status: undefined,
        spec,
        at: `/status/${statusList}`,
        specAt: `/spec/${specList}/${i}`,
      });
    });
  }
  return out;
});

/** Why the container waits (`CrashLoopBackOff`), undefined when it does not. */
export const waitingReason = (container: ContainerView): string | undefined =>
  container.status?.state?.waiting?.reason ?? (container.status?.state?.waiting === undefined ? undefined : '');

const instant = (text: string | undefined): number | undefined => {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
};

/** How the container ended last: its present state when it is over, else the run before this one. */
export function lastTermination(container: ContainerView): Termination | undefined {
  const { status, at } = container;
  const now = status?.state?.terminated;
  const ended = now ?? status?.lastState?.terminated;
  if (ended === undefined) return undefined;
  return {
    exitCode: ended.exitCode,
    signal: ended.signal,
    reason: ended.reason,
    message: ended.message,
    startedAt: instant(ended.startedAt),
    finishedAt: instant(ended.finishedAt),
    finishedAgo: ended.finishedAgo,
    current: now !== undefined,
    at: `${at}/${now === undefined ? 'lastState' : 'state'}/terminated`,
  };
}

/** Waits in the back-off of a crash loop, or stands terminated with an error while it ought to run. */
export function isLooping(container: ContainerView): boolean {
  const state = container.status?.state;
  if (state?.waiting?.reason === 'CrashLoopBackOff') return true;
  const ended = state?.terminated;
  if (ended === undefined) return false;
  const failed = (ended.exitCode ?? (ended.reason === 'Completed' ? 0 : 1)) !== 0;
  const restarts = container.status?.restartCount ?? 0;
  return failed && restarts > 0 && container.pod.spec?.restartPolicy !== 'Never';
}

/** `container app`, `init container migrate`, or `a container` when its name is not known, nor told by its log. */
export function describeContainer(container: ContainerView, told?: string): string {
  const kind = container.role === 'app' ? 'container' : `${container.role} container`;
  const name = container.name === '' || container.name === UNNAMED ? told : container.name;
  if (name !== undefined) return `${kind} ${name}`;
  return container.role === 'app' ? 'a container' : `an ${kind}`;
}

/** The memory limit in bytes with its text as written, undefined when there is none (or no spec to tell). */
export function memoryLimit(container: ContainerView): { bytes: number; text: string; at: string } | undefined {
  const text = container.spec?.resources?.limits?.['memory'];
  const bytes = text === undefined ? undefined : parseQuantity(text);
  return text === undefined || bytes === undefined
    ? undefined
    : { bytes, text, at: `${container.specAt}/resources/limits` };
}

/** Proxies and agents that are injected beside a program; a restartable init container is one, too. */
const INJECTED =
  /^(?:istio-proxy|linkerd-proxy|envoy|vault-agent|cloud-sql-proxy|cloudsql-proxy|consul-dataplane|kuma-sidecar|dapr|daprd)$/;
export const isInjected = (name: string): boolean => INJECTED.test(name);

/** A container as subject: its pod, and its name when it is known. */
export function containerSubject(snapshot: Snapshot, { pod, name }: ContainerView): Subject {
  return snapshot.subject(pod, name === '' ? {} : { container: name });
}
