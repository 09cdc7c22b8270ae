import { expect, test } from 'vitest';
import parser from '../../../src/parsers/kubectl/rollout.ts';
import { run } from './run.ts';

const WAITING = 'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...';
const AVAILABLE = 'Waiting for deployment "web" rollout to finish: 0 of 3 updated replicas are available...';
const DEADLINE = 'error: deployment "web" exceeded its progress deadline';

test('the last line about a Deployment counts', () => {
  const out = run(parser, `${WAITING}\n${AVAILABLE}\n${DEADLINE}`, 'kubectl rollout status deploy/web -n shop');
  expect(out.sniffed).toBe(true);
  expect(out.of('Deployment')).toEqual([
    {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 3 },
      status: {
        updatedReplicas: 1,
        availableReplicas: 0,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: DEADLINE }],
      },
    },
  ]);
  expect(out.unread).toEqual([]);
  expect(out.failures).toEqual([]);
});

test('a rollout that is done is a Deployment of which nothing bad is known', () => {
  expect(run(parser, 'deployment "web" successfully rolled out').of('Deployment')).toEqual([
    { metadata: { name: 'web' } },
  ]);
});

test('a DaemonSet, and a StatefulSet that is not named', () => {
  const text = 'Waiting for daemon set "agent" rollout to finish: 1 of 5 updated pods are available...';
  expect(run(parser, text).of('DaemonSet')).toMatchObject([
    { metadata: { name: 'agent' }, status: { desiredNumberScheduled: 5, numberReady: 1 } },
  ]);
  const set = run(parser, 'Waiting for 2 pods to be ready...', 'kubectl rollout status sts/db');
  expect(set.all).toEqual([]);
  expect(set.unread).toEqual([]);
});

test('a server that does not answer is a failed command', () => {
  const out = run(
    parser,
    'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?',
    'kubectl rollout status deploy/web',
  );
  expect(out.failures).toMatchObject([{ reason: 'refused' }]);
});

test('the last line says that all are there, without a number', () => {
  const done = 'deployment "web" successfully rolled out';
  expect(run(parser, `${WAITING}\n${AVAILABLE}\n${done}`).of('Deployment')).toMatchObject([
    { spec: { replicas: 3 }, status: { updatedReplicas: 3, availableReplicas: 3 } },
  ]);
});
