/** Kind, namespace and name of an object that the snapshot holds. */
import type { Pod } from './kinds/index.ts';

/** Kind, namespace and name: enough to find an object, or to speak of one that is not in the bundle. */
export interface Ref {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What names an object; without a namespace where it has none or nobody tells. */
export const refTo = (kind: string, namespace: string | undefined, name: string): Ref =>
  namespace === undefined ? { kind, name } : { kind, namespace, name };

/** What `related` and look-ups want instead of the whole object. */
export const refOf = (object: {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
}): Ref => refTo(object.kind, object.metadata.namespace, object.metadata.name);

/** The node, when all these pods run on one: what befalls it befalls all of them. */
export function soleNodeOf(pods: readonly Pod[]): readonly Ref[] {
  const [node, ...others] = new Set(pods.map((pod) => pod.spec?.nodeName ?? ''));
  return node === undefined || node === '' || others.length > 0 ? [] : [{ kind: 'Node', name: node }];
}
