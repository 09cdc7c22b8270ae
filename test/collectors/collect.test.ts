/**
 * The collector and the analyzer together: what one writes the other reads. With stand-ins for the tools everywhere, and
 * with the real kubectl against a stand-in for the API where there is a kubectl.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { groupBy } from '../../src/lib/group-by.ts';
import { readContents, type Contents } from '../../src/serve/contents.ts';
import { serve } from '../../src/serve/serve.ts';

interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const here = import.meta.dirname;
const script = join(here, '../../collectors/kubestrata-collect.sh');
const stubs = `${join(here, 'stubs')}:${process.env['PATH'] ?? ''}`;
const fixture = (name: string): string => readFileSync(join(here, 'fixtures', name), 'utf8');
const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestrata-collect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function collect(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const out = join(folder, `bundle-${args[0]}.tar.gz`);
  await promisify(execFile)('sh', [script, ...args, '-o', out], {
    cwd: folder,
    env: { ...process.env, HOME: folder, ...env },
  });
  return out;
}

/** The unpacked bundle's folder. */
function unpack(bundle: string): string {
  expect(spawnSync('tar', ['-xzf', bundle, '-C', folder]).status).toBe(0);
  return join(folder, readdirSync(folder).find((name) => /^kubestrata-(?!collect)/.test(name)) ?? '');
}

const parsed = (path: string): { items: ApiObject[] } => JSON.parse(readFileSync(path, 'utf8'));

test('a bundle of the stand-ins: the planted faults of cluster and node are found, at their place', async () => {
  const cluster = await collect(['cluster', '--context=test', '--gap=0'], { PATH: stubs });
  const node = await collect(['node', '--node-name=worker-1', '--etcd-endpoints=http://127.0.0.1:1'], { PATH: stubs });
  const { result } = await analyze([cluster, node], { version: 'test' });
  expect(result.bundle.layouts).toContain('kubestrata');
  const found = new Set(result.findings.map((finding) => finding.check));
  expect([...found]).toEqual(
    expect.arrayContaining([
      'crashloop-oomkilled',
      'cni-not-initialized',
      'etcd-nospace-alarm',
      'gpu-driver-version-mismatch',
    ]),
  );
  const oom = result.findings.find((finding) => finding.check === 'crashloop-oomkilled');
  expect(oom?.subject).toMatchObject({ kind: 'Pod', namespace: 'shop', name: 'api-1' });
  expect(result.bundle.nodes).toBe(1);
  const state = new Map(result.coverage.map((area) => [area.area, area.state]));
  for (const area of ['pods', 'secrets', 'hostLogs', 'units', 'etcdAlarms', 'containerLogs', 'filesystems'])
    expect([area, state.get(area)]).toEqual([area, 'present']);
  // A refusal and a listing that was empty are not the same.
  expect(state.get('nodeUsage')).toBe('absent');
  expect(state.get('networkPolicies')).toBe('present');
}, 120_000);

const meta = (name: string, namespace?: string) => ({ name, ...(namespace === undefined ? {} : { namespace }) });

