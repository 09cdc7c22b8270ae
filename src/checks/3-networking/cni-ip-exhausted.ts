import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

/** MetalLB gives addresses to Services, not to pods. */
const OF_SERVICES = /"msg": ?"IP allocation failed"/;

export default defineCheck(
  networkPluginRule({
    id: 'cni-ip-exhausted',
    title: 'There are addresses for new pods',
    failureTitle: 'No pod IP address is left',
    why: 'Each pod takes an address from the pool of its node or subnet. When the pool is used up, or holds addresses of pods long gone, new pods stay in ContainerCreating.',
    fix: [
      'Enlarge the pool (bigger pod CIDR, another subnet, prefix delegation), or release leaked addresses on {node} (/var/lib/cni/networks, the IPAM of the plug-in).',
    ],
    next: [
      'ls /var/lib/cni/networks/* | wc -l',
      'kubectl get nodes -o custom-columns=N:.metadata.name,C:.spec.podCIDR',
    ],
    signature: 'cni-ip-exhausted-line',
    harmless: (hit) =>
      OF_SERVICES.test(hit.first.text) ||
      // What `cilium status` says of its pool.
      (hit.groups['of'] !== undefined && Number(hit.groups['used']) < Number(hit.groups['of'])) ||
      (hit.groups['total'] !== undefined && Number(hit.groups['assigned']) < Number(hit.groups['total'])),
    pattern:
      /not enough free IP addresses in subnet \S{1,60}|no IP addresses available in range set: \S{1,80}|failed to assign an IP address to container|IP address pool stats: total (\d{1,7}), assigned (\d{1,7})|DataStore has no available IP.{0,40}|No more free affine blocks|No IPs available in pools?|[Nn]o available IP|No available address(?:es| pools)|not enough IPs available.{0,60}|all CIDR ranges are exhausted|InsufficientFreeAddressesInSubnet|No more IPs available|VSwitch \\?"[^"\\]{1,60}\\?" has not enough IpAddress|(?:Unable to autoassign an address - )?pools are likely exhausted.{0,160}|IPv4: \d{1,6}\/\d{1,6} allocated from [\d.]{7,15}\/\d{1,2}/,
    says: (match, where) =>
      match[1] === undefined
        ? `The network plug-in has no IP address left for pods on ${where}: ${match[0]}`
        : `The network plug-in has no IP address left for pods on ${where}: of ${match[1]} addresses ${match[2] ?? ''} are assigned (total ${match[1]}, assigned ${match[2] ?? ''})`,
  }),
);
