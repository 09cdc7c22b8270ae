/**
 * The scheduler's verdict taken apart: event `FailedScheduling`, or the message of condition `PodScheduled`.
 *
 *     0/6 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: db}, 3 node(s)
 *     didn't match Pod's node affinity/selector. preemption: 0/6 nodes are available: 6 Preemption is not helpful …
 *
 * All wordings since 1.4: `fit failure on node (n): …` (to 1.4), `No nodes are available that match all of the
 * predicates:: Insufficient cpu (3)` (1.5 to 1.9), `0/N nodes are available: …` (since 1.10), `preemption: …` (since
 * 1.23). A reason rejects nodes; one that stands in front of the counts rejects the pod before any node is asked.
 */
import { remember } from '../../lib/remember.ts';

/** What rejected the nodes. `unknown`: a custom plugin or a wording newer than this tool. */
export type ReasonKind =
  | 'cordoned'
  | 'taint'
  | 'node-affinity'
  | 'node-name'
  | 'host-ports'
  | 'resource'
  | 'too-many-pods'
  | 'topology-spread'
  | 'pod-affinity'
  | 'pod-anti-affinity'
  | 'existing-anti-affinity'
  | 'volume-node-affinity'
  | 'volume-zone'
  | 'volume-binding'
  | 'storage-capacity'
  | 'volume-limit'
  | 'disk-conflict'
  | 'rwop-in-use'
  | 'csi-driver-missing'
  | 'claim-unbound'
  | 'claim-missing'
  | 'claim-deleting'
  | 'volume-missing'
  | 'resource-claim'
  | 'no-nodes'
  | 'unknown';

export interface Reason {
  readonly kind: ReasonKind;
  /** Nodes that it rejects; all of them for a reason that rejects the pod itself. */
  readonly count: number;
  /** The scheduler's own words, without the count. */
  readonly text: string;
  /** Key and value of a taint, when the wording has them. */
  readonly taint?: { readonly key: string; readonly value: string };
  /** Resource name (`cpu`, `nvidia.com/gpu`). */
  readonly resource?: string;
  /** Claim, volume or driver that the wording names. */
  readonly object?: string;
}

export interface SchedulingMessage {
  readonly text: string;
  /** Nodes that the scheduler knew; undefined in wordings that do not say. */
  readonly total?: number;
  readonly reasons: readonly Reason[];
  /** What was said of preemption, verbatim. */
  readonly preemption?: string;
}

type Made = Omit<Reason, 'count' | 'text'>;
type Rule = readonly [RegExp, ReasonKind | ((match: RegExpExecArray) => Made)];

/** Condition taints under the names that schedulers before 1.12 gave them as predicates. */
const OLD_CONDITIONS: Readonly<Record<string, string>> = {
  nodenotready: 'node.kubernetes.io/not-ready',
  'not ready': 'node.kubernetes.io/not-ready',
  nodeundermemorypressure: 'node.kubernetes.io/memory-pressure',
  'memory pressure': 'node.kubernetes.io/memory-pressure',
  nodeunderdiskpressure: 'node.kubernetes.io/disk-pressure',
  'disk pressure': 'node.kubernetes.io/disk-pressure',
  nodeunderpidpressure: 'node.kubernetes.io/pid-pressure',
  'pid pressure': 'node.kubernetes.io/pid-pressure',
  nodeoutofdisk: 'node.kubernetes.io/disk-pressure',
  'out of disk space': 'node.kubernetes.io/disk-pressure',
  nodenetworkunavailable: 'node.kubernetes.io/network-unavailable',
  'unavailable network': 'node.kubernetes.io/network-unavailable',
};

const oldCondition = (match: RegExpExecArray): Made => ({
  kind: 'taint',
  taint: { key: OLD_CONDITIONS[(match[1] ?? '').toLowerCase()] ?? 'node.kubernetes.io/not-ready', value: '' },
});

