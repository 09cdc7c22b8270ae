/**
 * From findings to root causes: links become edges between findings, cycles are condensed, what is well explained is
 * an effect, and the rest is ranked by what it explains (the checks catalogue, section 8.2).
 */
import type { Found } from '../checks/engine.ts';
import { memo } from '../lib/once-per.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { hopsOf } from './hops.ts';
import type { Join, Link, Refutation } from './link.ts';
import { lateness } from './order.ts';
import { ownLogEdges } from './own-log.ts';
import { joined, keysOf, placesOf, sharedBy, type Places } from './places.ts';
import { CONFIDENCE, EXPLAINED, LAYER_BONUS, LATE, LATE_FACTOR, SEVERITY, STRENGTH } from './weights.ts';

export interface Edge {
  readonly cause: number;
  readonly effect: number;
  /** Tied only by "it serves the whole cluster". */
  readonly wide: boolean;
  readonly weight: number;
  readonly because: string;
}

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

/** The layer of the control plane. */
const CONTROL_PLANE = 4;

/** The control plane and the cluster's DNS serve everybody; other things only stand in the same cluster. */
const servesAll = ({ check }: Found): boolean => check.layer === CONTROL_PLANE || check.id.startsWith('dns-');

const names = (found: Found): readonly string[] =>
  found.variant === undefined ? [found.check.id] : [found.check.id, `${found.check.id}:${found.variant}`];

function byName(list: readonly Found[]): Map<string, number[]> {
  const out = new Map<string, number[]>();
  list.forEach((found, i) => {
    for (const name of names(found)) {
      const known = out.get(name);
      if (known === undefined) out.set(name, [i]);
      else known.push(i);
    }
  });
  return out;
}

/** Findings cancelled by another keep standing in the report as info, and explain nothing. */
function refuted(
  list: readonly Found[],
  places: (index: number) => Places,
  refutations: readonly Refutation[],
): ReadonlySet<number> {
  const at = byName(list);
  const out = new Set<number>();
  for (const { finding, refutes, join } of refutations)
    for (const a of at.get(finding) ?? [])
      for (const b of at.get(refutes) ?? []) if (a !== b && joined(join, places(a), places(b))) out.add(b);
  return out;
}

function connect(
  list: readonly Found[],
  places: (index: number) => Places,
  links: readonly Link[],
  dead: ReadonlySet<number>,
  isLate: (cause: Found, effect: Found) => boolean,
): Edge[] {
  const at = byName(list);
  /** The best edge for each pair: cause times the number of findings plus effect. */
  const best = new Map<number, Edge>();
  /** Effects of one name by the keys of one join: no cause meets every effect. */
  const index = new Map<string, Map<string, number[]>>();
  const effectsByKey = (join: Exclude<Join, 'cluster'>, name: string): Map<string, number[]> => {
    const known = index.get(`${join} ${name}`);
    if (known !== undefined) return known;
    const made = new Map<string, number[]>();
    for (const effect of at.get(name) ?? [])
      for (const key of new Set(keysOf(join, 'effect', places(effect)))) {
        const same = made.get(key);
        if (same === undefined) made.set(key, [effect]);
        else same.push(effect);
      }
    index.set(`${join} ${name}`, made);
    return made;
  };
  for (const link of links) {
    const all = at.get(link.effect);
    if (all === undefined) continue;
    for (const cause of at.get(link.cause) ?? []) {
      if (dead.has(cause)) continue;
      const a = list[cause] as Found;
      const { join } = link;
      const effects =
        join === 'cluster'
          ? all
          : new Set(
              keysOf(join, 'cause', places(cause)).flatMap((key) => effectsByKey(join, link.effect).get(key) ?? []),
            );
      for (const effect of effects) {
        if (effect === cause || dead.has(effect)) continue;
        const b = list[effect] as Found;
        // What is over cannot cause what still holds.
        if (a.state !== 'current' && b.state === 'current') continue;
        const weight = STRENGTH[link.strength] * (isLate(a, b) ? LATE_FACTOR : 1) * CONFIDENCE[a.confidence];
        const key = cause * list.length + effect;
        const known = best.get(key);
        // Of ties of one strength the nearer one is told.
        const nearer = known?.weight === weight && known.wide && join !== 'cluster';
        if (known !== undefined && known.weight >= weight && !nearer) continue;
        // A cluster has one control plane: among its parts this join is as good as "same node".
        const inside = join === 'cluster' && a.check.layer === CONTROL_PLANE && b.check.layer === CONTROL_PLANE;
        const because =
          join === 'cluster'
            ? inside
              ? 'same control plane'
              : servesAll(a)
                ? 'it serves the whole cluster'
                : 'same cluster'
            : sharedBy(join, places(cause), places(effect));
        best.set(key, { cause, effect, wide: join === 'cluster' && !inside, weight, because });
      }
    }
  }
  return [...best.values()].sort((x, y) => x.cause - y.cause || x.effect - y.effect);
}

