/** `kubectl describe node`. */
import { createDraft, placeOf, type Draft } from '../draft.ts';
import { int, value } from '../values.ts';
import type { ParserContext } from '../../parser.ts';
import { find, items, put, putConditions, rowsBelow, timeOf, type Block } from './block.ts';

const INFO: readonly (readonly [string, string])[] = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
  ['Kube-Proxy Version', 'kubeProxyVersion'],
];

const DATE = String.raw`[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}`;
/** A row of a node's conditions: two times tell it from the conditions of other kinds. */
const CONDITION = new RegExp(
  String.raw`^\s*([A-Z][A-Za-z]{2,60})\s{1,40}(True|False|Unknown)\s{1,40}(${DATE})\s{1,40}(${DATE})\s{1,40}([A-Z]\w{1,80})\s{1,60}(\S.*)$`,
);

/** Whether a line is a row of a node's conditions, also without any heading. */
export const isConditionRow = (line: string): boolean => line.length < 4_000 && CONDITION.test(line);

/** Conditions whose heading was cut off or let through by no grep. */
function bareConditions(block: Block, draft: Draft): void {
  let count = 0;
  block.lines.forEach((line, i) => {
    const match = line.length < 4_000 ? CONDITION.exec(line) : null;
    if (match === null) return;
    const row = { line: block.firstLine + i, text: line.trim() };
    const at = ['status', 'conditions', count++];
    const [, type, status, heartbeat, transition, reason, message] = match;
    for (const [field, text] of Object.entries({ type, status, reason, message }))
      draft.set([...at, field], value(text), row);
    draft.set([...at, 'lastHeartbeatTime'], timeOf(heartbeat), row);
    draft.set([...at, 'lastTransitionTime'], timeOf(transition), row);
  });
}

/** Fields of a node. Its pods and its lease are objects of their own; see `nodePods` and `nodeLease`. */
export function describeNode(block: Block, draft: Draft): void {
  const { entries } = block;
  put(draft, ['spec', 'unschedulable'], find(entries, 'Unschedulable'), (text) => text === 'true');
  put(draft, ['spec', 'podCIDR'], find(entries, 'PodCIDR'));
  put(draft, ['spec', 'providerID'], find(entries, 'ProviderID', 'ExternalID'));
  const taints = find(entries, 'Taints');
  if (taints?.value === '<none>') draft.set(['spec', 'taints'], [], taints);
  let count = 0;
  for (const line of items(taints)) {
    const taint = /^([^\s=:]{1,320})(?:=([^\s:]{0,63}))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(line.text);
    if (taint === null) continue;
    const at = ['spec', 'taints', count++];
    draft.set([...at, 'key'], taint[1], line);
    draft.set([...at, 'value'], taint[2], line);
    draft.set([...at, 'effect'], taint[3], line);
  }
  const conditions = find(entries, 'Conditions');
  if (conditions === undefined) bareConditions(block, draft);
  else putConditions(block, draft, conditions);
  find(entries, 'Addresses')?.children.forEach((entry, i) => {
    draft.set(['status', 'addresses', i, 'type'], entry.key, entry);
    put(draft, ['status', 'addresses', i, 'address'], entry);
  });
  for (const [key, field] of [
    ['Capacity', 'capacity'],
    ['Allocatable', 'allocatable'],
  ] as const) {
    for (const entry of find(entries, key)?.children ?? []) put(draft, ['status', field, entry.key.trim()], entry);
  }
  for (const row of rowsBelow(block, find(entries, 'Allocated resources')?.children ?? [])) {
    const resource = row.cells.get('resource');
    const amount = /^([\d.]{1,20}[A-Za-z]{0,2})(?: \(\d{1,9}%\))?$/.exec(row.cells.get('requests') ?? '')?.[1];
    if (resource !== undefined && amount !== undefined) draft.set(['status', 'requested', resource], amount, row);
  }
  const info = find(entries, 'System Info')?.children ?? [];
  for (const [key, field] of INFO) put(draft, ['status', 'nodeInfo', field], find(info, key));
}

/**
 * The rows of `Non-terminated Pods:` as pods on this node, their requests and limits (summed over the containers by
 * kubectl) on one container without a name: `kube-system  dns-1  100m (2%)  0 (0%)  70Mi (0%)  170Mi (2%)  9d`.
 */
export function nodePods(block: Block, node: string, { origin, emit }: ParserContext): void {
  const section = find(block.entries, 'Non-terminated Pods');
  for (const row of rowsBelow(block, section?.children ?? [])) {
    const name = row.cells.get('name');
    const namespace = row.cells.get('namespace');
    if (name === undefined || name === '' || namespace === undefined || int(name) !== undefined) continue;
    const draft = createDraft('Pod');
    draft.set(['metadata', 'name'], name, row);
    draft.set(['metadata', 'namespace'], namespace, row);
    draft.set(['spec', 'nodeName'], node, row);
    draft.set(['spec', 'containers', 0, 'name'], '', row);
    for (const [column, kind, resource] of [
      ['cpu requests', 'requests', 'cpu'],
      ['cpu limits', 'limits', 'cpu'],
      ['memory requests', 'requests', 'memory'],
      ['memory limits', 'limits', 'memory'],
    ] as const) {
      const amount = /^([\d.]{1,20}[A-Za-z]{0,2})(?: \(\d{1,9}%\))?$/.exec(row.cells.get(column) ?? '')?.[1];
      // kubectl prints 0 for "not set", which is no limit at all.
      if (amount !== undefined && amount !== '0')
        draft.set(['spec', 'containers', 0, 'resources', kind, resource], amount, row);
    }
    emit.object(origin, draft.object, placeOf(draft, 'row', row.line));
  }
}

/** The `Lease:` section: the node's heartbeat in kube-node-lease. */
export function nodeLease(block: Block, node: string, { origin, emit }: ParserContext): void {
  const section = find(block.entries, 'Lease');
  const holder = find(section?.children ?? [], 'HolderIdentity');
  if (section === undefined || holder === undefined) return;
  const draft = createDraft('Lease');
  draft.set(['metadata', 'name'], node, section);
  draft.set(['metadata', 'namespace'], 'kube-node-lease', section);
  put(draft, ['spec', 'holderIdentity'], holder);
  put(draft, ['spec', 'acquireTime'], find(section.children, 'AcquireTime'), timeOf);
  put(draft, ['spec', 'renewTime'], find(section.children, 'RenewTime'), timeOf);
  emit.object(origin, draft.object, placeOf(draft, 'described', section.line));
}
