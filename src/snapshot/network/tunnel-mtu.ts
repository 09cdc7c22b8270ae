/** Tunnels of the pod network that take larger packets than the interface below them carries. */
import { onlyOne } from '../../lib/only-one.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { Evidence, HostValue } from '../../parsers/records.ts';
import { PHYSICAL } from '../nodes/interfaces.ts';
import { machineOf } from '../nodes/node-health.ts';
import type { Snapshot } from '../snapshot.ts';

/** Bytes that a tunnel puts before each packet, over IPv4: outer IP, UDP, its own header, inner Ethernet. */
const OVERHEAD: readonly (readonly [RegExp, number])[] = [
  [
    /^(?:vxlan|geneve)$|^(?:flannel(?:\.\d+|-v6\.\d+)?|vxlan.*|cilium_vxlan|cilium_geneve|genev_sys_\d+|antrea-tun0|weave)$/,
    50,
  ],
  [/^ipip$|^tunl\d+$/, 20],
  [/^wireguard$|^(?:wireguard\.cali|cilium_wg0|flannel-wg(?:-v6)?)$/, 60],
];

export interface NarrowTunnel {
  readonly node: string;
  readonly tunnel: string;
  readonly mtu: number;
  readonly below: string;
  readonly belowMtu: number;
  /** The largest MTU that would fit. */
  readonly fits: number;
  readonly evidence: readonly [Evidence, Evidence];
}

/** Each tunnel whose packets do not fit the interface below. Without `ip -d link` that is the only one there is. */
export function narrowTunnels(snapshot: Snapshot): readonly NarrowTunnel[] {
  const values = snapshot.facts('hostValues').filter((value) => value.topic === 'network');
  return [...groupBy(values, (value) => machineOf(snapshot, value))].flatMap(([node, mine]) => {
    const valueOf = (key: string): HostValue | undefined => mine.find((value) => value.key === key);
    const devices = mine.flatMap(({ key }) => (key.endsWith('.mtu') ? [key.slice(0, -'.mtu'.length)] : []));
    const physical = [...new Set(devices.filter((device) => PHYSICAL.test(device)))];
    return [...new Set(devices)].flatMap((tunnel): NarrowTunnel[] => {
      const kind = valueOf(`${tunnel}.tunnel`)?.value ?? tunnel;
      const overhead = OVERHEAD.find(([pattern]) => pattern.test(kind))?.[1];
      const told = valueOf(`${tunnel}.below`)?.value;
      const below = told ?? onlyOne(physical);
      const own = valueOf(`${tunnel}.mtu`);
      const other = below === undefined ? undefined : valueOf(`${below}.mtu`);
      if (overhead === undefined || below === undefined || own === undefined || other === undefined) return [];
      // A tunnel that is down carries nothing: Calico leaves `tunl0` behind.
      if (valueOf(`${tunnel}.flags`)?.value.split(',').includes('UP') !== true) return [];
      const fits = Number(other.value) - overhead;
      if (!(Number(own.value) > fits)) return [];
      return [
        {
          node,
          tunnel,
          mtu: Number(own.value),
          below,
          belowMtu: Number(other.value),
          fits,
          evidence: [own.source, other.source],
        },
      ];
    });
  });
}

/** The ends of pods' interfaces on their node. */
const OF_PODS = /^(?:cali|veth|lxc|eni|azv|tap)[\w.-]{1,20}(?:@\S{1,20})?$/;

export interface WidePods {
  readonly node: string;
  readonly device: string;
  readonly mtu: number;
  readonly tunnel: string;
  readonly tunnelMtu: number;
  readonly evidence: readonly [Evidence, Evidence];
}

/**
 * Pods that may send larger packets than the tunnel of their node takes. Most programs get over it (the node tells them
 * the smaller size), so it is a reason where large packets are lost, and no trouble by itself.
 */
export function widePods(snapshot: Snapshot): WidePods | undefined {
  const mtus = snapshot.facts('hostValues').filter(({ topic, key }) => topic === 'network' && key.endsWith('.mtu'));
  for (const [node, mine] of groupBy(mtus, (value) => machineOf(snapshot, value))) {
    const nameOf = ({ key }: HostValue): string => key.slice(0, -'.mtu'.length);
    const tunnel = mine.find((value) => OVERHEAD.some(([pattern]) => pattern.test(nameOf(value))));
    const pod = mine.find((value) => OF_PODS.test(nameOf(value)) && Number(value.value) > Number(tunnel?.value));
    if (tunnel === undefined || pod === undefined) continue;
    return {
      node,
      device: nameOf(pod),
      mtu: Number(pod.value),
      tunnel: nameOf(tunnel),
      tunnelMtu: Number(tunnel.value),
      evidence: [pod.source, tunnel.source],
    };
  }
  return undefined;
}

