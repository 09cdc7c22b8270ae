import { defineParser } from '../parser.ts';
import { find, readBlock } from './describe/block.ts';
import { readEvents } from './describe/events.ts';
import { describeNode, isConditionRow, nodeLease, nodePods } from './describe/node.ts';
import { createDraft, placeOf } from './draft.ts';
import { UNNAMED } from './nameless.ts';
import { kubectlRequest } from './request.ts';

/** Headings that only a node's description has. */
const SECTION = /^\s*Type\s+Status\s+LastHeartbeatTime\s+LastTransitionTime\s+Reason\s+Message\s*$/;
const HEADING = /^(?:Non-terminated Pods|Allocated resources|Allocatable|System Info):(?:\s|$)|^Taints:\s+\S/;
/** The kubelet's events, its lease and its labels carry the node's name. */
const NAMES =
  /^Name:\s+([a-z0-9][a-z0-9.-]{0,252})$|^\s*(?:HolderIdentity:\s+([\w.-]{1,253})$|(?:Hostname|InternalDNS):\s+([\w.-]{1,253})$)|\bNode ([a-z0-9][a-z0-9.-]{0,252}) status is now: |\bkubernetes\.io\/hostname=([a-z0-9][a-z0-9.-]{0,252})/;

/** Whether a part of a node's description begins at this line; for texts that hold several outputs. */
export function startsNodePart(line: string): boolean {
  return SECTION.test(line) || isConditionRow(line);
}

function nameIn(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const match = line.length < 4_000 ? NAMES.exec(line) : null;
    if (match !== null) return match.slice(1).find((name) => name !== undefined);
  }
  return undefined;
}

/**
 * Sections cut out of the description of a node: its conditions, what it can hand out and what is asked for, its pods,
 * its events. The command names the node, or its lease and its events do; else it has no name.
 *
 * Command: `kubectl describe node worker-1 | grep -A 10 Conditions`, and what people paste of it.
 * Versions: kubectl 1.8 to 1.36.
 * Sample:
 *
 *     Ready   False   Fri, 28 Nov 2025 16:03:58 +0000   Fri, 28 Nov 2025 16:01:02 +0000   KubeletNotReady   PLEG is not healthy
 *
 * Empty: an empty text says nothing.
 */
export default defineParser({
  kind: 'kubectl-describe-node-part',
  reads: 'conditions and other sections cut out of `kubectl describe node` (1.8 to 1.36)',
  // After whole descriptions and tables, with the parts of pods and before events alone.
  priority: -0.5,
  sniff(head, origin) {
    const area = kubectlRequest(origin.command)?.area;
    if (area !== undefined && area !== 'nodes') return false;
    return head.some(startsNodePart) || head.some((line) => HEADING.test(line));
  },
  parse(lines, context) {
    const { origin, emit } = context;
    const block = readBlock(lines, origin.firstLine);
    const [asked] = kubectlRequest(origin.command)?.names ?? [];
    const name = asked ?? find(block.entries, 'Name')?.value ?? nameIn(block.lines) ?? UNNAMED;
    const from = lines.findIndex((line) => startsNodePart(line) || HEADING.test(line));
    const at = { line: origin.firstLine + Math.max(from, 0), text: (lines[Math.max(from, 0)] ?? '').trim() };
    const draft = createDraft('Node');
    draft.set(['metadata', 'name'], name, at);
    describeNode(block, draft);
    emit.object(origin, draft.object, placeOf(draft, 'described', at.line));
    // On a node without a name they would move away from the one that a table names.
    if (name !== UNNAMED) nodePods(block, name, context);
    nodeLease(block, name, context);
    if (find(block.entries, 'Events') !== undefined) readEvents(block, { kind: 'Node', name }, context);
  },
});
