import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dump } from 'js-yaml';
import parser from '../../src/parsers/kubernetes-yaml.ts';
import { readWith, sniffed } from './kubernetes/read.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web-0
  namespace: shop
spec:
  containers:
  - name: c
    args:
    - |
      items:
      - apiVersion: v1
      ---inside
    image: registry.example/web:1
`;
const LIST = `apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    managedFields:
    - apiVersion: v1
      fieldsV1:
        f:x: {}
    name: a
    namespace: shop
- apiVersion: v1
  kind: Pod
  metadata:
    name: b
    namespace: shop
kind: List
metadata:
  resourceVersion: ""
`;
const names = (out: Awaited<ReturnType<typeof readWith>>) =>
  out.objects.map(({ object, place }) => [object.kind, object.metadata.name, place.pointer, place.line]);

describe('what is read', () => {
  it('one object', async () => {
    const out = await readWith(parser, POD);
    expect(names(out)).toEqual([['Pod', 'web-0', '', 1]]);
    expect(out.objects[0]?.object.spec.containers[0].args).toEqual(['items:\n- apiVersion: v1\n---inside\n']);
    expect(out.unread).toEqual([]);
  });

  it('what a kind without a shape says of its own state', async () => {
    const head = 'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: shop-tls\n  namespace: shop\n';
    const text = `${head}status:
  conditions:
  - reason: IssuerNotFound
    message: 'Referenced "ClusterIssuer" not found'
    status: "False"
    type: Ready
`;
    const { facts, unread } = await readWith(parser, `${head}---\n${text}---\n${POD}`);
    expect(facts).toMatchObject([
      [
        'customResources',
        {
          resourceKind: 'Certificate',
          apiVersion: 'cert-manager.io/v1',
          name: 'shop-tls',
          namespace: 'shop',
          conditions: [{ type: 'Ready', status: 'False', reason: 'IssuerNotFound', source: { line: 15 } }],
        },
      ],
    ]);
    expect(unread).toEqual([]);
    const [[, waiting] = []] = (
      await readWith(parser, `${head}status:\n  state: pending\n  reason: no address is left\n`)
    ).facts;
    expect(waiting).toMatchObject({ state: 'pending', message: 'no address is left', source: { line: 8 } });
  });

  it('a snapshot that is not ready says what went wrong last', async () => {
    const text = (ready: boolean): string =>
      `apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata:\n  name: nightly\nstatus:\n  error:\n    message: no such class\n  readyToUse: ${ready}\n`;
    const [[, failed] = []] = (await readWith(parser, text(false))).facts;
    expect(failed).toMatchObject({ state: 'error', message: 'no such class', source: { line: 7 } });
    expect((await readWith(parser, text(true))).facts).toEqual([]);
  });

  it('several documents, some of them empty', async () => {
    const text = `# Source: chart/templates/a.yaml\n---\n${POD}---\n# nothing\n---\n${POD.replace('web-0', 'web-1')}---\n`;
    expect(names(await readWith(parser, text))).toEqual([
      ['Pod', 'web-0', '', 3],
      ['Pod', 'web-1', '', 20],
    ]);
  });

  it('outputs that were appended to one another, without a line between them', async () => {
    const two = await readWith(parser, POD + POD.replace('web-0', 'web-1'));
    expect(names(two).map(([, name]) => name)).toEqual(['web-0', 'web-1']);
    const lists = await readWith(parser, LIST + LIST.replace('name: a', 'name: c'));
    expect(names(lists).map(([, name]) => name)).toEqual(['a', 'b', 'c', 'b']);
    expect([...two.unread, ...lists.unread]).toEqual([]);
  });

  it('a List as kubectl writes it, and as people indent it', async () => {
    const out = await readWith(parser, LIST, { command: 'kubectl get pods -n shop -o yaml' });
    expect(names(out)).toEqual([
      ['Pod', 'a', '/items/0', 3],
      ['Pod', 'b', '/items/1', 12],
    ]);
    expect(out.objects[0]?.object.metadata).toEqual({ name: 'a', namespace: 'shop' });
    expect(out.listings).toEqual([{ kind: 'Pod', namespace: 'shop', complete: true }]);
    const indented = LIST.replace(/^(- | {2}(?!resource))/gm, '  $1');
    expect(names(await readWith(parser, indented)).length).toBe(2);
    expect((await readWith(parser, indented)).objects.map(({ object }) => object)).toEqual(
      out.objects.map(({ object }) => object),
    );
  });

  it('a typed list that names its kind at the end', async () => {
    const text =
      'apiVersion: apps/v1\nitems:\n- metadata:\n    name: d\n    namespace: shop\nkind: DeploymentList\nmetadata: {}\n';
    const out = await readWith(parser, text);
    expect(names(out)).toEqual([['Deployment', 'd', '/items/0', 3]]);
    expect(out.listings).toEqual([{ kind: 'Deployment', namespace: 'shop', complete: true }]);
  });

  it('empty lists', async () => {
    const out = await readWith(parser, 'apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: ""\n', {
      command: 'kubectl get networkpolicies -A -o yaml',
    });
    expect(out.empty).toEqual(['networkPolicies']);
    expect(out.listings).toEqual([{ kind: 'NetworkPolicy', complete: true }]);
  });

  it('a bare sequence', async () => {
    const text =
      '- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: b\n';
    expect(names(await readWith(parser, text)).map(([, name, pointer]) => [name, pointer])).toEqual([
      ['a', '/0'],
      ['b', '/1'],
    ]);
  });

  it('scalars as Kubernetes reads them', async () => {
    const text = `${POD}  a: yes\n  b: 0777\n  c: 2024-01-02T03:04:05Z\n  d: 22:22\n  e: "on"\n  f: 1e3\n  g: 010m\n`;
    const [first] = (await readWith(parser, text)).objects;
    expect(first?.object.spec).toMatchObject({
      a: true,
      b: 511,
      c: '2024-01-02T03:04:05Z',
      d: '22:22',
      e: 'on',
      f: 1000,
      g: '010m',
    });
  });

  it('CRLF and a whole text that is indented', async () => {
    const { objects } = await readWith(parser, POD);
    for (const text of [POD.replaceAll('\n', '\r\n'), POD.replace(/^/gm, '    ')]) {
      expect((await readWith(parser, text)).objects).toEqual(objects);
    }
  });
});

