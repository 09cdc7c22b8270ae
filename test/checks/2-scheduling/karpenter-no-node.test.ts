import { expect, test } from 'vitest';
import check from '../../../src/checks/2-scheduling/karpenter-no-node.ts';
import { refusalsIn } from '../../../src/snapshot/scheduling/karpenter.ts';
import { anEvent, run } from '../../build.ts';

const REASONS =
  'incompatible with nodepool "edge", daemonset overhead={"cpu":"500m","pods":"4"}, did not tolerate team=edge:NoSchedule; incompatible with nodepool "general", daemonset overhead={"cpu":"500m","pods":"4"}, no instance type satisfied resources {"cpu":"70","pods":"5"} and requirements kubernetes.io/arch In [amd64] (no instance type has enough resources)';
const json = (name: string, reasons: string): string =>
  JSON.stringify({
    level: 'ERROR',
    time: '2026-03-01T11:59:00.000Z',
    message: 'could not schedule pod',
    controller: 'provisioner',
    Pod: { name, namespace: 'shop' },
    error: reasons,
  });
const log = (...lines: readonly string[]) => [{ class: 'container' as const, lines }];
const pod = (nodeName?: string) => ({
  kind: 'Pod',
  metadata: { name: 'web-0', namespace: 'shop' },
  spec: { containers: [{ name: 'app' }], ...(nodeName === undefined ? {} : { nodeName }) },
  status: { phase: nodeName === undefined ? 'Pending' : 'Running' },
});

test('the pool that came nearest is told, the others in a word', async () => {
  const { first } = await run(check, { logs: log(json('web-0', REASONS), json('web-0', REASONS)) });
  expect(first).toMatchObject({
    variant: 'instance-type',
    severity: 'critical',
    subject: { kind: 'Pod', namespace: 'shop', name: 'web-0' },
  });
  expect(first?.message).toContain('pod web-0: NodePool general: no instance type satisfied resources {"cpu":"70"');
  expect(first?.message).toContain('refused by 1 other: taint');
  expect(first?.evidence[0]?.line).toBe(1);
});

test('the console format of versions up to 0.30, and the event', async () => {
  const line = `2026-03-01T11:59:00.000Z\tERROR\tcontroller.provisioning\tCould not schedule pod, incompatible with provisioner "general", unsatisfiable topology constraint for topology spread, key=topology.kubernetes.io/zone\t{"commit": "1", "pod": "shop/web-0"}`;
  const { first } = await run(check, { logs: log(line, line) });
  expect(first).toMatchObject({ variant: 'topology', subject: { namespace: 'shop', name: 'web-0' } });
  const event = anEvent(
    { kind: 'Pod', name: 'web-0', namespace: 'shop' },
    'FailedScheduling',
    `Failed to schedule pod, ${REASONS}`,
  );
  expect((await run(check, { objects: [pod(), event] })).first).toMatchObject({
    variant: 'instance-type',
    subject: { name: 'web-0' },
  });
});

test('the JSON of versions 0.32 to 0.36, with the pod behind the message', async () => {
  const line = JSON.stringify({
    level: 'ERROR',
    logger: 'controller.provisioner',
    message: `Could not schedule pod, ${REASONS}`,
    commit: '1',
    pod: 'shop/web-0',
  });
  const { first } = await run(check, { logs: log(line, line) });
  expect(first).toMatchObject({ variant: 'instance-type', subject: { namespace: 'shop', name: 'web-0' } });
  expect(first?.message).not.toContain('commit');
});

test('a pod that has a node by now has recovered; other lines say nothing', async () => {
  const logs = log(json('web-0', REASONS));
  expect((await run(check, { objects: [pod('node-1')], logs })).first).toMatchObject({ state: 'recovered' });
  const fine = '{"level":"INFO","message":"found provisionable pod(s)","Pods":"shop/web-0"}';
  expect((await run(check, { logs: log(fine) })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});

test('which obstacle', () => {
  const obstacle = (words: string) => refusalsIn(`incompatible with nodepool "a", ${words}`)[0]?.obstacle;
  expect(obstacle('did not tolerate a=b:NoSchedule')).toBe('taint');
  expect(obstacle('incompatible requirements, key team, team In [a] not in team In [b]')).toBe('requirement');
  expect(obstacle('unsatisfiable topology constraint for pod anti-affinity, key=kubernetes.io/hostname')).toBe(
    'topology',
  );
  expect(refusalsIn('all available instance types exceed limits for nodepool: "general"')).toEqual([
    { pool: 'general', obstacle: 'limit', words: 'all available instance types exceed limits for nodepool: "general"' },
  ]);
});
