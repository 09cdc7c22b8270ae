import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'node-no-default-route',
  layer: 5,
  title: 'Machines have a default route',
  failureTitle: 'The machine has no default route',
  why: 'Addresses for which a machine has no route fail at once with "network is unreachable". Sites without a way out live so on purpose; elsewhere the route got lost: the interface came up under another name than its configuration has, DHCP gave no gateway, or a restart of the network did not write it.',
  fix: [
    'Now: ip route add default via GATEWAY dev INTERFACE on {node}',
    'For the future: name the gateway in the configuration of the interface that is there (netplan, NetworkManager, ifcfg), match it by MAC address when its name changes, and look whether DHCP offers a router',
  ],
  next: [
    'ip -br addr; ip route',
    'networkctl status; nmcli device show',
    'journalctl -b | grep -iE "dhcp|renamed from"',
  ],
  severity: 'info',
  confidence: 'medium',
  needs: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    const tables = hostValues.filter(({ topic, key }) => topic === 'route' && key === 'no-default');
    for (const [node, [table]] of byMachine(snapshot, tables))
      if (table !== undefined)
        yield {
          subject: snapshot.named('Node', node, { node }),
          message: `The main routing table of ${node} has ${table.value} and no default route: addresses outside of those networks are unreachable from it`,
          evidence: [table.source],
        };
  },
});
