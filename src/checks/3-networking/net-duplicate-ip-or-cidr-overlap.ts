import { overlap, parseCidr } from '../../lib/cidr.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { HostValue } from '../../parsers/records.ts';
import type { Node, Pod } from '../../snapshot/kinds/index.ts';
import { byMachine, NAT } from '../../snapshot/nodes/node-health.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** The address of a pod in a network of its own. */
function ownAddress({ spec, status }: Pod): string | undefined {
  // Only a known spec tells a pod of its own network from one of the host's; finished pods keep their old address.
  if (status?.podIP === undefined || spec?.containers === undefined || status.phase !== 'Running') return undefined;
  if (spec.hostNetwork === true || status.hostIP === undefined || status.podIP === status.hostIP) return undefined;
  return status.podIP;
}

/** The address in a row of a table, which does not tell the network of the host: that is no address of a node. */
const addressInRow =
  (snapshot: Snapshot) =>
  ({ spec, status }: Pod): string | undefined => {
    const { podIP } = status ?? {};
    if (podIP === undefined || spec?.nodeName === undefined || status?.phase !== 'Running') return undefined;
    return spec.containers !== undefined || podIP === NAT || snapshot.resolve(podIP).node !== undefined
      ? undefined
      : podIP;
  };

/** Rows of one listing that stand on different nodes with the same address; two listings may be of different times. */
function sharingInRows(snapshot: Snapshot, pods: readonly Pod[]): readonly (readonly [Pod, Pod])[] {
  const fileOf = (pod: Pod): string | undefined => snapshot.sourcesOf(pod)[0]?.file;
  return sharingAddress(pods, addressInRow(snapshot)).filter(
    ([pod, other]) => pod.spec?.nodeName !== other.spec?.nodeName && fileOf(pod) === fileOf(other),
  );
}

/** Pods whose address another before them has, with that one. */
function sharingAddress(pods: readonly Pod[], addressOf = ownAddress): readonly (readonly [Pod, Pod])[] {
  const out: (readonly [Pod, Pod])[] = [];
  const byIp = new Map<string, Pod>();
  for (const pod of pods) {
    const ip = addressOf(pod);
    if (ip === undefined) continue;
    const other = byIp.get(ip);
    if (other === undefined) byIp.set(ip, pod);
    else out.push([pod, other]);
  }
  return out;
}

/** Where network plug-ins write down the address by which the others reach the node. */
const ANNOTATIONS = ['flannel.alpha.coreos.com/public-ip', 'projectcalico.org/IPv4Address'] as const;

/** Addresses that stand for more than one node: of the kubelet, of flannel, of Calico. */
function sharedByNodes(nodes: readonly Node[]) {
  const claims = nodes.flatMap((node) => [
    ...(node.status?.addresses ?? []).flatMap(({ type, address = '' }, i) =>
      type === 'InternalIP' && address === NAT
        ? [{ node, key: 'InternalIP', address, at: `/status/addresses/${i}` }]
        : [],
    ),
    ...ANNOTATIONS.flatMap((key) => {
      const address = node.metadata.annotations?.[key]?.replace(/\/.*$/, '');
      return address === undefined ? [] : [{ node, key, address, at: '/metadata/annotations' }];
    }),
  ]);
  return [...groupBy(claims, ({ key, address }) => `${key}\u0000${address}`).values()].filter(
    (same) => new Set(same.map(({ node }) => node.metadata.name)).size > 1,
  );
}

/** An address of an interface as `ip addr` prints it: where it is, and which others the same interface has. */
interface Held {
  readonly machine: string;
  readonly device: string;
  readonly address: string;
  readonly others: readonly string[];
  readonly value: HostValue;
}

/**
 * Addresses of interfaces that have others beside them. Bridges and dummies have the same one on every machine (docker0,
 * the node-local DNS), and nothing else.
 */
function heldBeside(snapshot: Snapshot, values: readonly HostValue[]): readonly Held[] {
  const listed = values.filter(({ topic, key }) => topic === 'network' && key.endsWith('.address'));
  return [...byMachine(snapshot, listed)].flatMap(([machine, addresses]) =>
    [...groupBy(addresses, ({ key }) => key.slice(0, -'.address'.length))].flatMap(([device, own]) =>
      own.map((value) => {
        const address = value.value.replace(/\/.*$/, '');
        const others = own.map((one) => one.value.replace(/\/.*$/, '')).filter((one) => one !== address);
        return { machine, device, address, others, value };
      }),
    ),
  );
}

