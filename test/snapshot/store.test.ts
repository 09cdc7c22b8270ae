import { expect, test } from 'vitest';
import type { Origin } from '../../src/parsers/records.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import { createStore } from '../../src/snapshot/store.ts';

const from = (file: string): Origin => ({ file, firstLine: 1 });
const pod = (name: string, extra: object = {}, namespace: string | undefined = 'shop') => ({
  kind: 'Pod',
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  ...extra,
});

test('one pod in three outputs is one object, each field from the fullest source', () => {
  const store = createStore();
  store.object(
    from('pods.txt'),
    pod('web', { status: { phase: 'Running', podIP: '10.0.0.9', containerStatuses: [{ name: '', ready: false }] } }),
    {
      detail: 'row',
      marks: { '/status/podIP': { line: 2, text: 'web 0/1 Running 10.0.0.9' } },
    },
  );
  store.object(
    from('describe.txt'),
    pod('web', { status: { containerStatuses: [{ name: 'app', ready: true, state: { running: {} } }] } }),
    { detail: 'described' },
  );
  store.object(from('pods.json'), pod('web', { spec: { nodeName: 'n1' }, status: { phase: 'Pending' } }), {
    detail: 'full',
    pointer: '/items/0',
  });
  const [web, ...more] = createSnapshot(store.finish()).list('pods');
  expect(more).toEqual([]);
  expect(web?.spec?.nodeName).toBe('n1');
  expect(web?.status?.phase).toBe('Pending');
  expect(web?.status?.podIP).toBe('10.0.0.9');
  expect(web?.status?.containerStatuses).toEqual([{ name: 'app', ready: true, state: { running: {} } }]);
});

test('ages are counted from the clock of the bundle, and dropped without one', () => {
  const build = (clock: boolean) => {
    const store = createStore();
    store.object(
      from('pods.txt'),
      { kind: 'Pod', metadata: { name: 'web', creationTimestamp: 'ago:90s' } },
      { detail: 'row' },
    );
    if (clock) store.clock(Date.parse('2026-03-01T12:00:00Z'), { file: 'date.txt', text: 'now' });
    return createSnapshot(store.finish()).list('pods')[0]?.metadata.creationTimestamp;
  };
  expect(build(true)).toBe('2026-03-01T11:58:30.000Z');
  expect(build(false)).toBeUndefined();
});

