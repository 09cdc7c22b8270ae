/** GPU health per node: a square per GPU of the node, those in trouble marked; and the table of what is known of each. */
import { groupBy } from '../lib/group-by.ts';
import { plural } from '../lib/in-words.ts';
import type { Tables } from '../result.ts';

type GpuRow = Tables['gpus']['rows'][number];

/** Nodes drawn, and squares in a row: the largest machines have 16 GPUs. */
const NODES = 60;
const SQUARES = 16;
/** SVG units. */
const CELL = 22;
const GAP = 6;
/** Troubles of a node named under its squares. */
const TROUBLES = 3;

/** The node as the device plugin and the GPU tools see it; GPUs that no tool lists but the node has lost are bad too. */
function nodeOf(name: string, gpus: readonly GpuRow[], counts: { capacity: number; allocatable: number } | undefined) {
  const byIndex = new Map<number, { bad: boolean }>();
  let unplaced = 0;
  for (const gpu of gpus) {
    const bad = gpu.troubles.length > 0;
    if (gpu.index === undefined) unplaced += bad ? 1 : 0;
    else byIndex.set(gpu.index, { bad: bad || byIndex.get(gpu.index)?.bad === true });
  }
  const known = [...byIndex.keys()].reduce((most, index) => Math.max(most, index + 1), 0);
  const size = Math.max(counts?.capacity ?? 0, known, byIndex.size === 0 ? Math.min(gpus.length, 1) : 0);
  const bad = [...byIndex.values()].filter((gpu) => gpu.bad).length;
  // What is missing without a number of its own: one lost GPU may be told by several tools, so the larger count holds.
  const lost = Math.max(
    (counts?.capacity ?? 0) - (counts?.allocatable ?? 0) - bad,
    unplaced > 0 && bad === 0 ? 1 : 0,
    0,
  );
  const free = Array.from({ length: Math.min(size, SQUARES) }, (_, i) => i).filter((i) => !byIndex.has(i));
  const marked = new Set(free.slice(Math.max(0, free.length - lost)));
  const troubles = [...new Set(gpus.flatMap((gpu) => gpu.troubles))];
  const worst = bad + lost;
  return {
    name,
    state: worst > 0 ? ('bad' as const) : ('good' as const),
    words:
      counts === undefined
        ? `${plural(Math.max(size, 1), 'GPU')} seen${worst > 0 ? `, ${worst} in trouble` : ''}`
        : `${counts.allocatable} of ${plural(counts.capacity, 'GPU')} usable`,
    troubles: troubles.slice(0, TROUBLES),
    troublesMore: Math.max(0, troubles.length - TROUBLES),
    width: Math.max(1, Math.min(size, SQUARES)) * (CELL + GAP),
    cells: Array.from({ length: Math.min(size, SQUARES) }, (_, i) => {
      const gpu = byIndex.get(i);
      const ill = gpu?.bad === true || marked.has(i);
      return {
        x: i * (CELL + GAP) + 1,
        textX: i * (CELL + GAP) + CELL / 2,
        state: ill ? 'bad' : 'good',
        // A square that was only counted has no number.
        text: ill ? '✗' : gpu === undefined ? '' : String(i),
      };
    }),
    more: Math.max(0, size - SQUARES),
  };
}

/** Cards of the nodes with GPUs, worst first, and the table with the columns that say anything. */
export function gpuMap(tables: Tables, limit: number) {
  const { gpus, nodes } = tables;
  const byNode = groupBy(gpus.rows, (gpu) => gpu.node);
  const counted = new Map(
    nodes.rows.flatMap((node) => (node.gpus === undefined ? [] : [[node.name, node.gpus] as const])),
  );
  const names = [...new Set([...byNode.keys(), ...counted.keys()])];
  if (names.length === 0) return undefined;
  const cards = names
    .map((name) => nodeOf(name, byNode.get(name) ?? [], counted.get(name)))
    .sort((a, b) => (a.state === b.state ? (a.name < b.name ? -1 : 1) : a.state === 'bad' ? -1 : 1));
  const rows = gpus.rows.slice(0, limit).map((gpu) => ({
    ...gpu,
    temperature: gpu.temperatureC === undefined ? '' : `${gpu.temperatureC} °C`,
    memory: gpu.memoryTotalMiB === undefined ? '' : `${gpu.memoryUsedMiB ?? '?'} / ${gpu.memoryTotalMiB} MiB`,
    load: gpu.utilizationPercent === undefined ? '' : `${gpu.utilizationPercent} %`,
  }));
  const says = (column: (row: (typeof rows)[number]) => unknown): boolean =>
    rows.some((row) => column(row) !== undefined && column(row) !== '');
  const columns = {
    index: says((row) => row.index),
    name: says((row) => row.name),
    temperature: says((row) => row.temperature),
    memory: says((row) => row.memory),
    load: says((row) => row.load),
  };
  return {
    total: gpus.total,
    cards: cards.slice(0, NODES),
    cardsMore: Math.max(0, cards.length - NODES),
    rows,
    more: Math.max(0, gpus.total - rows.length),
    // Without any of them the cards have said it all.
    columns: Object.values(columns).includes(true) ? columns : undefined,
  };
}
