/** What the manifest of our own bundles says of a text, and what follows from it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { parseManifest } from '../../src/layouts/manifest-file.ts';
import { commandOf } from '../../src/layouts/manifest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestrata-manifest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HEADER = { format: 'kubestrata/bundle', version: 1, collectedAt: '2026-03-01T12:00:00Z' };
const lines = (...all: object[]) => all.map((line) => JSON.stringify(line));

async function snapshotOf(entries: readonly object[], files: Readonly<Record<string, string>>) {
  writeFileSync(join(folder, 'manifest.jsonl'), `${lines(HEADER, ...entries).join('\n')}\n`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return analyze([folder], { version: 'test' });
}

const TABLE =
  'NAMESPACE   NAME    READY   STATUS    RESTARTS   AGE\nshop        web-1   1/1     Running   0          9d\n';
const LIST = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', namespace: 'shop' } }],
});

describe('a listing that was cut proves no absence', () => {
  it.each([
    ['a table', ['kubectl', 'get', 'pods', '-A'], TABLE],
    ['JSON', ['kubectl', 'get', 'pods', '-A', '-o', 'json'], LIST],
  ])('%s', async (_what, argv, text) => {
    const entry = { file: 'pods', argv, exit: 0, seconds: 1, bytes: text.length };
    const listed = async (extra: object): Promise<boolean> =>
      (await snapshotOf([{ ...entry, ...extra }], { pods: text })).snapshot.listed('pods', 'shop');
    expect(await listed({})).toBe(true);
    expect(await listed({ truncated: 'first 20 MB' })).toBe(false);
    expect(await listed({ complete: false })).toBe(false);
  });
});

describe('what a converted bundle says besides', () => {
  it('the kind is believed, the source names a log that nobody owns, losses are listed', async () => {
    const entry = { file: 'a.log', bytes: 30, kind: 'loose-log', sources: ['from/customer.txt:17'] };
    const { result, snapshot } = await snapshotOf([entry, { lost: 'core.bin', line: 3, reason: 'binary, not read' }], {
      'a.log': 'dial tcp: lookup db.shop.svc: no such host\n',
    });
    expect(snapshot.logs[0]?.origin).toMatchObject({ file: 'a.log', source: 'from/customer.txt' });
    expect(snapshot.subjectOfLog(snapshot.logs[0]!.origin)).toMatchObject({ kind: 'Log', name: 'from/customer.txt' });
    expect(result.bundle.unread).toContainEqual({ file: 'core.bin', line: 3, reason: 'binary, not read' });
  });

  it('a line for a shell is the command in it', () => {
    expect(commandOf(['sh', '-c', 'kubectl get pods -n shop | grep web'])).toMatchObject({
      tool: 'kubectl',
      flags: { namespace: 'shop', '|': 'grep web' },
    });
    expect(commandOf(['kubectl', 'get', 'pods', '-l', 'app in (a, b)'])?.flags['selector']).toBe('app in (a, b)');
  });

  it('a bundle without a clock has none, and entries need no command', () => {
    const manifest = parseManifest(
      lines({ format: 'kubestrata/bundle', version: 1 }, { file: 'found/x', bytes: 2 }, { what: 1 }),
    );
    expect(manifest?.header.collectedAt).toBeUndefined();
    expect(manifest?.entries.get('found/x')).toMatchObject({ bytes: 2, line: 2 });
    expect(manifest?.unread).toEqual([{ line: 3, reason: 'not a manifest entry (cut short?)' }]);
  });
});
