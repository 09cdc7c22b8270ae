import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

export default defineCheck(
  networkPluginRule({
    id: 'cni-weave-down',
    title: 'Weave runs on the node',
    failureTitle: 'Weave Net does not run on the node, so pods get no address',
    why: "Weave's plug-in asks the router on its node (127.0.0.1:6784) for every pod; refused means that the weave-net pod is not there or not ready.",
    fix: ['Look at the weave-net pod of {node} and its log (peers, its database /weavedb, the address range).'],
    next: [
      'kubectl -n kube-system get pods -l name=weave-net -o wide',
      'kubectl -n kube-system logs -l name=weave-net -c weave --tail=100',
    ],
    signature: 'cni-weave-line',
    pattern:
      /unable to (?:allocate|release) IP address: (?:Post|Delete) \\{0,7}"?http:\/\/127\.0\.0\.1:6784\/\S{1,120}: dial tcp 127\.0\.0\.1:6784: .{0,20}connection refused/,
    says: (match, where) => `Weave Net does not run on ${where}: ${match[0]}`,
  }),
);
