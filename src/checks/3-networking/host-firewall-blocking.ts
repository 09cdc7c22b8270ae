import { connections } from '../../snapshot/network/connections.ts';
import type { Evidence, HostValue, LogHit } from '../../parsers/records.ts';
import { countOf, timing } from '../../snapshot/logs/hits.ts';
import { byMachine, machineOf } from '../../snapshot/nodes/node-health.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** What nodes and pods of a cluster say to each other by: kubernetes.io/docs/reference/networking/ports-and-protocols and the plug-ins'. */
const PORTS: Readonly<Record<string, string>> = {
  6443: 'the API server',
  2379: 'etcd clients',
  2380: 'etcd peers',
  10250: 'the kubelet',
  10256: 'the health check of kube-proxy',
  10257: 'the controller manager',
  10259: 'the scheduler',
  53: 'DNS',
  179: 'BGP',
  4789: 'VXLAN',
  5473: 'Typha',
  6081: 'Geneve',
  8472: 'VXLAN',
  51820: 'WireGuard',
};

/** Chains of network plug-ins that let the packets of pods through. */
const PLUGIN =
  /-j (?:FLANNEL|cali-|CILIUM|CNI-|WEAVE|ANTREA|KUBE-ROUTER|KUBE-POD-FW|KUBE-NWPLCY|OVN|OPENSHIFT|AZURE|KINDNET|TRAFFIC)/i;
/** A rule that accepts by address, or without any condition. */
const ACCEPTS = /(?:-s|-d) (?!127\.)[\da-f.:]{3,45}(?:\/\d{1,3})?.{0,300}-j ACCEPT|^(?:\(any interface\) )?-j ACCEPT/;
/** What the tunnels, routes and agents between nodes need to get in by: ports, protocols, or the address of a peer. */
const TUNNEL =
  /\b(?:8472|4789|6081|179|51820|6783|10250)\b|ipencap|-p (?:4|47|esp)\b|(?:-s|-d) (?!127\.)[\da-f.:]{3,45}|-i (?!lo\b)\S{1,17}(?: -[so] \S{1,45})? -j ACCEPT|^-j ACCEPT/;
/** Front ends that keep their rules in chains of their own. */
const FRONT_END = /-j (?:ufw|IN_|INPUT_ZONES|FORWARD_ZONES|nixos-fw|IN-|cali-INPUT|CILIUM_INPUT|FWDI)/;

/** Bridges and interfaces of pods, as network plug-ins and distributions call them. */
const OF_PODS =
  /^(?:cni\d|cbr\d|cali|tunl0|vxlan\.calico|flannel|cilium_|lxc|weave|kube-bridge|antrea-gw|ovn-k8s|azure0|eni[0-9a-f]{8})/;
/** Multicast and broadcast, which firewalls drop everywhere. */
const TO_MANY = /^(?:22[4-9]|23\d|255)\.|^ff0/i;

const TUNNEL_PORTS: ReadonlySet<string> = new Set(['4789', '6081', '8472', '51820']);
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd])/;

/** The packet is between machines or pods of this cluster. */
function isOurs(snapshot: Snapshot, hit: LogHit): boolean {
  const known = (address: string | undefined): boolean => {
    if (address === undefined) return false;
    const { node, pod, service } = snapshot.resolve(address);
    return node !== undefined || pod !== undefined || service !== undefined;
  };
  const { source, destination, inside = '', outside = '' } = hit.groups;
  if (TO_MANY.test(destination ?? '')) return false;
  // What only tunnels between nodes use, among private addresses: the nodes themselves a paste seldom shows.
  const tunnel =
    TUNNEL_PORTS.has(hit.groups['port'] ?? '') && PRIVATE.test(source ?? '') && PRIVATE.test(destination ?? '');
  return tunnel || (known(source) && known(destination)) || OF_PODS.test(inside) || OF_PODS.test(outside);
}

