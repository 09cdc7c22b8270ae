/** How surely a root cause is said. */
import type { Confidence } from '../checks/check.ts';
import { CONFIDENCE_LIMIT, CONFIDENCE_SHOWN, CORROBORATION } from './weights.ts';

/**
 * The confidence of a root cause of a class that explains a number of symptoms: what it explains makes it surer, ever
 * less so, and never certain. Two decimals: more would claim a precision that no measurement has.
 */
export function confidenceOf(confidence: Confidence, explained: number): number {
  const alone = CONFIDENCE_SHOWN[confidence];
  const doubt = CONFIDENCE_LIMIT - alone;
  return Math.round((CONFIDENCE_LIMIT - doubt * (1 - CORROBORATION) ** explained) * 100) / 100;
}
