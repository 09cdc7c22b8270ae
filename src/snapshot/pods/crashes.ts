/** Containers that ended, or that the kubelet holds back from starting again. */
import { DAY_MS, isBeingDeleted } from '../ages.ts';
import { oncePer } from '../../lib/once-per.ts';
import { containersOf, isLooping, lastTermination, type ContainerView, type Termination } from './containers.ts';
import { lastWords, type LastWords } from '../logs/last-words.ts';
import { logsOfPod, podOfLog } from '../logs/log-owner.ts';
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';
import { unsteadyPods } from './steady.ts';
import { windowsExit } from './windows-exits.ts';

export interface Crash {
  readonly container: ContainerView;
  /** Undefined when only the back-off is known (a table row). */
  readonly ended: Termination | undefined;
  readonly looping: boolean;
  readonly restarts: number;
}

/** Every container with an end or in a crash loop; pods being deleted are left out. */
export const crashes = oncePer((snapshot: Snapshot): readonly Crash[] => {
  const out: Crash[] = [];
  for (const pod of unsteadyPods(snapshot)) {
    if (isBeingDeleted(pod)) continue;
    for (const container of containersOf(pod)) {
      const ended = lastTermination(container);
      const looping = isLooping(container);
      if (ended === undefined && !looping) continue;
      out.push({ container, ended, looping, restarts: container.status?.restartCount ?? 0 });
    }
  }
  return out;
});

/**
 * When the container ended. Of a loop only the last end is on record (`recurs`): the loop began before it, nobody knows
 * when.
 */
export function timeOfCrash({ ended, looping, restarts }: Crash): {
  readonly since?: number;
  readonly recurs?: true;
} {
  if (ended?.finishedAt === undefined) return {};
  return { since: ended.finishedAt, ...(looping && restarts > 1 ? { recurs: true } : {}) };
}

/** The decisive line of the crashed run's log; without one, of a text of no known form beside the only pod that fails. */
export function lastWordsOfCrash(snapshot: Snapshot, { container: { pod, name } }: Crash): LastWords | undefined {
  const words = lastWords(logsOfPod(snapshot, pod, name));
  if (words !== undefined) return words;
  const beside = lastWords(
    snapshot.logs.filter(
      (log) => log.class === 'text' && log.origin.command === undefined && podOfLog(snapshot, log) === pod,
    ),
  );
  // A sentence of whoever wrote the ticket is no last word.
  return beside?.grade === 1 ? undefined : beside;
}

/** The decisive line among those of all containers of the pod that crash. */
export function lastWordsOfPod(snapshot: Snapshot, pod: Pod): LastWords | undefined {
  let best: LastWords | undefined;
  for (const crash of crashes(snapshot)) {
    const words = crash.container.pod === pod ? lastWordsOfCrash(snapshot, crash) : undefined;
    if (words !== undefined && (best === undefined || words.grade > best.grade)) best = words;
  }
  return best;
}

/** A container that has run this long (ms) since it ended has recovered (back-off resets after 10 min [K8S]). */
const RECOVERED_AFTER = 600_000;

/** Whether the end still matters: current, or recovered (it runs well since), or historic (over a day ago). */
export function stateOf(crash: Crash, now: number | undefined): 'current' | 'recovered' | 'historic' {
  if (crash.looping || crash.ended?.current === true) return 'current';
  const age = sinceEnd(crash.ended, now);
  if (age === undefined) return 'current';
  if (age > DAY_MS) return 'historic';
  const running = crash.container.status?.state?.running !== undefined && crash.container.status.ready === true;
  return running && age > RECOVERED_AFTER ? 'recovered' : 'current';
}

/** ms from the end of a run to the collection; undefined when nothing tells. */
export function sinceEnd(ended: Termination | undefined, now: number | undefined): number | undefined {
  // The clock of a bundle may be that of another machine, or rounded down to the second.
  if (ended?.finishedAt !== undefined && now !== undefined) return Math.max(0, now - ended.finishedAt);
  return ended?.finishedAgo === undefined ? undefined : ended.finishedAgo * 1000;
}

/** `exit code 1 (Error)`, as far as known. */
export function describeEnd(ended: Termination | undefined): string {
  if (ended === undefined) return 'exit code unknown';
  const reason = ended.reason === undefined || ended.reason === '' ? '' : ` (${ended.reason})`;
  if (ended.exitCode === undefined && reason === '') return 'exit code unknown';
  if (ended.exitCode === undefined) return `ended${reason}`;
  const windows = windowsExit(ended.exitCode);
  return `exit code ${ended.exitCode}${windows === undefined ? '' : ` (${windows})`}${reason}`;
}
