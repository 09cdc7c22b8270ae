/** The contract for programs that read results: its schema, and results that were written before. */
import * as z from 'zod';
import { result as shape } from '../result-schema.ts';
import type { Result } from '../result.ts';

/** JSON Schema (draft 2020-12) of the result. */
export const jsonSchema = (): string =>
  `${JSON.stringify({ title: 'kubestrata result', ...z.toJSONSchema(shape) }, null, 2)}\n`;

/** The text is not a result of this version. */
export class ResultError extends Error {
  override readonly name = 'ResultError';
}

/** A result that was written before. Throws an error that says where the text leaves the contract. */
export function parseResult(text: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ResultError(`not JSON: ${(error as Error).message}`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ResultError(`not a kubestrata result: ${issue?.path.join('.') || 'document'}: ${issue?.message ?? ''}`);
}
