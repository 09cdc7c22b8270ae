/** Where the files of a normalised bundle lie (docs/bundle-format.md). */

const LONGEST_SLUG = 60;

/** Names that are still free: two files of one name get `~2`, `~3` before the ending. */
export function createNames(): (wanted: string) => string {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return (wanted) => {
    const slash = wanted.lastIndexOf('/') + 1;
    const dot = wanted.lastIndexOf('.');
    const at = dot > slash ? dot : wanted.length;
    let free = wanted;
    for (let n = next.get(wanted) ?? 2; taken.has(free); n++) {
      free = `${wanted.slice(0, at)}~${n}${wanted.slice(at)}`;
      next.set(wanted, n + 1);
    }
    taken.add(free);
    return free;
  };
}

/** A command as a part of a file's name: `get-pods-n-shop`. */
export function slugOf(text: string): string {
  const slug = text
    .slice(0, 4 * LONGEST_SLUG)
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .slice(0, LONGEST_SLUG);
  return slug.replaceAll(/^[-.]+|[-.]+$/g, '');
}

/** One segment of a path out of a name that may hold anything. */
export const segment = (name: string): string => {
  const safe = name.replaceAll(/[/\0]/g, '_');
  return safe === '' || safe === '.' || safe === '..' ? '_' : safe;
};
