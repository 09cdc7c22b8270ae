import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const LINK =
  /^(\d{1,7}): ([^\s:@]{1,64})(?:@(\S{1,64}))?: <([A-Z0-9_,-]{0,300})> mtu (\d{1,9})(?:.*? state ([A-Z]{1,20}))?/;
/** What `ip -d link` says of a tunnel, and of the interface that it goes over. */
const TUNNEL = /^\s+(vxlan|geneve|ipip|gre|wireguard)\b(?:.{0,200}?\bdev (\S{1,64}))?/;
const COUNTERS = /^\s+(RX|TX)(?: errors)?:\s+([a-z_][a-z_ ]*)$/;
const ADDRESS = /^\s+inet6? (\S{1,60})/;
const ETHTOOL = /^(?:Settings for (\S{1,64}):|NIC statistics:)/;
// What grep let through is pasted without its margin.
const SETTING = /^\s*(Speed|Duplex|Link detected|Auto-negotiation):\s+(\S.*)$/;
const STATISTIC = /^\s*([\w.[\]:-]{1,80}):\s+(\d{1,20})$/;
/** Of the hundreds of driver statistics, the ones that count trouble. */
const TROUBLE = /err|drop|crc|discard|fault|timeout|fifo|no_buf|nobuf|missed|reset/;

/**
 * Network interfaces. hostValues, topic `network`, keys `eth0.mtu`, `eth0.state`, `eth0.flags`, `eth0.address` (one per
 * address), `eth0.rx_errors`, `eth0.tx_dropped`, `eth0.speed`, `eth0.link`, of tunnels
 * `flannel.1.tunnel` (vxlan) and `flannel.1.below` (eth0), of an interface whose other end is in another network namespace
 * `eth0.peer` (if129). Counters that are zero are left out: a node
 * with 200 veths would bring thousands.
 *
 * Command: `ip -s link`, `ip -d link`, `ip addr`, `ethtool eth0`, `ethtool -S eth0`.
 * Versions: iproute2 3 to 6, ethtool 3 to 6; busybox's `ip addr`.
 * Sample:
 *
 *     2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP mode DEFAULT group default qlen 1000
 *         link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff
 *         RX:  bytes packets errors dropped  missed   mcast
 *           42617068  128232      0       9       0       0
 *
 * Empty: a text without an interface is unread.
 */
export default defineParser({
  kind: 'network-links',
  reads: 'ip -s link, ip -d link, ip addr, ethtool, ethtool -S',
  matches: (command) => {
    const inner = effectiveCommand(command);
    if (inner.tool === 'ethtool') return true;
    return inner.tool === 'ip' && /^(?:l|link|a|addr|address)$/.test(inner.words[0] ?? '');
  },
  sniff: (head) => head.slice(0, 20).some((line) => LINK.test(line) || ETHTOOL.test(line)),
  parse: (lines, { origin, emit }) => {
    const command = origin.command === undefined ? undefined : effectiveCommand(origin.command);
    // `ethtool -S eth0`: the interface may count as the flag's value.
    const named = command?.words[0] ?? Object.values(command?.flags ?? {}).find((value) => typeof value === 'string');
    let device = command?.tool === 'ethtool' && typeof named === 'string' ? named : 'unknown';
    let found = 0;
    lines.forEach((line, at) => {
      const fact = (key: string, value: string): void => {
        found++;
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'network', key: `${device}.${key}`, value });
      };
      const link = LINK.exec(line);
      if (link !== null) {
        device = link[2] ?? 'unknown';
        fact('mtu', link[5] ?? '');
        fact('flags', link[4] ?? '');
        if (link[6] !== undefined) fact('state', link[6]);
        // `eth0@if129` is the end of a pair of which the other end is on the host: this is inside a pod.
        if (/^if\d{1,7}$/.test(link[3] ?? '')) fact('peer', link[3] ?? '');
        return;
      }
      const below = TUNNEL.exec(line);
      if (below !== null) {
        fact('tunnel', below[1] ?? '');
        if (below[2] !== undefined) fact('below', below[2]);
        return;
      }
      const before = COUNTERS.exec(lines[at - 1] ?? '');
      if (before !== null && /^\s+\d/.test(line)) {
        const names = (before[2] ?? '').trim().split(/\s+/);
        const values = line.trim().split(/\s+/);
        // Without errors nobody asks how many packets there were.
        const failed = (values[names.indexOf('errors')] ?? '0') !== '0';
        names.forEach((name, n) => {
          const value = values[n];
          if (value === undefined || value === '0' || /^(?:bytes|mcast)$/.test(name)) return;
          if (name === 'packets' && !failed) return;
          fact(`${(before[1] ?? '').toLowerCase()}_${name}`, value);
        });
        return;
      }
      const address = ADDRESS.exec(line)?.[1];
      if (address !== undefined) return fact('address', address);
      const settings = ETHTOOL.exec(line);
      if (settings !== null) {
        found++;
        device = settings[1] ?? device;
        return;
      }
      const setting = SETTING.exec(line);
      if (setting !== null)
        return fact(
          setting[1] === 'Link detected' ? 'link' : (setting[1] ?? '').toLowerCase(),
          (setting[2] ?? '').trim(),
        );
      const statistic = STATISTIC.exec(line);
      if (statistic?.[1] !== undefined && statistic[2] !== '0' && TROUBLE.test(statistic[1]))
        fact(statistic[1], statistic[2] ?? '');
    });
    if (found === 0) emit.unread(origin, 'no interface in it', origin.firstLine);
  },
});
