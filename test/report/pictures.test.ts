import { expect, test } from 'vitest';
import { anchor } from '../../src/report/anchor.ts';
import { gpuMap } from '../../src/report/gpu-map.ts';
import { eventTimeline } from '../../src/report/event-timeline.ts';
import { causalGraph } from '../../src/report/graph.ts';
import { layerSections } from '../../src/report/layer-sections.ts';
import { mermaid } from '../../src/report/mermaid.ts';
import { nodeMap } from '../../src/report/node-map.ts';
import { schedulingGrids } from '../../src/report/scheduling-grid.ts';
import { stories } from '../../src/report/stories.ts';
import { markdown } from '../../src/report/markdown.ts';
import type { Finding, Result } from '../../src/result.ts';
import { big, cascade } from './results.ts';

const byId = (result: Result) => new Map(result.findings.map((finding) => [finding.id, finding]));

test('the causal graph: every box inside the band of its layer, the detour instead of the short cut', () => {
  const graph = causalGraph(cascade());
  expect(graph?.boxes.map((box) => box.href)).toEqual([
    'finding-crashloop/shop/web',
    'finding-svc-dead/shop/web',
    'finding-disk-full/node-a',
  ]);
  for (const [box, layer] of [
    [graph?.boxes[0], 1],
    [graph?.boxes[1], 3],
    [graph?.boxes[2], 5],
  ] as const) {
    const band = graph?.bands.find((one) => one.layer === layer);
    expect(box?.y).toBeGreaterThan(band?.y ?? 0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan((band?.y ?? 0) + (band?.height ?? 0));
  }
  // disk → crash → service; the arrow disk → service would say the same twice.
  expect(graph?.edges).toHaveLength(2);
  expect(graph?.sentences.map(({ effect, causes }) => [effect, causes])).toEqual([
    ['The container crashes', ['The disk is full']],
    ['The Service has no endpoint', ['The container crashes']],
  ]);
});

test('an arrow past the boxes of other layers runs beside them', () => {
  const result = cascade();
  const [disk, crash, service] = result.findings as [Finding, Finding, Finding];
  const services = ['a', 'b'].map((check) => ({ ...service, id: check, check, causedBy: [disk.id] }));
  const graph = causalGraph({ ...result, findings: [disk, crash, ...services] });
  const right = Math.max(
    ...(graph?.boxes ?? []).filter((one) => /^finding-[ab]$/.test(one.href)).map((one) => one.x + one.width),
  );
  // Straight up from the disk to the crash would be behind a Service.
  const ways = graph?.edges.map(({ d }) => d) ?? [];
  expect(ways.filter((d) => d.includes('L'))).toHaveLength(1);
  expect(Number(/L([\d.]+) /.exec(ways.join())?.[1])).toBeGreaterThan(right);
});

test('the causal graph bears cycles and many checks, and says what it leaves out', () => {
  const result = cascade();
  const [disk, crash] = result.findings;
  const cycle = { ...result, findings: [{ ...disk, causedBy: [crash?.id] }, crash] } as Result;
  expect(causalGraph(cycle)?.boxes).toHaveLength(2);
  const many = {
    ...result,
    findings: [disk, ...Array.from({ length: 12 }, (_, i) => ({ ...crash, id: `c${i}`, check: `c${i}` }))],
  } as Result;
  const graph = causalGraph(many);
  expect(graph?.boxes).toHaveLength(9);
  expect(graph?.bands.find((band) => band.layer === 1)?.hidden?.text).toBe('and 4 more checks');
});

test('without causes there is no graph and no mermaid', () => {
  const result = { ...cascade(), findings: [], rootCauses: [] };
  expect(causalGraph(result)).toBeUndefined();
  expect(mermaid(result)).toEqual([]);
});

test('mermaid only where the tracker draws it', () => {
  expect(markdown(cascade(), { flavor: 'github' })).toContain('```mermaid\nflowchart BT\n');
  expect(markdown(cascade(), { flavor: 'gitlab' })).toContain('```mermaid\n');
  expect(markdown(cascade(), { flavor: 'jira' })).not.toContain('flowchart');
  expect(markdown(cascade(), { flavor: 'plain' })).not.toContain('flowchart');
  expect(mermaid(cascade())).toContain('  n2 --> n0');
});

test('the timeline: a dot per moment and layer, ends labelled', () => {
  const timeline = eventTimeline(cascade(), 1);
  const [wide, narrow] = timeline?.pictures ?? [];
  expect([wide?.name, narrow?.name]).toEqual(['wide', 'narrow']);
  for (const picture of [wide, narrow]) expect(picture?.dots.map((dot) => dot.finding)).toEqual([true, false]);
  expect(wide?.ticks.map((tick) => tick.text)).toEqual(['11:00:00', '11:07:30', '11:15:00', '11:22:30', '11:30:00']);
  expect(narrow?.ticks.map((tick) => tick.text)).toEqual(['11:00:00', '11:15:00', '11:30:00']);
  expect(timeline?.rows).toHaveLength(1);
  expect(timeline?.more).toBe(1);
  expect(eventTimeline({ ...cascade(), timeline: [] }, 1)).toBeUndefined();
  expect(eventTimeline({ ...cascade(), timeline: [{ time: 'yesterday', layer: 1, text: '' }] }, 1)).toBeUndefined();
});

test('the node map: cards for few, squares and the sick ones for many', () => {
  const nodes = cascade().tables?.nodes as NonNullable<Result['tables']>['nodes'];
  const few = nodeMap(nodes);
  expect(few.squares).toBeUndefined();
  expect(few.cards.map((card) => [card.state, card.cpuBar?.width])).toEqual([
    ['bad', 75],
    ['off', undefined],
  ]);
  const [bad] = nodes.rows;
  const rows = Array.from({ length: 5000 }, (_, i) => ({
    ...(bad as (typeof nodes.rows)[0]),
    name: `n${i}`,
    ready: i >= 5,
    conditions: [],
  }));
  const many = nodeMap({ total: 5000, rows });
  expect(many.squares?.cells).toHaveLength(5000);
  expect(many.counts).toEqual([
    { state: 'bad', count: 5, word: 'not ready' },
    { state: 'good', count: 4995, word: 'ready' },
  ]);
  expect(many.cards).toHaveLength(5);
  expect(many.more).toBe(4995);
});

test('the scheduling grid has columns only when every refusing node is named', () => {
  const scheduling = cascade().tables?.scheduling as NonNullable<Result['tables']>['scheduling'];
  const [pod] = schedulingGrids(scheduling).pods;
  expect(pod?.columns).toEqual(['node-a', 'node-b']);
  expect(pod?.rows.map((row) => row.cells)).toEqual([
    [false, true],
    [true, false],
  ]);
  const [row] = scheduling.rows;
  const crowd = schedulingGrids({
    total: 9,
    rows: [{ ...(row as (typeof scheduling.rows)[0]), reasons: [{ reason: 'x', count: 900, nodes: ['a', 'b'] }] }],
  });
  expect(crowd.pods[0]?.columns).toBeUndefined();
  expect(crowd.pods[0]?.rows[0]?.examples).toBe('a, b');
  expect(crowd.more).toBe(8);
});

test('GPUs: a square each, those in trouble and those that the node lost marked', () => {
  const tables = cascade().tables as NonNullable<Result['tables']>;
  // 7 of 8 are allocatable, and it is number 3 that is lost.
  const [card] = gpuMap(tables, 9)?.cards ?? [];
  expect(card).toMatchObject({ name: 'node-a', state: 'bad', words: '7 of 8 GPUs usable', troubles: ['GPU is lost'] });
  expect(card?.cells.map(({ state }) => state).indexOf('bad')).toBe(3);
  expect(card?.cells.filter(({ state }) => state === 'bad')).toHaveLength(1);
  expect(gpuMap(tables, 9)?.columns).toEqual({
    index: true,
    name: true,
    temperature: true,
    memory: false,
    load: false,
  });
  // The tools do not say which.
  const [gpu] = tables.gpus.rows as [(typeof tables.gpus.rows)[0]];
  const nameless = { node: gpu.node, name: '', troubles: gpu.troubles };
  const unplaced = gpuMap({ ...tables, gpus: { total: 2, rows: [nameless, nameless] } }, 9);
  expect(unplaced?.cards[0]?.cells.map(({ text }) => text)).toEqual(['', '', '', '', '', '', '', '✗']);
  expect(unplaced?.columns).toBeUndefined();
  // No device plugin: what the tools list is all that is known.
  const nodes = { total: 0, rows: [] };
  expect(gpuMap({ ...tables, nodes }, 9)?.cards[0]).toMatchObject({ words: '4 GPUs seen, 1 in trouble', state: 'bad' });
  expect(gpuMap({ ...tables, nodes, gpus: { total: 0, rows: [] } }, 9)).toBeUndefined();
});

test('many GPUs of many nodes: the sick nodes first, the rest counted', () => {
  const tables = cascade().tables as NonNullable<Result['tables']>;
  const [node] = tables.nodes.rows as [(typeof tables.nodes.rows)[0]];
  const rows = Array.from({ length: 100 }, (_, i) => ({
    ...node,
    name: `n${100 + i}`,
    gpus: { capacity: 20, allocatable: i === 77 ? 19 : 20 },
  }));
  const map = gpuMap({ ...tables, nodes: { total: 100, rows }, gpus: { total: 0, rows: [] } }, 9);
  expect([map?.cards[0]?.name, map?.cards[0]?.cells.length, map?.cards[0]?.more]).toEqual(['n177', 16, 4]);
  expect([map?.cards.length, map?.cardsMore]).toEqual([60, 40]);
});

test('a long chain stands open at its beginning', () => {
  const result = cascade();
  const [disk, crash] = result.findings as [Finding, Finding];
  const effects = Array.from({ length: 9 }, (_, i) => ({ ...crash, id: `c${i}`, check: `c${i}`, title: `t${i}` }));
  const [root] = result.rootCauses as [Result['rootCauses'][0]];
  const told = (count: number) => {
    const explains = effects.slice(0, count).map(({ id }) => id);
    const long = { ...result, findings: [disk, ...effects], rootCauses: [{ ...root, explains, chain: [] }] };
    const [story] = stories(long, byId(long));
    return [story?.consequences.length, story?.consequencesMore.length];
  };
  expect(told(7)).toEqual([7, 0]);
  expect(told(9)).toEqual([6, 3]);
});

test('a root cause that another one tells already is named under it', () => {
  const result = cascade();
  const [root] = result.rootCauses;
  const twice = { ...result, rootCauses: [root, { ...root, rank: 2, chain: [], finding: 'x' }] } as Result;
  const told = stories(twice, byId(twice));
  expect(told.map((story) => [story.rank, story.sameWords])).toEqual([[1, '1 other object']]);
  expect(told[0]?.consequences.map((one) => [one.title, one.because])).toEqual([
    ['The container crashes', 'same node'],
    ['The Service has no endpoint', 'same node'],
  ]);
});

test('what the page leaves out is counted, and root causes are never left out', () => {
  const result = big(6000);
  const groups = layerSections(result, byId(result)).flatMap((layer) => layer.groups);
  const shown = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const cut = groups.reduce((sum, group) => sum + group.cut, 0);
  expect(shown + cut).toBe(6000);
  expect(cut).toBeGreaterThan(0);
  expect(groups.some((group) => group.rows.some((row) => row.anchor === 'finding-disk-full/node-a'))).toBe(true);
});

test('anchors keep harmless ids as they are, and tell hostile ones apart', () => {
  expect(anchor('finding', 'crashloop/shop/web-1')).toBe('finding-crashloop/shop/web-1');
  const [a, b] = [anchor('finding', 'x y'), anchor('finding', 'x"y')];
  expect(a).toMatch(/^finding-x_y-[0-9a-f]{10}$/);
  expect(a).not.toBe(b);
  expect(anchor('finding', 'z'.repeat(5000)).length).toBeLessThan(120);
});
