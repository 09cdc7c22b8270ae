/**
 * The eighteen pitfalls of other tools' bundles (peers.md 2.11), each through the whole reading; what can go wrong inside
 * of archives is in test/bundle.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack, type Headers } from 'tar-stream';
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
/** One archive as it would be attached to a ticket. */
async function readArchive(name: string, bytes: Buffer) {
  const at = join(root, `${count++}-${name}`);
  writeFileSync(at, bytes);
  return analyze([at], { version: 'test' });
}
type Entry = readonly [name: string, content: string | Buffer, header?: Partial<Headers>];
async function tar(...entries: readonly Entry[]): Promise<Buffer> {
  const stream = pack();
  for (const [name, content, header] of entries)
    stream.entry({ name, mtime: new Date(0), ...header }, header?.type === undefined ? content : '');
  stream.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
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

it('a link in an archive is the same log under another name, and no further evidence', async () => {
  const log = 'panic: runtime error: invalid memory address or nil pointer dereference\n';
  const { snapshot } = await readArchive(
    'bundle.tar',
    await tar(
      ['b/cluster-resources/pods/logs/shop/web-0/app.log', log],
      [
        'b/app/web-0/app.log',
        '',
        { type: 'symlink', linkname: '../../cluster-resources/pods/logs/shop/web-0/app.log' },
      ],
    ),
  );
  expect(snapshot.logs.map(({ origin }) => [origin.namespace, origin.pod, origin.container])).toEqual([
    ['shop', 'web-0', 'app'],
  ]);
});

it('an archive in an archive is read, to a bounded depth', async () => {
  const line = 'Mar 07 09:30:06 n1 kernel: Out of memory: Killed process 4242 (java) total-vm:1kB\n';
  let bytes = await tar(['n1/logs/kernel.log', line]);
  const { snapshot } = await readArchive('outer.tar', await tar(['b/nodes/n1.tar', bytes]));
  expect(snapshot.logs.flatMap((log) => log.hits).length).toBeGreaterThan(0);
  for (let depth = 0; depth < 12; depth++) bytes = await tar([`${depth}.tar`, bytes]);
  const deep = await readArchive(
    'deep.tar',
    await tar(['date.txt', 'Fri Mar  7 09:40:00 UTC 2025\n'], ['in.tar', bytes]),
  );
  expect(deep.result.bundle.refused).not.toEqual([]);
});

describe('journals', () => {
  const line = (stamp: string, words: string) => `${stamp} n1 kernel: ${words}`;
  const KILLED = 'Out of memory: Killed process 4242 (java) total-vm:1kB';
  const clock = { 'date.txt': 'Fri Mar  7 09:40:00 UTC 2025\n' };

  it('the newest line first', async () => {
    const newest = [
      line('Mar 07 09:32:00', KILLED),
      line('Mar 07 09:31:00', 'eth0: link is up'),
      line('Mar 07 09:30:00', KILLED),
      line('Mar 07 09:29:00', 'starting'),
    ];
    const read1 = await read({ ...clock, 'nodes/n1/logs/kernel.log': `${newest.join('\n')}\n` });
    const read2 = await read({ ...clock, 'nodes/n1/logs/kernel.log': `${newest.toReversed().join('\n')}\n` });
    const times = ({ snapshot }: typeof read1) =>
      snapshot.logs
        .filter((log) => log.origin.file.endsWith('kernel.log'))
        .map((log) => [
          log.firstTime,
          log.lastTime,
          log.tail.at(-1)?.text,
          ...log.hits.flatMap((hit) => [hit.first.time, hit.last.time]),
        ]);
    expect(times(read1)).toEqual(times(read2));
    expect(times(read1)[0]?.[1]).toBe(Date.parse('2025-03-07T09:32:00Z'));
  });

  it('no year, and a new one between two lines', async () => {
    const { snapshot } = await read({
      'date.txt': 'Wed Jan  1 00:10:00 UTC 2025\n',
      'nodes/n1/logs/kernel.log': `${line('Dec 31 23:59:00', KILLED)}\n${line('Jan 01 00:01:00', KILLED)}\n`,
    });
    const [hit] = snapshot.logs.flatMap((log) => log.hits);
    expect([hit?.first.time, hit?.last.time]).toEqual([
      Date.parse('2024-12-31T23:59:00Z'),
      Date.parse('2025-01-01T00:01:00Z'),
    ]);
  });
});

describe('what a redactor left', () => {
  it('is a value that was there, and neither an address, nor a number, nor a fault of the file', async () => {
    const container = {
      name: 'app',
      image: '***HIDDEN***',
      env: [
        { name: 'DB_HOST', value: '***HIDDEN***' },
        { name: 'DB_PORT', value: 'REDACTED' },
      ],
      resources: { limits: { memory: '<REDACTED>' } },
    };
    const { result, snapshot } = await read({
      'cluster-resources/pods/shop.json': JSON.stringify([
        typed('a', {
          spec: { nodeName: 'n1', containers: [container] },
          status: { phase: 'Running', podIP: 'x-ipv4-0000000001-x', containerStatuses: [{ name: 'app', ready: true }] },
        }),
      ]),
      'cluster-resources/services/shop.json': JSON.stringify([
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'web', namespace: 'shop' },
          spec: { clusterIP: '***HIDDEN***', selector: { app: 'web' }, ports: [{ port: 80 }] },
        },
      ]),
    });
    expect(snapshot.list('pods')).toHaveLength(1);
    expect(result.bundle.unread).toEqual([]);
    expect(result.layers.flatMap(({ checks }) => checks).filter(({ outcome }) => outcome === 'crashed')).toEqual([]);
    const said = result.findings.filter(({ message }) => /HIDDEN|REDACTED|x-ipv4/.test(message));
    expect(said.map(({ check, message }) => `${check}: ${message}`)).toEqual([]);
  });

  it('does not cost the rest of a YAML file', async () => {
    const { snapshot } = await read({
      'namespaces/shop/pods/a/a.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: shop\nspec:\n  nodeName: n1\n  hostname: ***HIDDEN***\nstatus:\n  phase: Running\n',
    });
    expect(snapshot.list('pods')[0]?.status?.phase).toBe('Running');
  });

  it('in a Secret is a key that exists', async () => {
    const { snapshot } = await read({
      'namespaces/shop/core/secrets.yaml': `apiVersion: v1
kind: SecretList
items:
- apiVersion: v1
  kind: Secret
  metadata: { name: s, namespace: shop }
  data: { password: MTIgYnl0ZXMgbG9uZw== }
`,
    });
    expect(Object.keys(snapshot.list('secrets')[0]?.data ?? {})).toEqual(['password']);
  });
});

