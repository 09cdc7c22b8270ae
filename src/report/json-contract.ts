/** The contract for programs that read results: its schema, and results that were written before. */
import * as z from 'zod';
import { UserError } from '../lib/user-error.ts';
import { result as shape } from '../result-schema.ts';
import type { Result } from '../result.ts';

/** JSON Schema (draft 2020-12) of the result. */
export const jsonSchema = (): string =>
  `${JSON.stringify({ title: 'kubestrata result', ...z.toJSONSchema(shape) }, null, 2)}\n`;

/** A result that was written before. Throws a UserError that says where the text leaves the contract. */
export function parseResult(text: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`not JSON (${(error as Error).message}): give what analyze -f json wrote`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(`not a kubestrata result: ${issue?.path.join('.') || 'document'}: ${issue?.message ?? ''}`);
}
