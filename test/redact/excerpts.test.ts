import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';

test('credentials beside a quoted line are masked like those in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubestrata-excerpts-'));
  const lines = [
    'Mar 19 21:29:58 gpu-1 app: login with password=correct-horse-battery',
    'Mar 19 21:29:59 gpu-1 app: token: abcdef.0123456789abcdef',
    "Mar 19 21:30:00 gpu-1 kernel: NVRM: Xid (PCI:0000:41:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.",
    'Mar 19 21:30:01 gpu-1 kernel: NVRM: A GPU crash dump has been created.',
  ];
  writeFileSync(join(folder, 'messages'), `${lines.join('\n')}\n`);
  const { result } = await analyze([folder], { version: 'test' });
  expect(result.excerpts).toEqual([
    {
      file: 'messages',
      line: 1,
      text: [
        'Mar 19 21:29:58 gpu-1 app: login with password=[redacted]',
        'Mar 19 21:29:59 gpu-1 app: token: [redacted]',
        ...lines.slice(2),
      ].join('\n'),
    },
  ]);
});
