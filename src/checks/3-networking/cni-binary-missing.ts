import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

export default defineCheck(
  networkPluginRule({
    id: 'cni-binary-missing',
    title: 'The CNI plug-ins are installed',
    failureTitle: 'A CNI plug-in binary is missing on the node',
    why: 'The configuration in /etc/cni/net.d names a program that is not in /opt/cni/bin, so no pod network can be set up.',
    fix: [
      'Install the plug-in on {node} (package containernetworking-plugins, or the init container of the network plug-in).',
    ],
    next: ['ls -l /opt/cni/bin', 'cat /etc/cni/net.d/*'],
    signature: 'cni-binary-missing-line',
    pattern: /failed to find plugin "([^"]{1,80})" in path \[([^\]]{1,200})\]/,
    says: (match, where) => `CNI plug-in "${match[1] ?? ''}" is missing on ${where}: not found in ${match[2] ?? ''}`,
  }),
);
