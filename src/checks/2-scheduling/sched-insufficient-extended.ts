import { firstFew } from '../../lib/in-words.ts';
import { isOfPlugin } from '../../simulation/scheduler/requests.ts';
import { requestsOf, viewCluster } from '../../simulation/scheduler/cluster.ts';
import { memo, oncePer } from '../../lib/once-per.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';
import { insufficient } from './rejected.ts';

/**
 * Shares of a card that no node advertises: the extender of HAMi's scheduler counts them and tells the scheduler to
 * leave them alone. Every other scheduler looks for them on the nodes.
 */
const SHARES = /^(?:nvidia\.com\/(?:gpumem(?:-percentage)?|gpucores)|hygon\.com\/(?:dcumem|dcucores))$/;
/** Nodes named as those that have the resource. */
const NODES = 20;

/** The pods on nodes that have some of a resource. */
const holdersOf = oncePer((snapshot: Snapshot) =>
  memo((resource: string): readonly string[] =>
    viewCluster(snapshot).nodes.flatMap(({ pods }) =>
      pods.flatMap((pod) => ((requestsOf(pod).get(resource) ?? 0) > 0 ? [`${pod.namespace}/${pod.name}`] : [])),
    ),
  ),
);

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
    yield* insufficient(snapshot, isOfPlugin, (cause, resource) => {
      const holders = holdersOf(snapshot)(resource);
      // Where the simulation lacks facts (pods from a table), the nodes that have the resource at all are meant.
      const having =
        cause.nodes.length > 0
          ? []
          : snapshot.list('nodes').filter(({ status }) => status?.capacity?.[resource] !== undefined);
      if (SHARES.test(resource))
        return {
          variant: 'share',
          tail: '; no node ever has this resource, which is a share of a card that only the scheduler of HAMi counts: another scheduler took the pod, or one that is not set to leave it to HAMi',
          fix: [
            'Let hami-scheduler place the pod: its webhook sets schedulerName when the pod is made, so see that the webhook runs and does not leave out the namespace or pod (label hami.io/webhook=ignore, privileged containers), or set schedulerName: hami-scheduler, and make the pod anew',
          ],
        };
      return {
        tail: holders.length === 0 ? '' : `; held by ${firstFew(holders)}`,
        related: having.slice(0, NODES).map(refOf),
      };
    });
  },
});
