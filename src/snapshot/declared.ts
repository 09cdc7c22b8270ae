/** Manifests in a bundle say what was wanted; only what the API server has written about exists. */
import type { AnyObject } from './kinds/index.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * True when all that is known of an object is a manifest: the API server sets uid and creationTimestamp on everything
 * it stores, kubectl describe and get show things that exist, and people write neither field.
 */
export function isDeclaredOnly(snapshot: Snapshot, object: AnyObject): boolean {
  const { uid, creationTimestamp } = object.metadata;
  if (uid !== undefined || creationTimestamp !== undefined) return false;
  if ((object as { status?: unknown }).status !== undefined) return false;
  const sources = snapshot.sourcesOf(object);
  return sources.length > 0 && sources.every((source) => source.detail === 'full');
}

/** True when the object is wanted by a manifest and a complete listing of its kind shows that it does not exist. */
export function isAbsent(snapshot: Snapshot, object: AnyObject): boolean {
  return (
    isDeclaredOnly(snapshot, object) &&
    snapshot.collected.listings.some(
      (listing) =>
        listing.complete &&
        listing.kind === object.kind &&
        (listing.namespace === undefined || listing.namespace === object.metadata.namespace) &&
        !snapshot.sourcesOf(object).some((source) => source.file === listing.file),
    )
  );
}
