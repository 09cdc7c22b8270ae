import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const HEADER = /^Prot LocalAddress:Port Scheduler Flags/;
/** `TCP  10.96.0.10:53 rr`, `UDP  [fd00::a]:53 rr persistent 10800`. */
const SERVER = /^(TCP|UDP|SCTP|FWM)\s{1,8}(\[[\da-f:]{2,45}\]:\d{1,5}|[\w.-]{1,253}:[\w-]{1,40})\s{1,12}(\w{1,8})/;
/** `  -> 10.42.0.17:53   Masq    1      0          12`. */
const BACKEND =
  /^\s{0,4}-> (\[[\da-f:]{2,45}\]:\d{1,5}|[\w.-]{1,253}:[\w-]{1,40})\s{1,40}(Masq|Route|Tunnel|Local)\s{1,12}(\d{1,9})/;

/**
 * Virtual servers of IPVS, which kube-proxy (mode ipvs) and kube-router keep for the addresses of Services. hostValues,
 * topic `ipvs`: key the address with its port, value the number of its backends of weight above 0, scope the protocol.
 *
 * Command: `ipvsadm -Ln`, `ipvsadm -L -n -t 10.96.0.10:53`.
 * Versions: ipvsadm 1.26 to 1.31.
 * Sample:
 *
 *     Prot LocalAddress:Port Scheduler Flags
 *       -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
 *     TCP  10.96.0.10:53 rr
 *       -> 10.42.0.17:53                Masq    1      0          12
 *
 * Empty: headings alone say that there is no virtual server: kube-proxy does not use IPVS on the machine.
 */
export default defineParser({
  kind: 'ipvs',
  reads: 'ipvsadm -L',
  matches: (command) => ranTool(command, 'ipvsadm'),
  sniff: (head) => head.slice(0, 5).some((line) => HEADER.test(line)),
  parse: (lines, { origin, emit }) => {
    let server: { readonly at: number; readonly protocol: string; readonly address: string; count: number } | undefined;
    let found = 0;
    const close = (): void => {
      if (server === undefined) return;
      emit.fact('hostValues', {
        ...factBase(origin, server.at, lines[server.at] ?? ''),
        topic: 'ipvs',
        key: server.address,
        value: String(server.count),
        scope: server.protocol,
      });
      server = undefined;
    };
    lines.forEach((line, at) => {
      if (line.length > 1000) return;
      if (HEADER.test(line)) found++;
      const [, protocol, address] = SERVER.exec(line) ?? [];
      if (protocol !== undefined && address !== undefined) {
        close();
        found++;
        server = { at, protocol, address, count: 0 };
      } else if (server !== undefined && Number(BACKEND.exec(line)?.[3] ?? 0) > 0) server.count++;
    });
    close();
    if (found === 0) emit.unread(origin, 'no virtual server of IPVS in it', origin.firstLine);
  },
});