/** Strongly connected components (Tarjan, iterative); each finding → its component's number. */
function components(count: number, out: readonly (readonly number[])[]): number[] {
  const index = Array.from({ length: count }, () => -1);
  const low = Array.from({ length: count }, () => 0);
  const on = Array.from({ length: count }, () => false);
  const component = Array.from({ length: count }, () => -1);
  const stack: number[] = [];
  let next = 0;
  let number = 0;
  for (let start = 0; start < count; start++) {
    if (index[start] !== -1) continue;
    const work: { v: number; i: number }[] = [{ v: start, i: 0 }];
    while (work.length > 0) {
      const frame = work.at(-1) as { v: number; i: number };
      const { v } = frame;
      if (frame.i === 0) {
        index[v] = low[v] = next++;
        stack.push(v);
        on[v] = true;
      }
      const w = out[v]?.[frame.i];
      if (w !== undefined) {
        frame.i++;
        if (index[w] === -1) work.push({ v: w, i: 0 });
        else if (on[w]) low[v] = Math.min(low[v] as number, index[w] as number);
        continue;
      }
      if (low[v] === index[v]) {
        for (;;) {
          const w2 = stack.pop() as number;
          on[w2] = false;
          component[w2] = number;
          if (w2 === v) break;
        }
        number++;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) low[parent.v] = Math.min(low[parent.v] as number, low[v] as number);
    }
  }
  return component;
}

/**
 * In a cycle the member that began first speaks for it; without times the deepest layer, then the one that more surely
 * causes the other. `closing` are the edges that are taken out: what keeps each such member up in turn.
 */
function breakCycles(
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

/** What a finding explains: the best path to each descendant, by product of weights. */
function reach(from: number, outgoing: ReadonlyMap<number, readonly Edge[]>): Map<number, number> {
  const best = new Map<number, number>();
  const queue: { index: number; weight: number; wide: boolean }[] = [{ index: from, weight: 1, wide: false }];
  while (queue.length > 0) {
    const at = queue.shift() as { index: number; weight: number; wide: boolean };
    for (const edge of outgoing.get(at.index) ?? []) {
      if (edge.effect === from) continue;
      // "Serves the whole cluster" twice in one path would tie anything to anything.
      if (edge.wide && at.wide) continue;
      const weight = at.weight * edge.weight;
      if (weight < 0.05 || (best.get(edge.effect) ?? 0) >= weight) continue;
      best.set(edge.effect, weight);
      queue.push({ index: edge.effect, weight, wide: at.wide || edge.wide });
    }
  }
  return best;
}

const NONE: readonly never[] = [];

/** The same as a list, the most certain first. */
function explainedBy(from: number, outgoing: ReadonlyMap<number, readonly Edge[]>): Ranked['explains'] {
  const found = Array.from(reach(from, outgoing), ([index, weight]) => ({ index, weight }));
  return found.sort((a, b) => b.weight - a.weight || a.index - b.index);
}

function put(map: Map<number, Edge[]>, at: number, edge: Edge): void {
  const known = map.get(at);
  if (known === undefined) map.set(at, [edge]);
  else known.push(edge);
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
  const edges = [...linked, ...ownLogEdges(list, places, snapshot, linked)];
  const { acyclic, closing } = breakCycles(list, edges);

  const outgoing = new Map<number, Edge[]>();
  const incoming = new Map<number, Edge[]>();
  for (const edge of acyclic) {
    put(outgoing, edge.cause, edge);
    put(incoming, edge.effect, edge);
  }
  const explained = list.map((_, i) => 1 - (incoming.get(i) ?? []).reduce((rest, edge) => rest * (1 - edge.weight), 1));

  const ranked = list
    .map((one, index): Ranked => {
      const descendants = outgoing.has(index) ? explainedBy(index, outgoing) : NONE;
      const coverage = descendants.reduce((sum, d) => sum + SEVERITY[(list[d.index] as Found).severity] * d.weight, 0);
      const score =
        (SEVERITY[one.severity] + coverage) * CONFIDENCE[one.confidence] * (1 + LAYER_BONUS * one.check.layer);
      return { index, score, explains: descendants };
    })
    .filter(({ index, explains }) => {
      const one = list[index] as Found;
      if (dead.has(index) || one.state !== 'current') return false;
      if ((explained[index] as number) >= EXPLAINED) return false;
      const explainsTrouble = explains.some((d) => (list[d.index] as Found).severity !== 'info');
      if (one.severity === 'info') return explainsTrouble;
      return one.confidence !== 'low' || explainsTrouble;
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        (list[b.index] as Found).check.layer - (list[a.index] as Found).check.layer ||
        ((list[a.index] as Found).id < (list[b.index] as Found).id ? -1 : 1),
    );

  // An observation (info) is a root only for what nothing better explains.
  const told = new Set<number>();
  const roots = ranked.filter(({ index, explains }) => {
    const isTrouble = (i: number): boolean => (list[i] as Found).severity !== 'info';
    if (!isTrouble(index) && !explains.some((d) => isTrouble(d.index) && !told.has(d.index))) return false;
    for (const i of [index, ...explains.map((d) => d.index)]) told.add(i);
    return true;
  });

  return {
    found: list,
    edges: acyclic,
    causedBy: list.map(
      (_, i) =>
        incoming
          .get(i)
          ?.toSorted((a, b) => b.weight - a.weight || a.cause - b.cause)
          .map((edge) => edge.cause) ?? NONE,
    ),
    // Few of thousands of roots are told.
    roots: roots.map(({ index, score, explains }) => ({
      index,
      score,
      explains,
      get hops() {
        const members = explains.map((one) => one.index);
        return hopsOf(index, members, incoming);
      },
      get closing() {
        const own = closing.filter(({ effect }) => effect === index);
        return own.sort((a, b) => b.weight - a.weight || a.cause - b.cause);
      },
    })),
  };
}
