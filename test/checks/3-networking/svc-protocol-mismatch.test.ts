import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/svc-protocol-mismatch.ts';
import { aPod, aService, run } from '../../build.ts';

const service = (ports: object[]) => aService('web', { spec: { ports } });

it('tells a UDP Service port in front of a TCP container', async () => {
  const { first } = await run(check, {
    objects: [service([{ name: 'grpc', port: 8080, targetPort: 8080, protocol: 'UDP' }]), aPod()],
  });
  expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Service', name: 'web' } });
  expect(first?.message).toContain('UDP');
  expect(first?.message).toContain('8080/TCP');
});

it('is milder when only the declaration disagrees', async () => {
  const { first } = await run(check, {
    objects: [service([{ name: 'stats', port: 8080, targetPort: 8080, protocol: 'UDP' }]), aPod()],
  });
  expect(first?.severity).toBe('warning');
});

it('is silent on DNS-like pairs and on agreement', async () => {
  const both = [
    { name: 'dns', port: 53, targetPort: 8080, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, targetPort: 8080, protocol: 'TCP' },
  ];
  expect((await run(check, { objects: [service(both), aPod()] })).outcome).toBe('passed');
  expect((await run(check, { objects: [aService(), aPod()] })).outcome).toBe('passed');
  expect((await run(check, { objects: [aPod()] })).outcome).toBe('not-checked');
});
