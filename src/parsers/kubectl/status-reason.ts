import type { CommandFailure } from '../records.ts';

/** metav1.StatusReason → our word. */
const REASONS: ReadonlyMap<string, CommandFailure['reason']> = new Map([
  ['Unauthorized', 'unauthorized'],
  ['Forbidden', 'forbidden'],
  ['NotFound', 'not-found'],
  ['Timeout', 'timeout'],
  ['ServerTimeout', 'timeout'],
  ['TooManyRequests', 'throttled'],
  ['InternalError', 'server-error'],
  ['ServiceUnavailable', 'server-error'],
]);

/** What an API server refuses by the reason in its answer; undefined for reasons that say nothing of the server. */
export const reasonOfStatus = (word: string): CommandFailure['reason'] | undefined => REASONS.get(word);
