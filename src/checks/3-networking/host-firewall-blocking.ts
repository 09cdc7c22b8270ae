import { connections } from '../../snapshot/network/connections.ts';
import type { Evidence, HostValue, LogHit, Probe } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import { countOf, timing } from '../../snapshot/logs/hits.ts';
import { byMachine, machineOf } from '../../snapshot/nodes/node-health.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

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
  *run(_facts, { snapshot }) {
    // One story for each machine, the surest first.
    const told = new Set<string>();
    for (const story of STORIES)
      for (const draft of story(snapshot)) {
        if (told.has(draft.subject.name)) continue;
        told.add(draft.subject.name);
        yield draft;
      }
  },
});

type Story = (snapshot: Snapshot) => Iterable<FindingDraft>;

const nodeNamed = (snapshot: Snapshot, machine: string): Subject => snapshot.named('Node', machine, { node: machine });

/** What `iptables -L`, `-S` and -save tell of the table filter, by machine. */
const filterValues = (snapshot: Snapshot): readonly HostValue[] =>
  snapshot.facts('hostValues').filter(({ topic, key }) => topic === 'iptables' && key.startsWith('filter.'));

/** Pods that do not reach the API server, as their logs say: an active firewall alone proves nothing. */
const cutOff = (snapshot: Snapshot): LogHit | undefined => snapshot.hits('api-vip-line')[0];

const apiAddress = (hit: LogHit): string => hit.groups['address'] ?? 'the API server';

/** Somebody tried a connection, and no packet came back. */
const failedProbe = (snapshot: Snapshot): Probe | undefined =>
  snapshot.facts('probes').find(({ outcome }) => outcome === 'timeout' || outcome === 'unreachable');

/** The firewall logs what it drops. */
function* loggedDrops(snapshot: Snapshot): Iterable<FindingDraft> {
  const drops = snapshot.hits('host-firewall-drop').filter((hit) => isOurs(snapshot, hit));
  for (const [machine, hits] of byMachine(snapshot, drops)) {
    const hit = hits.find(({ groups }) => PORTS[groups['port'] ?? ''] !== undefined) ?? hits[0];
    if (hit === undefined) continue;
    const { source = '', destination = '', port, protocol = '' } = hit.groups;
    const use = PORTS[port ?? ''];
    yield {
      subject: nodeNamed(snapshot, machine),
      variant: 'log',
      confidence: use === undefined ? 'medium' : 'high',
      message: `The firewall of node ${machine} drops packets of the cluster, ${countOf(hits)} logged: ${source} to ${destination}, ${protocol}${port === undefined ? '' : ` port ${port}`}${use === undefined ? '' : ` (${use})`}`,
      evidence: [snapshot.evidenceOf(hit)[0]],
      ...timing(snapshot, hits),
    };
  }
}

const FORWARD_FIX =
  'Let node {node} forward the packets of pods: iptables -P FORWARD ACCEPT (Docker sets DROP at its start, ufw by DEFAULT_FORWARD_POLICY), or accept the pod range in both directions, and see why the network plug-in made no rule.';
const INPUT_FIX =
  'Accept the ports of the pod network and of Kubernetes from the other nodes on {node} (iptables -I INPUT -s NODE-RANGE -j ACCEPT), at boot too.';

