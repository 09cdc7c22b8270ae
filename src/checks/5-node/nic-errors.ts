import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const COUNTER = /^(.+)\.((?:rx|tx)_(?:errors|crc_errors|missed_errors|fifo_errors|carrier_errors))$/;
/** Virtual devices count what they drop on purpose. */
const VIRTUAL =
  /^(?:lo|veth|cali|cni|lxc|docker|br-|flannel|tunl|vxlan|cilium|kube-|virbr|ovs|genev|nodelocaldns|dummy|tap|azv)/;
/** A few in the life of a link mean nothing; without the packets there is no rate (ours). */
const LEAST = 1000;

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
    for (const value of hostValues) {
      if (value.topic !== 'network') continue;
      const [, nic, counter] = COUNTER.exec(value.key) ?? [];
      if (nic === undefined || VIRTUAL.test(nic) || !(Number(value.value) >= LEAST)) continue;
      const node = machineOf(snapshot, value);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: `${nic}-${counter ?? ''}`,
        message: `${nic} of ${node} has counted ${value.value} ${counter ?? 'errors'} since the machine started`,
        evidence: [value.source],
        params: { nic },
      };
    }
  },
});
