import { expect, test } from 'vitest';
import { anchor } from '../../src/report/anchor.ts';
import { eventTimeline } from '../../src/report/event-timeline.ts';
import { causalGraph } from '../../src/report/graph.ts';
import { layerSections } from '../../src/report/layer-sections.ts';
import { mermaid } from '../../src/report/mermaid.ts';
import { nodeMap } from '../../src/report/node-map.ts';
import { schedulingGrids } from '../../src/report/scheduling-grid.ts';
import { stories } from '../../src/report/stories.ts';
import { markdown } from '../../src/report/markdown.ts';
import type { Result } from '../../src/result.ts';
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
  expect(graph?.bands.find((band) => band.layer === 1)?.hidden?.text).toBe('and 4 more checks with findings');
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
  expect(timeline?.dots.map((dot) => dot.finding)).toEqual([true, false]);
  expect(timeline?.ticks.map((tick) => tick.text)).toEqual([
    '11:00:00',
    '11:07:30',
    '11:15:00',
    '11:22:30',
    '11:30:00',
  ]);
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

test('a root cause that another one tells already is named under it', () => {
  const result = cascade();
  const [root] = result.rootCauses;
  const twice = { ...result, rootCauses: [root, { ...root, rank: 2, chain: [], finding: 'x' }] } as Result;
  const told = stories(twice, byId(twice));
  expect(told.map((story) => [story.rank, story.sameCount])).toEqual([[1, 1]]);
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
