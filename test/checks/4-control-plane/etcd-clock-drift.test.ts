import { expect, test } from 'vitest';
import check from '../../../src/checks/4-control-plane/etcd-clock-drift.ts';
import { aNode, run } from '../../build.ts';

const line = (drift: string) =>
  `{"level":"warn","ts":"2026-03-01T09:15:30.004127Z","caller":"rafthttp/probing_status.go:82","msg":"prober found high clock drift","round-tripper-name":"ROUND_TRIPPER_RAFT_MESSAGE","remote-peer-id":"6d90e3b41fa7c528","clock-drift":"${drift}","rtt":"598µs"}`;
const log = (...lines: string[]) => ({ logs: [{ class: 'container' as const, origin: { program: 'etcd' }, lines }] });

test('the worst drift against each member', async () => {
  const { found, first } = await run(check, log(line('2.5s'), line('4.1s')));
  expect(found).toHaveLength(1);
  expect(first).toMatchObject({ severity: 'warning', variant: '6d90e3b41fa7c528' });
  expect(first?.message).toContain('4.1 s');
});

test('hours are critical', async () => {
  expect((await run(check, log(line('2h12m53.4s')))).first).toMatchObject({ severity: 'critical' });
});

test('the wording of etcd 3.3', async () => {
  const old =
    '2026-03-01 09:15:30.004 W | rafthttp: the clock difference against peer 6d90e3b41fa7c528 is too high [3.5s > 1s]';
  expect((await run(check, log(old))).first?.message).toContain('3.5 s');
});

test('a quiet log; none', async () => {
  expect((await run(check, log('{"level":"info","ts":"2026-03-01T09:15:30Z","msg":"compacted"}'))).outcome).toBe(
    'passed',
  );
  expect((await run(check, { objects: [aNode()] })).outcome).toBe('not-checked');
});
