/** Of which namespace a list is that holds nothing. */
import type { Listing } from '../parsers/records.ts';

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * Dumps that keep a folder for each namespace (`kubectl cluster-info dump`: `default/pods.json`) have lists that hold
 * nothing and do not say where they looked. The folder says it, where the objects of another list beside it, or in the
 * folder next to it, show that folders are named for their namespaces.
 */
export function placeEmptyLists(listings: readonly Listing[]): readonly Listing[] {
  const parents = new Set<string>();
  for (const { namespace, file } of listings) {
    const folder = folderOf(file);
    if (namespace !== undefined && namespace === nameOf(folder)) parents.add(folderOf(folder));
  }
  return parents.size === 0
    ? listings
    : listings.map((listing) => {
        const folder = folderOf(listing.file);
        return listing.unplaced === true && folder !== '' && parents.has(folderOf(folder))
          ? { ...listing, namespace: nameOf(folder), complete: true }
          : listing;
      });
}
