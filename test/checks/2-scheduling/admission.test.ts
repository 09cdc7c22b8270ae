import { describe, expect, it } from 'vitest';
import pscheck from '../../../src/checks/2-scheduling/podsecurity-violation.ts';
import limitRange from '../../../src/checks/2-scheduling/limitrange-violation.ts';
import kubeletRejected from '../../../src/checks/2-scheduling/pod-admission-rejected.ts';
import nearlyFull from '../../../src/checks/2-scheduling/quota-nearly-full.ts';
import podForbidden from '../../../src/checks/2-scheduling/pod-forbidden.ts';
import quotaExceeded from '../../../src/checks/2-scheduling/quota-exceeded.ts';
import serviceAccount from '../../../src/checks/1-application/serviceaccount-missing.ts';
import webhookFailing from '../../../src/checks/4-control-plane/webhook-failing.ts';
import notCreated from '../../../src/checks/1-application/workload-pods-not-created.ts';
import { parseQuotaRefusal, quotaVariant } from '../../../src/snapshot/scheduling/quota.ts';
import { ago, aDeployment, anEvent, aPod, aService, run } from '../../build.ts';

type Deep = Record<string, unknown>;
const replicaSet = (replicas: number, current: number) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'web-5d9c7b8f6d',
    namespace: 'shop',
    uid: 'rs',
    creationTimestamp: ago(900),
    ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
  },
  spec: { replicas },
  status: { replicas: current },
});
const failedCreate = (text: string, over: Deep = {}) =>
  anEvent({ kind: 'ReplicaSet', name: 'web-5d9c7b8f6d' }, 'FailedCreate', `Error creating: ${text}`, over);
const quota = (hard: Deep, used: Deep) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'shop', uid: 'q', creationTimestamp: ago(9000) },
  spec: { hard },
  status: { hard, used },
});
const EXCEEDED =
  'pods "web-5d9c7b8f6d-abcde" is forbidden: exceeded quota: team, requested: limits.cpu=750m,limits.memory=3Gi, used: limits.cpu=3500m,limits.memory=15Gi, limited: limits.cpu=4,limits.memory=16Gi';

describe('a refusal by quota', () => {
  it('is taken apart, the resource that is over first', () => {
    const text =
      'x is forbidden: exceeded quota: q, requested: pods=1,limits.memory=3Gi, used: pods=2,limits.memory=15Gi, limited: pods=10,limits.memory=16Gi';
    expect(parseQuotaRefusal(text)?.resources.map((one) => one.resource)).toEqual(['limits.memory', 'pods']);
    expect(parseQuotaRefusal(EXCEEDED)?.resources[1]).toEqual({
      resource: 'limits.memory',
      requested: '3Gi',
      used: '15Gi',
      limited: '16Gi',
    });
    expect(
      [
        'requests.cpu',
        'limits.memory',
        'count/pods',
        'services.loadbalancers',
        'gold.storageclass.storage.k8s.io/requests.storage',
        'requests.nvidia.com/gpu',
      ].map(quotaVariant),
    ).toEqual(['cpu', 'memory', 'pods', 'services', 'storage', 'nvidia.com/gpu']);
  });
  it('is one finding per quota, with the workloads it holds back', async () => {
    const { found, first } = await run(quotaExceeded, { objects: [failedCreate(EXCEEDED)], complete: false });
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({
      variant: 'cpu',
      severity: 'critical',

      subject: { kind: 'ResourceQuota', namespace: 'shop', name: 'team' },
    });
    expect(first?.message).toMatch(
      /Deployment web cannot create pods.*limits\.cpu: requested 750m, used 3500m, limited to 4/,
    );
    expect(first?.related).toContainEqual({ kind: 'Deployment', namespace: 'shop', name: 'web' });
  });
  it('is past when the controller has its pods', async () => {
    expect((await run(quotaExceeded, { objects: [failedCreate(EXCEEDED), replicaSet(2, 2)] })).found).toEqual([]);
    expect((await run(quotaExceeded, { objects: [failedCreate(EXCEEDED), replicaSet(2, 1)] })).found).toHaveLength(1);
    expect((await run(quotaExceeded, {})).outcome).toBe('not-checked');
  });
  it('is seen from the numbers when no event is left', async () => {
    const short = aDeployment('web', {
      spec: { template: { spec: { containers: [{ name: 'a', resources: { requests: { cpu: '1' } } }] } } },
      status: { replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 },
    });
    const full = quota({ 'requests.cpu': '4' }, { 'requests.cpu': '3500m' });
    const { first } = await run(quotaExceeded, { objects: [full, short] });
    expect(first).toMatchObject({ variant: 'cpu' });
    expect(first?.message).toContain('3500m used of 4');
    expect((await run(quotaExceeded, { objects: [full, aDeployment()] })).found).toEqual([]);
    expect(
      (await run(quotaExceeded, { objects: [quota({ 'requests.cpu': '40' }, { 'requests.cpu': '3' }), short] })).found,
    ).toEqual([]);
  });
  it('is seen from a Service or claim that a manifest wants and the quota has no room for', async () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'pay', namespace: 'shop' },
      spec: { ports: [{ port: 80 }] },
    };
    const atLimit = quota({ services: '1' }, { services: '1' });
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop' },
      spec: { resources: { requests: { storage: '5Gi' } } },
    };
    const absent = anEvent(
      { kind: 'Pod', name: 'db-0' },
      'FailedScheduling',
      '0/1 nodes are available: persistentvolumeclaim "data" not found.',
    );
    const storage = await run(quotaExceeded, {
      objects: [quota({ 'requests.storage': '1Gi' }, { 'requests.storage': '0' }), claim, absent],
      complete: ['Event'],
    });
    expect(storage.first).toMatchObject({ variant: 'storage' });
    expect(storage.first?.related).toContainEqual({ kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' });
    // A manifest alone is no proof: here no listing shows that the Service is not there.
    expect((await run(quotaExceeded, { objects: [atLimit, manifest, aService()], complete: false })).found).toEqual([]);
  });
  it('may ask for requests that pods do not have', async () => {
    const text =
      'pods "web-1" is forbidden: failed quota: team: must specify limits.cpu for: app; limits.memory for: app';
    const { first } = await run(quotaExceeded, { objects: [failedCreate(text)], complete: false });
    expect(first).toMatchObject({ variant: 'unspecified' });
    expect(first?.fix?.[0]).toContain('limits.cpu');
  });
  it('comes near before: that is a note', async () => {
    expect((await run(nearlyFull, { objects: [quota({ pods: '10' }, { pods: '9' })] })).first?.severity).toBe('info');
    expect((await run(nearlyFull, { objects: [quota({ pods: '10' }, { pods: '8' })] })).found).toEqual([]);
  });
});

