/** Nodes that no machine stands behind: a program answers for a whole cloud service or for another cluster. */
import type { Node } from '../kinds/index.ts';

/** Labels by which such programs mark their nodes; a value of `undefined` means any. */
const LABELS: readonly (readonly [key: string, value: string | undefined])[] = [
  // Virtual Kubelet (Azure Container Instances, ECI, Nomad, …).
  ['type', 'virtual-kubelet'],
  // KWOK's simulated nodes.
  ['type', 'kwok'],
  // vcluster: the host's nodes, written anew inside.
  ['vcluster.loft.sh/fake-node', undefined],
  // Liqo: another cluster.
  ['liqo.io/type', 'virtual-node'],
  // Admiralty: another cluster.
  ['virtual-kubelet.io/provider', undefined],
];

/**
 * A node that no machine stands behind. Its version is that of the program or of another cluster, so the rules on
 * version skew do not hold for it.
 */
export function isVirtual(node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (LABELS.some(([key, value]) => (value === undefined ? key in labels : labels[key] === value))) return true;
  if (node.spec?.taints?.some(({ key }) => key === 'virtual-kubelet.io/provider') === true) return true;
  // `v1.25.0-vk-azure-aci-1.6.2`: all that a row of a table shows.
  return /^v?\d{1,2}\.\d{1,3}\.\d{1,3}-vk-/.test(node.status?.nodeInfo?.kubeletVersion ?? '');
}