/** Interfaces of the same name that lie over the network between nodes. */
const OVER = /^(?:wg|tun|tailscale|zt|flannel|vxlan|cilium_|genev|antrea-tun|tunl|wireguard)/;

export interface DifferingTunnel {
  readonly device: string;
  readonly mtus: readonly { readonly node: string; readonly mtu: number }[];
  readonly evidence: readonly [Evidence, ...Evidence[]];
}

/** A tunnel, or the interface below it, that has another MTU on one node than on another; the first in order of its name. */
export function differingTunnel(snapshot: Snapshot): DifferingTunnel | undefined {
  const mtus = snapshot
    .facts('hostValues')
    .filter(({ topic, key }) => topic === 'network' && key.endsWith('.mtu') && (OVER.test(key) || PHYSICAL.test(key)));
  for (const [key, values] of [...groupBy(mtus, (value) => value.key)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const byMtu = new Map(values.map((value) => [value.value, value]));
    const nodes = new Set([...byMtu.values()].map((value) => machineOf(snapshot, value)));
    const [first, ...rest] = [...byMtu.values()];
    if (first === undefined || nodes.size < 2) continue;
    return {
      device: key.slice(0, -'.mtu'.length),
      mtus: [first, ...rest].map((value) => ({ node: machineOf(snapshot, value), mtu: Number(value.value) })),
      evidence: [first.source, ...rest.map(({ source }) => source)],
    };
  }
  return undefined;
}

export interface NarrowHop {
  readonly wide: string;
  readonly wideMtu: number;
  readonly narrow: string;
  readonly narrowMtu: number;
  readonly evidence: readonly [Evidence, Evidence];
}

/** Devices that are a tunnel by their own name, whoever made them. */
const TUNNEL = /^(?:wg|tun|tailscale|vxlan|flannel|genev|tunl|ipip|gre)[\w.-]{0,15}$/;

/**
 * A tunnel that takes less than the one through which others send to it: a pod with a tunnel to a gateway pod, and that
 * pod's own tunnel to the outside. They are of different machines, or pods; those of one and the same are told above.
 */
export function narrowHop(snapshot: Snapshot): NarrowHop | undefined {
  const mtus = snapshot
    .facts('hostValues')
    .filter(({ topic, key }) => topic === 'network' && key.endsWith('.mtu') && TUNNEL.test(key.slice(0, -4)))
    .toSorted((a, b) => Number(b.value) - Number(a.value));
  const [wide] = mtus;
  const narrow = mtus.at(-1);
  if (wide === undefined || narrow === undefined || Number(wide.value) <= Number(narrow.value)) return undefined;
  if (wide.source.file === narrow.source.file && machineOf(snapshot, wide) === machineOf(snapshot, narrow))
    return undefined;
  return {
    wide: wide.key.slice(0, -4),
    wideMtu: Number(wide.value),
    narrow: narrow.key.slice(0, -4),
    narrowMtu: Number(narrow.value),
    evidence: [wide.source, narrow.source],
  };
}

export interface WideBridge {
  readonly bridge: string;
  readonly mtu: number;
  readonly below: string;
  readonly belowMtu: number;
  readonly evidence: readonly [Evidence, Evidence];
}

/**
 * The bridge of a Docker daemon that runs inside a pod (docker:dind) and takes larger packets than the pod's own
 * interface: Docker gives it 1500, whatever the pod network carries. On a node the kernel tells the sender.
 */
export function wideBridge(snapshot: Snapshot): WideBridge | undefined {
  const values = snapshot.facts('hostValues').filter((value) => value.topic === 'network');
  for (const mine of groupBy(values, ({ source }) => source.file).values()) {
    const valueOf = (key: string): HostValue | undefined => mine.find((value) => value.key === key);
    const peer = mine.find(({ key }) => key.endsWith('.peer') && PHYSICAL.test(key));
    const below = peer?.key.slice(0, -'.peer'.length);
    const [own, other] = [valueOf('docker0.mtu'), valueOf(`${below ?? ''}.mtu`)];
    if (below === undefined || own === undefined || other === undefined || Number(own.value) <= Number(other.value))
      continue;
    return {
      bridge: 'docker0',
      mtu: Number(own.value),
      below,
      belowMtu: Number(other.value),
      evidence: [own.source, other.source],
    };
  }
  return undefined;
}
