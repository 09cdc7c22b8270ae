import { expect, test } from 'vitest';
import check from '../../../src/checks/1-application/webhook-denied.ts';
import { run } from '../../build.ts';

const failure = (message: string) => ({ commandFailures: [{ reason: 'other' as const, message }] });
const DENIED = 'admission webhook "policy.example.com" denied the request: ';

test('what a person applies: named by the policy engine, by the file, or not at all', async () => {
  const named = `error: failed to create deployment: ${DENIED}resource Deployment/shop/web was blocked due to the following policies`;
  const { first } = await run(check, { facts: failure(named) });
  expect(first?.subject).toEqual({ kind: 'Deployment', namespace: 'shop', name: 'web' });
  expect(first?.message).toContain(`creating deployment: ${DENIED}resource Deployment/shop/web`);
  const file = `Error from server: error when creating "web.yaml": ${DENIED}label owner is missing`;
  const applied = await run(check, { facts: failure(file) });
  expect(applied.first).toMatchObject({ subject: { kind: 'Manifest' }, severity: 'critical' });
  expect(applied.first?.message).toContain('creating what "web.yaml" holds: admission webhook "policy.example.com"');
});

test('what a controller logs, once, also out of JSON', async () => {
  const lines = [`{"level":"error","error":"${DENIED.replaceAll('"', '\\"')}label owner is missing"}`];
  const logs = [{ class: 'container' as const, lines }];
  const { found } = await run(check, { logs });
  expect(found).toMatchObject([{ variant: 'logged', severity: 'warning' }]);
  expect(found[0]?.message).toMatch(/label owner is missing$/);
  const both = await run(check, { logs, facts: failure(`Error from server: ${DENIED}label owner is missing`) });
  expect(both.found).toHaveLength(1);
  const fine = [{ class: 'container' as const, lines: ['admission webhook "policy.example.com" allowed the request'] }];
  expect((await run(check, { logs: fine })).outcome).toBe('passed');
});
