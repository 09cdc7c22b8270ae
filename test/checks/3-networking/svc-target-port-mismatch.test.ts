import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/svc-target-port-mismatch.ts';
import { aPod, aService, run, someEndpoints } from '../../build.ts';

const port = (targetPort: number | string, p = 80) =>
  aService('web', { spec: { ports: [{ name: 'http', port: p, targetPort, protocol: 'TCP' }] } });
const ready = { httpGet: { path: '/', port: 8080 } };
const pod = aPod('web-5d9c7b8f6d-k2xvq', {
  spec: { containers: [{ name: 'app', ports: [{ name: 'web', containerPort: 8080 }], readinessProbe: ready }] },
});
const caller = (name: string, url: string) =>
  aPod(name, {
    metadata: { labels: { app: name }, ownerReferences: undefined },
    spec: { containers: [{ name: 'app', env: [{ name: 'WEB_URL', value: url }] }] },
    status: { podIP: '10.0.9.9' },
  });

it('tells a target port that the pods do not serve', async () => {
  const { first } = await run(check, { objects: [port(9090), pod] });
  expect(first).toMatchObject({
    variant: 'target-port',
    severity: 'critical',
    subject: { kind: 'Service', name: 'web' },
  });
  expect(first?.message).toContain('targetPort 9090');
  expect(first?.message).toContain('8080');
});

it('needs more than a missing declaration', async () => {
  const plain = aPod('web-5d9c7b8f6d-k2xvq', {
    spec: { containers: [{ name: 'app', ports: [{ containerPort: 8080 }] }] },
  });
  expect((await run(check, { objects: [port(9090), plain] })).outcome).toBe('passed');
  const probe = { tool: 'nc', target: 'web', port: 80, outcome: 'refused', from: { namespace: 'shop' } } as const;
  const { first } = await run(check, { objects: [port(9090), plain], facts: { probes: [probe] } });
  expect(first?.confidence).toBe('high');
  expect(first?.message).toContain('refused');
});

it('believes a proxy that met the closed port of a pod', async () => {
  const plain = aPod('web-5d9c7b8f6d-k2xvq', {
    spec: { containers: [{ name: 'app', ports: [{ containerPort: 8080 }] }] },
    status: { podIP: '10.0.1.5' },
  });
  const met = (address: string) => [
    {
      class: 'container' as const,
      origin: { pod: 'ingress-nginx-controller-5d9c7b8f6d-aaaaa', namespace: 'ingress-nginx' },
      lines: [
        `2024/01/02 10:00:00 [error] 31#31: *9 connect() failed (111: Connection refused) while connecting to upstream, client: 10.9.9.9, server: shop.example.com, request: "GET / HTTP/1.1", upstream: "http://${address}/", host: "shop.example.com"`,
      ],
    },
  ];
  const { first } = await run(check, { objects: [port(9090), plain], logs: met('10.0.1.5:9090') });
  expect(first).toMatchObject({ variant: 'target-port', confidence: 'high' });
  expect(first?.message).toContain('10.0.1.5:9090');
  expect((await run(check, { objects: [port(9090), plain], logs: met('10.0.7.7:9090') })).outcome).toBe('passed');
});

it('believes a probe that succeeds', async () => {
  const probe = { tool: 'nc', target: 'web', port: 80, outcome: 'ok', from: { namespace: 'shop' } } as const;
  expect((await run(check, { objects: [port(9090), pod], facts: { probes: [probe] } })).outcome).toBe('passed');
});

it('tells a port name that the pods do not have', async () => {
  const { first } = await run(check, { objects: [port('http-api'), pod] });
  expect(first?.variant).toBe('named-port');
  expect(first?.message).toContain('"http-api"');
  expect((await run(check, { objects: [port('web'), pod] })).outcome).toBe('passed');
});

it('takes endpoints with a port for proof that the name was found', async () => {
  const nameless = aPod();
  expect((await run(check, { objects: [port('web'), nameless, someEndpoints('web', ['10.0.1.5'])] })).outcome).toBe(
    'passed',
  );
});

it('blames the Service when all its callers use a port that the pods serve', async () => {
  const objects = [port(8080, 81), pod, caller('shop', 'http://web:8080/'), caller('admin', 'http://web:8080/')];
  const { first } = await run(check, { objects });
  expect(first?.variant).toBe('port');
  expect(first?.message).toContain('web:8080');
  const mixed = [port(8080, 81), pod, caller('shop', 'http://web:81/'), caller('admin', 'http://web:8080/')];
  expect((await run(check, { objects: mixed })).outcome).toBe('passed');
});

it('is silent on a healthy Service and not checked without pods', async () => {
  expect((await run(check, { objects: [aService(), pod] })).outcome).toBe('passed');
  expect((await run(check, { objects: [aService()] })).outcome).toBe('not-checked');
});

it('does not take the ports of a mesh proxy for those of the application', async () => {
  const containers = [
    { name: 'app' },
    { name: 'istio-proxy', ports: [{ containerPort: 15090 }], readinessProbe: { httpGet: { path: '/', port: 15021 } } },
  ];
  const meshed = aPod('web-5d9c7b8f6d-k2xvq', { spec: { containers } });
  expect((await run(check, { objects: [port(9090), meshed] })).outcome).toBe('passed');
});
