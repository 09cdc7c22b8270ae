import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/policy-drops-flow.ts';
import { aPod, run } from '../../build.ts';

const HUBBLE =
  'Mar  1 10:00:00.001: shop/web-0:41404 (ID:7) <> db/pg-0:5432 (ID:9) Policy denied DROPPED (TCP Flags: SYN)';
const web = (ready: boolean) =>
  aPod('web-0', {
    metadata: { ownerReferences: undefined },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
const ran = (line: string, times: number, objects: readonly object[] = []) =>
  run(check, { objects, logs: [{ class: 'container', lines: Array.from({ length: times }, () => line) }] });

it('names source, destination and port, and the pod that waits for the answer', async () => {
  const { found, first } = await ran(HUBBLE, 3, [web(false)]);
  expect(found).toHaveLength(1);
  expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'Pod', name: 'web-0' } });
  expect(first?.message).toContain('what shop/web-0 sends to db/pg-0 port 5432');
  expect((await ran(HUBBLE, 9, [web(true)])).first?.severity).toBe('warning');
});

it('tells of flows whose pods nobody names', async () => {
  const line =
    'xx drop (Policy denied) flow 0x0 to endpoint 17, ifindex 3, identity 7->9: 10.0.0.7:41404 -> 10.0.1.9:5432 tcp SYN';
  expect((await ran(line, 5)).first?.message).toContain('10.0.0.7:41404 -> 10.0.1.9:5432');
});

it('says nothing of flows that pass', async () => {
  expect((await ran(HUBBLE.replace('Policy denied DROPPED', 'to-endpoint FORWARDED'), 5)).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
