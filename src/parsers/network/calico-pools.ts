import { readHeader, readRow } from '../../lib/table.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const HEADER = /^NAME\s+CIDR\s+NAT\s+IPIPMODE\b/;

/**
 * Address pools of Calico. hostValues, topic `ippool`: key the name of the pool, value `CIDR nat` or `CIDR no-nat`.
 *
 * Command: `calicoctl get ippools -o wide`.
 * Versions: calicoctl 3.x.
 * Sample:
 *
 *     NAME                  CIDR            NAT    IPIPMODE   VXLANMODE   DISABLED   SELECTOR
 *     default-ipv4-ippool   10.244.0.0/16   true   Never      Always      false      all()
 *
 * Empty: a header alone is a cluster without pools.
 */
export default defineParser({
  kind: 'calico-pools',
  reads: 'calicoctl get ippools -o wide',
  matches: (command) =>
    command.tool === 'calicoctl' && command.words[0] === 'get' && /^ippools?$/i.test(command.words[1] ?? ''),
  sniff: (head) => head.slice(0, 3).some((line) => HEADER.test(line)),
  parse: (lines, { origin, emit }) => {
    const at = lines.findIndex((line) => HEADER.test(line));
    if (at < 0) {
      emit.unread(origin, 'no table of pools in it', origin.firstLine);
      return;
    }
    const header = readHeader(lines[at] ?? '');
    lines.slice(at + 1).forEach((line, below) => {
      if (line.trim() === '') return;
      const [name = '', cidr = '', nat = ''] = readRow(header, line) ?? [];
      if (!/^(?:true|false)$/.test(nat)) return;
      emit.fact('hostValues', {
        ...factBase(origin, at + 1 + below, line),
        topic: 'ippool',
        key: name,
        value: `${cidr} ${nat === 'true' ? 'nat' : 'no-nat'}`,
      });
    });
  },
});
