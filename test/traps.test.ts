/** The pitfalls of other tools' bundles (peers.md 2.11), through the whole reading. Those of archives are in test/bundle. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../src/analyze.ts';

let root: string;
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'kubestrata-traps-'));
});
afterAll(() => rmSync(root, { recursive: true }));

async function read(files: Readonly<Record<string, string>>) {
  const folder = join(root, String(count++));
  for (const [path, text] of Object.entries(files)) {
    const at = join(folder, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
    utimesSync(at, new Date(0), new Date(0));
  }
  return analyze([folder], { version: 'test' });
}
const pod = (name: string, rest: object = {}) => ({ metadata: { name, namespace: 'shop' }, ...rest });
const typed = (name: string, rest: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', ...pod(name, rest) });

describe('lists', () => {
  it.each([
    ['a typed list', { kind: 'PodList', apiVersion: 'v1', items: [pod('a'), pod('b')] }, 2],
    ['a List', { kind: 'List', apiVersion: 'v1', items: [typed('a'), typed('b')] }, 2],
    ['a bare array', [typed('a'), typed('b')], 2],
    ['a bare array without kinds', [pod('a', { spec: {} }), pod('b', { spec: {} })], 2],
    ['one object', typed('a'), 1],
    ['null items', { kind: 'PodList', apiVersion: 'v1', items: null }, 0],
    ['no items', { kind: 'PodList', apiVersion: 'v1', items: [] }, 0],
  ])('%s', async (_, value, pods) => {
    const { result, snapshot } = await read({ 'cluster-resources/pods/shop.json': JSON.stringify(value, null, 2) });
    expect(snapshot.list('pods')).toHaveLength(pods);
    expect(result.bundle.unread).toEqual([]);
  });

  it('several documents in one YAML file, with a leading mark', async () => {
    const one = (name: string) => `---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  namespace: shop\n`;
    const { snapshot } = await read({ 'namespaces/shop/pods/a/a.yaml': one('a') + one('b') });
    expect(snapshot.list('pods').map((p) => p.metadata.name)).toEqual(['a', 'b']);
  });
});

it('the text "null" of support-bundle-kit is no value', async () => {
  const yaml = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: a
    namespace: shop
    deletionTimestamp: "null"
  spec:
    nodeName: "null"
    containers:
    - name: app
      image: web:1
  status:
    phase: Pending
    nominatedNodeName: "null"
`;
  const { snapshot } = await read({ 'yamls/namespaced/shop/v1/pods.yaml': yaml });
  const [only] = snapshot.list('pods');
  expect(only?.spec?.nodeName).toBeUndefined();
  expect(only?.metadata.deletionTimestamp).toBeUndefined();
  expect(only?.status?.phase).toBe('Pending');
});

it('many machines in one journal: the line says whose it is', async () => {
  const line = (node: string) =>
    `Mar 07 09:30:06.513780 ${node} kernel: Out of memory: Killed process 4242 (java) total-vm:1kB`;
  const { snapshot } = await read({
    'host_service_logs/masters/kubelet_service.log': `${line('n1')}\n${line('n2')}\n`,
  });
  expect(new Set(snapshot.logs.flatMap((log) => log.hits.map((hit) => hit.node)))).toEqual(new Set(['n1', 'n2']));
});

it('an error in the place of data is no object, and is listed', async () => {
  const { result, snapshot } = await read({
    'kubectl/pods.json': 'Unable to connect to the server: dial tcp 10.0.0.1:6443: connect: connection refused\n',
    'kubectl/kubectl_get_nodes': 'No resources found\n',
  });
  expect(snapshot.list('pods')).toEqual([]);
  expect(result.layers.flatMap(({ checks }) => checks).filter(({ outcome }) => outcome === 'crashed')).toEqual([]);
  expect(snapshot.facts('commandFailures')).toHaveLength(1);
});

it('an empty previous.log says that there was no run before', async () => {
  const { result, snapshot } = await read({
    'namespaces/shop/pods/web-0/app/app/logs/previous.log': '',
    'namespaces/shop/pods/web-0/app/app/logs/current.log': '2025-03-07T09:00:00Z ready\n',
  });
  expect(snapshot.logs.map((log) => log.origin.previous ?? false)).toEqual([false]);
  expect(result.bundle.unread).toEqual([]);
});

it('identifiers of etcd keep all their digits', async () => {
  const member = (id: string) =>
    `{"ID":${id},"name":"m${id.slice(-3)}","peerURLs":["https://10.0.0.1:2380"],"clientURLs":["https://10.0.0.1:2379"]}`;
  const { snapshot } = await read({
    'etcd_info/member_list.json': `{"header":{"cluster_id":9223372036854775809},"members":[${member('14325164303049430167')},${member('14325164303049430199')}]}`,
  });
  expect(new Set(snapshot.facts('etcdMembers').map(({ id }) => id)).size).toBe(2);
});

it('one pod in two image folders is one pod', async () => {
  const file = JSON.stringify(typed('a', { status: { phase: 'Running' } }));
  const { snapshot } = await read({
    'img1/namespaces/shop/pods/a/a.yaml': file,
    'img2/namespaces/shop/pods/a/a.yaml': file,
  });
  expect(snapshot.list('pods')).toHaveLength(1);
});

it('times that YAML would read as dates stay texts', async () => {
  const { snapshot } = await read({
    'a.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: shop\n  creationTimestamp: 2025-03-07T09:00:00Z\n',
  });
  expect(snapshot.list('pods')[0]?.metadata.creationTimestamp).toBe('2025-03-07T09:00:00Z');
});

it('the clock is of the records, never of the files; and of nothing where nothing tells it', async () => {
  const { result } = await read({
    'must-gather/timestamp':
      '2025-03-07 09:30:06.513780025 +0000 UTC m=+0.6\n2025-03-07 09:34:13.1 +0000 UTC m=+247.2\n',
  });
  expect(result.bundle.collectedAt).toBe('2025-03-07T09:34:13.000Z');
  expect((await read({ 'pods.json': JSON.stringify([typed('a')]) })).result.bundle.collectedAt).toBeNull();
});

it('Prometheus text in a file called .json', async () => {
  const { snapshot } = await read({
    'ipamd/metrics.json': '# TYPE awscni_assigned_ip_addresses gauge\nawscni_assigned_ip_addresses 12\n',
    'system/instance-id.txt': 'i-0123456789abcdef0\n',
  });
  expect(snapshot.collected.unread).toEqual([]);
});

it('names that mean something in one family of bundles mean nothing in another', async () => {
  const { snapshot } = await read({
    version: 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 100 99 1 99% /\n',
    'out/summary': 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vdb1 100 99 1 99% /data\n',
  });
  expect(snapshot.facts('filesystems').map(({ mount }) => mount)).toEqual(['/data', '/']);
});
