/** YAML text cut into documents and list items by lines and indentation, before any YAML parser sees it. */
import { linesOf } from '../../lib/text-stream.ts';
import { MAX_OBJECT_BYTES } from './objects.ts';

/** Lines are 1-based, in the text. */
export type YamlPart =
  /** The document's keys that stand before its list. */
  | { readonly type: 'list'; readonly head: string; readonly line: number }
  | { readonly type: 'item'; readonly yaml: string; readonly pointer: string; readonly line: number }
  /** A document is over; its list, when it had one, is left out. */
  | { readonly type: 'document'; readonly yaml: string; readonly list: boolean; readonly line: number }
  | { readonly type: 'oversized'; readonly pointer: string; readonly line: number };

/** Text being gathered: its lines, and where it starts. */
interface Block {
  lines: string[];
  size: number;
  line: number;
}

/** Spaces before the first other character. */
function indentOf(line: string): number {
  let i = 0;
  while (line.charCodeAt(i) === 0x20) i++;
  return i;
}

/**
 * The parts of a YAML stream. `items:` at the top of a document starts a list; its items start with a dash in the
 * column of the first one (kubectl writes 0, people 2), and it ends at the next key at the top.
 *
 * managedFields are left out: a third of a list's lines, and no check reads them.
 */
export async function* cutYaml(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<YamlPart> {
  const start = (line: number): Block => ({ lines: [], size: 0, line });
  let number = 0;
  let document = start(1);
  let item: Block | undefined;
  let inList = false;
  let hadList = false;
  let dash = -1;
  let index = 0;
  /** Column of a `managedFields:` key whose value is being left out; -1: none. */
  let dropped = -1;
  let inMetadata = false;
  /** Column of the document's first key; -1: not seen yet. */
  let base = -1;
  /** Which of the keys that every object has once stood at the document's top already. */
  const had = new Set<string>();

  const keep = (block: Block, text: string): void => {
    if (block.size === 0) block.line = number;
    block.size += text.length + 1;
    if (block.size <= MAX_OBJECT_BYTES) block.lines.push(text);
    else block.lines.length = 0;
  };
  const takeItem = (): YamlPart[] => {
    if (item === undefined) return [];
    const pointer = `/items/${index++}`;
    const { size, line } = item;
    const yaml = item.lines.join('\n');
    item = undefined;
    return size > MAX_OBJECT_BYTES ? [{ type: 'oversized', pointer, line }] : [{ type: 'item', yaml, pointer, line }];
  };
  const takeDocument = (): YamlPart[] => {
    const parts = takeItem();
    const { size, line, lines } = document;
    const yaml = lines.join('\n');
    if (size > MAX_OBJECT_BYTES) parts.push({ type: 'oversized', pointer: '', line });
    else if (hadList || /^[ ]*[^\s#]/m.test(yaml)) parts.push({ type: 'document', yaml, list: hadList, line });
    document = start(number + 1);
    inList = hadList = inMetadata = false;
    dropped = base = -1;
    index = 0;
    had.clear();
    return parts;
  };

  for await (const raw of linesOf(chunks, { maxLineBytes: MAX_OBJECT_BYTES })) {
    number++;
    if (/^---(?:\s|$)/.test(raw)) {
      yield* takeDocument();
      continue;
    }
    // No Kubernetes tool ends documents with `...`; a person who left something out writes it.
    if (/^\.{3,}\s*$/.test(raw)) continue;
    let indent = indentOf(raw);
    const blank = indent === raw.length;
    // A fragment cut out of a larger file is indented as a whole.
    if (base === -1 && !blank && raw.charCodeAt(indent) !== 0x23) base = indent;
    const shift = base > 0 ? Math.min(base, indent) : 0;
    const line = shift > 0 ? raw.slice(shift) : raw;
    indent -= shift;
    if (dropped >= 0) {
      if (blank || indent > dropped || (indent === dropped && line.charCodeAt(indent) === 0x2d)) continue;
      dropped = -1;
    }
    if (inList) {
      const isDash =
        line.charCodeAt(indent) === 0x2d && (line.charCodeAt(indent + 1) === 0x20 || line.length === indent + 1);
      if (isDash && dash === -1) dash = indent;
      if (isDash && indent === dash) {
        yield* takeItem();
        item = start(number);
        // The dash becomes a space: the item keeps its columns.
        keep(item, `${line.slice(0, indent)} ${line.slice(indent + 1)}`);
        inMetadata = /^ *- +metadata:\s*$/.test(line);
        continue;
      }
      if (blank || indent > dash || line.charCodeAt(indent) === 0x23) {
        if (item === undefined) continue;
        if (indent === dash + 2 && !blank) inMetadata = line.startsWith('metadata:', indent);
        else if (inMetadata && indent === dash + 4 && line.startsWith('managedFields:', indent)) {
          dropped = indent;
          continue;
        }
        keep(item, line);
        continue;
      }
      yield* takeItem();
      inList = false;
    }
    const own = indent === 0 ? /^(?:apiVersion|kind):/.exec(line)?.[0] : undefined;
    if (own !== undefined) {
      // One output appended to another: nothing parts them.
      if (had.has(own)) {
        const column = base;
        yield* takeDocument();
        base = column;
      }
      had.add(own);
    }
    if (indent === 0 && /^items:\s*(?:#.*)?$/.test(line)) {
      // A key that stands twice goes on with its list: heads for each would grow with the square of their number.
      if (!hadList)
        yield { type: 'list', head: document.lines.join('\n'), line: document.size > 0 ? document.line : number };
      inList = hadList = true;
      dash = -1;
      continue;
    }
    if (indent === 0 && !blank) inMetadata = line.startsWith('metadata:');
    else if (inMetadata && indent > 0 && line.startsWith('managedFields:', indent)) {
      dropped = indent;
      continue;
    }
    if (document.size === 0 && blank) continue;
    keep(document, line);
  }
  yield* takeDocument();
}
