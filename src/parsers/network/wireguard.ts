import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const INTERFACE = /^interface: (\S{1,30})\s*$/;
const PEER = /^peer: (\S{1,60})\s*$/;
const FIELD = /^\s{1,8}([a-z][a-z ]{2,30}): (.{1,400})$/;

interface Peer {
  readonly at: number;
  readonly device: string;
  readonly fields: Map<string, string>;
}

/**
 * Peers of WireGuard (k3s flannel wireguard-native, Calico, Cilium, Kilo, Netmaker). hostValues, topic `wireguard`: key
 * the endpoint of the peer (its key where it has none), scope the interface, value `silent` for a peer that was sent
 * something and never sent anything back, else `heard`.
 *
 * Command: `wg show`, `wg show wg0`.
 * Versions: wireguard-tools 0.0.2018 to 1.0.
 * Sample:
 *
 *     interface: wg0
 *       listening port: 51820
 *     peer: AAAA=
 *       endpoint: 192.0.2.14:51820
 *       transfer: 0 B received, 14.20 KiB sent
 *
 * Empty: nothing at all is printed where there is no interface.
 */
export default defineParser({
  kind: 'wireguard',
  reads: 'wg show',
  matches: (command) => ranTool(command, 'wg'),
  sniff: (head) => INTERFACE.test(head[0] ?? '') && head.slice(1, 4).some((line) => /^ {2}public key: /.test(line)),
  parse: (lines, { origin, emit }) => {
    let device: string | undefined;
    const peers: Peer[] = [];
    lines.forEach((line, at) => {
      if (line.length > 1000) return;
      const named = INTERFACE.exec(line)?.[1];
      const peer = PEER.exec(line)?.[1];
      const [, name, value] = FIELD.exec(line) ?? [];
      if (named !== undefined) device = named;
      else if (peer !== undefined && device !== undefined)
        peers.push({ at, device, fields: new Map([['peer', peer]]) });
      else if (name !== undefined && value !== undefined) peers.at(-1)?.fields.set(name, value.trim());
    });
    for (const { at, device: scope, fields } of peers) {
      const transfer = fields.get('transfer') ?? '';
      const silent = !fields.has('latest handshake') && /^0 B received, (?!0 B)/.test(transfer);
      emit.fact('hostValues', {
        ...factBase(
          origin,
          at,
          silent ? `peer ${fields.get('endpoint') ?? ''} transfer: ${transfer}` : (lines[at] ?? ''),
        ),
        topic: 'wireguard',
        key: fields.get('endpoint') ?? fields.get('peer') ?? '',
        value: silent ? 'silent' : 'heard',
        scope,
      });
    }
    if (device === undefined) emit.unread(origin, 'no interface of WireGuard in it', origin.firstLine);
  },
});