/** First match wins; each is anchored or a plain phrase, and none repeats inside a repetition. */
const RULES: readonly Rule[] = [
  [/^Insufficient pods?$|^Too many pods/i, 'too-many-pods'],
  [/^Insufficient ([A-Za-z0-9./_-]{1,200})/, (m) => ({ kind: 'resource', resource: (m[1] ?? '').replace(/\.$/, '') })],
  [
    /Node didn't have enough resource: ([A-Za-z0-9./_-]{1,200})/,
    (m) => ({ kind: 'resource', resource: (m[1] ?? '').toLowerCase() }),
  ],
  [
    /(?:had|has) (?:untolerated )?taints?(?:\(s\))? \{([^:}=]{1,320})[:=] ?([^}]{0,64})\}/,
    (m) => ({ kind: 'taint', taint: { key: (m[1] ?? '').trim(), value: (m[2] ?? '').trim() } }),
  ],
  [/untolerated taint|had taints? |PodToleratesNodeTaints/, 'taint'],
  [
    /^(Node(?:NotReady|UnderMemoryPressure|UnderDiskPressure|UnderPIDPressure|OutOfDisk|NetworkUnavailable))\b/,
    oldCondition,
  ],
  [
    /node\(s\) (?:were|had) (not ready|memory pressure|disk pressure|pid pressure|out of disk space|unavailable network)/,
    oldCondition,
  ],
  [/were unschedulable|^NodeUnschedulable|^node\(s\) had unschedulable/, 'cordoned'],
  [/match (?:the )?requested (?:node name|hostname)|^(?:PodFitsHost|HostName)\b/, 'node-name'],
  [
    /match PersistentVolume's node affinity|volume node affinity conflict|^NoVolumeNodeConflict/,
    'volume-node-affinity',
  ],
  [/no available volume zone|^NoVolumeZoneConflict/, 'volume-zone'],
  // The last one as 1.20 and 1.21 say it of a DaemonSet's pod: the node is not the one that it was made for.
  [
    /match (?:Pod's node affinity|node selector|scheduler-enforced node affinity|Pod's node affinity\/selector)|^MatchNodeSelector|satisfy (?:plugin\(s\) \[)?NodeAffinity/,
    'node-affinity',
  ],
  [/free ports for the requested pod ports|^PodFitsHostPorts|^NodePorts/, 'host-ports'],
  [/pod topology spread constraints/, 'topology-spread'],
  [/existing pods anti-affinity rules/, 'existing-anti-affinity'],
  [/(?:match|satisfy) pod anti-affinity/, 'pod-anti-affinity'],
  // "pod affinity/anti-affinity" (to 1.19) does not say which; the pod's spec does.
  [/match pod affinity|satisfy (?:existing )?pods? affinity|^MatchInterPodAffinity/, 'pod-affinity'],
  [/exceed max volume count|^MaxVolumeCount|^Max\w{0,40}VolumeCount/, 'volume-limit'],
  [/enough free storage/, 'storage-capacity'],
  [/available persistent volumes to bind|^VolumeBindingNoMatch/, 'volume-binding'],
  [/had no available disk|^NoDiskConflict/, 'disk-conflict'],
  [/ReadWriteOncePod/, 'rwop-in-use'],
  [
    /^(?:node\(s\) )?(\S{1,253}) CSI driver is not installed/,
    (m) => ({ kind: 'csi-driver-missing', object: m[1] ?? '' }),
  ],
  [
    /unbound (?:immediate )?PersistentVolumeClaims|PersistentVolumeClaim is not bound/i,
    (m) => {
      const claim = /not bound: "([^"]{1,253})"/.exec(m.input)?.[1];
      return { kind: 'claim-unbound', ...(claim === undefined ? {} : { object: claim }) };
    },
  ],
  [/persistentvolumeclaim "([^"]{1,253})" not found/i, (m) => ({ kind: 'claim-missing', object: m[1] ?? '' })],
  [/persistentvolumeclaim "([^"]{1,253})" is being deleted/i, (m) => ({ kind: 'claim-deleting', object: m[1] ?? '' })],
  [
    /ephemeral volume controller to create the persistentvolumeclaim "?([^" ]{0,253})/,
    (m) => ({ kind: 'claim-unbound', object: m[1] ?? '' }),
  ],
  [/non-existent (?:PV|persistentvolume)|persistentvolume "[^"]{1,253}" not found/i, 'volume-missing'],
  [/allocate all claims|resourceclaims?\b|resource claim|device class \S{1,253} does not exist/i, 'resource-claim'],
  [/no nodes available to schedule pods/i, 'no-nodes'],
];

/** One reason without its count. */
export function parseReason(text: string): Made {
  const plain = text.trim();
  for (const [pattern, made] of RULES) {
    const match = pattern.exec(plain);
    if (match === null) continue;
    const found: Made = typeof made === 'string' ? { kind: made } : made(match);
    // A cordon is a taint too, and some versions word it as one.
    return found.taint?.key === 'node.kubernetes.io/unschedulable' ? { kind: 'cordoned' } : found;
  }
  return { kind: 'unknown' };
}

