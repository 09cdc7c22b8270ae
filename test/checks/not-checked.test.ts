/** Missing data is never health: without any facts, no check may claim to have looked. */
import { describe, expect, test } from 'vitest';
import { builtInChecks } from '../../src/checks/all.ts';
import { examine } from '../../src/checks/engine.ts';
import { areaInfo } from '../../src/snapshot/areas.ts';
import { snapshotOf } from '../build.ts';

/** Checks without facts of their own: what they read may stand in any text, so only a hit tells that it was looked for. */
const ANY_TEXT = [
  'istio-analysis-error',
  'apiservice-no-response',
  'kops-validation-failed',
  'bond-degraded',
  'ipmi-hardware-event',
];

const nothing = await snapshotOf({ now: null });
const outcomes = new Map(examine(builtInChecks, nothing).outcomes.map((one) => [one.id, one]));

describe('an empty bundle', () => {
  test.each(builtInChecks.map((check) => [check.id, check] as const))('%s', (id, check) => {
    const outcome = outcomes.get(id);
    expect(outcome?.outcome).toBe('not-checked');
    // The reason names what is missing and how to get it.
    const areas = check.needs.length > 0 ? check.needs : check.needsAny;
    for (const area of areas) expect(outcome?.reason).toContain(areaInfo(area).title);
    expect(outcome?.reason?.length).toBeGreaterThan(20);
    expect(outcome?.collectWith?.length).toBeGreaterThan(0);
  });
});

test('a check needs facts, or is listed here', () => {
  const without = builtInChecks.filter((check) => check.needs.length + check.needsAny.length === 0);
  expect(without.map((check) => check.id)).toEqual(ANY_TEXT);
});
