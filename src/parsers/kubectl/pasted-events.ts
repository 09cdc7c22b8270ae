import { KINDS } from '../../snapshot/kinds/index.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import type { Origin } from '../records.ts';
import { readBlock } from './describe/block.ts';
import { isEventsHeader, readEvents, startsEvents, type Described } from './describe/events.ts';
import { firstPodIn } from '../pod-name.ts';
import { UNNAMED } from './nameless.ts';
import { kubectlRequest, namespaceOf } from './request.ts';

/** `Successfully assigned shop/web-7f6c to node-1`; up to kubectl 1.10 without the namespace. */
const ASSIGNED = /\bSuccessfully assigned (?:([a-z0-9.-]{1,63})\/)?([a-z0-9.-]{1,253}) to ([a-zA-Z0-9.-]{1,253})/;
/** The kubelet's and the node controller's words of a change of the node's state. */
const STATUS_NOW = /\bNode ([a-z0-9][a-z0-9.-]{0,252}) status is now: /;
/** Reasons of the kubelet, the node controller and kube-proxy that are about the machine and not about a pod. */
const NODE_REASON =
  /^(?:Node|Kubelet|FailedNodeAllocatableEnforcement|Starting$|Rebooted$|InvalidDiskCapacity|ImageGCFailed|ContainerGCFailed|FreeDiskSpaceFailed|EvictionThresholdMet|SystemOOM|RegisteredNode|RemovingNode|CIDR|OwnerRefInvalid)/;
/** Reasons of provisioners, whose components have any name. */
const CLAIM_REASON =
  /^(?:Provisioning|ExternalProvisioning|ProvisioningFailed|ProvisioningSucceeded|FailedBinding|WaitForFirstConsumer|WaitForPodScheduled|VolumeMismatch)$/;
/** Controllers that name the object in the message or whose events hang on one kind only. */
const KIND_OF_COMPONENT: Readonly<Record<string, string>> = {
  'persistentvolume-controller': 'PersistentVolumeClaim',
  volume_expand: 'PersistentVolumeClaim',
  'external-resizer': 'PersistentVolumeClaim',
  'replicaset-controller': 'ReplicaSet',
  'deployment-controller': 'Deployment',
  'statefulset-controller': 'StatefulSet',
  'daemonset-controller': 'DaemonSet',
  'job-controller': 'Job',
  'cronjob-controller': 'CronJob',
  'horizontal-pod-autoscaler': 'HorizontalPodAutoscaler',
  'service-controller': 'Service',
  'neg-controller': 'Service',
  'loadbalancer-controller': 'Ingress',
  'nginx-ingress-controller': 'Ingress',
  'managed-certificate-controller': 'ManagedCertificate',
  'secret-store': 'SecretStore',
  'cluster-secret-store': 'ClusterSecretStore',
  'metallb-controller': 'Service',
};

/** Components whose events are about pods, when the reason says no different. */
const OF_PODS =
  /^(?:default-scheduler|\S{0,60}-scheduler|kubelet|attachdetach-controller|cluster-autoscaler|karpenter|taint-eviction-controller|TaintManagerEviction|volcano)$/;

/** Components that only speak of machines: the monitors of node-problem-detector, health checks of clouds. */
const OF_NODES =
  /^(?:(?:kernel|docker|containerd|crio|systemd|readonly|sysctl|kubelet|disk|network|ntp)-(?:custom-plugin-)?monitor|(?:kubelet|containerd|docker|crio|kube-proxy)-health-checker|health-checker|node-problem-detector|abrt-(?:adaptor|watcher)|node-controller|cloud-node(?:-lifecycle)?-controller|ttl-controller)$/;

/** The kind of object that an event is about, as far as its reason and its sender tell. */
export function kindOfEvent(reason: string, component: string): string | undefined {
  if (CLAIM_REASON.test(reason)) return 'PersistentVolumeClaim';
  if (NODE_REASON.test(reason) || OF_NODES.test(component)) return 'Node';
  return KIND_OF_COMPONENT[component] ?? (OF_PODS.test(component) ? 'Pod' : undefined);
}

/** Who works on a claim names it: `External provisioner is provisioning volume for claim "shop/data-db-0"`. */
const CLAIMED = /(?:\bfor claim|xpanding volume) "([a-z0-9-]{1,63})\/([a-z0-9][a-z0-9.-]{0,252})"/;

/** What controllers tell of their own object by the names of what they make: `Created pod: web-7f6c-x2k9q`. */
const MADE =
  /\b(?:Scaled (?:up|down) replica set|Created pod:|Deleted pod:|Error creating: (?:pods|Pod)) "?([a-z0-9][a-z0-9.-]{0,252}?)-(?:[a-z0-9]{5,10}(?![a-z0-9.-])|")/;

