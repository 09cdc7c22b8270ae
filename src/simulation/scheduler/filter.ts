/** The shape of a filter: prepared once for a pod, asked once per node. */
import type { Reason } from '../../snapshot/scheduling/scheduling-message.ts';
import type { AskingPod, ClusterView, NodeView } from './cluster.ts';

/** The scheduler's plugins that filter nodes, in the order in which it runs them. */
export type FilterName =
  | 'NodeUnschedulable'
  | 'NodeName'
  | 'TaintToleration'
  | 'NodeAffinity'
  | 'NodePorts'
  | 'NodeResourcesFit'
  | 'VolumeRestrictions'
  | 'NodeVolumeLimits'
  | 'VolumeBinding'
  | 'VolumeZone'
  | 'PodTopologySpread'
  | 'InterPodAffinity';

/** Why a node is refused, in the scheduler's words, with the numbers behind them. */
export interface Rejection extends Omit<Reason, 'count'> {
  readonly filter: FilterName;
  /** Of a resource: requested, free and allocatable on this node. */
  readonly wanted?: number;
  readonly free?: number;
  readonly allocatable?: number;
  /** What stands in the way: pods that hold a port or repel, the volume, the term that fails. */
  readonly because?: string;
}

/** No rejection: the node passes. `unknown`: the bundle does not tell enough about the node. */
export type Judgement = readonly Rejection[] | 'unknown';

/** Prepares for one pod (what the scheduler calls PreFilter), then judges nodes. */
export type Filter = (pod: AskingPod, cluster: ClusterView) => (node: NodeView) => Judgement;

export const PASSES: readonly Rejection[] = [];
/** Of a filter that asks nothing of nodes for this pod: it need not be asked for each of thousands. */
export const APPROVES = (): Judgement => PASSES;
