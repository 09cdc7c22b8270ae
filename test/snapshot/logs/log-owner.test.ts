import { describe, expect, it } from 'vitest';
import { podOfLog } from '../../../src/snapshot/logs/log-owner.ts';
import { ago, aPod, snapshotOf } from '../../build.ts';

const named = (name: string, over: Parameters<typeof aPod>[1] = {}) =>
  aPod(name, { ...over, metadata: { ownerReferences: undefined, ...over.metadata } });
const app = (over: object) => ({ containerStatuses: [{ name: 'app', ready: true, restartCount: 0, ...over }] });
const log = (origin: object = {}) => ({ class: 'container' as const, origin, lines: ['ready to serve'] });

describe('a log without a name', () => {
  const whose = async (...objects: object[]): Promise<string | undefined> => {
    const snapshot = await snapshotOf({ objects, logs: [log()] });
    const [only] = snapshot.logs;
    return only === undefined ? undefined : podOfLog(snapshot, only)?.metadata.name;
  };
  const failed = { exitCode: 1, reason: 'Error', finishedAt: ago(60) };

  it('is of the pod whose container has ended with an error, not of one that did so before and runs', async () => {
    const ended = named('ended', {
      spec: { restartPolicy: 'Never' },
      status: app({ ready: false, state: { terminated: failed } }),
    });
    const back = named('back', { status: app({ state: { running: {} }, lastState: { terminated: failed } }) });
    expect(await whose(ended, back)).toBe('ended');
  });

  it('is of the pod that runs and is not ready, before those that are', async () => {
    const unready = named('unready', { status: app({ ready: false, state: { running: {} } }) });
    expect(await whose(unready, named('good'))).toBe('unready');
  });

  it('is nobody’s where two workloads fail alike', async () => {
    const unready = app({ ready: false, state: { running: {} } });
    expect(await whose(named('one', { status: unready }), named('two', { status: unready }))).toBeUndefined();
  });
});

it('a short name is taken for the only pod that bears it in a file, and never where somebody typed it', async () => {
  const typed = { command: { tool: 'kubectl', args: ['logs', 'shop'], flags: {}, text: 'kubectl logs shop' } };
  const snapshot = await snapshotOf({
    objects: [named('shop-api-0')],
    logs: [log({ pod: 'shop', ...typed }), log({ pod: 'shop' })],
  });
  const owners = snapshot.logs.map(({ origin }) => snapshot.ownerOfLog(origin).pod?.metadata.name);
  expect(owners).toEqual([undefined, 'shop-api-0']);
});
