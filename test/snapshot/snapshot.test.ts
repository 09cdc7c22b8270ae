import { logsOfPod, podOfLog } from '../../src/snapshot/logs/log-owner.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { expect, test } from 'vitest';
import { aDeployment, aNode, aPod, aService, snapshotOf, someEndpoints } from '../build.ts';
import type { AnyObject } from '../../src/snapshot/kinds/index.ts';

test('owners are followed to the top, by reference and by the names controllers give', async () => {
  const bare = (name: string) => ({ kind: 'Pod', metadata: { name, namespace: 'shop' } });
  const snapshot = await snapshotOf({
    objects: [
      aPod(),
      aDeployment(),
      bare('pay-6f7d8c9b5d-x2k9q'),
      { kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop' } },
      bare('db-0'),
      bare('tool-1'),
    ],
  });
  const owner = (name: string) => {
    const top = snapshot.workloadOf(snapshot.get('pods', 'shop', name) as unknown as AnyObject);
    return top === undefined ? undefined : `${top.kind}/${top.name}`;
  };
  expect(owner('web-5d9c7b8f6d-k2xvq')).toBe('Deployment/web');
  expect(owner('pay-6f7d8c9b5d-x2k9q')).toBe('Deployment/pay');
  expect(owner('db-0')).toBe('StatefulSet/db');
  expect(owner('tool-1')).toBeUndefined();
});

test('a static pod is a subject of its own, not one of its node', async () => {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'node-1', controller: true }];
  const mirror = { kind: 'Pod', metadata: { name: 'etcd-node-1', namespace: 'kube-system', ownerReferences } };
  const snapshot = await snapshotOf({ objects: [mirror, aPod()] });
  const subject = (namespace: string, name: string) =>
    snapshot.subject(snapshot.get('pods', namespace, name) as unknown as AnyObject);
  expect(subject('kube-system', 'etcd-node-1').workload).toBeUndefined();
  expect(subject('shop', 'web-5d9c7b8f6d-k2xvq').workload).toEqual({ kind: 'Deployment', name: 'web' });
});

test.each([
  ['web', 'shop', 'Service web'],
  ['web:80', 'shop', 'Service web'],
  ['http://web.shop:80/health', undefined, 'Service web'],
  ['web.shop.svc.cluster.local', 'other', 'Service web'],
  ['web-0.web.shop.svc.cluster.local.', 'other', 'Service web'],
  ['10.96.0.20:80', undefined, 'Service web'],
  ['10.0.1.5', undefined, 'Pod web-5d9c7b8f6d-k2xvq'],
  ['192.168.1.11:10250', undefined, 'Node node-1'],
  ['redis://user:pw@web:6379/0', 'shop', 'Service web'],
  ['web', 'other', 'nothing'],
  ['example.com:443', 'shop', 'nothing'],
])('resolves %s seen from %s to %s', async (address, namespace, expected) => {
  const snapshot = await snapshotOf({ objects: [aPod(), aService(), aNode()] });
  const { service, pod, node } = snapshot.resolve(address, namespace);
  const said = service
    ? `Service ${service.metadata.name}`
    : pod
      ? `Pod ${pod.metadata.name}`
      : node
        ? `Node ${node.metadata.name}`
        : 'nothing';
  expect(said).toBe(expected);
});

