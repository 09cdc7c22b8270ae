import { firstFew } from '../../lib/in-words.ts';
import { formatAmount } from '../../lib/format-quantity.ts';
import { viewCluster } from '../../simulation/scheduler/cluster.ts';
import { isOfPlugin } from '../../simulation/scheduler/requests.ts';
import { defineCheck } from '../check.ts';
import { rejected } from './rejected.ts';

export default defineCheck({
  id: 'sched-extended-resource-absent',
  layer: 2,
  title: 'Every requested extended resource exists on some node',
  failureTitle: 'The requested extended resource is on no node',
  why: 'The device plugin does not run, the resource has another name there (MIG, time-slicing), or the name is mistyped.',
  fix: ['Repair the device plugin on the nodes that should have it, or request the name that nodes advertise'],
  next: ["kubectl get nodes -o custom-columns='NAME:.metadata.name,ALLOCATABLE:.status.allocatable'"],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    const { nodes } = viewCluster(snapshot);
    if (!snapshot.listed('nodes') || nodes.some((node) => node.allocatable === undefined)) return;
    yield* rejected(
      snapshot,
      ({ reason }) =>
        reason.kind === 'resource' &&
        isOfPlugin(reason.resource ?? '') &&
        nodes.every((node) => (node.allocatable?.get(reason.resource ?? '') ?? 0) === 0),
      (cause, waiting) => {
        const resource = cause.reason.resource ?? '';
        const domain = resource.split('/')[0] ?? '';
        const alike = [
          ...new Set(
            nodes.flatMap((node) => [...(node.allocatable ?? [])].filter(([, n]) => n > 0).map(([key]) => key)),
          ),
        ].filter((key) => key.includes('/') && key.startsWith(`${domain}/`));
        const lost = nodes
          .filter((node) => Number(node.node.status?.capacity?.[resource] ?? 0) > 0)
          .map(({ name }) => name);
        const hint =
          lost.length > 0
            ? `; ${firstFew(lost)} ${lost.length === 1 ? 'has' : 'have'} capacity for it but 0 allocatable`
            : alike.length > 0
              ? `; nodes advertise ${firstFew(alike)}`
              : '';
        return {
          message: `Pod ${waiting.view.name} requests ${formatAmount(resource, waiting.view.requests.get(resource) ?? 1)} ${resource}, which none of the ${nodes.length} nodes advertises${hint}`,
        };
      },
    );
  },
});
