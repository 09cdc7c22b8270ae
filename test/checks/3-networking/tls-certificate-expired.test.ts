import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/tls-certificate-expired.ts';
import { NOW, run } from '../../build.ts';

const DAY = 86_400_000;
const curl = (target: string, text: string) => ({
  tool: 'curl',
  target,
  outcome: 'failed' as const,
  source: { file: 'curl.txt', line: 9, text },
});
const EXPIRED = 'curl: (60) SSL certificate problem: certificate has expired';
const certificate = (subject: string, days: number) => ({
  name: subject,
  subject,
  state: 'unknown' as const,
  notAfter: NOW + days * DAY,
});
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { tls: [{ hosts: ['*.example.com'], secretName: 'web-tls' }], rules: [] },
};

it('tells the site, the day and the Secret of its Ingress', async () => {
  const { found, first } = await run(check, {
    objects: [ingress],
    facts: { probes: [curl('shop.example.com', EXPIRED)], certificates: [certificate('CN = shop.example.com', -2)] },
  });
  expect(found).toHaveLength(1);
  expect(first?.subject).toMatchObject({ kind: 'Ingress', name: 'web' });
  expect(first?.message).toContain('Secret web-tls');
  expect(first?.message).toContain('has expired on 2026-02-27');
  expect(first?.evidence).toHaveLength(2);
});

it('tells a site from a certificate alone, or from a client alone', async () => {
  expect(
    (await run(check, { facts: { certificates: [certificate('CN=shop.example.com', -1)] } })).first?.subject,
  ).toMatchObject({
    kind: 'Site',
    name: 'shop.example.com',
  });
  expect((await run(check, { facts: { probes: [curl('shop.example.com', EXPIRED)] } })).first?.message).toContain(
    'clients refuse it',
  );
});

it('says nothing of valid ones, of other TLS errors and of names that are no sites', async () => {
  for (const facts of [
    { certificates: [certificate('CN=shop.example.com', 9)] },
    { certificates: [certificate('CN=system:node:n1', -9)] },
    { certificates: [certificate('CN=kube-apiserver', -9)] },
    { probes: [curl('shop.example.com', 'curl: (60) SSL certificate problem: self-signed certificate')] },
  ])
    expect((await run(check, { facts: facts as never })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
