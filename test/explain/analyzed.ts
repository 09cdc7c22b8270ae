/** A snapshot and its result, as the commands get them from src/analyze.ts. */
import { builtInChecks } from '../../src/checks/all.ts';
import { examine } from '../../src/checks/engine.ts';
import { assemble } from '../../src/diagnosis/assemble.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { links } from '../../src/diagnosis/links/registry.ts';
import { refutations } from '../../src/diagnosis/refutations.ts';
import type { Result } from '../../src/result.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { snapshotOf } from '../build.ts';

export async function analyzed(
  parts: Parameters<typeof snapshotOf>[0],
): Promise<{ readonly result: Result; readonly snapshot: Snapshot }> {
  const snapshot = await snapshotOf(parts);
  const examined = examine(builtInChecks, snapshot);
  const diagnosis = diagnose(examined.found, snapshot, links, refutations);
  const bundle = { name: 'bundle', layouts: [], files: 1, bytes: 1, refused: [] };
  return { result: assemble(examined, diagnosis, snapshot, bundle, 'test'), snapshot };
}
