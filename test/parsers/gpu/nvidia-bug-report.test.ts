import { expect, test } from 'vitest';
import report from '../../../src/parsers/gpu/nvidia-bug-report.ts';
import type { Origin } from '../../../src/parsers/records.ts';
import { sniffs } from '../collect.ts';

const TEXT = `____________________________________________

Start of NVIDIA bug report log file.  Please include this file, along
with a detailed description of your problem, when reporting a graphics

nvidia-bug-report.sh Version: 33684911

Date: Sun Mar  1 12:00:00 UTC 2026
uname: Linux gpu-1 6.5.0-17-generic #17~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC x86_64 GNU/Linux
command line flags: 

Mar  1 11:06:41 gpu-1 kernel: [614111.868353] NVRM: Xid (PCI:0000:1a:00): 43, pid=17, name=python, Ch 00000010
`;

test('is searched as the log of its machine, whole', async () => {
  let scanned: { text: string; origin: Origin; logClass: string } | undefined;
  const clocks: number[] = [];
  const nothing = () => undefined;
  await report.stream?.(
    (async function* () {
      yield new TextEncoder().encode(TEXT);
    })(),
    {
      origin: { file: 'nvidia-bug-report.log', firstLine: 1 },
      emit: {
        object: nothing,
        listing: nothing,
        fact: nothing,
        log: nothing,
        clock: (time: number) => void clocks.push(time),
        empty: nothing,
        unread: nothing,
        text: nothing,
      },
      scan: async (chunks: AsyncIterable<Uint8Array>, origin: Origin, logClass: string) => {
        const parts: Uint8Array[] = [];
        for await (const chunk of chunks) parts.push(chunk);
        scanned = { text: Buffer.concat(parts).toString(), origin, logClass };
        return { origin, class: logClass, lines: 0, bytes: 0, programs: [], hits: [], tail: [] };
      },
    } as never,
  );
  expect(scanned).toMatchObject({ text: TEXT, logClass: 'host', origin: { node: 'gpu-1' } });
  expect(clocks).toEqual([Date.parse('2026-03-01T12:00:00Z')]);
});

test('is known by its first line', () => {
  expect(sniffs(report, TEXT)).toBe(true);
  expect(sniffs(report, 'Mar  1 11:06:41 gpu-1 kernel: NVRM: loading\n')).toBe(false);
});
