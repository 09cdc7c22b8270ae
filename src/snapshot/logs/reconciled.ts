/** The object that a line of a controller is about: controllers write its kind, name and namespace beside the message. */

/** controller-runtime's `controllerKind` since 0.11, `reconciler kind` before; Argo CD and Flux have names of their own. */
const KIND =
  /"(?:controllerKind|reconciler kind|reconcilerKind|resourceKind|kind)": ?"([A-Z][A-Za-z0-9]{1,62})(?:\.[\w.-]{1,200})?"/;
const NAME = /"name": ?"([a-z0-9][a-z0-9.-]{0,252})"/;
const NAMESPACE = /"namespace": ?"([a-z0-9][a-z0-9-]{0,62})"/;

export interface Reconciled {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** Empty when the line does not name an object with its kind. */
export function reconciledIn(line: string): Reconciled {
  const kind = KIND.exec(line)?.[1];
  const name = NAME.exec(line)?.[1];
  if (kind === undefined || name === undefined) return {};
  const namespace = NAMESPACE.exec(line)?.[1];
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
