import type { ManifestEntry } from '../layouts/manifest.ts';
import { defined } from '../lib/defined.ts';
import type { Origin } from '../parsers/records.ts';
import { argvOf } from './argv.ts';

/** What the manifest says of a file besides its name and size. */
export type Description = Omit<ManifestEntry, 'file' | 'bytes'>;

/** What is known of a text: what its own manifest said, and what the origin knows. */
export function describe(origin: Origin, own: Partial<ManifestEntry> | undefined, extra: Description): Description {
  const { command } = origin;
  return {
    ...defined({
      argv: own?.argv ?? (command === undefined ? undefined : [...argvOf(command)]),
      exit: own?.exit ?? origin.exitCode,
      seconds: own?.seconds,
      truncated: own?.truncated,
      complete: own?.complete,
      stderr: own?.stderr,
      node: origin.node,
      namespace: origin.namespace,
      pod: origin.pod,
      container: origin.container,
      previous: origin.previous,
      program: origin.program,
      kind: own?.kind,
      sources: own?.sources,
    }),
    ...defined(extra),
  };
}

/** The entry with its keys in one order, so that equal entries are equal bytes. */
export function inOrder(entry: ManifestEntry): ManifestEntry {
  return defined({
    file: entry.file,
    argv: entry.argv,
    exit: entry.exit,
    seconds: entry.seconds,
    bytes: entry.bytes,
    truncated: entry.truncated,
    complete: entry.complete,
    stderr: entry.stderr,
    node: entry.node,
    namespace: entry.namespace,
    pod: entry.pod,
    container: entry.container,
    previous: entry.previous,
    program: entry.program,
    kind: entry.kind,
    sources: entry.sources,
  });
}
