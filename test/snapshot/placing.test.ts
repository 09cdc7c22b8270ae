import { expect, test } from 'vitest';
import type { Origin } from '../../src/parsers/records.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import { createStore } from '../../src/snapshot/store.ts';

const from = (file: string): Origin => ({ file, firstLine: 1 });
const event = (name: string, message: string, namespace?: string) => ({
  kind: 'Event',
  metadata: { name: message, ...(namespace === undefined ? {} : { namespace }) },
  involvedObject: { kind: 'Pod', name, ...(namespace === undefined ? {} : { namespace }) },
  reason: 'Failed',
  message,
});
const row = (name: string, reason?: string) => ({
  kind: 'Pod',
  metadata: { name },
  status:
    reason === undefined
      ? { phase: 'Running', containerStatuses: [{ name: '', ready: true }] }
      : { phase: 'Running', containerStatuses: [{ name: '', ready: false, state: { waiting: { reason } } }] },
});

test('events of a table without namespaces are about the pod that another output places', () => {
  const store = createStore();
  store.object(
    from('pod.txt'),
    { kind: 'Pod', metadata: { name: 'web-0', namespace: 'shop' } },
    { detail: 'described' },
  );
  store.object(from('events.txt'), event('web-0', 'one'), { detail: 'row' });
  store.object(from('pod.txt'), event('web-0', 'one', 'shop'), { detail: 'described' });
  store.object(from('events.txt'), event('other-0', 'two'), { detail: 'row' });
  const snapshot = createSnapshot(store.finish());
  const about = snapshot.eventsAbout({ kind: 'Pod', namespace: 'shop', name: 'web-0' });
  expect(about.map(({ message }) => message)).toEqual(['one']);
  expect(snapshot.eventsAbout({ kind: 'Pod', name: 'other-0' })).toHaveLength(1);
});

test('a row is where its events place it', () => {
  const store = createStore();
  store.object(from('pods.txt'), row('web-0', 'ErrImagePull'), { detail: 'row' });
  store.object(from('describe.txt'), event('web-0', 'Failed to pull', 'shop'), { detail: 'described' });
  const snapshot = createSnapshot(store.finish());
  expect(snapshot.list('pods').map(({ metadata }) => metadata)).toEqual([{ name: 'web-0', namespace: 'shop' }]);
});

test('a part of a description without a name is of the one pod that fails', () => {
  const build = (...rows: object[]) => {
    const store = createStore();
    for (const one of rows) store.object(from('pods.txt'), one, { detail: 'row' });
    const nameless = {
      kind: 'Pod',
      metadata: { name: '(unnamed)' },
      spec: { containers: [{ name: 'app', image: 'shop/app:1' }] },
    };
    store.object(from('part.txt'), nameless, { detail: 'described' });
    store.object(from('part.txt'), event('(unnamed)', 'Error: ErrImagePull'), { detail: 'described' });
    return createSnapshot(store.finish());
  };
  const one = build(row('db-0'), row('web-0', 'ErrImagePull'));
  expect(one.list('pods').map(({ metadata }) => metadata.name)).toEqual(['db-0', 'web-0']);
  expect(one.list('pods')[1]?.spec?.containers?.[0]?.image).toBe('shop/app:1');
  expect(one.eventsAbout({ kind: 'Pod', name: 'web-0' })).toHaveLength(1);
  const two = build(row('db-0', 'CrashLoopBackOff'), row('web-0', 'ErrImagePull'));
  expect(two.list('pods').map(({ metadata }) => metadata.name)).toEqual(['(unnamed)', 'db-0', 'web-0']);
  expect(two.eventsAbout({ kind: 'Pod', name: '(unnamed)' })).toHaveLength(1);
});

test('a part of a description without the name of its node is of the one that can be meant', () => {
  const node = (name: string, ready: string) => ({
    kind: 'Node',
    metadata: { name },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });
  const names = (...nodes: object[]) => {
    const store = createStore();
    for (const one of nodes) store.object(from('nodes.txt'), one, { detail: 'row' });
    store.object(from('part.txt'), node('(unnamed)', 'False'), { detail: 'described' });
    const snapshot = createSnapshot(store.finish());
    return snapshot.list('nodes').map(({ metadata }) => metadata.name);
  };
  expect(names(node('node-1', 'False'))).toEqual(['node-1']);
  expect(names(node('node-1', 'True'), node('node-2', 'False'))).toEqual(['node-1', 'node-2']);
  expect(names(node('node-1', 'False'), node('node-2', 'False'))).toContain('(unnamed)');
});
