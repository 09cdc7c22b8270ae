/** A bundle as a read-only API server: what is known is served, what is not known is refused and not empty. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readContents, type Contents } from '../../src/serve/contents.ts';
import { matchesFieldSelector, matchesLabelSelector } from '../../src/serve/selectors.ts';
import { serve, type Served } from '../../src/serve/serve.ts';
import { age } from '../../src/serve/table.ts';

const pod = (
  name: string,
  namespace: string,
  labels: Record<string, string>,
  status: object = { phase: 'Running' },
) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels, uid: name, creationTimestamp: '2026-03-01T10:00:00Z' },
  spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'registry.test/app:1' }], unknownField: 7 },
  status,
});
const waiting = {
  phase: 'Pending',
  containerStatuses: [
    { name: 'app', restartCount: 3, ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } },
  ],
};
const FILES: Readonly<Record<string, string>> = {
  'kubectl-get-pods-A-o-json.json': JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      pod('web-1', 'shop', { app: 'web' }),
      pod('web-2', 'shop', { app: 'web' }, waiting),
      pod('db-0', 'data', { app: 'db' }),
    ],
  }),
  'secrets.json': JSON.stringify({
    apiVersion: 'v1',
    kind: 'SecretList',
    items: [{ metadata: { name: 's', namespace: 'shop', uid: 's' }, type: 'Opaque', data: { password: 'Y2FuYXJ5' } }],
  }),
  'session.txt': `$ date
Sun Mar  1 12:00:00 UTC 2026
$ kubectl get nodes -o wide
NAME     STATUS   ROLES           AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME
node-1   Ready    control-plane   9d    v1.31.4   10.0.0.1      <none>        Debian     6.1.0            containerd://1.7.1
$ kubectl top nodes
NAME     CPU(cores)   CPU%   MEMORY(bytes)   MEMORY%
node-1   250m         12%    1024Mi          30%
$ kubectl get events -n shop
LAST SEEN   TYPE      REASON    OBJECT      MESSAGE
5m          Warning   Failed    pod/web-2   Failed to pull image
$ kubectl logs web-1 -n shop -c app
line one
line two
line three
$ kubectl get pods -n ops
NAME    READY   STATUS    RESTARTS   AGE
job-1   1/1     Running   0          9d
$ kubectl logs job-1 -n ops
working
$ kubectl get --raw /readyz?verbose
[+]ping ok
readyz check passed
`,
  'crs.yaml': `apiVersion: db.test/v1\nkind: Policy\nmetadata: {name: nightly, namespace: shop, uid: b}\nspec: {keep: 3}\n`,
  'gateway.yaml': `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: front, namespace: shop, uid: g}\nspec: {servers: []}\n`,
  'route.yaml': `apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: front, namespace: shop, uid: r}\nspec: {host: shop.test}\n`,
};

let folder: string;
let contents: Contents;
let served: Served;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubestrata-serve-test-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, 'bundle', name)), { recursive: true });
    writeFileSync(join(folder, 'bundle', name), text);
  }
  contents = await readContents([join(folder, 'bundle')]);
  served = await serve(contents);
});
afterAll(async () => {
  await served.close();
  contents.close();
  rmSync(folder, { recursive: true, force: true });
});

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${served.url}${path}`, { headers });
  const body = await response.text();
  const object =
    response.headers.get('content-type') === 'application/json' && body !== '' ? JSON.parse(body) : undefined;
  return { status: response.status, warning: response.headers.get('warning'), body, object };
}
const names = (object: { items: { metadata: { name: string } }[] }) => object.items.map((item) => item.metadata.name);

describe('lists', () => {
  it('all namespaces, one namespace, by labels, by fields, in pages', async () => {
    expect(names((await get('/api/v1/pods')).object)).toEqual(['db-0', 'job-1', 'web-1', 'web-2']);
    expect(names((await get('/api/v1/namespaces/shop/pods')).object)).toEqual(['web-1', 'web-2']);
    expect(names((await get('/api/v1/pods?labelSelector=app%20in%20(db,x),app!=web')).object)).toEqual(['db-0']);
    expect(names((await get('/api/v1/pods?fieldSelector=status.phase%3DPending')).object)).toEqual(['web-2']);
    const first = (await get('/api/v1/pods?limit=2')).object;
    expect(names(first)).toEqual(['db-0', 'job-1']);
    expect(names((await get(`/api/v1/pods?limit=2&continue=${first.metadata.continue}`)).object)).toEqual([
      'web-1',
      'web-2',
    ]);
  });

  it('objects have all their fields, rows of tables what their columns say, Secrets no value', async () => {
    expect((await get('/api/v1/namespaces/shop/pods/web-1')).object.spec.unknownField).toBe(7);
    const node = (await get('/api/v1/nodes/node-1')).object;
    expect(node.status.nodeInfo.kubeletVersion).toBe('v1.31.4');
    // Its age in the table is a time to clients, and no field of ours.
    expect(node.metadata).toEqual({
      name: 'node-1',
      creationTimestamp: '2026-02-20T12:00:00.000Z',
      labels: expect.anything(),
    });
    const { body, object } = await get('/api/v1/namespaces/shop/secrets/s');
    expect(object.data).toEqual({ password: '' });
    expect(body).not.toContain('Y2FuYXJ5');
    expect((await get('/apis/metrics.k8s.io/v1beta1/nodes')).object.items[0].usage).toEqual({
      cpu: '250m',
      memory: '1073741824',
    });
    expect((await get('/apis/db.test/v1/namespaces/shop/policies/nightly')).object.spec).toEqual({ keep: 3 });
  });

  it('what the bundle does not speak of is refused, what it may have in part is served with a warning', async () => {
    const refused = await get('/apis/networking.k8s.io/v1/networkpolicies');
    expect([refused.status, refused.object.reason]).toEqual([403, 'Forbidden']);
    expect((await get('/api/v1/pods')).warning).toBeNull();
    expect((await get('/api/v1/events')).warning).toContain('does not say that these are all events');
    expect((await get('/api/v1/namespaces/shop/pods/nope')).status).toBe(404);
    expect((await get('/apis/unknown.test/v1/things')).status).toBe(404);
    expect((await get('/api/v1/namespaces/%zz/pods')).status).toBe(400);
  });

  it('tables for those who ask for them, with ages by the clock of the bundle', async () => {
    const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
    const { object } = await get('/api/v1/namespaces/shop/pods', accept);
    expect(object.rows.map((row: { cells: string[] }) => row.cells.slice(0, 5))).toEqual([
      ['web-1', '0/1', 'Running', '0', '120m'],
      ['web-2', '0/1', 'ImagePullBackOff', '3', '120m'],
    ]);
    expect((await get('/api/v1/namespaces/shop/events', accept)).object.rows[0].cells).toEqual([
      '5m',
      'Warning',
      'Failed',
      'pod/web-2',
      'Failed to pull image',
    ]);
  });

  it('kinds of add-ons stand in their own groups, under their own names', async () => {
    const gateway = (await get('/apis/networking.istio.io/v1/namespaces/shop/gateways/front')).object;
    expect([gateway.apiVersion, gateway.kind]).toEqual(['networking.istio.io/v1', 'Gateway']);
    const route = (await get('/apis/route.openshift.io/v1/namespaces/shop/routes/front')).object;
    expect([route.kind, route.spec.host]).toEqual(['Route', 'shop.test']);
    const core = (await get('/api/v1')).object.resources.map(({ name }: { name: string }) => name);
    expect(core).toContain('pods');
    expect(core).not.toContain('routes');
    expect((await get('/apis/metallb.io/v1beta1')).status).toBe(404);
  });

  it('a watch ends at once', async () => {
    expect(await get('/api/v1/pods?watch=true')).toMatchObject({ status: 200, body: '' });
  });
});

describe('texts', () => {
  it('logs whole and by their last lines', async () => {
    expect((await get('/api/v1/namespaces/shop/pods/web-1/log?container=app')).body).toBe(
      'line one\nline two\nline three\n',
    );
    expect((await get('/api/v1/namespaces/shop/pods/web-1/log?tailLines=2')).body).toBe('line two\nline three\n');
    expect((await get('/api/v1/namespaces/shop/pods/web-1/log?previous=true')).status).toBe(400);
  });
  it('raw paths that somebody asked for', async () => {
    expect((await get('/readyz?verbose')).body).toContain('readyz check passed');
  });
});

describe('who may ask', () => {
  it('nobody under another name, nothing but reading', async () => {
    const status = (options: object) =>
      new Promise<number | undefined>((resolve, reject) => {
        request(`${served.url}/api`, options, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    expect(await status({})).toBe(200);
    expect(await status({ headers: { host: 'evil.test' } })).toBe(403);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(await status({ method })).toBe(405);
  });
});

describe('selectors', () => {
  it.each([
    ['a=1', true],
    ['a==1,b!=1', true],
    ['a in (1, 2),b', true],
    ['a notin (1)', false],
    ['!c', true],
    ['!a', false],
    ['c', false],
    ['a=1=', false],
    ['(', false],
  ])('labels %s: %s', (selector, fits) => expect(matchesLabelSelector(selector, { a: '1', b: '2' })).toBe(fits));
  it.each([
    ['metadata.name=x', true],
    ['metadata.name!=x', false],
    ['spec.on=true,metadata.none=', true],
    ['metadata.constructor!=', false],
    ['metadata', false],
  ])('fields %s: %s', (selector, fits) =>
    expect(matchesFieldSelector(selector, { metadata: { name: 'x' }, spec: { on: true } })).toBe(fits),
  );
});

it.each([
  ['2026-03-01T11:58:30Z', '90s'],
  ['2026-03-01T11:55:40Z', '4m20s'],
  ['2026-03-01T10:30:00Z', '90m'],
  ['2026-02-28T00:00:00Z', '36h'],
  ['2026-02-01T12:00:00Z', '28d'],
  ['2027-01-01T00:00:00Z', '0s'],
  ['2026-03-01T11:58:30', '90s'],
  ['never', '<unknown>'],
])('age since %s is %s', (since, text) => expect(age(since, Date.parse('2026-03-01T12:00:00Z'))).toBe(text));

const kubectl = spawnSync('sh', ['-c', 'command -v kubectl']).status === 0;
it.skipIf(!kubectl)(
  'the real kubectl gets, describes, selects and reads logs',
  async () => {
    const ask = async (...args: string[]) => {
      const env = { ...process.env, HOME: folder, KUBECONFIG: '/dev/null' };
      const { stdout } = await promisify(execFile)('kubectl', [`--server=${served.url}`, ...args], { env });
      return stdout;
    };
    expect(await ask('get', 'pods', '-A')).toMatch(/^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE\ndata +db-0 /);
    expect(await ask('get', 'po', '-n', 'shop', '-l', 'app=web', '-o', 'name')).toBe('pod/web-1\npod/web-2\n');
    expect(await ask('describe', 'pod', 'web-2', '-n', 'shop')).toMatch(
      /Reason: +ImagePullBackOff[^]*Failed to pull image/,
    );
    expect(await ask('logs', 'web-1', '-n', 'shop', '--tail=1')).toBe('line three\n');
    // Of which a table counts the containers and names none.
    expect(await ask('logs', 'job-1', '-n', 'ops')).toBe('working\n');
    expect(await ask('get', 'policies.db.test', '-n', 'shop')).toContain('nightly');
    expect(await ask('top', 'nodes')).toContain('250m');
    await expect(ask('get', 'networkpolicies', '-A')).rejects.toThrow(/Forbidden/);
  },
  60_000,
);
