import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import parser from '../../src/parsers/kubernetes-json.ts';
import { readWith, sniffed } from './kubernetes/read.ts';

const pod = (name: string, namespace = 'shop') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: 'a}"{[\\' } },
  spec: { containers: [{ name: 'c', args: ['{"items": [', ']}'] }] },
  status: { phase: 'Running' },
});
const list = (items: unknown[], more: object = {}) => ({
  apiVersion: 'v1',
  items,
  kind: 'List',
  metadata: {},
  ...more,
});
const bare = ({ kind: _, apiVersion: __, ...rest }: ReturnType<typeof pod>) => rest;
/** 1-based line on which a word stands first. */
const lineOf = (lines: string, word: string) => lines.slice(0, lines.indexOf(word)).split('\n').length;
const text = (value: unknown, indent = 4) => JSON.stringify(value, null, indent);

describe('what is read', () => {
  it('one object', async () => {
    const { objects, listings, unread } = await readWith(parser, text(pod('web-0')), {
      command: 'kubectl get pod web-0 -n shop -o json',
    });
    expect(objects).toEqual([{ object: pod('web-0'), place: { detail: 'full', pointer: '', line: 1 } }]);
    expect([listings, unread]).toEqual([[], []]);
  });

  it('a List, with pointers and lines, also inside a larger file', async () => {
    const json = text(list([pod('a'), pod('b')]));
    const { objects } = await readWith(parser, json, { origin: { firstLine: 101 } });
    expect(objects.map(({ object, place }) => [object.metadata.name, place.pointer, place.line])).toEqual([
      ['a', '/items/0', 104],
      // The object starts four lines above its name.
      ['b', '/items/1', 100 + lineOf(json, '"name": "b"') - 4],
    ]);
  });

  it('minified lists, arrays, objects one after the other and one per line', async () => {
    for (const json of [
      JSON.stringify(list([pod('a'), pod('b')])),
      JSON.stringify([pod('a'), pod('b')]),
      text(pod('a')) + '\n' + text(pod('b')),
      JSON.stringify(pod('a')) + '\n' + JSON.stringify(pod('b')) + '\n',
      JSON.stringify(list([list([pod('a')]), pod('b')])),
    ]) {
      const { objects, unread } = await readWith(parser, json, { whole: true });
      expect(objects.map(({ object }) => object)).toEqual([pod('a'), pod('b')]);
      const kept = await readWith(parser, json);
      expect(kept.objects.map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
      expect(unread).toEqual([]);
    }
  });

  it('items of a typed list, wherever the list says its kind', async () => {
    const items = [bare(pod('a')), bare(pod('b'))];
    for (const typed of [
      { kind: 'PodList', apiVersion: 'v1', items },
      { apiVersion: 'v1', items, kind: 'PodList' },
    ]) {
      const { objects, listings } = await readWith(parser, text(typed));
      expect(objects.map(({ object, place }) => [object.kind, place.pointer])).toEqual([
        ['Pod', '/items/0'],
        ['Pod', '/items/1'],
      ]);
      expect(listings).toEqual([{ kind: 'Pod', namespace: 'shop', complete: true }]);
    }
  });

  it('the kind of bare objects from selfLink, command, path or unmistakable fields', async () => {
    const service = { metadata: { name: 's', selfLink: '/api/v1/namespaces/shop/services/s' }, spec: {} };
    const claim = { metadata: { name: 'c' }, spec: {} };
    const kinds = async (value: unknown, given = {}) =>
      (await readWith(parser, text(value), given)).objects.map(({ object }) => object.kind);
    expect(await kinds([service])).toEqual(['Service']);
    expect(await kinds([claim], { command: 'kubectl get pvc -o json' })).toEqual(['PersistentVolumeClaim']);
    expect(await kinds([claim], { origin: { file: 'x/pod-disruption-budgets/shop.json' } })).toEqual([
      'PodDisruptionBudget',
    ]);
    expect(await kinds([bare(pod('a'))])).toEqual(['Pod']);
    const { objects, unread } = await readWith(parser, text([claim, claim]), { origin: { file: 'what.json' } });
    expect(objects).toEqual([]);
    expect(unread).toEqual([['2 objects of a kind that nothing tells', 2]]);
  });

  it('kinds of the same name in other groups apart', async () => {
    const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 's' } };
    const { objects, listings } = await readWith(parser, text(list([knative])));
    expect(objects[0]?.object.kind).toBe('Service.serving.knative.dev');
    expect(listings).toEqual([]);
  });

  it('cuts the objects of a list to their shape while it reads, also with escapes and text beyond ASCII', async () => {
    const noisy = pod('a') as any;
    noisy.metadata.managedFields = [{ fieldsV1: { 'f:x': '}]' } }];
    noisy.metadata.annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"a":"\\"}"}\n',
      примечание: 'a "quote"\n\u2028',
    };
    const { objects, listings } = await readWith(parser, text(list([noisy])));
    expect(objects[0]?.object.metadata).toMatchObject({
      name: 'a',
      annotations: { примечание: 'a "quote"\n\u2028' },
    });
    expect(objects[0]?.object.metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']).toBeUndefined();
    expect(objects[0]?.object.metadata.managedFields).toBeUndefined();
    expect(listings).toHaveLength(1);
  });

  it('keeps the objects of a list whole when they are wanted so', async () => {
    const noisy = pod('a') as any;
    noisy.metadata.selfLink = '/a';
    const { objects } = await readWith(parser, text(list([noisy])), { whole: true });
    expect(objects[0]?.object.metadata.selfLink).toBe('/a');
  });
});

