import { YAMLException } from 'js-yaml';
import { objectOf, textOf, valueAt, type Fields } from '../lib/untyped.ts';
import { resourceKind } from './kubernetes/kind-of.ts';
import { completed } from './kubernetes/fragment.ts';
import { customStatusOf } from './kubernetes/custom-status.ts';
import { emitObject, MAX_OBJECT_BYTES, messageOf, readList, type ListReader } from './kubernetes/objects.ts';
import { parseYaml } from './kubernetes/yaml-schema.ts';
import { cutYaml, type YamlPart } from './kubernetes/yaml-text.ts';
import { kubectlRequest } from './kubectl/request.ts';
import { defineParser, type ParserContext } from './parser.ts';

const KEY = /^( *)(?:- +)?([a-z][\w./-]{0,253}):(?:\s+(\S.{0,300}))?\s*$/;
const API_VERSION = /^["']?(?:[a-z0-9.-]{1,200}\/)?v\d[a-z0-9]{0,10}["']?\s*$/;
/** A line that stands for what its author left out. */
const ELISION =
  /^\s*(?:\.{3,}|…|\[\.{3}\]|\[…\]|<[^>]{0,40}\b(?:snip|cut|omitted|truncated)[^>]{0,40}>|[([][^)\]]{0,40}\b(?:snip|omitted|truncated)[^)\]]{0,40}[)\]])\s*$/i;

/**
 * Kubernetes objects as YAML: also must-gather, talosctl support, manifests that people wrote, and fragments that they
 * pasted. One object, several documents, or a List.
 *
 * Command: `kubectl get pods -o yaml`, any kind; `oc adm must-gather`, `talosctl support`.
 * Versions: kubectl 1.0 to 1.36, oc 3 and 4, Talos 1.0 to 1.12.
 * Sample:
 *
 *     apiVersion: v1
 *     items:
 *     - apiVersion: v1
 *       kind: Pod
 *       metadata:
 *         name: web-0
 *         namespace: shop
 *     kind: List
 *
 * Empty: `items: []` says that nothing of that kind is there.
 */