/** Chains whose policy drops what their rules do not let through, on a machine of Kubernetes. */
function policiesThatDrop(values: readonly HostValue[]) {
  const of = (key: string): readonly string[] => values.filter((one) => one.key === key).map(({ value }) => value);
  const all = [...of('filter.FORWARD.gate'), ...of('filter.INPUT.gate')];
  if (!all.some((rule) => rule.includes('-j KUBE-'))) return [];
  return (['FORWARD', 'INPUT'] as const).flatMap((chain) => {
    const policy = values.find(({ key, value }) => key === `filter.${chain}` && /^(?:DROP|REJECT)$/.test(value));
    const gates = of(`filter.${chain}.gate`);
    const [dropped] = of(`filter.${chain}.dropped`);
    if (policy === undefined || dropped === '0') return [];
    const open =
      chain === 'FORWARD'
        ? gates.some((rule) => PLUGIN.test(rule) || ACCEPTS.test(rule))
        : gates.some((rule) => FRONT_END.test(rule) || TUNNEL.test(rule)) ||
          // Rules that somebody wrote: a firewall that only knows replies is none that lets a node work.
          !gates.some((rule) => /dpts?:|--dports? /.test(rule));
    return open ? [] : [{ chain, policy, dropped }];
  });
}

export default defineCheck({
  id: 'host-firewall-blocking',
  layer: 3,
  title: 'The firewalls of the nodes let the cluster through',
  failureTitle: 'The firewall of the node drops packets of the cluster',
  why: 'A firewall of the host that does not know the ports of Kubernetes and of the network plug-in cuts nodes and pods from each other: no route to host where it rejects, time-outs where it drops.',
  fix: ['Open the ports of the control plane, the kubelet and the pod network on {node}, or turn its firewall off.'],
  next: [
    'firewall-cmd --list-all; ufw status verbose',
    'nft list ruleset | head -80',
    'iptables -S INPUT; iptables -S FORWARD',
  ],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['hostValues', 'kernelLogs', 'containerLogs', 'probes'],
  wants: ['nodes', 'pods', 'services'],
  reads: ['host-firewall-drop', 'host-forward-policy-line', 'api-vip-line', 'dns-upstream-line'],
  *run({ hostValues, services }, { snapshot }) {
    const told = new Set<string>();
    for (const [machine, hits] of byMachine(
      snapshot,
      snapshot.hits('host-firewall-drop').filter((hit) => isOurs(snapshot, hit)),
    )) {
      const hit = hits.find(({ groups }) => PORTS[groups['port'] ?? ''] !== undefined) ?? hits[0];
      if (hit === undefined) continue;
      told.add(machine);
      const { source = '', destination = '', port, protocol = '' } = hit.groups;
      const use = PORTS[port ?? ''];
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        variant: 'log',
        confidence: use === undefined ? 'medium' : 'high',
        message: `The firewall of node ${machine} drops packets of the cluster, ${countOf(hits)} logged: ${source} to ${destination}, ${protocol}${port === undefined ? '' : ` port ${port}`}${use === undefined ? '' : ` (${use})`}`,
        evidence: [snapshot.evidenceOf(hit)[0]],
        ...timing(snapshot, hits),
      };
    }
    const filter = hostValues.filter(({ topic, key }) => topic === 'iptables' && key.startsWith('filter.'));
    for (const [machine, values] of byMachine(snapshot, filter)) {
      const [closed, other] = policiesThatDrop(values);
      if (closed === undefined || told.has(machine)) continue;
      told.add(machine);
      const dropped = closed.dropped ?? other?.dropped;
      // Somebody tried a pod there in vain.
      const tried = connections(snapshot).find(
        ({ probe, to, toNode }) => to.pod !== undefined && toNode === machine && probe.outcome !== 'ok',
      );
      const forward = closed.chain === 'FORWARD';
      const input = !forward || other !== undefined;
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        variant: 'policy',
        severity: 'warning',
        confidence: dropped === undefined && other === undefined && tried === undefined ? 'low' : 'medium',
        message: [
          `On node ${machine} the ${[closed, other].flatMap((one) => one?.chain ?? []).join(' and ')} ${other === undefined ? 'chain has' : 'chains have'} the policy DROP`,
          ...(forward
            ? [
                'no rule lets the packets of pods through (neither a chain of a network plug-in nor one that accepts their range)',
              ]
            : []),
          ...(input
            ? [
                'no rule accepts what other nodes send (VXLAN 8472 or 4789, Geneve 6081, BGP 179, WireGuard 51820, kubelet 10250)',
              ]
            : []),
          ...(dropped === undefined ? [] : [`${dropped} packets were dropped`]),
        ].join(', '),
        fix: [
          ...(forward
            ? [
                'Let node {node} forward the packets of pods: iptables -P FORWARD ACCEPT (Docker sets DROP at its start, ufw by DEFAULT_FORWARD_POLICY), or accept the pod range in both directions, and see why the network plug-in made no rule.',
              ]
            : []),
          ...(input
            ? [
                'Accept the ports of the pod network and of Kubernetes from the other nodes on {node} (iptables -I INPUT -s NODE-RANGE -j ACCEPT), at boot too.',
              ]
            : []),
        ],
        evidence: [
          closed.policy.source,
          ...(other === undefined ? [] : [other.policy.source]),
          ...(tried === undefined ? [] : [tried.probe.source]),
        ],
      };
    }
    // A node port that swallows packets, and a chain that has dropped some: the plug-in accepts what is of its pods alone.
    const port = snapshot.facts('probes').flatMap((probe) => {
      const service =
        probe.outcome !== 'timeout' || probe.port === undefined
          ? undefined
          : services.find(({ spec }) => spec?.ports?.some(({ nodePort }) => nodePort === probe.port));
      return service === undefined ? [] : [{ probe, service }];
    })[0];
    if (port !== undefined)
      for (const [machine, values] of byMachine(snapshot, filter)) {
        const policy = values.find(({ key, value }) => key === 'filter.FORWARD' && value === 'DROP');
        const dropped = values.find(({ key, value }) => key === 'filter.FORWARD.dropped' && value !== '0');
        if (policy === undefined || dropped === undefined || told.has(machine)) continue;
        told.add(machine);
        const { name } = port.service.metadata;
        yield {
          subject: snapshot.named('Node', machine, { node: machine }),
          variant: 'policy',
          message: `On node ${machine} the FORWARD chain has the policy DROP and has dropped ${dropped.value} packets, while port ${port.probe.port ?? ''} (NodePort of Service ${name}) of ${port.probe.target} does not answer: what comes from outside for pods of other nodes is not accepted by any rule`,
          fix: [
            'Let node {node} forward: iptables -P FORWARD ACCEPT, at boot too (Docker sets DROP at its start, ufw by DEFAULT_FORWARD_POLICY).',
          ],
          evidence: [policy.source, port.probe.source],
          related: [refOf(port.service)],
        };
      }
    // "No route to host" between pods on machines with firewalld is how its reject of what it forwards shows.
    const unreachable = connections(snapshot).find(
      ({ probe, fromPod, to }) =>
        probe.outcome === 'unreachable' &&
        fromPod &&
        (to.pod !== undefined || to.service !== undefined || PRIVATE.test(to.host)),
    );
    const noRoute = snapshot.hits('api-vip-line').find(({ groups }) => groups['why'] === 'no route to host');
    const cutOff = unreachable?.probe.source ?? (noRoute === undefined ? undefined : snapshot.evidenceOf(noRoute)[0]);
    for (const [machine, values] of byMachine(
      snapshot,
      hostValues.filter(({ topic }) => topic === 'firewalld'),
    )) {
      const running = values.find(({ key, value }) => key === 'zone' || (key === 'status' && value === 'running'));
      const reject = values.find(({ key }) => /forward.{0,10}\.rejects$/i.test(key));
      const shown = reject ?? running;
      if (shown === undefined || cutOff === undefined || told.has(machine)) continue;
      told.add(machine);
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        variant: 'firewalld',
        severity: 'critical',
        confidence: reject === undefined ? 'medium' : 'high',
        message: `firewalld runs on node ${machine} and rejects what the machine forwards for no zone of its own${reject === undefined ? '' : ` (chain ${reject.key.replace(/\.rejects$/, '')}: ${reject.value})`}, while ${unreachable === undefined ? `pods do not reach ${noRoute?.groups['address'] ?? 'the API server'}` : `pod ${unreachable.probe.from?.pod ?? ''} does not reach ${unreachable.to.pod === undefined ? unreachable.to.host : `pod ${unreachable.to.pod.metadata.name}`}`}: "no route to host" is how that reject shows`,
        fix: [
          'On {node} put the interfaces and ranges of pods and Services into a zone that accepts (firewall-cmd --permanent --zone=trusted --add-source=POD-RANGE, --add-interface=...; reload), or turn firewalld off as network plug-ins ask; then restart kube-proxy and the plug-in.',
        ],
        evidence: [shown.source, cutOff],
      };
    }
    // Only where pods are cut off: an active firewall alone proves nothing.
    const [cut] = snapshot.hits('api-vip-line');
    // What `microk8s inspect` says of the machine; a plug-in with rules of its own does not mind.
    const failed = snapshot.facts('probes').find(({ outcome }) => outcome === 'timeout' || outcome === 'unreachable');
    for (const [machine, hits] of byMachine(snapshot, snapshot.hits('host-forward-policy-line'))) {
      const [hit] = hits;
      if (hit === undefined || told.has(machine)) continue;
      told.add(machine);
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        variant: 'policy',
        ...(failed === undefined && cut === undefined ? { severity: 'info' as const } : {}),
        message: `On node ${machine} the iptables FORWARD chain has the policy DROP: the packets of pods are not forwarded, where no rule of the network plug-in accepts them`,
        fix: [
          'Let node {node} forward the packets of pods: iptables -P FORWARD ACCEPT, and make that persistent (Docker sets DROP at its start, ufw by DEFAULT_FORWARD_POLICY).',
        ],
        evidence: [snapshot.evidenceOf(hit)[0], ...(failed === undefined ? [] : [failed.source])],
      };
    }
    if (cut !== undefined)
      for (const [machine, values] of byMachine(
        snapshot,
        hostValues.filter(({ topic }) => topic === 'ufw'),
      )) {
        const status = values.find(({ key, value }) => key === 'status' && value === 'active');
        const rules = values.filter(({ key }) => key === 'rule').map(({ value }) => value);
        // A range, an interface, or everything that is let in: somebody thought of the pods.
        const open = rules.some((rule) =>
          /^ALLOW .{1,90}(?:from [\d.]{7,15}\/\d|from [\da-f:]{3,40}\/\d| on \S)|^ALLOW(?: IN)? Anywhere from Anywhere/.test(
            rule,
          ),
        );
        if (status === undefined || open || told.has(machine)) continue;
        told.add(machine);
        const api = rules.some((rule) => /^ALLOW(?: IN)? 6443\b/.test(rule));
        yield {
          subject: snapshot.named('Node', machine, { node: machine }),
          variant: 'ufw',
          message: `The firewall ufw of node ${machine} is active and lets in neither the ranges of pods and Services${api ? '' : ' nor port 6443 of the API server'}, while pods do not reach ${cut.groups['address'] ?? 'the API server'}`,
          fix: [
            'Let the cluster through on {node}: ufw allow 6443/tcp, ufw allow from POD-RANGE to any, ufw allow from SERVICE-RANGE to any (10.42.0.0/16 and 10.43.0.0/16 with k3s), or turn ufw off.',
          ],
          evidence: [status.source, snapshot.evidenceOf(cut)[0]],
        };
      }
    // "No route to host" for the address of a Service is how a REJECT shows in a pod of that node.
    const rejected = new Map<string, Evidence>();
    for (const hit of snapshot.hits('api-vip-line')) {
      if (hit.groups['why'] !== 'no route to host') continue;
      const node = snapshot.ownerOfLog(hit.origin).pod?.spec?.nodeName ?? machineOf(snapshot, hit);
      if (!rejected.has(node)) rejected.set(node, snapshot.evidenceOf(hit)[0]);
    }
    // A rule without conditions at the end of a chain rejects whatever no rule before it let through.
    const rules = hostValues.filter(
      (value) =>
        value.topic === 'iptables' &&
        /^filter\.(?:INPUT|FORWARD)\.rule$/.test(value.key) &&
        /^-j (?:REJECT|DROP)(?:\s|$)/.test(value.value),
    );
    const refused = filter.filter(({ key, value }) => key === 'filter.FORWARD.rejected' && value !== '0');
    const [upstream] = snapshot.hits('dns-upstream-line');
    const felt = failed?.source ?? (upstream === undefined ? undefined : snapshot.evidenceOf(upstream)[0]);
    for (const [machine, values] of byMachine(snapshot, rules)) {
      const rule = values.find(({ key }) => key.includes('FORWARD')) ?? values[0];
      if (rule === undefined || told.has(machine)) continue;
      const chain = rule.key.split('.')[1] ?? '';
      const shown = rejected.get(machine);
      // Nothing before it in FORWARD: no packet of a pod passes, whatever program loaded the rules. Seen where pods are cut off.
      const alone =
        shown === undefined &&
        chain === 'FORWARD' &&
        cut !== undefined &&
        !filter.some(({ key, value }) => key === 'filter.FORWARD.gate' && value !== rule.value);
      if (alone) {
        yield {
          subject: snapshot.named('Node', machine, { node: machine }),
          variant: 'closed',
          message: `The firewall (iptables) of node ${machine} rejects all packets that it forwards: "${rule.value.slice(0, 80)}" is the only rule of its FORWARD chain, while pods do not reach ${cut.groups['address'] ?? 'the API server'}`,
          fix: [
            'Take the rule out of the saved rules of {node} (/etc/sysconfig/iptables, /etc/iptables/rules.v4), or accept the ranges of pods and Services before it, and restart kube-proxy and the network plug-in, whose rules a reload of the saved ones removes.',
          ],
          evidence: [rule.source, snapshot.evidenceOf(cut)[0]],
        };
        continue;
      }
      const count = refused.find(({ source }) => source.file === rule.source.file && source.line === rule.source.line);
      if (shown === undefined && chain === 'FORWARD' && count !== undefined && felt !== undefined) {
        const behind = filter.find(
          ({ key, value, source }) =>
            key === 'filter.FORWARD.gate' &&
            source.file === rule.source.file &&
            (source.line ?? 0) > (rule.source.line ?? 0) &&
            ACCEPTS.test(value),
        );
        yield {
          subject: snapshot.named('Node', machine, { node: machine }),
          variant: 'rule',
          message: `The firewall of node ${machine} (firewalld or saved iptables rules) rejects packets that it should forward: the rule "${rule.value.slice(0, 80)}" of its FORWARD chain has met ${count.value} packets${behind === undefined ? '' : `, and "${behind.value.slice(0, 80)}" stands behind it, where no packet comes`}`,
          fix: [
            'On {node} put the ranges of pods and Services into a zone that is trusted (firewall-cmd --permanent --zone=trusted --add-source=POD-RANGE), or turn firewalld off, and restart kube-proxy and the network plug-in, so that their rules stand before it.',
          ],
          evidence: [rule.source, ...(behind === undefined ? [] : [behind.source]), felt],
        };
        continue;
      }
      yield {
        subject: snapshot.named('Node', machine, { node: machine }),
        variant: 'rule',
        // Network plug-ins put their accepts before it; without a packet that was rejected it proves nothing.
        ...(shown === undefined ? { severity: 'info' as const, confidence: 'low' as const } : {}),
        message: `The ${chain} chain of node ${machine} ends with "${rule.value.slice(0, 80)}", a rule that rejects all that no rule before it accepts${shown === undefined ? '' : ', and pods there get "no route to host"'}`,
        evidence: [rule.source, ...(shown === undefined ? [] : [shown])],
      };
    }
  },
});