describe('fragments', () => {
  const STATUS = `status:
  addresses:
  - address: 10.0.0.7
    type: InternalIP
  - address: worker-7
    type: Hostname
  allocatable:
    cpu: "4"
  nodeInfo:
    kubeletVersion: v1.31.0
`;

  it('a status whose kind is unmistakable', async () => {
    expect(sniffed(parser, STATUS)).toBe(true);
    expect(names(await readWith(parser, STATUS))).toEqual([['Node', 'worker-7', '', 1]]);
    const { objects } = await readWith(parser, STATUS.replace('status:\n', ''));
    expect(objects[0]?.object).toMatchObject({ kind: 'Node', status: { allocatable: { cpu: '4' } } });
  });

  it('the name and kind from the command', async () => {
    const command = 'kubectl get pod web-0 -n shop -o yaml';
    const text = 'status:\n  phase: Pending\n';
    expect(sniffed(parser, text, { command })).toBe(true);
    const { objects } = await readWith(parser, text, { command });
    expect(objects[0]?.object).toEqual({
      kind: 'Pod',
      metadata: { name: 'web-0', namespace: 'shop' },
      status: { phase: 'Pending' },
    });
  });

  it('a status of a pod without its name', async () => {
    const status = (message: string) =>
      `status:\n  containerStatuses:\n  - name: app\n    restartCount: 3\n    state:\n      waiting:\n        message: ${message}\n        reason: CrashLoopBackOff\n`;
    const named = 'back-off 5m0s restarting failed container=app pod=web-0_shop(0f1c2d3e-aaaa)';
    const read = async (text: string) => (await readWith(parser, status(text))).objects[0]?.object;
    expect(await read(named)).toMatchObject({ kind: 'Pod', metadata: { name: 'web-0' } });
    expect(await read('back-off')).toMatchObject({ kind: 'Pod', metadata: { name: '(unnamed)' } });
  });

  it('a status of a pod without containers, with and without its heading', async () => {
    const body = 'message: no room\nphase: Failed\nreason: OutOfcpu\nstartTime: "2026-03-01T12:00:00Z"\n';
    const text = `status:\n${body.replaceAll(/^(?=.)/gm, '  ')}`;
    expect(sniffed(parser, text)).toBe(true);
    expect((await readWith(parser, text)).objects[0]?.object).toMatchObject({
      kind: 'Pod',
      metadata: { name: '(unnamed)' },
      status: { reason: 'OutOfcpu' },
    });
    const bare = 'conditions: []\nphase: Pending\nqosClass: Burstable\n';
    expect(sniffed(parser, bare)).toBe(true);
    expect((await readWith(parser, bare)).objects[0]?.object).toMatchObject({ status: { phase: 'Pending' } });
  });

  it('the status of a Job that gave up', async () => {
    const text = `status:
  conditions:
  - lastTransitionTime: "2026-03-01T10:00:00Z"
    message: Job has reached the specified backoff limit
    reason: BackoffLimitExceeded
    status: "True"
    type: Failed
  failed: 5
`;
    expect((await readWith(parser, text)).objects[0]?.object).toMatchObject({
      kind: 'Job',
      metadata: { name: '(unnamed)' },
      status: { failed: 5 },
    });
  });

  it('the status of a Deployment, named by its newest ReplicaSet', async () => {
    const text = `status:
  conditions:
  - message: Deployment does not have minimum availability.
    reason: MinimumReplicasUnavailable
    status: "False"
    type: Available
  - message: ReplicaSet "web-7f6c5d8b9" has timed out progressing.
    reason: ProgressDeadlineExceeded
    status: "False"
    type: Progressing
  replicas: 1
  unavailableReplicas: 1
`;
    expect((await readWith(parser, text)).objects[0]?.object).toMatchObject({
      kind: 'Deployment',
      metadata: { name: 'web' },
      status: { replicas: 1 },
    });
  });

  it('conditions of a pod that was not placed', async () => {
    const text = `status:
  conditions:
  - message: '0/3 nodes are available: 3 Insufficient cpu.'
    reason: Unschedulable
    status: "False"
    type: PodScheduled
`;
    expect(sniffed(parser, text)).toBe(true);
    expect((await readWith(parser, text)).objects[0]?.object).toMatchObject({
      kind: 'Pod',
      metadata: { name: '(unnamed)' },
    });
  });

  it('what nothing tells is listed', async () => {
    const { objects, unread } = await readWith(parser, 'status:\n  phase: Bound\n');
    expect(objects).toEqual([]);
    expect(unread).toEqual([['an object of a kind that nothing tells', 1]]);
    const pod = await readWith(parser, 'status:\n  containerStatuses: []\n');
    expect(pod.unread).toEqual([['an object of kind Pod without a name', 1]]);
  });
});

