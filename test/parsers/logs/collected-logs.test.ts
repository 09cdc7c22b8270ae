import { describe, expect, it } from 'vitest';
import collectedLogs from '../../../src/parsers/logs/collected-logs.ts';
import type { LogStream } from '../../../src/parsers/records.ts';
import { paste } from '../../paste.ts';

const record = (fields: object): string => JSON.stringify(fields);
const sniffs = (text: string): boolean => collectedLogs.sniff(text.split('\n'), { file: 'a.txt', firstLine: 1 });

/** What the parser hands to the scanner, container by container. */
async function parts(text: string): Promise<{ place: (string | undefined)[]; text: string; lines: number[] }[]> {
  const out: { place: (string | undefined)[]; text: string; lines: number[] }[] = [];
  const logs: LogStream[] = [];
  const nothing = (): void => undefined;
  await collectedLogs.stream!(
    (async function* () {
      yield new TextEncoder().encode(text);
    })(),
    {
      origin: { file: 'a.txt', firstLine: 1 },
      emit: {
        object: nothing,
        listing: nothing,
        fact: nothing,
        log: (stream) => void logs.push(stream),
        clock: nothing,
        empty: nothing,
        unread: nothing,
        text: nothing,
      },
      scan: async (bytes, origin, logClass) => {
        let whole = '';
        for await (const chunk of bytes) whole += Buffer.from(chunk).toString();
        const tail = whole
          .trimEnd()
          .split('\n')
          .map((one, i) => ({ line: i + 1, text: one }));
        out.push({ place: [origin.namespace, origin.pod, origin.container], text: whole, lines: [] });
        return { origin, class: logClass, lines: tail.length, bytes: whole.length, programs: [], hits: [], tail };
      },
    },
  );
  return out.map((part, i) => ({ ...part, lines: logs[i]?.tail.map(({ line }) => line) ?? [] }));
}

describe('logs of many containers in records of JSON', () => {
  it.each([
    ['stern', { message: 'x', nodeName: 'n1', namespace: 'shop', podName: 'web-0', containerName: 'app' }],
    ['Fluent Bit', { log: 'x\n', kubernetes: { pod_name: 'web-0', namespace_name: 'shop', container_name: 'app' } }],
    [
      'Filebeat, out of Elasticsearch',
      {
        _source: {
          message: 'x',
          kubernetes: { namespace: 'shop', pod: { name: 'web-0' }, container: { name: 'app' } },
        },
      },
    ],
    ['Loki', { line: 'x', labels: { namespace: 'shop', pod: 'web-0', container: 'app' } }],
    [
      'Google Cloud',
      {
        textPayload: 'x',
        resource: { labels: { namespace_name: 'shop', pod_name: 'web-0', container_name: 'app' } },
      },
    ],
  ])('reads the form of %s', async (_, fields) => {
    expect(sniffs(record(fields))).toBe(true);
    expect(await parts(record(fields))).toEqual([{ place: ['shop', 'web-0', 'app'], text: 'x\n', lines: [1] }]);
  });

  it('parts containers, keeps the lines of the file, and puts the oldest first', async () => {
    const one = (pod: string, message: string, at: number): string =>
      record({
        message,
        timestamp: `2026-03-01T10:00:0${at}Z`,
        namespace: 'shop',
        podName: pod,
        containerName: 'app',
      });
    expect(await parts([one('a-0', 'late', 9), one('b-0', 'only', 5), one('a-0', 'early', 1)].join('\n'))).toEqual([
      {
        place: ['shop', 'a-0', 'app'],
        text: '2026-03-01T10:00:01Z early\n2026-03-01T10:00:09Z late\n',
        lines: [3, 1],
      },
      { place: ['shop', 'b-0', 'app'], text: '2026-03-01T10:00:05Z only\n', lines: [2] },
    ]);
  });

  it('takes no log that is written in JSON, and no object, for one', () => {
    expect(sniffs(record({ level: 'info', msg: 'synced', pod: 'web-0', namespace: 'shop' }))).toBe(false);
    expect(sniffs(record({ apiVersion: 'v1', kind: 'Event', message: 'x', metadata: {} }))).toBe(false);
  });

  it('gives a pod the words of its own log', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'stock-0', namespace: 'depot' },
      spec: { containers: [{ name: 'stock', image: 'stock:1' }] },
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'stock',
            ready: false,
            restartCount: 7,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error' } },
          },
        ],
      },
    };
    const line = (podName: string, message: string): string =>
      record({ message, nodeName: 'n1', namespace: 'depot', podName, containerName: podName.slice(0, -2) });
    const result = await paste({
      'pods.jsonl': record(pod),
      'logs.jsonl': [
        line('other-0', 'GET / 200'),
        line('stock-0', 'FATAL: password authentication failed for user "stock"'),
        line('other-0', 'GET / 200'),
      ].join('\n'),
    });
    expect(result.rootCauses[0]).toMatchObject({
      check: 'log-db-access-denied',
      subject: { kind: 'Pod', namespace: 'depot', name: 'stock-0' },
    });
    expect(result.rootCauses[0]?.evidence[0]).toMatchObject({ file: expect.stringContaining('logs.jsonl'), line: 2 });
  });
});
