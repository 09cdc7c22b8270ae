import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

/** Lines, one every two seconds: a start takes fewer (HEUR). */
const LONG_WAIT = 5;

export default defineCheck(
  networkPluginRule({
    id: 'cni-aws-ipamd-down',
    title: 'ipamd of the VPC plug-in answers on every node',
    failureTitle: 'ipamd, the daemon of the VPC plug-in (aws-node), does not answer on the node',
    why: 'The plug-in asks ipamd on its node (127.0.0.1:50051) for the address of every pod, and the probes of aws-node ask the same port. ipamd serves it once it has reached the API server and EC2; a node that is short of CPU, a full data store or a broken route to the API server keep it from that.',
    fix: [
      'Read ipamd.log on {node} (/var/log/aws-routed-eni) and the log of aws-node: mend its way to the API server (kube-proxy) and its rights in EC2 (AmazonEKS_CNI_Policy); give its probes more time where the node is busy.',
    ],
    next: [
      'kubectl -n kube-system logs -l k8s-app=aws-node -c aws-node --tail=50',
      'tail -n 100 /var/log/aws-routed-eni/ipamd.log',
    ],
    signature: 'cni-aws-ipamd-line',
    pattern:
      /timeout: failed to connect service \\{0,7}"{0,2}:50051\\{0,7}"? within \w{1,8}|dial tcp 127\.0\.0\.1:50051: (?:connect: )?(?:i\/o timeout|connection refused)|Retrying waiting for IPAM-D|[Tt]imed out waiting for IPAM daemon to start/,
    // It waits some seconds at every start.
    harmless: ({ groups, count }) => groups['why']?.startsWith('Retrying') === true && count < LONG_WAIT,
    says: (match, where) => `ipamd of the VPC plug-in (aws-node) does not answer on ${where}: ${match[0]}`,
  }),
);
