/** The cluster's DNS: its Service, its addresses and its pods, whatever the distribution calls them. */
import { parseIp } from '../../lib/cidr.ts';
import { defined } from '../../lib/defined.ts';
import { matchesLabels } from '../../lib/labels.ts';
import { oncePer } from '../../lib/once-per.ts';
import { addressesOfWorkload, type ConfiguredAddress } from './addresses.ts';
import type { AnyObject, ObjectOf, Pod, Service } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** kubeadm, kops, RKE2 (helm chart), k3s, OpenShift. */
const SERVICE_NAMES = new Set(['kube-dns', 'coredns', 'rke2-coredns-rke2-coredns', 'dns-default']);
const SERVICE_NAMESPACES = new Set(['kube-system', 'openshift-dns']);
/** NodeLocal DNSCache listens on this link-local address of every node. */
export const NODELOCAL_ADDRESS = '169.254.20.10';

export interface ClusterDns {
  readonly service: Service | undefined;
  /** Cluster addresses of the Service. Empty when the Service is not in the bundle. */
  readonly addresses: readonly string[];
  readonly pods: readonly Pod[];
}

/** The Service of the cluster DNS, and what is named after it. */
export const isDnsName = (name: string, namespace: string | undefined): boolean =>
  SERVICE_NAMES.has(name) && SERVICE_NAMESPACES.has(namespace ?? '');

const isDnsService = ({ metadata }: Service): boolean => isDnsName(metadata.name, metadata.namespace);

/** True for a pod that serves cluster DNS (not the node-local cache, not the DNS autoscaler). */
export function isDnsPod(pod: Pod): boolean {
  const { name, namespace, labels } = pod.metadata;
  if (!SERVICE_NAMESPACES.has(namespace ?? '')) return false;
  if (labels !== undefined)
    return (
      matchesLabels({ 'k8s-app': 'kube-dns' }, labels) ||
      matchesLabels({ 'app.kubernetes.io/name': 'rke2-coredns' }, labels) ||
      matchesLabels({ 'dns.operator.openshift.io/daemonset-dns': 'default' }, labels)
    );
  return /^(?:coredns|kube-dns|rke2-coredns-rke2-coredns|dns-default)-(?!autoscaler)/.test(name);
}

/** The Deployment of the cluster DNS: by the labels of its pods, or by its name where a table shows no labels. */
export function isDnsDeployment({ metadata: { name, namespace }, spec }: ObjectOf<'deployments'>): boolean {
  const labels = spec?.template?.metadata?.labels ?? spec?.selector?.matchLabels;
  return isDnsPod({ kind: 'Pod', metadata: { name: `${name}-`, ...defined({ namespace, labels }) } });
}

export const clusterDns = oncePer((snapshot: Snapshot): ClusterDns => {
  const service = snapshot.list('services').find(isDnsService);
  const addresses = [service?.spec?.clusterIP, ...(service?.spec?.clusterIPs ?? [])].filter(
    (address): address is string => address !== undefined && address !== '' && address !== 'None',
  );
  return {
    service,
    addresses: [...new Set(addresses)],
    pods: [...SERVICE_NAMESPACES].flatMap((namespace) => snapshot.podsIn(namespace).filter(isDnsPod)),
  };
});

/** An address in the configuration of the object's workload that only the cluster's DNS resolves: the name of a Service. */
export function clusterNameUsedBy(snapshot: Snapshot, object: AnyObject): ConfiguredAddress | undefined {
  const { namespace, name } = object.metadata;
  const top = snapshot.workloadOf(object)?.name ?? name;
  return addressesOfWorkload(snapshot, namespace, top).find(
    (address) => parseIp(address.host) === undefined && snapshot.resolve(address.host, namespace).service !== undefined,
  );
}
