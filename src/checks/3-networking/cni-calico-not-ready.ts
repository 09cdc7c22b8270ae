import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

/** The API server does not take its token. */
const REFUSED = /unauthorized/i;

export default defineCheck(
  networkPluginRule({
    id: 'cni-calico-not-ready',
    title: 'Calico is ready on every node',
    failureTitle: 'Calico is not ready on the node',
    why: 'Without BGP sessions and Felix there are no routes to the pods of other nodes, and new pods get no network.',
    fix: [
      'Open TCP 179 between the nodes, set IP_AUTODETECTION_METHOD when the wrong interface was chosen, and see that calico-node reaches the API server or Typha.',
    ],
    next: ['calicoctl node status', 'kubectl -n kube-system logs -l k8s-app=calico-node --tail=100'],
    signature: 'cni-calico-line',
    pattern:
      /calico\/node is not ready: .{1,200}|bird\/confd is not live|stat \/var\/lib\/calico\/nodename: no such file.{0,120}|error getting ClusterInformation: .{1,200}|Calico node .{1,80} is already using the IPv4 address.{0,40}/,
    variant: (words) => (REFUSED.test(words) ? 'unauthorized' : undefined),
    advice: (words) =>
      REFUSED.test(words)
        ? [
            'Restart calico-node on {node}: it writes a new token into /etc/cni/net.d/calico-kubeconfig; when that does not help, see that the clock of the node is right and that the ServiceAccount calico-node (calico-cni-plugin) still exists with its ClusterRole.',
          ]
        : undefined,
    says: (match, where) => `Calico is not ready on ${where}: ${match[0].slice(0, 240)}`,
  }),
);
