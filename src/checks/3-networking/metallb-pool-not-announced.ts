import { inCidr, parseCidr, parseIp } from '../../lib/cidr.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** `192.0.2.10-192.0.2.20`, or a block. */
function inPool(address: string, range: string): boolean {
  const ip = parseIp(address);
  if (ip === undefined) return false;
  const [from, to] = range.split('-').map((text) => parseIp(text.trim()));
  if (from !== undefined && to !== undefined)
    return ip.bits === from.bits && ip.bits === to.bits && from.value <= ip.value && ip.value <= to.value;
  const block = parseCidr(range.trim());
  return block !== undefined && inCidr(ip, block);
}

export default defineCheck({
  id: 'metallb-pool-not-announced',
  layer: 3,
  title: "MetalLB's address pools are announced",
  failureTitle: 'No L2Advertisement or BGPAdvertisement announces the address pool of MetalLB',
  why: 'Since 0.13 an IPAddressPool only hands addresses out. The speakers answer for them (ARP, NDP or BGP) when an advertisement names the pool; without one the Service shows an external address that nobody in the network answers for.',
  fix: [
    'Create an L2Advertisement (or a BGPAdvertisement with its BGPPeer) in the namespace of MetalLB whose ipAddressPools names {name}, or which names none and so means all.',
  ],
  next: ['kubectl get ipaddresspools,l2advertisements,bgpadvertisements -A -o yaml', 'arping -I INTERFACE ADDRESS'],
  severity: 'critical',
  confidence: 'high',
  needs: ['ipAddressPools'],
  wants: ['l2Advertisements', 'bgpAdvertisements', 'services'],
  *run({ ipAddressPools }, { snapshot }) {
    const advertisements = [...snapshot.list('l2Advertisements'), ...snapshot.list('bgpAdvertisements')];
    // A row of a table does not say which pools it means.
    if (advertisements.some(({ spec }) => spec === undefined)) return;
    for (const pool of ipAddressPools) {
      const { name, namespace } = pool.metadata;
      // Pools and advertisements live in the namespace of MetalLB. Nobody asked for any: they may well be there.
      const asked = (['l2Advertisements', 'bgpAdvertisements'] as const).filter((area) =>
        snapshot.listed(area, namespace),
      );
      if (asked.length === 0) continue;
      const announced = advertisements.some(({ spec }) => {
        const named = spec?.ipAddressPools ?? [];
        return spec?.ipAddressPoolSelectors === true || named.length === 0 || named.includes(name);
      });
      if (announced) continue;
      const ranges = pool.spec?.addresses ?? [];
      const users = snapshot
        .list('services')
        .filter((service) =>
          (service.status?.loadBalancer?.ingress ?? []).some(({ ip }) =>
            ranges.some((range) => ip !== undefined && inPool(ip, range)),
          ),
        );
      const shown = users
        .slice(0, 3)
        .map((service) => `${service.metadata.name} (${service.status?.loadBalancer?.ingress?.[0]?.ip ?? ''})`);
      yield {
        subject: snapshot.subject(pool),
        confidence: asked.length === 2 ? 'high' : 'medium',
        message: `No ${asked.length === 2 ? 'L2Advertisement or BGPAdvertisement' : asked[0] === 'l2Advertisements' ? 'L2Advertisement' : 'BGPAdvertisement'} announces the MetalLB pool ${name}${ranges.length === 0 ? '' : ` (${ranges.slice(0, 3).join(', ')})`}, so nobody answers for its addresses${shown.length === 0 ? '' : `, as for Service ${shown.join(', ')}`}`,
        evidence: [
          snapshot.quote(pool, ''),
          ...users.slice(0, 2).map((one) => snapshot.quote(one, '/status/loadBalancer')),
        ],
        related: users.slice(0, 20).map(refOf),
      };
    }
  },
});
