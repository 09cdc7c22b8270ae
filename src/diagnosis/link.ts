/**
 * Links: knowledge of Kubernetes in the form "A causes B". A link fires between two findings when its join holds
 * between the things they are about.
 */

/**
 * What cause and effect must share:
 * container, pod, owner (same top workload), node, service (the cause breaks or backs the Service that the effect
 * uses, selects or is), claim (PVC or PV), namespace, image (same image or registry), related (an object one names in
 * `related` is the other's subject), cluster (always).
 */
export type Join =
  'container' | 'pod' | 'owner' | 'node' | 'service' | 'claim' | 'namespace' | 'image' | 'related' | 'cluster';

/** How surely the cause brings the effect about: strong 0.9, medium 0.6, weak 0.3 (catalogue 8.1). */
export type Strength = 'strong' | 'medium' | 'weak';

/** A check id, or `id:variant` for one variant only. */
export type CheckName = string;

export interface Link {
  readonly cause: CheckName;
  readonly effect: CheckName;
  readonly join: Join;
  readonly strength: Strength;
}

/** What each of the causes brings about, where one of the joins holds; `links` files are lists of these. */
export function causes(
  cause: CheckName | readonly CheckName[],
  join: Join | readonly Join[],
  strength: Strength,
  ...effects: readonly CheckName[]
): readonly Link[] {
  return [cause]
    .flat()
    .flatMap((one) =>
      [join].flat().flatMap((where) => effects.map((effect) => ({ cause: one, effect, join: where, strength }))),
    );
}

/** A finding that cancels or lowers another when their join holds (catalogue 8.4). */
export interface Refutation {
  readonly finding: CheckName;
  readonly refutes: CheckName;
  readonly join: Join;
  readonly why: string;
}
