/** InterPodAffinity, required terms only (catalogue 5.7). */
import { matchesSelector } from '../../../lib/labels.ts';
import type { PodAffinityTerm } from '../../../snapshot/kinds/core.ts';
import type { ClusterView, NodeView, PodView } from '../cluster.ts';
import { APPROVES, type Filter, type Rejection } from '../filter.ts';

/** Whether a term of `owner` speaks of `other`: namespace first, then labels. */
function speaksOf(term: PodAffinityTerm, owner: PodView, other: PodView, cluster: ClusterView): boolean {
  const named = term.namespaces ?? [];
  const bySelector = (): boolean =>
    term.namespaceSelector !== undefined &&
    matchesSelector(
      term.namespaceSelector,
      cluster.snapshot.get('namespaces', undefined, other.namespace)?.metadata.labels ?? {},
    );
  const inNamespace =
    named.length === 0 && term.namespaceSelector === undefined
      ? other.namespace === owner.namespace
      : named.includes(other.namespace) || bySelector();
  return inNamespace && matchesSelector(term.labelSelector, other.labels);
}

const requiredOf = (pod: PodView, kind: 'podAffinity' | 'podAntiAffinity'): readonly PodAffinityTerm[] =>
  pod.spec.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];

/** Topology values in which pods stand that a predicate accepts, with one of them as witness. */
function where(key: string, cluster: ClusterView, accepts: (pod: PodView) => boolean): Map<string, PodView> {
  const found = new Map<string, PodView>();
  for (const node of cluster.nodes) {
    const value = node.labels?.[key];
    if (value === undefined || found.has(value)) continue;
    const witness = node.pods.find(accepts);
    if (witness !== undefined) found.set(value, witness);
  }
  return found;
}

const standsIn = (node: NodeView, key: string, values: ReadonlyMap<string, PodView>): PodView | undefined => {
  const value = node.labels?.[key];
  return value === undefined ? undefined : values.get(value);
};

export const interPodAffinity: Filter = (pod, cluster) => {
  const wants = requiredOf(pod, 'podAffinity');
  const avoids = requiredOf(pod, 'podAntiAffinity');
  // A target must satisfy every term of the pod at once.
  const isTarget = (other: PodView): boolean => wants.every((term) => speaksOf(term, pod, other, cluster));
  const targets = wants.map((term) => where(term.topologyKey ?? '', cluster, isTarget));
  // The first pod of a group that wants its own kind may go anywhere.
  const first = wants.length > 0 && targets.every((found) => found.size === 0) && isTarget(pod);
  const avoided = avoids.map((term) => ({
    key: term.topologyKey ?? '',
    found: where(term.topologyKey ?? '', cluster, (other) => speaksOf(term, pod, other, cluster)),
  }));
  const repelled: { key: string; value: string; by: PodView }[] = [];
  for (const { pod: other, node } of cluster.repelling)
    for (const term of requiredOf(other, 'podAntiAffinity')) {
      const value = node.labels?.[term.topologyKey ?? ''];
      if (value !== undefined && speaksOf(term, other, pod, cluster))
        repelled.push({ key: term.topologyKey ?? '', value, by: other });
    }
  if (wants.length + avoids.length + repelled.length === 0) return APPROVES;
  const known = cluster.nodes.every((node) => node.labels !== undefined && node.podsKnown);

  const name = (other: PodView): string => `${other.namespace}/${other.name}`;
  return (node) => {
    const out: Rejection[] = [];
    if (
      wants.length > 0 &&
      !wants.every((term, i) => {
        const key = term.topologyKey ?? '';
        return (
          node.labels?.[key] !== undefined && (first || standsIn(node, key, targets[i] ?? new Map()) !== undefined)
        );
      }) &&
      known
    )
      out.push({
        filter: 'InterPodAffinity',
        kind: 'pod-affinity',
        text: "node(s) didn't match pod affinity rules",
        because: targets.every((found) => found.size === 0)
          ? 'no running pod matches the affinity rule'
          : `no matching pod in the topology of ${node.name}`,
      });
    for (const { key, found } of avoided) {
      const blocker = standsIn(node, key, found);
      if (blocker === undefined) continue;
      out.push({
        filter: 'InterPodAffinity',
        kind: 'pod-anti-affinity',
        text: "node(s) didn't match pod anti-affinity rules",
        because: `pod ${name(blocker)} is already in ${key}=${node.labels?.[key] ?? ''}`,
      });
      break;
    }
    const repeller = repelled.find(({ key, value }) => node.labels?.[key] === value);
    if (repeller !== undefined)
      out.push({
        filter: 'InterPodAffinity',
        kind: 'existing-anti-affinity',
        text: "node(s) didn't satisfy existing pods anti-affinity rules",
        because: `pod ${name(repeller.by)} keeps it out of ${repeller.key}=${repeller.value}`,
      });
    return out.length === 0 && !known && wants.length + avoids.length > 0 ? 'unknown' : out;
  };
};