describe('broken input', () => {
  it('a broken document costs only itself', async () => {
    const out = await readWith(parser, `${POD}---\nkind: Pod\n\tmetadata: [}\n---\n${POD.replace('web-0', 'web-1')}`);
    expect(names(out).map(([, name]) => name)).toEqual(['web-0', 'web-1']);
    expect(out.unread.length).toBeGreaterThan(0);
    expect(out.unread[0]?.[0]).toMatch(/^not valid YAML: /);
  });

  it('a broken item costs only itself, and the list is not complete', async () => {
    const text = LIST.replace('    name: b\n', '    name: "b\n');
    const out = await readWith(parser, text, { command: 'kubectl get pods -n shop -o yaml' });
    expect(names(out)[0]?.[1]).toBe('a');
    expect(out.unread[0]?.[0]).toMatch(/^not valid YAML: /);
    expect(out.listings[0]).toMatchObject({ kind: 'Pod', complete: false });
  });

  it('what stands before a cut is read', async () => {
    const out = await readWith(parser, `${POD}status:\n  phase: Running\n  conditions: [{type: Rea`);
    expect(names(out)).toEqual([['Pod', 'web-0', '', 1]]);
    expect(out.objects[0]?.object.spec.containers[0].image).toBe('registry.example/web:1');
    expect(out.unread[0]?.[0]).toMatch(/what can be read of it was$/);
  });

  it('lines that stand for what was left out', async () => {
    for (const gap of ['...', '  ...', '    [...]', '  <snip>', '  (output truncated)']) {
      const out = await readWith(parser, `${POD}${gap}\nstatus:\n  phase: Running\n${gap}\n`);
      expect(out.objects[0]?.object.status).toMatchObject({ phase: 'Running' });
    }
  });

  it('values that a redactor masked', async () => {
    const out = await readWith(parser, `${POD}status:\n  podIP: ***HIDDEN***\n  phase: Running\n`);
    expect(out.objects[0]?.object.status).toEqual({ podIP: '***HIDDEN***', phase: 'Running' });
  });

  it('an alias bomb', async () => {
    const bomb = Array.from({ length: 40 }, (_, i) => `  k${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`).join(
      '\n',
    );
    const out = await readWith(parser, `${POD}---\nkind: Pod\nmetadata:\n  k0: &a0 [x]\n${bomb}\n`);
    expect(names(out).map(([, name]) => name)).toEqual(['web-0']);
    expect(out.unread.length).toBeGreaterThan(0);
  });

  it('a document without end is skipped and the next is read', async () => {
    const text = `kind: ConfigMap\ndata:\n${'  k: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n'.repeat(200_000)}---\n${POD}`;
    const out = await readWith(parser, text);
    expect(out.unread).toEqual([['the document is longer than 8 MiB, skipped', 1]]);
    expect(names(out).map(([, name]) => name)).toEqual(['web-0']);
  });

  it('never throws', async () => {
    const words = fc.constantFrom(
      'items:',
      '- ',
      '  ',
      '\n',
      '---\n',
      'kind: Pod',
      'metadata:',
      'name: a',
      '|',
      '"',
      '{',
      '*a',
      '&a ',
      '#',
      '\t',
      '!x ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 40 }), async (parts) => {
        const out = await readWith(parser, parts.join(''), { chunk: 7 });
        expect(out.objects.every(({ object }) => typeof object.kind === 'string')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

it('gives back what was dumped, wherever the chunks are cut', async () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom('---', '- a', 'items:', '...'),
  );
  const spec = fc.dictionary(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), fc.oneof(value, fc.array(value)));
  await fc.assert(
    fc.asyncProperty(
      fc.array(spec, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 60 }),
      async (specs, chunk) => {
        const items = specs.map((data, i) => ({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: `p${i}` },
          spec: data,
        }));
        const text = dump({ apiVersion: 'v1', items, kind: 'List' }, { noRefs: true });
        const out = await readWith(parser, text, { chunk });
        expect(out.unread).toEqual([]);
        expect(out.objects.map(({ object }) => object)).toEqual(items);
      },
    ),
    { numRuns: 150 },
  );
});

describe('whose YAML it is', () => {
  it.each([
    ['an object', POD],
    ['a List', LIST],
    ['a manifest with comments', `# Source: x\n---\n# y\n${POD}`],
    ['kind first', 'kind: Service\napiVersion: v1\nmetadata:\n  name: s\n'],
    ['an item of a typed dump', 'metadata:\n  name: p\nspec:\n  containers:\n  - image: x\n'],
    ['an indented paste', POD.replace(/^/gm, '      ')],
  ])('takes %s', (_, text) => expect(sniffed(parser, text)).toBe(true));

  it.each([
    ['describe', 'Name:         web-0\nNamespace:    shop\nData\n====\nx:\n----\napiVersion: v1\nkind: Pod\n'],
    ['compose', 'services:\n  web:\n    image: x\n'],
    ['values', 'replicaCount: 1\nimage:\n  repository: x\n'],
    [
      'another system',
      'node: 10.0.0.1\nmetadata:\n  namespace: network\n  type: AddressSpecs\n  id: x\nspec:\n  address: y\n',
    ],
    ['an audit log', 'apiVersion: audit.k8s.io/v1\nkind: Event\nlevel: Metadata\n'],
    ['a table', 'NAME    READY   STATUS\nweb-0   1/1     Running\n'],
    ['a log', 'time="2024-01-01" level=info msg="kind: Pod"\n'],
    ['nothing', ''],
  ])('leaves %s', (_, text) => expect(sniffed(parser, text)).toBe(false));
});

describe('a part of an object that nobody named', () => {
  const FRAGMENT = `status:
  phase: Terminating
  conditions:
    - type: NamespaceDeletionDiscoveryFailure
      status: 'True'
      reason: DiscoveryFailed
      message: >-
        Discovery failed for some groups, 1 failing: unable to retrieve the
        complete list of server APIs: things.example.org/v1: the server is gone
`;
  it('tells its messages, unfolded and with their lines', async () => {
    expect(sniffed(parser, FRAGMENT)).toBe(true);
    const { texts } = await readWith(parser, FRAGMENT);
    expect(texts).toMatchObject([
      {
        firstLine: 8,
        lines: [
          'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: things.example.org/v1: the server is gone',
        ],
      },
    ]);
  });
});

describe('conditions cut out of a status', () => {
  const CONDITIONS = `...
  - lastTransitionTime: "2026-03-01T08:00:00Z"
    message: node n1 is late
    reason: Late
    status: "True"
    type: NodeDegraded
`;
  it('are those of the object that the command names', async () => {
    const { objects } = await readWith(parser, CONDITIONS, { command: 'oc get mcp worker -o yaml' });
    expect(objects[0]?.object).toMatchObject({
      kind: 'MachineConfigPool',
      metadata: { name: 'worker' },
      status: { conditions: [{ type: 'NodeDegraded', message: 'node n1 is late' }] },
    });
  });
  it('tell their messages when nobody is named', async () => {
    const { objects, texts } = await readWith(parser, CONDITIONS, { command: 'oc get mcp -o yaml' });
    expect(objects).toEqual([]);
    expect(texts).toMatchObject([{ firstLine: 3, lines: ['node n1 is late'] }]);
  });
});

describe('one condition cut out of a status', () => {
  const CONDITION = `  message: 'Some content in the namespace has finalizers remaining:
    things.example.org/finalizer in 2 resource instances'
  reason: SomeFinalizersRemain
  type: NamespaceFinalizersRemaining
`;
  it('tells its message, whatever command stands above', async () => {
    expect(sniffed(parser, CONDITION)).toBe(true);
    const { objects, texts } = await readWith(parser, CONDITION, { command: 'kubectl get namespace shop -o yaml' });
    expect(objects).toEqual([]);
    expect(texts[0]?.lines).toEqual([
      'Some content in the namespace has finalizers remaining: things.example.org/finalizer in 2 resource instances',
    ]);
  });
});
