import { overlap, parseCidr } from '../../lib/cidr.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { Node, Pod } from '../../snapshot/kinds/index.ts';
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

/** What VirtualBox gives the first interface of every machine. Other equal addresses are those of virtual nodes. */
const NAT = '10.0.2.15';

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
  needsAny: ['pods', 'nodes'],
  *run({ pods, nodes }, { snapshot }) {
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
