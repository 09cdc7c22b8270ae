/** What is told of a bundle that has nothing but a short log which no signature knows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function told(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'guess-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return (await analyze([folder], { version: 'test' })).result;
}

const LOG = `I0301 10:00:00.000100       1 weigher.go:40] Starting the weigher
W0301 10:00:01.000100       1 weigher.go:61] Scale 7 has no plate, its bowls are left out
I0301 10:00:00.500100       1 weigher.go:48] Weighed 3 bowls
I0301 10:00:03.000100       1 weigher.go:48] Weighed 4 bowls
`;

test('the line that complains most is told as a guess, and never louder than an observation', async () => {
  const { rootCauses, findings, verdict } = await told({ 'weigher.log': LOG });
  expect(rootCauses).toHaveLength(1);
  expect(rootCauses[0]).toMatchObject({
    check: 'log-stacktrace-other',
    severity: 'info',
    evidence: [{ file: 'weigher.log', line: 2 }],
  });
  expect(rootCauses[0]?.summary).toContain('Scale 7 has no plate');
  expect(rootCauses[0]?.confidence).toBeLessThan(0.5);
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect(verdict.status).toBe('inconclusive');
  expect(verdict.headline).toMatch(/^Only a guess: /);
});

test('no guess of what a program got over', async () => {
  const over = `${LOG}I0301 10:00:05.000100       1 weigher.go:48] Scale 7 is ready\n`;
  expect((await told({ 'weigher.log': over })).rootCauses).toEqual([]);
});

test('it stands at the layer of the program', async () => {
  const { rootCauses } = await told({ 'karpenter.log': LOG });
  expect(rootCauses[0]).toMatchObject({ check: 'scheduling-log-error', layer: 2 });
});

test('no guess where no line complains, nor where pods tell how they are', async () => {
  const quiet = LOG.split('\n')
    .filter((line) => !line.startsWith('W'))
    .join('\n');
  expect((await told({ 'weigher.log': quiet })).rootCauses).toEqual([]);
  const pods =
    'NAME                      READY   STATUS    RESTARTS   AGE\nweigher-6d5f7c9b4d-x2k9q   1/1     Running   0          3d\n';
  expect((await told({ 'weigher.log': LOG, 'pods.txt': pods })).rootCauses).toEqual([]);
});

test('no guess where a signature knows what is wrong', async () => {
  const known = `${LOG}E0301 10:00:04.000100       1 weigher.go:70] dial tcp: lookup ledger.books.svc on 10.96.0.10:53: no such host\n`;
  const { rootCauses } = await told({ 'weigher.log': known });
  expect(rootCauses.map(({ check }) => check)).toEqual(['log-dns-failure']);
});
