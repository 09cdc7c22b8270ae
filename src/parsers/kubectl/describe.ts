import { areaOfKind, KINDS, type ObjectArea } from '../../snapshot/kinds/index.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { find, put, putPairs, readBlock, timeOf, type Block } from './describe/block.ts';
import { describedClock } from './describe/clock.ts';
import { namespaceQuotas } from './describe/config.ts';
import { describeCustom } from './describe/custom.ts';
import { customStatus } from './describe/custom-status.ts';
import { withContainers } from './describe/cut.ts';
import { firstSender, readEvents } from './describe/events.ts';
import { areaOfBlock, describeMapper } from './describe/kinds.ts';
import { serviceEndpoints } from './describe/networking.ts';
import { nodeLease, nodePods } from './describe/node.ts';
import { createDraft, placeOf } from './draft.ts';
import { failureMessage, failureReader, isNoise } from './failure.ts';
import { kindOfEvent, readPastedEvents } from './pasted-events.ts';
import { kindOfResource, versionOfResource } from './custom-kinds.ts';
import { kubectlRequest, namespaceOf } from './request.ts';

const NAME = /^Name:\s+\S/;
/** What stands in the line below `Name:` in every kind's description. */
const SECOND =
  /^(?:Namespace|Labels|Annotations|Priority|Roles?|CreationTimestamp|Created on|StorageClass|IsDefaultClass|Reference|Status|Address|Value|Provisioner|Min available|Max unavailable|Resource|Controller|Selector|Taints|API Version|Image\(s\)):?(?:\s|$)/;

/** What stands above the answers of nslookup, which are a Name and an Address too. */
const ANSWERS = /^(?:Non-authoritative answer:|(?:Server|Address(?: \d{1,2})?):\s)/;

/** Busybox counts them. */
const COUNTED_ANSWER = /^Address \d{1,2}:/;

/** Whether an object begins at this line. */
export function startsDescription(lines: readonly string[], i: number): boolean {
  if (!NAME.test(lines[i] ?? '')) return false;
  const second = lines.slice(i + 1, i + 3).find((line) => line.trim() !== '') ?? '';
  if (!SECOND.test(second) || COUNTED_ANSWER.test(second)) return false;
  const above = lines.slice(Math.max(0, i - 3), i).findLast((line) => line.trim() !== '');
  return !(second.startsWith('Address') && above !== undefined && ANSWERS.test(above));
}

/** Line ranges of the objects in a text. */
function blocks(lines: readonly string[], context: ParserContext): readonly (readonly [number, number])[] {
  const starts: number[] = [];
  for (let i = 0; i < lines.length; i++) if (startsDescription(lines, i)) starts.push(i);
  // A lone `Name:` at the top is an object too, cut off or of a kind that we have not seen.
  const first = lines.findIndex((line) => NAME.test(line));
  if (starts.length === 0 && first >= 0) starts.push(first);
  return starts.map((start, n) => {
    let end = starts[n + 1] ?? lines.length;
    // An error message after the last object is none of its lines.
    for (let i = start; i < end; i++) {
      const line = lines[i] ?? '';
      if (
        /^[EUT]/.test(line) &&
        (lines[i - 1] ?? '').trim() === '' &&
        failureMessage(line, context.origin) !== undefined
      )
        end = i;
    }
    return [start, end] as const;
  });
}

/** Whose description it is by who sent its events: little may be left above them. */
function areaOfEvents(block: Block): ObjectArea | undefined {
  const sender = firstSender(block);
  const kind = sender === undefined ? undefined : kindOfEvent(sender.reason, sender.component);
  return kind === undefined ? undefined : areaOfKind(kind);
}

function readObject(whole: Block, asked: ObjectArea | undefined, context: ParserContext): boolean {
  const { origin, emit } = context;
  // People leave out what they think is of no use, and the title of the containers with it.
  const restored = asked === undefined || asked === 'pods' ? withContainers(whole) : whole;
  const block = asked === undefined && areaOfBlock(whole) !== undefined ? whole : restored;
  const head = find(block.entries, 'Name');
  // Custom resources print their API kind; what describe does not know it prints as indented YAML with such a line.
  const generic = find(block.entries, 'Kind');
  const cut = block !== whole ? 'pods' : undefined;
  const area =
    asked ?? (generic === undefined ? (areaOfBlock(block) ?? cut ?? areaOfEvents(block)) : areaOfKind(generic.value));
  if (head === undefined || head.value === '' || area === undefined) return false;
  const info = KINDS[area];
  const draft = createDraft(info.kind);
  draft.set(['metadata', 'name'], head.value, head);
  const ownNamespace = find(block.entries, 'Namespace');
  const namespace = info.namespaced ? ownNamespace?.value || namespaceOf(origin) : undefined;
  if (namespace !== undefined && namespace !== '')
    draft.set(['metadata', 'namespace'], namespace, ownNamespace ?? head);
  putPairs(draft, ['metadata', 'labels'], find(block.entries, 'Labels'));
  putPairs(draft, ['metadata', 'annotations'], find(block.entries, 'Annotations'), ': ');
  put(draft, ['metadata', 'creationTimestamp'], find(block.entries, 'CreationTimestamp', 'Created on'), timeOf);
  // Kinds that kubectl has no layout for it prints as they are.
  (describeMapper(area) ?? describeCustom)(block, draft);
  emit.object(origin, draft.object, placeOf(draft, 'described', head.line));
  if (area === 'nodes') {
    nodePods(block, head.value, context);
    nodeLease(block, head.value, context);
  } else if (area === 'pods')
    describedClock(block, (draft.object['status'] as { startTime?: unknown } | undefined)?.startTime, context);
  else if (area === 'services') serviceEndpoints(block, head.value, namespace, context);
  else if (area === 'namespaces') namespaceQuotas(block, head.value, context);
  readEvents(block, { kind: info.kind, name: head.value, ...(namespace === undefined ? {} : { namespace }) }, context);
  return true;
}

