import { defineCheck } from '../check.ts';

/** Parts without which nodes or DNS do not work. */
const CRITICAL =
  /^(?:coredns|kube-proxy|calico-node|cilium|kube-flannel|aws-node|kindnet|kube-router|antrea-agent|nvidia-device-plugin|node-local-dns)\b/;
const SYSTEM_PRIORITY = 2_000_000_000;

export default defineCheck({
  id: 'priority-inversion-system-pods',
  layer: 2,
  title: 'System pods have a system priority',
  failureTitle: 'A critical system pod has no system priority',
  why: 'It can be preempted or evicted before ordinary pods, and waits behind them for a node.',
  fix: ['Set priorityClassName: system-node-critical (agents) or system-cluster-critical (DNS)'],
  next: ["kubectl -n kube-system get pods -o custom-columns='NAME:.metadata.name,PRIORITY:.spec.priorityClassName'"],
  severity: 'info',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    for (const pod of snapshot.podsIn('kube-system')) {
      if (!CRITICAL.test(pod.metadata.name)) continue;
      const { priority, priorityClassName } = pod.spec ?? {};
      // Described pods without the line, and rows, tell nothing.
      if (priority === undefined || priority >= SYSTEM_PRIORITY || (priorityClassName ?? '').startsWith('system-'))
        continue;
      yield {
        subject: snapshot.subject(pod),
        message: `Pod ${pod.metadata.name} has priority ${priority}${priorityClassName === undefined ? '' : ` (${priorityClassName})`}, not a system one`,
        evidence: [snapshot.quote(pod, '/spec/priority')],
      };
    }
  },
});
