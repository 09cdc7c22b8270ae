import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const HEAD = /^Ethernet Channel Bonding Driver: /;
const MEMBER = /^Slave Interface: (\S{1,32})$/;
/** Of the bond itself, and of each member, by the key that they get. */
const OF_BOND: Readonly<Record<string, string>> = {
  'Bonding Mode': 'mode',
  'MII Status': 'mii',
  'MII Polling Interval (ms)': 'mii-polling',
  'ARP Polling Interval (ms)': 'arp-polling',
  'Partner Mac Address': 'partner',
};
const OF_MEMBER: Readonly<Record<string, string>> = { 'MII Status': 'mii', 'Link Failure Count': 'failures' };
const FIELD = /^\s{0,4}([A-Z][\w ()]{2,40}): (\S.{0,100})$/;

/**
 * The bonds of the kernel's bonding driver. hostValues, topic `bonding`, scope the bond (`bond0`; `a bond` where nothing
 * names it): keys `mode`, `mii`, `mii-polling`, `arp-polling`, `partner` (the switch's address in LACP), and of each
 * member `ens1.mii` and `ens1.failures`.
 *
 * Command: `cat /proc/net/bonding/bond0`, `talosctl read /proc/net/bonding/bond0`.
 * Versions: Linux 3 to 6 (bonding 3.7.1 and later, which carries the kernel's version).
 * Sample:
 *
 *     Ethernet Channel Bonding Driver: v6.1.0-27-amd64
 *     Bonding Mode: IEEE 802.3ad Dynamic link aggregation
 *     MII Status: up
 *     MII Polling Interval (ms): 100
 *     Slave Interface: ens1f0
 *     MII Status: up
 *
 * Empty: a machine without bonds has no such file.
 */
export default defineParser({
  kind: 'bonding',
  reads: 'cat /proc/net/bonding/bond0',
  matches: (command) => /\/proc\/net\/bonding\//.test(command.text),
  sniff: (head) => head.slice(0, 5).some((line) => HEAD.test(line)),
  parse: (lines, { origin, emit }) => {
    const named =
      /\/proc\/net\/bonding\/([\w.-]{1,32})/.exec(origin.command?.text ?? '')?.[1] ??
      /(?:^|[/_-])(bond[\w-]{0,20}?)(?:\.\w{1,8})?$/.exec(origin.file)?.[1];
    const scope = named ?? 'a bond';
    let member: string | undefined;
    let found = false;
    lines.forEach((line, at) => {
      if (line.length > 500) return;
      if (HEAD.test(line)) member = undefined;
      member = MEMBER.exec(line.trim())?.[1] ?? member;
      const [, name = '', value = ''] = FIELD.exec(line.trimEnd()) ?? [];
      const key = (member === undefined ? OF_BOND : OF_MEMBER)[name];
      if (key === undefined) return;
      found = true;
      emit.fact('hostValues', {
        ...factBase(origin, at, line),
        topic: 'bonding',
        scope,
        key: member === undefined ? key : `${member}.${key}`,
        value,
      });
    });
    if (!found && lines.some((line) => line.trim() !== '')) emit.unread(origin, 'no bond in it', origin.firstLine);
  },
});
