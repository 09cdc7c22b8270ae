/**
 * A row of `kubectl get pods`. STATUS is a digest that kubectl makes from phase, reason and container states
 * (printPod in kubernetes/pkg/printers/internalversion); here it is taken back to what it must have come from.
 */
import type { Path } from '../draft.ts';
import { ago, secondsOf, setDeletion } from '../values.ts';
import type { Row, RowMapper } from './row.ts';

/** READY says how many containers there are; a hostile `9/999999` must not make a million of them. */
const MAX_CONTAINERS = 20;

const PHASES = new Set(['Running', 'Pending', 'Succeeded', 'Failed', 'Unknown']);
/** Reasons of a terminated container. */
const TERMINATED = new Set([
  'Error',
  'Completed',
  'OOMKilled',
  'ContainerCannotRun',
  'StartError',
  'ContainerStatusUnknown',
]);
/** Reasons of a waiting container that has not started once: the pod is still Pending. */
const NOT_STARTED = new Set([
  'ContainerCreating',
  'PodInitializing',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'CreateContainerConfigError',
  'CreateContainerError',
]);
const WAITING =
  /^(?:CrashLoopBackOff|RunContainerError|PostStartHookError|PreCreateHookError|PreStartHookError|KillContainerError|VerifyNonRootError|[A-Z][A-Za-z]{0,60}(?:BackOff|HookError|ContainerError|ConfigError|ContainerCreating))$/;
/** Reasons of the pod as a whole, set by kubelet admission or eviction: the pod has failed. */
const POD_FAILED =
  /^(?:Evicted|Preempting|Preempted|NodeAffinity|NodePorts|NodeName|NodeShutdown|Shutdown|Terminated|DeadlineExceeded|UnexpectedAdmissionError|AdmissionError|InitContainerRestartForbidden|TopologyAffinityError|SMTAlignmentError|HostNetworkNotSupported|PodFitsHostPorts|PodOSNotSupported|PodOSSelectorNodeLabelDoesNotMatch|PodLevelResourcesNotSupported|UnsupportedPodSpec|MatchNodeSelector|PodToleratesNodeTaints|SysctlForbidden|AppArmor|InvalidNodeInfo|OutOf[A-Za-z0-9./-]{1,80})$/;

type State = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Digest {
  readonly phase?: string;
  readonly reason?: string;
  readonly deleted?: boolean;
  /** State of the first container that is not ready. */
  readonly state?: State;
  /** State of the containers that are ready or about which nothing else is said. */
  readonly others?: State;
  readonly init?: { readonly done: number; readonly all: number; readonly state?: State };
}

function terminated(reason: string): State | undefined {
  const code = /^ExitCode:(-?\d{1,6})$/.exec(reason);
  if (code !== null) return { terminated: { exitCode: Number(code[1]) } };
  const signal = /^Signal:(\d{1,4})$/.exec(reason);
  if (signal !== null) return { terminated: { signal: Number(signal[1]) } };
  if (!TERMINATED.has(reason)) return undefined;
  return { terminated: reason === 'Completed' ? { reason, exitCode: 0 } : { reason } };
}

/** Seconds. The kubelet waits five minutes at most before it starts a container again. */
const LONGEST_BACK_OFF = 300;
/** Names that a Deployment or a StatefulSet gives to its pods, which are restarted whatever they end with. */
const RESTARTED_ALWAYS = /-[a-f0-9]{6,10}-[a-z0-9]{5}$|-\d{1,5}$/;

function digest(status: string, restarts: number, rests: boolean): Digest {
  if (status.startsWith('Init:')) {
    const rest = status.slice(5);
    const done = /^(\d{1,3})\/(\d{1,3})$/.exec(rest);
    const waiting: State = { waiting: { reason: 'PodInitializing' } };
    if (done !== null) {
      return {
        phase: 'Pending',
        state: waiting,
        others: waiting,
        init: { done: Number(done[1]), all: Number(done[2]) },
      };
    }
    const state = terminated(rest) ?? { waiting: { reason: rest } };
    return { phase: 'Pending', state: waiting, others: waiting, init: { done: 0, all: 1, state } };
  }
  if (status === 'Running') return { phase: 'Running', state: { running: {} }, others: { running: {} } };
  // 1.22+: a container has completed, the others run, the pod is not ready.
  if (status === 'NotReady') return { phase: 'Running' };
  if (PHASES.has(status)) return { phase: status };
  if (status === 'SchedulingGated') return { phase: 'Pending', reason: status };
  if (status === 'Terminating') return { deleted: true };
  if (status === 'NodeLost') return { phase: 'Unknown', reason: status };
  if (status === 'Completed') {
    // With restarts it may just as well be a crash loop of a program that ends with 0.
    const state = terminated(status);
    return { ...(restarts === 0 || rests ? { phase: 'Succeeded' } : {}), ...(state === undefined ? {} : { state }) };
  }
  const ended = terminated(status);
  if (ended !== undefined) return { state: ended };
  if (POD_FAILED.test(status)) return { phase: 'Failed', reason: status };
  const running: State = { running: {} };
  if (NOT_STARTED.has(status)) {
    return { ...(restarts === 0 ? { phase: 'Pending' } : {}), state: { waiting: { reason: status } }, others: running };
  }
  if (status === 'CrashLoopBackOff')
    return { phase: 'Running', state: { waiting: { reason: status } }, others: running };
  if (WAITING.test(status)) return { state: { waiting: { reason: status } }, others: running };
  return { reason: status };
}

