import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

export default defineCheck(
  networkPluginRule({
    id: 'cni-cilium-agent-error',
    title: 'The Cilium agent answers on every node',
    failureTitle: 'The Cilium agent fails or does not answer',
    why: 'The plug-in asks the agent on its node for every pod. While the agent is down or cannot reach the API server, no pod gets a network there.',
    fix: [
      'Look at the log of the Cilium pod on {node}; check its way to the API server (k8sServiceHost) and its kernel requirements.',
    ],
    next: ['cilium status --verbose', 'kubectl -n kube-system logs -l k8s-app=cilium --tail=100'],
    signature: 'cni-cilium-line',
    pattern:
      /unable to connect to Cilium daemon.{0,160}|dial unix \/var\/run\/cilium\/cilium\.sock.{0,120}|Cilium API client timeout exceeded|Unable to contact k8s api-server.{0,160}|[Rr]egeneration failed.{0,120}|unable to create endpoint: .{1,160}/,
    says: (match, where) => `The Cilium agent fails on ${where}: ${match[0].slice(0, 240)}`,
  }),
);
