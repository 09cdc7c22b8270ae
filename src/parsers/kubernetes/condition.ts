/** One condition of a custom resource, whatever its controller made of the form. */
import { defined } from '../../lib/defined.ts';
import { objectsOf, textOf, type Fields } from '../../lib/untyped.ts';
import type { CustomCondition } from '../records.ts';

/** YAML takes an unquoted False for a boolean. */
function truthOf(status: unknown): string | undefined {
  if (typeof status === 'boolean') return status ? 'True' : 'False';
  return textOf(status);
}

interface ReadCondition extends Omit<CustomCondition, 'source'> {
  /** What tells most, and where that stands below the condition. */
  readonly words: string | undefined;
  readonly place: string;
}

/** The condition, and where to look for it; undefined when it says nothing. */
export function readCondition(fields: Fields): ReadCondition | undefined {
  const [type, status] = [textOf(fields['type']), truthOf(fields['status'])];
  if (type === undefined || status === undefined) return undefined;
  const [reason, own] = [textOf(fields['reason']), textOf(fields['message'])];
  // Contour lists what is wrong below a condition that only says that something is.
  const errors = objectsOf(fields['errors']).flatMap((error) => textOf(error['message']) ?? []);
  const messages = [own, ...errors].filter((message) => message !== undefined);
  const message = messages.length === 0 ? undefined : messages.join('; ');
  const place =
    errors.length > 0 ? 'errors.0.message' : own !== undefined ? 'message' : reason !== undefined ? 'reason' : 'type';
  return { type, status, words: errors[0] ?? own ?? reason, place, ...defined({ reason, message }) };
}
