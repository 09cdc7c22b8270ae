import { isCredentialKey, isCredentialName } from './names.ts';
import { MASK, redactText } from './redact.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names under which Kubernetes keeps words about credentials, and no credential. */
const WORDS = /^(?:secret|secretName|secretRef|kind|reason|message|automountServiceAccountToken|serviceAccountToken)$/;
/** kubectl's copy of all that was applied, as a text within the text. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** `$(OTHER)` is a reference, no value. */
const REFERENCE = /^\$\([A-Za-z0-9_.-]{1,200}\)$/;

/**
 * A Kubernetes object with its credentials masked: what looks like one in any text, the value of an environment
 * variable or of a ConfigMap's key whose name says that it is one, and such arguments (`--password`, `x`).
 */
export function redactObject(object: unknown): unknown {
  if (typeof object === 'string') return redactText(object);
  if (Array.isArray(object))
    return object.map((entry: unknown, i) => {
      if (typeof entry !== 'string') return redactObject(entry);
      const before: unknown = object[i - 1];
      const flagged = typeof before === 'string' && /^--?[A-Za-z][^=]*$/.test(before) && isCredentialName(before);
      if (flagged && !entry.startsWith('-')) return MASK;
      const ofMysql = /^-p./.test(entry) && object.some((one) => typeof one === 'string' && /mysql|mariadb/.test(one));
      return ofMysql ? `-p${MASK}` : redactText(entry);
    });
  if (!isFields(object)) return object;
  const inConfigMap = object['kind'] === 'ConfigMap';
  const named = typeof object['name'] === 'string' && isCredentialKey(object['name']);
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      if (typeof value === 'string' && value !== '') {
        if (key === LAST_APPLIED) return [key, MASK];
        if (key === 'value' && named && !REFERENCE.test(value)) return [key, MASK];
        if (isCredentialName(key) && !WORDS.test(key) && !/^(?:true|false)$/.test(value)) return [key, MASK];
      }
      if (inConfigMap && key === 'data' && isFields(value)) return [key, redactConfig(value)];
      return [key, redactObject(value)];
    }),
  );
}

const redactConfig = (data: Fields): Fields =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      typeof value === 'string' && value !== '' && isCredentialKey(key) ? MASK : redactObject(value),
    ]),
  );
