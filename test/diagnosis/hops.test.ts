import { expect, test } from 'vitest';
import type { Edge } from '../../src/diagnosis/edges.ts';
import { hopsOf } from '../../src/diagnosis/hops.ts';

const edge = (cause: number, effect: number, weight = 0.9, wide = false): Edge => ({
  cause,
  effect,
  wide,
  weight,
  because: `${cause} ${effect}`,
});

/** The hops from finding 0, as `cause>effect`; members by number, the most certain first. */
function told(edges: readonly Edge[], members: readonly number[]): readonly string[] {
  const incoming = new Map<number, Edge[]>();
  for (const one of edges) incoming.set(one.effect, [...(incoming.get(one.effect) ?? []), one]);
  return hopsOf(0, members, incoming).map(({ cause, effect }) => `${cause}>${effect}`);
}

test('an effect hangs on its nearest cause, not on the shortcut past it', () => {
  expect(told([edge(0, 1), edge(0, 2), edge(1, 2)], [2, 1])).toEqual(['0>1', '1>2']);
});

test('a weak link is no hop where a strong one is', () => {
  expect(told([edge(0, 1), edge(0, 2), edge(1, 2, 0.3)], [1, 2])).toEqual(['0>1', '0>2']);
});

test('every member has one hop, and no cause is told after its effect', () => {
  const edges = [edge(0, 3), edge(3, 1), edge(3, 2), edge(1, 4), edge(2, 4), edge(9, 4)];
  const hops = told(edges, [4, 2, 1, 3]);
  expect(hops).toHaveLength(4);
  const seen = new Set(['0']);
  for (const hop of hops) {
    const [cause, effect] = hop.split('>') as [string, string];
    expect(seen).toContain(cause);
    seen.add(effect);
  }
});

test('a cycle among the members is entered where the root ties to it', () => {
  expect(told([edge(0, 1, 0.6), edge(1, 2), edge(2, 1)], [2, 1])).toEqual(['0>1', '1>2']);
});

test('"serves the whole cluster" is said once on the way when another tie is there', () => {
  const edges = [edge(0, 1, 0.9, true), edge(1, 2, 0.9, true), edge(0, 2)];
  expect(told(edges, [1, 2])).toEqual(['0>1', '0>2']);
});
