import { expect, test } from 'vitest';
import { why } from '../../src/explain/why.ts';
import { whyText } from '../../src/explain/why-text.ts';
import { aDeployment, ago, aNode, anEvent, aPod, aService, someEndpoints } from '../build.ts';
import { analyzed } from './analyzed.ts';

const POD = 'web-5d9c7b8f6d-k2xvq';
const RS = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'web-5d9c7b8f6d',
    namespace: 'shop',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', controller: true }],
  },
  spec: { replicas: 2 },
};
const CLAIM = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'web-data', namespace: 'shop', uid: 'c', creationTimestamp: ago(7200) },
  spec: { storageClassName: 'fast', volumeName: 'pv-7', resources: { requests: { storage: '1Gi' } } },
  status: { phase: 'Bound' },
};
const pulling = {
  spec: {
    containers: [{ name: 'app', image: 'registry.example.com/web:9.9', env: [{ name: 'TOKEN', value: 'x' }] }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'web-data' } }],
  },
  status: {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      {
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'containers with unready status: [app]',
      },
    ],
    containerStatuses: [
      {
        name: 'app',
        ready: false,
        restartCount: 0,
        image: 'registry.example.com/web:9.9',
        state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } },
      },
    ],
  },
};
const NOT_FOUND =
  'Failed to pull image "registry.example.com/web:9.9": rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/web:9.9": failed to resolve reference "registry.example.com/web:9.9": registry.example.com/web:9.9: not found';
const cluster = () =>
  analyzed({
    objects: [
      aNode(),
      aDeployment('web', { status: { readyReplicas: 0, availableReplicas: 0 } }),
      RS,
      aPod(POD, pulling),
      aService(),
      someEndpoints('web', [], ['10.0.1.5']),
      CLAIM,
      anEvent({ kind: 'Pod', name: POD }, 'Failed', NOT_FOUND, { firstTimestamp: ago(500) }),
      anEvent({ kind: 'Pod', name: POD }, 'BackOff', 'Back-off pulling image', { firstTimestamp: ago(400) }),
      anEvent({ kind: 'Pod', name: POD }, 'Scheduled', 'Successfully assigned', {
        type: 'Normal',
        firstTimestamp: ago(520),
        count: 1,
      }),
      anEvent({ kind: 'ReplicaSet', name: 'web-5d9c7b8f6d' }, 'SuccessfulCreate', 'Created pod', {
        type: 'Normal',
        firstTimestamp: ago(530),
      }),
    ],
  });

test('a Deployment: the chain begins at the cause and ends at what the person asked about', async () => {
  const answer = why('deploy/web', undefined, await cluster());
  const [chain] = answer.chains;
  expect(chain?.steps[0]).toMatchObject({ layer: 1, subject: `Pod shop/${POD}` });
  expect(chain?.steps[0]?.id).toContain('image-pull-not-found');
  expect(chain?.steps[0]?.evidence?.text).toContain('not found');
  expect(chain?.steps.at(-1)?.subject).toBe('Deployment shop/web');
  // Each step after the first says what ties it to the one before.
  expect(chain?.steps.map(({ because }) => because !== null && /^(?:same|Service) /.test(because))).toEqual(
    chain?.steps.map((_, i) => i > 0),
  );
  expect(answer.answer).toContain('because of Pod shop/web-5d9c7b8f6d-k2xvq');
  expect(answer.state).toContainEqual({ label: 'status', text: '0/2 ready' });
});