/** Pairs of machines that hold one address, each beside an address of its own. */
function heldTwice(snapshot: Snapshot, values: readonly HostValue[]): readonly (readonly [Held, Held])[] {
  return [...groupBy(heldBeside(snapshot, values), ({ address }) => address).values()].flatMap((same) => {
    const [first] = same;
    const second = same.find(({ machine }) => machine !== first?.machine);
    if (first === undefined || second === undefined || /^(?:127\.|169\.254\.|fe80|::1$)/i.test(first.address))
      return [];
    const own = first.others.some((one) => /^\d/.test(one) && !second.others.includes(one));
    return own && second.others.some((one) => /^\d/.test(one)) ? [[first, second] as const] : [];
  });
}

export default defineCheck({
  id: 'net-duplicate-ip-or-cidr-overlap',
  layer: 3,
  title: 'Addresses and pod ranges are unique',
  failureTitle: 'Two pods or nodes share an address range',
  why: 'Traffic for one arrives at the other. It happens when address management was reset or two ranges were planned over each other.',
  fix: ['Recreate one of the pods; give the node a range of its own.'],
  next: [
    "kubectl get pods -A -o wide | awk '{print $7}' | sort | uniq -d",
    'kubectl get nodes -o custom-columns=N:.metadata.name,C:.spec.podCIDR',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'nodes', 'hostValues'],
  *run({ pods, nodes, hostValues }, { snapshot }) {
    for (const [first, second] of heldTwice(snapshot, hostValues))
      yield {
        subject: snapshot.named('Node', second.machine, { node: second.machine }),
        variant: 'machines',
        message: `Machines ${first.machine} (${first.device}) and ${second.machine} (${second.device}) both hold the address ${first.address}, beside ${first.others[0] ?? ''} and ${second.others[0] ?? ''} of their own: whoever calls it reaches the one or the other, as ARP has it. A virtual address (kube-vip, keepalived, MetalLB) has two holders, because they do not hear each other or the old one did not give it up`,
        fix: [
          'Take it off the machine that does not lead: ip addr del ADDRESS dev INTERFACE, or restart its kube-vip or keepalived; then see why they did not hear each other (VRRP, protocol 112, blocked; the lease in the API lost without the end of the program)',
        ],
        evidence: [first.value.source, second.value.source],
        related: [{ kind: 'Node', name: first.machine }],
      };
    for (const [pod, other] of [...sharingAddress(pods), ...sharingInRows(snapshot, pods)])
      yield {
        subject: snapshot.subject(pod),
        variant: 'ip',
        message: `Pods ${other.metadata.name} and ${pod.metadata.name} both have the address ${pod.status?.podIP ?? ''}`,
        evidence: [snapshot.quote(pod, '/status/podIP'), snapshot.quote(other, '/status/podIP')],
      };
    for (const same of sharedByNodes(nodes)) {
      const [first, second] = same;
      if (first === undefined || second === undefined) continue;
      const names = same.map(({ node }) => node.metadata.name);
      yield {
        subject: snapshot.named('Node', second.node.metadata.name, { node: second.node.metadata.name }),
        variant: 'node-ip',
        message: `Nodes ${names.slice(0, 4).join(', ')} all have the address ${first.address} (${first.key}): the network plug-in or the kubelet took an interface that every machine has with the same address (the NAT of a virtual machine), and packets for the pods of one arrive at another or nowhere`,
        fix: [
          'Name the interface by which the nodes see each other: --node-ip for the kubelet, --iface for flannel, IP_AUTODETECTION_METHOD for Calico.',
        ],
        evidence: [snapshot.quote(first.node, first.at), snapshot.quote(second.node, second.at)],
        related: names.slice(0, 20).map((name) => ({ kind: 'Node', name })),
      };
    }
    // One node against the ones before it; clusters have at most some thousands.
    const ranges = nodes.flatMap((node) => {
      const text = node.spec?.podCIDR;
      const cidr = text === undefined ? undefined : parseCidr(text);
      return text === undefined || cidr === undefined ? [] : [{ node, text, cidr }];
    });
    const sorted = ranges.toSorted((a, b) =>
      a.cidr.value < b.cidr.value ? -1 : a.cidr.value > b.cidr.value ? 1 : a.cidr.prefix - b.cidr.prefix,
    );
    for (const [i, range] of sorted.entries()) {
      const before = sorted[i - 1];
      if (before === undefined || !overlap(before.cidr, range.cidr)) continue;
      const name = range.node.metadata.name;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        variant: 'cidr',
        message: `The pod ranges of nodes ${before.node.metadata.name} (${before.text}) and ${name} (${range.text}) overlap`,
        evidence: [snapshot.quote(range.node, '/spec/podCIDR'), snapshot.quote(before.node, '/spec/podCIDR')],
      };
    }
  },
});
