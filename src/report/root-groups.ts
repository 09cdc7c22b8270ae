/** Root causes as they are told: the same cause at several places is told once. */
import type { RootCause } from '../result.ts';

export interface RootGroup {
  readonly cause: RootCause;
  /** The same check and title elsewhere, explaining nothing of their own. */
  readonly same: readonly RootCause[];
}

/** Keeps the order of rank; the best-ranked of the same stands for all. */
export function rootGroups(roots: readonly RootCause[]): readonly RootGroup[] {
  const groups: { cause: RootCause; same: RootCause[] }[] = [];
  for (const cause of roots) {
    const group = groups.find(({ cause: told }) => told.check === cause.check && told.title === cause.title);
    if (group !== undefined && cause.chain.length === 0) group.same.push(cause);
    else groups.push({ cause, same: [] });
  }
  return groups;
}
