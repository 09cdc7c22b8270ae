import { expect, test } from 'vitest';
import type { Bundle } from '../../src/bundle/bundle.ts';
import { readBundle } from '../../src/read/read.ts';
import { compileSignatures } from '../../src/signatures/signature.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';

const HEADER = { format: 'kubestrata/bundle', version: 1, collectedAt: '2026-03-01T12:00:00Z' };

async function snapshotOf(entries: readonly object[], files: Readonly<Record<string, string>> = {}) {
  const manifest = [HEADER, ...entries].map((line) => JSON.stringify(line)).join('\n');
  const bundle: Bundle = {
    name: 'b',
    refused: [],
    files: (async function* () {
      for (const [path, text] of Object.entries({ 'b/manifest.jsonl': `${manifest}\n`, ...files }))
        yield {
          path,
          bytes: (async function* () {
            yield new TextEncoder().encode(text);
          })(),
        };
    })(),
  };
  return createSnapshot((await readBundle(bundle, { signatures: compileSignatures([]) })).collected);
}

const alarms = { file: 'alarms.txt', argv: ['etcdctl', 'alarm', 'list'], exit: 0, seconds: 0.1, bytes: 0 };

test.each([
  ['an empty file', { 'b/alarms.txt': '' }],
  ['no file', {}],
])('a command that succeeded and printed nothing has answered (%s)', async (_what, files) => {
  const snapshot = await snapshotOf([alarms], files);
  expect(snapshot.has('etcdAlarms')).toBe(true);
  expect(snapshot.facts('etcdAlarms')).toEqual([]);
});

test('a command that failed in silence has not', async () => {
  expect((await snapshotOf([{ ...alarms, exit: 1 }])).has('etcdAlarms')).toBe(false);
  expect((await snapshotOf([{ ...alarms, bytes: 40 }])).has('etcdAlarms')).toBe(false);
});

test('what a failed command said on standard error is evidence', async () => {
  const stderr = 'The connection to the server 10.0.0.10:6443 was refused - did you specify the right host or port?';
  const failed = {
    file: 'pods.json',
    argv: ['kubectl', 'get', 'pods', '-A', '-o', 'json'],
    exit: 1,
    seconds: 1,
    bytes: 0,
    stderr,
  };
  const [failure] = (await snapshotOf([alarms, failed])).facts('commandFailures');
  expect(failure?.message).toContain('was refused');
  expect(failure?.source).toMatchObject({ file: 'b/manifest.jsonl', line: 3 });
});

test('in which order a container hands the files over changes nothing: the manifest tells what came after what', async () => {
  const table = (ip: string) =>
    `NAME   READY   STATUS    RESTARTS   AGE   IP          NODE\nweb    1/1     Running   0          9d    ${ip}   node-1\n`;
  const argv = ['kubectl', 'get', 'pods', '-n', 'shop', '-o', 'wide'];
  const entry = (file: string) => ({ file, argv, exit: 0, seconds: 1, bytes: 90 });
  const alarm = (file: string) => ({ file, argv: ['etcdctl', 'alarm', 'list'], exit: 0, seconds: 1, bytes: 30 });
  const entries = [entry('z.txt'), entry('a.txt'), alarm('y.txt'), alarm('b.txt')];
  const files: Readonly<Record<string, string>> = {
    'b/z.txt': table('10.0.0.1'),
    'b/a.txt': table('10.0.0.2'),
    'b/y.txt': 'memberID:1 alarm:NOSPACE \n',
    'b/b.txt': 'memberID:2 alarm:CORRUPT \n',
  };
  for (const names of [Object.keys(files), Object.keys(files).sort(), Object.keys(files).toReversed()]) {
    const snapshot = await snapshotOf(entries, Object.fromEntries(names.map((name) => [name, files[name] ?? ''])));
    expect(snapshot.list('pods')[0]?.status?.podIP).toBe('10.0.0.2');
    expect(snapshot.facts('etcdAlarms').map(({ alarm: name }) => name)).toEqual(['NOSPACE', 'CORRUPT']);
  }
});

test('errors of kubectl below a sentence are known', async () => {
  const text = `After the reboot nothing answers, I tried twice:
E0301 11:00:00.350598   82577 memcache.go:265] couldn't get current server API group list: Get "https://192.0.2.5:6443/api?timeout=32s": dial tcp 192.0.2.5:6443: connect: connection refused
> The connection to the server 192.0.2.5:6443 was refused - did you specify the right host or port?
`;
  const snapshot = await snapshotOf([], { 'b/note.txt': text });
  expect(snapshot.facts('commandFailures').map((failure) => failure.reason)).toEqual(['refused', 'refused']);
});

test('bundles of different moments are judged as one, and the older is told', async () => {
  const header = (collectedAt: string) => `${JSON.stringify({ ...HEADER, collectedAt })}\n`;
  const older = await snapshotOf([], { 'c/manifest.jsonl': header('2026-02-27T12:00:00Z') });
  expect(older.now).toBe(Date.parse(HEADER.collectedAt));
  expect(older.collected.unread).toEqual([
    {
      file: 'c/manifest.jsonl',
      reason: 'collected 2 d before another bundle of this run; both are judged as of one moment, the later',
    },
  ]);
  expect((await snapshotOf([], { 'c/manifest.jsonl': header('2026-03-01T11:40:00Z') })).collected.unread).toEqual([]);
});

test('what only looked like the output of a tool is searched like any other text', async () => {
  const log = 'starting up\ncurl: (22) The requested URL returned error: 403\nthe ledger is closed\n';
  const bundle: Bundle = {
    name: 'b',
    refused: [],
    files: (async function* () {
      yield {
        path: 'start.txt',
        bytes: (async function* () {
          yield new TextEncoder().encode(log);
        })(),
      };
    })(),
  };
  const ledger = {
    id: 'ledger-closed',
    layer: 1 as const,
    sources: ['any'],
    literals: ['ledger is closed'],
    pattern: 'ledger is closed',
    severity: 'critical' as const,
    confidence: 'high' as const,
    title: 'open',
    failureTitle: 'closed',
    why: 'why',
    fix: ['fix'],
    next: ['next'],
    atLeast: 1,
    startupNoise: false,
    startMarker: false,
  };
  const { collected } = await readBundle(bundle, { signatures: compileSignatures([ledger]) });
  expect(createSnapshot(collected).hits('ledger-closed')).toHaveLength(1);
});

test('a moment is something said: what date printed is no log', async () => {
  const snapshot = await snapshotOf([], { 'c/date.txt': 'Sun Mar  1 12:00:00 UTC 2026\n' });
  expect(snapshot.collected.logs).toEqual([]);
});
