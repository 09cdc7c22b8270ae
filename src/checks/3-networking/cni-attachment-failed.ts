import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

const MISSING = /cannot find (?:get )?a network-attachment-definition \(([^)]{1,253})\) in namespace \(([^)]{1,63})\)/;

export default defineCheck(
  networkPluginRule({
    id: 'cni-attachment-failed',
    title: 'Pods are attached to the networks that they ask for',
    failureTitle: 'A network attachment of a pod fails (Multus, branch interface)',
    why: 'Multus calls the default network plug-in and those of the NetworkAttachmentDefinitions that the annotation k8s.v1.cni.cncf.io/networks names. When one of them cannot be found or read, or Multus cannot ask the API server, the pod gets no network at all. With security groups for pods on EKS the VPC resource controller makes a branch interface (ENI) for each pod; without it the plug-in has no address to give.',
    fix: [
      'Create or correct the NetworkAttachmentDefinition in the namespace that the annotation names; where Multus itself is refused or does not answer, restart its pod on {node}.',
    ],
    next: [
      'kubectl get network-attachment-definitions -A -o yaml',
      'kubectl -n kube-system logs -l app=multus --tail=100',
    ],
    signature: 'cni-attachment-line',
    pattern:
      /cannot find (?:get )?a network-attachment-definition \([^)]{1,253}\) in namespace \([^)]{1,63}\)|failed to unmarshal Spec\.Config: .{1,160}|[Pp]arsePodNetworkAnnotation: .{1,200}|namespace isolation enabled, annotation violates permission.{0,200}|Multus: \[[^\]]{1,320}\]: error (?:waiting for|getting) pod: .{1,160}|dial unix \S{0,60}multus\.sock: connect: .{1,40}|failed to allocate branch ENI to pod: .{1,400}/,
    advice: (words) =>
      words.includes('branch ENI')
        ? [
            'Mend what the VPC resource controller says: the limit of branch interfaces of the instance type (another type, or more nodes), security groups that do not exist or are of another VPC, the permissions of its role; delete the pod when an entry of an earlier pod of that name is in the way.',
          ]
        : undefined,
    says: (match, where) => {
      const [, name, namespace] = MISSING.exec(match[0]) ?? [];
      if (match[0].includes('branch ENI'))
        return `A pod on ${where} gets no branch interface (security groups for pods): ${match[0]}`;
      return name === undefined
        ? `Multus cannot attach pods on ${where} to their networks: ${match[0].slice(0, 240)}`
        : `The NetworkAttachmentDefinition ${name} that a pod on ${where} names does not exist in namespace ${namespace ?? ''}: ${match[0]}`;
    },
  }),
);
