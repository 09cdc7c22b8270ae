import { expect, test } from 'vitest';
import type { Bundle } from '../src/bundle/bundle.ts';
import { readBundle } from '../src/read.ts';
import { compileSignatures } from '../src/signatures/signature.ts';
import { createSnapshot } from '../src/snapshot/snapshot.ts';

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
