/** Every filter against every node: where could the pod go, and what keeps it from each node? */
import type { AskingPod, ClusterView, NodeView } from './cluster.ts';
import { APPROVES, PASSES, type Filter, type FilterName, type Judgement, type Rejection } from './filter.ts';
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

/** The filters that ask something of nodes for this pod. */
const prepare = (pod: AskingPod, cluster: ClusterView) =>
  FILTERS.map(([name, filter]) => ({ name, judge: filter(pod, cluster) })).filter(({ judge }) => judge !== APPROVES);

/** The nodes of which all filters approve, with nothing left unknown. */
export function feasibleNodes(pod: AskingPod, cluster: ClusterView): readonly NodeView[] {
  const asking = prepare(pod, cluster);
  const approves = (judgement: Judgement): boolean => judgement !== 'unknown' && judgement.length === 0;
  return cluster.nodes.filter((node) => {
    for (const { judge } of asking) if (!approves(judge(node))) return false;
    return true;
  });
}

/** Runs all filters for one pod over all nodes. */
export function simulate(pod: AskingPod, cluster: ClusterView): readonly NodeVerdict[] {
  const asking = prepare(pod, cluster);
  return cluster.nodes.map((node) => {
    let rejections = PASSES;
    let unknown: readonly FilterName[] = [];
    for (const { name, judge } of asking) {
      const judgement = judge(node);
      if (judgement === 'unknown') unknown = unknown.concat(name);
      else if (judgement.length > 0) rejections = rejections.length === 0 ? judgement : rejections.concat(judgement);
    }
    return { node, rejections, unknown };
  });
}
