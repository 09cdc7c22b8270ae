/** Which file systems of a machine fill up, from `df`. */
import type { Filesystem } from '../../parsers/records.ts';

/** Images mounted read-only are always full; the others are views of memory or of the kernel. */
const ALWAYS_FULL = new Set([
  'squashfs',
  'iso9660',
  'cramfs',
  'erofs',
  'devtmpfs',
  'efivarfs',
  'nsfs',
  'fuse.snapfuse',
]);
/** A bind mount or overlay of one container repeats the file system below it. */
const REPEATED =
  /^\/(?:var\/lib\/(?:kubelet\/pods|containerd\/io|docker\/(?:overlay2|containers))|run\/containerd)\/|^\/snap\/|^\/boot\/|^\/(?:proc|sys|dev)(?:\/|$)/;

/** A file system and what of it is used up. */
export interface Full {
  readonly filesystem: Filesystem;
  readonly bytesPercent?: number;
  readonly inodesPercent?: number;
}

/** File systems used at least so far, in percent; one entry per device and machine, the fullest first. */
export function fullFilesystems(
  filesystems: readonly Filesystem[],
  limit: { readonly bytes: number; readonly inodes: number },
): readonly Full[] {
  const seen = new Set<string>();
  const out: Full[] = [];
  for (const filesystem of filesystems) {
    const { device, type, mount, sizeBytes, inodes, node } = filesystem;
    if (filesystem.pod !== undefined) continue;
    if (ALWAYS_FULL.has(type ?? '') || device.startsWith('/dev/loop') || REPEATED.test(mount)) continue;
    // It is used by updates of the kernel alone: nobody misses what it has left, until that is nothing.
    if (mount === '/boot' && filesystem.usedPercent !== 100) continue;
    if (type === 'overlay' || device === 'overlay') continue;
    const bytesPercent = sizeBytes === 0 ? undefined : filesystem.usedPercent;
    const inodesPercent = inodes === 0 ? undefined : filesystem.inodesUsedPercent;
    const byBytes = bytesPercent !== undefined && bytesPercent >= limit.bytes;
    const byInodes = inodesPercent !== undefined && inodesPercent >= limit.inodes;
    if (!byBytes && !byInodes) continue;
    const key = `${node ?? ''}\u0000${device}\u0000${device.startsWith('/') ? '' : mount}\u0000${byBytes ? 'b' : 'i'}`;
    if (seen.has(key)) continue;
    seen.add(key);
    out.push({
      filesystem,
      ...(byBytes ? { bytesPercent } : {}),
      ...(byInodes ? { inodesPercent } : {}),
    });
  }
  return out.sort(
    (a, b) => Math.max(b.bytesPercent ?? 0, b.inodesPercent ?? 0) - Math.max(a.bytesPercent ?? 0, a.inodesPercent ?? 0),
  );
}

/** `/dev/sda1 on / at 97 %`. */
export function describeFilesystem({ filesystem, bytesPercent, inodesPercent }: Full): string {
  const parts = [
    ...(bytesPercent === undefined ? [] : [`${bytesPercent} % full`]),
    ...(inodesPercent === undefined ? [] : [`${inodesPercent} % of its inodes used`]),
  ];
  return `${filesystem.device} on ${filesystem.mount} is ${parts.join(' and ')}`;
}
