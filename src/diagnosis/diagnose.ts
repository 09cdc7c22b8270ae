/**
 * From findings to root causes: links become edges between findings, cycles are condensed, what is well explained is
 * an effect, and the rest is ranked by what it explains (the checks catalogue, section 8.2).
 */
import type { Found } from '../checks/engine.ts';
import { groupBy } from '../lib/group-by.ts';
import { memo } from '../lib/once-per.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { breakCycles } from './cycles.ts';
import { connect, refuted, type Edge } from './edges.ts';
import { hopsOf } from './hops.ts';
import type { Link, Refutation } from './link.ts';
import { lateness } from './order.ts';
import { ownLogEdges, ownWords, withoutFarFetched } from './own-log.ts';
import { placesOf } from './places.ts';
import { CONFIDENCE, EXPLAINED, FAINT, LAYER_BONUS, SEVERITY } from './weights.ts';

export interface Ranked {
  readonly index: number;
  readonly score: number;
  /** Findings it explains, the most certain first. */
  readonly explains: readonly { readonly index: number; readonly weight: number }[];
}

/** A root cause with its story: a hop for each finding it explains, causes before effects. */
export interface Root extends Ranked {
  readonly hops: readonly Edge[];
  /** What it brings about and what keeps it up in turn: the ends of a deadlock, the surest first. */
  readonly closing: readonly Edge[];
}

export interface Diagnosis {
  readonly found: readonly Found[];
  readonly edges: readonly Edge[];
  /** Direct causes of each finding, the best first. */
  readonly causedBy: readonly (readonly number[])[];
  readonly roots: readonly Root[];
}

/** Edges by the finding at one end. */
type EdgesOf = ReadonlyMap<number, readonly Edge[]>;

/** What a finding explains: the best path to each descendant, by product of weights. */
function reach(from: number, outgoing: EdgesOf): Map<number, number> {
  const best = new Map<number, number>();
  const queue: { index: number; weight: number; wide: boolean }[] = [{ index: from, weight: 1, wide: false }];
  while (queue.length > 0) {
    const at = queue.shift() as { index: number; weight: number; wide: boolean };
    for (const edge of outgoing.get(at.index) ?? []) {
      if (edge.effect === from) continue;
      // "Serves the whole cluster" twice in one path would tie anything to anything.
      if (edge.wide && at.wide) continue;
      const weight = at.weight * edge.weight;
      if (weight < FAINT || (best.get(edge.effect) ?? 0) >= weight) continue;
      best.set(edge.effect, weight);
      queue.push({ index: edge.effect, weight, wide: at.wide || edge.wide });
    }
  }
  return best;
}

const NONE: readonly never[] = [];

/** The same as a list, the most certain first. */
function explainedBy(from: number, outgoing: EdgesOf): Ranked['explains'] {
  const found = Array.from(reach(from, outgoing), ([index, weight]) => ({ index, weight }));
  return found.sort((a, b) => b.weight - a.weight || a.index - b.index);
}

/** Findings that nothing explains well, by what they are and what they explain, the weightiest first. */
function ranked(list: readonly Found[], outgoing: EdgesOf, incoming: EdgesOf): readonly Ranked[] {
  const at = (index: number): Found => list[index] as Found;
  const open = list
    .map((one, index): Ranked => {
      const explains = outgoing.has(index) ? explainedBy(index, outgoing) : NONE;
      const coverage = explains.reduce((sum, d) => sum + SEVERITY[at(d.index).severity] * d.weight, 0);
      const score =
        (SEVERITY[one.severity] + coverage) * CONFIDENCE[one.confidence] * (1 + LAYER_BONUS * one.check.layer);
      return { index, score, explains };
    })
    .filter(({ index }) => {
      const doubt = (incoming.get(index) ?? NONE).reduce((rest, edge) => rest * (1 - edge.weight), 1);
      return at(index).state === 'current' && 1 - doubt < EXPLAINED;
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        at(b.index).check.layer - at(a.index).check.layer ||
        // Of pods that have the same trouble the one of which most is known tells it best.
        at(b.index).evidence.length - at(a.index).evidence.length ||
        (at(a.index).id < at(b.index).id ? -1 : 1),
    );
  const explainsTrouble = ({ explains }: Ranked): boolean => explains.some((d) => at(d.index).severity !== 'info');
  const trusted = open.filter(
    (one) => (at(one.index).severity !== 'info' && at(one.index).confidence !== 'low') || explainsTrouble(one),
  );
  // A guess is told where there is nothing better: it says of itself how little it is trusted.
  if (trusted.length > 0) return trusted;
  const loud = open.filter(({ index }) => at(index).severity !== 'info');
  return loud.length > 0 ? loud : open.filter(({ index }) => at(index).guess === true);
}

/** An observation (info) is a root only for what nothing better explains. */
function withoutIdle(candidates: readonly Ranked[], list: readonly Found[]): readonly Ranked[] {
  const told = new Set<number>();
  const isTrouble = (i: number): boolean => (list[i] as Found).severity !== 'info';
  return candidates.filter(({ index, explains }) => {
    if (
      !isTrouble(index) &&
      list[index]?.guess !== true &&
      !explains.some((d) => isTrouble(d.index) && !told.has(d.index))
    )
      return false;
    for (const i of [index, ...explains.map((d) => d.index)]) told.add(i);
    return true;
  });
}

/** Ranks the root causes among the findings. */
export function diagnose(
  found: readonly Found[],
  snapshot: Snapshot,
  links: readonly Link[],
  refutations: readonly Refutation[],
): Diagnosis {
  // Of thousands of findings many are tied to none: only those that a link names are placed.
  const places = memo((index: number) => placesOf(found[index] as Found, snapshot));
  const dead = refuted(found, places, refutations);
  const list = found.map((one, i) => (dead.has(i) ? { ...one, severity: 'info' as const } : one));
  const linked = connect(list, places, links, dead, lateness(snapshot));
  const words = ownWords(list, places, snapshot);
  const tied = withoutFarFetched([...linked, ...ownLogEdges(words, list, linked)], words, list);
  const { acyclic, closing } = breakCycles(list, tied);
  const outgoing = groupBy(acyclic, (edge) => edge.cause);
  const incoming = groupBy(acyclic, (edge) => edge.effect);
  const candidates = ranked(list, outgoing, incoming).filter(({ index }) => !dead.has(index));
  return {
    found: list,
    edges: acyclic,
    causedBy: list.map((_, i) => surestFirst(incoming.get(i) ?? NONE).map((edge) => edge.cause)),
    // Few of thousands of roots are told.
    roots: withoutIdle(candidates, list).map(({ index, score, explains }) => ({
      index,
      score,
      explains,
      get hops() {
        const members = explains.map((one) => one.index);
        return hopsOf(index, members, incoming);
      },
      get closing() {
        return surestFirst(closing.filter(({ effect }) => effect === index));
      },
    })),
  };
}

const surestFirst = (edges: readonly Edge[]): readonly Edge[] =>
  edges.toSorted((a, b) => b.weight - a.weight || a.cause - b.cause);
