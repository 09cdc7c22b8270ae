import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/gateway-route-wrong.ts';
import { aService, run } from '../../build.ts';

const services = ['orders', 'users', 'stock', 'mail'].map((name, i) =>
  aService(`acme-${name}-svc`, { spec: { clusterIP: `10.96.1.${i}` } }),
);
const config = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'gateway', namespace: 'shop' },
  data,
});
const spring = (routes: [string, string][]) =>
  config({
    'application.yml': routes
      .map(
        ([uri, path], i) =>
          `        - id: r${i}\n          uri: ${uri}\n          predicates:\n            - Path=${path}`,
      )
      .join('\n'),
  });
const good: [string, string][] = [
  ['lb://acme-orders-svc', '/api/v1/orders/**'],
  ['lb://${USERS:acme-users-svc}', '/api/v1/users/**'],
  ['lb://acme-stock-svc', '/api/v1/stockservice/**'],
];

it('tells a route that goes to another Service than its path names', async () => {
  const { first } = await run(check, {
    objects: [...services, spring([...good, ['lb://acme-users-svc', '/api/v1/mail/**']])],
  });
  expect(first).toMatchObject({
    variant: 'other-service',
    severity: 'critical',
    subject: { kind: 'Service', name: 'acme-mail-svc' },
  });
  expect(first?.message).toContain('/api/v1/mail/**');
  expect(first?.message).toContain('acme-users-svc');
  expect(first?.evidence[0]).toMatchObject({ file: 'bundle.json' });
});

it('goes by the id of a route where its path abbreviates the name', async () => {
  const named = (routes: [string, string, string][]) =>
    config({
      'application.yml': routes
        .map(([id, uri, path]) => `  - id: ${id}\n    uri: ${uri}\n    predicates:\n      - Path=${path}`)
        .join('\n'),
    });
  const right: [string, string, string][] = [
    ['orders', 'lb://acme-orders-svc', '/orders/**'],
    ['users', 'lb://acme-users-svc', '/usr/**'],
    ['stock', 'lb://acme-stock-svc', '/stock/**'],
    ['orders-archive', 'lb://acme-orders-svc', '/archive/**'],
  ];
  expect((await run(check, { objects: [...services, named(right)] })).outcome).toBe('passed');
  const { first } = await run(check, {
    objects: [...services, named([...right, ['mail', 'lb://acme-orders-svc', '/m/**']])],
  });
  expect(first).toMatchObject({ variant: 'other-service', subject: { kind: 'Service', name: 'acme-mail-svc' } });
});

it('needs siblings that follow a rule, and a Service of that name', async () => {
  expect((await run(check, { objects: [...services, spring(good)] })).outcome).toBe('passed');
  const loose: [string, string][] = [
    ['lb://acme-users-svc', '/a/**'],
    ['lb://acme-stock-svc', '/b/**'],
    ['lb://acme-orders-svc', '/mail/**'],
  ];
  expect((await run(check, { objects: [...services, spring(loose)] })).outcome).toBe('passed');
  const alias = spring([...good, ['lb://acme-users-svc', '/api/v1/accounts/**']]);
  expect((await run(check, { objects: [...services, alias] })).outcome).toBe('passed');
});

it('tells an nginx backend whose name or port does not exist', async () => {
  const nginx = (host: string) =>
    config({ 'nginx.conf': `server {\n  location /mail/ {\n    proxy_pass http://${host}/;\n  }\n}` });
  const wrong = await run(check, { objects: [...services, nginx('acme-mail-sv:80')] });
  expect(wrong.first).toMatchObject({ variant: 'backend-missing', severity: 'critical' });
  const port = await run(check, { objects: [...services, nginx('acme-mail-svc:8081')] });
  expect(port.first).toMatchObject({ variant: 'backend-port', subject: { name: 'acme-mail-svc' } });
  expect((await run(check, { objects: [...services, nginx('acme-mail-svc:80')] })).outcome).toBe('passed');
});

it('is not checked without route tables', async () => {
  expect((await run(check, { objects: services })).outcome).toBe('not-checked');
});
