/** The node map: a card per node in a small cluster, a square per node in a large one. */
import { formatByteQuantity, formatCores } from '../lib/format-quantity.ts';
import type { Tables } from '../result.ts';

type NodeRow = Tables['nodes']['rows'][number];

/** Up to so many nodes get a card with bars. */
const CARDS = 48;
/** Of more nodes, so many of those that are not well. */
const WORST = 12;
/** Squares per row and their size in SVG units. */
const COLUMNS = 62;
const CELL = 16;

/** Worst first, as the rows are. */
function stateOf(node: NodeRow): 'bad' | 'pressed' | 'off' | 'good' | 'unknown' {
  if (node.ready === false) return 'bad';
  if (node.conditions.length > 0) return 'pressed';
  if (node.cordoned) return 'off';
  return node.ready === null ? 'unknown' : 'good';
}
const WORDS = {
  bad: 'not ready',
  pressed: 'ready, with a bad condition',
  off: 'cordoned',
  good: 'ready',
  unknown: 'readiness not in the bundle',
} as const;

function bar(usage: NodeRow['cpu'], write: (n: number) => string) {
  const { requested, allocatable } = usage;
  if (requested === undefined || allocatable === undefined || allocatable <= 0)
    return allocatable === undefined ? undefined : { text: `${write(allocatable)} allocatable`, width: 0, full: false };
  const share = requested / allocatable;
  return {
    text: `${write(requested)} of ${write(allocatable)} (${Math.round(share * 100)} %)`,
    width: Math.max(0, Math.min(100, Math.round(share * 100))),
    full: share > 0.9,
  };
}

/** Cards, or squares with a count of each state. */
export function nodeMap(nodes: Tables['nodes']) {
  const rows = nodes.rows.map((node) => ({ ...node, state: stateOf(node) }));
  const counts = (['bad', 'pressed', 'off', 'unknown', 'good'] as const).flatMap((state) => {
    const count = rows.filter((node) => node.state === state).length;
    return count === 0 ? [] : [{ state, count, word: WORDS[state] }];
  });
  const large = rows.length > CARDS;
  const shown = large ? rows.filter((node) => node.state !== 'good').slice(0, WORST) : rows;
  const cards = shown.map((node) => ({
    ...node,
    word: WORDS[node.state],
    roles: node.roles.join(', '),
    cpuBar: bar(node.cpu, formatCores),
    memoryBar: bar(node.memory, formatByteQuantity),
    gpuText: node.gpus === undefined ? undefined : `${node.gpus.allocatable} of ${node.gpus.capacity} usable`,
  }));
  const squares = !large
    ? undefined
    : {
        width: COLUMNS * CELL,
        height: Math.ceil(rows.length / COLUMNS) * CELL,
        cells: rows.map((node, i) => ({
          x: (i % COLUMNS) * CELL,
          y: Math.floor(i / COLUMNS) * CELL,
          state: node.state,
          name: node.name,
        })),
      };
  return { total: nodes.total, counts, cards, squares, more: Math.max(0, nodes.total - cards.length) };
}
