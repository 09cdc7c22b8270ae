/** Messages that come down to one of a few causes. */
import type { FindingDraft } from './check.ts';

/** What words mean: a pattern, the variant that it makes of a finding, and what to do about it. */
export type Causes = readonly (readonly [pattern: RegExp, variant: string, fix: string])[];

/** Variant and fix of the first cause that fits the words; nothing where none does. */
export function causeIn(causes: Causes, words: string): Pick<FindingDraft, 'variant' | 'fix'> {
  const [, variant, fix] = causes.find(([pattern]) => pattern.test(words)) ?? [];
  return variant === undefined || fix === undefined ? {} : { variant, fix: [fix] };
}