test('what states an instant is better than what an age tells; else the newest counts', () => {
  const at = (...clocks: (readonly [string, boolean])[]) => {
    const store = createStore();
    for (const [time, reckoned] of clocks) store.clock(Date.parse(time), { file: 'f', text: time }, reckoned);
    const beat = { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-03-01T12:00:00Z' };
    store.object(
      from('node.txt'),
      { kind: 'Node', metadata: { name: 'n1' }, status: { conditions: [beat] } },
      { detail: 'described' },
    );
    return store.finish().clock?.text;
  };
  expect(at()).toBe('lastHeartbeatTime: 2026-03-01T12:00:00Z');
  expect(at(['2026-03-01T11:59:00Z', true])).toBe('lastHeartbeatTime: 2026-03-01T12:00:00Z');
  expect(at(['2026-03-01T12:01:00Z', true])).toBe('2026-03-01T12:01:00Z');
  expect(at(['2026-03-01T12:01:00Z', true], ['2026-03-01T11:00:00Z', false])).toBe('2026-03-01T11:00:00Z');
});

test('a row without a namespace joins the one object of its name, and no object when there are two', () => {
  const store = createStore();
  store.object(from('a.json'), pod('web', {}, 'shop'), { detail: 'full' });
  store.object(from('a.json'), pod('db', {}, 'shop'), { detail: 'full' });
  store.object(from('a.json'), pod('db', {}, 'test'), { detail: 'full' });
  for (const name of ['web', 'db'])
    store.object(from('rows.txt'), { kind: 'Pod', metadata: { name }, status: { phase: 'Failed' } }, { detail: 'row' });
  const names = createSnapshot(store.finish())
    .list('pods')
    .map((p) => `${p.metadata.namespace ?? '-'}/${p.metadata.name} ${p.status?.phase ?? ''}`);
  expect(names).toEqual(['-/db Failed', 'shop/db ', 'shop/web Failed', 'test/db ']);
});

test('an event seen in describe and in get events is one event with the widest span', () => {
  const store = createStore();
  const event = (extra: object) => ({
    kind: 'Event',
    metadata: {},
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web' },
    reason: 'BackOff',
    message: 'Back-off pulling image "a"',
    ...extra,
  });
  store.clock(Date.parse('2026-03-01T12:00:00Z'), { file: 'd', text: '' });
  store.object(from('describe.txt'), event({ count: 4, firstTimestamp: 'ago:600s', lastTimestamp: 'ago:10s' }), {
    detail: 'described',
  });
  store.object(from('events.txt'), event({ count: 9, lastTimestamp: 'ago:60s', firstTimestamp: 'ago:900s' }), {
    detail: 'row',
  });
  const snapshot = createSnapshot(store.finish());
  expect(snapshot.list('events')).toHaveLength(1);
  expect(snapshot.eventsAbout({ kind: 'Pod', namespace: 'shop', name: 'web' })[0]).toMatchObject({
    count: 9,
    firstTimestamp: '2026-03-01T11:45:00.000Z',
    lastTimestamp: '2026-03-01T11:59:50.000Z',
  });
});

test('an event that one output has several times came as often; two outputs tell of the same', () => {
  const started = (file: string, firstLine: number, name: string | undefined, ago: number, detail: 'full' | 'row') =>
    [
      { file, firstLine },
      {
        kind: 'Event',
        metadata: name === undefined ? {} : { name },
        involvedObject: { kind: 'Node', name: 'node-1' },
        reason: 'Starting',
        message: 'Starting kubelet.',
        lastTimestamp: detail === 'row' ? `ago:${ago}s` : new Date(Date.UTC(2026, 2, 1, 12) - ago * 1000).toISOString(),
      },
      { detail },
    ] as const;
  const times = (...accounts: readonly ReturnType<typeof started>[]) => {
    const store = createStore();
    store.clock(Date.UTC(2026, 2, 1, 12), { file: 'd', text: '' });
    for (const account of accounts) store.object(...account);
    const [event, ...more] = createSnapshot(store.finish()).list('events');
    expect(more).toEqual([]);
    return [event?.count, event?.lastTimestamp];
  };
  const row = (line: number, ago: number) => started('shell.txt', line, undefined, ago, 'row');
  expect(times(row(1, 60))).toEqual([undefined, '2026-03-01T11:59:00.000Z']);
  expect(times(row(1, 300), row(1, 60), row(1, 600))).toEqual([3, '2026-03-01T11:59:00.000Z']);
  expect(times(row(1, 300), row(1, 60), row(9, 301), row(9, 61))).toEqual([2, '2026-03-01T11:59:00.000Z']);
  const stored = (name: string) => started('events.json', 1, name, 60, 'full');
  expect(times(stored('node-1.a'), stored('node-1.b'), stored('node-1.a'), row(1, 60))[0]).toBe(2);
});

test('fields of a wrong type are dropped, not thrown on, and values of Secrets never enter', () => {
  const store = createStore();
  store.object(
    from('x.json'),
    { kind: 'Pod', metadata: { name: 'odd', labels: ['no'] }, spec: 'nothing', status: { containerStatuses: {} } },
    { detail: 'full' },
  );
  store.object(
    from('x.json'),
    { kind: 'Secret', metadata: { name: 's', namespace: 'shop' }, data: { password: 'aHVudGVyMg==' } },
    { detail: 'full' },
  );
  const snapshot = createSnapshot(store.finish());
  expect(snapshot.list('pods')[0]).toEqual({ kind: 'Pod', metadata: { name: 'odd' }, status: {} });
  expect(JSON.stringify(snapshot.list('secrets'))).not.toContain('aHVu');
  expect(Object.keys(snapshot.list('secrets')[0]?.data ?? {})).toEqual(['password']);
});

test('host output in a folder named for a node is that node’s', () => {
  const store = createStore();
  store.object(from('nodes.json'), { kind: 'Node', metadata: { name: 'worker-1' } }, { detail: 'full' });
  store.fact('units', { source: { file: 'hosts/worker-1/kubelet.txt', line: 1, text: 'x' }, unit: 'kubelet.service' });
  store.fact('units', { source: { file: 'elsewhere.txt', line: 1, text: 'x' }, unit: 'kubelet.service' });
  expect(
    createSnapshot(store.finish())
      .facts('units')
      .map((unit) => unit.node),
  ).toEqual(['worker-1', undefined]);
});

test('a page of prose is listed once; every other complaint stands', () => {
  const store = createStore();
  for (const line of [1, 9]) {
    store.unread(from('notes.md'), 'not recognised; searched for known messages only', line);
    store.unread(from('notes.md'), 'not valid JSON', line);
  }
  expect(store.finish().unread.map(({ line }) => line)).toEqual([1, 1, 9]);
});
