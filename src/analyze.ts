/** The whole pipeline in one function, and the public API. */
import { openBundle, type OpenOptions } from './bundle/open.ts';
import { builtInChecks, checksOf } from './checks/all.ts';
import { examine } from './checks/engine.ts';
import { assemble } from './diagnosis/assemble.ts';
import { excerptsOf } from './diagnosis/excerpts.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { links } from './diagnosis/links/registry.ts';
import { refutations } from './diagnosis/refutations.ts';
import { layouts } from './layouts/registry.ts';
import { readBundle } from './read/read.ts';
import { redact } from './redact/redact.ts';
import type { Result } from './result.ts';
import { signatures as builtIn } from './signatures/registry.ts';
import { compileSignatures, type Signature } from './signatures/signature.ts';
import { createSnapshot, type Snapshot } from './snapshot/snapshot.ts';

export interface AnalyzeOptions extends OpenOptions {
  readonly version: string;
  /** Further signatures, from `--rules`. */
  readonly rules?: readonly Signature[];
  readonly progress?: (path: string, files: number, bytes: number) => void;
}

/** Reads one bundle (several paths are one snapshot) and says what is wrong. Throws a UserError when nothing can be read. */
export async function analyze(
  paths: readonly string[],
  options: AnalyzeOptions,
): Promise<{ result: Result; snapshot: Snapshot }> {
  const rules = options.rules ?? [];
  const bundle = await openBundle(paths, options);
  const read = await readBundle(bundle, {
    signatures: compileSignatures([...builtIn, ...rules]),
    ...(options.progress ? { progress: options.progress } : {}),
  });
  const snapshot = createSnapshot(read.collected);
  const examined = examine([...builtInChecks, ...checksOf(rules)], snapshot);
  const diagnosis = diagnose(examined.found, snapshot, links, refutations);
  const info = {
    name: bundle.name,
    layouts: read.layouts,
    gaps: layouts.filter(({ id }) => read.layouts.includes(id)).flatMap(({ gaps }) => gaps ?? []),
    files: read.files,
    bytes: read.bytes,
    refused: bundle.refused,
  };
  const result = assemble(examined, diagnosis, snapshot, info, options.version);
  const excerpts = excerptsOf(result, read.texts, read.collected.logs);
  return { result: redact({ ...result, excerpts }), snapshot };
}
