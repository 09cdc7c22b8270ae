import { entryOf } from '../../lib/group-by.ts';
import type { HostValue } from '../../parsers/records.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { slowLinks } from '../../snapshot/nodes/interfaces.ts';
import { defineCheck } from '../check.ts';

const COUNTER =
  /^(.+)\.((?:rx|tx)_(?:errors|crc_errors|missed_errors|fifo_errors|carrier_errors|symbol_err)(?:_phy)?)$/;
/** Virtual devices count what they drop on purpose. */
const VIRTUAL =
  /^(?:lo|veth|cali|cni|lxc|docker|br-|flannel|tunl|vxlan|cilium|kube-|virbr|ovs|genev|nodelocaldns|dummy|tap|azv)/;
/** A few in the life of a link mean nothing; without the packets there is no rate (ours). */
const LEAST = 1000;
/** Share of the packets: Ethernet allows one bad frame in a hundred thousand or fewer; TCP suffers from one in a thousand on (HEUR). */
const MANY = 0.001;

export default defineCheck({
  id: 'nic-errors',
  layer: 5,
  title: 'The network cards count no errors',
  failureTitle: 'A network card counts many errors',
  why: 'Errors in the physical layer or in the rings of the card appear as slow or broken connections of everything on the node.',
  fix: ['Check cable, transceiver and switch port of {node}; enlarge the rings (ethtool -G) when packets are missed'],
  next: ['ip -s link', "ethtool -S {nic} | grep -E 'err|drop|crc'"],
  severity: 'warning',
  confidence: 'low',
  needs: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    const cards = new Map<string, { node: string; nic: string; values: HostValue[] }>();
    for (const value of hostValues) {
      if (value.topic !== 'network') continue;
      const [, nic] = COUNTER.exec(value.key) ?? [];
      if (nic === undefined || VIRTUAL.test(nic) || !(Number(value.value) >= LEAST)) continue;
      const node = machineOf(snapshot, value);
      entryOf(cards, `${node}/${nic}`, () => ({ node, nic, values: [] })).values.push(value);
    }
    for (const slow of slowLinks(snapshot)) {
      const known = cards.get(`${slow.node}/${slow.nic}`);
      cards.delete(`${slow.node}/${slow.nic}`);
      yield {
        subject: snapshot.named('Node', slow.node, { node: slow.node }),
        variant: 'slow-link',
        ...(slow.sure ? { confidence: 'high' as const } : { severity: 'info' as const }),
        title: 'A network card has agreed on a slow link',
        message: `${slow.nic} of ${slow.node} runs at ${slow.what}${known === undefined ? '' : `, and counts ${known.values.map(({ key, value }) => `${value} ${key.slice(key.lastIndexOf('.') + 1)}`).join(', ')}`}: a bad cable or transceiver, or a switch port that does not negotiate`,
        evidence: [slow.evidence, ...(known?.values ?? []).slice(0, 3).map(({ source }) => source)],
        params: { nic: slow.nic },
      };
    }
    for (const { node, nic, values } of cards.values()) {
      const [first, ...rest] = values;
      if (first === undefined) continue;
      const told = values.map((value) => {
        const counter = COUNTER.exec(value.key)?.[2] ?? '';
        const packets = hostValues.find(
          (one) => one.key === `${nic}.${counter.slice(0, 2)}_packets` && machineOf(snapshot, one) === node,
        );
        const share = packets === undefined ? undefined : Number(value.value) / Number(packets.value);
        return { counter, value: value.value, share };
      });
      const worst = Math.max(0, ...told.map(({ share }) => share ?? 0));
      const damaged = told.some(({ counter }) => /crc|symbol/.test(counter));
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: nic,
        ...(worst >= MANY ? { confidence: 'medium' as const } : {}),
        message: `${nic} of ${node} has counted ${told.map(({ counter, value, share }) => `${value} ${counter}${share === undefined ? '' : ` (${(share * 100).toPrecision(2)} % of the packets)`}`).join(', ')} since the machine started${damaged ? ': frames arrive damaged (CRC), which is the cable, the transceiver or the switch port' : ''}`,
        evidence: [first.source, ...rest.slice(0, 3).map(({ source }) => source)],
        params: { nic },
      };
    }
  },
});
