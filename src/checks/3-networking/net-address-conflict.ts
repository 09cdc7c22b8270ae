import { inWords } from '../../lib/in-words.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'net-address-conflict',
  layer: 3,
  title: 'One machine answers for each address',
  failureTitle: 'Several machines answer for one address',
  why: 'Who asks for the address gets the one or the other, by chance: connections break or reach a stranger, then work again. A pool of a load balancer that overlaps with DHCP or with an address of a machine, a machine that was cloned, a speaker of an old cluster that still announces.',
  fix: [
    'Find both by their hardware addresses (tables of the switch, ip link on the nodes), take the address from the one that should not have it, and keep the pool of the load balancer out of the range that DHCP gives.',
  ],
  next: ['arping -D -I eth0 -c 3 {address}', 'ip neigh show {address}'],
  severity: 'critical',
  // Proxy ARP and a takeover in that very second look the same.
  confidence: 'medium',
  needs: ['probes'],
  wants: ['services', 'nodes'],
  *run({ probes, services }, { snapshot }) {
    for (const { target, hardware = [], source } of probes) {
      if (hardware.length < 2) continue;
      const service = services.find(({ status, spec }) =>
        [...(status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip), ...(spec?.externalIPs ?? [])].includes(target),
      );
      yield {
        subject: snapshot.named('Host', target),
        message: `${hardware.length} machines answer for ${target}${service === undefined ? '' : ` (Service ${service.metadata.name})`}: duplicate address, it is at ${inWords(hardware)}`,
        evidence: [source],
        params: { address: target },
        ...(service === undefined ? {} : { related: [refOf(service)] }),
      };
    }
  },
});
