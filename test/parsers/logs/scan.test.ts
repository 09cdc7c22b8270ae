import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateStream } from '../../../src/parsers/logs/dates.ts';
import { MAX_FOLDS_PER_SIGNATURE, OVERFLOW_GROUP } from '../../../src/parsers/logs/folds.ts';
import { createScanner } from '../../../src/parsers/logs/scan.ts';
import type { LogClass, LogStream, Origin } from '../../../src/parsers/records.ts';
import { compileSignatures, type Signature } from '../../../src/signatures/signature.ts';

const base: Signature = {
  id: 'x',
  layer: 5,
  sources: ['any'],
  literals: ['disk '],
  pattern: 'disk (?<name>\\w+) failed',
  severity: 'critical',
  confidence: 'high',
  title: 't',
  failureTitle: 'f',
  why: 'w',
  fix: ['f'],
  next: ['n'],
  atLeast: 1,
  startupNoise: false,
  startMarker: false,
};
const at = (iso: string): number => Date.parse(iso);

async function scan(
  text: string | Uint8Array,
  options: {
    readonly signatures?: readonly Partial<Signature>[];
    readonly chunk?: number;
    readonly origin?: Partial<Origin>;
    readonly class?: LogClass;
  } = {},
): Promise<LogStream> {
  const set = compileSignatures((options.signatures ?? [{}]).map((part, i) => ({ ...base, id: `s${i}`, ...part })));
  const bytes = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text);
  const size = options.chunk ?? bytes.length;
  const chunks = (async function* () {
    for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
  })();
  return createScanner(set)(chunks, { file: 'a.log', firstLine: 1, ...options.origin }, options.class ?? 'text');
}

