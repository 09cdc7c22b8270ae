/** Every built-in check: the written ones, then one for each signature that no written check reads. */
import { signatures } from '../signatures/registry.ts';
import type { Signature } from '../signatures/signature.ts';
import type { Check } from './check.ts';
import { writtenChecks } from './registry.ts';
import { signatureCheck } from './signature-check.ts';

/** Checks of the given signatures, less those that a written check reads. */
export function checksOf(list: readonly Signature[]): readonly Check[] {
  const read = new Set(writtenChecks.flatMap((check) => [check.id, ...check.reads]));
  return list.flatMap((signature) =>
    'check' in signature || read.has(signature.id) ? [] : [signatureCheck(signature)],
  );
}

const byLayerAndId = (a: Check, b: Check): number => a.layer - b.layer || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export const builtInChecks: readonly Check[] = [...writtenChecks, ...checksOf(signatures)].sort(byLayerAndId);