/** Sections that stand at the margin of a description; below a pipe (`| tail`, `| sed`) the first lines of one are gone. */
const SECTION =
  /^(?:Status|Spec|Conditions|QoS Class|Node-Selectors|Tolerations|Volumes|Replicas|Pods Statuse?s?|Min (?:replicas|available)|Metrics|Used By):/;

/** The name that the command gives to the one object whose description begins in its middle; undefined where it is whole. */
export function nameOfCut(lines: readonly string[], { origin }: Pick<ParserContext, 'origin'>): string | undefined {
  const request = kubectlRequest(origin.command);
  if (request?.verb !== 'describe' || request.names.length !== 1) return undefined;
  const first = lines.find((line) => line.trim() !== '' && !isNoise(line) && line.trim() !== '...') ?? '';
  return SECTION.test(first) ? request.names[0] : undefined;
}

/** The block with the name that the command tells, and the kind where it is no kind of Kubernetes itself. */
function withHead(block: Block, name: string, { origin }: ParserContext): Block {
  const [first] = block.entries;
  if (first === undefined) return block;
  const request = kubectlRequest(origin.command);
  const [resource = ''] = request?.resources ?? [];
  const head = (key: string, text: string): Block['entries'][number] => ({ ...first, key, value: text, children: [] });
  const namespace = namespaceOf(origin);
  const version = versionOfResource(resource);
  return {
    ...block,
    entries: [
      head('Name', name),
      ...(namespace === undefined ? [] : [head('Namespace', namespace)]),
      ...(version === undefined ? [] : [head('API Version', version)]),
      ...(request?.area === undefined ? [head('Kind', kindOfResource(resource))] : []),
      ...block.entries,
    ],
  };
}

/** An object of a kind that the snapshot has no shape for: what it says of its state, and its events. */
function readCustom(block: Block, context: ParserContext): boolean {
  const told = customStatus(block, context);
  if (told === undefined) return false;
  context.emit.fact('customResources', told);
  const { resourceKind: kind, name, namespace } = told;
  readEvents(block, { kind, name, ...(namespace === undefined ? {} : { namespace }) }, context);
  return true;
}

/**
 * Descriptions of objects, one after the other. Each becomes an API object, its Events section events.
 *
 * Command: `kubectl describe pod web-7f6c -n shop`, any kind; `oc describe`.
 * Versions: kubectl 1.8 to 1.36.
 * Sample:
 *
 *     Name:         web-7f6c
 *     Namespace:    shop
 *     Status:       Running
 *
 * What `| tail` or `| sed` leave of a description is one too, when the command names the object.
 *
 * Empty: an empty text says nothing; `No resources found` says that there is none.
 */
export const kubectlDescribe = defineParser({
  kind: 'kubectl-describe',
  reads: '`kubectl describe` (1.8 to 1.36)',
  sniff(head, origin) {
    const request = kubectlRequest(origin.command);
    const described = request?.verb === 'describe';
    const named = request?.names[0] !== undefined;
    let looked = 0;
    for (let i = 0; i < head.length; i++) {
      const line = head[i] ?? '';
      if (line.trim() === '' || isNoise(line) || failureMessage(line, origin) !== undefined) continue;
      if (startsDescription(head, i) || (described && (NAME.test(line) || (line === 'Events:' && named)))) return true;
      // A sentence or two may stand above a pasted description.
      if (++looked >= 5) break;
    }
    return nameOfCut(head, { origin }) !== undefined;
  },
  parse(lines, context) {
    const { origin, emit } = context;
    const request = kubectlRequest(origin.command);
    const failures = failureReader(origin, emit);
    let strange = 0;
    const ranges = blocks(lines, context);
    let n = 0;
    const cut = ranges.length === 0 ? nameOfCut(lines, context) : undefined;
    if (cut !== undefined) {
      const block = withHead(readBlock(lines, origin.firstLine), cut, context);
      if (!readObject(block, request?.area, context) && !readCustom(block, context))
        emit.unread(origin, 'a part of a description that says nothing of a state', origin.firstLine);
      return;
    }
    // `kubectl describe pod web-0 | grep -A20 Events`: the command tells whose events they are.
    const events = ranges.length === 0 ? lines.indexOf('Events:') : -1;
    const [named] = request?.names ?? [];
    if (events >= 0 && named === undefined) {
      readPastedEvents(lines, context);
      return;
    }
    if (events >= 0 && request?.area !== undefined && named !== undefined) {
      const namespace = namespaceOf(origin);
      const place = namespace === undefined ? {} : { namespace };
      const about = { kind: KINDS[request.area].kind, name: named, ...place };
      readEvents(readBlock(lines.slice(events), origin.firstLine + events), about, context);
      return;
    }
    for (let i = 0; i < lines.length; i++) {
      const range = ranges[n];
      if (range !== undefined && i === range[0]) {
        const block = readBlock(lines.slice(range[0], range[1]), origin.firstLine + range[0]);
        if (!readObject(block, request?.area, context) && !readCustom(block, context)) {
          emit.unread(origin, 'a description of an unknown kind', origin.firstLine + range[0]);
        }
        i = range[1] - 1;
        n++;
      } else if ((lines[i] ?? '').trim() !== '' && !isNoise(lines[i] ?? '') && !failures.take(lines[i] ?? '', i))
        strange++;
    }
    if (strange > 0) emit.unread(origin, `${strange} lines outside of any description`, origin.firstLine);
  },
});