test('a pod: containers, owners, node, claim with its volume, Services, and what has no trouble is not needed for it', async () => {
  const answer = why(`po/${POD}`, 'shop', await cluster());
  expect(answer.answer).toBe(
    `Pod shop/${POD}: The image or its tag does not exist in the registry. This is root cause #1`,
  );
  expect(answer.state).toContainEqual({
    label: 'container app',
    text: 'waiting: ImagePullBackOff, Back-off pulling image, not ready, registry.example.com/web:9.9',
  });
  const around = answer.around.map(({ relation, object, status }) => [relation, object.kind, object.name, status]);
  expect(around).toEqual([
    ['owner', 'ReplicaSet', 'web-5d9c7b8f6d', '0/2 ready'],
    ['owner', 'Deployment', 'web', '0/2 ready'],
    ['node', 'Node', 'node-1', 'Ready'],
    ['claim', 'PersistentVolumeClaim', 'web-data', 'Bound'],
    ['volume', 'PersistentVolume', 'pv-7', null],
    ['storage class', 'StorageClass', 'fast', null],
    ['selected by', 'Service', 'web', '0 ready endpoints'],
  ]);
});

test('the story is in the order of time and names the first warning as its beginning', async () => {
  const { story } = why(`pod/${POD}.shop`, undefined, await cluster());
  expect(story.events.map((event) => event.reason)).toEqual(['Scheduled', 'Failed', 'BackOff']);
  expect(story.trigger).toBe(1);
  expect(story.events[1]).toMatchObject({ first: ago(500), last: ago(60), count: 3 });
});

test('a Service whose pods are sick is told through what it needs', async () => {
  const answer = why('svc/web', undefined, await cluster());
  expect(answer.chains[0]?.steps[0]?.id).toContain('image-pull-not-found');
  expect(answer.needs.map((one) => one.relation)).toContain('serves it');
});

test('a NetworkPolicy is told with the pods it isolates, an Ingress with its backends, a claim with its pods', async () => {
  const policy = {
    kind: 'NetworkPolicy',
    metadata: { name: 'shut', namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] },
  };
  const ingress = {
    kind: 'Ingress',
    metadata: { name: 'front', namespace: 'shop' },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ secretName: 'front-tls' }],
      rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
    },
  };
  const both = await analyzed({ objects: [aPod(POD, pulling), aService(), policy, ingress, CLAIM] });
  const around = (what: string) =>
    why(what, undefined, both).around.map(({ relation, object }) => `${relation} ${object.kind}/${object.name}`);
  expect(around('netpol/shut')).toEqual([`isolates Pod/${POD}`]);
  expect(around('ing/front')).toEqual([
    'class IngressClass/nginx',
    'routes to Service/web',
    'serves web Deployment/web',
    'certificate Secret/front-tls',
  ]);
  expect(around('pvc/web-data')).toEqual([
    'volume PersistentVolume/pv-7',
    'storage class StorageClass/fast',
    `mounted by Pod/${POD}`,
  ]);
  expect(around('svc/web')).toContain('routed by Ingress/front');
});

test('a healthy object: nothing wrong, and no chain', async () => {
  const answer = why('node/node-1', undefined, await analyzed({ objects: [aNode(), aPod()] }));
  expect(answer.answer).toBe('Nothing wrong was found about Node node-1 or what it needs');
  expect(answer.chains).toEqual([]);
});

test('the text has the answer, the chain, the story, and no control characters from the bundle', async () => {
  const evil = 'Back-off \u001b[31mred\u001b[0m\u0007';
  const text = whyText(
    why(
      `pod/${POD}`,
      undefined,
      await analyzed({
        objects: [
          aNode(),
          aPod(POD, pulling),
          anEvent({ kind: 'Pod', name: POD }, 'Failed', NOT_FOUND),
          anEvent({ kind: 'Pod', name: POD }, 'BackOff', evil, { firstTimestamp: ago(400) }),
        ],
      }),
    ),
  );
  expect(text).toContain('root cause #1');
  expect(text).toContain('▶ began with: Failed of Pod');
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  for (const line of text.split('\n').filter((one) => !one.startsWith('  kubectl')))
    expect(line.length).toBeLessThanOrEqual(80);
});

test('credentials in events are masked', async () => {
  const answer = why(
    `pod/${POD}`,
    undefined,
    await analyzed({
      objects: [
        aPod(POD),
        anEvent({ kind: 'Pod', name: POD }, 'Failed', 'dial postgres://app:hunter22@db:5432 failed'),
      ],
    }),
  );
  expect(JSON.stringify(answer)).not.toContain('hunter22');
  expect(answer.story.events[0]?.message).toContain('postgres://app:[redacted]@db:5432');
});

