/** What a file is by its first bytes; names lie (a `.tgz` that is a web page, a `.log` that is gzip). */

/** Bytes needed to tell: one tar header. */
export const SNIFF_BYTES = 512;

/** Containers that are opened, and those that are known and not opened. */
export type Container = Compression | 'tar' | 'zip' | Unsupported;
/** One stream, packed; a tar may be in it. */
export type Compression = 'gzip' | 'xz' | 'zstd';
export type Unsupported = keyof typeof UNSUPPORTED;

/** Format to what the user can do. A format moves out of this table when a reader for it is added. */
export const UNSUPPORTED = {
  bzip2: 'bzip2-compressed, which is not read: unpack it (tar -xjf, bzip2 -d) and give the result',
  '7z': 'a 7z archive, which is not read: unpack it (7z x) and give the folder',
  rar: 'a rar archive, which is not read: unpack it and give the folder',
} as const;

const MAGIC: readonly (readonly [Container, readonly number[]])[] = [
  // The third byte of gzip is the method; 8 (deflate) is the only one there is.
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['rar', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
];

/** The container that starts with these bytes, or undefined for a plain file. */
export function sniff(head: Buffer): Container | undefined {
  for (const [container, magic] of MAGIC) {
    if (magic.every((byte, i) => head[i] === byte)) return container;
  }
  // "BZh" and a digit alone could be text: the block magic (pi) must follow.
  if (/^BZh[1-9]1AY&SY/.test(head.toString('latin1', 0, 10))) return 'bzip2';
  return isTar(head) ? 'tar' : undefined;
}

/** `ustar` at 257 (POSIX, GNU), or the header checksum of the old format that has no magic. */
function isTar(head: Buffer): boolean {
  if (head.length < 512) return false;
  if (head.toString('latin1', 257, 262) === 'ustar') return true;
  const field = /^ *([0-7]{1,7})[ \0]/.exec(head.toString('latin1', 148, 156));
  if (field?.[1] === undefined || head[0] === 0) return false;
  // The sum of all bytes with the checksum field itself taken as eight spaces.
  let sum = 8 * 0x20;
  for (let i = 0; i < 512; i++) if (i < 148 || i >= 156) sum += head[i] ?? 0;
  return sum === Number.parseInt(field[1], 8);
}
