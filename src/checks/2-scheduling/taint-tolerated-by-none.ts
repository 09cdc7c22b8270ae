import { isControlPlaneTaint, viewCluster } from '../../simulation/scheduler/cluster.ts';
import { isConditionTaint } from '../../simulation/scheduler/decide.ts';
import { tolerates } from '../../simulation/scheduler/filters/node.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'taint-tolerated-by-none',
  layer: 2,
  title: 'Every taint of a worker is tolerated by some pod',
  failureTitle: 'A taint that no pod tolerates keeps the node idle',
  why: 'Nobody can use the node: the taint or the tolerations of its intended pods are mistyped, or it is left over.',
  fix: ['Remove the taint, or correct key, value or effect'],
  next: ['kubectl describe node {name} | grep -A3 Taints'],
  severity: 'info',
  confidence: 'medium',
  needs: ['nodes', 'pods'],
  *run(_facts, { snapshot }) {
    if (!snapshot.listed('pods')) return;
    const { nodes } = viewCluster(snapshot);
    const pods = snapshot.list('pods');
    // Nodes of one pool carry one taint: ask the pods once.
    const tolerated = new Map<string, boolean>();
    for (const node of nodes)
      for (const [i, taint] of (node.taints ?? []).entries()) {
        const key = taint.key ?? '';
        if (
          taint.effect !== 'NoSchedule' ||
          isConditionTaint(key) ||
          isControlPlaneTaint(key) ||
          key.startsWith('node.kubernetes.io/')
        )
          continue;
        const written = `${key}=${taint.value ?? ''}`;
        // Tolerations for everything belong to agents, not to what the node was reserved for.
        const meant =
          tolerated.get(written) ??
          pods.some((pod) =>
            (pod.spec?.tolerations ?? []).some((one) => (one.key ?? '') !== '' && tolerates(one, taint)),
          );
        tolerated.set(written, meant);
        if (meant) continue;
        yield {
          subject: snapshot.subject(node.node),
          variant: key,
          message: `No pod tolerates the taint ${key}${taint.value === undefined || taint.value === '' ? '' : `=${taint.value}`}:NoSchedule of node ${node.name}`,
          evidence: [snapshot.quote(node.node, `/spec/taints/${i}`)],
        };
      }
  },
});
