import { expect, test } from 'vitest';
import parser from '../../../src/parsers/host/docker-ps.ts';
import { collect, sniffs } from '../collect.ts';

const UID = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const row = (id: string, status: string, name: string, ports = ''): string =>
  `${id.padEnd(15)}${'98f6c3b32d56'.padEnd(15)}${'"etcd --v=2"'.padEnd(15)}${'7 minutes ago'.padEnd(16)}${status.padEnd(27)}${ports.padEnd(10)}${name}`;
const TABLE = [
  `${'CONTAINER ID'.padEnd(15)}${'IMAGE'.padEnd(15)}${'COMMAND'.padEnd(15)}${'CREATED'.padEnd(16)}${'STATUS'.padEnd(27)}${'PORTS'.padEnd(10)}NAMES`,
  row('1f73f2d81bf9', 'Exited (1) 7 minutes ago', `k8s_etcd_etcd-n1_kube-system_${UID}_4`),
  row('9c5951442f1a', 'Up 2 days', `k8s_POD_etcd-n1_kube-system_${UID}_0`),
  row('aa5951442f1a', 'Up 2 days (healthy)', 'kube-proxy', '80/tcp'),
  row('bb5951442f1a', 'Created', 'k8s://shop/web-0/app'),
].join('\n');

test('containers by the names that the kubelet gives them', async () => {
  expect(sniffs(parser, TABLE)).toBe(true);
  const { facts, unread } = await collect(parser, TABLE, { node: 'n1' });
  expect(facts.runtimeContainers).toMatchObject([
    {
      id: '1f73f2d81bf9',
      name: 'etcd',
      state: 'Exited',
      exitCode: 1,
      pod: 'etcd-n1',
      namespace: 'kube-system',
      attempt: 4,
      node: 'n1',
    },
    { name: 'kube-proxy', state: 'Running', source: { line: 4 } },
    { name: 'app', pod: 'web-0', namespace: 'shop', state: 'Created' },
  ]);
  expect(unread).toEqual([]);
});

test('what is no row is said', async () => {
  expect((await collect(parser, `${TABLE}\nhello`)).unread).toHaveLength(1);
  expect((await collect(parser, 'Cannot connect to the Docker daemon')).unread).toHaveLength(1);
});

test('rows that grep has left without their heading', async () => {
  const rows = TABLE.split('\n').slice(1, 4).join('\n');
  const { facts, unread } = await collect(parser, rows, {});
  expect(facts.runtimeContainers).toMatchObject([
    { id: '1f73f2d81bf9', name: 'etcd', state: 'Exited', pod: 'etcd-n1', source: { line: 1 } },
    { name: 'kube-proxy', state: 'Running', source: { line: 3 } },
  ]);
  expect(unread).toEqual([]);
});