/** MetalLB names the Service in the message: `Failed to allocate IP for "shop/web": no available IPs`. */
const ALLOCATED = /Failed to allocate IP for "([a-z0-9-]{1,63})\/([a-z0-9][a-z0-9.-]{0,252})"/;

/** The command that a sentence tells of. */
const DESCRIBED = /\bdescribe (?:po|pods?)[ /]([a-z0-9][a-z0-9.-]{0,252})/;

/**
 * Whose an event is that stands without its description: the command's object, else the text's own pod, else an object
 * without a name.
 */
function ownerIn(
  lines: readonly string[],
  origin: Origin,
): (r: string, c: string, host: string | undefined) => Described {
  const request = kubectlRequest(origin.command);
  const assigned = lines.map((line) => ASSIGNED.exec(line)).filter((match) => match !== null);
  const pods = new Set(assigned.map((match) => match[2]));
  const [only] = pods.size === 1 ? assigned : [];
  const space = only?.[1] ?? namespaceOf(origin);
  const place = space === undefined ? {} : { namespace: space };
  const written = firstPodIn(lines);
  const described = lines.map((line) => DESCRIBED.exec(line)?.[1]).find((name) => name !== undefined);
  const machine = lines.map((line) => STATUS_NOW.exec(line)?.[1]).find((name) => name !== undefined);
  const asked = request?.area === undefined || request.area === 'events' ? undefined : KINDS[request.area].kind;
  const claimed = new Map(lines.map((line) => CLAIMED.exec(line)).map((match) => [match?.[0] ?? '', match]));
  claimed.delete('');
  const [claim] = claimed.size === 1 ? [...claimed.values()] : [];
  const made = lines.map((line) => MADE.exec(line)?.[1]).find((name) => name !== undefined);
  const allocated = lines.map((line) => ALLOCATED.exec(line)).find((match) => match !== null);
  return (reason, component, host) => {
    if (CLAIM_REASON.test(reason) && asked === undefined)
      return {
        kind: 'PersistentVolumeClaim',
        name: claim?.[2] ?? UNNAMED,
        ...(claim?.[1] === undefined ? place : { namespace: claim[1] }),
      };
    if ((NODE_REASON.test(reason) || OF_NODES.test(component)) && (asked === undefined || asked === 'Node'))
      return { kind: 'Node', name: request?.names[0] ?? host ?? only?.[3] ?? machine ?? UNNAMED };
    const kind =
      asked ??
      KIND_OF_COMPONENT[component] ??
      (component.startsWith('csi') || component.includes('provisioner') ? 'PersistentVolumeClaim' : 'Pod');
    const [named] = asked === undefined ? [] : (request?.names ?? []);
    if (named !== undefined) return { kind, name: named, ...place };
    if (kind === 'Pod')
      return only === undefined && written !== undefined
        ? written
        : { kind, name: only?.[2] ?? described ?? UNNAMED, ...place };
    if (kind === 'Service' && allocated?.[1] !== undefined && allocated[2] !== undefined)
      return { kind, name: allocated[2], namespace: allocated[1] };
    if (kind === 'PersistentVolumeClaim' && claim?.[1] !== undefined && claim[2] !== undefined)
      return { kind, name: claim[2], namespace: claim[1] };
    return { kind, name: made ?? UNNAMED, ...place };
  };
}

/** A row that a sentence quotes: `the output is " Warning  FailedScheduling …"`. */
const QUOTED = /^\s*["\u201c]\s*(?=(?:Normal|Warning)\s)(.*?)["\u201d]?$/;
const unquoted = (line: string): string => line.replace(QUOTED, '$1');

/** Reads events whose description is not there; `lines` may begin with sentences. */
export function readPastedEvents(written: readonly string[], context: ParserContext): void {
  const { origin, emit } = context;
  const lines = written.map(unquoted);
  const first = Math.max(0, lines.findIndex(startsEvents));
  const block = readBlock(lines.slice(first), origin.firstLine + first);
  readEvents(block, ownerIn(lines, origin), context);
  const above = lines.slice(0, first).filter((line) => line.trim() !== '').length;
  if (above > 0) emit.unread(origin, `${above} lines above the events`, origin.firstLine);
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
    return said.slice(0, 4).some((line) => startsEvents(unquoted(line)));
  },
  certain(head) {
    const first = head.find((line) => line.trim() !== '') ?? '';
    return first.trim() === 'Events:' || isEventsHeader(first);
  },
  parse: readPastedEvents,
});
