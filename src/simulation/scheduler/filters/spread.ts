/** PodTopologySpread, hard constraints only (catalogue 5.6). */
import { isBeingDeleted } from '../../../snapshot/ages.ts';
import { matchesSelector } from '../../../lib/labels.ts';
import type { TopologySpreadConstraint } from '../../../snapshot/kinds/core.ts';
import type { ClusterView, Labels, NodeView, PodView } from '../cluster.ts';
import { APPROVES, PASSES, type Filter } from '../filter.ts';
import { acceptsNode, untolerated } from './node.ts';

const DELETED = (pod: PodView): boolean => isBeingDeleted(pod.pod);

/** The selector with the pod's own values for `matchLabelKeys` added. */
function counts(constraint: TopologySpreadConstraint, pod: PodView): (labels: Labels) => boolean {
  const keys = (constraint.matchLabelKeys ?? []).filter((key) => pod.labels[key] !== undefined);
  return (labels) =>
    matchesSelector(constraint.labelSelector, labels) && keys.every((key) => labels[key] === pod.labels[key]);
}

function eligible(
  constraint: TopologySpreadConstraint,
  keys: readonly string[],
  pod: PodView,
  node: NodeView,
): boolean {
  if (keys.some((key) => node.labels?.[key] === undefined)) return false;
  if (constraint.nodeAffinityPolicy !== 'Ignore' && !acceptsNode(pod.spec, node.labels ?? {}, node.name)) return false;
  return constraint.nodeTaintsPolicy !== 'Honor' || untolerated(pod.spec, node.taints ?? []) === undefined;
}

function domains(constraint: TopologySpreadConstraint, keys: readonly string[], pod: PodView, cluster: ClusterView) {
  const matches = counts(constraint, pod);
  const found = new Map<string, number>();
  for (const node of cluster.nodes) {
    if (!eligible(constraint, keys, pod, node)) continue;
    const domain = node.labels?.[constraint.topologyKey ?? ''] ?? '';
    const here = node.pods.filter((one) => one.namespace === pod.namespace && !DELETED(one) && matches(one.labels));
    found.set(domain, (found.get(domain) ?? 0) + here.length);
  }
  const least = found.size < (constraint.minDomains ?? 1) || found.size === 0 ? 0 : Math.min(...found.values());
  return { found, least, self: matches(pod.labels) ? 1 : 0 };
}

export const podTopologySpread: Filter = (pod, cluster) => {
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter((one) => one.whenUnsatisfiable !== 'ScheduleAnyway');
  if (hard.length === 0) return APPROVES;
  const keys = hard.map((constraint) => constraint.topologyKey ?? '');
  const states = hard.map((constraint) => ({ constraint, ...domains(constraint, keys, pod, cluster) }));
  const known = cluster.nodes.every((node) => node.labels !== undefined && node.podsKnown);
  return (node) => {
    for (const { constraint, found, least, self } of states) {
      const key = constraint.topologyKey ?? '';
      const domain = node.labels?.[key];
      // That a node has no such label needs nothing else.
      if (!known && (node.labels === undefined || domain !== undefined)) return 'unknown';
      const text = "node(s) didn't match pod topology spread constraints";
      if (domain === undefined)
        return [
          {
            filter: 'PodTopologySpread',
            kind: 'topology-spread',
            text: `${text} (missing required label)`,
            because: `${node.name} has no label ${key}`,
          },
        ];
      const here = found.get(domain) ?? 0;
      if (here + self - least > (constraint.maxSkew ?? 1))
        return [
          {
            filter: 'PodTopologySpread',
            kind: 'topology-spread',
            text,
            because: `${key}=${domain} has ${here} matching pods, the emptiest domain ${least}, and maxSkew is ${constraint.maxSkew ?? 1}`,
          },
        ];
    }
    return PASSES;
  };
};
