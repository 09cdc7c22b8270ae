import { entryOf } from '../../lib/group-by.ts';
import type { FabricPort } from '../../parsers/records.ts';
import { byMachine, machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** Machines on which the same port is active, from which on nobody takes a port for one that is not cabled. */
const SURE = 2;

const nameOf = (port: FabricPort): string => `${port.adapter} port ${port.port}`;
/** The same port of the same adapter in another machine of the kind. */
const keyOf = (port: FabricPort): string =>
  `${port.adapter}\u0000${port.port}\u0000${port.adapterType ?? ''}\u0000${port.linkLayer ?? ''}`;
const wordsOf = (port: FabricPort): string =>
  `${port.state ?? 'unknown'}${port.physicalState === undefined ? '' : `, physically ${port.physicalState}`}`;

/** The rate that most of the active ports have. */
function usualRate(ports: readonly FabricPort[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { rate } of ports) if (rate !== undefined) counts.set(rate, (counts.get(rate) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0]);
  return most !== undefined && most[1] * 2 > ports.length ? most[0] : undefined;
}

export default defineCheck({
  id: 'ib-port-not-active',
  layer: 5,
  title: 'Ports of the InfiniBand and RoCE adapters are active',
  failureTitle: 'A port of the fabric is not active, or slower than its peers',
  why: 'Collective communication (NCCL, MPI) uses all ports of all machines: one that is down or slow stops or slows every job that touches its machine. A port that nobody cabled is down as well, so only peers tell.',
  fix: ['On {node}: reseat or replace cable and transceiver of {port}, and look at the port of the switch'],
  next: ['ibstat', 'ibv_devinfo -v', 'mlxlink -d {adapter} -m', 'ibdiagnet'],
  severity: 'critical',
  confidence: 'high',
  needs: ['fabricPorts'],
  *run({ fabricPorts }, { snapshot }) {
    const peers = new Map<string, Map<string, FabricPort>>();
    for (const port of fabricPorts) {
      const ofKind = entryOf(peers, keyOf(port), () => new Map<string, FabricPort>());
      ofKind.set(machineOf(snapshot, port), port);
    }
    for (const [node, ports] of byMachine(snapshot, fabricPorts)) {
      const told = new Set<string>();
      for (const port of ports) {
        if (told.has(keyOf(port))) continue;
        told.add(keyOf(port));
        const others = [...(peers.get(keyOf(port)) ?? [])].filter(([name]) => name !== node).map(([, one]) => one);
        const draft = judge(port, node, others);
        if (draft === undefined) continue;
        yield {
          subject: snapshot.named('Node', node, { node }),
          evidence: [port.source],
          params: { port: nameOf(port), adapter: port.adapter },
          ...draft,
        };
      }
    }
  },
});

/** What is wrong with a port, by its own words and those of the same port elsewhere. */
function judge(
  port: FabricPort,
  node: string,
  others: readonly FabricPort[],
): Omit<FindingDraft, 'subject' | 'evidence'> | undefined {
  const active = others.filter((one) => one.state === 'Active');
  const name = nameOf(port);
  if (port.state === 'Active') {
    const usual = active.length < SURE ? undefined : usualRate(active);
    if (usual === undefined || port.rate === undefined || port.rate >= usual) return undefined;
    return {
      variant: `rate:${name}`,
      severity: 'warning',
      message: `${name} of ${node} runs at ${port.rate} Gb/s, the same port of ${active.length} other machines at ${usual} Gb/s`,
    };
  }
  // The cable carries a signal, and nobody configured the port: that needs no peers. Down is so only a virtual function.
  if (
    port.linkLayer !== 'Ethernet' &&
    port.physicalState === 'LinkUp' &&
    /^(?:Initializing|Armed|Down)$/.test(port.state ?? '')
  ) {
    const nameless = port.guid !== undefined && /^0x0+$/.test(port.guid);
    return {
      variant: `subnet:${name}`,
      message: `${name} of ${node} is ${wordsOf(port)}: the link is up, but no subnet manager has configured it${nameless ? '; it is a virtual function without a GUID (Port GUID 0), and without one none will' : ''}`,
      fix: [
        ...(port.state === 'Down'
          ? [
              'Give the virtual function a GUID of its own (ip link set PF vf N node_guid … and port_guid …, or ib-kubernetes with a pool), and bind its driver anew; let the subnet manager serve virtual functions (opensm: virt_enabled 2)',
            ]
          : []),
        'Start the subnet manager (opensm, or that of the switch or of UFM), or let it reach the port {port} of {node}',
      ],
      next: ['ibstat', 'sminfo', 'systemctl status opensm', 'ip link show'],
    };
  }
  if (active.length * 3 < others.length * 2 || active.length === 0) return undefined;
  return {
    variant: `down:${name}`,
    ...(active.length < SURE ? { severity: 'warning' as const, confidence: 'medium' as const } : {}),
    message: `${name} of ${node} is ${wordsOf(port)}; the same port is active on ${active.length} of ${others.length} other machines`,
  };
}