describe('listings', () => {
  const listingsOf = async (value: unknown, command?: string, file?: string) => {
    const origin = file === undefined ? {} : { origin: { file } };
    return (await readWith(parser, text(value), { ...origin, ...(command === undefined ? {} : { command }) })).listings;
  };

  it('are complete for what the command asked for', async () => {
    const pods = list([pod('a'), pod('b', 'other')]);
    expect(await listingsOf(pods, 'kubectl get pods -A -o json')).toEqual([{ kind: 'Pod', complete: true }]);
    expect(await listingsOf(list([pod('a')]), 'kubectl get po -n shop -o json')).toEqual([
      { kind: 'Pod', namespace: 'shop', complete: true },
    ]);
    expect(await listingsOf(list([pod('a')]), 'kubectl get po,svc -n shop -o json')).toEqual([
      { kind: 'Pod', namespace: 'shop', complete: true },
      { kind: 'Service', namespace: 'shop', complete: true },
    ]);
    expect(await listingsOf(list([pod('a')]), 'kubectl get pods -o json')).toEqual([
      { kind: 'Pod', namespace: 'shop', complete: true },
    ]);
    expect(await listingsOf(list([]), 'kubectl get nodes -o json')).toEqual([{ kind: 'Node', complete: true }]);
    expect(await listingsOf(list([]), 'kubectl get --raw /api/v1/namespaces/shop/pods', 'pods.json')).toEqual([
      { kind: 'Pod', namespace: 'shop', complete: true },
    ]);
  });

  it('are not complete when something narrowed them', async () => {
    const complete = async (value: unknown, command?: string) => (await listingsOf(value, command))[0]?.complete;
    const one = list([pod('a')]);
    expect(await complete(one, 'kubectl get pods -n shop -l app=a -o json')).toBe(false);
    expect(await complete(one, 'kubectl get pods -n shop --field-selector status.phase=Running -o json')).toBe(false);
    expect(await complete(one, 'kubectl get pods a b -n shop -o json')).toBe(false);
    expect(await complete(list([pod('a')], { metadata: { continue: 'x' } }), 'kubectl get pods -A -o json')).toBe(
      false,
    );
    expect(await complete(list([pod('a')], { metadata: { remainingItemCount: 7 } }), 'kubectl get po -A -o json')).toBe(
      false,
    );
    // Nothing found in a namespace that nobody names.
    expect(await complete(list([]), 'kubectl get pods -o json')).toBe(false);
    // A List that nobody asked for may be a manifest.
    expect(await complete(one)).toBe(false);
  });

  it('are complete in what `get all` printed, saved under any name', async () => {
    const some = (kind: string, name: string, namespace: string) => ({ ...pod(name, namespace), kind });
    const api = some('Service', 'kubernetes', 'default');
    const got = [pod('a'), some('ReplicaSet', 'a', 'shop'), api, some('ConfigMap', 'a', 'shop')];
    expect(await listingsOf(list(got), undefined, 'everything.json')).toEqual([
      { kind: 'Pod', namespace: 'shop', complete: true },
      { kind: 'ReplicaSet', namespace: 'shop', complete: true },
      { kind: 'Service', namespace: 'default', complete: true },
      { kind: 'ConfigMap', namespace: 'shop', complete: false },
    ]);
    const anywhere = await listingsOf(list([...got, pod('b', 'other')]), undefined, 'everything.json');
    expect(anywhere[1]).toEqual({ kind: 'ReplicaSet', complete: true });
    // Without the Service that every cluster has it may be what a selector left.
    const selected = await listingsOf(list([pod('a'), some('ReplicaSet', 'a', 'shop'), some('Service', 'a', 'shop')]));
    expect(selected.map(({ complete }) => complete)).toEqual([false, false, false]);
  });

  it('say what is empty', async () => {
    expect((await readWith(parser, text(list([])), { command: 'kubectl get svc -n shop -o json' })).empty).toEqual([
      'services',
    ]);
  });
});

