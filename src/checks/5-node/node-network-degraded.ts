import { refOf } from '../../snapshot/ref.ts';
import { lossyNodes, nodeSuspect } from '../../snapshot/network/degradation.ts';
import { evidenceIn } from '../../snapshot/quote.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'node-network-degraded',
  layer: 5,
  title: 'No node loses or delays packets',
  failureTitle: 'The network of the node is degraded',
  why: 'A node that loses or delays packets makes every pod on it slow, and all their callers with them. TCP shows it as retransmissions of that node while the others have none.',
  fix: [
    'Check the network of {node}: NIC errors, cable and switch port, MTU, duplex, traffic shaping (tc qdisc), saturated uplink. Cordon it until it is mended.',
  ],
  next: ['ip -s link', 'tc -s qdisc show', 'nstat -az TcpRetransSegs', 'ping -c 20 {node}'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['alerts'],
  wants: ['services', 'pods', 'nodes'],
  *run(_facts, { snapshot }) {
    const suspect = nodeSuspect(snapshot);
    if (suspect === undefined) return;
    const { node, variant, services, lossy } = suspect;
    const others = lossyNodes(snapshot).filter((one) => one !== lossy);
    const names = services.map((one) => one.service.metadata.name);
    const words = variant === 'loss' ? 'loses packets' : 'delays packets';
    const here =
      lossy?.node === node
        ? `its ${lossy.alert.text.slice(0, 200)}`
        : `its peer ${lossy?.node ?? ''} repeats segments (${lossy?.alert.changes[0]?.text ?? lossy?.alert.alert.name ?? ''})`;
    const evidence = evidenceIn([
      ...(lossy === undefined ? [] : [lossy.alert.alert.source]),
      ...services.flatMap((one) => one.alerts.slice(0, 1).map((alert) => alert.alert.source)),
    ]);
    if (evidence === undefined) return;
    yield {
      subject: snapshot.named('Node', node, { node }),
      variant,
      confidence: services.length > 0 || variant === 'loss' ? 'medium' : 'low',
      title: variant === 'loss' ? 'The node loses packets' : 'The network of the node is slow',
      message: `Node ${node} ${words}: ${here}${names.length === 0 ? '' : `; the slow or failing services ${names.join(', ')} run there`}${others.length === 0 ? '' : `; ${others.map((one) => `${one.node} has ${one.now}`).join(', ')}`}`,
      evidence,
      related: services.map((one) => refOf(one.service)),
    };
  },
});
