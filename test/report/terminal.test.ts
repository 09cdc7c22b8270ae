import { expect, test } from 'vitest';
import { terminal } from '../../src/report/terminal.ts';
import { wrapCut } from '../../src/report/text.ts';
import type { Result } from '../../src/result.ts';
import { cascade } from './results.ts';

const plain = (result: Result): string => terminal(result, { colour: false });
const result = cascade();
const [root] = result.rootCauses as [Result['rootCauses'][number]];
const [quote] = root.evidence as [(typeof root.evidence)[number]];

test('the first ten lines have the cause, its words, the fix and the command', () => {
  const head = plain(result).split('\n').slice(0, 10).join('\n');
  expect(head).toMatch(/^The disk is full: Node node-a/);
  expect(head).toContain('critical, 95 % sure');
  expect(head).toContain('logs/kubelet.log:7\n   | first line second line');
  expect(head).toContain('Fix: Free space on the disk\n   Next:\n     df -h');
});

test('a long quote is cut and says so, a place is never broken', () => {
  const file = `${'folder-'.repeat(20)}/kubelet.log`;
  const evidence = [
    { ...quote, file },
    { file, text: 'word '.repeat(100) },
  ] as const;
  const text = plain({ ...result, rootCauses: [{ ...root, evidence: [...evidence] }] });
  expect(text.split('\n').filter((line) => line.includes(`${file}:7`))).toHaveLength(1);
  expect(text).toMatch(/ {3}\| word word[^\n]* …\n {3}Fix/);
});

test('the same cause elsewhere is named under the first, not told again', () => {
  const elsewhere = { ...root.subject, name: 'node-z' };
  const same = [2, 3].map((rank) => ({ ...root, rank, subject: elsewhere, explains: [], chain: [] }));
  const text = plain({ ...result, rootCauses: [root, ...same] });
  expect(text).toContain(`The same at ${elsewhere.kind}`);
  expect(text).toContain('node-z and 1 more');
  expect(text).not.toMatch(/^[23]\. /m);
});

test('a layer without data takes one line: what the bundle lacks', () => {
  const seen = 'could not be judged: the bundle has no etcd endpoint health or API server health checks or APIService';
  const path = result.path.map((step) => (step.layer === 4 ? { ...step, seen } : step));
  expect(plain({ ...result, path })).toMatch(
    /^4 Cluster infrastructure {2}\? unknown {2}no etcd endpoint health [^\n]*…$/m,
  );
});

test('numbers agree with their nouns, and nothing is said of what is zero', () => {
  const one = plain({ ...result, bundle: { ...result.bundle, files: 1, nodes: 1, pods: 1 } });
  expect(one).toContain('example: 1 node, 1 pod, Kubernetes v1.33.1, collected 2026-03-01 12:00:00 UTC');
  expect(one).toContain('1 file refused (../etc/shadow: leaves the bundle)');
  expect(one).toContain('1 text not understood (notes.txt:3: not recognised)');
  const unread = [1, 2, 3].map((line) => ({ file: 'notes.txt', line, reason: 'not recognised' }));
  expect(plain({ ...result, bundle: { ...result.bundle, unread } })).toContain('3 texts not understood; the full');
  expect(plain({ ...result, bundle: { ...result.bundle, refused: [], unread: [] } })).not.toMatch(/refused|understood/);
});

test('wrapCut leaves what fits alone', () => {
  expect(wrapCut('one two', 20, 2, '| ')).toEqual(['| one two']);
  expect(wrapCut('one two three', 7, 2)).toEqual(['one two', 'three']);
  expect(wrapCut('one two three four', 7, 2)).toEqual(['one two', 'three …']);
});

test('where too little was there to judge, it says what to collect', () => {
  const verdict: Result['verdict'] = { status: 'inconclusive', layer: null, headline: 'Too little', nearTies: [] };
  const text = plain({ ...result, verdict, rootCauses: [] });
  expect(text).toContain('To judge them, collect:\n  etcdctl endpoint health\nor everything');
  expect(plain(result)).not.toContain('To judge');
});
