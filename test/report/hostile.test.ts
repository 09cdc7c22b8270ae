import { expect, test } from 'vitest';
import { html } from '../../src/report/html.ts';
import { markdown } from '../../src/report/markdown.ts';
import { terminal } from '../../src/report/terminal.ts';
import { LAYER_NAMES, LAYERS, SCHEMA, type Result } from '../../src/result.ts';

const HOSTILE = '<script>alert(1)</script>```\n[x](http://evil.example)@team\u001b[31m"\'`|\u202e';

const subject = { kind: 'Pod', namespace: HOSTILE, name: HOSTILE };
const evidence = [{ file: HOSTILE, line: 3, text: HOSTILE }];
const result: Result = {
  schema: SCHEMA,
  tool: { name: 'kubestrata', version: '0' },
  bundle: {
    name: HOSTILE,
    layouts: [],
    collectedAt: null,
    kubernetesVersion: HOSTILE,
    nodes: 0,
    pods: 1,
    files: 1,
    bytes: 1,
    refused: [{ path: HOSTILE, reason: HOSTILE }],
    unread: [{ file: HOSTILE, reason: HOSTILE }],
  },
  verdict: { status: 'problems', layer: 1, headline: HOSTILE },
  rootCauses: [
    {
      rank: 1,
      finding: 'f',
      check: 'c',
      layer: 1,
      severity: 'critical',
      confidence: 0.9,
      title: HOSTILE,
      summary: HOSTILE,
      subject,
      evidence,
      explains: ['f'],
      chain: [{ finding: 'f', because: HOSTILE, strength: 0.5 }],
      fix: [HOSTILE],
      next: [HOSTILE],
    },
  ],
  path: LAYERS.map((layer) => ({
    layer,
    name: LAYER_NAMES[layer],
    verdict: 'unknown' as const,
    seen: HOSTILE,
    signals: [{ id: 's', question: HOSTILE, fired: null, evidence }],
  })),
  layers: LAYERS.map((layer) => ({
    layer,
    name: LAYER_NAMES[layer],
    checks: [{ id: 'c', title: HOSTILE, outcome: 'crashed' as const, reason: HOSTILE, findings: [] }],
  })),
  findings: [
    {
      id: 'f',
      check: 'c',
      layer: 1,
      severity: 'critical',
      confidence: 0.9,
      title: HOSTILE,
      message: HOSTILE,
      subject,
      count: 1,
      also: [],
      evidence,
      fix: [],
      next: [],
      causedBy: [],
      state: 'current',
    },
  ],
  coverage: [{ area: 'pods', state: 'absent', count: 0, reason: HOSTILE, collectWith: HOSTILE }],
  timeline: [{ time: '2026-03-01T12:00:00Z', layer: 1, text: HOSTILE }],
};

test('HTML: no markup from the bundle, and a policy that would stop it', () => {
  const page = html(result);
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('&lt;script&gt;');
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/(?:src|href)="?https?:/);
});

test('Markdown: nothing leaves its fence, links, or pings', () => {
  const text = markdown(result);
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,})\w*$/.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark === fence) fence = undefined;
    else if (fence === undefined && !line.includes('``')) {
      expect(line).not.toMatch(/(?<!\\)<script/);
      expect(line).not.toMatch(/(?<!\\)\]\(http:\/\//);
    }
  }
  expect(fence).toBeUndefined();
  expect(text).not.toContain('\u001b');
});

test('terminal: no control sequence from the bundle', () => {
  const text = terminal(result, { colour: false });
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  expect(
    Math.max(
      ...text
        .split('\n')
        .filter((line) => !line.startsWith('     '))
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(80);
});
