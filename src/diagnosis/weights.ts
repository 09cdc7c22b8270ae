/** Every number of the ranking, with its reason. Start values are those of the checks catalogue, section 8. */
import type { Confidence } from '../checks/check.ts';
import type { Severity } from '../result.ts';
import type { Strength } from './link.ts';

/** How surely a cause of this link brings its effect about. */
export const STRENGTH: Readonly<Record<Strength, number>> = { strong: 0.9, medium: 0.6, weak: 0.3 };
/** How far a finding is trusted: object state and literal messages, then patterns and thresholds, then inference. */
export const CONFIDENCE: Readonly<Record<Confidence, number>> = { high: 1, medium: 0.7, low: 0.4 };
/** What a finding counts as a symptom: one critical outweighs two warnings. */
export const SEVERITY: Readonly<Record<Severity, number>> = { critical: 3, warning: 1, info: 0.2 };
/** A finding explained to this degree is an effect. One medium link from a medium-confidence cause (0.42) suffices. */
export const EXPLAINED = 0.4;
/** A path of links that binds less than this explains nothing: three weak links (0.03) do, two (0.09) do not. */
export const FAINT = 0.05;
/** A cause may be seen this much after its effect (probe periods, event aggregation), ms. */
export const LATE = 60_000;
/** What is left of a link whose cause was seen later than its effect. */
export const LATE_FACTOR = 0.3;
/** Tie-breaker for deeper causes, per layer. */
export const LAYER_BONUS = 0.05;

/**
 * Confidence as people see it: how often a finding of this class is right, as measured by scripts/accuracy.mjs. On the
 * development cases first root causes of class high were right 194 times of 194 and of class medium 28 times of 29
 * (docs/accuracy.md). The rules were written beside these cases, so what is said stays below what was measured.
 * Class low never came first and is not measured: it keeps its weight in the ranking.
 */
export const CONFIDENCE_SHOWN: Readonly<Record<Confidence, number>> = { high: 0.9, medium: 0.8, low: 0.4 };
/** Nothing is said more surely than 19 in 20: no cases outside the development of the rules have been measured. */
export const CONFIDENCE_LIMIT = 0.95;
/**
 * The share of the doubt (up to the limit) that each explained symptom takes away. A wrong cause may explain a symptom
 * by chance, so that one counts little; four independent ones leave four tenths of the doubt.
 */
export const CORROBORATION = 0.2;
/**
 * In a story an effect hangs on its nearest cause whose link has at least this share of its best link: a medium link
 * (0.6) beside a strong one (0.9) still tells a hop, a weak one (0.3) does not (HEUR).
 */
export const HOP_SHARE = 0.6;
/** A root with this share of the first one's score is a near tie: a second cause, told as one (HEUR). */
export const NEAR = 0.6;
