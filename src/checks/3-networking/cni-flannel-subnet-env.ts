import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

export default defineCheck(
  networkPluginRule({
    id: 'cni-flannel-subnet-env',
    title: 'flannel has written its subnet file',
    failureTitle: 'flannel has not written /run/flannel/subnet.env',
    why: 'flanneld writes the file when it has got its lease. Without it no pod of the node gets a network.',
    fix: ['Look at the flannel pod on {node}: it is not running or cannot get a subnet.'],
    next: ['kubectl -n kube-flannel get pods -o wide', 'kubectl -n kube-flannel logs POD'],
    pattern: /open (?:\/var\/snap\/microk8s\/common)?\/run\/flannel\/subnet\.env: no such file or directory/,
    says: (match, where) => `flannel is not running on ${where}: ${match[0]}`,
  }),
);
