import type { AnyObject } from './kinds/index.ts';
import type { Snapshot } from './snapshot.ts';

/** Only rows of `kubectl get` show the object: what it has beyond their columns (a selector, a target port) is not known. */
export const isRow = (snapshot: Snapshot, object: AnyObject): boolean =>
  snapshot.sourcesOf(object).every((source) => source.detail === 'row');
