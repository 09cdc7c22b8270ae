import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

/** `udp 17 29 src=… dst=… sport=… dport=… [UNREPLIED] src=… dst=… sport=… dport=… mark=0 use=1`; /proc writes the family before. */
const ENTRY =
  /^(?:ipv[46]\s{1,8}\d{1,2}\s{1,8})?(udp|tcp|sctp)\s{1,10}\d{1,3}\s{1,8}(?:\d{1,9}\s{1,8})?(?:[A-Z_]{4,12}\s{1,4})?src=([\da-f.:]{3,45}) dst=([\da-f.:]{3,45}) sport=\d{1,5} dport=(\d{1,5})\s{1,4}(\[UNREPLIED\] )?src=([\da-f.:]{3,45}) dst=[\da-f.:]{3,45} sport=(\d{1,5}) dport=\d{1,5}/;
/** As many targets are kept apart; a busy node has 200,000 entries. */
const MAX_TARGETS = 5_000;

/**
 * Entries of the connection table whose destination was changed (DNAT), which is what kube-proxy does to the address of a
 * Service. hostValues, topic `conntrack-dnat`: key `udp 10.96.3.7:8125`, value where they lead (`10.244.5.24:8125`),
 * scope `UNREPLIED` when no entry of the kind had an answer. Entries of one kind are one value.
 *
 * Command: `conntrack -L`, `conntrack -L -p udp --dport 8125`, `cat /proc/net/nf_conntrack`.
 * Versions: conntrack-tools 1.4.
 * Sample:
 *
 *     udp      17 29 src=10.244.5.12 dst=10.96.3.7 sport=43145 dport=8125 [UNREPLIED] src=10.244.5.24 dst=10.244.5.12 sport=8125 dport=43145 mark=0 use=1
 *
 * Empty: `0 flow entries have been shown`.
 */
export default defineParser({
  kind: 'conntrack-list',
  reads: 'conntrack -L',
  matches: (command) => ranTool(command, 'conntrack') && /\s(?:-L|--dump)\b/.test(command.text),
  sniff: (head) => head.slice(0, 3).some((line) => ENTRY.test(line)),
  parse: (lines, { origin, emit }) => {
    const kinds = new Map<
      string,
      { readonly at: number; readonly key: string; readonly to: string; answered: boolean }
    >();
    let found = 0;
    lines.forEach((line, at) => {
      if (line.length > 1000) return;
      if (/flow entries have been shown/.test(line)) found++;
      const [, protocol, , aimed, port, unreplied, backend, backendPort] = ENTRY.exec(line) ?? [];
      if (protocol === undefined || aimed === undefined || backend === undefined) return;
      found++;
      if (aimed === backend) return;
      const key = `${protocol} ${aimed}:${port ?? ''}`;
      const to = `${backend}:${backendPort ?? ''}`;
      const known = kinds.get(`${key}>${to}`);
      if (known !== undefined) known.answered ||= unreplied === undefined;
      else if (kinds.size < MAX_TARGETS) kinds.set(`${key}>${to}`, { at, key, to, answered: unreplied === undefined });
    });
    for (const { at, key, to, answered } of kinds.values())
      emit.fact('hostValues', {
        ...factBase(origin, at, lines[at] ?? ''),
        topic: 'conntrack-dnat',
        key,
        value: to,
        ...(answered ? {} : { scope: 'UNREPLIED' }),
      });
    if (found === 0) emit.unread(origin, 'no entry of the connection table in it', origin.firstLine);
  },
});