const reason = (count: number, text: string): Reason => {
  const plain = text.trim().replace(/[.,\s]{1,10}$/, '');
  return { ...parseReason(plain), count, text: plain };
};

/** Longer messages are cut: a histogram has one entry per distinct reason, not per node. */
const MESSAGE_LIMIT = 20_000;

/** Takes a message apart; undefined when it is not a verdict of the scheduler over nodes or over the pod's volumes. */
export const parseSchedulingMessage = remember((raw: string): SchedulingMessage | undefined => {
  const text = raw.slice(0, MESSAGE_LIMIT).replaceAll(/\s+/g, ' ').trim();
  const since110 = /\b0\/(\d{1,7}) nodes are available: ?(.*)$/.exec(text);
  if (since110 !== null) return verdict(text, Number(since110[1]), since110[2] ?? '');
  const before110 = /No nodes are available that match all of the (?:following )?predicates::? ?(.*)$/.exec(text);
  if (before110 !== null) {
    const reasons = (before110[1] ?? '')
      .split(/, (?=[A-Z])/)
      .map((part) => /^(.{1,300}?) \((\d{1,7})\)\.?$/.exec(part.trim()))
      .flatMap((match) => (match === null ? [] : [reason(Number(match[2]), match[1] ?? '')]));
    return { text, reasons };
  }
  // The console of GKE shows the reasons without their numbers.
  const console = /^Cannot schedule pods: (.{1,2000})$/.exec(text);
  if (console !== null)
    return { text, reasons: (console[1] ?? '').split(/, (?=[A-Z\d])|\. /).map((part) => reason(1, part)) };
  if (/failed to fit in any node/.test(text)) {
    const counts = new Map<string, number>();
    for (const match of text.matchAll(/fit failure on node \([^)]{1,253}\): (.{1,300}?)(?= fit failure|$)/g)) {
      const words = (match[1] ?? '').trim();
      counts.set(words, (counts.get(words) ?? 0) + 1);
    }
    // The log of the scheduler sums them up.
    for (const [, words = '', nodes = ''] of (
      /fit failure summary on nodes ?: (.{1,2000})/.exec(text)?.[1] ?? ''
    ).matchAll(/([A-Z][^(),]{1,300}?) \((\d{1,7})\)/g))
      counts.set(words, (counts.get(words) ?? 0) + Number(nodes));
    return { text, reasons: [...counts].map(([words, count]) => reason(count, words)) };
  }
  // Verdicts over the pod itself came without the head until 1.21.
  const bare = reason(0, text);
  return ['claim-unbound', 'claim-missing', 'claim-deleting', 'volume-missing', 'no-nodes'].includes(bare.kind)
    ? { text, reasons: [bare] }
    : undefined;
});

function verdict(text: string, total: number, tail: string): SchedulingMessage {
  const at = tail.indexOf('preemption: ');
  const body = (at < 0 ? tail : tail.slice(0, at)).trim();
  const preemption = at < 0 ? undefined : tail.slice(at + 'preemption: '.length).trim();
  const reasons: Reason[] = [];
  // Taint values may hold commas: a border is a comma before a count.
  for (const part of body.split(/, (?=\d{1,7} )/)) {
    const counted = /^(\d{1,7}) (.{1,2000})$/.exec(part.trim());
    if (counted !== null) reasons.push(reason(Number(counted[1]), counted[2] ?? ''));
    else if (part.trim() !== '') reasons.push(reason(total, part));
  }
  if (total === 0 && reasons.length === 0) reasons.push({ kind: 'no-nodes', count: 0, text: 'no nodes' });
  return {
    text,
    total,
    reasons: exact(reasons),
    ...(preemption === undefined || preemption === '' ? {} : { preemption }),
  };
}

/** Up to 1.19 every node that pods keep off has two reasons, one that does not say which rule it is, and one that does. */
function exact(reasons: readonly Reason[]): readonly Reason[] {
  const isVague = ({ text }: Reason): boolean => text.includes('pod affinity/anti-affinity');
  const told = reasons
    .filter((one) => !isVague(one) && /^(?:pod-affinity|pod-anti-affinity|existing-anti-affinity)$/.test(one.kind))
    .reduce((sum, { count }) => sum + count, 0);
  return reasons.filter((one) => !isVague(one) || one.count > told);
}
