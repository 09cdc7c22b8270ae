import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/runtime-overloaded.ts';
import type { MetricSample } from '../../../src/parsers/records.ts';
import { aNode, run } from '../../build.ts';

const FAMILY = 'kubelet_runtime_operations_duration_seconds_bucket';
const scrape = (operation: string, counts: readonly number[]) => {
  const bounds = ['0.1', '5', '20', '+Inf'];
  const samples: MetricSample[] = counts.map((value, i) => ({
    labels: { operation_type: operation, le: bounds[i] ?? '+Inf' },
    value,
    line: i + 1,
    text: `${FAMILY}{operation_type="${operation}",le="${bounds[i]}"} ${value}`,
  }));
  return { facts: { metrics: [{ node: 'node-1', component: 'kubelet', families: new Map([[FAMILY, samples]]) }] } };
};

test('listing containers takes many seconds', async () => {
  const { first } = await run(check, scrape('list_containers', [10, 20, 100, 100]));
  expect(first).toMatchObject({ variant: 'metrics', subject: { kind: 'Node', name: 'node-1' } });
});

test('pulls may take long; quick answers', async () => {
  expect((await run(check, scrape('pull_image', [10, 20, 100, 100]))).outcome).toBe('passed');
  expect((await run(check, scrape('list_containers', [990, 1000, 1000, 1000]))).outcome).toBe('passed');
  expect((await run(check, { objects: [aNode()] })).outcome).toBe('not-checked');
});

test('crictl that takes seconds', async () => {
  const timed = (command: string, seconds: number) => ({
    facts: { commandTimings: [{ node: 'node-1', command, seconds }] },
  });
  expect((await run(check, timed('crictl ps -a', 12.4))).first?.message).toContain('12.4 s');
  expect((await run(check, timed('crictl ps -a', 0.2))).outcome).toBe('passed');
  expect((await run(check, timed('crictl pull x', 60))).outcome).toBe('passed');
});
