import { viewCluster } from '../../simulation/scheduler/cluster.ts';
import { defineCheck } from '../check.ts';
import { names, rejected, share, shortfall } from './rejected.ts';

/** Resources that the kubelet reports by itself; all others come from device plugins. */
const OWN = /^(?:cpu|memory|pods|ephemeral-storage|hugepages-.+)$/;

export default defineCheck({
  id: 'sched-insufficient-extended',
  layer: 2,
  title: 'Nodes have enough GPUs and other extended resources for the pods that wait',
  failureTitle: 'Insufficient GPUs or other extended resource',
  why: 'Extended resources come in whole pieces and cannot be overcommitted: either all are taken or nodes have lost some.',
  fix: ['Free the resource, repair the nodes that lost it (device plugin, driver), or add nodes that have it'],
  next: [
    "kubectl get nodes -o custom-columns='NAME:.metadata.name,CAPACITY:.status.capacity,ALLOCATABLE:.status.allocatable'",
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'resource' && !OWN.test(reason.resource ?? ''),
      (cause, waiting) => {
        const resource = cause.reason.resource ?? '';
        const holders = viewCluster(snapshot)
          .nodes.flatMap((node) => node.pods)
          .filter((pod) => (pod.requests.get(resource) ?? 0) > 0)
          .map((pod) => `${pod.namespace}/${pod.name}`);
        const numbers = shortfall(cause, waiting);
        const held = holders.length === 0 ? '' : `; held by ${names(holders)}`;
        return {
          message: `Insufficient ${resource} for pod ${waiting.view.name} on ${share(cause, waiting)}${numbers === '' ? '' : `: ${numbers}`}${held}`,
        };
      },
    );
  },
});
