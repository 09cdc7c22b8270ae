import { defined } from '../../lib/defined.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { FabricPort } from '../records.ts';

/** `CA 'mlx5_0'`; ibstatus writes `Infiniband device 'mlx5_0' port 1 status:`. */
const ADAPTER = /^(?:CA|Switch|Router) '(\S{1,64})'\s*$/;
const STATUS = /^Infini[Bb]and device '(\S{1,64})' port (\d{1,3}) status:\s*$/;
const PORT = /^\s*Port (\d{1,3}):\s*$/;
const FIELD =
  /^\s*(CA type|State|state|Physical state|phys state|Rate|rate|Link layer|link_layer|Port GUID)\s*:\s*(\S.*?)\s*$/;
/** `link mlx5_0/1 subnet_prefix fe80:… lid 3 sm_lid 1 lmc 0 state ACTIVE physical_state LINK_UP`, of RoCE with `netdev eth0`. */
const LINK =
  /^(?:\d{1,4}(?:\/\d{1,3})?: |link )?([\w-]{1,64})\/(\d{1,3})(?::)? (.{0,200}\b)?state ([A-Z]{3,20}) physical_state ([A-Z_]{3,30})(?:\s|$)/;
/** The first number of `400`, of `400 Gb/sec (4X NDR)`; ibstat knows no fractions, ibstatus does (`2.5`). */
const RATE = /^(\d{1,6}(?:\.\d)?)(?:\s|$)/;

interface Draft {
  /** The line to quote: that of the state. */
  at: number;
  readonly adapter: string;
  readonly port: number;
  readonly adapterType: string | undefined;
  state?: string;
  physicalState?: string;
  rate?: number;
  linkLayer?: string;
  guid?: string;
}

/** `4: ACTIVE` and `Active` are one state, and so are `2: INIT` and `Initializing`. */
const word = (text: string): string => {
  const bare = text.replace(/^\d: /, '');
  if (bare === 'INIT') return 'Initializing';
  if (bare === 'LINK_UP') return 'LinkUp';
  return /^[A-Z]+$/.test(bare) ? bare.charAt(0) + bare.slice(1).toLowerCase() : bare;
};

function note(port: Draft, label: string, text: string, at: number): void {
  const rate = RATE.exec(text)?.[1];
  if (/^state$/i.test(label)) {
    port.state = word(text);
    port.at = at;
  } else if (/^phys/i.test(label)) port.physicalState = word(text);
  else if (/^link/i.test(label)) port.linkLayer = text;
  else if (label === 'Port GUID') port.guid = text;
  else if (rate !== undefined) port.rate = Number(rate);
}

function recordOf({ at: _at, ...port }: Draft): Omit<FabricPort, 'source' | 'node'> {
  return defined(port);
}

/**
 * Ports of InfiniBand and RoCE adapters. ibstatus and rdma write `4: ACTIVE`: states get ibstat's words and capitals.
 *
 * Command: `ibstat`, `ibstatus`, `rdma link`.
 * Versions: infiniband-diags 1.5 to 2.2 and, since it holds them, rdma-core; MLNX_OFED 4 and 5; iproute2 4.18 to 6.
 * Sample:
 *
 *     CA 'mlx5_0'
 *     	CA type: MT4129
 *     	Number of ports: 1
 *     	Firmware version: 28.39.1002
 *     	Port 1:
 *     		State: Active
 *     		Physical state: LinkUp
 *     		Rate: 400
 *     		Link layer: InfiniBand
 *
 * Empty: a machine without adapters prints nothing: an answer, but no port.
 */
export default defineParser({
  kind: 'ibstat',
  reads: 'ibstat, ibstatus, rdma link',
  matches: (command) => {
    const { tool, words } = effectiveCommand(command);
    return /^ibstat(?:us)?$/.test(tool) || (tool === 'rdma' && words[0] === 'link');
  },
  sniff: (head) => head.slice(0, 40).some((line) => ADAPTER.test(line) || STATUS.test(line) || LINK.test(line)),
  parse: (lines, { origin, emit }) => {
    let adapter: string | undefined;
    let adapterType: string | undefined;
    let port: Draft | undefined;
    let found = 0;
    const close = (): void => {
      if (port !== undefined && port.state !== undefined) {
        emit.fact('fabricPorts', { ...factBase(origin, port.at, lines[port.at] ?? ''), ...recordOf(port) });
        found++;
      }
      port = undefined;
    };
    lines.forEach((line, at) => {
      const [, device, linkPort, between = '', state, physical] = LINK.exec(line) ?? [];
      if (device !== undefined && state !== undefined && physical !== undefined) {
        close();
        port = { at, adapter: device, port: Number(linkPort), adapterType: undefined };
        note(port, 'state', state, at);
        note(port, 'phys state', physical, at);
        // Only InfiniBand has a subnet.
        port.linkLayer = between.includes('subnet_prefix') ? 'InfiniBand' : 'Ethernet';
        close();
        return;
      }
      const status = STATUS.exec(line);
      const opened = ADAPTER.exec(line)?.[1] ?? status?.[1];
      const number = PORT.exec(line)?.[1] ?? status?.[2];
      if (opened !== undefined || number !== undefined) close();
      if (opened !== undefined) {
        adapter = opened;
        adapterType = undefined;
      }
      if (adapter === undefined) return;
      if (number !== undefined) port = { at, adapter, port: Number(number), adapterType };
      const [, label = '', text = ''] = FIELD.exec(line) ?? [];
      if (label === 'CA type') adapterType = text;
      else if (port !== undefined && label !== '') note(port, label, text, at);
    });
    close();
    if (found === 0) emit.unread(origin, 'ibstat output without a port', origin.firstLine);
  },
});
