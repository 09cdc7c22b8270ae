import { connections } from '../../snapshot/network/connections.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Interfaces by which packets leave the machine; those of pods, tunnels and bridges of plug-ins are not among them. */
const OUTWARD = /^(?:e(?:th|n[ospx])\w{1,20}|bond\d{1,4}|wl\w{1,15}|br-ex|vmbr\d{1,4}|vlan\d{1,5})(?:\.\d{1,4})?$/;

export default defineCheck({
  id: 'net-masquerade-missing',
  layer: 3,
  title: 'What pods send out of the cluster comes back',
  failureTitle: 'The node reaches a target that its pods do not reach',
  why: 'The network outside knows the addresses of nodes, not those of pods. Packets that leave with the address of the pod (no masquerading: natOutgoing off, ipMasq false, or a range that ip-masq-agent leaves out, by default all private ones) get no reply.',
  fix: [
    'Masquerade pod traffic to that range (natOutgoing, ipMasq, nonMasqueradeCIDRs of ip-masq-agent), or give the routers a route to the pod range.',
  ],
  next: ['iptables -t nat -S POSTROUTING', 'kubectl get networkpolicies -A', 'ip route get ADDRESS'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['probes', 'hostValues'],
  wants: ['pods', 'services', 'nodes', 'configFiles'],
  reads: ['dns-upstream-line'],
  *run({ configFiles, hostValues }, { snapshot }) {
    const tried = connections(snapshot).filter(
      ({ to }) => to.pod === undefined && to.service === undefined && to.node === undefined,
    );
    const off = configFiles.find(
      (file) => file.path.includes('cni') && /"ipMasq"\s*:\s*false|"natOutgoing"\s*:\s*false/.test(file.text),
    );
    const pool = hostValues.find(({ topic, value }) => topic === 'ippool' && value.endsWith(' no-nat'));
    const told = new Set<string>();
    for (const pod of tried) {
      // Refused or an error came from the other side: the reply found its way.
      if (!pod.fromPod || pod.probe.outcome !== 'timeout') continue;
      const same = (other: (typeof tried)[number]): boolean =>
        other.to.host === pod.to.host && other.probe.port === pod.probe.port;
      const node = tried.find(
        (other) => !other.fromPod && other.probe.node !== undefined && other.probe.outcome === 'ok' && same(other),
      );
      const at = `${pod.to.host}${pod.probe.port === undefined ? '' : `:${pod.probe.port}`}`;
      if (node === undefined || told.has(at)) continue;
      // Some pods reach it: it is a policy of those that do not.
      if (tried.some((other) => other.fromPod && other.probe.outcome === 'ok' && same(other))) continue;
      told.add(at);
      const machine = node.probe.node ?? '';
      // The DNS pods, which nobody's policy is about, get no answer from it either.
      const dns = snapshot
        .hits('dns-upstream-line')
        .find(
          ({ groups }) =>
            pod.probe.port === 53 && (groups['upstream'] ?? groups['dialled'] ?? groups['kubeDns']) === pod.to.host,
        );
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        ...(pool !== undefined
          ? { confidence: 'high' as const }
          : off === undefined && dns === undefined
            ? { confidence: 'low' as const }
            : {}),
        message: `Node ${machine} reaches ${at}, but pod ${pod.probe.from?.pod ?? ''} gets no answer from there${dns === undefined ? '' : ' (timeout), nor does the cluster DNS'}: packets leave with the pod's own address and the reply finds no way back${
          pool === undefined
            ? ', or an egress policy drops them'
            : ` (natOutgoing is off for pool ${pool.key}, ${pool.value.split(' ')[0] ?? ''})`
        }`,
        ...(pool === undefined
          ? {}
          : {
              fix: [
                `Set natOutgoing: true in IPPool ${pool.key} (calicoctl patch ippool, or the Installation of the operator), or give the routers a route to ${pool.value.split(' ')[0] ?? 'the pool'} by BGP.`,
              ],
            }),
        evidence: [
          pod.probe.source,
          node.probe.source,
          ...(pool === undefined ? [] : [pool.source]),
          ...(off === undefined ? [] : [off.source]),
          ...(dns === undefined ? [] : [snapshot.evidenceOf(dns)[0]]),
        ],
        related: pod.fromNode === undefined || pod.fromNode === machine ? [] : [{ kind: 'Node', name: pod.fromNode }],
      };
    }
    // Packets that leave the machine with the address of a pod, for an address that is none of the cluster's.
    for (const capture of hostValues) {
      if (capture.topic !== 'capture' || !OUTWARD.test(capture.scope ?? '')) continue;
      const [from = '', at = ''] = capture.key.split('>');
      const target = at.slice(0, at.lastIndexOf(':'));
      const { pod } = snapshot.resolve(from);
      const to = snapshot.resolve(target);
      if (pod === undefined || to.pod !== undefined || to.service !== undefined || to.node !== undefined) continue;
      // Of a pod on another node the network of the pods is the way, and the address is another pod's maybe.
      const tries = tried.filter(({ to: other }) => other.host === target);
      if (told.has(at) || tries.some(({ probe }) => probe.outcome === 'ok')) continue;
      told.add(at);
      const machine = machineOf(snapshot, capture);
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        variant: 'capture',
        title: 'Packets of a pod leave the node with its own address and get no answer',
        message: `Packets of pod ${pod.metadata.name} to ${at} leave node ${machine} by ${capture.scope ?? ''} with the pod's own address ${from}, not masqueraded (no SNAT to the node's address), and get no answer: the network outside has no way back to it`,
        evidence: [
          capture.source,
          ...tries.slice(0, 2).map(({ probe }) => probe.source),
          ...(off === undefined ? [] : [off.source]),
        ],
      };
    }
  },
});
