/** Which addresses are those of the pod network: told by the nodes, and by interfaces and routes of the plug-ins. */
import { inCidr, parseCidr, parseIp } from '../../lib/cidr.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Snapshot } from '../snapshot.ts';

/** Bridges and tunnels that network plug-ins make; physical interfaces have other names everywhere. */
const OVERLAY =
  /^(?:flannel[.\w-]{0,12}|cni\d{1,2}|cbr\d|tunl\d|vxlan[.\w-]{0,12}|weave|cilium_(?:host|net|vxlan|geneve)|kube-bridge|antrea-gw\d|ovn-k8s-mp\d|kindnet\d?)$/;

/** Prefix length of a cluster's whole range, by default, in flannel, kubeadm's manuals, k3s, and k0s. */
const CLUSTER_PREFIX = 16;

interface PodRange {
  readonly cidr: string;
  /** Who says so: `flannel.1`, `node worker-1`. */
  readonly told: string;
}

const ranges = oncePer((snapshot: Snapshot): readonly PodRange[] => {
  const out: PodRange[] = [];
  for (const { metadata, spec } of snapshot.list('nodes'))
    if (spec?.podCIDR !== undefined) out.push({ cidr: spec.podCIDR, told: `node ${metadata.name}` });
  for (const { topic, key, value } of snapshot.facts('hostValues')) {
    if (topic === 'route') {
      const device = /\bdev (\S{1,64})/.exec(value)?.[1] ?? '';
      if (key.includes('/') && OVERLAY.test(device)) out.push({ cidr: key, told: device });
    } else if (topic === 'network' && key.endsWith('.address')) {
      const device = key.slice(0, -'.address'.length);
      const address = value.split('/')[0] ?? '';
      // The interface has one address out of the range that all nodes share.
      if (OVERLAY.test(device) && address.includes('.'))
        out.push({ cidr: `${address}/${CLUSTER_PREFIX}`, told: device });
    }
  }
  return out;
});

/** The range of pods in which an address lies, and who tells of it. */
export function podRangeOf(snapshot: Snapshot, host: string): PodRange | undefined {
  const ip = parseIp(host);
  if (ip === undefined) return undefined;
  return ranges(snapshot).find(({ cidr }) => {
    const block = parseCidr(cidr);
    return block !== undefined && inCidr(ip, block);
  });
}
