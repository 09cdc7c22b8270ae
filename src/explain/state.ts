/** What an object is at the moment of collection, in a few lines with a name each: what kubectl describe would start with. */
import { formatAmount } from '../lib/format-quantity.ts';
import type { Ref } from '../snapshot/ref.ts';
import { containersOf, describeContainer, lastTermination, type ContainerView } from '../snapshot/pods/containers.ts';
import type {
  AnyObject,
  Node,
  ObjectOf,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Service,
} from '../snapshot/kinds/index.ts';
import type { Condition } from '../snapshot/kinds/meta.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { statusOf } from '../snapshot/pods/pod-status.ts';
import { podReady } from '../snapshot/pods/readiness.ts';
import { viewCluster } from '../simulation/scheduler/cluster.ts';
import { isReady } from '../snapshot/nodes/node-health.ts';

export interface Line {
  readonly label: string;
  readonly text: string;
}

const joined = (parts: readonly (string | undefined | false)[]): string =>
  parts.filter((part) => part !== undefined && part !== false && part !== '').join(', ');

function containerText(container: ContainerView): string {
  const state = container.status?.state;
  const last = lastTermination(container);
  const now =
    state?.waiting !== undefined
      ? `waiting: ${joined([state.waiting.reason, state.waiting.message])}`
      : state?.running !== undefined
        ? `running${state.running.startedAt === undefined ? '' : ` since ${state.running.startedAt}`}`
        : state?.terminated !== undefined
          ? 'ended'
          : 'no status in the bundle';
  const end = joined([
    last?.reason,
    last?.exitCode === undefined ? undefined : `exit code ${last.exitCode}`,
    last?.finishedAt === undefined ? undefined : `at ${new Date(last.finishedAt).toISOString()}`,
  ]);
  const ended = end === '' ? undefined : `last end: ${end}`;
  const restarts = container.status?.restartCount;
  return joined([
    now,
    container.status?.ready === false && container.role !== 'init' && 'not ready',
    restarts !== undefined && restarts > 0 && `${restarts} restart${restarts === 1 ? '' : 's'}`,
    ended,
    container.spec?.image ?? container.status?.image,
  ]);
}

/** `Ready=False (ContainersNotReady): containers with unready status: [app]` */
const conditionText = (condition: Condition): string =>
  `${condition.type ?? '?'}=${condition.status ?? '?'}${condition.reason === undefined ? '' : ` (${condition.reason})`}${condition.message === undefined || condition.message === '' ? '' : `: ${condition.message}`}${condition.lastTransitionTime === undefined ? '' : `, since ${condition.lastTransitionTime}`}`;

/** Conditions that are well when False: those of deployments, jobs, quotas and machines that name a trouble. */
const TROUBLE = /(?:Pressure|Unavailable|Failure|Failed|Problem|Degraded|Suspended|FailureTarget|ScalingLimited)$/;

/** The conditions that are not as they should be. Of a node's, Ready alone is good when it is True. */
const conditions = (kind: string, list: readonly Condition[] | undefined): readonly Line[] =>
  (list ?? [])
    .filter(({ type = '', status }) => {
      const trouble = kind === 'Node' ? type !== 'Ready' : TROUBLE.test(type);
      return status !== (trouble ? 'False' : 'True');
    })
    .map((condition) => ({ label: 'condition', text: conditionText(condition) }));

/** One word for how an object is: the STATUS column of kubectl. Undefined when there is nothing to tell. */
export function statusWord(snapshot: Snapshot, object: AnyObject): string | undefined {
  switch (object.kind) {
    case 'Pod': {
      const pod = object;
      const word = statusOf(pod);
      return word === 'Running' && podReady(pod) === false ? 'Running, not ready' : word;
    }
    case 'Node': {
      const node: Node = object;
      const ready = isReady(node);
      return joined([
        ready === undefined ? undefined : ready ? 'Ready' : 'NotReady',
        node.spec?.unschedulable === true && 'SchedulingDisabled',
      ]);
    }
    case 'Service': {
      const backends = snapshot.backendsOf(object);
      return backends.known ? `${backends.addresses.filter((one) => one.ready).length} ready endpoints` : undefined;
    }
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet': {
      const { spec, status }: ObjectOf<'deployments'> = object;
      return spec?.replicas === undefined ? undefined : `${status?.readyReplicas ?? 0}/${spec.replicas} ready`;
    }
    case 'DaemonSet': {
      const { status }: ObjectOf<'daemonSets'> = object;
      return status?.desiredNumberScheduled === undefined
        ? undefined
        : `${status.numberReady ?? 0}/${status.desiredNumberScheduled} ready`;
    }
    default:
      return (object as { readonly status?: { readonly phase?: string } }).status?.phase;
  }
}

