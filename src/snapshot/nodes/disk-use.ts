/** What fills a file system: the folders that `du` measured, against the sizes that `df` tells. */
import type { DiskUse, Filesystem } from '../../parsers/records.ts';
import { byMachine } from './node-health.ts';
import type { Snapshot } from '../snapshot.ts';

/** Folders from this share of the file system on are worth a word (catalogue). */
const SHARE = 0.2;
/** What the folders below explain to this degree is told by them. */
const BY_CHILDREN = 0.8;
/** du rounds up to blocks; more than this above what is in use lies on other file systems below. */
const TOLERANCE = 1.05;

const isBelow = (path: string, folder: string): boolean =>
  folder === '/' ? path.startsWith('/') && path !== '/' : path.startsWith(`${folder}/`);

/** Of a tree of folders those that tell most: the deepest that hold most of what their parents hold. */
function telling(rows: readonly DiskUse[]): readonly DiskUse[] {
  let kept: readonly DiskUse[] = [];
  for (const row of rows.toSorted((a, b) => b.path.length - a.path.length)) {
    const below = kept.filter((one) => isBelow(one.path, row.path));
    if (below.reduce((sum, one) => sum + one.bytes, 0) >= BY_CHILDREN * row.bytes) continue;
    kept = [...kept.filter((one) => !below.includes(one)), row];
  }
  return kept.toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}

/** The folders that hold a large part of a file system, the largest first. */
export function consumersOf(
  snapshot: Snapshot,
  machine: string,
  filesystem: Filesystem,
): readonly (DiskUse & { readonly share: number })[] {
  const { sizeBytes, usedBytes } = filesystem;
  if (sizeBytes === undefined || sizeBytes === 0) return [];
  const mounts =
    byMachine(
      snapshot,
      snapshot.facts('filesystems').filter(({ pod }) => pod === undefined),
    ).get(machine) ?? [];
  const deviceOf = (path: string): string | undefined =>
    mounts
      .filter((one) => one.mount === path || isBelow(path, one.mount))
      .toSorted((a, b) => b.mount.length - a.mount.length)[0]?.device;
  const largest = new Map<string, DiskUse>();
  for (const row of byMachine(snapshot, snapshot.facts('diskUse')).get(machine) ?? []) {
    if (row.bytes < SHARE * sizeBytes || row.bytes > TOLERANCE * (usedBytes ?? sizeBytes)) continue;
    // The mount itself says nothing that df has not said.
    if (mounts.some((one) => one.mount === row.path) || deviceOf(row.path) !== filesystem.device) continue;
    largest.set(row.path, row);
  }
  return telling([...largest.values()]).map((row) => ({ ...row, share: row.bytes / sizeBytes }));
}
