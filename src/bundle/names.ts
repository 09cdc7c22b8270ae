/** Names of archive entries come from strangers: which are taken, and how the others are shown. */

// Control characters (C0, DEL, C1) and the marks that turn the direction of text: they forge what a reader sees.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The name with everything invisible spelled out, bounded, for the list of what was refused. */
export function showName(raw: string): string {
  const shown = raw
    .slice(0, 300)
    .replace(HIDDEN, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
  return raw.length > 300 ? `${shown}…` : shown;
}

/**
 * The normalised path of an entry (`./a//b` is `a/b`; `''` is the root itself), or why it is refused. Nothing is ever
 * written to disk; the refusal keeps forged paths out of the evidence.
 */
export function cleanName(raw: string, maxLength: number): { readonly path: string } | { readonly reason: string } {
  if (raw.length > maxLength) return { reason: `name longer than ${maxLength} characters (limit: pathLength)` };
  if (raw.search(HIDDEN) !== -1) return { reason: 'name with control characters' };
  if (raw.startsWith('/') || raw.startsWith('\\') || /^[A-Za-z]:[\\/]/.test(raw)) return { reason: 'absolute name' };
  const parts = raw.split('/').filter((part) => part !== '' && part !== '.');
  if (raw.split(/[\\/]/).includes('..')) return { reason: 'name that leaves the bundle (..)' };
  return { path: parts.join('/') };
}

const ARCHIVE_SUFFIX = /\.(?:tar\.gz|tgz|tar\.xz|txz|tar\.zst|tzst|tar|zip|gz|xz|zst)$/i;

/** `node-1.tar.gz` is `node-1`. */
export function withoutArchiveSuffix(name: string): string {
  const short = name.replace(ARCHIVE_SUFFIX, '');
  return short === '' ? name : short;
}
