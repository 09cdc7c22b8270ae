/** From links, which tie checks, to edges, which tie findings. */
import type { Found } from '../checks/engine.ts';
import { append } from '../lib/group-by.ts';
import { memo } from '../lib/once-per.ts';
import type { Join, Link, Refutation } from './link.ts';
import { joined, keysOf, sharedBy, type Places } from './places.ts';
import { CONFIDENCE, LATE_FACTOR, STRENGTH } from './weights.ts';

export interface Edge {
  readonly cause: number;
  readonly effect: number;
  /** Tied only by "it serves the whole cluster". */
  readonly wide: boolean;
  readonly weight: number;
  readonly because: string;
}

/** The layer of the control plane. */
const CONTROL_PLANE = 4;

/** The control plane and the cluster's DNS serve everybody; other things only stand in the same cluster. */
export const servesAll = ({ check }: Found): boolean => check.layer === CONTROL_PLANE || check.id.startsWith('dns-');

const names = (found: Found): readonly string[] =>
  found.variant === undefined ? [found.check.id] : [found.check.id, `${found.check.id}:${found.variant}`];

function byName(list: readonly Found[]): Map<string, number[]> {
  const out = new Map<string, number[]>();
  list.forEach((found, i) => {
    for (const name of names(found)) append(out, name, i);
  });
  return out;
}

/** Findings cancelled by another keep standing in the report as info, and explain nothing. */
export function refuted(
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

/** Finds the effects of a link that share a key with its cause: no cause meets every effect. */
function effectFinder(list: readonly Found[], places: (index: number) => Places) {
  const at = byName(list);
  const byKey = memo((join: Exclude<Join, 'cluster'>) =>
    memo((name: string) => {
      const out = new Map<string, number[]>();
      for (const effect of at.get(name) ?? [])
        for (const key of new Set(keysOf(join, 'effect', places(effect)))) append(out, key, effect);
      return out;
    }),
  );
  return {
    named: (name: string): readonly number[] => at.get(name) ?? [],
    of(cause: number, { join, effect }: Link): Iterable<number> {
      if (join === 'cluster') return at.get(effect) ?? [];
      return new Set(keysOf(join, 'cause', places(cause)).flatMap((key) => byKey(join)(effect).get(key) ?? []));
    },
  };
}

/** A cluster has one control plane: among its parts the join "cluster" is as good as "same node". */
const inControlPlane = (a: Found, b: Found): boolean =>
  a.check.layer === CONTROL_PLANE && b.check.layer === CONTROL_PLANE;

function clusterWords(cause: Found, effect: Found): string {
  if (inControlPlane(cause, effect)) return 'same control plane';
  return servesAll(cause) ? 'it serves the whole cluster' : 'same cluster';
}

/** The best edge for each pair of findings that a link ties; findings in `dead` explain nothing. */
export function connect(
  list: readonly Found[],
  places: (index: number) => Places,
  links: readonly Link[],
  dead: ReadonlySet<number>,
  isLate: (cause: Found, effect: Found) => boolean,
): Edge[] {
  const find = effectFinder(list, places);
  /** By the cause times the number of findings plus the effect. */
  const best = new Map<number, Edge>();
  for (const link of links) {
    if (find.named(link.effect).length === 0) continue;
    const { join } = link;
    for (const cause of find.named(link.cause)) {
      if (dead.has(cause)) continue;
      const a = list[cause] as Found;
      for (const effect of find.of(cause, link)) {
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
        const wide = join === 'cluster' && !inControlPlane(a, b);
        const because = join === 'cluster' ? clusterWords(a, b) : sharedBy(join, places(cause), places(effect));
        best.set(key, { cause, effect, wide, weight, because });
      }
    }
  }
  return [...best.values()].sort((x, y) => x.cause - y.cause || x.effect - y.effect);
}