describe('refusals by admission', () => {
  it.each([
    [
      pscheck,
      'pods "web-1" is forbidden: violates PodSecurity "restricted:v1.30": allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false)',
      /Pod Security.*violates PodSecurity "restricted/,
    ],
    [
      pscheck,
      'pods "web-1" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount, provider restricted-v2: .containers[0].runAsUser: Invalid value: 1001: must be in the ranges: [1000710000, 1000719999]]',
      /no security context constraint \(SCC\) admits them.*must be in the ranges/,
    ],
    [
      limitRange,
      'pods "web-1" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
      /maximum memory usage per Container is 1Gi, but limit is 2Gi/,
    ],
    [
      podForbidden,
      'admission webhook "policy.example.com" denied the request: image must be signed',
      /policy\.example\.com.*image must be signed/,
    ],
    [
      serviceAccount,
      'pods "web-1" is forbidden: error looking up service account shop/web-sa: serviceaccount "web-sa" not found',
      /ServiceAccount "web-sa" not found/,
    ],
    [
      podForbidden,
      'pods "web-1" is forbidden: no PriorityClass with name gold was found',
      /no PriorityClass with name gold was found/,
    ],
    [
      podForbidden,
      'pods "web-1" is forbidden: pods with system-cluster-critical priorityClass is not permitted in shop namespace',
      /is not permitted in shop namespace/,
    ],
    [
      podForbidden,
      'pods "web-1" is forbidden: pod rejected: RuntimeClass "quill" not found',
      /RuntimeClass "quill" not found/,
    ],
  ])('%#: name the workload and the words', async (check, text, message) => {
    const { first } = await run(check, { objects: [failedCreate(text)], complete: false });
    expect(first?.subject).toMatchObject({ kind: 'Deployment', namespace: 'shop', name: 'web' });
    expect(first?.message).toMatch(message);
    expect((await run(notCreated, { objects: [failedCreate(text)], complete: false })).found).toHaveLength(1);
    expect((await run(check, { objects: [failedCreate(text), replicaSet(1, 1)] })).found).toEqual([]);
    expect((await run(check, {})).outcome).toBe('not-checked');
  });
  it('count by the last word of a controller', async () => {
    const before = failedCreate(
      'pods "web-1" is forbidden: error looking up service account shop/a: serviceaccount "a" not found',
      { lastTimestamp: ago(300) },
    );
    const now = failedCreate(EXCEEDED);
    expect((await run(serviceAccount, { objects: [before, now, replicaSet(1, 0)] })).found).toEqual([]);
    expect((await run(quotaExceeded, { objects: [before, now, replicaSet(1, 0)] })).found).toHaveLength(1);
    expect((await run(quotaExceeded, { objects: [now, before, replicaSet(1, 0)] })).found).toHaveLength(1);
  });
  it('are no matter once the account exists', async () => {
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'web-sa', namespace: 'shop', uid: 'u' },
    };
    const text =
      'pods "web-1" is forbidden: error looking up service account shop/web-sa: serviceaccount "web-sa" not found';
    expect((await run(serviceAccount, { objects: [failedCreate(text), replicaSet(1, 0), account] })).found).toEqual([]);
  });
  it('show in the objects when events are gone', async () => {
    const other = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'shop', uid: 'u' },
    };
    const short = aDeployment('web', {
      spec: { template: { spec: { serviceAccountName: 'web-sa', containers: [] } } },
      status: { replicas: 0, readyReplicas: undefined, availableReplicas: undefined, updatedReplicas: undefined },
    });
    expect((await run(serviceAccount, { objects: [short, other] })).first?.message).toContain(
      '"web-sa" does not exist',
    );
    expect((await run(serviceAccount, { objects: [short] })).found).toEqual([]);
  });
});

