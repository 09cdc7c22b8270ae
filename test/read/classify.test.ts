import { expect, test } from 'vitest';
import { createClassifier } from '../../src/read/classify.ts';

test('a layout is believed once the bundle has shown it: its names mean something else elsewhere', () => {
  const { classify, all } = createClassifier();
  expect(classify('10.0.0.5/mounts')).toBeUndefined();
  expect(all()).toEqual(['loose']);
  classify('10.0.0.5/controller-runtime.log');
  expect(classify('10.0.0.5/mounts')).toMatchObject({ kind: 'talos-mounts' });
  expect(all()).toEqual(['talos']);
});

test('a path that names a pod says so in any bundle', () => {
  const { classify } = createClassifier();
  expect(classify('namespaces/shop/pods/web-0/app/app/logs/current.log')).toMatchObject({
    kind: 'kubectl-logs',
    origin: { namespace: 'shop', pod: 'web-0', container: 'app' },
  });
});

test('without a layout folders tell whose a file is', () => {
  expect(createClassifier().classify('nodes/worker-1/df.txt')).toMatchObject({ origin: { node: 'worker-1' } });
});