/** `5 (3m ago)` is [5, 'ago:180s']. */
export function restartsOf(text: string | undefined): readonly [number, string | undefined] {
  const match = /^(\d{1,9})(?:\s*\((\S{1,30}) ago\))?$/.exec(text ?? '');
  return match === null ? [0, undefined] : [Number(match[1]), ago(match[2])];
}

function setState(row: Row, path: Path, state: State | undefined): void {
  for (const [kind, fields] of Object.entries(state ?? {})) {
    if (Object.keys(fields).length === 0) row.set([...path, kind], {});
    for (const [field, v] of Object.entries(fields)) row.set([...path, kind, field], v);
  }
}

/** `lastRestart` is relative: it becomes a time where the bundle has a clock, and stays an age where it has none. */
function setLastRun(row: Row, at: Path, lastRestart: string | undefined): void {
  if (lastRestart === undefined) return;
  row.set([...at, 'lastState', 'terminated', 'finishedAt'], lastRestart);
  row.set([...at, 'lastState', 'terminated', 'finishedAgo'], secondsOf(lastRestart));
}

function setContainers(row: Row, told: Digest, restarts: number, lastRestart: string | undefined): void {
  const ready = /^(\d{1,6})\/(\d{1,6})$/.exec(row.cell('READY') ?? '');
  if (ready === null) return;
  const all = Math.min(Number(ready[2]), MAX_CONTAINERS);
  const good = Math.min(Number(ready[1]), all);
  const initRestarts = told.init?.state !== undefined;
  for (let i = 0; i < all; i++) {
    // The ones that are not ready come first: STATUS and RESTARTS speak of them.
    const isReady = i >= all - good;
    const at = ['status', 'containerStatuses', i];
    row.set([...at, 'name'], '');
    row.set([...at, 'ready'], isReady);
    const state = i === 0 && !isReady ? told.state : isReady ? (told.others ?? { running: {} }) : undefined;
    setState(row, [...at, 'state'], state);
    if (i > 0 || initRestarts) continue;
    row.set([...at, 'restartCount'], restarts);
    setLastRun(row, at, lastRestart);
  }
}

function setInit(row: Row, init: NonNullable<Digest['init']>, restarts: number, lastRestart: string | undefined): void {
  const all = Math.min(init.all, MAX_CONTAINERS);
  for (let i = 0; i < all; i++) {
    const at = ['status', 'initContainerStatuses', i];
    row.set([...at, 'name'], '');
    if (i < init.done) {
      row.set([...at, 'state', 'terminated', 'reason'], 'Completed');
      row.set([...at, 'state', 'terminated', 'exitCode'], 0);
    } else if (i === init.done && init.state !== undefined) {
      setState(row, [...at, 'state'], init.state);
      row.set([...at, 'restartCount'], restarts);
      setLastRun(row, at, lastRestart);
    }
  }
}

/** NAME READY STATUS RESTARTS AGE [IP NODE NOMINATED NODE READINESS GATES]. */
export const podRow: RowMapper = (row) => {
  const status = row.value('STATUS');
  const [restarts, lastRestart] = restartsOf(row.cell('RESTARTS'));
  if (status !== undefined) {
    const since = lastRestart === undefined ? undefined : secondsOf(lastRestart);
    const rests =
      since !== undefined && since > 2 * LONGEST_BACK_OFF && !RESTARTED_ALWAYS.test(row.cell('NAME') ?? '-0');
    const told = digest(status, restarts, rests);
    row.set(['status', 'phase'], told.phase);
    row.set(['status', 'reason'], told.reason);
    // When the deletion was asked for is not printed: at the latest at the time of the listing.
    if (told.deleted === true) setDeletion(row.draft, row.source);
    // Without a node there are no container statuses, and an evicted pod's are gone.
    if (status !== 'Pending' && status !== 'SchedulingGated' && told.phase !== 'Failed') {
      setContainers(row, told, restarts, lastRestart);
    }
    if (told.init !== undefined) setInit(row, told.init, restarts, lastRestart);
  }
  row.set(['status', 'podIP'], row.value('IP'));
  row.set(['spec', 'nodeName'], row.value('NODE'));
  row.set(['status', 'nominatedNodeName'], row.value('NOMINATEDNODE'));
  const gates = /^(\d{1,3})\/(\d{1,3})$/.exec(row.value('READINESSGATES') ?? '');
  if (gates === null) return;
  const [open, all] = [Number(gates[1]), Number(gates[2])];
  if (all === 0) row.set(['spec', 'readinessGates'], []);
  if (open >= all || status !== 'Running') return;
  // What the gates are called is not printed; with one closed the pod is not Ready, whatever READY says.
  row.set(['spec', 'readinessGates', 0, 'conditionType'], '');
  row.set(['status', 'conditions', 0, 'type'], 'Ready');
  row.set(['status', 'conditions', 0, 'status'], 'False');
};
