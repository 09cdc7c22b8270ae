import { defined } from '../lib/defined.ts';
import type { CommandFailure } from '../parsers/records.ts';
import { areaOfResource, KINDS } from '../snapshot/kinds/index.ts';

/** Our words for a refusal as metav1.StatusReason. */
const REASONS: Readonly<Partial<Record<CommandFailure['reason'], string>>> = {
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  'not-found': 'NotFound',
  'no-such-resource': 'NotFound',
  timeout: 'Timeout',
  throttled: 'TooManyRequests',
  'server-error': 'InternalError',
};

/** The document in which the API server says such a failure. */
export function statusOf(failure: CommandFailure) {
  const area = failure.area === undefined ? undefined : areaOfResource(failure.area);
  return defined({
    apiVersion: 'v1',
    details: area === undefined ? undefined : { kind: KINDS[area].names[0] },
    kind: 'Status',
    message: failure.message,
    metadata: {},
    reason: REASONS[failure.reason],
    status: 'Failure',
  });
}
