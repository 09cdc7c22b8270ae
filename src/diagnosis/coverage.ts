/** What the bundle shows and what it does not. */
import type { Result } from '../result.ts';
import { areaInfo, AREAS, type Area } from '../snapshot/areas.ts';
import { KINDS } from '../snapshot/kinds/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Gap } from './asks.ts';

/** Each area of facts: whether the bundle has it, and what would collect it. */
export function coverageOf(snapshot: Snapshot, gapOf: (area: string) => Gap | undefined): Result['coverage'] {
  const failures = snapshot.facts('commandFailures');
  return AREAS.map((area: Area) => {
    const count =
      area in KINDS
        ? snapshot.list(area as never).length
        : area === 'containerLogs' || area === 'hostLogs' || area === 'kernelLogs'
          ? snapshot.logsOfClass(area).length
          : snapshot.facts(area as never).length;
    const failed = failures.find((failure) => failure.area === area);
    const { title, ...info } = areaInfo(area);
    const gap = gapOf(area);
    const collectWith = gap?.ask ?? info.collectWith;
    if (snapshot.has(area))
      return failed === undefined
        ? { area, title, state: 'present' as const, count }
        : {
            area,
            title,
            state: 'partial' as const,
            count,
            reason: failed.message,
            collectWith,
          };
    return {
      area,
      title,
      state: 'absent' as const,
      count: 0,
      reason: failed?.message ?? (gap === undefined ? 'not in the bundle' : `not in the bundle: ${gap.why}`),
      collectWith,
    };
  });
}