test('what is not there is said in one line with near names', async () => {
  const both = await analyzed({
    objects: [aNode(), aPod(), aService(), aService('web', { metadata: { namespace: 'blog' } })],
  });
  const says = (what: string, namespace?: string) => () => why(what, namespace, both);
  expect(says('svc/wbe')).toThrow("no Service 'wbe'; near: web (namespace blog), web (namespace shop)");
  expect(says('pod/webb')).toThrow('near: web-5d9c7b8f6d-k2xvq (namespace shop)');
  expect(says('svc/web')).toThrow("Service 'web' is in 2 namespaces (blog, shop): add -n NAMESPACE");
  expect(says('svc/web', 'nowhere')).toThrow("no Service 'web' in namespace nowhere");
  expect(says('pdo/web')).toThrow("unknown kind 'pdo'; did you mean 'pod'?");
  expect(says('web')).toThrow(
    "'web' is no KIND/NAME: did you mean deployment/web.shop, service/web.blog, service/web.shop?",
  );
  expect(says('nothing')).toThrow("'nothing' is no KIND/NAME: write for example pod/web-1");
  expect(says('pvc/data')).toThrow("the bundle has no PersistentVolumeClaim 'data'; it has no persistentvolumeclaims");
  expect(says('node/elsewhere')).toThrow("the bundle has no Node 'elsewhere'; it has 1: node-1");
  expect(says('service/web.blog')()).toMatchObject({ object: { namespace: 'blog', inBundle: true } });
});

test('a static pod is owned by its Node, which has no namespace', async () => {
  const mirror = aPod('kube-apiserver-node-1', {
    metadata: { namespace: 'kube-system', ownerReferences: [{ kind: 'Node', name: 'node-1', controller: true }] },
  });
  const both = await analyzed({ objects: [aNode(), mirror] });
  expect(why('node/node-1', undefined, both).object).toEqual({ kind: 'Node', name: 'node-1', inBundle: true });
  expect(why('po/kube-apiserver-node-1', undefined, both).around[0]?.object).toEqual({ kind: 'Node', name: 'node-1' });
});

test('an object that only events name can be asked about', async () => {
  const answer = why(
    'pod/ghost-1',
    undefined,
    await analyzed({
      objects: [anEvent({ kind: 'Pod', name: 'ghost-1' }, 'FailedMount', 'MountVolume.SetUp failed for volume "x"')],
    }),
  );
  expect(answer.object).toEqual({ kind: 'Pod', namespace: 'shop', name: 'ghost-1', inBundle: false });
  expect(answer.story.trigger).toBe(0);
});

test('a ReplicaSet is sick with its Deployment; its events that differ in generated names only are one', async () => {
  const refused = (name: string, seconds: number, prefix = '') =>
    anEvent(
      { kind: 'ReplicaSet', name: RS.metadata.name },
      'FailedCreate',
      `${prefix}Error creating: pods "${RS.metadata.name}-${name}" is forbidden: exceeded quota: small`,
      { firstTimestamp: ago(seconds), lastTimestamp: ago(seconds), count: 1 },
    );
  const answer = why(
    `rs/${RS.metadata.name}`,
    undefined,
    await analyzed({
      objects: [
        aDeployment('web', { status: { readyReplicas: 0, availableReplicas: 0 } }),
        RS,
        refused('k2xvq', 300),
        refused('9zq2x', 200),
        refused('bbc7x', 100, '(combined from similar events): '),
      ],
    }),
  );
  expect(answer.answer).not.toContain('Nothing wrong');
  expect(answer.findings.map(({ relation }) => relation)).toContain('its workload');
  expect(answer.story.events).toMatchObject([{ reason: 'FailedCreate', count: 3, first: ago(300), last: ago(100) }]);
});