export default defineParser({
  kind: 'kubernetes-yaml',
  divides: true,
  reads: 'kubectl get -o yaml, manifests, must-gather, pasted fragments',
  sniff(head, origin) {
    const content = head.filter((line) => line.trim() !== '' && !/^\s*#|^---(?:\s|$)|^\.{3}/.test(line));
    const first = KEY.exec(content[0] ?? '');
    if (first === null) return false;
    const base = first[1]?.length ?? 0;
    const top = new Set<string>();
    for (const line of content) {
      const key = KEY.exec(line);
      if (key?.[1]?.length !== base) continue;
      if (key[2] === 'apiVersion' && API_VERSION.test(key[3] ?? '')) return !(key[3] ?? '').includes('audit.k8s.io/');
      top.add(key[2] ?? '');
    }
    if (top.has('kind') && (top.has('metadata') || top.has('spec') || top.has('status'))) return true;
    const inner = new Set(content.map((line) => KEY.exec(line)?.[2]));
    if (top.has('items') && (inner.has('metadata') || inner.has('kind'))) return true;
    // An object of a typed dump: other systems (Talos) have metadata and spec too.
    if (top.has('metadata') && (resourceKind(origin) !== undefined || inner.has('containers'))) return true;
    // Conditions that somebody cut out, one or several.
    if (
      inner.has('message') &&
      inner.has('reason') &&
      inner.has('type') &&
      /^(?:type|status|message|reason|last\w{1,30})$/.test(first[2] ?? '')
    )
      return true;
    // A status that somebody cut out.
    if ((top.has('status') || top.has('conditions')) && inner.has('reason') && inner.has('message')) return true;
    // What a pipe left of the one object that was asked for.
    if (top.has('status') && inner.has('conditions') && kubectlRequest(origin.command)?.names.length === 1) return true;
    if ((inner.has('nodeInfo') && inner.has('allocatable')) || inner.has('containerStatuses')) return true;
    if (content.some((line) => /^\s*(?:- )?type: PodScheduled\s*$/.test(line))) return true;
    if (inner.has('phase') && (inner.has('qosClass') || (top.has('status') && inner.has('startTime')))) return true;
    return origin.command?.flags['output'] === 'yaml' && resourceKind(origin) !== undefined;
  },
  async stream(chunks, context) {
    let list: ListReader | undefined;
    for await (const part of cutYaml(chunks)) list = readPart(part, list, context);
  },
});

/** Reads one part; gives the list that is open after it. */
function readPart(part: YamlPart, list: ListReader | undefined, context: ParserContext): ListReader | undefined {
  const { origin, emit } = context;
  const at = origin.firstLine + part.line - 1;
  switch (part.type) {
    case 'list': {
      const opened = readList(context, (yaml, { line }) => {
        const { value, lost } = tolerant(yaml, line, context);
        if (lost) opened.lost();
        return value;
      });
      const head = objectOf(tolerant(part.head, part.line, context).value);
      if (head !== undefined) opened.learn(head);
      return opened;
    }
    case 'item':
      list?.item(part.yaml, part);
      return list;
    case 'oversized':
      list?.lost();
      emit.unread(
        origin,
        `${part.pointer || 'the document'} is longer than ${MAX_OBJECT_BYTES >> 20} MiB, skipped`,
        at,
      );
      return part.pointer === '' ? undefined : list;
    case 'document': {
      const { value, lost } = tolerant(part.yaml, part.line, context);
      if (part.list && !Array.isArray(value)) list?.end(objectOf(value) ?? {});
      else readDocument(value, lost, part, context);
      return undefined;
    }
  }
}

/** What a document without a list is: conditions or one condition that somebody cut out, a bare sequence, an object. */
function readDocument(
  value: unknown,
  lost: boolean,
  part: { readonly yaml: string; readonly line: number },
  context: ParserContext,
): void {
  const { origin, emit } = context;
  const place = { pointer: '', line: part.line };
  if (Array.isArray(value) && value.length > 0 && value.every(isCondition)) {
    const whole = completed({ status: { conditions: value } }, origin);
    if (isNameless(whole)) tellMessages(whole, part, context);
    else emitObject(context, whole, place);
    return;
  }
  if (Array.isArray(value)) {
    // Troubleshoot writes custom resources as a bare sequence.
    const bare = readList(context, (text) => text);
    if (lost) bare.lost();
    value.forEach((item, i) => bare.value(item, { pointer: `/${i}`, line: part.line }));
    bare.end({});
    return;
  }
  const object = objectOf(value);
  if (object === undefined) return;
  // One condition says nothing of an object but its message.
  if (
    object['metadata'] === undefined &&
    textOf(object['reason']) !== undefined &&
    textOf(object['type']) !== undefined
  )
    return tellMessages(object, part, context);
  const whole = completed(object, origin);
  const kind = emitObject(context, whole, place);
  if (kind === undefined)
    emit.unread(origin, 'an object of a kind that nothing tells', origin.firstLine + part.line - 1);
  const said = kind && customStatusOf(whole, kind, { text: part.yaml, line: part.line }, context);
  if (said) emit.fact('customResources', said);
  if (isNameless(whole)) tellMessages(whole, part, context);
}

const isNameless = (object: Fields): boolean => textOf(valueAt(object, 'metadata.name')) === undefined;

/** `- type: Ready`, with its status and the time or reason of it. */
function isCondition(value: unknown): boolean {
  const fields = objectOf(value);
  return (
    textOf(fields?.['type']) !== undefined &&
    textOf(fields?.['status']) !== undefined &&
    (fields?.['lastTransitionTime'] !== undefined || fields?.['reason'] !== undefined)
  );
}

/** Characters of a message that find its line. */
const MESSAGE_START = 20;
/** Deeper than conditions and container states of an object's status. */
const MESSAGE_DEPTH = 6;

/** A part of an object that nobody named: what its messages say is known even so, unfolded and each on one line. */
function tellMessages(object: Fields, { yaml, line }: { yaml: string; line: number }, context: ParserContext): void {
  const { command: _, ...place } = context.origin;
  const lines = yaml.split('\n');
  const tell = (message: string): void => {
    const at = lines.findIndex((text) => text.includes(message.slice(0, MESSAGE_START)));
    const firstLine = context.origin.firstLine + line - 1 + Math.max(0, at);
    context.emit.text({ ...place, firstLine }, [message.replace(/\s+/g, ' ')]);
  };
  const collect = (value: unknown, depth: number): void => {
    if (depth > MESSAGE_DEPTH) return;
    if (Array.isArray(value)) return value.forEach((one) => collect(one, depth + 1));
    for (const [key, inner] of Object.entries(objectOf(value) ?? {}))
      if (key === 'message' && typeof inner === 'string') tell(inner);
      else collect(inner, depth + 1);
  };
  collect(object, 0);
}

/** What redactors put in place of a value; YAML takes a leading asterisk for a reference. */
const MASK = /^(\s*(?:- +)?(?:[\w./-]{1,253}: +)?)(\*\*[^'\n]{0,300})$/;

/** A longer text is not tried again when it is broken. */
const MAX_RETRY = 1024 * 1024;

/**
 * A document or item; when it is broken, what stands before the break. A file that was cut off, or from which a person
 * cut lines, still has its metadata and spec. `lost`: something was left out, and it is listed.
 */
function tolerant(text: string, line: number, { origin, emit }: ParserContext): { value: unknown; lost: boolean } {
  if (text.trim() === '') return { value: undefined, lost: false };
  let lines: string[] | undefined;
  let complaint = '';
  let at = line;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const value = parseYaml(lines === undefined ? text : lines.join('\n'));
      if (attempt > 0) emit.unread(origin, `${complaint}; what can be read of it was`, origin.firstLine + at - 1);
      return { value, lost: attempt > 0 };
    } catch (error) {
      const broken = brokenLine(error);
      if (attempt === 0) complaint = `not valid YAML: ${messageOf(error)}`;
      if (attempt === 0) at = line + (broken ?? 0);
      if (text.length > MAX_RETRY) break;
      // First without the lines that only say that something is missing or masked, then only what stands before the break.
      const before: readonly string[] = lines ?? text.split('\n');
      lines =
        attempt === 0
          ? before.map((l) => (ELISION.test(l) ? '' : l.replace(MASK, "$1'$2'")))
          : before.slice(0, broken ?? 0);
      if (lines.length === 0) break;
    }
  }
  emit.unread(origin, complaint, origin.firstLine + at - 1);
  return { value: undefined, lost: true };
}

/** The 0-based line at which js-yaml gave up. */
function brokenLine(error: unknown): number | undefined {
  const mark = error instanceof YAMLException ? error.mark : undefined;
  return mark?.line;
}
