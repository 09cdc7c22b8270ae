import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

export default defineCheck(
  networkPluginRule({
    id: 'cni-bridge-ip-conflict',
    title: "The bridge has the address of the node's pod range",
    failureTitle: 'The bridge cni0 has an address of another pod range',
    why: 'The node got a new pod CIDR (it joined anew), but the bridge of the old one is still there.',
    fix: ['Drain {node} and delete the bridge (ip link delete cni0); it is made anew with the right address.'],
    next: ['ip addr show cni0', 'cat /run/flannel/subnet.env'],
    pattern: /"?cni0"? already has an IP address different from ([\da-f.:/]{1,60})/,
    says: (match, where) => `Bridge cni0 on ${where} already has an IP address different from ${match[1] ?? ''}`,
  }),
);
