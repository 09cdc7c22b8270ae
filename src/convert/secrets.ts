/** Objects without what must not leave a cluster: the values of Secrets, wherever a Secret stands in them. */
import { fieldsOf, objectOf, type Fields } from '../lib/untyped.ts';
import { KINDS } from '../snapshot/kinds/index.ts';

/** kubectl apply writes the whole object into it, values of Secrets included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The same value; every Secret in it keeps what the snapshot keeps of Secrets (names of keys, addresses) and the
 * annotations of Kubernetes itself. Nothing has managedFields and the last applied configuration: nobody reads them.
 */
export function withoutSecretValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretValues);
  const object = objectOf(value);
  if (object === undefined) return value;
  if (object['kind'] === 'Secret') return bareSecret(object);
  const out: [string, unknown][] = [];
  for (const [key, field] of Object.entries(object))
    if (key !== 'managedFields' && key !== LAST_APPLIED) out.push([key, withoutSecretValues(field)]);
  return Object.fromEntries(out);
}

function bareSecret(secret: Fields): Fields {
  const kept = KINDS.secrets.shape(secret);
  const { managedFields: _managed, annotations, ...metadata } = fieldsOf(secret['metadata']);
  const own = Object.entries(fieldsOf(annotations)).filter(
    ([key]) => key.includes('kubernetes.io/') && key !== LAST_APPLIED,
  );
  const values = (keys: Fields | undefined, write: (text: string) => string): Fields =>
    Object.fromEntries(
      Object.entries(keys ?? {}).map(([key, text]) => [key, typeof text === 'string' ? write(text) : '']),
    );
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return {
    ...(secret['apiVersion'] === undefined ? {} : { apiVersion: secret['apiVersion'] }),
    kind: 'Secret',
    metadata: { ...metadata, ...(own.length === 0 ? {} : { annotations: Object.fromEntries(own) }) },
    ...(secret['type'] === undefined ? {} : { type: secret['type'] }),
    ...(kept?.data === undefined ? {} : { data: values(kept.data, base64) }),
    ...(kept?.stringData === undefined ? {} : { stringData: values(kept.stringData, (text) => text) }),
  };
}
