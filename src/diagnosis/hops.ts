/**
 * The story of a root cause, hop by hop: each finding that it explains hangs on its nearest cause in the story, so that
 * "disk full, hence pressure, hence eviction" is told in three hops although a full disk evicts by a link of its own.
 */
import { append } from '../lib/group-by.ts';
import type { Edge } from './edges.ts';
import { HOP_SHARE } from './weights.ts';

interface Placed {
  /** Hops from the root. */
  readonly depth: number;
  /** Whether "serves the whole cluster" was already said on the way. */
  readonly wide: boolean;
}

/** The nearest cause told so far: the one most hops from the root, among those that bind about as well as the best. */
function nearest(edges: readonly Edge[], placed: ReadonlyMap<number, Placed>): Edge | undefined {
  const possible = edges.filter(({ cause }) => placed.has(cause));
  const once = possible.filter((edge) => !edge.wide || placed.get(edge.cause)?.wide !== true);
  const usable = once.length > 0 ? once : possible;
  const best = Math.max(...usable.map(({ weight }) => weight));
  return usable
    .filter(({ weight }) => weight >= best * HOP_SHARE)
    .toSorted(
      (a, b) =>
        (placed.get(b.cause) as Placed).depth - (placed.get(a.cause) as Placed).depth ||
        b.weight - a.weight ||
        a.cause - b.cause,
    )[0];
}

/**
 * One edge for each member, causes before their effects. `members` are what the root explains, the most certain first;
 * `incoming` are the edges to each. Members tied only to each other by a cycle follow their most certain one.
 */
export function hopsOf(
  root: number,
  members: readonly number[],
  incoming: ReadonlyMap<number, readonly Edge[]>,
): readonly Edge[] {
  const inside = new Set([root, ...members]);
  const edgesTo = new Map(
    members.map((index) => [index, (incoming.get(index) ?? []).filter(({ cause }) => inside.has(cause))]),
  );
  const effects = new Map<number, number[]>();
  const waiting = new Map<number, number>();
  for (const [index, edges] of edgesTo) {
    waiting.set(index, edges.length);
    for (const { cause } of edges) append(effects, cause, index);
  }
  const placed = new Map<number, Placed>();
  const hops: Edge[] = [];
  const left = new Set(members);
  const ready = new Set<number>();
  const place = (index: number, at: Placed): void => {
    placed.set(index, at);
    left.delete(index);
    for (const effect of effects.get(index) ?? []) {
      const rest = (waiting.get(effect) ?? 0) - 1;
      waiting.set(effect, rest);
      if (rest === 0 && left.has(effect)) ready.add(effect);
    }
  };
  place(root, { depth: 0, wide: false });
  while (left.size > 0) {
    // Nobody is ready inside a cycle: then the most certain one that has a cause already told.
    const isTold = (one: number) => edgesTo.get(one)?.some(({ cause }) => placed.has(cause)) === true;
    const index = [...left].find((one) => ready.has(one)) ?? [...left].find(isTold);
    if (index === undefined) break;
    const edge = nearest(edgesTo.get(index) ?? [], placed);
    if (edge === undefined) break;
    const from = placed.get(edge.cause) as Placed;
    hops.push(edge);
    place(index, { depth: from.depth + 1, wide: from.wide || edge.wide });
  }
  return hops;
}