describe('pod-admission-rejected', () => {
  it('names the node, the request, and a nodeName that bypasses the scheduler', async () => {
    const pod = (name: string) =>
      aPod(name, {
        spec: { nodeName: 'big-1', containers: [{ name: 'a', resources: { requests: { memory: '12Gi' } } }] },
        status: {
          phase: 'Failed',
          reason: 'OutOfmemory',
          message: "Pod was rejected: Node didn't have enough resource: memory",
          containerStatuses: undefined,
        },
      });
    const deployment = aDeployment('web', {
      spec: {
        template: {
          spec: { nodeName: 'big-1', containers: [{ name: 'a', resources: { requests: { memory: '12Gi' } } }] },
        },
      },
    });
    const { found, first } = await run(kubeletRejected, {
      objects: [pod('web-5d9c7b8f6d-aaaaa'), pod('web-5d9c7b8f6d-bbbbb'), deployment],
    });
    expect(found).toHaveLength(1);
    expect(first).toMatchObject({ variant: 'resources' });
    expect(first?.message).toMatch(
      /of big-1 rejected.*OutOfmemory.*12Gi of memory.*nodeName: big-1.*2 pods of Deployment web/,
    );
  });
  it('names the host port', async () => {
    const pod = aPod('runner-1', {
      metadata: { ownerReferences: undefined },
      spec: {
        nodeName: 'ci-1',
        containers: [{ name: 'a', ports: [{ containerPort: 9000, hostPort: 9000, protocol: 'TCP' }] }],
      },
      status: { phase: 'Failed', reason: 'NodePorts', containerStatuses: undefined },
    });
    expect((await run(kubeletRejected, { objects: [pod] })).first?.message).toContain('host port 9000/TCP');
    expect(
      (await run(kubeletRejected, { objects: [aPod('web-1', { status: { phase: 'Failed', reason: 'Evicted' } })] }))
        .found,
    ).toEqual([]);
    expect((await run(kubeletRejected, {})).outcome).toBe('not-checked');
  });
  it('knows the reason as older kubelets write it', async () => {
    const pod = aPod('web-1', {
      metadata: { ownerReferences: undefined },
      status: { phase: 'Failed', reason: 'Topology Affinity Error', containerStatuses: undefined },
    });
    expect((await run(kubeletRejected, { objects: [pod] })).first).toMatchObject({ variant: 'topology' });
  });
  it('takes the event where the status is not known, and tells it once where it is', async () => {
    const text = 'Allocate failed due to no healthy devices present; cannot allocate unhealthy devices example.com/npu';
    const event = anEvent({ kind: 'Pod', name: 'train-1' }, 'UnexpectedAdmissionError', text);
    const alone = await run(kubeletRejected, { objects: [event], complete: false });
    expect(alone.found).toHaveLength(1);
    expect(alone.first).toMatchObject({
      variant: 'device',
      subject: { kind: 'Pod', namespace: 'shop', name: 'train-1' },
    });
    expect(alone.first?.message).toContain(text);
    const pod = aPod('train-1', {
      metadata: { ownerReferences: undefined },
      status: { phase: 'Failed', reason: 'UnexpectedAdmissionError', message: text, containerStatuses: undefined },
    });
    expect((await run(kubeletRejected, { objects: [pod, event] })).found).toHaveLength(1);
  });
});