function podLines(pod: Pod): readonly Line[] {
  return [
    ...(pod.status?.message === undefined ? [] : [{ label: 'message', text: pod.status.message }]),
    { label: 'address', text: pod.status?.podIP ?? '' },
    ...containersOf(pod).map((container) => ({ label: describeContainer(container), text: containerText(container) })),
  ];
}

function nodeLines(snapshot: Snapshot, node: Node): readonly Line[] {
  const view = viewCluster(snapshot).byName.get(node.metadata.name);
  const amounts = (['cpu', 'memory', 'nvidia.com/gpu'] as const).flatMap((name) => {
    const all = view?.allocatable?.get(name);
    const used = view?.used?.get(name);
    return all === undefined
      ? []
      : [`${name} ${used === undefined ? '?' : formatAmount(name, used)} of ${formatAmount(name, all)}`];
  });
  return [
    {
      label: 'version',
      text: joined([
        node.status?.nodeInfo?.kubeletVersion,
        node.status?.nodeInfo?.containerRuntimeVersion,
        node.status?.nodeInfo?.kernelVersion,
      ]),
    },
    {
      label: 'taints',
      text: joined(
        (node.spec?.taints ?? []).map(
          (taint) => `${taint.key ?? ''}${taint.value === undefined ? '' : `=${taint.value}`}:${taint.effect ?? ''}`,
        ),
      ),
    },
    { label: 'requested', text: joined(amounts) },
  ];
}

function serviceLines(snapshot: Snapshot, service: Service): readonly Line[] {
  const { spec } = service;
  const backends = snapshot.backendsOf(service);
  const ready = backends.addresses.filter((one) => one.ready).length;
  return [
    { label: 'type', text: joined([spec?.type ?? 'ClusterIP', spec?.clusterIP, spec?.externalName]) },
    {
      label: 'selector',
      text: joined(Object.entries(spec?.selector ?? {}).map(([key, value]) => `${key}=${value}`)) || 'none',
    },
    ...(spec?.ports ?? []).map((port) => ({
      label: 'port',
      text: `${port.name === undefined ? '' : `${port.name} `}${port.port ?? '?'}/${port.protocol ?? 'TCP'} to ${port.targetPort ?? port.port ?? '?'} of the pods`,
    })),
    {
      label: 'endpoints',
      text: backends.known ? `${ready} ready, ${backends.addresses.length - ready} not ready` : 'not in the bundle',
    },
  ];
}

function claimLines(claim: PersistentVolumeClaim): readonly Line[] {
  const asked = claim.spec?.resources?.requests?.['storage'];
  return [
    { label: 'class', text: claim.spec?.storageClassName ?? 'the default class' },
    {
      label: 'asks for',
      text: joined([asked === undefined ? undefined : String(asked), ...(claim.spec?.accessModes ?? [])]),
    },
    { label: 'volume', text: claim.spec?.volumeName ?? 'none' },
  ];
}

function volumeLines(volume: PersistentVolume): readonly Line[] {
  const claim = volume.spec?.claimRef;
  return [
    { label: 'class', text: volume.spec?.storageClassName ?? '' },
    { label: 'claim', text: claim?.name === undefined ? 'none' : `${claim.namespace ?? ''}/${claim.name}` },
  ];
}

/** The lines for one object; what the bundle does not tell is left out. */
export function stateOf(snapshot: Snapshot, object: AnyObject): readonly Line[] {
  const status = statusWord(snapshot, object);
  const special =
    object.kind === 'Pod'
      ? podLines(object)
      : object.kind === 'Node'
        ? nodeLines(snapshot, object)
        : object.kind === 'Service'
          ? serviceLines(snapshot, object)
          : object.kind === 'PersistentVolumeClaim'
            ? claimLines(object)
            : object.kind === 'PersistentVolume'
              ? volumeLines(object)
              : [];
  const { creationTimestamp, deletionTimestamp } = object.metadata;
  const own = (object as { readonly status?: { readonly conditions?: readonly Condition[] } }).status;
  return [
    { label: 'status', text: status ?? '' },
    ...special,
    ...conditions(object.kind, own?.conditions),
    { label: 'created', text: creationTimestamp ?? '' },
    { label: 'deleted', text: deletionTimestamp ?? '' },
  ].filter((line) => line.text !== '');
}

/** The status of what a reference names: a word, `absent` when a full listing lacks it, undefined when nothing tells. */
export function statusOfRef(snapshot: Snapshot, ref: Ref, absent: boolean): string | undefined {
  const object = snapshot.find(ref);
  if (object !== undefined) return statusWord(snapshot, object);
  return absent ? 'does not exist' : undefined;
}
