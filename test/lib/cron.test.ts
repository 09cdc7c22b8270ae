import { describe, expect, it } from 'vitest';
import { schedulePeriod } from '../../src/lib/cron.ts';

describe('schedulePeriod', () => {
  it.each([
    ['* * * * *', 60],
    ['*/5 * * * *', 300],
    ['0 * * * *', 3600],
    ['0,30 * * * *', 1800],
    ['15 */6 * * *', 6 * 3600],
    ['0 3 * * *', 86_400],
    ['0 0 1 * *', 31 * 86_400],
    ['0 9 * * 1-5', 7 * 86_400],
    ['@hourly', 3600],
  ])('%s is at most %d s', (schedule, seconds) => {
    expect(schedulePeriod(schedule)).toBe(seconds);
  });
  it('knows no period of what is no schedule', () => {
    expect(schedulePeriod('every day')).toBeUndefined();
    expect(schedulePeriod('* * * * * *')).toBeUndefined();
    expect(schedulePeriod('')).toBeUndefined();
  });
});
