import { expect, test } from 'vitest';
import check from '../../../src/checks/5-node/nm-cloud-setup-active.ts';
import { run } from '../../build.ts';

const rule = (key: string, value: string) => ({ topic: 'rule', key, value, node: 'quay-1' });
const OWN = rule('30400', 'from 192.0.2.5 lookup 30400');
const TIMER = { unit: 'nm-cloud-setup.timer', load: 'loaded', active: 'active', sub: 'waiting', node: 'quay-1' };

test('a rule for the address of the node, and the timer that makes it', async () => {
  const { first } = await run(check, { facts: { hostValues: [OWN], units: [TIMER] } });
  expect(first?.subject.name).toBe('quay-1');
  expect(first?.message).toContain('from 192.0.2.5 to table 30400');
  expect(first?.message).toContain('nm-cloud-setup.timer is active');
  expect(first?.evidence).toHaveLength(2);
});

test('silent where the main table comes first, and on the rules of others', async () => {
  const newer = rule('30350', 'from all lookup main suppress_prefixlength 0');
  expect((await run(check, { facts: { hostValues: [newer, OWN] } })).outcome).toBe('passed');
  const others = [rule('0', 'from all lookup local'), rule('1024', 'from all fwmark 0x80/0x80 lookup main')];
  expect((await run(check, { facts: { hostValues: others } })).outcome).toBe('passed');
});

test('a unit alone is information', async () => {
  const { first } = await run(check, { facts: { units: [TIMER] } });
  expect(first?.severity).toBe('info');
});

test('says so when it cannot know', async () => {
  expect((await run(check, {})).outcome).toBe('not-checked');
});
