/** Hits folded by what they say: a message that repeats a million times is one record with a count. */
import { headAndTail } from '../../lib/excerpt.ts';
import type { LogLine } from '../records.ts';

/** Different folds of one signature in one stream; what comes after is only counted. */
export const MAX_FOLDS_PER_SIGNATURE = 200;
/** Different folds in one stream, all signatures together: bounds what a hostile log can make us keep. */
export const MAX_FOLDS = 2_000;
/** The group of the fold that counts what found no room of its own. */
export const OVERFLOW_GROUP = 'overflow';
/** Bytes of a captured word that tell folds apart. */
const GROUP_LIMIT = 300;

/** A line that matched, not yet dated. */
export type HitLine = Omit<LogLine, 'time'>;

/** Who said it. Undefined parts are not known. */
export interface Speaker {
  readonly node?: string | undefined;
  readonly program?: string | undefined;
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
}

export interface Fold {
  readonly signature: number;
  readonly speaker: Speaker;
  readonly groups: Readonly<Record<string, string>>;
  /** In the first minutes after a start, where the signature is noise (see start-up.ts). */
  readonly startup: boolean;
  count: number;
  readonly first: HitLine;
  last: HitLine;
}

export interface Folds {
  add(
    signature: number,
    speaker: Speaker,
    groups: Readonly<Record<string, string | undefined>> | undefined,
    startup: boolean,
    hit: HitLine,
    /** Asked for the lines round the first line of a fold. */
    around: () => LogLine['around'],
  ): Fold;
  /** In the order of their first lines. */
  all(): readonly Fold[];
}

export function createFolds(): Folds {
  const folds = new Map<string, Fold>();
  const perSignature = new Map<number, number>();
  return {
    add(signature, speaker, groups, startup, hit, around) {
      const kept: Record<string, string> = {};
      let key = `${signature}\0${speaker.node ?? ''}\0${speaker.program ?? ''}\0${speaker.pod ?? ''}\0${speaker.container ?? ''}\0${startup}`;
      if (groups !== undefined) {
        for (const name of Object.keys(groups)) {
          const value = groups[name];
          if (value === undefined) continue;
          // What varies stands at the end (numbers of requests): the beginning tells folds apart.
          kept[name] = headAndTail(value, GROUP_LIMIT);
          key += `\0${name}\0${value.slice(0, GROUP_LIMIT)}`;
        }
      }
      let fold = folds.get(key);
      if (fold === undefined) {
        const used = perSignature.get(signature) ?? 0;
        if (used < MAX_FOLDS_PER_SIGNATURE && folds.size < MAX_FOLDS) {
          perSignature.set(signature, used + 1);
          const lines = around();
          const first = lines === undefined ? hit : { ...hit, around: lines };
          fold = { signature, speaker, groups: kept, startup, count: 1, first, last: first };
          folds.set(key, fold);
          return fold;
        }
        key = `${signature}\0${OVERFLOW_GROUP}`;
        fold = folds.get(key);
        if (fold === undefined) {
          const none = { [OVERFLOW_GROUP]: 'true' };
          fold = { signature, speaker: {}, groups: none, startup, count: 1, first: hit, last: hit };
          folds.set(key, fold);
          return fold;
        }
      }
      fold.count++;
      fold.last = hit;
      return fold;
    },
    all: () => [...folds.values()],
  };
}
