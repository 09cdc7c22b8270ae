import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/env-service-address-wrong.ts';
import { aPod, aService, run } from '../../build.ts';

const ledger = aService('ledger-api', {
  spec: { selector: { app: 'ledger' }, ports: [{ port: 7000, targetPort: 7000 }], clusterIP: '10.96.0.33' },
});
const pod = (env: object[], over: object = {}) =>
  aPod('web-5d9c7b8f6d-k2xvq', { spec: { containers: [{ name: 'app', env, ...over }] } });

it('tells a misspelt host and what it should be', async () => {
  const { first } = await run(check, { objects: [ledger, pod([{ name: 'LEDGER_ADDR', value: 'ledger-ap:7000' }])] });
  expect(first).toMatchObject({
    variant: 'host',
    severity: 'warning',
    subject: { kind: 'Pod', workload: { kind: 'Deployment', name: 'web' } },
  });
  expect(first?.message).toContain('LEDGER_ADDR=ledger-ap:7000');
  expect(first?.message).toContain('ledger-api');
});

it('a misspelt host is critical when the container suffers', async () => {
  const suffering = pod([{ name: 'LEDGER_ADDR', value: 'ledger-ap:7000' }]) as { status: { conditions: object[] } };
  suffering.status.conditions = [{ type: 'Ready', status: 'False' }];
  expect((await run(check, { objects: [ledger, suffering] })).first?.severity).toBe('critical');
});

it('tells a wrong port, also from a pair of variables', async () => {
  const one = await run(check, {
    objects: [ledger, pod([{ name: 'LEDGER_URL', value: 'http://ledger-api.shop.svc:7001/v1' }])],
  });
  expect(one.first?.variant).toBe('port');
  expect(one.first?.message).toContain('no port 7001');
  const pair = [
    { name: 'LEDGER_HOST', value: 'ledger-api' },
    { name: 'LEDGER_PORT', value: '7002' },
  ];
  expect((await run(check, { objects: [ledger, pod(pair)] })).first?.message).toContain('no port 7002');
});

it('reads the port that a Secret gives, and no other value of it', async () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'ledger', namespace: 'shop' },
    stringData: { DB_HOST: 'ledger-api', DB_PORT: '7009', DB_PASSWORD: 'hunter2' },
  };
  const { first, found } = await run(check, {
    objects: [ledger, secret, pod([], { envFrom: [{ secretRef: { name: 'ledger' } }] })],
  });
  expect(first?.message).toContain('7009');
  expect(JSON.stringify(found.map((f) => [f.message, f.evidence]))).not.toContain('hunter2');
});

it('tells the namespace in which the Service is', async () => {
  const far = aService('vault', { metadata: { namespace: 'sec' } });
  const { first } = await run(check, {
    objects: [ledger, far, pod([{ name: 'VAULT_ADDR', value: 'http://vault:80' }])],
  });
  expect(first).toMatchObject({ variant: 'namespace' });
});

const saying = (pod: string, line: string) => ({
  class: 'container' as const,
  origin: { namespace: 'shop', pod, container: 'app' },
  lines: [line, line, line],
});

it('takes a log that names the host for proof, also that of a caller, and of an unknown namespace', async () => {
  const far = 'rpc error: dial tcp: lookup ledger-ap on 10.96.0.10:53: no such host';
  const caller = aPod('shop-7c9d8b6f5d-x8w2q', { metadata: { ownerReferences: [] } });
  const relayed = await run(check, {
    objects: [ledger, pod([{ name: 'LEDGER_ADDR', value: 'ledger-ap:7000' }]), caller],
    logs: [saying('shop-7c9d8b6f5d-x8w2q', far)],
  });
  expect(relayed.first).toMatchObject({ variant: 'host', severity: 'critical', confidence: 'high' });
  expect(relayed.first?.related).toContainEqual({ kind: 'Pod', namespace: 'shop', name: 'shop-7c9d8b6f5d-x8w2q' });
  const objects = [ledger, pod([{ name: 'LEDGER_ADDR', value: 'ledger-api.default:7000' }])];
  expect((await run(check, { objects })).outcome).toBe('passed');
  const nowhere = saying('web-5d9c7b8f6d-k2xvq', 'lookup ledger-api.default on 10.96.0.10:53: no such host');
  expect((await run(check, { objects, logs: [nowhere] })).first).toMatchObject({ variant: 'namespace' });
});

it('tells an address without the port that the program demands', async () => {
  const objects = [ledger, pod([{ name: 'LEDGER_ADDR', value: 'ledger-api' }])];
  expect((await run(check, { objects })).outcome).toBe('passed');
  const { first } = await run(check, {
    objects,
    logs: [saying('web-5d9c7b8f6d-k2xvq', 'dial tcp: address ledger-api: missing port in address')],
  });
  expect(first).toMatchObject({ variant: 'port', severity: 'critical' });
  expect(first?.fix?.[0]).toContain('ledger-api:7000');
});

it('blames the one caller that goes past a Service that works', async () => {
  const shifted = aService('ledger-api', {
    spec: { selector: { app: 'web' }, ports: [{ port: 5000, targetPort: 7000 }], clusterIP: '10.96.0.33' },
  });
  const caller = pod([{ name: 'LEDGER_ADDR', value: 'ledger-api:7000' }], { ports: [{ containerPort: 7000 }] });
  const works = { from: 'debug', tool: 'nc', target: 'ledger-api', port: 5000, outcome: 'ok' };
  expect((await run(check, { objects: [shifted, caller] })).outcome).toBe('passed');
  const seen = await run(check, { objects: [shifted, caller], facts: { probes: [works as never] } });
  expect(seen.first).toMatchObject({ variant: 'port', severity: 'critical' });
});

it('leaves right addresses, the world outside and host aliases alone', async () => {
  const env = [
    { name: 'LEDGER_ADDR', value: 'ledger-api:7000' },
    { name: 'API', value: 'https://api.example.com:8443/x' },
    { name: 'IMAGE', value: 'ledger-ap:7000' },
    { name: 'OWNER', value: 'kubernetes://apis/apps/v1/namespaces/shop' },
  ];
  expect((await run(check, { objects: [ledger, pod(env)] })).outcome).toBe('passed');
  const aliased = aPod('web-5d9c7b8f6d-k2xvq', {
    spec: {
      hostAliases: [{ ip: '10.1.1.1', hostnames: ['ledger-ap'] }],
      containers: [{ name: 'app', env: [{ name: 'L_ADDR', value: 'ledger-ap:7000' }] }],
    },
  });
  expect((await run(check, { objects: [ledger, aliased] })).outcome).toBe('passed');
});

it('takes a name that is like no Service for information', async () => {
  const { first } = await run(check, { objects: [ledger, pod([{ name: 'TRACER_ADDR', value: 'jaeger:6831' }])] });
  expect(first).toMatchObject({ variant: 'unknown-host', severity: 'info' });
});

it('is not checked without Services', async () => {
  expect((await run(check, { objects: [pod([])] })).outcome).toBe('not-checked');
});