it('the right to make pods, and what is invalid, are no decisions of admission', async () => {
  for (const text of [
    'pods "web-1" is forbidden: User "system:serviceaccount:shop:quill" cannot create resource "pods"',
    'Pod "web-1" is invalid: spec.containers[0].image: Required value',
  ]) {
    expect((await run(podForbidden, { objects: [failedCreate(text)], complete: false })).outcome).toBe('passed');
    expect((await run(notCreated, { objects: [failedCreate(text)], complete: false })).found).toHaveLength(1);
  }
});

describe('virtual nodes', () => {
  const why = 'api call: got HTTP response status code 503 error code "ServerTimeout"';
  it('the provider refuses, by the state of the pod or by the event alone', async () => {
    const pod = aPod('web-0', { status: { phase: 'Pending', reason: 'ProviderFailed', message: why } });
    const { first } = await run(kubeletRejected, { objects: [pod] });
    expect(first).toMatchObject({ variant: 'provider', severity: 'critical' });
    expect(first?.message).toMatch(/^The provider behind virtual node node-1 rejected pod web-0 .*503/);
    const event = anEvent({ kind: 'Pod', name: 'web-0' }, 'ProviderCreateFailed', why);
    expect((await run(kubeletRejected, { objects: [event] })).first?.message).toContain('503');
  });
  it('the log of the virtual kubelet', async () => {
    const line = `time="2026-03-01T11:59:00Z" level=warning msg="requeuing [[\\"shop/web-0\\" \\"failed to sync pod \\\\"shop/web-0\\\\" in the provider: the 'Cpu' limit '4' is too large"`;
    const { first } = await run(kubeletRejected, { logs: [{ class: 'container' as const, lines: [line] }] });
    expect(first).toMatchObject({ variant: 'provider', subject: { kind: 'Pod', namespace: 'shop', name: 'web-0' } });
    expect(first?.message).toContain("limit '4'");
  });
});

describe('pods that are not created in time', () => {
  const late = 'Timeout: request did not complete within requested timeout 30s';
  const hooks = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'quill' },
  };
  it('an admission webhook holds them up, which one nobody says', async () => {
    const objects = [failedCreate(late), replicaSet(1, 0), hooks];
    expect((await run(notCreated, { objects })).first).toMatchObject({ variant: 'timeout' });
    const { first } = await run(webhookFailing, { objects });
    expect(first).toMatchObject({ variant: 'unnamed', severity: 'critical' });
    expect(first?.message).toMatch(
      /Deployment web cannot be created: .*did not complete within.*configurations here: quill/,
    );
    expect((await run(webhookFailing, { objects: [failedCreate(late), replicaSet(1, 1)] })).outcome).toBe('passed');
  });
  it('events of old kubectl name no object: it is the one Deployment that lacks its pods', async () => {
    const nameless = anEvent({ kind: 'ReplicaSet', name: '(unnamed)' }, 'FailedCreate', `Error creating: ${late}`);
    const lacking = (name: string) =>
      aDeployment(name, {
        status: { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] },
      });
    expect(
      (await run(notCreated, { objects: [nameless, lacking('ink'), aDeployment('web')] })).first?.subject,
    ).toMatchObject({ kind: 'Deployment', name: 'ink' });
    expect(
      (await run(notCreated, { objects: [nameless, lacking('ink'), lacking('pen')] })).first?.subject,
    ).toMatchObject({
      kind: 'ReplicaSet',
    });
  });
});

it('what the kubelet rejects stands in its log with the pod; pods of one workload are one trouble', async () => {
  const line = (pod: string): string =>
    `Mar 02 04:15:27 reed kubelet[51]: I0302 04:15:27.638990      51 predicate.go:143] "Predicate failed on Pod" pod="${pod}_shop(0c1a)" err="Node didn't have enough resource: cpu, requested: 2000, used: 15250, capacity: 15900"`;
  const lines = ['web-7d4f8b9c6-x2k9q', 'web-7d4f8b9c6-m4t7z'].map(line);
  const { found, first } = await run(kubeletRejected, {
    logs: [{ class: 'host', lines }],
  });
  expect(found).toHaveLength(1);
  expect(first).toMatchObject({ subject: { kind: 'Pod', namespace: 'shop' }, variant: 'resources' });
  expect(first?.message).toMatch(/enough resource: cpu.*capacity: 15900; 2 pods of this name/);
  expect(first?.severity).toBe('critical');
  const on = Array.from(
    { length: 60 },
    (_, i) => `Mar 02 04:${String(20 + (i % 30)).padStart(2, '0')}:00 reed kubelet[51]: I0302 goes on`,
  );
  const once = await run(kubeletRejected, { logs: [{ class: 'host', lines: [line('web-7d4f8b9c6-x2k9q'), ...on] }] });
  expect(once.first?.severity).toBe('info');
});
