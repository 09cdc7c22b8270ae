import { expect, test } from 'vitest';
import check from '../../../src/checks/3-networking/istio-analysis-error.ts';
import { run } from '../../build.ts';

test('an error of istioctl is about the object that it names; its remarks are none', async () => {
  const lines = [
    'Error [IST0101] (VirtualService shop/orders) Referenced host not found: "orders-v2"',
    'Warning [IST0103] (Pod shop/web-0) The pod is missing the Istio proxy.',
  ];
  const { found } = await run(check, { logs: [{ class: 'text', lines }] });
  expect(found).toMatchObject([
    {
      subject: { kind: 'VirtualService', namespace: 'shop', name: 'orders' },
      variant: 'IST0101',
      message: 'VirtualService orders: Referenced host not found: "orders-v2" (IST0101)',
    },
  ]);
});
