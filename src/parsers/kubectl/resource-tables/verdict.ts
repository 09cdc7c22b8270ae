/** What a table of custom resources says of an object in words of its own, and the two ways in which most say it. */
import { defined } from '../../../lib/defined.ts';
import { parseDuration } from '../../../lib/duration.ts';

/** The text of a column; undefined where the table has none. */
export type Cell = (column: string) => string | undefined;

/** How an object is, as its row says it: a condition that it has, or the name of its state. */
export interface Verdict {
  readonly condition?: {
    readonly type: 'Ready' | 'Succeeded' | 'Healthy' | 'Synced';
    /** Undefined: its controller cannot tell. */
    readonly well: boolean | undefined;
    readonly reason?: string | undefined;
    readonly message?: string | undefined;
  };
  readonly state?: string | undefined;
  readonly message?: string | undefined;
}

export interface ResourceTable {
  /** The heading without the column NAMESPACE. */
  readonly heading: RegExp;
  readonly kind: string;
  readonly apiVersion: string;
  /** Other kinds that have the table: the word that asks for one or stands before a name, its kind and API version. */
  readonly named?: readonly (readonly [RegExp, string, string])[];
  /** Undefined: on its way, or nothing to say. */
  readonly judge: (cell: Cell) => Verdict | undefined;
}

/** Seconds within which a controller may still be at work on a new object. */
export const YOUNG = 300;

/** Seconds since an object was made, as its row has them. */
export const ageIn = (cell: Cell): number => parseDuration(cell('AGE') ?? '') ?? Number.POSITIVE_INFINITY;

/** A column of one word: bad words with the reason that they are, good words, and those of work that goes on. */
export const byWord =
  (
    column: string,
    bad: RegExp,
    good: RegExp,
    type: NonNullable<Verdict['condition']>['type'] = 'Ready',
  ): ResourceTable['judge'] =>
  (cell) => {
    const word = cell(column);
    if (word === undefined) return undefined;
    if (bad.test(word)) return { condition: { type, well: false, reason: word, message: cell('MESSAGE') } };
    return good.test(word) ? { condition: { type, well: true } } : undefined;
  };

interface States {
  /** The columns that say how the object is, the one that decides first. */
  readonly states: readonly string[];
  /** States that are trouble; all others are a state of work or rest. */
  readonly bad: RegExp;
  /** Columns that are told with it. */
  readonly told: readonly string[];
  /** A new object may be in such a state while it is being made. */
  readonly mayBeYoung?: true;
}

/** Columns of states: the first bad one is told with the columns that explain it. */
export const byState =
  ({ states, bad: isBad, told, mayBeYoung }: States): ResourceTable['judge'] =>
  (cell) => {
    const said = states.map(cell).filter((state) => state !== undefined);
    const bad = said.find((state) => isBad.test(state));
    // Not meant to take replicas.
    const closed = cell('ALLOWSCHEDULING') === 'false' && cell('READY') === 'True';
    const trouble = bad !== undefined && !(mayBeYoung === true && ageIn(cell) < YOUNG) && !closed;
    const message = trouble
      ? told.flatMap((column) => (cell(column) === undefined ? [] : `${column} ${cell(column)}`)).join(', ')
      : undefined;
    // A column of truth is a condition, one of words a state.
    if (bad !== undefined && /^(?:true|false)$/i.test(bad))
      return trouble ? { condition: { type: 'Ready', well: false, message } } : undefined;
    return defined({ state: bad ?? said[0], message });
  };