describe('the scanner', () => {
  it('folds equal hits and keeps their first and last line', async () => {
    const { hits, lines } = await scan('ok\ndisk a failed 1\ndisk b failed 2\n\ndisk a failed 3\n');
    expect(lines).toBe(5);
    expect(hits).toMatchObject([
      {
        groups: { name: 'a' },
        count: 2,
        first: { line: 2, text: 'disk a failed 1' },
        last: { line: 5, text: 'disk a failed 3' },
      },
      {
        groups: { name: 'b' },
        count: 1,
        first: { line: 3, text: 'disk b failed 2' },
        last: { line: 3, text: 'disk b failed 2' },
      },
    ]);
  });

  it.each([1, 5, 1000])(
    'keeps three lines before and after the first and the last line of a hit (chunks of %i)',
    async (chunk) => {
      const { hits } = await scan('1\r\n2\n3\n\ndisk a failed\n6\n7\n8\n9\ndisk a failed\ndisk b failed', { chunk });
      expect(hits.map(({ first }) => first.around)).toEqual([
        { before: ['2', '3', ''], after: ['6', '7', '8'] },
        { before: ['8', '9', 'disk a failed'], after: [] },
      ]);
      expect(hits[0]?.last.around).toEqual({ before: ['7', '8', '9'], after: ['disk b failed'] });
    },
  );

  it('keeps the beginning of long neighbours, and no neighbours for folds without end', async () => {
    const [long] = (await scan(`${'x'.repeat(5000)}\ndisk a failed\n`)).hits;
    expect(long?.first.around?.before).toEqual([`${'x'.repeat(300)} …`]);
    const many = Array.from({ length: 150 }, (_, i) => `disk a${i} failed\ncooler b${i} failed\n`).join('');
    const { hits } = await scan(many, {
      signatures: [{}, { literals: ['cooler'], pattern: 'cooler (?<name>\\w+) failed' }],
    });
    expect(hits).toHaveLength(300);
    expect(hits.filter(({ first }) => first.around !== undefined)).toHaveLength(200);
  });

  it('counts a line once, however often its literals occur in it', async () => {
    const { hits } = await scan('disk a failed, disk b failed, disk c failed\n', {
      signatures: [{ literals: ['disk ', 'failed, disk'] }],
    });
    expect(hits).toMatchObject([{ count: 1, groups: { name: 'a' } }]);
  });

  it('gives the same result for any cut into chunks', async () => {
    const line = fc.constantFrom(
      'disk a failed',
      'disk b failed ä',
      'disk ok',
      '',
      'noise '.repeat(30),
      'di',
      'sk a failed',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 80 }),
        fc.integer({ min: 1, max: 90 }),
        fc.boolean(),
        async (lines, chunk, ended) => {
          const text = lines.join('\n') + (ended ? '\n' : '');
          const whole = await scan(text, { class: 'container' });
          expect(await scan(text, { class: 'container', chunk })).toEqual(whole);
          const hit = lines.filter((words) => /disk \w+ failed/.test(words)).length;
          expect(whole.hits.reduce((sum, { count }) => sum + count, 0)).toBe(hit);
        },
      ),
      { numRuns: 150, seed: 3 },
    );
  });

  it('numbers lines from the place where the text begins in its file', async () => {
    const { hits, tail } = await scan('one\ndisk a failed\n', { origin: { firstLine: 100 } });
    expect(hits[0]?.first.line).toBe(101);
    expect(tail.map(({ line }) => line)).toEqual([100, 101]);
  });

  it('cuts long lines round what was found, and only for the quote', async () => {
    const { hits } = await scan(`${'x'.repeat(50_000)} disk a failed ${'y'.repeat(50_000)}\nnext disk b failed\n`, {
      chunk: 999,
    });
    expect(hits.map(({ groups }) => groups['name'])).toEqual(['a', 'b']);
    expect(hits[0]?.first.text).toContain('disk a failed');
    expect(hits[0]?.first.text.length).toBeLessThan(2_020);
    expect(hits[1]?.first.line).toBe(2);
  });

  it.each([100, 1_500, 2_500, 3_500, 200_000])(
    'finds what a long line says %i bytes after a like word',
    async (far) => {
      const said = 'the disk of '.repeat(Math.ceil(far / 12));
      const { hits } = await scan(`${said}disk a failed ${said}\n${said}disk b failed\n`);
      expect(hits.map(({ groups, first }) => [groups['name'], first.line])).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
    },
  );

  it('a program that means something else by the same words is left out', async () => {
    const signatures = [{ sources: ['container'], notFrom: ['kube-apiserver'] }];
    const said = async (program: string) =>
      (await scan('disk a failed\n', { signatures, class: 'container', origin: { program } })).hits.length;
    expect([await said('kube-apiserver'), await said('metrics-server')]).toEqual([0, 1]);
  });

  it('survives a line without an end', async () => {
    const { hits, lines } = await scan(`${'z'.repeat(700_000)} disk a failed ${'z'.repeat(900_000)}`, {
      chunk: 65_536,
    });
    expect(hits).toMatchObject([{ count: 1 }]);
    expect(lines).toBe(1);
  });

  it('counts what is too different to be kept apart', async () => {
    const text = Array.from({ length: MAX_FOLDS_PER_SIGNATURE + 50 }, (_, i) => `disk d${i} failed\n`).join('');
    const { hits } = await scan(text);
    expect(hits).toHaveLength(MAX_FOLDS_PER_SIGNATURE + 1);
    expect(hits.at(-1)).toMatchObject({ count: 50, groups: { [OVERFLOW_GROUP]: 'true' } });
  });

  it('reads messages inside JSON and klog like bare ones', async () => {
    const signatures = [{ pattern: 'disk "(?<name>[^"]+)" failed' }];
    const { hits } = await scan('{"msg":"disk \\"a\\" failed"}\n"x" err="disk \\"a\\" failed"\ndisk "a" failed\n', {
      signatures,
    });
    expect(hits).toMatchObject([{ count: 3, groups: { name: 'a' } }]);
  });

  it('takes colours and carriage returns out of quotes', async () => {
    const { hits, tail } = await scan('\u001b[31mdisk a failed\u001b[0m\r\n');
    expect(hits[0]?.first.text).toBe('disk a failed');
    expect(tail[0]?.text).toBe('disk a failed');
  });

  it('leaves look-alikes out', async () => {
    const { hits } = await scan('disk a failed (test)\n', { signatures: [{ ignore: 'test' }] });
    expect(hits).toEqual([]);
  });

  it('keeps the last words of containers, less of daemons', async () => {
    const text = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join('');
    expect((await scan(text, { class: 'container' })).tail.map(({ line }) => line)).toEqual(
      Array.from({ length: 40 }, (_, i) => 61 + i),
    );
    expect((await scan(text, { class: 'host', chunk: 7 })).tail).toHaveLength(10);
  });
});

