import { objectOf, parseJson, textOf, type Fields } from '../lib/untyped.ts';
import { cutJson, type CutOptions, type JsonPart } from '../lib/json-stream.ts';
import { customStatusOf } from './kubernetes/custom-status.ts';
import { completed } from './kubernetes/fragment.ts';
import { fromGoNames, goListLink } from './kubernetes/go-names.ts';
import { kindOfResource, resourceKind } from './kubernetes/kind-of.ts';
import {
  emitObject,
  lineIn,
  MAX_OBJECT_BYTES,
  messageOf,
  readKept,
  readList,
  type ListReader,
  type ShapedObject,
} from './kubernetes/objects.ts';
import { topKeys } from './kubernetes/top-keys.ts';
import { defineParser, type ParserContext } from './parser.ts';

const BLOCK = { start: '==== START logs for container ', end: '==== END logs for container ' };
const LOG_CHUNK = 64 * 1024;
const CUT: CutOptions<ShapedObject> = {
  listKeys: ['items', 'Items'],
  maxBytes: MAX_OBJECT_BYTES,
  // cluster-info dump in one file puts the logs between the lists.
  block: BLOCK,
};
/** What the dump says last, on the same stream. */
const DONE = /^Cluster info dumped to /;
const START = /^==== START logs for container (\S{1,253}) of pod ([^\s/]{1,253})\/(\S{1,253}) ====/;

/** kubectl's warnings share the file when both streams were redirected. */
const NOTE = /^(?:[WEI]\d{4} \d|Warning: |Flag |error: |Error from server|The connection to the server |Unable to )/;
/** Text beside the documents that is handed on; a file that is mostly text is not ours. */
const MAX_TEXT_LINES = 5000;

/**
 * Kubernetes objects as JSON: one object, a List, an array, several documents one after the other, or one object a
 * line; also in Troubleshoot, Insights and other support bundles. kubectl up to 1.13 dumped its own Go structs
 * (`"Items"`, `"Spec"`, no kind): kubernetes/go-names.ts.
 *
 * Command: `kubectl get pods -o json`, `kubectl get --raw`, `kubectl cluster-info dump` (one file or many).
 * Versions: kubectl 1.0 to 1.36; cluster-info dump of 1.14 and later.
 * Sample:
 *
 *     {"apiVersion": "v1", "items": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-0"}}], "kind": "List"}
 *
 * Empty: a List whose `items` are `[]` says that nothing of that kind is there.
 */
export default defineParser({
  kind: 'kubernetes-json',
  divides: true,
  reads: 'kubectl get -o json, kubectl get --raw, kubectl cluster-info dump (of all versions)',
  sniff(head, origin) {
    const start = head.findIndex((line) => line.trim() !== '' && !NOTE.test(line));
    if (start === -1) return false;
    const text = head.slice(start).join('\n').trimStart();
    const first = text.startsWith('[') ? text.slice(1).trimStart() : text;
    if (!first.startsWith('{')) return false;
    const known = resourceKind(origin) !== undefined;
    const keys = topKeys(first);
    if (isObject(keys) || isGoList(keys) || keys.has('ObjectMeta')) return true;
    // A bare array or object of a typed dump: its file or command names the kind.
    if (keys.has('metadata') && (known || keys.has('spec') || keys.has('involvedObject'))) return true;
    // Only the API server writes these.
    const metadata = topKeys(first.slice(Math.max(0, first.indexOf('{', first.indexOf('"metadata"')))));
    if (keys.has('metadata') && metadata.has('uid') && metadata.has('resourceVersion')) return true;
    if (!keys.has('items')) return false;
    const items = first.indexOf('"items"');
    const item = topKeys(first.slice(first.indexOf('{', items)));
    return (
      isObject(item) ||
      (item.has('reason') && item.has('message') && item.has('lastTimestamp')) ||
      (item.has('metadata') && !item.has('state') && (known || item.has('spec') || item.has('involvedObject')))
    );
  },
  async stream(chunks, context) {
    const parts = cutJson(chunks, context.whole === true ? CUT : { ...CUT, readItem: readKept });
    const text = textReader(context);
    let list: ListReader | undefined;
    let relative = false;
    for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
      const part = next.value;
      if (part.type === 'text') {
        const block = START.exec(part.text);
        if (part.line === 0 && !relative) {
          relative = true;
          context.emit.unread(
            context.origin,
            'after its long list the lines of this file are counted from the start of each text',
          );
        }
        if (DONE.test(part.text)) continue;
        if (block === null) text.line(part.text, Math.max(part.line, 1));
        else await readLog(block, parts, Math.max(part.line, 1), context);
        continue;
      }
      text.flush();
      list = readPart(part, list, context);
    }
    text.flush();
  },
});