it('aliases that unfold without an end cost only their file', async () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghijklmn'.split('').map((key, i) => {
      const before = 'abcdefghijklm'[i] ?? '';
      return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
    }),
  ];
  const { result, snapshot } = await read({
    'a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n${bomb.join('\n')}\n`,
    'b.json': JSON.stringify(typed('a')),
  });
  expect(snapshot.list('pods')).toHaveLength(1);
  expect(result.bundle.unread.map(({ file }) => file)).toEqual(['a.yaml']);
});

it('names that lead out of an archive, or nowhere, are refused; a leading dot or slash is no part of a name', async () => {
  const { result, snapshot } = await readArchive(
    'names.tar',
    await tar(
      ['./cluster-resources/pods/shop.json', JSON.stringify([typed('a')])],
      ['../../etc/passwd', 'root:x:0:0'],
      [`deep/${'x'.repeat(240)}/pods.json`, JSON.stringify([typed('b')])],
    ),
  );
  expect(snapshot.list('pods')).toHaveLength(2);
  expect(result.bundle.refused.map(({ path }) => path)).toEqual([expect.stringContaining('etc/passwd')]);
});

it('an upload that broke off: what came before is read, and the report says that it ends early', async () => {
  const whole = gzipSync(
    await tar(['b/cluster-resources/pods/shop.json', JSON.stringify([typed('a')])], ['b/x', 'y'.repeat(2_000_000)]),
    {
      level: 0,
    },
  );
  const { result, snapshot } = await readArchive('cut.tgz', whole.subarray(0, 500_000));
  expect(snapshot.list('pods')).toHaveLength(1);
  expect(result.bundle.refused).not.toEqual([]);
});

const XZ: string = 'xz';
const hasXz = ((): boolean => {
  try {
    execFileSync(XZ, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

it.skipIf(!hasXz)('xz, which Node does not read', async () => {
  const bytes = await tar(['must-gather/namespaces/shop/pods/a/a.yaml', JSON.stringify(typed('a'))]);
  const packed = execFileSync(XZ, ['-c', '-q'], { input: bytes });
  const { result, snapshot } = await readArchive('must-gather.tar.xz', packed);
  expect(snapshot.list('pods')).toHaveLength(1);
  expect(result.bundle.layouts).toEqual(['must-gather']);
});

it('a table under the name of another: the words decide', async () => {
  const { snapshot } = await read({
    'k3s/metrics_nodes': 'NAMESPACE   NAME    CPU(cores)   MEMORY(bytes)\nshop        web-0   5m           20Mi\n',
    'k3s/metrics_pod':
      'NAME   CPU(cores)   CPU%   MEMORY(bytes)   MEMORY%\nn1     250m         12%    900Mi           40%\n',
  });
  expect(snapshot.facts('nodeUsage').map(({ name }) => name)).toEqual(['n1']);
  expect(snapshot.facts('podUsage').map(({ pod: name }) => name)).toEqual(['web-0']);
});

it('two accounts of one object: the newer revision wins, whichever file comes first', async () => {
  const account = (resourceVersion: string, phase: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'ink', namespace: 'press', uid: 'u-1', resourceVersion },
      status: { phase },
    });
  const phase = async (files: Record<string, string>) =>
    (await read(files)).snapshot.list('pods').map((pod) => pod.status?.phase);
  const [older, newer] = [account('998', 'Pending'), account('1002', 'Running')];
  expect(await phase({ 'a.json': newer, 'b.json': older })).toEqual(['Running']);
  expect(await phase({ 'a.json': older, 'b.json': newer })).toEqual(['Running']);
});
