import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const LINK = /^(GPU\d{1,3})\.link(\d{1,3})$/;

export default defineCheck({
  id: 'gpu-nvlink-problem',
  layer: 5,
  title: 'All NVLinks are up',
  failureTitle: 'An NVLink is down',
  why: 'A card whose links are down while those of its peers are up slows or hangs every job over several GPUs.',
  fix: ['Drain {node}, reset all GPUs of the board; inspect bridge or baseboard; replace when the link stays down'],
  next: ['nvidia-smi nvlink -s', 'nvidia-smi nvlink -e', 'nvidia-smi topo -m'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    for (const [node, values] of byMachine(
      snapshot,
      hostValues.filter((value) => value.topic === 'nvlink'),
    )) {
      const links = values.flatMap((value) => {
        const match = LINK.exec(value.key);
        return match === null ? [] : [{ card: match[1] ?? '', up: !/inactive/i.test(value.value), value }];
      });
      // A pair of cards joined by a bridge uses some of its links only: a card differs from its peers or it does not.
      const up = new Map<string, number>();
      for (const { card, up: isUp } of links) up.set(card, (up.get(card) ?? 0) + (isUp ? 1 : 0));
      const most = Math.max(0, ...up.values());
      for (const [card, count] of up) {
        if (most === 0 || count >= most) continue;
        const down = links.filter((one) => one.card === card && !one.up);
        const [first, ...rest] = down.map((one) => one.value.source);
        if (first === undefined) continue;
        yield {
          subject: snapshot.named('Node', node, { node }),
          variant: card,
          message: `On ${node} ${card} has ${count} NVLinks up, its peers ${most}`,
          evidence: [first, ...rest.slice(0, 3)],
          params: { bus: card.slice(3) },
        };
      }
    }
  },
});
