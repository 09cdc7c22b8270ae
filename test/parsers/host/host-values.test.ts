import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/parsers/command.ts';
import type { Parser } from '../../../src/parsers/parser.ts';
import kernelFile from '../../../src/parsers/host/kernel-file.ts';
import kubeletFlags from '../../../src/parsers/host/kubelet-flags.ts';
import processes from '../../../src/parsers/host/processes.ts';
import memory from '../../../src/parsers/host/memory.ts';
import modulesAndSwap from '../../../src/parsers/host/modules-and-swap.ts';
import mounts from '../../../src/parsers/host/mounts.ts';
import networkLinks from '../../../src/parsers/host/network-links.ts';
import os from '../../../src/parsers/host/os.ts';
import packageHistory from '../../../src/parsers/host/package-history.ts';
import qdisc from '../../../src/parsers/host/qdisc.ts';
import routes from '../../../src/parsers/host/routes.ts';
import sysctl from '../../../src/parsers/host/sysctl.ts';
import { collect, sniffs } from '../collect.ts';

/** `topic key value` of everything the parser found. */
async function values(parser: Parser, text: string, commandLine?: string, file = 'a.txt'): Promise<string[]> {
  const command = commandLine === undefined ? undefined : parseCommand(commandLine);
  const { facts } = await collect(parser, text, command === undefined ? { file } : { file, command });
  return (facts.hostValues ?? []).map(({ topic, key, value }) => `${topic} ${key} ${value}`);
}

const FREE = `              total        used        free      shared  buff/cache   available
Mem:          31852       28001         411         120        3440        3021
Swap:          2047         512        1535`;