describe('who speaks', () => {
  const journal = 'Nov 28 10:00:00 n1 kubelet[8]: disk a failed\nNov 28 10:00:01 n2 kubelet[9]: disk a failed\n';

  it('is told by the line: machine and program', async () => {
    const { hits, programs } = await scan(journal, { class: 'host', signatures: [{ sources: ['kubelet'] }] });
    expect(hits.map(({ node, program }) => [node, program])).toEqual([
      ['n1', 'kubelet'],
      ['n2', 'kubelet'],
    ]);
    expect(programs).toEqual(['kubelet']);
  });

  it.each([
    ['another program of the journal', journal, { class: 'host' as const }, ['etcd'], 0],
    ['a class', journal, { class: 'host' as const }, ['host'], 2],
    [
      'a line of another program in a log that was taken for one program',
      'E0301 11:00:00.000000       1 leaderelection.go:332] lost\n{"level":"warn","ts":"2026-03-01T11:00:00Z","caller":"wal/wal.go:805","msg":"disk a failed"}\n',
      { class: 'container' as const, origin: { program: 'kube-controller-manager' } },
      ['etcd'],
      1,
    ],
    [
      'such a line in the log of a container that has a name',
      '{"level":"warn","ts":"2026-03-01T11:00:00Z","caller":"wal/wal.go:805","msg":"disk a failed"}\n',
      { class: 'container' as const, origin: { pod: 'web-0', container: 'app' } },
      ['etcd'],
      0,
    ],
    ['a text of unknown origin, and words that may mean anything', 'disk a failed\n', {}, ['etcd'], 0],
    ['a text of unknown origin, by a signature for texts', 'disk a failed\n', {}, ['etcd', 'text'], 1],
    ['a journal without names', 'disk a failed\n', { class: 'host' as const }, ['kubelet'], 1],
    [
      'a known pod that is none of ours',
      'disk a failed\n',
      { class: 'container' as const, origin: { pod: 'web-0' } },
      ['etcd'],
      0,
    ],
    [
      'a pod whose name tells',
      'disk a failed\n',
      { class: 'container' as const, origin: { pod: 'etcd-node-1' } },
      ['etcd'],
      1,
    ],
    ['the kernel does not write into containers', 'disk a failed\n', { class: 'container' as const }, ['kernel'], 0],
    [
      'one process that is many programs',
      'Nov 28 10:00:00 n1 k3s[8]: disk a failed\n',
      { class: 'host' as const },
      ['kubelet'],
      1,
    ],
    ['an alias', 'Nov 28 10:00:00 n1 dockerd[8]: disk a failed\n', { class: 'host' as const }, ['docker'], 1],
  ])('%s', async (_name, text, options, sources, count) => {
    const { hits } = await scan(text, { ...options, signatures: [{ sources }] });
    expect(hits).toHaveLength(count);
  });

  it('distinctive words are believed in texts of unknown origin, not in a program that is known', async () => {
    const signatures = [{ sources: ['etcd'], distinctive: true }];
    expect((await scan('disk a failed\n', { class: 'container', signatures })).hits).toHaveLength(1);
    const known = { class: 'container' as const, origin: { pod: 'web-0' }, signatures };
    expect((await scan('disk a failed\n', known)).hits).toHaveLength(0);
  });

  it('tells pods of one log apart by kubectl prefixes', async () => {
    const { hits } = await scan('[pod/web-0/app] disk a failed\n[pod/web-1/app] disk a failed\n', {
      class: 'container',
    });
    expect(hits.map(({ origin }) => [origin.pod, origin.container])).toEqual([
      ['web-0', 'app'],
      ['web-1', 'app'],
    ]);
  });
});

