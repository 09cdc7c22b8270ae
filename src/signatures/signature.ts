/**
 * Signatures: what known trouble looks like in a log. Data, not code: the YAML files beside this one, and the same
 * format in the files that users bring with `--rules DIR`.
 */
import { append } from '../lib/group-by.ts';
import type { OwnSignature, ReadSignature } from './file.ts';

/** One lead: how a known trouble reads in a log, and what it means or which check knows that. */
export type Signature = OwnSignature | ReadSignature;

/** A signature ready to be matched. */
export interface CompiledSignature {
  readonly signature: Signature;
  readonly pattern: RegExp;
  readonly ignore?: RegExp;
  readonly sources: ReadonlySet<string>;
  readonly notFrom: ReadonlySet<string>;
}

/** All signatures of a run. `byLiteral[i]` lists the signatures (by index) that `literals[i]` opens. */
export interface SignatureSet {
  readonly signatures: readonly CompiledSignature[];
  readonly literals: readonly string[];
  readonly byLiteral: readonly (readonly number[])[];
}

/**
 * A literal as it stands in the raw bytes of a log: patterns see `\"` as `"`, but the search does not, and structured
 * logs escape the quotes of what they quote. A leading quote needs no second spelling.
 */
function spellings(literal: string): readonly string[] {
  const escaped = literal.slice(0, 1) + literal.slice(1).replaceAll('"', '\\"');
  return escaped === literal ? [literal] : [literal, escaped];
}

/** Throws when two signatures share an id: hits are told apart by it. That patterns are safe was seen when they were read. */
export function compileSignatures(list: readonly Signature[]): SignatureSet {
  const seen = new Set<string>();
  const byText = new Map<string, number[]>();
  const signatures = list.map((signature, index): CompiledSignature => {
    if (seen.has(signature.id)) throw new Error(`two signatures are called ${signature.id}`);
    seen.add(signature.id);
    for (const text of new Set(signature.literals.flatMap(spellings))) {
      append(byText, text, index);
    }
    return {
      signature,
      pattern: new RegExp(signature.pattern),
      ...(signature.ignore === undefined ? {} : { ignore: new RegExp(signature.ignore) }),
      sources: new Set(signature.sources),
      notFrom: new Set(signature.notFrom ?? []),
    };
  });
  return { signatures, literals: [...byText.keys()], byLiteral: [...byText.values()] };
}
