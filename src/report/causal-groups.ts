/** Findings gathered by check, with the arrows between them: what the pictures of cause and effect show. */
import { LAYERS, type Finding, type Layer, type Result } from '../result.ts';

/** Boxes per layer; the pictures say how many are left out. */
const BOXES_PER_LAYER = 8;

export interface Group {
  readonly key: string;
  readonly layer: Layer;
  readonly findings: [Finding, ...Finding[]];
  /** Keys of the groups that cause it. */
  readonly causes: Set<string>;
  /** The best rank among its root causes. */
  rank: number | undefined;
}

const keyOf = (finding: Finding): string => `${finding.check}:${finding.variant ?? ''}:${finding.layer}`;

/** Findings that cause or are caused, and root causes, gathered by check. */
function groupsOf(result: Result): Map<string, Group> {
  const byId = new Map(result.findings.map((finding) => [finding.id, finding]));
  const rank = new Map(result.rootCauses.toReversed().map((cause) => [cause.finding, cause.rank]));
  const causing = new Set(result.findings.flatMap((finding) => finding.causedBy));
  const groups = new Map<string, Group>();
  for (const finding of result.findings) {
    const mine = rank.get(finding.id);
    if (mine === undefined && finding.causedBy.length === 0 && !causing.has(finding.id)) continue;
    const key = keyOf(finding);
    const group: Group = groups.get(key) ?? {
      key,
      layer: finding.layer,
      findings: [finding],
      causes: new Set<string>(),
      rank: undefined,
    };
    if (groups.has(key)) group.findings.push(finding);
    else groups.set(key, group);
    if (mine !== undefined) group.rank = Math.min(group.rank ?? mine, mine);
    for (const id of finding.causedBy) {
      const cause = byId.get(id);
      if (cause !== undefined && keyOf(cause) !== key) group.causes.add(keyOf(cause));
    }
  }
  return groups;
}

/** The most telling groups of each layer: root causes first, then what has most findings. */
function kept(groups: ReadonlyMap<string, Group>): { readonly groups: Group[]; readonly left: Map<Layer, number> } {
  const left = new Map<Layer, number>();
  const out = LAYERS.flatMap((layer) => {
    const mine = [...groups.values()]
      .filter((group) => group.layer === layer)
      .sort(
        (a, b) =>
          (a.rank ?? 1e6) - (b.rank ?? 1e6) || b.findings.length - a.findings.length || (a.key < b.key ? -1 : 1),
      );
    left.set(layer, Math.max(0, mine.length - BOXES_PER_LAYER));
    return mine.slice(0, BOXES_PER_LAYER);
  });
  return { groups: out, left };
}

/** Removes what is said by a longer way: with a → b → c, a → c only crowds the picture. */
function reduce(groups: readonly Group[], byKey: ReadonlyMap<string, Group>): void {
  const reaches = (from: Group, to: string, seen: Set<string>): boolean => {
    for (const key of from.causes) {
      if (key === to) return true;
      const next = byKey.get(key);
      if (next === undefined || seen.has(key)) continue;
      seen.add(key);
      if (reaches(next, to, seen)) return true;
    }
    return false;
  };
  for (const group of groups)
    for (const key of group.causes) {
      const others = [...group.causes].flatMap((other) => (other === key ? [] : (byKey.get(other) ?? [])));
      if (others.some((other) => reaches(other, key, new Set([group.key])))) group.causes.delete(key);
    }
}

/** The groups to draw and the number of those left out, per layer; arrows lead only between groups that are drawn. */
export function causalGroups(result: Result): {
  readonly groups: readonly Group[];
  readonly left: ReadonlyMap<Layer, number>;
} {
  const { groups, left } = kept(groupsOf(result));
  const byKey = new Map(groups.map((group) => [group.key, group]));
  for (const group of groups) for (const key of group.causes) if (!byKey.has(key)) group.causes.delete(key);
  reduce(groups, byKey);
  return { groups, left };
}
