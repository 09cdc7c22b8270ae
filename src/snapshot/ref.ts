/** Kind, namespace and name of an object that the snapshot holds. */
import type { Ref } from './snapshot.ts';

/** What `related` and look-ups want instead of the whole object. */
export const refOf = (object: {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
}): Ref => ({
  kind: object.kind,
  ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
  name: object.metadata.name,
});
