import { defineParser, type ParserContext } from '../parser.ts';
import { find, readBlock } from './describe/block.ts';
import { withContainers } from './describe/cut.ts';
import { readEvents, startsEvents, type Described } from './describe/events.ts';
import { describePod } from './describe/pod.ts';
import { createDraft, placeOf } from './draft.ts';
import { firstPodIn } from '../pod-name.ts';
import { UNNAMED } from './nameless.ts';
import { kubectlRequest } from './request.ts';

/** A container's entry: what is pasted when a container does not run. */
const CONTAINER_FIELD =
  /^\s*(?:State:\s+(?:Running|Waiting|Terminated)|Last State:\s+(?:Terminated|Waiting|Running)|Restart Count:\s+\d|Exit Code:\s+\d|Limits:|Requests:|Liveness:\s+\S|Readiness:\s+\S)/;
const SECTION = /^(?:Containers|Init Containers):\s*$/;
/** `Successfully assigned shop/web-7f6c to node-2`. */
const ASSIGNED = /Successfully assigned (?:([a-z0-9-]{1,63})\/)?([a-z0-9][a-z0-9.-]{0,252}) to /;

/** The pod whose description was cut: the command names it, or its events do. */
function podIn(lines: readonly string[], { origin }: ParserContext): Described {
  const request = kubectlRequest(origin.command);
  const assigned = lines.map((line) => ASSIGNED.exec(line)).find((match) => match !== null);
  const written = firstPodIn(lines);
  const name = request?.names[0] ?? assigned?.[2] ?? written?.name;
  const namespace = request?.namespace ?? assigned?.[1] ?? written?.namespace ?? origin.namespace;
  return { kind: 'Pod', name: name ?? UNNAMED, ...(namespace === undefined ? {} : { namespace }) };
}

/** Lines of containers with the section's title put back where it was cut off. */
function withTitle(lines: readonly string[]): { readonly lines: readonly string[]; readonly added: number } {
  if (lines.some((line) => SECTION.test(line)) || !lines.some((line) => CONTAINER_FIELD.test(line)))
    return { lines, added: 0 };
  const first = lines.find((line) => line.trim() !== '') ?? '';
  // The fields of one container, moved to the margin by whoever pasted them.
  if (/^(?:State|Last State|Ready|Restart Count|Exit Code|Limits|Requests|Image):/.test(first))
    return { lines: ['Containers:', `  ${UNNAMED}:`, ...lines.map((line) => `    ${line}`)], added: 2 };
  // Cut above a container's name (two blanks and a colon), or inside of its fields.
  return /^ {2}[a-z0-9][a-z0-9.-]{0,62}:\s*$/.test(first)
    ? { lines: ['Containers:', ...lines], added: 1 }
    : /^ {3,}\S/.test(first)
      ? { lines: ['Containers:', `  ${UNNAMED}:`, ...lines], added: 2 }
      : { lines, added: 0 };
}

/**
 * The containers of a pod, cut out of its description, with or without the events below them. Whose they are, the
 * command tells or the events (`Successfully assigned shop/web-7f6c to node-2`).
 *
 * Command: `kubectl describe pod | tail`, and what people paste of it.
 * Versions: kubectl 1.8 to 1.36.
 * Sample:
 *
 *     Containers:
 *       web:
 *         Image:          registry.example/web:1.4
 *         State:          Waiting
 *           Reason:       CrashLoopBackOff
 *         Restart Count:  5
 *
 * Empty: an empty text says nothing.
 */
export default defineParser({
  kind: 'kubectl-describe-part',
  reads: 'containers cut out of `kubectl describe pod` (1.8 to 1.36)',
  // After whole descriptions and tables, before events without containers.
  priority: -1,
  sniff(head, origin) {
    const request = kubectlRequest(origin.command);
    if (request?.area !== undefined && request.area !== 'pods') return false;
    // The command says what it is: whatever was left out above.
    if (request?.verb === 'describe' && fieldsIn(head) >= 2) return true;
    return head.some((line) => SECTION.test(line)) || cutsContainer(head);
  },
  parse(raw, context) {
    const { origin, emit } = context;
    const { lines, added } = withTitle(raw);
    const block = withContainers(readBlock(lines, origin.firstLine - added));
    const about = podIn(lines, context);
    const section = find(block.entries, 'Containers', 'Init Containers');
    if (section === undefined) return emit.unread(origin, 'a part of an unknown description', origin.firstLine);
    const at = { ...section, line: Math.max(section.line, origin.firstLine) };
    const draft = createDraft('Pod');
    draft.set(['metadata', 'name'], about.name, at);
    draft.set(['metadata', 'namespace'], about.namespace, at);
    describePod(block, draft);
    emit.object(origin, draft.object, placeOf(draft, 'described', at.line));
    readEvents(block, about, context);
  },
});

const fieldsIn = (lines: readonly string[]): number =>
  lines.reduce((fields, line) => fields + (CONTAINER_FIELD.test(line) ? 1 : 0), 0);

/** Whether lines begin inside of a container's entry. */
export function cutsContainer(lines: readonly string[]): boolean {
  return withTitle(lines).added > 0 && fieldsIn(lines) >= 2;
}

/** Whether a part of a description begins at this line; for texts that hold several outputs. */
export function startsPart(line: string): boolean {
  return SECTION.test(line) || startsEvents(line);
}
