import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/mesh-mtls-refused.ts';
import { aPod, run } from '../../build.ts';

const policy = (mode: string, namespace = 'front', extra: object = {}) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: 'default', namespace },
  spec: { mtls: { mode }, ...extra },
});
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'stock', namespace: 'front' }, spec: {} };
const caller = (...containers: readonly string[]) =>
  aPod('report-0', {
    metadata: { namespace: 'back', ownerReferences: undefined },
    spec: { containers: containers.map((name) => ({ name, image: 'a:1' })) },
    status: { containerStatuses: containers.map((name) => ({ name, ready: true, state: { running: {} } })) },
  });
const probe = (outcome: string) =>
  ({
    tool: 'curl',
    target: 'stock.front.svc',
    port: 8080,
    outcome,
    from: { namespace: 'back', pod: 'report-0' },
  }) as never;
const outcomeOf = async (objects: readonly object[], outcome = 'reset') =>
  run(check, { objects, facts: { probes: [probe(outcome)] } });

it('names the policy and the caller without a sidecar', async () => {
  const { first } = await outcomeOf([policy('STRICT'), service, caller('app')]);
  expect(first?.subject).toMatchObject({ kind: 'PeerAuthentication', name: 'default', namespace: 'front' });
  expect(first?.message).toContain('report-0 has no sidecar');
  expect(first?.message).toContain('Service front/stock');
});

it('knows the policy of the whole mesh, and that a namespace may have its own', async () => {
  const mesh = policy('STRICT', 'istio-system');
  expect((await outcomeOf([mesh, service, caller('app')])).first?.message).toContain('istio-system/default');
  expect((await outcomeOf([mesh, policy('PERMISSIVE'), service, caller('app')])).outcome).toBe('passed');
});

it('reads what a program logs of a connection that was reset', async () => {
  const { first } = await run(check, {
    objects: [policy('STRICT'), service, caller('app')],
    logs: [
      {
        class: 'container',
        origin: { namespace: 'back', pod: 'report-0' },
        lines: [
          'ERROR Get "http://stock.front:8080/levels": read tcp 10.1.0.4:5102->10.98.7.4:8080: read: connection reset by peer',
        ],
      },
    ],
  });
  expect(first?.message).toContain('Service front/stock');
});

it('says nothing of callers in the mesh, of one workload’s policy, and of other failures', async () => {
  expect((await outcomeOf([policy('STRICT'), service, caller('app', 'istio-proxy')])).outcome).toBe('passed');
  expect(
    (await outcomeOf([policy('STRICT', 'front', { selector: { matchLabels: { app: 'x' } } }), service, caller('app')]))
      .outcome,
  ).toBe('passed');
  expect((await outcomeOf([policy('STRICT'), service, caller('app')], 'timeout')).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
