/** Findings that cause each other: who speaks for them. */
import type { Found } from '../checks/engine.ts';
import { components } from '../lib/components.ts';
import type { Edge } from './edges.ts';
import { LATE } from './weights.ts';

/**
 * In a cycle the member that began first speaks for it; without times the deepest layer, then the one that more surely
 * causes the other. `closing` are the edges that are taken out: what keeps each such member up in turn.
 */
export function breakCycles(
  list: readonly Found[],
  edges: readonly Edge[],
): { readonly acyclic: readonly Edge[]; readonly closing: readonly Edge[] } {
  const out: number[][] = list.map(() => []);
  for (const edge of edges) out[edge.cause]?.push(edge.effect);
  const component = components(list.length, out);
  const weights = new Map(edges.map((edge) => [edge.cause * list.length + edge.effect, edge.weight]));
  const weight = (cause: number, effect: number): number => weights.get(cause * list.length + effect) ?? 0;
  const head = new Map<number, number>();
  list.forEach((found, i) => {
    const c = component[i] as number;
    const best = head.get(c);
    if (best === undefined) {
      head.set(c, i);
      return;
    }
    const other = list[best] as Found;
    const earlier =
      found.since !== undefined && other.since !== undefined && Math.abs(found.since - other.since) > LATE
        ? other.since - found.since
        : 0;
    const deeper = found.check.layer - other.check.layer;
    if ((earlier || deeper || weight(i, best) - weight(best, i)) > 0) head.set(c, i);
  });
  const acyclic: Edge[] = [];
  const closing: Edge[] = [];
  for (const edge of edges) {
    const c = component[edge.effect] as number;
    (c === component[edge.cause] && head.get(c) === edge.effect ? closing : acyclic).push(edge);
  }
  return { acyclic, closing };
}