test.skipIf(!has('kubectl'))(
  'the real kubectl against a stand-in for the API: what is collected is what was served',
  async () => {
    const pod = parsed(join(here, 'fixtures/pods.json')).items[0];
    const certificate = has('openssl')
      ? spawnSync(
          'openssl',
          'req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -days 30 -subj /CN=shop.test -addext subjectAltName=DNS:shop.test'.split(
            ' ',
          ),
          { encoding: 'utf8' },
        ).stdout
      : '';
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const services = Array.from({ length: 1200 }, (_, n) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(`service-${n}`, 'shop'),
      spec: {
        clusterIP: `10.96.${n >> 8}.${n & 255}`,
        ports: [{ port: 80, protocol: 'TCP' }],
        selector: { app: 'api' },
      },
    }));
    const objects: ApiObject[] = [
      ...(pod === undefined ? [] : [pod]),
      ...parsed(join(here, 'fixtures/nodes.json')).items,
      ...parsed(join(here, 'fixtures/configmaps.json')).items,
      ...services,
      { apiVersion: 'v1', kind: 'Namespace', metadata: meta('shop') },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...meta('db-credentials', 'shop'), creationTimestamp: '2026-01-01T00:00:00Z' },
        type: 'Opaque',
        data: { user: base64('canary50user'), 'pass.word': base64('canary51password') },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...meta('shop-tls', 'shop'), creationTimestamp: '2026-01-01T00:00:00Z' },
        type: 'kubernetes.io/tls',
        data: { 'tls.crt': base64(certificate), 'tls.key': base64('canary52key') },
      },
      { apiVersion: 'v1', kind: 'Secret', metadata: meta('empty', 'shop'), type: 'Opaque' },
    ] as ApiObject[];
    const logs: Readonly<Record<string, string>> = {
      'shop/api-1/api': 'canary-free now\n',
      'shop/api-1/api/previous': fixture('container.log'),
    };
    const raw: Readonly<Record<string, string>> = {
      '/readyz': '[+]ping ok\nreadyz check passed\n',
      '/livez': '[+]ping ok\nlivez check passed\n',
      '/metrics': '# TYPE apiserver_current_inflight_requests gauge\napiserver_current_inflight_requests 1\n',
    };
    const bytes = (text: string | undefined) => (text === undefined ? undefined : Readable.from([Buffer.from(text)]));
    const contents: Contents = {
      objects: groupBy(objects, (object) => object.kind) as never,
      listed: (kind) => (kind === 'LimitRange' ? undefined : true),
      log: ({ namespace, pod, container, previous }) =>
        bytes(logs[`${namespace}/${pod}/${container ?? ''}${previous ? '/previous' : ''}`]),
      raw: (path) => bytes(raw[path]),
      version: 'v1.31.4',
      now: undefined,
      close: () => undefined,
    };
    const asked: string[] = [];
    const api = await serve(contents, { asked: (request) => void asked.push(request) });
    try {
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(
        kubeconfig,
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Config',
          clusters: [{ name: 'c', cluster: { server: api.url } }],
          users: [{ name: 'u', user: { token: 'canary53kubeconfig' } }],
          contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
          'current-context': 'x',
        }),
      );
      const bundle = await collect(['cluster', `--kubeconfig=${kubeconfig}`, '--gap=0']);
      const root = unpack(bundle);

      const served = (kind: string) => objects.filter((object) => object.kind === kind);
      expect(parsed(join(root, 'cluster/kubectl/services.json')).items).toEqual(served('Service'));
      expect(parsed(join(root, 'cluster/kubectl/nodes.json')).items).toEqual(served('Node'));
      expect(parsed(join(root, 'cluster/kubectl/configmaps.json')).items.map((item) => item.metadata.name)).toEqual([
        'api-config',
      ]);
      expect(parsed(join(root, 'cluster/kubectl/secrets.json')).items).toMatchObject([
        { metadata: { name: 'db-credentials' }, type: 'Opaque', data: { user: '', 'pass.word': '' } },
        { metadata: { name: 'shop-tls' }, type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } },
        { metadata: { name: 'empty' }, data: {} },
      ]);
      expect(readFileSync(join(root, 'cluster/logs/shop/api-1/api.previous.log'), 'utf8')).toContain('Access denied');
      expect(readFileSync(join(root, 'cluster/kubectl/limitranges.json'), 'utf8')).toContain('Forbidden');
      if (certificate !== '')
        expect(readFileSync(join(root, 'cluster/tls-secrets.txt'), 'utf8')).toMatch(/shop-tls[^]*notAfter=/);
      // Read-only, in chunks, and no value of a Secret in the bundle.
      expect(asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
      expect(asked.filter((line) => line.startsWith('GET /api/v1/services?')).length).toBeGreaterThanOrEqual(3);
      for (const planted of ['canary5', base64('canary50user'), base64('canary51password'), base64('canary52key')])
        expect(spawnSync('grep', ['-rq', planted, root]).status).toBe(1);

      const { result } = await analyze([bundle], { version: 'test' });
      expect(result.bundle.kubernetesVersion).toBe('v1.31.4');
      expect(result.rootCauses.map((cause) => cause.check)).toContain('crashloop-oomkilled');
      const state = new Map(result.coverage.map((area) => [area.area, area.state]));
      expect([state.get('secrets'), state.get('limitRanges'), state.get('certificates')]).toEqual([
        'present',
        'absent',
        certificate === '' ? 'absent' : 'present',
      ]);
    } finally {
      await api.close();
    }
  },
  120_000,
);

test.skipIf(!has('kubectl'))(
  'a bundle that is served and collected anew has the same first root cause',
  async () => {
    const sample = join(here, '../../samples/network-policy-blocks-dns/bundle');
    const contents = await readContents([sample]);
    const api = await serve(contents);
    try {
      const kubeconfig = join(folder, 'kubeconfig');
      const clusters = [{ name: 'c', cluster: { server: api.url } }];
      const contexts = [{ name: 'x', context: { cluster: 'c', user: 'u' } }];
      const users = [{ name: 'u', user: {} }];
      const config = { apiVersion: 'v1', kind: 'Config', clusters, users, contexts, 'current-context': 'x' };
      writeFileSync(kubeconfig, JSON.stringify(config));
      // The collector lives in the bundle's time.
      const bin = join(folder, 'bin');
      mkdirSync(bin);
      const clock = `#!/bin/sh\nexec /bin/date -d @${Math.floor((contents.now ?? 0) / 1000)} "$@"\n`;
      writeFileSync(join(bin, 'date'), clock, { mode: 0o755 });
      const bundle = await collect(['cluster', `--kubeconfig=${kubeconfig}`, '--gap=0', '--since=1000h'], {
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      });
      const first = async (path: string) => (await analyze([path], { version: 'test' })).result.rootCauses[0];
      const [served, collected] = [await first(sample), await first(bundle)];
      expect(served).toBeDefined();
      expect([collected?.check, collected?.subject]).toEqual([served?.check, served?.subject]);
    } finally {
      await api.close();
      contents.close();
    }
  },
  180_000,
);
