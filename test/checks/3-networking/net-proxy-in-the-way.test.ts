import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/net-proxy-in-the-way.ts';
import { anEvent, aPod, run } from '../../build.ts';

const call = (answer: string) =>
  `Internal error occurred: failed calling webhook "check.shop.io": failed to call webhook: Post "https://check.shop.svc:443/validate?timeout=10s": ${answer}`;
const failure = (message: string) => ({ commandFailures: [{ reason: 'server-error' as const, message }] });

it('knows the refusal of a proxy when the API server calls a webhook', async () => {
  const { first } = await run(check, { facts: failure(call('Service Unavailable')) });
  expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Component', name: 'kube-apiserver' } });
  expect(first?.message).toContain('NO_PROXY of the program that asks lacks check.shop.svc:443');
  expect(first?.related).toContainEqual({ kind: 'Service', namespace: 'shop', name: 'check' });
});

it('knows it in the words of a network plug-in, about the node', async () => {
  const message =
    'Failed to create pod sandbox: plugin type="calico" failed (add): error getting ClusterInformation: Get "https://10.96.0.1:443/apis/crd.projectcalico.org/v1/clusterinformations/default": Bad Gateway';
  const pod = aPod('web-0', { spec: { nodeName: 'node-3', containers: [] } });
  const objects = [pod, anEvent({ kind: 'Pod', name: 'web-0' }, 'FailedCreatePodSandBox', message)];
  const { first } = await run(check, { objects });
  expect(first?.subject).toMatchObject({ kind: 'Node', name: 'node-3' });
  expect(first?.message).toContain('10.96.0.1');
  const line = 'Get \\"https://10.96.0.1:443/version\\": Service Unavailable';
  const logs = [{ class: 'container' as const, origin: { pod: 'op-0', namespace: 'shop' }, lines: [line] }];
  expect((await run(check, { logs })).first?.subject).toMatchObject({ kind: 'Pod', name: 'op-0' });
});

it('knows it when kubectl asks', async () => {
  const facts = failure('Unable to connect to the server: Gateway Timeout');
  expect((await run(check, { facts })).first?.message).toContain('NO_PROXY lacks the address of the API server');
});

it('is silent on answers of the target, on names outside, and without facts', async () => {
  const target = call('dial tcp 10.96.7.7:443: connect: connection refused');
  expect((await run(check, { facts: failure(target) })).outcome).toBe('passed');
  const outside = 'Get "https://api.example.com/v1": Service Unavailable';
  expect((await run(check, { facts: failure(outside) })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
