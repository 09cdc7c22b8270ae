import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/gpu-amd-driver-unavailable.ts';
import { run } from '../../build.ts';

const tool = {
  class: 'text' as const,
  lines: ['ROCk module is loaded', 'Unable to open /dev/kfd read-write: Cannot allocate memory'],
};
const kernel = { class: 'kernel' as const, lines: ['[    3.548555] kfd kfd: amdgpu: TAHITI  not supported in kfd'] };

test('the kernel says why', async () => {
  const { first } = await run(check, { logs: [tool, kernel] });
  expect(first).toMatchObject({ variant: 'card-refused' });
  expect(first?.message).toMatch(/Cannot allocate memory; the kernel says why: kfd: TAHITI {2}not supported in kfd/);
  expect(first?.evidence).toHaveLength(2);
});

test('without a reason; a display card that nobody computes on', async () => {
  expect((await run(check, { logs: [tool] })).first).toMatchObject({ variant: 'device' });
  expect((await run(check, { logs: [kernel] })).outcome).toBe('passed');
});
