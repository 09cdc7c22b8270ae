import { expect, test } from 'vitest';
import check from '../../../src/checks/4-control-plane/cloud-api-refused.ts';
import { anEvent, run } from '../../build.ts';

const service = { kind: 'Service', name: 'edge' };
const failed = (words: string, reason = 'SyncLoadBalancerFailed', over = {}) =>
  anEvent(service, reason, `Error syncing load balancer: failed to ensure load balancer: ${words}`, over);

test.each([
  ["Error 403: QUOTA_EXCEEDED - Quota 'IN_USE_ADDRESSES' exceeded.  Limit: 4.0 in region r1.", 'quota'],
  ['TooManyLoadBalancers: Exceeded quota of account', 'quota'],
  ['AADSTS7000222: The provided client secret keys for app are expired.', 'credentials'],
  ['UnauthorizedOperation: You are not authorized to perform this operation.', 'permission'],
])('%s', async (words, variant) => {
  const { first } = await run(check, { objects: [failed(words)] });
  expect(first).toMatchObject({
    variant,
    related: [{ kind: 'Service', name: 'edge' }],
    message: expect.stringContaining(words.slice(0, 40)),
  });
});

test('other reasons and other failures are left to their own checks', async () => {
  const objects = [
    failed('could not find any suitable subnets for creating the ELB'),
    failed('AADSTS7000222', 'FailedMount'),
    failed('AADSTS7000222', 'SyncLoadBalancerFailed', { type: 'Normal' }),
  ];
  expect((await run(check, { objects })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
