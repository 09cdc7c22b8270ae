import { expect, it } from 'vitest';
import check from '../../../src/checks/4-control-plane/infrastructure-resource-not-ready.ts';
import type { CustomResource } from '../../../src/parsers/records.ts';
import { run } from '../../build.ts';

const source = { file: 'a.txt', line: 1, text: 'x' };
const versionWith = (type: string, status: string, reason: string, message: string): CustomResource => ({
  source,
  resourceKind: 'ClusterVersion',
  apiVersion: 'config.openshift.io/v1',
  name: 'version',
  conditions: [{ source, type, status, reason, message }],
});
const facts = (resource: CustomResource) => ({ facts: { customResources: [resource] } });

it('tells why OpenShift does not update, unless it waits for an operator that is told of', async () => {
  const refused = versionWith('ReleaseAccepted', 'False', 'RetrievePayload', 'The update cannot be verified');
  expect((await run(check, facts(refused))).first?.message).toContain('The update cannot be verified');
  const waits = versionWith('Failing', 'True', 'ClusterOperatorDegraded', 'Cluster operator dns is degraded');
  expect((await run(check, facts(waits))).first?.message).toContain('Cluster operator dns is degraded');
  const dns = { apiVersion: 'config.openshift.io/v1', kind: 'ClusterOperator', metadata: { name: 'dns' } };
  expect((await run(check, { ...facts(waits), objects: [dns] })).found).toEqual([]);
});

it('leaves resources of programs and of the network to their checks', async () => {
  const other = { ...versionWith('Ready', 'False', 'Broken', 'no disk'), apiVersion: 'example.org/v1' };
  expect((await run(check, facts(other))).found).toEqual([]);
});

it('tells of an event of OLM that nothing can be resolved in a namespace', async () => {
  const event = {
    kind: 'Event',
    metadata: { name: 'e1', namespace: 'default' },
    type: 'Warning',
    reason: 'ResolutionFailed',
    message:
      'constraints not satisfiable: clusterserviceversion probe.v1 exists and is not referenced by a subscription',
    involvedObject: { kind: 'Namespace', name: 'probes' },
    count: 3,
  };
  const { first } = await run(check, { objects: [event] });
  expect(first?.message).toContain('probe.v1');
  expect(first?.subject).toMatchObject({ kind: 'Namespace', name: 'probes' });
  expect(first?.fix?.[0]).toContain('ClusterServiceVersion');
  expect((await run(check, { objects: [{ ...event, reason: 'Created' }] })).found).toEqual([]);
});
