/** The new bundle while it is made: what goes along and under which name, and what does not. */
import { basename } from 'node:path/posix';
import type { Manifest, ManifestEntry, ManifestLoss } from '../layouts/manifest.ts';
import type { Origin } from '../parsers/records.ts';
import { redactObject } from '../redact/object.ts';
import { redactText } from '../redact/redact.ts';
import { createTextRedactor } from '../redact/stream.ts';
import type { Description } from './entry.ts';
import { segment, slugOf } from './names.ts';
import * as lists from './object-lists.ts';
import type { Spool, Stretch } from './spool.ts';

/** Where a file stands in a bundle of our own layout. */
export type Own = NonNullable<lists.Divided['own']> & { readonly order: readonly [number, number] };

/** A text on its way into the new bundle. */
export interface Kept {
  /** Bundle and line of the manifest it came from; foreign ones last, as they were read. */
  readonly order: readonly [number, number];
  readonly wanted: string;
  readonly at: Stretch;
  /** Undefined: a note to people, which no manifest lists. */
  readonly entry: Description | undefined;
}

/** A file without bytes: its entry says that there was nothing, or how its command ended. */
interface Silent {
  readonly wanted: string;
  readonly entry: Description;
}

/** The path below the machine's own folder: of a copy of /proc every folder says what a file is. */
function below(node: string, { file, command }: Origin): string {
  const parts = file.split('/');
  const at = parts.lastIndexOf(node, -2);
  if (at >= 0) return parts.slice(at + 1).join('/');
  return command === undefined ? file : basename(file);
}

/** A log's name says that it is no text for people; so do the names of its parts. */
const LOG = /\.logs?$/i;
/** Behind all that a manifest of ours lists. */
const FOREIGN = Number.MAX_SAFE_INTEGER;

/** The place of a text: its file, or the line where it begins. */
export const placeOf = ({ file, firstLine }: Origin, depth: number): string =>
  depth === 0 ? file : `${file}:${firstLine}`;

/** `texts` and `objects` take the bytes; with `redact` credentials are masked on their way there. */
export function createDraft(texts: Spool, objects: Spool, redact: boolean) {
  const mask = redact ? redactText : (text: string) => text;
  /** Our own manifests, by the folders they stand in. */
  const roots: { readonly root: string; readonly manifest: Manifest }[] = [];
  const kept: Kept[] = [];
  /** Files of our own manifests that were seen in the bundle. */
  const seen = new Set<ManifestEntry>();
  let parts = 0;

  const ownOf = (path: string): Own | undefined => {
    for (const [i, { root, manifest }] of roots.entries()) {
      if (!path.startsWith(root)) continue;
      const file = path.slice(root.length);
      const entry = manifest.entries.get(file);
      if (entry === undefined) return { file, order: [i, FOREIGN] };
      seen.add(entry);
      return { file, entry, order: [i, entry.line] };
    }
    return undefined;
  };
  /** Takes bytes; `end` says where they are. One text at a time is written. */
  const writer = () => {
    const offset = texts.size();
    const redactor = redact ? createTextRedactor() : undefined;
    return {
      push: (bytes: Uint8Array): void => texts.append(redactor?.push(bytes) ?? bytes),
      end(): Stretch {
        if (redactor !== undefined) texts.append(redactor.end());
        return { offset, length: texts.size() - offset };
      },
    };
  };

  /** Where a text lies that no manifest of ours named. Names that say something to a parser are kept. */
  const placeFor = (entry: Description, origin: Origin, own: Own | undefined, depth: number): string => {
    if (own !== undefined && depth === 0) return own.file;
    const part = depth === 0 ? undefined : String(++parts).padStart(4, '0');
    if (entry.kind === 'kubectl-logs' && entry.pod !== undefined) {
      const name = `${segment(entry.container ?? '_')}${entry.previous === true ? '.previous' : ''}.log`;
      return `cluster/logs/${segment(entry.namespace ?? '_')}/${segment(entry.pod)}/${name}`;
    }
    const command = origin.command === undefined ? '' : slugOf(mask(origin.command.text));
    const base =
      part === undefined
        ? basename(origin.file)
        : `${[part, command].filter(Boolean).join('-')}${LOG.test(origin.file) ? '.log' : '.txt'}`;
    if (own !== undefined) return `${own.file}~${base}`;
    if (entry.node !== undefined)
      return `nodes/${segment(entry.node)}/${part === undefined ? below(entry.node, origin) : base}`;
    if (origin.command?.tool === 'kubectl') return `cluster/kubectl/${base}`;
    return depth === 0 ? `found/${origin.file}` : `found/${origin.file}/${base}`;
  };

  return {
    redact,
    texts,
    store: lists.createObjectLists(objects, redact ? redactObject : (object) => object),
    roots,
    kept: kept as readonly Kept[],
    silent: [] as Silent[],
    divided: [] as lists.Divided[],
    /** Divided texts whose command stands with what they gave. */
    told: new Set<lists.Divided>(),
    losses: [] as ManifestLoss[],
    seen,
    /** How long the command of a text in a transcript took. */
    timings: new WeakMap<Origin, number>(),
    ownOf,
    writer,
    placeFor,
    /** A text that goes along; without `entry` it is a note to people, which no manifest lists. */
    keep(entry: Description | undefined, own: Own | undefined, wanted: string, at: Stretch): void {
      kept.push({ order: own?.order ?? [FOREIGN, kept.length], wanted, at, entry });
    },
  };
}
export type Draft = ReturnType<typeof createDraft>;
