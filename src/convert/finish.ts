/** From what was written down to the files of the new bundle and its manifest. */
import type { ManifestEntry, ManifestLoss } from '../layouts/manifest.ts';
import { defined } from '../lib/defined.ts';
import { redactText } from '../redact/redact.ts';
import type { Draft } from './draft.ts';
import { describe, inOrder, type Description } from './entry.ts';
import { headerOf } from './header.ts';
import { createNames } from './names.ts';
import * as lists from './object-lists.ts';
import type { Stretch } from './spool.ts';

/** Losses named one by one. */
const LOSS_LIMIT = 1000;
/** Sources named of one list. */
const SOURCE_LIMIT = 20;

export interface Written {
  readonly path: string;
  readonly at: Stretch;
}
export interface Contents {
  readonly manifest: string;
  readonly files: readonly Written[];
  /** Which of the files are lists of objects that exist. */
  readonly lists: readonly { readonly kind: string; readonly at: Stretch }[];
  readonly losses: number;
}

/** Everything that goes into the archive. `clock`: milliseconds since 1970. */
export async function contentsOf(
  draft: Draft,
  clock: number | undefined,
  layouts: readonly string[],
  refused: readonly ManifestLoss[],
): Promise<Contents> {
  const { redact, roots } = draft;
  const nameFor = createNames();
  nameFor('manifest.jsonl');
  const entries: ManifestEntry[] = [];
  const files: Written[] = [];
  const add = (file: string, at: Stretch | undefined, bytes: number, entry: Description | undefined): void => {
    // An empty file says no more than its entry.
    if (at !== undefined && at.length > 0) files.push({ path: file, at });
    if (entry !== undefined) entries.push(inOrder({ ...entry, file, bytes }));
  };
  // Texts name their files first: what they are called may tell whose they are.
  const texts = draft.kept
    .toSorted((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1])
    .map((one) => ({ ...one, file: nameFor(one.wanted) }));
  const written = await listsOf(draft);
  for (const { wanted, at, entry } of written) add(nameFor(wanted), at, at.length, entry);
  for (const { file, at, entry } of texts) add(file, at, at.length, entry);
  for (const { wanted, bytes, entry } of [...untold(draft), ...unseen(draft)])
    add(nameFor(wanted), undefined, bytes, entry);
  for (const { wanted, entry } of draft.silent) add(nameFor(wanted), undefined, 0, entry);
  const headers = roots.map(({ manifest }) => manifest.header);
  const lost = [...draft.losses, ...refused];
  const lines = [
    headerOf(headers, clock, layouts, redact),
    ...(redact ? entries.map(masked) : entries),
    ...lost.slice(0, LOSS_LIMIT).map((loss) => defined({ lost: loss.lost, line: loss.line, reason: loss.reason })),
    ...(lost.length > LOSS_LIMIT
      ? [{ lost: '', reason: `${lost.length - LOSS_LIMIT} more were not understood or refused` }]
      : []),
  ];
  return {
    manifest: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    files,
    lists: written.filter(({ scope }) => scope !== 'declared'),
    losses: lost.length,
  };
}

/** The objects, written as lists. */
async function listsOf({ store, divided, told, texts }: Draft) {
  const out: { wanted: string; kind: string; scope: lists.ObjectList['scope']; at: Stretch; entry: Description }[] = [];
  for (const list of store.lists(divided)) {
    if (!lists.saysSomething(list)) continue;
    const only = lists.onlyText(list);
    const own = only?.own;
    const named = only?.origin.command === undefined ? undefined : only;
    if (named !== undefined) told.add(named);
    const command =
      named === undefined
        ? { argv: lists.argvOfList(list) }
        : describe(named.origin, named.own?.entry, defined({ seconds: named.seconds }));
    const sources = own === undefined || own.entry?.sources !== undefined ? sourcesOf(list) : undefined;
    out.push({
      wanted: own?.file ?? lists.fileOf(list),
      kind: list.kind,
      scope: list.scope,
      at: await store.write(list, texts),
      entry: { ...command, ...lists.completeness(list), ...defined({ sources }) },
    });
  }
  return out;
}

/** A line of the manifest without a file of its own. */
interface Line {
  readonly wanted: string;
  readonly bytes: number;
  readonly entry: Description;
}

/** Commands whose objects went into lists of several: how they ended and how long they took. */
function* untold({ divided, told, placeFor }: Draft): Iterable<Line> {
  for (const text of divided) {
    if (told.has(text)) continue;
    const entry = text.own?.entry;
    if (entry === undefined && (text.seconds === undefined || text.origin.command === undefined)) continue;
    const sources = text.own === undefined ? [...text.sources] : undefined;
    // Its output was read, so what it said beside it is no answer in place of one.
    const { stderr: _stderr, ...rest } = describe(text.origin, entry, defined({ seconds: text.seconds, sources }));
    yield { wanted: entry?.file ?? placeFor(rest, text.origin, undefined, 1), bytes: text.bytes, entry: rest };
  }
}

/** What manifests of ours list and the bundle did not hold. */
function* unseen({ roots, seen }: Draft): Iterable<Line> {
  for (const { manifest } of roots)
    for (const entry of manifest.entries.values()) {
      if (seen.has(entry)) continue;
      const { line: _line, file, bytes, ...described } = entry;
      const node = entry.node ?? manifest.header.node;
      yield { wanted: file, bytes, entry: { ...described, ...defined({ node }) } };
    }
}

const masked = ({ argv, stderr, ...entry }: ManifestEntry): ManifestEntry =>
  inOrder({
    ...entry,
    ...defined({ argv: argv?.map(redactText), stderr: stderr === undefined ? undefined : redactText(stderr) }),
  });

function sourcesOf(list: lists.ObjectList): string[] {
  const each = [...list.texts].map((text) => text.sources);
  if (each.length === 1) return [...(each[0] ?? [])];
  const all = [...new Set(each.flat())].sort();
  return all.length <= SOURCE_LIMIT ? all : [...all.slice(0, SOURCE_LIMIT), `and ${all.length - SOURCE_LIMIT} more`];
}
