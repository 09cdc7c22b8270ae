import { defineParser } from '../parser.ts';
import { readBlock } from './describe/block.ts';
import { readEvents, startsEvents, type Described } from './describe/events.ts';
import { UNNAMED_POD } from './nameless.ts';

/** What is said to exist when nothing names it; machines have such a name as well (snapshot/node-health.ts). */
const UNNAMED_NODE = 'unnamed node';

/** `Successfully assigned shop/web-7f6c to node-1`; up to kubectl 1.10 without the namespace. */
const ASSIGNED = /\bSuccessfully assigned (?:([a-z0-9.-]{1,63})\/)?([a-z0-9.-]{1,253}) to ([a-zA-Z0-9.-]{1,253})/;
/** Reasons of the kubelet, the node controller and kube-proxy that are about the machine and not about a pod. */
const NODE_REASON =
  /^(?:Node|Kubelet|Starting$|Rebooted$|InvalidDiskCapacity|ImageGCFailed|ContainerGCFailed|FreeDiskSpaceFailed|EvictionThresholdMet|SystemOOM|RegisteredNode|RemovingNode|CIDR|OwnerRefInvalid)/;
/** Controllers that name the object in the message or whose events hang on one kind only. */
const KIND_OF_COMPONENT: Readonly<Record<string, string>> = {
  'persistentvolume-controller': 'PersistentVolumeClaim',
  'replicaset-controller': 'ReplicaSet',
  'deployment-controller': 'Deployment',
  'statefulset-controller': 'StatefulSet',
  'daemonset-controller': 'DaemonSet',
  'job-controller': 'Job',
  'cronjob-controller': 'CronJob',
  'horizontal-pod-autoscaler': 'HorizontalPodAutoscaler',
  'service-controller': 'Service',
};

/** Whose an event is that stands without its description: the text's own pod, else an object without a name. */
function ownerIn(lines: readonly string[], namespace: string | undefined): (r: string, c: string) => Described {
  const assigned = lines.map((line) => ASSIGNED.exec(line)).filter((match) => match !== null);
  const pods = new Set(assigned.map((match) => match[2]));
  const [only] = pods.size === 1 ? assigned : [];
  const space = only?.[1] ?? namespace;
  const place = space === undefined ? {} : { namespace: space };
  return (reason, component) => {
    if (NODE_REASON.test(reason)) return { kind: 'Node', name: only?.[3] ?? UNNAMED_NODE };
    const kind =
      KIND_OF_COMPONENT[component] ??
      (component.startsWith('csi') || component.includes('provisioner') ? 'PersistentVolumeClaim' : 'Pod');
    return kind === 'Pod'
      ? { kind, name: only?.[2] ?? UNNAMED_POD, ...place }
      : { kind, name: `unnamed ${kind}`, ...place };
  };
}

/**
 * Events cut out of a description, with or without the heading and the names of the columns: the part that people
 * paste into a ticket. The pod is the one that the scheduler's event names, else one without a name.
 *
 * Command: `kubectl describe pod web-7f6c`, its last lines.
 * Versions: kubectl 1.5 to 1.36.
 * Sample:
 *
 *     Warning  FailedMount  2m (x9 over 20m)  kubelet  MountVolume.SetUp failed for volume "data" : timed out
 *
 * Empty: `Events:  <none>` says that no event is kept any more.
 */
export const pastedEvents = defineParser({
  kind: 'pasted-events',
  reads: 'events cut out of `kubectl describe` (1.5 to 1.36)',
  priority: -1,
  sniff(head) {
    const said = head.filter((line) => line.trim() !== '');
    // A sentence or two may stand above.
    return said.slice(0, 4).some(startsEvents);
  },
  parse(lines, context) {
    const { origin, emit } = context;
    const first = lines.findIndex(startsEvents);
    const block = readBlock(lines.slice(Math.max(0, first)), origin.firstLine + Math.max(0, first));
    readEvents(block, ownerIn(lines, origin.namespace), context);
    const above = lines.slice(0, Math.max(0, first)).filter((line) => line.trim() !== '').length;
    if (above > 0) emit.unread(origin, `${above} lines above the events`, origin.firstLine);
  },
});
