import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/svc-externalname-ip.ts';
import { aService, run } from '../../build.ts';

const external = (externalName: string) => aService('legacy', { spec: { type: 'ExternalName', externalName } });

it('tells an address where a name belongs', async () => {
  const { first } = await run(check, { objects: [external('192.0.2.40')] });
  expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Service', name: 'legacy' } });
  expect(first?.message).toContain('192.0.2.40');
  expect((await run(check, { objects: [external('2001:db8::7')] })).found).toHaveLength(1);
});

it('is content with names, and not checked without Services', async () => {
  expect((await run(check, { objects: [external('db.example.com'), aService('web')] })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
