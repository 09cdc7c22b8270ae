/** The manifests of our own bundles, as they are met: whose a file is, in which order files came, how old a bundle is. */
import type { Classified } from '../layouts/layout.ts';
import { commandOf, originOf, type Manifest } from '../layouts/manifest.ts';
import { spellDuration } from '../lib/duration.ts';
import type { Emit } from '../parsers/parser.ts';

/** ms between the beginnings of two bundles of one collection: a cluster's and its nodes' (our judgement). */
const SAME_MOMENT_MS = 3_600_000;

/** Each manifest under the folder it stands in, which ends in a slash or is empty. */
export type Manifests = ReadonlyMap<string, Manifest>;

/** When the bundle was collected, milliseconds since 1970. */
function timeOf({ header }: Manifest): number | undefined {
  const at = Date.parse(header.collectedAt ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** What a manifest says by itself: when it was, what is missing, how long commands took. `lines` are its own. */
export function tellOf(root: string, manifest: Manifest, lines: readonly string[], emit: Omit<Emit, 'text'>): void {
  const file = `${root}manifest.jsonl`;
  for (const cut of manifest.unread) emit.unread({ file, firstLine: 1 }, cut.reason, cut.line);
  for (const loss of manifest.lost) emit.unread({ file: loss.lost, firstLine: 1 }, loss.reason, loss.line);
  const at = timeOf(manifest);
  if (at !== undefined) emit.clock(at, { file, line: 1, text: `collectedAt: ${manifest.header.collectedAt}` });
  for (const [name, { argv, seconds, node, truncated, line }] of manifest.entries) {
    if (argv !== undefined && seconds !== undefined)
      emit.fact('commandTimings', {
        source: { file, line, text: lines[line - 1] ?? '' },
        command: commandOf(argv)?.text ?? argv.join(' '),
        seconds,
        ...(node === undefined ? {} : { node }),
      });
    if (truncated !== undefined)
      emit.unread({ file: `${root}${name}`, firstLine: 1 }, `cut by the collector: ${truncated}`);
  }
}

/** What a manifest says of a file; undefined for one that stands below none. */
export function ownerOf(manifests: Manifests, path: string): Classified | undefined {
  for (const [root, { header, entries }] of manifests) {
    if (!path.startsWith(root)) continue;
    const entry = entries.get(path.slice(root.length));
    if (entry !== undefined)
      return { origin: originOf(entry, header), ...(entry.kind === undefined ? {} : { kind: entry.kind }) };
    return header.node === undefined ? {} : { origin: { node: header.node } };
  }
  return undefined;
}

/** Where a file stands among those that manifests list: one after the other as they were collected; others behind. */
export function placesOf(manifests: Manifests): ((file: string) => number) | undefined {
  if (manifests.size === 0) return undefined;
  const places = new Map<string, number>();
  for (const [root, { entries }] of manifests)
    for (const name of entries.keys()) places.set(`${root}${name}`, places.size);
  const last = places.size;
  // A text inside of a document is named by the file and the place in it.
  return (file) => places.get(file) ?? places.get(file.slice(0, Math.max(0, file.indexOf('#')))) ?? last;
}

/** Bundles of one run are judged as one moment, the latest; which of them is older than that is told. */
export function tellOfOlder(manifests: Manifests, unread: Emit['unread']): void {
  const times = [...manifests].flatMap(([root, manifest]) => {
    const at = timeOf(manifest);
    return at === undefined ? [] : [{ file: `${root}manifest.jsonl`, at }];
  });
  const latest = Math.max(...times.map(({ at }) => at));
  for (const { file, at } of times)
    if (latest - at > SAME_MOMENT_MS)
      unread(
        { file, firstLine: 1 },
        `collected ${spellDuration((latest - at) / 1000)} before another bundle of this run; both are judged as of one moment, the later`,
      );
}
