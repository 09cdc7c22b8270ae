import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const TITLE = /^(?:tcpdump: )?listening on ([\w.@:-]{1,40}), link-type /;
/** `23:33:31.204511 IP 10.0.0.1.40112 > 192.0.2.37.80: Flags [S], seq 1`; with `-i any` the interface and way come first. */
const PACKET =
  /^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{1,9} (?:([\w.@:-]{1,40}) {1,3}(?:In|Out|P|B|M) {1,3})?IP6? (\S{3,60})\.(\d{1,5}) > (\S{3,60})\.(\d{1,5}): Flags \[([A-Z.]{1,6})\]/;
const ANY_PACKET = /^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{1,9} /;
/** `tcpdump -v` of a packet between two ends of a tunnel (VXLAN 4789, 8472; Geneve 6081) that leaves with a wrong checksum. */
const TUNNEL_CHECKSUM = / > \S{3,60}\.(4789|8472|6081): \[bad udp cksum 0x[\da-f]{1,4} ->/;
/** As many attempts are kept apart. */
const MAX_FLOWS = 2_000;

interface Flow {
  at: number;
  syns: number;
  answered: boolean;
  readonly from: string;
  readonly to: string;
  readonly device: string | undefined;
}

/**
 * A capture of packets, as text. hostValues, topic `capture`: key `FROM>TO:PORT` of connections that were asked for
 * (SYN) twice or more and got no packet back in the capture, value how often, scope the interface. Captures of which no
 * packet went the other way at all are told the same: a filter of one direction (src, dst) is told by the command.
 * Topic `capture-checksum`: key the port of a tunnel, value the number of its packets whose outer checksum is wrong.
 *
 * Command: `tcpdump -ni eth0 host 192.0.2.37`.
 * Versions: tcpdump 4.9 to 4.99.
 * Sample:
 *
 *     tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes
 *     10:00:31.204511 IP 10.244.1.28.40112 > 192.0.2.37.80: Flags [S], seq 1830042211, win 64240, length 0
 *     10:00:32.236120 IP 10.244.1.28.40112 > 192.0.2.37.80: Flags [S], seq 1830042211, win 64240, length 0
 *
 * Empty: `0 packets captured` says that nothing of the kind came by.
 */
export default defineParser({
  kind: 'tcpdump',
  reads: 'tcpdump',
  matches: (command) => ranTool(command, 'tcpdump', 'tshark'),
  sniff: (head) =>
    head.slice(0, 4).some((line) => TITLE.test(line)) ||
    head.slice(0, 3).filter((line) => PACKET.test(line)).length > 1,
  parse: (lines, { origin, emit }) => {
    // Who looks at one direction only sees no answers.
    const oneWay = / (?:src|dst) |tcp-syn|tcpflags|tcp\[13\]/.test(` ${origin.command?.text ?? ''} `);
    const flows = new Map<string, Flow>();
    let device: string | undefined;
    let packets = 0;
    const wrong = new Map<string, { at: number; count: number }>();
    lines.forEach((line, at) => {
      if (line.length > 4000) return;
      const tunnel = TUNNEL_CHECKSUM.exec(line)?.[1];
      if (tunnel !== undefined) {
        const known = wrong.get(tunnel) ?? { at, count: 0 };
        known.count++;
        wrong.set(tunnel, known);
      }
      device = TITLE.exec(line)?.[1] ?? device;
      if (ANY_PACKET.test(line)) packets++;
      const [, on, from, port, to, toPort, flags] = PACKET.exec(line) ?? [];
      if (from === undefined || to === undefined) return;
      const back = flows.get(`${to}.${toPort ?? ''}>${from}.${port ?? ''}`);
      if (back !== undefined) back.answered = true;
      if (flags !== 'S') return;
      const key = `${from}.${port ?? ''}>${to}.${toPort ?? ''}`;
      const known = flows.get(key);
      if (known !== undefined) known.syns++;
      else if (flows.size < MAX_FLOWS)
        flows.set(key, { at, syns: 1, answered: false, from, to: `${to}:${toPort ?? ''}`, device: on ?? device });
    });
    const told = new Set<string>();
    for (const flow of flows.values()) {
      const key = `${flow.from}>${flow.to}`;
      if (oneWay || flow.answered || flow.syns < 2 || told.has(key)) continue;
      told.add(key);
      emit.fact('hostValues', {
        ...factBase(origin, flow.at, lines[flow.at] ?? ''),
        topic: 'capture',
        key,
        value: String(flow.syns),
        ...(flow.device === undefined ? {} : { scope: flow.device }),
      });
    }
    for (const [key, { at, count }] of wrong)
      emit.fact('hostValues', {
        ...factBase(origin, at, lines[at] ?? ''),
        topic: 'capture-checksum',
        key,
        value: String(count),
      });
    if (packets === 0 && wrong.size === 0 && device === undefined)
      emit.unread(origin, 'no packet in it', origin.firstLine);
  },
});
