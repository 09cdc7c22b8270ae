import { expect, it } from 'vitest';
import custom from '../../../src/checks/1-application/custom-resource-not-ready.ts';
import check from '../../../src/checks/3-networking/network-resource-not-ready.ts';
import type { CustomResource } from '../../../src/parsers/records.ts';
import { run } from '../../build.ts';

const source = { file: 'a.txt', line: 1, text: 'x' };
const certificate = (
  conditions: Partial<CustomResource['conditions'][number]>[],
  more: Partial<CustomResource> = {},
) => ({
  resourceKind: 'Certificate',
  apiVersion: 'cert-manager.io/v1',
  name: 'shop-tls',
  namespace: 'shop',
  conditions: conditions.map((one) => ({ type: 'Ready', status: 'False', source, ...one })),
  ...more,
});
const issuer = { reason: 'IssuerNotFound', message: 'Referenced "ClusterIssuer" not found' };
const facts = (...customResources: ReturnType<typeof certificate>[]) => ({ facts: { customResources } });

it('tells what the controller says of a resource', async () => {
  const { first } = await run(check, facts(certificate([issuer])));
  expect(first).toMatchObject({
    severity: 'warning',
    subject: { kind: 'Certificate', namespace: 'shop', name: 'shop-tls' },
  });
  expect(first?.message).toContain('IssuerNotFound: Referenced "ClusterIssuer" not found');
});

it('leaves what is ready, at work or stopped alone, and other groups to the application', async () => {
  expect((await run(check, facts(certificate([{ status: 'True' }])))).outcome).toBe('passed');
  expect((await run(check, facts(certificate([{ reason: 'Progressing' }])))).outcome).toBe('passed');
  const release = certificate([{ message: 'install retries exhausted' }], {
    resourceKind: 'HelmRelease',
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
  });
  expect((await run(check, facts(release))).outcome).toBe('passed');
  expect((await run(custom, facts(release))).first?.message).toContain('install retries exhausted');
  expect((await run(check, {})).outcome).toBe('not-checked');
});

it('puts the challenge before the certificate that waits for it', async () => {
  const challenge = certificate([], {
    resourceKind: 'Challenge',
    apiVersion: 'acme.cert-manager.io/v1',
    state: 'pending',
    message: "wrong status code '404', expected '200'",
  });
  const { found } = await run(check, facts(certificate([issuer]), challenge));
  expect(found.map(({ subject, severity }) => [subject.kind, severity])).toEqual([
    ['Certificate', 'info'],
    ['Challenge', 'warning'],
  ]);
});
