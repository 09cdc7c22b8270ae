import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Command } from '../records.ts';

const ROUTE =
  /^(?:(?:unicast|local|broadcast|multicast|throw|unreachable|prohibit|blackhole|nat|anycast)\s+)?(default|[0-9a-fA-F.:]{2,45}(?:\/\d{1,3})?)\s+((?:via|dev|proto|scope|table|nhid|metric)\s.*)$/;
const NEIGHBOUR =
  /^([0-9a-fA-F.:]{2,45})\s+(?:dev (\S{1,64})\s+)?.{0,120}?\b(PERMANENT|NOARP|REACHABLE|STALE|DELAY|PROBE|INCOMPLETE|FAILED)\s*$/;
/** `30400:	from 192.0.2.5 lookup 30400`. */
const RULE = /^(\d{1,5}):\s+((?:not )?from \S{1,64}\s.{1,200})$/;
/** What belongs to the row above. */
const MORE = /^\s+(?:cache|nexthop)\b/;
const CLASSIC = /^Destination\s+Gateway\s+Genmask\s+Flags\s/;
/** Two halves of all addresses: what a VPN writes instead of a default route. */
const EVERYWHERE = /^(?:default|0\.0\.0\.0(?:\/[01])?)$/;

/** `ip route`, `ip -4 r show`, `route -n`: the main table of IPv4 without a filter, on a machine. */
function listsMainTable(command: Command): boolean {
  if (command.words[0] === 'exec') return false;
  const { tool, words, flags } = effectiveCommand(command);
  if ('|' in flags || '6' in flags || 'A' in flags) return false;
  if (tool === 'route') return words.length === 0;
  return tool === 'ip' && /^(?:r|ro|route)(?: (?:s|sh|show|ls|list))?$/.test(words.join(' '));
}

/**
 * Routes, rules and failed neighbours. hostValues, topic `route`: key the destination (`default`, `10.244.1.0/24`), value the
 * rest of the row; key `no-default` when the whole main table of a machine has none, quoting its first row. Of the neighbours only entries in state FAILED, topic `neighbour`.
 * Of rules, topic `rule`, the key is the priority.
 *
 * Command: `ip route`, `ip route show table all`, `route -n`, `ip rule`, `ip neigh`.
 * Versions: iproute2 3 to 6, net-tools 1.60 to 2.10, busybox 1.x.
 * Sample:
 *
 *     default via 192.0.2.1 dev eth0 proto dhcp metric 100
 *
 * Empty: a routing table without rows is an answer that `ip` prints as nothing; such a text never comes here.
 */
export default defineParser({
  kind: 'routes',
  reads: 'ip route, ip rule, route -n, ip neigh',
  matches: (command) => {
    const inner = effectiveCommand(command);
    if (inner.tool === 'route') return true;
    return inner.tool === 'ip' && /^(?:r|ro|route|ru|rule|n|neigh|neighbour)$/.test(inner.words[0] ?? '');
  },
  sniff: (head) => {
    const lines = head.filter((line) => line.trim() !== '').slice(0, 30);
    if (lines.slice(0, 3).some((line) => CLASSIC.test(line))) return true;
    const rows = lines.filter((line) => !MORE.test(line));
    return rows.length > 0 && rows.every((line) => ROUTE.test(line) || NEIGHBOUR.test(line) || RULE.test(line));
  },
  parse: (lines, { origin, emit }) => {
    let classic = false;
    let found = 0;
    const rows: { readonly key: string; readonly at: number; readonly line: string }[] = [];
    lines.forEach((line, at) => {
      if (CLASSIC.test(line)) {
        classic = true;
        found++;
        return;
      }
      const neighbour = NEIGHBOUR.exec(line);
      if (neighbour !== null) {
        found++;
        if (neighbour[3] !== 'FAILED') return;
        const value = `FAILED${neighbour[2] === undefined ? '' : ` dev ${neighbour[2]}`}`;
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'neighbour', key: neighbour[1] ?? '', value });
        return;
      }
      const rule = RULE.exec(line);
      if (rule !== null) {
        found++;
        const value = (rule[2] ?? '').trim();
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'rule', key: rule[1] ?? '', value });
        return;
      }
      const route = classic ? /^(\S+)\s+(\S.*)$/.exec(line) : ROUTE.exec(line);
      if (route === null) return;
      found++;
      const key = route[1] === '0.0.0.0' ? 'default' : (route[1] ?? '');
      emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'route', key, value: (route[2] ?? '').trim() });
      rows.push({ key, at, line });
    });
    const [first] = rows;
    const whole = origin.command !== undefined && origin.pod === undefined && listsMainTable(origin.command);
    if (first !== undefined && whole && !rows.some(({ key }) => EVERYWHERE.test(key))) {
      const base = factBase(origin, first.at, first.line);
      emit.fact('hostValues', { ...base, topic: 'route', key: 'no-default', value: `${rows.length} rows` });
    }
    if (found === 0 && lines.some((line) => line.trim() !== ''))
      emit.unread(origin, 'no route in it', origin.firstLine);
  },
});