describe('times', () => {
  it('come from the lines', async () => {
    const stream = await scan(
      '2025-11-28T10:00:00Z start\n2025-11-28T10:00:05Z disk a failed\n2025-11-28T10:00:09Z end\n',
    );
    expect(stream).toMatchObject({
      firstTime: at('2025-11-28T10:00:00Z'),
      lastTime: at('2025-11-28T10:00:09Z'),
      hits: [{ first: { time: at('2025-11-28T10:00:05Z') } }],
    });
  });

  it('get their year from the journal header', async () => {
    const { hits } = await scan(
      '-- Logs begin at Wed 2024-02-08 15:18:00 UTC, end at Thu 2024-11-28 11:00:00 UTC. --\nNov 28 10:00:00 n1 kubelet[8]: disk a failed\n',
      { class: 'host' },
    );
    expect(hits[0]?.first.time).toBe(at('2024-11-28T10:00:00Z'));
  });

  it('get their year from a full date in another line', async () => {
    const { hits } = await scan(
      'Nov 28 10:00:00 n1 kubelet[8]: disk a failed\nNov 28 10:00:01 n1 containerd[9]: time="2023-11-28T10:00:01Z" level=info msg="x"\n',
      { class: 'host' },
    );
    expect(hits[0]?.first.time).toBe(at('2023-11-28T10:00:00Z'));
  });

  it('stay open without one, until somebody knows', async () => {
    const stream = await scan('Nov 28 10:00:00 n1 kubelet[8]: disk a failed\n', { class: 'host' });
    expect(stream.hits[0]?.first.time).toBeUndefined();
    expect(stream).not.toHaveProperty('firstTime');
    const dated = dateStream(stream, at('2025-12-01T00:00:00Z'));
    expect(dated).toMatchObject({
      firstTime: at('2025-11-28T10:00:00Z'),
      lastTime: at('2025-11-28T10:00:00Z'),
      hits: [{ first: { time: at('2025-11-28T10:00:00Z') } }],
    });
  });
});

describe('start-up noise', () => {
  const signatures = [
    { id: 'start', literals: ['Started kubelet'], pattern: 'Started kubelet', startMarker: true },
    { id: 'noise', startupNoise: true },
  ];
  const line = (time: string, words: string): string => `Nov 28 ${time} n1 kubelet[8]: ${words}\n`;
  const noiseOf = async (text: string): Promise<number> =>
    (await scan(text, { class: 'host', signatures })).hits
      .filter(({ signature }) => signature === 'noise')
      .reduce((sum, { count }) => sum + count, 0);

  it('is left out when the program settled', async () => {
    const text = line('10:00:00', 'Started kubelet') + line('10:00:02', 'disk a failed') + line('11:00:00', 'fine');
    expect(await noiseOf(text)).toBe(0);
  });
  it('counts when it goes on', async () => {
    const text =
      line('10:00:00', 'Started kubelet') + line('10:00:02', 'disk a failed') + line('11:00:00', 'disk a failed');
    expect(await noiseOf(text)).toBe(2);
  });
  it('counts when the log ends before the program could settle', async () => {
    const text = line('10:00:00', 'Started kubelet') + line('10:00:02', 'disk a failed') + line('10:01:00', 'fine');
    expect(await noiseOf(text)).toBe(1);
  });
  it('counts without a start', async () => {
    expect(await noiseOf(line('10:00:02', 'disk a failed') + line('11:00:00', 'fine'))).toBe(1);
  });
});
