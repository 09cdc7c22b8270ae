/** What the checks of custom resources share; each tells of those of its layer. */
import type { CustomDeletion } from '../parsers/records.ts';
import type { CustomTrouble } from '../snapshot/custom-state.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Check, FindingDraft } from './check.ts';

export const resourceTexts = {
  fix: ['Mend what the message names; the log of the controller says more.'],
  next: ['kubectl describe {kind} {name} -n {namespace}', 'kubectl get events -n {namespace} --sort-by=.lastTimestamp'],
  severity: 'warning',
  confidence: 'high',
} as const satisfies Partial<Check>;

/** Characters of a status message that a sentence can carry. */
const WORDS = 500;

const waitsFor = ({ finalizers }: CustomDeletion): string =>
  finalizers.length === 0
    ? ''
    : ` (it waits until its ${finalizers.length === 1 ? 'finalizer is' : 'finalizers are'} removed: ${finalizers.join(', ')})`;

/** The finding on a resource that is not ready. */
export function resourceDraft(snapshot: Snapshot, { resource, what, words, evidence }: CustomTrouble): FindingDraft {
  const { resourceKind, name, namespace, deletion } = resource;
  return {
    subject: snapshot.named(resourceKind, name, { namespace }),
    message: `${resourceKind} ${name} ${deletion === undefined ? '' : `is being deleted${waitsFor(deletion)} and `}is not ready (${what}): ${words.slice(0, WORDS)}`,
    evidence: [evidence, ...(deletion === undefined ? [] : [deletion.source])],
    params: { kind: resourceKind.toLowerCase() },
  };
}

/** What to do by the words of a message: patterns with what each asks for. */
export type Advice = readonly (readonly [RegExp, string])[];

/** The first advice whose pattern fits, as the fix of a finding; nothing where none does. */
export function adviceOn(advice: Advice, words: string): Pick<FindingDraft, 'fix'> {
  const fix = advice.find(([pattern]) => pattern.test(words))?.[1];
  return fix === undefined ? {} : { fix: [fix] };
}
