/** The columns of `kubectl get pods` that sum up a pod, as kubectl makes them (printPod in kubernetes/pkg/printers/internalversion). */
import type { ContainerState, ContainerStatus } from '../kinds/core.ts';
import type { Pod } from '../kinds/index.ts';
import { isBeingDeleted } from '../ages.ts';

export interface PodColumns {
  /** READY: containers that are ready, of how many. */
  readonly ready: number;
  readonly containers: number;
  /** STATUS; undefined where nothing tells. */
  readonly status: string | undefined;
  readonly restarts: number;
}

const NONE: readonly never[] = [];

/** Why a container stands: `Error`, `Signal:9`, `ExitCode:3`. */
const endOf = ({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string =>
  reason !== undefined && reason !== '' ? reason : signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`;

/** What a container that runs once before the others says: undefined when it is done. */
function initWord({ state }: ContainerStatus, place: string): string | undefined {
  const ended = state?.terminated;
  if (ended !== undefined)
    return ended.exitCode === 0 || ended.reason === 'Completed' ? undefined : `Init:${endOf(ended)}`;
  const reason = state?.waiting?.reason ?? '';
  return reason === '' || reason === 'PodInitializing' ? `Init:${place}` : `Init:${reason}`;
}

const restartsOf = (statuses: readonly ContainerStatus[]): number =>
  statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);

/** What the first container with something to tell says. */
function wordOf(statuses: readonly ContainerStatus[]): string | undefined {
  for (const { state } of statuses) {
    const reason = state?.waiting?.reason ?? '';
    if (reason !== '') return reason;
    if (state?.terminated !== undefined) return endOf(state.terminated);
  }
  return undefined;
}

/** The columns of one pod. */
export function podColumns(pod: Pod): PodColumns {
  const { spec, status } = pod;
  const statuses = status?.containerStatuses ?? NONE;
  const inits = status?.initContainerStatuses ?? NONE;
  const sidecars = new Set(
    (spec?.initContainers ?? NONE).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const beside = inits.filter(({ name }) => sidecars.has(name));
  const met = (type: string): boolean =>
    (status?.conditions ?? NONE).some((condition) => condition.type === type && condition.status === 'True');

  const total = Math.max(spec?.initContainers?.length ?? 0, inits.length);
  const initializing = inits.flatMap((one, i) =>
    sidecars.has(one.name) && one.started === true ? [] : (initWord(one, `${i}/${total}`) ?? []),
  )[0];
  const starts = initializing !== undefined && !met('Initialized');

  let word = status?.reason ?? status?.phase;
  if ((status?.conditions ?? NONE).some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated'))
    word = 'SchedulingGated';
  if (starts) word = initializing;
  else {
    word = wordOf(statuses) ?? word;
    if (word === 'Completed' && statuses.some(({ ready, state }) => ready === true && state?.running !== undefined))
      word = met('Ready') ? 'Running' : 'NotReady';
  }
  const over = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (isBeingDeleted(pod) && !over) word = status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  return {
    ready: [...statuses, ...beside].filter(({ ready }) => ready === true).length,
    containers: Math.max(statuses.length, spec?.containers?.length ?? 0) + sidecars.size,
    status: word,
    restarts: starts ? restartsOf(inits) : restartsOf([...statuses, ...beside]),
  };
}

/** STATUS for people: why the whole pod ended (`Evicted`) tells more than how its containers did (`Error`). */
export function statusOf(pod: Pod): string | undefined {
  const { reason, phase } = pod.status ?? {};
  return phase === 'Failed' && reason !== undefined && reason !== '' ? reason : podColumns(pod).status;
}
