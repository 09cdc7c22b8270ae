import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../src/lib/temporary-folder.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'kubestrata-temporary-test-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('is there until it is removed, with what is in it', () => {
  const { path, remove } = temporaryFolder('one-');
  writeFileSync(join(path, 'a'), 'a');
  const listeners = process.listenerCount('SIGTERM');
  remove();
  expect(existsSync(path)).toBe(false);
  // Nobody keeps the process from ending by a signal.
  expect(process.listenerCount('SIGTERM')).toBe(listeners - 1);
});

/** A process that makes two folders, one of which it removes, and waits to be killed. */
async function killed(signal: NodeJS.Signals, more = ''): Promise<readonly [number | null, string | null]> {
  const module = JSON.stringify(join(import.meta.dirname, '../../src/lib/temporary-folder.ts'));
  const code = `import { temporaryFolder } from ${module};
temporaryFolder('kept-'); temporaryFolder('gone-').remove(); ${more}
console.log('ready'); setTimeout(() => {}, 60_000);`;
  const script = join(home, 'run.mts');
  writeFileSync(script, code);
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
    env: { ...process.env, TMPDIR: home },
  });
  await once(child.stdout, 'data');
  expect(readdirSync(home).filter((name) => name.startsWith('kept-'))).toHaveLength(1);
  child.kill(signal);
  return (await once(child, 'exit')) as [number | null, string | null];
}
const left = () => readdirSync(home).filter((name) => /^(?:kept|gone)-/.test(name));

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends the process as ever, and nothing is left',
  async (signal) => {
    expect(await killed(signal)).toEqual([null, signal]);
    expect(left()).toEqual([]);
  },
);

test('somebody else who listens has the last word', async () => {
  expect(await killed('SIGTERM', "process.once('SIGTERM', () => process.exit(7));")).toEqual([7, null]);
  expect(left()).toEqual([]);
});