test.each<[string, Parser, string, string[]]>([
  ['free, MiB by magnitude', memory, FREE, [`memory MemTotal ${31852 * 2 ** 20}`, `memory SwapUsed ${512 * 2 ** 20}`]],
  [
    'meminfo',
    memory,
    'MemTotal:        8009912 kB\nHugePages_Total:       4',
    [`memory MemTotal ${8009912 * 1024}`, 'memory HugePages_Total 4'],
  ],
  [
    'sysctl',
    sysctl,
    'net.ipv4.ip_forward = 0\nfs.inotify.max_user_watches = 8192',
    ['sysctl net.ipv4.ip_forward 0', 'sysctl fs.inotify.max_user_watches 8192'],
  ],
  ['sysctl.conf', sysctl, '# forwarding\nnet/ipv4/ip_forward=1', ['sysctl net.ipv4.ip_forward 1']],
  [
    'devices',
    kernelFile,
    'c 1:3 rwm\nc 195:* rw\nb *:* m',
    ['cgroup devices.list c 1:3 rwm', 'cgroup devices.list c 195:* rw'],
  ],
  [
    'named cgroup values',
    kernelFile,
    'memory.failcnt: 41\nmemory.limit_in_bytes: 1024',
    ['cgroup memory.failcnt 41', 'cgroup memory.limit_in_bytes 1024'],
  ],
  [
    'kubelet environment',
    kubeletFlags,
    'KUBELET_KUBEADM_ARGS="--cpu-manager-policy=static --fail-swap-on=false"',
    ['kubelet-flag cpu-manager-policy static', 'kubelet-flag fail-swap-on false'],
  ],
  [
    'ps',
    processes,
    'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 1 0.0 0.0 1 1 ? Ss 10:00 0:00 /sbin/init --x=1\nroot 713 2.0 1.0 1 1 ? Ssl 10:00 9:00 /usr/bin/kubelet --max-pods=30 --v 2',
    ['kubelet-flag max-pods 30', 'kubelet-flag v 2'],
  ],
  [
    'lsmod',
    modulesAndSwap,
    'Module                  Size  Used by\nbr_netfilter           32768  0\nbridge 311296 1 br_netfilter',
    ['module br_netfilter 0', 'module bridge 1'],
  ],
  [
    'swap',
    modulesAndSwap,
    'NAME      TYPE SIZE USED PRIO\n/swapfile file   2G   0B   -2',
    ['swap /swapfile 2147483648', 'swap count 1'],
  ],
  ['no swap', modulesAndSwap, 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority', ['swap count 0']],
  [
    'mount',
    mounts,
    '/dev/sda2 on / type ext4 (ro,relatime,errors=remount-ro)',
    ['mount / /dev/sda2 ext4 ro,relatime,errors=remount-ro'],
  ],
  ['/proc/mounts', mounts, '/dev/sda2 / ext4 rw,relatime 0 0', ['mount / /dev/sda2 ext4 rw,relatime']],
  [
    'hostnamectl',
    os,
    ' Static hostname: w7\nOperating System: Ubuntu 22.04.4 LTS\n          Kernel: Linux 5.15.0-119-generic',
    ['os static-hostname w7', 'os operating-system Ubuntu 22.04.4 LTS', 'os kernel Linux 5.15.0-119-generic'],
  ],
  [
    'os-release',
    os,
    'NAME="Flatcar"\nID=flatcar\nVERSION_ID=3510.2.0',
    ['os name Flatcar', 'os id flatcar', 'os version_id 3510.2.0'],
  ],
  [
    'uname',
    os,
    'Linux w7 5.15.0-119-generic #129-Ubuntu SMP Fri Aug 2 19:25:20 UTC 2024 x86_64 GNU/Linux',
    ['os hostname w7', 'os kernel 5.15.0-119-generic'],
  ],
  [
    'routes',
    routes,
    'default via 192.0.2.1 dev eth0\n    cache  mtu 1492\nunreachable 10.9.0.0/16 proto static',
    ['route default via 192.0.2.1 dev eth0', 'route 10.9.0.0/16 proto static'],
  ],
  [
    'neighbours',
    routes,
    '192.0.2.7 dev eth0 lladdr 00:11:22:33:44:55 REACHABLE\n192.0.2.9 dev eth0  FAILED',
    ['neighbour 192.0.2.9 FAILED dev eth0'],
  ],
  [
    'rules of routing',
    routes,
    '0:\tfrom all lookup local\n30400:\tfrom 192.0.2.5 lookup 30400\n32766:\tfrom all lookup main',
    ['rule 0 from all lookup local', 'rule 30400 from 192.0.2.5 lookup 30400', 'rule 32766 from all lookup main'],
  ],
  [
    'apt',
    packageHistory,
    'Start-Date: 2025-02-13  06:44:31\nUpgrade: libx1:amd64 (1.2-3, 1.2-4), y (5, 6)\nInstall: z:amd64 (1.0, automatic)\nEnd-Date: 2025-02-13  06:44:39',
    [
      'package libx1 2025-02-13 06:44:31 Upgrade 1.2-3 -> 1.2-4',
      'package y 2025-02-13 06:44:31 Upgrade 5 -> 6',
      'package z 2025-02-13 06:44:31 Install 1.0',
    ],
  ],
  [
    'dpkg',
    packageHistory,
    '2025-02-13 06:44:33 upgrade libx1:amd64 1.2-3 1.2-4',
    ['package libx1 2025-02-13 06:44:33 upgrade 1.2-3 -> 1.2-4'],
  ],
  [
    'dnf',
    packageHistory,
    '2025-02-13T06:44:33+0000 SUBDEBUG Upgraded: kernel-core-5.14.0-1.el9.x86_64',
    ['package kernel-core 2025-02-13T06:44:33+0000 Upgraded kernel-core-5.14.0-1.el9.x86_64'],
  ],
])('%s', async (_name, parser, text, expected) => {
  expect(sniffs(parser, text)).toBe(true);
  expect(await values(parser, text)).toEqual(expect.arrayContaining(expected));
});

test('free -g as the command says', async () => {
  const text = '       total  used  free\nMem:   62     60    2';
  expect(await values(memory, text, 'free -g')).toContain(`memory MemTotal ${62 * 2 ** 30}`);
});

test('links: state, mtu and only counters that count trouble', async () => {
  const text = `2: eth0: <NO-CARRIER,BROADCAST,UP> mtu 9001 qdisc mq state DOWN mode DEFAULT group default qlen 1000
    link/ether 00:11:3f:e2:f5:9f brd ff:ff:ff:ff:ff:ff
    RX:  bytes packets errors dropped  missed   mcast
      42617068  128232      7       0       0       9
    TX:  bytes packets errors dropped carrier collsns
      42617068  128232      0       3       0       0`;
  expect(sniffs(networkLinks, text)).toBe(true);
  expect(await values(networkLinks, text)).toEqual([
    'network eth0.mtu 9001',
    'network eth0.flags NO-CARRIER,BROADCAST,UP',
    'network eth0.state DOWN',
    'network eth0.rx_packets 128232',
    'network eth0.rx_errors 7',
    'network eth0.tx_dropped 3',
  ]);
  const ethtool = 'NIC statistics:\n     rx_packets: 10\n     rx_crc_errors: 4\n     tx_errors: 0';
  expect(await values(networkLinks, ethtool, 'ethtool -S ens5')).toEqual(['network ens5.rx_crc_errors 4']);
});

test('single files by command, by path, several at once, with their directory', async () => {
  expect(await values(kernelFile, '1', 'cat /proc/sys/net/ipv4/ip_forward')).toEqual(['sysctl net.ipv4.ip_forward 1']);
  expect(await values(kernelFile, '536870912', 'cat memory.limit_in_bytes')).toEqual([
    'cgroup memory.limit_in_bytes 536870912',
  ]);
  expect(
    await values(kernelFile, '1\n262144', 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/netfilter/nf_conntrack_max'),
  ).toEqual(['sysctl net.ipv4.ip_forward 1', 'sysctl net.netfilter.nf_conntrack_max 262144']);
  const file = 'node-1/proc/pressure/memory';
  const pressure = 'some avg10=31.00 avg60=20.00 avg300=9.10 total=1\nfull avg10=28.50 avg60=1.00 avg300=0.00 total=1';
  expect(kernelFile.sniff(pressure.split('\n'), { file, firstLine: 1 })).toBe(true);
  expect(await values(kernelFile, pressure, undefined, file)).toContain('pressure memory.full.avg10 28.50');
  const command = parseCommand('cat /sys/fs/cgroup/kubepods.slice/memory.events');
  const { facts } = await collect(kernelFile, 'low 0\noom_kill 12', command === undefined ? {} : { command });
  expect(facts.hostValues).toMatchObject([
    {},
    { key: 'memory.events.oom_kill', value: '12', scope: '/sys/fs/cgroup/kubepods.slice' },
  ]);
});

test('the directory in which cgroup files were shown', async () => {
  const text = 'sh-4.4# pwd\n/sys/fs/cgroup/memory/kubepods.slice/kubepods-pod1.slice';
  expect(sniffs(kernelFile, text)).toBe(true);
  expect(await values(kernelFile, text)).toEqual([
    'cgroup cwd /sys/fs/cgroup/memory/kubepods.slice/kubepods-pod1.slice',
  ]);
});

test('rows of modules without their heading are a part that somebody let through: neither facts nor unread', async () => {
  const command = parseCommand('lsmod | grep nf');
  const origin = command === undefined ? {} : { command };
  const { facts, unread } = await collect(modulesAndSwap, 'nf_nat                 49152  2 nft_chain_nat', origin);
  expect([facts, unread]).toEqual([{}, []]);
  expect((await collect(modulesAndSwap, 'what is this', origin)).unread).toHaveLength(1);
});

test('qdisc: what netem does, and nothing of the others', async () => {
  const text =
    'qdisc noqueue 0: dev lo root refcnt 2\n Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)\nqdisc netem 8001: dev ens3 root refcnt 2 limit 1000 delay 90ms  12ms loss 4% seed 77\n Sent 88 bytes 2 pkt (dropped 1, overlimits 0 requeues 0)\n';
  expect(sniffs(qdisc, text)).toBe(true);
  expect(await values(qdisc, text)).toEqual(['network ens3.netem delay 90ms 12ms loss 4%']);
  const one = 'qdisc netem 1: root refcnt 2 limit 1000 corrupt 3%\n';
  expect(await values(qdisc, one, 'kubectl exec -n shop web-0 -- tc -s qdisc show dev eth0')).toEqual([
    'network eth0.netem corrupt 3%',
  ]);
  expect(await values(qdisc, 'qdisc fq_codel 0: dev ens3 root refcnt 2 limit 10240p flows 1024\n')).toEqual([]);
});

test('what cannot be read is said so, and strangers are left alone', async () => {
  for (const parser of [memory, sysctl, mounts, networkLinks, os]) {
    expect((await collect(parser, 'nothing of this kind')).unread).toHaveLength(1);
    expect(sniffs(parser, 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a')).toBe(false);
  }
  const missing = await collect(
    sysctl,
    'sysctl: cannot stat /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory',
  );
  expect(missing.facts.toolFailures).toMatchObject([{ tool: 'sysctl' }]);
});

test.each([
  ['ip route', true],
  ['ip -4 r show', true],
  ['route -n', true],
  ['ip route | grep cni0', false],
  ['ip route show table 52', false],
  ['ip route get 192.0.2.9', false],
  ['ip -6 route', false],
  ['kubectl exec web -- ip route', false],
])('a main table without a default route: %s', async (command, told) => {
  const table =
    '192.0.2.0/24 dev eth1 proto kernel scope link src 192.0.2.7\n10.42.1.0/24 dev cni0 proto kernel scope link';
  expect((await values(routes, table, command)).includes('route no-default 2 rows')).toBe(told);
  const halves = `${table}\n0.0.0.0/1 via 192.0.2.1 dev tun0`;
  expect((await values(routes, halves, command)).join()).not.toContain('no-default');
});