describe('what is not data', () => {
  it('a Status is a failed command', async () => {
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      message: 'pods is forbidden: User "u" cannot list resource "pods"',
      reason: 'Forbidden',
      details: { kind: 'pods' },
      code: 403,
    };
    const { facts, objects } = await readWith(parser, text(status), { command: 'kubectl get --raw /api/v1/pods' });
    expect(objects).toEqual([]);
    expect(facts).toEqual([
      ['commandFailures', expect.objectContaining({ reason: 'forbidden', area: 'pods', message: status.message })],
    ]);
    const { facts: missing } = await readWith(
      parser,
      text({ ...status, reason: 'NotFound', message: 'the server could not find the requested resource' }),
    );
    expect(missing[0]?.[1].reason).toBe('no-such-resource');
  });

  it('the Go field names of old dumps are the API’s', async () => {
    const old = text({
      selfLink: '/api/v1/namespaces/shop/pods',
      resourceVersion: '1',
      Items: [
        {
          name: 'web-0',
          namespace: 'shop',
          selfLink: '/api/v1/namespaces/shop/pods/web-0',
          creationTimestamp: '2018-03-07T09:00:00Z',
          labels: { App: 'web' },
          Spec: {
            Containers: [
              {
                Name: 'app',
                Image: 'web:1',
                Ports: [{ ContainerPort: 80, HostPort: 0, HostIP: '' }],
                Resources: { Limits: { CPU: '1' }, Requests: null },
                LivenessProbe: { HTTPGet: { Path: '/', Port: 80 }, TCPSocket: null },
              },
            ],
            DNSPolicy: 'Default',
            SecurityContext: { HostNetwork: true, HostPID: false },
          },
          Status: {
            PodIP: '10.0.0.9',
            QOSClass: 'BestEffort',
            ContainerStatuses: [
              { Name: 'app', RestartCount: 0, LastTerminationState: { Terminated: { ExitCode: 0, Signal: 0 } } },
            ],
          },
        },
      ],
    });
    expect(sniffed(parser, old)).toBe(true);
    const { unread, objects, listings } = await readWith(parser, `${old}\nCluster info dumped to standard output\n`);
    expect(unread).toEqual([]);
    expect(listings).toEqual([expect.objectContaining({ kind: 'Pod', namespace: 'shop', complete: true })]);
    expect(objects[0]?.object).toEqual({
      kind: 'Pod',
      metadata: {
        name: 'web-0',
        namespace: 'shop',
        selfLink: '/api/v1/namespaces/shop/pods/web-0',
        creationTimestamp: '2018-03-07T09:00:00Z',
        labels: { App: 'web' },
      },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'web:1',
            ports: [{ containerPort: 80 }],
            resources: { limits: { CPU: '1' } },
            livenessProbe: { httpGet: { path: '/', port: 80 } },
          },
        ],
        dnsPolicy: 'Default',
        securityContext: { hostNetwork: true, hostPID: false },
        hostNetwork: true,
      },
      status: {
        podIP: '10.0.0.9',
        qosClass: 'BestEffort',
        containerStatuses: [{ name: 'app', restartCount: 0, lastState: { terminated: { exitCode: 0 } } }],
      },
    });
  });

  it('a struct of a program that nests its metadata', async () => {
    const object = text({
      TypeMeta: {},
      ObjectMeta: { name: 'csr-1' },
      Spec: { SignerName: 'example.org/x' },
      Status: {},
    });
    expect(sniffed(parser, object)).toBe(true);
    const { objects, unread } = await readWith(parser, object, {
      origin: { file: 'config/certificatesigningrequests/csr-1.json' },
    });
    expect(unread).toEqual([]);
    expect(objects.map(({ object: read }) => read)).toEqual([
      {
        kind: 'CertificateSigningRequest',
        metadata: { name: 'csr-1' },
        spec: { signerName: 'example.org/x' },
        status: {},
      },
    ]);
  });

  it('events of which only time, reason and message were kept', async () => {
    const kept = { namespace: 'shop', lastTimestamp: '2025-03-07T09:00:00Z', reason: 'Failed', message: 'no' };
    expect(sniffed(parser, text({ items: [kept] }))).toBe(true);
    const { objects, unread } = await readWith(parser, text({ items: [kept] }));
    expect(objects.map(({ object }) => (object as { kind: string }).kind)).toEqual(['Event']);
    expect(unread).toEqual([]);
  });

  it('an object of a foreign kind says so in its link', async () => {
    const selfLink = '/apis/config.openshift.io/v1/ingresses/cluster';
    const { objects, unread } = await readWith(
      parser,
      text({ metadata: { name: 'cluster', selfLink, uid: 'u', resourceVersion: '1' } }),
      { origin: { file: 'config/ingress.json' } },
    );
    expect(objects.map(({ object }) => (object as { kind: string }).kind)).toEqual(['ingresses.config.openshift.io']);
    expect(unread).toEqual([]);
  });

  it('text round the JSON is handed on, logs of a dump are scanned', async () => {
    const dump = [
      'Warning: v1 ComponentStatus is deprecated in v1.19+',
      text(list([pod('a')])),
      '==== START logs for container c of pod shop/a ====',
      '{"level":"error"}',
      '',
      'last words',
      '==== END logs for container c of pod shop/a ====',
      text(pod('b')),
      'Error from server (NotFound): pods "x" not found',
    ].join('\n');
    const { objects, texts, logs } = await readWith(parser, dump);
    expect(objects.map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
    expect(logs).toEqual([
      {
        origin: { file: 'a', firstLine: lineOf(dump, '{"level"'), namespace: 'shop', pod: 'a', container: 'c' },
        text: '{"level":"error"}\n\nlast words\n',
      },
    ]);
    expect(texts).toEqual([
      { firstLine: 1, lines: ['Warning: v1 ComponentStatus is deprecated in v1.19+'] },
      { firstLine: lineOf(dump, 'Error from'), lines: ['Error from server (NotFound): pods "x" not found'] },
    ]);
  });
});

