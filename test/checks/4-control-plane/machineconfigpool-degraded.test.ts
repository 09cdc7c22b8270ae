import { expect, test } from 'vitest';
import check from '../../../src/checks/4-control-plane/machineconfigpool-degraded.ts';
import { run } from '../../build.ts';

const pool = (degraded: string) => ({
  apiVersion: 'machineconfiguration.openshift.io/v1',
  kind: 'MachineConfigPool',
  metadata: { name: 'worker' },
  status: {
    machineCount: 3,
    degradedMachineCount: 1,
    conditions: [
      { type: 'Degraded', status: degraded, message: '' },
      {
        type: 'NodeDegraded',
        status: degraded,
        message: 'Node w-2 is reporting: "unexpected on-disk state: content mismatch for file /etc/x.conf"',
      },
    ],
  },
});

test('the node and its words are told', async () => {
  const { first } = await run(check, { objects: [pool('True')] });
  expect(first).toMatchObject({
    subject: { kind: 'MachineConfigPool', name: 'worker' },
    message: expect.stringMatching(/worker is degraded \(1 of 3 machines\): Node w-2 is reporting/),
    related: [{ kind: 'Node', name: 'w-2' }],
  });
});

test('a pool that is up to date passes; without pools nothing is said', async () => {
  expect((await run(check, { objects: [pool('False')] })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
