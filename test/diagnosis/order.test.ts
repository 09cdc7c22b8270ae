import { expect, test } from 'vitest';
import type { Found } from '../../src/checks/engine.ts';
import { lateness } from '../../src/diagnosis/order.ts';
import { NOW, snapshotOf } from '../build.ts';

const HOUR = 3600_000;
/** A finding that began at a time and quotes a line of a file. */
const found = (since: number | undefined, file: string, line = 2): Found =>
  ({ evidence: [{ file, line, text: 't' }], ...(since === undefined ? {} : { since }) }) as unknown as Found;

/** A log of three lines from this time on, one a minute. */
async function withLog(from: number) {
  const line = (i: number) => `${new Date(from + i * 60_000).toISOString()} line ${i}`;
  return lateness(
    await snapshotOf({ logs: [{ class: 'container', origin: { file: 'log' }, lines: [0, 1, 2].map(line) }] }),
  );
}

test('what began later than its effect is late, within a minute it is not', async () => {
  const late = await withLog(NOW - 9 * HOUR);
  expect(late(found(NOW, 'events'), found(NOW - HOUR, 'events'))).toBe(true);
  expect(late(found(NOW, 'events'), found(NOW - 30_000, 'events'))).toBe(false);
  expect(late(found(NOW, 'events'), found(undefined, 'events'))).toBe(false);
});

test('a log that starts after the effect began proves no late cause', async () => {
  const late = await withLog(NOW - 600_000);
  expect(late(found(NOW - 540_000, 'log'), found(NOW - HOUR, 'events'))).toBe(false);
  // Another file, or a line outside of the log, is no excuse.
  expect(late(found(NOW - 540_000, 'events'), found(NOW - HOUR, 'events'))).toBe(true);
  expect(late(found(NOW - 540_000, 'log', 40), found(NOW - HOUR, 'events'))).toBe(true);
});

test('a log that reaches back to before the effect shows when the cause began', async () => {
  const late = await withLog(NOW - 2 * HOUR);
  expect(late(found(NOW - 540_000, 'log'), found(NOW - HOUR, 'events'))).toBe(true);
});
