import { expect, test } from 'vitest';
import check from '../../../src/checks/4-control-plane/crd-conversion-failed.ts';
import { aPod, run } from '../../build.ts';

const WORDS =
  'conversion webhook for shop.example.com/v1alpha2, Kind=Order failed: Post "https://orders-webhook.orders.svc:443/convert?timeout=30s": service "orders-webhook" not found';

test('kubectl says why it cannot list a kind', async () => {
  const { first } = await run(check, {
    facts: { commandFailures: [{ reason: 'server-error', message: `Error from server: ${WORDS}` }] },
  });
  expect(first).toMatchObject({
    severity: 'critical',
    subject: { kind: 'CustomResourceDefinition', name: 'Order' },
    related: [{ kind: 'Service', namespace: 'orders', name: 'orders-webhook' }],
  });
  expect(first?.message).toBe(
    'The API server cannot call the conversion webhook of shop.example.com/v1alpha2, Kind=Order (Service orders/orders-webhook): service "orders-webhook" not found',
  );
});

test('the log of the API server says it many times', async () => {
  const { found, first } = await run(check, {
    logs: [
      {
        class: 'container',
        origin: { namespace: 'kube-system', pod: 'kube-apiserver-n1', container: 'kube-apiserver' },
        lines: [1, 2, 3].map((n) => `E0301 11:0${n}:00.000000       1 cacher.go:450] unexpected error: ${WORDS}`),
      },
    ],
  });
  expect(found).toHaveLength(1);
  expect(first?.message).toContain(', 3 times: service "orders-webhook" not found');
});

test('another webhook, and an ordinary error of kubectl', async () => {
  const messages = [
    'Error from server (InternalError): failed calling webhook "a.example.com": Post "https://a.b.svc:443/x": EOF',
    'Error from server (NotFound): customresourcedefinitions "orders.shop.example.com" not found',
  ];
  const commandFailures = messages.map((message) => ({ reason: 'server-error' as const, message }));
  expect((await run(check, { facts: { commandFailures } })).outcome).toBe('passed');
});

test('without any words', async () => {
  expect((await run(check, { objects: [aPod()] })).outcome).toBe('not-checked');
});