describe('broken input', () => {
  it('keeps the items before the end', async () => {
    const whole = text(list([pod('a'), pod('b'), pod('c')]));
    const { objects, unread, listings } = await readWith(
      parser,
      whole.slice(0, whole.indexOf('"name": "c",\n                "namespace"')),
      {
        command: 'kubectl get pods -A -o json',
      },
    );
    expect(objects.map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
    expect(unread).toEqual([['the JSON ends in the middle; what came before was read', expect.any(Number)]]);
    expect(listings).toEqual([{ kind: 'Pod', complete: false }]);
  });

  it('a broken item costs only itself', async () => {
    const json =
      '{"kind":"List","apiVersion":"v1","items":[' + text(pod('a')) + ',\n{"kind" "Pod"},\n' + text(pod('b')) + ']}';
    const { objects, unread, listings } = await readWith(parser, json, { command: 'kubectl get po -n shop -o json' });
    expect(objects.map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
    expect(unread).toEqual([[expect.stringMatching(/^item \/items\/1: /), lineOf(json, '{"kind" "Pod')]]);
    expect(listings[0]?.complete).toBe(false);
  });

  it('an item of absurd size is skipped and listed', async () => {
    const big = { ...pod('big'), data: 'x'.repeat(9 << 20) };
    const { objects, unread } = await readWith(parser, JSON.stringify(list([big, pod('a')])));
    expect(objects.map(({ object }) => object.metadata.name)).toEqual(['a']);
    expect(unread).toEqual([['/items/0 is longer than 8 MiB, skipped', 1]]);
  });

  it('an object without a name is listed', async () => {
    const { objects, unread } = await readWith(parser, text({ apiVersion: 'v1', kind: 'Pod', metadata: {} }));
    expect(objects).toEqual([]);
    expect(unread).toEqual([['an object of kind Pod without a name', 1]]);
  });

  it('gives the same wherever the chunks are cut', async () => {
    const noise = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(
        fc.array(noise, { maxLength: 4 }),
        fc.constantFrom(0, 2, 4),
        fc.integer({ min: 1, max: 50 }),
        async (more, indent, chunk) => {
          const items = more.map((spec, i) => ({ ...bare(pod(`p${i}`)), data: spec }));
          const json = text({ apiVersion: 'v1', items, kind: 'PodList' }, indent);
          expect(await readWith(parser, json, { chunk })).toEqual(await readWith(parser, json));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('whose JSON it is', () => {
  it.each([
    ['a List', text(list([pod('a')]))],
    ['an empty List', text(list([]))],
    ['minified', JSON.stringify(pod('a'))],
    ['cut minified', JSON.stringify(list(Array.from({ length: 50 }, (_, i) => pod(`p${i}`)))).slice(0, 500)],
    ['an array', text([pod('a')])],
    ['with warnings before', 'W0101 12:00:00.000000 1 x.go:1] old\nWarning: deprecated\n' + text(pod('a'))],
    ['a Status', '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure"}'],
    [
      'events without kinds',
      text({ metadata: {}, items: [{ metadata: { name: 'e' }, involvedObject: {}, reason: 'x' }] }),
    ],
  ])('takes %s', (_, json) => expect(sniffed(parser, json)).toBe(true));

  it.each([
    ['JSON logs', '{"level":"info","ts":1,"msg":"kind"}\n{"level":"info"}'],
    ['an audit log', '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"x"}'],
    ['alerts', '[{"annotations":{"description":"d"},"labels":{"alertname":"a"},"status":{"state":"active"}}]'],
    ['a Prometheus answer', '{"status":"success","data":{"resultType":"vector","result":[]}}'],
    ['etcdctl', '[{"Endpoint":"https://127.0.0.1:2379","Status":{"header":{"cluster_id":1}}}]'],
    ['crictl ps', '{"containers":[{"id":"1","metadata":{"name":"c","attempt":0},"state":"CONTAINER_RUNNING"}]}'],
    ['crictl pods', '{"items":[{"id":"1","metadata":{"name":"p","namespace":"n"},"state":"SANDBOX_READY"}]}'],
    ['text', '[INFO] {"kind":"Pod"}'],
    ['nothing', ''],
  ])('leaves %s', (_, json) => expect(sniffed(parser, json)).toBe(false));
});

it('an empty list of a command that failed is no answer', async () => {
  const text = '{"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":""}}';
  const of = async (exitCode: number) => {
    const { listings, empty } = await readWith(parser, text, {
      command: 'kubectl get secrets -n shop -o json',
      origin: { exitCode },
    });
    return [listings.some((listing) => listing.complete), empty];
  };
  expect(await of(0)).toEqual([true, ['secrets']]);
  expect(await of(1)).toEqual([false, []]);
});