test('what stands behind a Service comes from Endpoints or slices, and is unknown without either', async () => {
  const slice = {
    kind: 'EndpointSlice',
    metadata: { name: 'api-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'api' } },
    endpoints: [
      { addresses: ['10.0.0.1'], conditions: { ready: true } },
      { addresses: ['10.0.0.2'], conditions: { ready: false } },
    ],
    ports: [{ port: 8080 }],
  };
  const snapshot = await snapshotOf({
    objects: [
      aService('web'),
      aService('api'),
      aService('none'),
      someEndpoints('web', ['10.0.0.9'], ['10.0.0.8']),
      slice,
    ],
  });
  const behind = (name: string) => {
    const service = snapshot.get('services', 'shop', name);
    if (service === undefined) throw new Error(name);
    const { known, addresses } = snapshot.backendsOf(service);
    return [known, ...addresses.map((a) => `${a.ip}${a.ready ? '' : ' not ready'}`)];
  };
  expect(behind('web')).toEqual([true, '10.0.0.9', '10.0.0.8 not ready']);
  expect(behind('api')).toEqual([true, '10.0.0.1', '10.0.0.2 not ready']);
  expect(behind('none')).toEqual([false]);
});

test('a log named for its workload is its only pod’s, and the workload’s when there are several', async () => {
  const log = (pod: string) => ({
    class: 'container' as const,
    origin: { file: `logs/${pod}.log`, pod },
    lines: ['x'],
  });
  const one = await snapshotOf({ objects: [aPod()], logs: [log('web')] });
  expect(one.subjectOfLog({ file: 'logs/web.log', firstLine: 1, pod: 'web' }).name).toBe('web-5d9c7b8f6d-k2xvq');
  expect(one.list('pods').map((pod) => logsOfPod(one, pod).length)).toEqual([1]);
  const two = await snapshotOf({ objects: [aPod(), aPod('web-5d9c7b8f6d-zzzzz')] });
  expect(two.subjectOfLog({ file: 'logs/web.log', firstLine: 1, pod: 'web' })).toMatchObject({
    kind: 'Deployment',
    name: 'web',
  });
  expect(two.subjectOfLog({ file: 'logs/gone.log', firstLine: 1, pod: 'gone' })).toMatchObject({
    kind: 'Pod',
    name: 'gone',
  });
});

test('a pasted log without a name is that of the one workload that crashes, and nobody’s when two do', async () => {
  const sick = (name: string) =>
    aPod(name, {
      metadata: { ownerReferences: [] },
      status: {
        containerStatuses: [{ name: 'app', restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      },
    });
  const log = { file: 'log.txt', firstLine: 1 };
  const podOf = (snapshot: Snapshot) => podOfLog(snapshot, { origin: log, class: 'text' })?.metadata.name;
  const one = await snapshotOf({ objects: [aPod(), sick('pay-0')] });
  expect(podOf(one)).toBe('pay-0');
  expect(one.subjectOfLog({ ...log, program: 'coredns' })).toMatchObject({ kind: 'Component', name: 'coredns' });
  const dns = (name: string) =>
    aPod(name, {
      metadata: {
        namespace: 'kube-system',
        labels: { 'k8s-app': 'coredns' },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'coredns-5d9c7b8f6d', controller: true }],
      },
    });
  const platform = await snapshotOf({
    objects: [sick('pay-0'), dns('coredns-5d9c7b8f6d-aaaaa'), dns('coredns-5d9c7b8f6d-bbbbb')],
  });
  expect(platform.subjectOfLog({ ...log, program: 'coredns' })).toMatchObject({
    kind: 'Deployment',
    name: 'coredns',
    namespace: 'kube-system',
  });
  const two = await snapshotOf({ objects: [sick('web-0'), sick('pay-0')] });
  expect(podOf(two)).toBeUndefined();
  expect(two.subjectOfLog(log)).toMatchObject({ kind: 'Log', name: 'log.txt' });
});

test('quotes are the words of the source: a line of text, or a field and its value', async () => {
  const snapshot = await snapshotOf({ objects: [aPod()] });
  const pod = snapshot.list('pods')[0];
  expect(snapshot.quote(pod, '/status/phase')).toEqual({
    file: 'bundle.json',
    pointer: '/items/0/status/phase',
    text: 'Pod web-5d9c7b8f6d-k2xvq status.phase: Running',
  });
});

test('absence is a fact only after a full listing', async () => {
  const partial = await snapshotOf({ objects: [aPod()], complete: false });
  const full = await snapshotOf({ objects: [aPod()], complete: ['Secret'] });
  expect(partial.listed('secrets', 'shop')).toBe(false);
  expect(full.listed('secrets', 'shop')).toBe(true);
  expect(full.has('secrets')).toBe(true);
});
