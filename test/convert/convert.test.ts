/**
 * A bundle written anew says the same: the same root causes and findings, and written once more it is the same bytes.
 * Over the samples, and over bundles of others where they are (KUBESTRATA_DATA, else beside the checkout).
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { convert, type ConvertOptions } from '../../src/convert/convert.ts';
import type { Result } from '../../src/result.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestrata-convert-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const diagnosis = ({ rootCauses, findings }: Result) => ({
  rootCauses: rootCauses.map(({ check, variant, subject, confidence }) => ({ check, variant, subject, confidence })),
  findings: findings.map((finding) => finding.id).sort(),
});
const diagnose = async (paths: readonly string[]) => diagnosis((await analyze(paths, { version: 'test' })).result);

/** The files of a converted bundle, without its top folder, and its manifest's lines. */
async function open(archive: string): Promise<{ files: Map<string, string>; lines: Record<string, unknown>[] }> {
  const files = new Map<string, string>();
  const tar = extract();
  tar.end(gunzipSync(readFileSync(archive)));
  for await (const entry of tar) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    files.set(entry.header.name.replace(/^[^/]*\//, ''), Buffer.concat(parts).toString('utf8'));
  }
  const lines = (files.get('manifest.jsonl') ?? '').split('\n').filter((line) => line !== '');
  return { files, lines: lines.map((line) => JSON.parse(line)) };
}

let bundles = 0;
/** A folder with these files, converted and opened. */
async function converted(texts: Readonly<Record<string, string | Buffer>>, options: ConvertOptions = {}) {
  const root = join(folder, `bundle-${++bundles}`);
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const archive = `${root}.tgz`;
  const counted = await convert([root], archive, options);
  return { root, archive, counted, ...(await open(archive)) };
}

async function staysTheSame(paths: readonly string[]): Promise<void> {
  const once = join(folder, 'once.tgz');
  const twice = join(folder, 'twice.tgz');
  await convert(paths, once);
  await convert([once], twice);
  expect(readFileSync(twice).equals(readFileSync(once)), 'what was converted gives itself again').toBe(true);
  expect(await diagnose([once])).toEqual(await diagnose(paths));
}

const samples = join(import.meta.dirname, '../../samples');
describe('the samples say the same when they are written anew', () => {
  it.each(readdirSync(samples))(
    '%s',
    async (name) => {
      await staysTheSame([join(samples, name, 'bundle')]);
    },
    60_000,
  );
});

const data = process.env['KUBESTRATA_DATA'] ?? join(import.meta.dirname, '../../../shared/data');
const DATA = [
  'clusters/cid-vagrant-v1.9',
  'clusters/istio-bug-report',
  'clusters/minikube-apiserver-reconfigure',
  'clusters/oc-upgrade-degraded',
  'clusters/sbctl-kurl-longhorn-velero',
  'clusters/talos-support-5nodes-v1.31-slow-etcd',
  'clusters/troubleshoot-k3s-baseline',
  'outputs/argocd-health-objects',
  'outputs/nvidia-bug-report-xid45-62-109-rminit',
  'outputs/holmes-15-dns-resolution',
].map((name) => join(data, name));
const cases = join(data, '../eval/cloudops-dev');
const CASES = existsSync(cases)
  ? readdirSync(cases)
      .filter((name) => name.endsWith('.tgz'))
      .filter((_, i) => i % 60 === 0)
      .map((name) => join(cases, name))
  : [];
describe.skipIf(!existsSync(data))('bundles of others say the same when they are written anew', () => {
  it.each([...DATA.filter((path) => existsSync(path)), ...CASES])('%s', (path) => staysTheSame([path]), 240_000);
});

const POD = (name: string, extra: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: '2026-03-01T10:00:00Z' },
  spec: { containers: [{ name: 'app', image: 'registry.test/app:1' }] },
  status: { phase: 'Running' },
  ...extra,
});
const list = (...items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
const itemsOf = (text: string | undefined) => JSON.parse(text ?? '{"items":[]}').items as Record<string, any>[];

describe('what a converted bundle is made of', () => {
  it('a transcript becomes one file a command, with the command, the machine and the time it took', async () => {
    const { files, lines } = await converted({
      'session.txt': [
        '[root@node-7 ~]# df -h',
        'Filesystem      Size  Used Avail Use% Mounted on',
        '/dev/sda1        40G   12G   28G  30% /',
        '[root@node-7 ~]# time kubectl get pods -n shop | grep web',
        'web-1   1/1     Running   0          9d',
        '',
        'real\t0m2.500s',
        'user\t0m0.100s',
        'sys\t0m0.100s',
        '[root@node-7 ~]# etcdctl alarm list',
        '',
      ].join('\n'),
    });
    expect(lines[0]).toEqual({ format: 'kubestrata/bundle', version: 1, layouts: ['loose'] });
    expect(lines.slice(1)).toEqual([
      {
        file: expect.stringMatching(/^nodes\/node-7\/\d+-df-h\.txt$/),
        argv: ['df', '-h'],
        bytes: 89,
        node: 'node-7',
        kind: 'df',
        sources: ['session.txt:2'],
      },
      {
        file: expect.stringMatching(/^cluster\/kubectl\/\d+-.*get-pods-n-shop-grep-web\.txt$/),
        argv: ['sh', '-c', expect.stringMatching(/kubectl get pods -n shop \| grep web$/)],
        seconds: 2.5,
        bytes: 40,
        namespace: 'shop',
        kind: 'kubectl-table',
        sources: ['session.txt:5'],
      },
      {
        file: expect.stringMatching(/^nodes\/node-7\/\d+-etcdctl-alarm-list\.txt$/),
        argv: ['etcdctl', 'alarm', 'list'],
        bytes: 0,
        node: 'node-7',
        sources: ['session.txt:11'],
      },
    ]);
    expect(files.get(String(lines[1]?.['file']))).toMatch(/^Filesystem .*\n\/dev\/sda1 .*\n$/);
  });

  it('objects become lists as kubectl prints them; only a whole listing is called one', async () => {
    const { files, lines } = await converted({
      'kubectl-get-pods-A-o-json.json': list(POD('web-2'), POD('web-1')),
      'web-1.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: web-1, namespace: shop, uid: uid-web-1}\nspec: {hostNetwork: true}\n`,
      'svc.yaml': `apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n`,
      'kubectl-get-configmaps-n-shop-o-json.json': list(),
      'crd.json': JSON.stringify({
        apiVersion: 'db.test/v1',
        kind: 'Backup',
        metadata: { name: 'b', uid: 'u' },
        spec: { a: 1 },
      }),
    });
    const entry = (file: string) => lines.find((line) => line['file'] === file);
    expect(entry('cluster/kubectl/pods.json')).toMatchObject({
      argv: ['kubectl', 'get', 'pods', '-A', '-o', 'json'],
      sources: ['kubectl-get-pods-A-o-json.json', 'web-1.yaml'],
    });
    expect(entry('cluster/kubectl/pods.json')).not.toHaveProperty('complete');
    const pods = itemsOf(files.get('cluster/kubectl/pods.json'));
    expect(pods.map((pod) => pod['metadata'].name)).toEqual(['web-1', 'web-2']);
    // The newest account of an object counts, what it lacks comes from the older one.
    expect(pods[0]?.['spec']).toEqual({
      hostNetwork: true,
      containers: [{ name: 'app', image: 'registry.test/app:1' }],
    });
    expect(files.get('cluster/kubectl/pods.json')).toMatch(
      /^\{\n {4}"apiVersion": "v1",\n {4}"items": \[\n {8}\{\n {12}"apiVersion"/,
    );
    // A manifest somebody wrote is no proof of anything, and single objects are no listing.
    expect(entry('cluster/declared/services.json')).toMatchObject({ complete: false, sources: ['svc.yaml'] });
    expect(entry('cluster/objects/backup.json')).toMatchObject({ complete: false });
    // Fields without a shape go along.
    expect(itemsOf(files.get('cluster/objects/backup.json'))[0]?.['spec']).toEqual({ a: 1 });
    // That there is nothing is an answer.
    expect(itemsOf(files.get('cluster/kubectl/shop/configmaps.json'))).toEqual([]);
    expect(entry('cluster/kubectl/shop/configmaps.json')).toMatchObject({
      argv: ['kubectl', 'get', 'configmaps', '-n', 'shop', '-o', 'json'],
    });
  });

  it('logs of a dump lie where the collector puts them, with their own lines', async () => {
    const { files, lines } = await converted({
      'dump.json': [
        list(POD('web-1')),
        '==== START logs for container app of pod shop/web-1 ====',
        'first line',
        '{"second": "line"}',
        '==== END logs for container app of pod shop/web-1 ====',
        '',
      ].join('\n'),
    });
    expect(files.get('cluster/logs/shop/web-1/app.log')).toBe('first line\n{"second": "line"}\n');
    expect(lines.find((line) => line['file'] === 'cluster/logs/shop/web-1/app.log')).toMatchObject({
      namespace: 'shop',
      pod: 'web-1',
      container: 'app',
    });
  });

  it('what was pasted into a ticket becomes one file an output', async () => {
    const { files, lines } = await converted({
      'ticket.md': [
        'Since the update the pod does not start:',
        '```',
        '$ kubectl get pods -n shop',
        'NAME    READY   STATUS             RESTARTS   AGE',
        'web-1   0/1     ImagePullBackOff   0          4m',
        '```',
        'What is wrong?',
        '',
      ].join('\n'),
    });
    expect(lines.slice(1).map((line) => [line['argv'], line['kind'], line['sources']])).toEqual([
      [undefined, undefined, ['ticket.md:1']],
      [['kubectl', 'get', 'pods', '-n', 'shop'], 'kubectl-table', ['ticket.md:4']],
      [undefined, undefined, ['ticket.md:7']],
    ]);
    expect([...files.values()].slice(1)).toEqual([
      'Since the update the pod does not start:\n',
      expect.stringMatching(/^NAME .*\nweb-1 .*\n$/),
      'What is wrong?\n',
    ]);
  });

  it('nothing is lost silently: unknown texts go along, what cannot is named', async () => {
    const { files, lines, counted, archive } = await converted({
      'notes/call.txt': 'the customer says it began on Monday\n',
      'core.bin': Buffer.from([0, 1, 2, 3, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0]),
      'kubectl-get-pods-A-o-json.json': `{"apiVersion":"v1","kind":"List","items":[${JSON.stringify(POD('web-1'))},{"apiVersion":"v1","kind":"Pod",`,
      'empty.log': '',
    });
    expect(files.get('found/notes/call.txt')).toBe('the customer says it began on Monday\n');
    const lost = lines.filter((line) => 'lost' in line);
    expect(lost).toEqual([
      { lost: 'core.bin', reason: 'binary, not read' },
      { lost: 'kubectl-get-pods-A-o-json.json', line: 1, reason: expect.stringContaining('what came before was read') },
    ]);
    expect(counted.lost).toBe(2);
    expect(lines.find((line) => line['file'] === 'found/empty.log')).toMatchObject({ bytes: 0 });
    // A list that broke off says nothing about what it lacks.
    expect(lines.find((line) => line['file'] === 'cluster/objects/pods.json')).toMatchObject({ complete: false });
    // The report on the new bundle still names them.
    const { result } = await analyze([archive], { version: 'test' });
    expect(result.bundle.unread.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['core.bin', 'kubestrata/found/notes/call.txt']),
    );
  });

  it('a refusal of the API server stays one', async () => {
    const { archive } = await converted({
      'kubectl-get-secrets-A-o-json.json': JSON.stringify({
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message:
          'secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" at the cluster scope',
        reason: 'Forbidden',
        details: { kind: 'secrets' },
        code: 403,
      }),
      'kubectl-get-pods-A-o-json.json': list(POD('web-1')),
    });
    const { snapshot } = await analyze([archive], { version: 'test' });
    expect(snapshot.facts('commandFailures')).toMatchObject([{ reason: 'forbidden', area: 'secrets' }]);
  });

  it('several bundles of ours become one, each output with its machine', async () => {
    const manifest = (node: string) =>
      [
        {
          format: 'kubestrata/bundle',
          version: 1,
          collectedAt: '2026-03-01T12:00:00Z',
          collector: 'c 1',
          mode: 'node',
          node,
        },
        { file: `nodes/${node}/df.txt`, argv: ['df', '-PT'], exit: 0, seconds: 0.1, bytes: 100 },
        {
          file: `nodes/${node}/none.txt`,
          argv: ['nvidia-smi'],
          exit: 127,
          seconds: 0,
          bytes: 0,
          stderr: 'nvidia-smi: not found',
        },
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join('');
    const df =
      'Filesystem     Type 1024-blocks  Used Available Capacity Mounted on\n/dev/sda1      ext4    41152812 1 2      10% /\n';
    const { lines, archive } = await converted({
      'one/manifest.jsonl': manifest('node-1'),
      'one/nodes/node-1/df.txt': df,
      'two/manifest.jsonl': manifest('node-2'),
      'two/nodes/node-2/df.txt': df,
    });
    expect(lines[0]).toEqual({
      format: 'kubestrata/bundle',
      version: 1,
      collectedAt: '2026-03-01T12:00:00.000Z',
      collector: 'c 1',
      mode: 'node',
    });
    expect(lines.slice(1).map(({ file, node, exit, stderr }) => [file, node, exit, stderr])).toEqual([
      ['nodes/node-1/df.txt', 'node-1', 0, undefined],
      ['nodes/node-2/df.txt', 'node-2', 0, undefined],
      ['nodes/node-1/none.txt', 'node-1', 127, 'nvidia-smi: not found'],
      ['nodes/node-2/none.txt', 'node-2', 127, 'nvidia-smi: not found'],
    ]);
    const { snapshot } = await analyze([archive], { version: 'test' });
    expect(snapshot.facts('filesystems').map((fs) => fs.node)).toEqual(['node-1', 'node-2']);
    expect(snapshot.facts('commandTimings')).toHaveLength(4);
  });

  it('one archive, whatever it was converted on: one time, no owner, no name of a system', async () => {
    const { archive } = await converted({ 'date.txt': 'Sun Mar  1 12:00:00 UTC 2026\n' });
    const bytes = readFileSync(archive);
    // RFC 1952: no name, time 0, unknown system.
    expect([...bytes.subarray(0, 10)].map((byte, i) => (i === 8 ? 'level' : byte))).toEqual([
      31,
      139,
      8,
      0,
      0,
      0,
      0,
      0,
      'level',
      255,
    ]);
    const tar = extract();
    tar.end(gunzipSync(bytes));
    const headers = [];
    for await (const entry of tar) {
      entry.resume();
      headers.push(entry.header);
    }
    expect(headers[0]?.name).toBe('kubestrata-20260301T120000Z/manifest.jsonl');
    for (const { uid, gid, uname, gname, mode, mtime } of headers)
      expect([uid, gid, uname, gname, mode, mtime?.toISOString()]).toEqual([
        0,
        0,
        '',
        '',
        0o644,
        '2026-03-01T12:00:00.000Z',
      ]);
  });
});

describe('secrets', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const PLANTED = [
    'canary-one-value',
    'canary-two-value',
    'canary-three-value',
    'canary-four-value',
    'canary-five-value',
    'canary-six',
  ];
  const secret = (name: string, value: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: 'shop',
      uid: 'u',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { password: base64(value) } }),
        'tool.test/copy': value,
      },
    },
    data: { password: base64(value), DB_HOST: base64('db.shop.svc') },
    stringData: { again: value },
  });
  const SOURCES = {
    'secrets.json': list(secret('a', PLANTED[0]!)),
    'b.json': JSON.stringify(secret('b', PLANTED[1]!), null, 2),
    'c.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: c, namespace: shop}\ntype: Opaque\nstringData:\n  password: ${PLANTED[2]!}\n`,
    'typed.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'SecretList',
      items: [{ ...secret('d', PLANTED[3]!), kind: undefined }],
    }),
    // Broken: V8 quotes the place in its message.
    'broken.json': `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"f"},"data":{"password":canary-six-value}}]}`,
    'template.yaml': `apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t, namespace: shop}\nobjects:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: e}\n  data: {password: ${base64(PLANTED[4]!)}}\n`,
  };

  it('their values never come out, their keys and addresses do', async () => {
    const { files } = await converted(SOURCES);
    const all = [...files.values()].join('\n');
    for (const value of PLANTED) {
      expect(all).not.toContain(value);
      expect(all).not.toContain(base64(value));
    }
    const kept = [...files].filter(([name]) => name.endsWith('/secrets.json')).flatMap(([, text]) => itemsOf(text));
    expect(kept.map((one) => [one['metadata'].name, one['data'] ?? one['stringData']]).sort()).toEqual([
      ['a', { DB_HOST: base64('db.shop.svc'), password: '' }],
      ['b', { DB_HOST: base64('db.shop.svc'), password: '' }],
      ['c', { password: '' }],
      ['d', { DB_HOST: base64('db.shop.svc'), password: '' }],
    ]);
    expect(all).toContain('Template');
  });

  it('--redact masks what a command said on standard error, also where the manifest names no command', async () => {
    const header = { format: 'kubestrata/bundle', version: 1, collectedAt: '2026-03-01T12:00:00Z' };
    const stderr = 'connecting to postgres://shop:canary1url@db:5432/shop: refused';
    const silent = { file: 'migrate.txt', exit: 1, bytes: 0, stderr };
    const manifest = [header, silent].map((line) => JSON.stringify(line)).join('\n');
    const { lines } = await converted({ 'manifest.jsonl': `${manifest}\n` }, { redact: true });
    const told = lines.find((line) => (line as { file?: string }).file === 'migrate.txt');
    expect(told).toMatchObject({ stderr: expect.stringContaining('[redacted]') });
  });

  it('--redact masks credentials in objects, logs and commands as well', async () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'canary6key+/AAAA\n'.repeat(30)}-----END RSA PRIVATE KEY-----`;
    const { files, lines } = await converted(
      {
        'pods.json': list(
          POD('web-1', {
            spec: {
              containers: [
                {
                  name: 'app',
                  args: ['--db-password', 'canary7arg', '--user', 'shop'],
                  env: [
                    { name: 'DB_PASSWORD', value: 'canary8env' },
                    { name: 'DB_HOST', value: 'db.shop.svc' },
                    { name: 'TOKEN_FILE', value: '/var/run/token' },
                  ],
                },
              ],
            },
          }),
        ),
        'cm.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop, uid: u}\ndata:\n  API_KEY: canary9data\n  url: postgres://shop:canary10url@db:5432/shop\n  mode: fast\n`,
        'logs/shop/web-1/app.log': `starting with key\n${key}\nserving\nlogin password=canary11log ok\n`,
        'session.txt': '$ curl -u shop https://user:canary12argv@registry.test/v2/\nok\n',
      },
      { redact: true },
    );
    const all = [...files.values()].join('\n');
    expect(all.match(/canary\d+\w*/g)).toBeNull();
    expect(lines[0]).toMatchObject({ redacted: true });
    const pods = itemsOf(files.get('cluster/objects/pods.json') ?? files.get('cluster/kubectl/shop/pods.json'));
    expect(pods[0]?.['spec'].containers[0]).toEqual({
      name: 'app',
      args: ['--db-password', '[redacted]', '--user', 'shop'],
      env: [
        { name: 'DB_PASSWORD', value: '[redacted]' },
        { name: 'DB_HOST', value: 'db.shop.svc' },
        { name: 'TOKEN_FILE', value: '/var/run/token' },
      ],
    });
    expect(files.get('cluster/logs/shop/web-1/app.log')).toBe(
      'starting with key\n[redacted]\nserving\nlogin password=[redacted] ok\n',
    );
    // Without the flag only the values of Secrets are held back.
    const open = await converted({ 'logs/shop/web-1/app.log': 'login password=canary11log ok\n' });
    expect(open.files.get('cluster/logs/shop/web-1/app.log')).toContain('canary11log');
  });
});
