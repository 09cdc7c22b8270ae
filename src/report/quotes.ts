/** Evidence as the templates show it: the place, the words, and the lines round them. */
import type { Finding, Result } from '../result.ts';
import { neighboursIn, type Neighbours } from './excerpts.ts';
import { placesIn } from './places.ts';
import { placeOf } from './words.ts';

export interface Quote {
  readonly place: string;
  /** Where the place is shortened. */
  readonly whole: string | undefined;
  readonly text: string;
  readonly near: Neighbours | undefined;
}
export type Quotes = (evidence: Finding['evidence']) => readonly Quote[];

/** Prepares for one result what every quote of it needs. */
export function quotesOf(result: Result): Quotes {
  const near = neighboursIn(result);
  const places = placesIn(result);
  return (evidence) =>
    evidence.map((e) => ({
      place: places.of(e),
      whole: places.common === undefined ? undefined : placeOf(e),
      text: e.text,
      near: near(e),
    }));
}
