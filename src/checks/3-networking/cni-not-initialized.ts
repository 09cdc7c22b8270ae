import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

export default defineCheck(
  networkPluginRule({
    id: 'cni-not-initialized',
    title: 'The pod network is initialised on every node',
    failureTitle: 'The pod network (CNI) is not initialised on the node',
    why: 'The runtime finds no usable configuration in /etc/cni/net.d. The network plug-in writes it when its agent starts, so that agent is missing, failing or not finished on the node; until then the node is NotReady and no pod starts.',
    fix: ['Look at the pod of the network plug-in on {node}; install one if there is none.'],
    next: [
      'ls -l /etc/cni/net.d /opt/cni/bin',
      "kubectl get pods -A -o wide | grep -E 'calico|cilium|flannel|aws-node|ovn|weave'",
    ],
    signature: 'cni-not-initialized-line',
    // containerd looks for the configuration once when it starts, long before the plug-in's pod can have written it.
    startLine: /failed to load cni during init/,
    blocksReady: true,
    pattern:
      /(?:NetworkPluginNotReady|network is not ready|cni plugin not initialized|cni config uninitialized|no (?:valid )?networks found in|No CNI configuration file in|no network config found in).{0,160}/,
    says: (match, where) => `The pod network is not initialised on ${where}: ${match[0].slice(0, 200)}`,
  }),
);
