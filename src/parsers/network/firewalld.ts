import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

/** `public (active)`; since firewalld 2 the default zone says so as well. */
const ZONE = /^(\S{1,40}) \((?:[a-z]{1,10}, )?active\)$/;
const TABLE = /^table (?:inet|ip|ip6) firewalld \{/;
const CHAIN = /^\s{0,8}chain (\S{1,60}) \{/;
const REJECTS = /^\s{1,16}reject(?: with icmpx(?: type)? admin-prohibited)?$/;

/**
 * The host firewall of RHEL, Fedora and SUSE. hostValues, topic `firewalld`: `status` (running), `zone` (the active
 * ones), and `CHAIN.rejects` for a chain of its nft table that rejects what no rule before took.
 *
 * Command: `firewall-cmd --state`, `firewall-cmd --list-all`, `nft list table inet firewalld`, `nft list ruleset`.
 * Versions: firewalld 0.6 to 2.x, nftables 0.9 to 1.x.
 * Sample:
 *
 *     public (active)
 *       target: default
 *       interfaces: eth0
 *
 * Empty: `not running` is a status; a text without status, zone and chain is unread.
 */
export default defineParser({
  kind: 'firewalld',
  reads: 'firewall-cmd --state and --list-all, nft list of the table firewalld',
  matches: (command) => ranTool(command, 'firewall-cmd'),
  sniff: (head) =>
    head.some((line) => TABLE.test(line)) ||
    (ZONE.test(head[0]?.trimEnd() ?? '') && head.some((line) => /^ {2}target: /.test(line))),
  parse: (lines, { origin, emit }) => {
    let found = 0;
    let chain: string | undefined;
    lines.forEach((raw, at) => {
      const line = raw.trimEnd();
      if (line.length > 400) return;
      const fact = (key: string, value: string): void => {
        found++;
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'firewalld', key, value });
      };
      const zone = ZONE.exec(line)?.[1];
      if (zone !== undefined) fact('zone', zone);
      else if (/^(?:not )?running$/.test(line)) fact('status', line);
      else if (TABLE.test(line)) fact('status', 'running');
      chain = CHAIN.exec(line)?.[1] ?? chain;
      if (chain !== undefined && REJECTS.test(line)) fact(`${chain}.rejects`, line.trim());
    });
    if (found === 0) emit.unread(origin, 'neither status nor zone nor chain of firewalld in it', origin.firstLine);
  },
});
