/** Every filter against every node: where could the pod go, and what keeps it from each node? */
import type { ClusterView, NodeView, PodView } from './cluster.ts';
import type { Filter, FilterName, Rejection } from './filter.ts';
import { interPodAffinity } from './filters/inter-pod.ts';
import { nodeAffinity, nodeName, nodeUnschedulable, taintToleration } from './filters/node.ts';
import { nodePorts, nodeResourcesFit } from './filters/resources.ts';
import { podTopologySpread } from './filters/spread.ts';
import { nodeVolumeLimits, volumeBinding, volumeRestrictions, volumeZone } from './filters/volumes.ts';

/** In the order in which the default profile runs them; the scheduler reports the first that rejects. */
export const FILTERS: readonly (readonly [FilterName, Filter])[] = [
  ['NodeUnschedulable', nodeUnschedulable],
  ['NodeName', nodeName],
  ['TaintToleration', taintToleration],
  ['NodeAffinity', nodeAffinity],
  ['NodePorts', nodePorts],
  ['NodeResourcesFit', nodeResourcesFit],
  ['VolumeRestrictions', volumeRestrictions],
  ['NodeVolumeLimits', nodeVolumeLimits],
  ['VolumeBinding', volumeBinding],
  ['VolumeZone', volumeZone],
  ['PodTopologySpread', podTopologySpread],
  ['InterPodAffinity', interPodAffinity],
];

/** What the filters say of one node. Feasible: nothing rejects and nothing is unknown. */
export interface NodeVerdict {
  readonly node: NodeView;
  /** All rejections, in filter order: the first filter's are what the scheduler would report. */
  readonly rejections: readonly Rejection[];
  readonly unknown: readonly FilterName[];
}

export const isFeasible = (verdict: NodeVerdict): boolean =>
  verdict.rejections.length === 0 && verdict.unknown.length === 0;

/** What the scheduler would report of a node: the rejections of the first filter that refuses. */
export function reported(verdict: NodeVerdict): readonly Rejection[] {
  const first = verdict.rejections[0]?.filter;
  return verdict.rejections.filter((rejection) => rejection.filter === first);
}

/** Runs all filters for one pod over all nodes. */
export function simulate(pod: PodView, cluster: ClusterView): readonly NodeVerdict[] {
  const prepared = FILTERS.map(([name, filter]) => [name, filter(pod, cluster)] as const);
  return cluster.nodes.map((node) => {
    const rejections: Rejection[] = [];
    const unknown: FilterName[] = [];
    for (const [name, judge] of prepared) {
      const judgement = judge(node);
      if (judgement === 'unknown') unknown.push(name);
      else rejections.push(...judgement);
    }
    return { node, rejections, unknown };
  });
}
