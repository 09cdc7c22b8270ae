import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

/** Characters of a message: its beginning, and its end, where the plug-in's own reason stands. */
const HEAD = 120;
const TAIL = 200;
const bothEnds = (text: string): string =>
  text.length <= HEAD + TAIL ? text : `${text.slice(0, HEAD)} … ${text.slice(-TAIL)}`;

/** What the words of a plug-in ask for. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /dial tcp \[?[\d.]{7,15}\]?:(?:443|6443): (?:connect: )?(?:i\/o timeout|connection refused|no route to host)/,
    'The plug-in on {node} does not reach the API server at its Service address: see that kube-proxy runs there and writes its rules (iptables or ipvs), that the endpoints of the kubernetes Service are right, and that no firewall stands in the way.',
  ],
  [
    /[Ll]ink not found|failed to lookup master/,
    'The interface that the NetworkAttachmentDefinition names as master does not exist on {node}: correct its name (ip -br link), or keep the pod to nodes that have it.',
  ],
  [
    /device or resource busy/,
    'The interface is already in use for something else on {node} (a bridge, a bond, ipvlan beside macvlan, another container): give the attachment another master.',
  ],
  [
    /OVS port binding|ovn-installed|ovs-vsctl|openvswitch\/db\.sock|ovs interface .{1,80} is not ready/,
    'Look at Open vSwitch and ovn-controller on {node}: their pods (ovs-node, ovnkube-node, ovs-ovn) and logs, the way to the southbound database, the CPU that they get; restarting them on the node binds the ports anew.',
  ],
  [
    /failed to get pod annotation|no address.{0,40}annotation/,
    'The controller of the plug-in (ovnkube-master, ovnkube-control-plane, kube-ovn-controller) gave the pod no address: read its log for this pod, see that it runs and has elected a leader, and that the network that is asked for is one of its own.',
  ],
  [
    /Mac doesn't match|Interface \S{1,20} Mac/,
    'Something on {node} changed the MAC address of the interface that the plug-in had just made: let systemd-udevd (MACAddressPolicy=none for veth and bridges in /etc/systemd/network) and NetworkManager (unmanaged-devices) leave the interfaces of pods alone.',
  ],
  [
    /iptables|ip6tables|nftables|xtables/,
    'The plug-in cannot write its rules: load the modules that the line names, let all programs of {node} use one back end of iptables (legacy or nf_tables), and look for a lock that is held.',
  ],
  [
    /hnsCall failed|HNS failed|hcn\w{4,40} failed|HNS ?[Ee]ndpoint/,
    'The Host Networking Service of the Windows node {node} and the plug-in do not agree: a network or endpoint that one of them counts on is gone (after a reboot, a change of the adapter or of its address) or left over. Compare Get-HnsNetwork with what the plug-in is configured for, remove what is stale (Get-HnsNetwork | Remove-HnsNetwork, the state file of the plug-in), then start the plug-in, kube-proxy and the kubelet in that order.',
  ],
  [
    /[Ff]ile exists|already (?:exists|in use)/,
    'Something of an earlier sandbox is left on {node}: remove the interface, route or address that the line names, or restart the machine.',
  ],
];

export default defineCheck(
  networkPluginRule({
    id: 'cni-sandbox-failed',
    title: 'Pod sandboxes get their network',
    failureTitle: 'The network of a pod sandbox cannot be set up',
    why: 'A pod starts only when its sandbox has a network. The message carries the words of the network plug-in.',
    fix: ['Mend what the message of the plug-in names on {node}.'],
    next: ['journalctl -u kubelet -u containerd --since -30m --no-pager | grep -i sandbox', 'kubectl describe pod POD'],
    signature: 'cni-sandbox-network-failed',
    pattern:
      /(?:failed to set ?up (?:pod )?network|[Ff]ailed to create pod network sandbox|error adding container to network|[Ff]ailed to setup network for sandbox|failed to set up sandbox container .{1,120}? network for pod|[Nn]etworkPlugin \S{1,40} failed|failed to get network status for pod sandbox|plugin type="[^"]{1,60}"(?: name="[^"]{1,60}")? failed).{0,900}/s,
    advice: (words) => {
      const found = ADVICE.find(([said]) => said.test(words))?.[1];
      return found === undefined ? undefined : [found];
    },
    says: (match, where) =>
      `Pods get no network on ${where}: ${bothEnds(match[0].replace(/, failed to clean up sandbox .*$/s, '').replaceAll(/"?\b[0-9a-f]{32,64}\b"?/g, '"…"'))}`,
  }),
);
