import { expect, test } from 'vitest';
import check from '../../../src/checks/4-control-plane/api-request-refused.ts';
import { run } from '../../build.ts';

const failed = (message: string) => ({ commandFailures: [{ reason: 'other' as const, message }] });

test.each([
  ['Error from server: etcdserver: request is too large', 'too-large', 'too large'],
  ['metadata.annotations: Too long: must have at most 262144 bytes', 'too-large', 'limit 262144'],
  [
    'Error from server (Forbidden): pods "web-0" is forbidden: unable to create new content in namespace old because it is being terminated',
    'namespace-terminating',
    'namespace old is being deleted',
  ],
  [
    'error: exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"',
    'credential-plugin',
    'does not work with this kubectl',
  ],
  [
    'Unable to connect to the server: getting credentials: exec: executable kubelogin not found',
    'credential-plugin',
    'credentials from a program',
  ],
  ['error: context "stage" does not exist', 'kubeconfig', 'context stage'],
])('%s', async (message, variant, words) => {
  const { first } = await run(check, { facts: failed(message) });
  expect(first).toMatchObject({ variant, message: expect.stringContaining(words) });
});

test('what else fails is judged elsewhere', async () => {
  expect((await run(check, { facts: failed('Error from server (NotFound): pods "web-0" not found') })).outcome).toBe(
    'passed',
  );
  expect((await run(check, {})).outcome).toBe('not-checked');
});

test.each([
  ['Error from server (Timeout): Timeout: request did not complete within requested timeout 30s', 'not-in-time'],
  ['Error from server (Forbidden): pods is forbidden: User "system:anonymous" cannot list resource', 'anonymous'],
  ['Error from server (Forbidden): pods is forbidden: User "ann" cannot list resource', undefined],
])('%s: %s', async (message, variant) => {
  expect((await run(check, { facts: failed(message) })).first?.variant).toBe(variant);
});
