/**
 * `nvidia-smi -q` (indented `Key : value` lines) and `nvidia-smi -q -x` (XML) as one tree of paths per card:
 *
 *     GPU 00000000:18:00.0
 *         MIG Mode
 *             Current                  : Disabled       → `MIG Mode/Current`
 *
 *     <gpu id="00000000:18:00.0"><mig_mode><current_mig>Disabled</current_mig>   → `mig_mode/current_mig`
 */
export interface TreeEntry {
  readonly path: string;
  readonly value: string;
  /** 0-based line inside the text. */
  readonly at: number;
}
export interface GpuTree {
  readonly at: number;
  readonly entries: readonly TreeEntry[];
}

/** Trees of all cards of a `-q` text; what stands before the first card goes to each. */
export function queryTrees(lines: readonly string[]): readonly GpuTree[] {
  const head: TreeEntry[] = [];
  const trees: { at: number; entries: TreeEntry[] }[] = [];
  let path: { indent: number; name: string }[] = [];
  lines.forEach((line, at) => {
    const gpu = /^GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f])(?:\s*:\s*(.*))?\s*$/.exec(line);
    if (gpu !== null) {
      const entries = [...head, { path: 'id', value: gpu[1] ?? '', at }];
      if (gpu[2] !== undefined && gpu[2] !== '') entries.push({ path: 'message', value: gpu[2], at });
      trees.push({ at, entries });
      path = [];
      return;
    }
    // A new log begins (`-l`, or several runs in one file): its cards follow.
    if (/^=+NVSMI LOG=+$/.test(line.trim())) head.length = 0;
    const pair = /^(\s*)([^\s:][^:]{0,80}?)\s*(?:: ?(.*))?$/.exec(line);
    if (pair === null || line.trim() === '') return;
    const [, space = '', name = '', value] = pair;
    const indent = space.replaceAll('\t', '    ').length;
    while ((path.at(-1)?.indent ?? -1) >= indent) path.pop();
    if (value === undefined) path.push({ indent, name });
    else
      (trees.at(-1)?.entries ?? head).push({
        path: [...path.map((part) => part.name), name].join('/'),
        value: value.trim(),
        at,
      });
    if (value !== undefined) path.push({ indent, name });
  });
  return trees;
}

const TOKEN = /<(\/?)([A-Za-z_][\w.-]{0,80})([^<>]{0,400})>|([^<]{1,4000})|</g;
const ENTITY: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Trees of all cards of a `-q -x` document. A reader for this fixed format: no attributes but `id`, no mixed content. */
export function xmlTrees(lines: readonly string[]): readonly GpuTree[] {
  const head: TreeEntry[] = [];
  const trees: { at: number; entries: TreeEntry[] }[] = [];
  let path: string[] = [];
  let inGpu = false;
  let text = '';
  lines.forEach((line, at) => {
    for (const [, closing, tag = '', attributes = '', words] of line.matchAll(TOKEN)) {
      if (words !== undefined) text += words;
      if (tag === '') continue;
      if (closing === '/') {
        const value = text.trim().replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITY[name] ?? '');
        // A closing tag that nobody opened ends nothing.
        const depth = path.lastIndexOf(tag);
        if (depth < 0) continue;
        path = path.slice(0, depth + 1);
        const target = inGpu ? trees.at(-1)?.entries : head;
        if (value !== '') target?.push({ path: path.slice(inGpu ? path.indexOf('gpu') + 1 : 1).join('/'), value, at });
        path.pop();
        if (tag === 'gpu') inGpu = false;
      } else if (!attributes.endsWith('/')) {
        path.push(tag);
        if (tag === 'gpu') {
          inGpu = true;
          const id = /\bid="([^"]{1,40})"/.exec(attributes)?.[1];
          trees.push({ at, entries: [...head, ...(id === undefined ? [] : [{ path: 'id', value: id, at }])] });
        }
      }
      text = '';
    }
  });
  return trees;
}