/** Chains whose policy is DROP, and no rule of which lets pods or nodes through. */
function* closedPolicies(snapshot: Snapshot): Iterable<FindingDraft> {
  for (const [machine, values] of byMachine(snapshot, filterValues(snapshot))) {
    const [closed, other] = policiesThatDrop(values);
    if (closed === undefined) continue;
    const dropped = closed.dropped ?? other?.dropped;
    // Somebody tried a pod there in vain.
    const tried = connections(snapshot).find(
      ({ probe, to, toNode }) => to.pod !== undefined && toNode === machine && probe.outcome !== 'ok',
    );
    const forward = closed.chain === 'FORWARD';
    const input = !forward || other !== undefined;
    yield {
      subject: nodeNamed(snapshot, machine),
      variant: 'policy',
      severity: 'warning',
      confidence: dropped === undefined && other === undefined && tried === undefined ? 'low' : 'medium',
      message: [
        other === undefined
          ? `On node ${machine} the ${closed.chain} chain has the policy DROP`
          : `On node ${machine} the ${closed.chain} and ${other.chain} chains have the policy DROP`,
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
      fix: [...(forward ? [FORWARD_FIX] : []), ...(input ? [INPUT_FIX] : [])],
      evidence: [
        closed.policy.source,
        ...(other === undefined ? [] : [other.policy.source]),
        ...(tried === undefined ? [] : [tried.probe.source]),
      ],
    };
  }
}

/** A node port that swallows packets, and a chain that has dropped some: the plug-in accepts what is of its pods alone. */
function* silentNodePort(snapshot: Snapshot): Iterable<FindingDraft> {
  const tried = snapshot.facts('probes').flatMap((probe) => {
    const service =
      probe.outcome !== 'timeout' || probe.port === undefined
        ? undefined
        : snapshot.list('services').find(({ spec }) => spec?.ports?.some(({ nodePort }) => nodePort === probe.port));
    return service === undefined ? [] : [{ probe, service }];
  })[0];
  if (tried === undefined) return;
  const { probe, service } = tried;
  for (const [machine, values] of byMachine(snapshot, filterValues(snapshot))) {
    const policy = values.find(({ key, value }) => key === 'filter.FORWARD' && value === 'DROP');
    const dropped = values.find(({ key, value }) => key === 'filter.FORWARD.dropped' && value !== '0');
    if (policy === undefined || dropped === undefined) continue;
    yield {
      subject: nodeNamed(snapshot, machine),
      variant: 'policy',
      message: `On node ${machine} the FORWARD chain has the policy DROP and has dropped ${dropped.value} packets, while port ${probe.port ?? ''} (NodePort of Service ${service.metadata.name}) of ${probe.target} does not answer: what comes from outside for pods of other nodes is not accepted by any rule`,
      fix: [
        'Let node {node} forward: iptables -P FORWARD ACCEPT, at boot too (Docker sets DROP at its start, ufw by DEFAULT_FORWARD_POLICY).',
      ],
      evidence: [policy.source, probe.source],
      related: [refOf(service)],
    };
  }
}

/** "No route to host" between pods on machines with firewalld is how its reject of what it forwards shows. */
function* firewalldRejects(snapshot: Snapshot): Iterable<FindingDraft> {
  const unreachable = connections(snapshot).find(
    ({ probe, fromPod, to }) =>
      probe.outcome === 'unreachable' &&
      fromPod &&
      (to.pod !== undefined || to.service !== undefined || PRIVATE.test(to.host)),
  );
  const noRoute = snapshot.hits('api-vip-line').find(({ groups }) => groups['why'] === 'no route to host');
  const felt =
    unreachable !== undefined
      ? {
          evidence: unreachable.probe.source,
          words: `pod ${unreachable.probe.from?.pod ?? ''} does not reach ${unreachable.to.pod === undefined ? unreachable.to.host : `pod ${unreachable.to.pod.metadata.name}`}`,
        }
      : noRoute !== undefined
        ? { evidence: snapshot.evidenceOf(noRoute)[0], words: `pods do not reach ${apiAddress(noRoute)}` }
        : undefined;
  if (felt === undefined) return;
  const firewalld = snapshot.facts('hostValues').filter(({ topic }) => topic === 'firewalld');
  for (const [machine, values] of byMachine(snapshot, firewalld)) {
    const running = values.find(({ key, value }) => key === 'zone' || (key === 'status' && value === 'running'));
    const reject = values.find(({ key }) => /forward.{0,10}\.rejects$/i.test(key));
    const shown = reject ?? running;
    if (shown === undefined) continue;
    yield {
      subject: nodeNamed(snapshot, machine),
      variant: 'firewalld',
      severity: 'critical',
      confidence: reject === undefined ? 'medium' : 'high',
      message: `firewalld runs on node ${machine} and rejects what the machine forwards for no zone of its own${reject === undefined ? '' : ` (chain ${reject.key.replace(/\.rejects$/, '')}: ${reject.value})`}, while ${felt.words}: "no route to host" is how that reject shows`,
      fix: [
        'On {node} put the interfaces and ranges of pods and Services into a zone that accepts (firewall-cmd --permanent --zone=trusted --add-source=POD-RANGE, --add-interface=...; reload), or turn firewalld off as network plug-ins ask; then restart kube-proxy and the plug-in.',
      ],
      evidence: [shown.source, felt.evidence],
    };
  }
}

/** What `microk8s inspect` says of the machine; a plug-in with rules of its own does not mind. */
function* reportedPolicy(snapshot: Snapshot): Iterable<FindingDraft> {
  const failed = failedProbe(snapshot);
  for (const [machine, [hit]] of byMachine(snapshot, snapshot.hits('host-forward-policy-line'))) {
    if (hit === undefined) continue;
    yield {
      subject: nodeNamed(snapshot, machine),
      variant: 'policy',
      ...(failed === undefined && cutOff(snapshot) === undefined ? { severity: 'info' as const } : {}),
      message: `On node ${machine} the iptables FORWARD chain has the policy DROP: the packets of pods are not forwarded, where no rule of the network plug-in accepts them`,
      fix: [
        'Let node {node} forward the packets of pods: iptables -P FORWARD ACCEPT, and make that persistent (Docker sets DROP at its start, ufw by DEFAULT_FORWARD_POLICY).',
      ],
      evidence: [snapshot.evidenceOf(hit)[0], ...(failed === undefined ? [] : [failed.source])],
    };
  }
}

/** A rule of ufw with a range, an interface, or everything that is let in: somebody thought of the pods. */
const UFW_OPEN =
  /^ALLOW .{1,90}(?:from [\d.]{7,15}\/\d|from [\da-f:]{3,40}\/\d| on \S)|^ALLOW(?: IN)? Anywhere from Anywhere/;

/** ufw is active without a rule for pods, and pods are cut off. */
function* ufwWithoutPods(snapshot: Snapshot): Iterable<FindingDraft> {
  const cut = cutOff(snapshot);
  if (cut === undefined) return;
  const ufw = snapshot.facts('hostValues').filter(({ topic }) => topic === 'ufw');
  for (const [machine, values] of byMachine(snapshot, ufw)) {
    const status = values.find(({ key, value }) => key === 'status' && value === 'active');
    const rules = values.filter(({ key }) => key === 'rule').map(({ value }) => value);
    if (status === undefined || rules.some((rule) => UFW_OPEN.test(rule))) continue;
    const api = rules.some((rule) => /^ALLOW(?: IN)? 6443\b/.test(rule));
    yield {
      subject: nodeNamed(snapshot, machine),
      variant: 'ufw',
      message: `The firewall ufw of node ${machine} is active and lets in neither the ranges of pods and Services${api ? '' : ' nor port 6443 of the API server'}, while pods do not reach ${apiAddress(cut)}`,
      fix: [
        'Let the cluster through on {node}: ufw allow 6443/tcp, ufw allow from POD-RANGE to any, ufw allow from SERVICE-RANGE to any (10.42.0.0/16 and 10.43.0.0/16 with k3s), or turn ufw off.',
      ],
      evidence: [status.source, snapshot.evidenceOf(cut)[0]],
    };
  }
}

/** A rule without conditions ends its chain: it rejects whatever no rule before it let through. */
const CLOSING = /^-j (?:REJECT|DROP)(?:\s|$)/;

/** Where pods get "no route to host" for the address of a Service, by machine: that is how a REJECT shows in a pod. */
function rejectedPods(snapshot: Snapshot): ReadonlyMap<string, Evidence> {
  const out = new Map<string, Evidence>();
  for (const hit of snapshot.hits('api-vip-line')) {
    if (hit.groups['why'] !== 'no route to host') continue;
    const node = snapshot.ownerOfLog(hit.origin).pod?.spec?.nodeName ?? machineOf(snapshot, hit);
    if (!out.has(node)) out.set(node, snapshot.evidenceOf(hit)[0]);
  }
  return out;
}

/** Chains that end with such a rule. */
function* closingRules(snapshot: Snapshot): Iterable<FindingDraft> {
  const rejected = rejectedPods(snapshot);
  const rules = filterValues(snapshot).filter(
    ({ key, value }) => /^filter\.(?:INPUT|FORWARD)\.rule$/.test(key) && CLOSING.test(value),
  );
  for (const [machine, values] of byMachine(snapshot, rules)) {
    const rule = values.find(({ key }) => key.includes('FORWARD')) ?? values[0];
    if (rule === undefined) continue;
    const shown = rejected.get(machine);
    const forwards = shown === undefined && rule.key.includes('FORWARD');
    yield {
      subject: nodeNamed(snapshot, machine),
      ...((forwards ? (onlyRule(snapshot, machine, rule) ?? metPackets(snapshot, machine, rule)) : undefined) ??
        lastRule(machine, rule, shown)),
    };
  }
}

type Told = Omit<FindingDraft, 'subject'>;
const shortened = ({ value }: HostValue): string => value.slice(0, 80);

/** Nothing before it in FORWARD: no packet of a pod passes, whatever program loaded the rules. Seen where pods are cut off. */
function onlyRule(snapshot: Snapshot, machine: string, rule: HostValue): Told | undefined {
  const cut = cutOff(snapshot);
  const others = filterValues(snapshot).some(
    (one) => one.key === 'filter.FORWARD.gate' && one.value !== rule.value && machineOf(snapshot, one) === machine,
  );
  if (cut === undefined || others) return undefined;
  return {
    variant: 'closed',
    message: `The firewall (iptables) of node ${machine} rejects all packets that it forwards: "${shortened(rule)}" is the only rule of its FORWARD chain, while pods do not reach ${apiAddress(cut)}`,
    fix: [
      'Take the rule out of the saved rules of {node} (/etc/sysconfig/iptables, /etc/iptables/rules.v4), or accept the ranges of pods and Services before it, and restart kube-proxy and the network plug-in, whose rules a reload of the saved ones removes.',
    ],
    evidence: [rule.source, snapshot.evidenceOf(cut)[0]],
  };
}

/** It has met packets, and somebody got no answer. */
function metPackets(snapshot: Snapshot, machine: string, rule: HostValue): Told | undefined {
  const filter = filterValues(snapshot);
  const count = filter.find(
    ({ key, value, source }) =>
      key === 'filter.FORWARD.rejected' &&
      value !== '0' &&
      source.file === rule.source.file &&
      source.line === rule.source.line,
  );
  const [upstream] = snapshot.hits('dns-upstream-line');
  const felt = failedProbe(snapshot)?.source ?? (upstream === undefined ? undefined : snapshot.evidenceOf(upstream)[0]);
  if (count === undefined || felt === undefined) return undefined;
  const behind = filter.find(
    ({ key, value, source }) =>
      key === 'filter.FORWARD.gate' &&
      source.file === rule.source.file &&
      (source.line ?? 0) > (rule.source.line ?? 0) &&
      ACCEPTS.test(value),
  );
  return {
    variant: 'rule',
    message: `The firewall of node ${machine} (firewalld or saved iptables rules) rejects packets that it should forward: the rule "${shortened(rule)}" of its FORWARD chain has met ${count.value} packets${behind === undefined ? '' : `, and "${shortened(behind)}" stands behind it, where no packet comes`}`,
    fix: [
      'On {node} put the ranges of pods and Services into a zone that is trusted (firewall-cmd --permanent --zone=trusted --add-source=POD-RANGE), or turn firewalld off, and restart kube-proxy and the network plug-in, so that their rules stand before it.',
    ],
    evidence: [rule.source, ...(behind === undefined ? [] : [behind.source]), felt],
  };
}

/** Network plug-ins put their accepts before it; without a packet that was rejected it proves nothing. */
const lastRule = (machine: string, rule: HostValue, shown: Evidence | undefined): Told => ({
  variant: 'rule',
  ...(shown === undefined ? { severity: 'info' as const, confidence: 'low' as const } : {}),
  message: `The ${rule.key.split('.')[1] ?? ''} chain of node ${machine} ends with "${shortened(rule)}", a rule that rejects all that no rule before it accepts${shown === undefined ? '' : ', and pods there get "no route to host"'}`,
  evidence: [rule.source, ...(shown === undefined ? [] : [shown])],
});

const STORIES: readonly Story[] = [
  loggedDrops,
  closedPolicies,
  silentNodePort,
  firewalldRejects,
  reportedPolicy,
  ufwWithoutPods,
  closingRules,
];
