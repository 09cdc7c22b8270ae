import { groupBy } from '../../lib/group-by.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

const LINK = /^(GPU\d{1,3})\.link(\d{1,3})$/;
/** `GPU0.link3.recovery`: counted since the driver was loaded. */
const COUNT = /^(GPU\d{1,3})\.link(\d{1,3})\.(recovery|replay|crc\w{0,20})$/;
/** A link that was trained anew failed before; frames are sent again now and then on good ones too (ours). */
const LIMITS: Readonly<Record<string, number>> = { recovery: 1, replay: 1000 };
const CRC_LIMIT = 1000;

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
      const counts = values.flatMap((value) => {
        const [, card, link, kind] = COUNT.exec(value.key) ?? [];
        const count = Number(value.value);
        return card === undefined || link === undefined || kind === undefined || count < (LIMITS[kind] ?? CRC_LIMIT)
          ? []
          : [{ place: `${card} link ${link}`, words: `${count} ${kind.replaceAll('_', ' ')}`, source: value.source }];
      });
      const [first, ...rest] = counts;
      if (first !== undefined)
        yield {
          subject: snapshot.named('Node', node, { node }),
          variant: 'errors',
          severity: 'warning',
          title: 'An NVLink counts errors',
          message: `On ${node} NVLinks count errors since the driver was loaded: ${[
            ...groupBy(counts, ({ place }) => place),
          ]
            .slice(0, 4)
            .map(([place, list]) => `${place}: ${list.map(({ words }) => words).join(', ')}`)
            .join('; ')}`,
          evidence: [first.source, ...rest.slice(0, 3).map(({ source }) => source)],
          params: { bus: /\d+/.exec(first.place)?.[0] ?? '0' },
        };
    }
  },
});