/** Reads one part; gives the list that is open after it. */
function readPart(
  part: Exclude<JsonPart<ShapedObject>, { type: 'text' }>,
  list: ListReader | undefined,
  context: ParserContext,
): ListReader | undefined {
  const { origin, emit } = context;
  const line = lineIn(origin, part.line);
  switch (part.type) {
    case 'list': {
      const head = objectOf(parseJson(part.head));
      const inGoNames = head !== undefined && isGoHead(head);
      const opened = readList(context, (json) => (inGoNames ? fromGoNames(JSON.parse(json)) : JSON.parse(json)));
      if (head !== undefined) opened.learn(withKind(head));
      return opened;
    }
    case 'item':
      list?.json(part.bytes, part);
      return list;
    case 'value':
      list?.kept(part.value, part);
      return list;
    case 'oversized':
      list?.lost();
      emit.unread(
        origin,
        `${part.pointer || 'the document'} is longer than ${MAX_OBJECT_BYTES >> 20} MiB, skipped`,
        line,
      );
      return part.pointer === '' ? undefined : list;
    case 'broken':
      list?.end();
      emit.unread(origin, `${part.reason}; what came before was read`, line);
      return undefined;
    case 'document': {
      let document: unknown;
      try {
        document = JSON.parse(part.json);
      } catch (error) {
        list?.end();
        emit.unread(origin, `not valid JSON: ${messageOf(error)}`, line);
        return undefined;
      }
      if (list !== undefined) list.end(withKind(objectOf(document) ?? {}));
      else readDocument(document, part, context);
      return undefined;
    }
  }
}

function readDocument(
  document: unknown,
  { json, line }: { readonly json: string; readonly line: number },
  context: ParserContext,
): void {
  const object = objectOf(fromGoNames(document));
  if (object === undefined) return;
  const { origin, emit } = context;
  const whole = completed(object, origin);
  const kind = emitObject(context, whole, { pointer: '', line });
  if (kind === undefined) {
    emit.unread(origin, 'an object of a kind that nothing tells', origin.firstLine + line - 1);
    return;
  }
  const said = customStatusOf(whole, kind, { text: json, line }, context);
  if (said !== undefined) emit.fact('customResources', said);
}

/** A list in Go's names says its kind only in its link. */
function withKind(list: Fields): Fields {
  const kind = isGoHead(list) ? kindOfResource(goListLink(list)) : undefined;
  return kind === undefined ? list : { ...list, kind: `${kind}List` };
}

const isGoHead = (list: Fields): boolean => Object.hasOwn(list, 'Items') && list['kind'] === undefined;

/** `apiVersion: v1` or `apps/v1beta2`; an audit log has it too, and is a log. */
function isObject(keys: ReadonlyMap<string, string | undefined>): boolean {
  const version = keys.get('apiVersion');
  if (version !== undefined)
    return /^(?:[a-z0-9.-]{1,200}\/)?v\d/.test(version) && !version.startsWith('audit.k8s.io/');
  return textOf(keys.get('kind')) !== undefined && (keys.has('items') || keys.has('metadata'));
}

function isGoList(keys: ReadonlyMap<string, string | undefined>): boolean {
  return keys.has('Items') && (keys.has('resourceVersion') || keys.has('selfLink'));
}

/** Gathers the lines beside the documents and hands them on, to be recognised anew. */
function textReader({ origin, emit }: ParserContext) {
  let lines: string[] = [];
  let first = 0;
  let taken = 0;
  return {
    line(text: string, line: number): void {
      taken++;
      if (taken === MAX_TEXT_LINES + 1)
        emit.unread(origin, 'more text between the JSON, not read', origin.firstLine + line - 1);
      if (taken > MAX_TEXT_LINES) return;
      if (lines.length === 0) first = line;
      lines.push(text);
    },
    flush(): void {
      if (lines.length > 0) emit.text({ ...origin, firstLine: origin.firstLine + first - 1 }, lines);
      lines = [];
    },
  };
}

/** One container's log inside a dump, scanned as it streams by. */
async function readLog(
  [, container = '', namespace = '', pod = '']: RegExpExecArray,
  parts: AsyncIterator<JsonPart<ShapedObject>>,
  startLine: number,
  { origin, emit, scan }: ParserContext,
): Promise<void> {
  let over = false;
  /** The next line of the block; undefined at its end. */
  const nextLine = async (): Promise<string | undefined> => {
    const next: IteratorResult<JsonPart<ShapedObject>> = over ? { done: true, value: undefined } : await parts.next();
    // Inside a block everything is text.
    const text = next.done === true || next.value.type !== 'text' ? undefined : next.value.text;
    over = text === undefined || text.startsWith(BLOCK.end);
    return over ? undefined : text;
  };
  const bytes = (async function* () {
    let gathered = '';
    for (let text = await nextLine(); text !== undefined; text = await nextLine()) {
      gathered += `${text}\n`;
      if (gathered.length < LOG_CHUNK) continue;
      yield Buffer.from(gathered);
      gathered = '';
    }
    if (gathered !== '') yield Buffer.from(gathered);
  })();
  const at = { ...origin, firstLine: origin.firstLine + startLine, namespace, pod, container };
  emit.log(await scan(bytes, at, 'container'));
  // What a scanner left unread is still the log's.
  while ((await nextLine()) !== undefined);
}
