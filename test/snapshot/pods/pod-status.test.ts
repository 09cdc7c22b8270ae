import { expect, it, test } from 'vitest';
import { KINDS, type Pod } from '../../../src/snapshot/kinds/index.ts';
import { podColumns, statusOf } from '../../../src/snapshot/pods/pod-status.ts';
import { ago, aPod } from '../../build.ts';
import { paste } from '../../paste.ts';

type Part = Record<string, unknown>;
const columns = (over: { metadata?: Part; spec?: Part; status?: Part }) =>
  podColumns(KINDS.pods.shape(aPod('web-0', over)) as unknown as Pod);

const running = { name: 'app', ready: true, restartCount: 1, state: { running: {} } };
const done = {
  name: 'once',
  ready: false,
  restartCount: 0,
  state: { terminated: { exitCode: 0, reason: 'Completed' } },
};
const looping = { name: 'app', ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } };

test.each([
  ['a running pod', {}, '1/1 Running 0'],
  [
    'the first container that has something to say',
    { containerStatuses: [running, looping] },
    '1/2 CrashLoopBackOff 8',
  ],
  ['one is done, the others run, and the pod is ready', { containerStatuses: [done, running] }, '1/2 Running 1'],
  [
    'one is done and the pod is not ready',
    { conditions: [{ type: 'Ready', status: 'False' }], containerStatuses: [done, running] },
    '1/2 NotReady 1',
  ],
  [
    'an end without a reason',
    { containerStatuses: [{ ...looping, state: { terminated: { exitCode: 3 } } }] },
    '0/1 ExitCode:3 7',
  ],
  [
    'an end by a signal',
    { containerStatuses: [{ ...looping, state: { terminated: { exitCode: 137, signal: 9 } } }] },
    '0/1 Signal:9 7',
  ],
  ['a reason of the whole pod', { phase: 'Failed', reason: 'Evicted', containerStatuses: [] }, '0/1 Evicted 0'],
  [
    'an init container that fails, whose restarts count alone',
    { phase: 'Pending', initContainerStatuses: [done, { ...looping, name: 'second' }], containerStatuses: [running] },
    '1/1 Init:CrashLoopBackOff 7',
  ],
  [
    'an init container that runs',
    { phase: 'Pending', initContainerStatuses: [done, { name: 'second', state: { running: {} } }] },
    '1/1 Init:1/2 0',
  ],
  [
    'init containers of a pod that has begun all the same',
    {
      conditions: [{ type: 'Initialized', status: 'True' }],
      initContainerStatuses: [{ ...looping, name: 'first' }],
      containerStatuses: [running],
    },
    '1/1 Running 1',
  ],
])('%s', (_, status, words) => {
  const { ready, containers, status: word, restarts } = columns({ status });
  expect(`${ready}/${containers} ${word} ${restarts}`).toBe(words);
});

it('counts a sidecar among the containers, and does not wait for its end', () => {
  const spec = { containers: [{ name: 'app' }], initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] };
  const proxy = { name: 'proxy', ready: true, started: true, restartCount: 2, state: { running: {} } };
  expect(columns({ spec, status: { initContainerStatuses: [proxy], containerStatuses: [running] } })).toEqual({
    ready: 2,
    containers: 2,
    status: 'Running',
    restarts: 3,
  });
});

it('says Terminating of what is being deleted and has not ended, Unknown where its node is lost', () => {
  const metadata = { deletionTimestamp: ago(600) };
  expect(columns({ metadata }).status).toBe('Terminating');
  expect(columns({ metadata, status: { reason: 'NodeLost' } }).status).toBe('Unknown');
  expect(columns({ metadata, status: { phase: 'Succeeded', containerStatuses: [done] } }).status).toBe('Completed');
});

it('gives back what a table of kubectl said', async () => {
  const rows = [
    ['web-a', '0/1', 'CrashLoopBackOff', '9'],
    ['web-b', '1/2', 'ImagePullBackOff', '0'],
    ['web-c', '0/1', 'Init:1/3', '0'],
    ['web-d', '0/1', 'Init:CrashLoopBackOff', '4'],
    ['web-e', '0/1', 'Init:Error', '1'],
    ['web-f', '0/1', 'ContainerCreating', '0'],
    ['web-g', '0/1', 'Pending', '0'],
    ['web-h', '0/1', 'Error', '2'],
    ['web-i', '1/1', 'Terminating', '0'],
    ['web-j', '0/1', 'Evicted', '0'],
    ['web-k', '0/1', 'ExitCode:3', '5'],
    ['web-l', '0/1', 'SchedulingGated', '0'],
    ['web-m', '0/1', 'PodInitializing', '0'],
  ] as const;
  const lines = rows.map(
    ([name, ready, status, restarts]) =>
      `shop        ${name}   ${ready}     ${status.padEnd(24)}${restarts.padEnd(10)}5m`,
  );
  const { tables } = await paste({
    'pods.txt': `NAMESPACE   NAME    READY   STATUS                  RESTARTS  AGE\n${lines.join('\n')}\n`,
  });
  expect(
    tables?.pods.rows
      .map(({ name, status, restarts }) => [name, status, String(restarts)])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  ).toEqual(rows.map(([name, , status, restarts]) => [name, status, restarts]));
});

it('tells people why a pod ended before how its containers did', () => {
  const ended = { ...looping, state: { terminated: { exitCode: 143, reason: 'Error' } } };
  const evicted = { phase: 'Failed', reason: 'Evicted', containerStatuses: [ended] };
  const pod = KINDS.pods.shape(aPod('web-0', { status: evicted })) as unknown as Pod;
  expect([podColumns(pod).status, statusOf(pod)]).toEqual(['Error', 'Evicted']);
});
