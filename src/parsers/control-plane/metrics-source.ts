import { effectiveCommand } from '../effective-command.ts';
import type { Command } from '../records.ts';

/** What a page of metrics was asked for: the program that printed it, and its machine. */
export interface MetricsSource {
  readonly component?: string;
  readonly node?: string;
}

/** The ports on which the parts of Kubernetes serve /metrics [K8S ports and protocols; etcd and CoreDNS as kubeadm sets them up]. */
const PORTS: Readonly<Record<string, string>> = {
  '2381': 'etcd',
  '6443': 'kube-apiserver',
  '9153': 'coredns',
  '10249': 'kube-proxy',
  '10250': 'kubelet',
  '10255': 'kubelet',
  '10257': 'kube-controller-manager',
  '10259': 'kube-scheduler',
};
const STATIC_POD = /^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)-(.{1,200})$/;
const OF_NODE = /^\/?api\/v1\/nodes\/(?:https?:)?([^/:]{1,253})(?::\d{1,5})?\/proxy\/metrics$/;
const OF_POD = /^\/?api\/v1\/namespaces\/[^/]{1,63}\/pods\/(?:https?:)?([^/:]{1,253})(?::(\d{1,5}))?\/proxy\/metrics$/;
const PORT = /^(?:https?:\/\/)?[^/]{0,253}:(\d{1,5})\/metrics$/;

/**
 * Whose metrics a command asks for. A part of a page (`| grep …`) does not say so itself.
 *
 *     kubectl get --raw /api/v1/nodes/worker-1/proxy/metrics                                             kubelet, worker-1
 *     kubectl get --raw /api/v1/namespaces/kube-system/pods/kube-scheduler-cp-1:10259/proxy/metrics      kube-scheduler, cp-1
 *     kubectl get --raw /metrics                                                                         kube-apiserver
 *     curl -sk https://127.0.0.1:10257/metrics                                                           kube-controller-manager
 */
export function metricsSource(command: Command | undefined): MetricsSource {
  if (command === undefined) return {};
  const { tool, flags, words } = effectiveCommand(command);
  if (tool !== 'kubectl') return served(words.flatMap((word) => PORT.exec(word)?.[1] ?? [])[0]);
  const raw = flags['raw'];
  if (typeof raw !== 'string') return {};
  if (/^\/?metrics$/.test(raw)) return { component: 'kube-apiserver' };
  const node = OF_NODE.exec(raw)?.[1];
  if (node !== undefined) return { component: 'kubelet', node };
  const [, pod = '', port] = OF_POD.exec(raw) ?? [];
  const [, component, machine] = STATIC_POD.exec(pod) ?? [];
  return component === undefined || machine === undefined ? served(port) : { component, node: machine };
}

function served(port: string | undefined): MetricsSource {
  const component = PORTS[port ?? ''];
  return component === undefined ? {} : { component };
}
