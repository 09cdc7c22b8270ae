import type { Evidence } from '../../parsers/records.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { quotesOf, timing } from '../../snapshot/logs/hits.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

interface Bare {
  readonly machine: string;
  readonly has: string;
  readonly evidence: Evidence;
}

/** The only machine whose interface is shown, where it has addresses and that one is not among them. */
function bareOf(snapshot: Snapshot, device: string, address: string): Bare | undefined {
  const values = snapshot
    .facts('hostValues')
    .filter(({ topic, key }) => topic === 'network' && key === `${device}.address`);
  const machines = [...new Set(values.map((value) => machineOf(snapshot, value)))];
  const [machine] = machines;
  const [first] = values;
  // Where several are shown, another may rightly hold it.
  if (machine === undefined || first === undefined || machines.length > 1) return undefined;
  const addresses = values.map(({ value }) => value.replace(/\/.*$/, ''));
  return addresses.includes(address)
    ? undefined
    : { machine, has: addresses.slice(0, 3).join(', '), evidence: first.source };
}

export default defineCheck({
  id: 'vip-not-on-interface',
  layer: 3,
  title: 'Virtual addresses that are announced stand on the interface',
  failureTitle: 'kube-vip announces a virtual address that the interface does not have',
  why: 'kube-vip puts its address on the interface once, when it becomes leader, and then only announces it (ARP). Who takes it away later - systemd-networkd and NetworkManager when they restart, a hand with ip addr flush, the interface that goes down and up - leaves a node that draws packets and answers none of them.',
  fix: [
    'Now: restart the kube-vip pod of {node}, or ip addr add {address}/32 dev {device}',
    'For the future: let systemd-networkd leave foreign addresses (KeepConfiguration=static in the .network file of {device}), keep unattended-upgrades from restarting it, and take a version of kube-vip that looks after its address',
  ],
  next: ['ip -4 addr show {device}', 'journalctl -u systemd-networkd -u NetworkManager --no-pager | tail -20'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['hostValues'],
  needsAny: ['containerLogs', 'hostLogs'],
  wants: ['probes'],
  reads: ['kube-vip-announces', 'networkd-stopped'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    for (const hit of snapshot.hits('kube-vip-announces').toReversed()) {
      const { address = '', device = '' } = hit.groups;
      const bare = told.has(address) ? undefined : bareOf(snapshot, device, address);
      if (bare === undefined || (hit.node !== undefined && machineOf(snapshot, hit) !== bare.machine)) continue;
      const lost =
        snapshot
          .facts('probes')
          .find(({ target, outcome, tool }) => target === address && outcome !== 'ok' && tool !== 'arping') ??
        snapshot.facts('toolFailures').find(({ message }) => message.includes(`${address}:`));
      // Whose log it is stands nowhere: only an address that does not answer shows that nobody else has it.
      if (hit.node === undefined && lost === undefined) continue;
      told.add(address);
      const restarts = snapshot.hits('networkd-stopped').filter((one) => machineOf(snapshot, one) === bare.machine);
      yield {
        subject: snapshot.named('Node', bare.machine, { node: bare.machine }),
        message: `kube-vip announces ${address} via ${device}, and ${device} of ${bare.machine} does not have it (only ${bare.has})${restarts.length === 0 ? '' : `; systemd-networkd was stopped there, and takes away addresses that it did not make when it starts`}: the address answers nobody`,
        evidence: [
          snapshot.evidenceOf(hit)[0],
          bare.evidence,
          ...(lost === undefined ? [] : [lost.source]),
          ...(quotesOf(restarts.slice(-1)) ?? []),
        ],
        related: [{ kind: 'Host', name: address }],
        params: { address, device },
        ...timing(snapshot, [hit]),
      };
    }
  },
});
