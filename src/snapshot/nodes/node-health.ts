/** Nodes as their conditions tell, and which machine a piece of host evidence speaks of. */
import { bySeen } from '../events.ts';
import { groupBy } from '../../lib/group-by.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence, LogStream } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { Condition } from '../kinds/meta.ts';
import type { KubeEvent, Node, Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** A node's condition of one type, with the evidence for it, which is quoted when it is asked for. */
export function conditionOf(
  snapshot: Snapshot,
  node: Node,
  type: string,
): { readonly condition: Condition; readonly evidence: Evidence } | undefined {
  const conditions = node.status?.conditions ?? [];
  const index = conditions.findIndex((condition) => condition.type === type);
  const condition = conditions[index];
  return condition === undefined
    ? undefined
    : {
        condition,
        get evidence() {
          return snapshot.quote(node, `/status/conditions/${index}`);
        },
      };
}

/** ms since 1970 of an API timestamp. */
export function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** What VirtualBox gives the first interface of every machine. Other equal addresses are those of virtual nodes. */
export const NAT = '10.0.2.15';

/** The kubelet has stopped reporting: every other condition of the node is as old as its last word. */
export function isSilent(node: Node): boolean {
  return node.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'Unknown') === true;
}

export function isReady(node: Node): boolean | undefined {
  const status = node.status?.conditions?.find((c) => c.type === 'Ready')?.status;
  return status === undefined ? undefined : status === 'True';
}

/** The node of the pod is known not to be ready: it takes all its pods with it, and that is told of the node. */
export function isOnLostNode(snapshot: Snapshot, { spec }: Pod): boolean {
  const node = spec?.nodeName === undefined ? undefined : snapshot.get('nodes', undefined, spec.nodeName);
  return node !== undefined && isReady(node) === false;
}

export function isControlPlane(node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  return 'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels;
}

/** Pods that run on the node and that users made: not of kube-system, not finished. */
export function userPodsOn(snapshot: Snapshot, node: string): readonly Pod[] {
  return snapshot
    .podsOnNode(node)
    .filter(
      (pod) =>
        pod.metadata.namespace !== 'kube-system' && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed',
    );
}

/**
 * The one machine that host evidence without a name can only be about: the machine all named host evidence is about,
 * else the only node of the cluster, else the only one in trouble. Undefined when there are several or none.
 */
export const onlyMachine = oncePer(findOnlyMachine);

function hostsOf(log: LogStream): readonly (string | undefined)[] {
  return [log.origin.node, ...log.hits.map((hit) => hit.node), ...log.tail.map((line) => parseLogLine(line.text).host)];
}

/** Facts that only a machine itself can tell. */
const HOST_AREAS = [
  'units',
  'filesystems',
  'gpus',
  'timeSync',
  'hostValues',
  'toolFailures',
  'diskUse',
  'processes',
  'fabricPorts',
] as const;

function findOnlyMachine(snapshot: Snapshot): string | undefined {
  const named = new Set<string>();
  for (const log of snapshot.logs)
    if (log.class === 'host' || log.class === 'kernel')
      for (const host of hostsOf(log)) if (host !== undefined) named.add(host);
  for (const area of HOST_AREAS)
    for (const fact of snapshot.facts(area)) if (fact.node !== undefined) named.add(fact.node);
  for (const value of snapshot.facts('hostValues'))
    if (value.topic === 'os' && /^(?:static )?hostname$/i.test(value.key)) named.add(value.value);
  const nodes = snapshot.list('nodes');
  const known = [...named].filter((name) => nodes.length === 0 || snapshot.get('nodes', undefined, name) !== undefined);
  if (known.length === 1) return known[0];
  if (known.length > 0) return undefined;
  return nodes.length === 1 ? nodes[0]?.metadata.name : theSickOne(snapshot);
}

/** What is told of a node that is in trouble. */
const TROUBLE =
  /^(?:Rebooted|NodeNotReady|NodeHas\w{1,40}Pressure|EvictionThresholdMet|SystemOOM|FreeDiskSpaceFailed|ImageGCFailed|ContainerGCFailed)$/;

/** The only node that is not Ready, else the only one whose events tell of trouble: people attach what that machine says. */
function theSickOne(snapshot: Snapshot): string | undefined {
  // A collector took what lies in folders, of machines that it did not choose.
  const collected = HOST_AREAS.some((area) => snapshot.facts(area).some(({ source }) => source.file.includes('/')));
  if (collected || snapshot.logs.some(({ class: cls, origin }) => cls !== 'container' && origin.file.includes('/')))
    return undefined;
  const down = snapshot.list('nodes').filter((node) => isReady(node) === false);
  if (down.length > 0) return down.length === 1 ? down[0]?.metadata.name : undefined;
  const told = new Set<string>();
  for (const { involvedObject: about, reason = '' } of snapshot.list('events')) {
    if (about?.kind === 'Node' && about.name !== undefined && TROUBLE.test(reason)) told.add(about.name);
  }
  return told.size === 1 ? [...told][0] : undefined;
}

/** The node's name in the cluster for a host name: machines often call themselves by their full domain name. */
function nodeName(snapshot: Snapshot, host: string): string {
  if (snapshot.get('nodes', undefined, host) !== undefined) return host;
  const short = host.split('.')[0] ?? host;
  const named = snapshot
    .list('nodes')
    .filter((node) => node.metadata.name === short || node.metadata.name.split('.')[0] === host);
  const resolved = named.length === 1 ? named[0] : snapshot.resolve(host).node;
  return resolved?.metadata.name ?? host;
}

/** The machine a fact or log hit is about. */
export function machineOf(snapshot: Snapshot, about: { readonly node?: string | undefined }): string {
  const host = about.node ?? onlyMachine(snapshot);
  return host === undefined ? UNNAMED : nodeName(snapshot, host);
}

/** The subject for host evidence: its Node, even when the cluster's side of it is not in the bundle. */
export function machineSubject(snapshot: Snapshot, about: { readonly node?: string | undefined }): Subject {
  const name = machineOf(snapshot, about);
  return snapshot.named('Node', name, { node: name });
}

/** A Node as subject; `node` is set so that links by node hold. */
export function nodeSubject(snapshot: Snapshot, node: Node): Subject {
  return snapshot.subject(node, { node: node.metadata.name });
}

/** Groups records by machine, in the order of their first appearance. */
export function byMachine<T extends { readonly node?: string | undefined }>(
  snapshot: Snapshot,
  records: Iterable<T>,
): ReadonlyMap<string, readonly T[]> {
  return groupBy(records, (record) => machineOf(snapshot, record));
}

/** Events about nodes with one of the reasons, by node name, oldest first. */
export function nodeEvents(
  snapshot: Snapshot,
  ...reasons: readonly string[]
): ReadonlyMap<string, readonly KubeEvent[]> {
  const out = groupBy(snapshot.list('events'), (event) => {
    const about = event.involvedObject;
    return about?.kind === 'Node' && reasons.includes(event.reason ?? '') ? about.name : undefined;
  });
  for (const events of out.values()) events.sort(bySeen);
  return out;
}
