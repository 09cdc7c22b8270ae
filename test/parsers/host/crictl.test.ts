import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/parsers/command.ts';
import parser from '../../../src/parsers/host/crictl.ts';
import type { Command } from '../../../src/parsers/records.ts';
import { collect, sniffs } from '../collect.ts';

const TABLE = `CONTAINER           IMAGE               CREATED             STATE               NAME                ATTEMPT             POD ID              POD                 NAMESPACE
1f73f2d81bf98       98f6c3b32d565       7 minutes ago       Exited              etcd                4                   87d3992f84f74       etcd-n1             kube-system
9c5951442f1a1       1b54c75690b39       2 days ago          Running             kube-apiserver      0                   1f73f2d81bf11       kube-apiserver-n1   kube-system`;

test('ps -a and pods as tables', async () => {
  expect(sniffs(parser, TABLE)).toBe(true);
  expect((await collect(parser, TABLE)).facts.runtimeContainers).toMatchObject([
    {
      id: '1f73f2d81bf98',
      name: 'etcd',
      state: 'Exited',
      attempt: 4,
      pod: 'etcd-n1',
      namespace: 'kube-system',
      source: { line: 2 },
    },
    { name: 'kube-apiserver', state: 'Running', attempt: 0 },
  ]);
  const pods =
    'POD ID              CREATED             STATE               NAME                NAMESPACE           ATTEMPT             RUNTIME\n87d3992f84f74       3 hours ago         NotReady            web-0               shop                1                   (default)';
  expect((await collect(parser, pods)).facts.hostValues).toMatchObject([
    { topic: 'sandbox', key: 'shop/web-0', value: 'NotReady' },
  ]);
});

test('JSON of ps and info', async () => {
  const ps = JSON.stringify(
    {
      containers: [
        {
          id: 'abc',
          podSandboxId: 'p',
          metadata: { name: 'etcd', attempt: 3 },
          state: 'CONTAINER_EXITED',
          labels: { 'io.kubernetes.pod.name': 'etcd-n1' },
        },
      ],
    },
    null,
    2,
  );
  expect(sniffs(parser, ps)).toBe(true);
  expect((await collect(parser, ps)).facts.runtimeContainers).toMatchObject([
    { id: 'abc', state: 'Exited', attempt: 3, pod: 'etcd-n1' },
  ]);
  const info = JSON.stringify(
    {
      status: {
        conditions: [
          { type: 'RuntimeReady', status: true },
          {
            type: 'NetworkReady',
            status: false,
            reason: 'NetworkPluginNotReady',
            message: 'cni plugin not initialized',
          },
        ],
      },
    },
    null,
    2,
  );
  expect(sniffs(parser, info)).toBe(true);
  expect((await collect(parser, info)).facts.hostValues).toMatchObject([
    { topic: 'runtime', key: 'RuntimeReady', value: 'true' },
    { key: 'NetworkReady', value: 'false: NetworkPluginNotReady cni plugin not initialized' },
  ]);
});

test('a runtime that does not answer, and other text', async () => {
  const failure =
    'FATA[0002] validate service connection: CRI v1 runtime API is not implemented: rpc error: code = Unavailable desc = connection refused';
  expect((await collect(parser, failure)).facts.toolFailures).toMatchObject([{ tool: 'crictl' }]);
  expect((await collect(parser, '{"broken":')).unread).toHaveLength(1);
  expect(sniffs(parser, '{"items":[{"metadata":{"name":"a"}}]}')).toBe(false);
});

test('a pull that fails is left to those who know the words of the runtime', () => {
  const line =
    'FATA[0000] pulling image failed: rpc error: code = Unknown desc = failed to pull and unpack image: failed to stat parent: no such file';
  expect(sniffs(parser, line)).toBe(false);
  expect(parser.matches?.(parseCommand('crictl pull shop/web:1') as Command)).toBe(false);
  expect(parser.matches?.(parseCommand('crictl ps -a') as Command)).toBe(true);
});
