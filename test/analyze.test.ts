import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyze } from '../src/analyze.ts';

test('the lines round a quote are those of the same command, with their numbers in the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubestrata-analyze-'));
  const df = [
    'Filesystem     1K-blocks     Used Available Use% Mounted on',
    'tmpfs            3296000     2316   3293684   1% /run',
    '/dev/sda1      101430960 98471998    287414 100% /',
  ];
  const text = [
    '[root@node-1 ~]# hostname',
    'node-1',
    '[root@node-1 ~]# df',
    ...df,
    '[root@node-1 ~]# date',
    'Thu Mar 19 21:30:00 UTC 2026',
  ];
  writeFileSync(join(folder, 'session.txt'), `${text.join('\n')}\n`);
  const { result } = await analyze([folder], { version: 'test' });
  expect(result.findings.flatMap((finding) => finding.evidence)).toContainEqual({
    file: 'session.txt',
    line: 6,
    text: df[2],
  });
  expect(result.excerpts).toEqual([{ file: 'session.txt', line: 4, text: df.join('\n') }]);
});
