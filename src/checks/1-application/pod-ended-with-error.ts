import { DAY_MS } from '../../snapshot/ages.ts';
import { groupBy } from '../../lib/group-by.ts';
import { oncePer } from '../../lib/once-per.ts';
import { sinceEnd } from '../../snapshot/pods/crashes.ts';
import { endedInRow, hasFailed, jobByName, wasMadeGood } from '../../snapshot/pods/failed-pods.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { exitFindings, withAftermath } from './exit-findings.ts';

/** Codes that programs give themselves; those from 126 on have checks of their own. */
const isOwnError = (code: number | undefined, reason: string | undefined): boolean =>
  code === undefined ? reason === 'Error' : code >= 1 && code <= 125;

export default defineCheck({
  id: 'pod-ended-with-error',
  layer: 1,
  title: 'No pod of its own ended with an error',
  failureTitle: 'The pod ended with an error and was not started again',
  why: 'A pod that no controller looks after, or that may not restart, stays as it ended: what it was to do is not done.',
  fix: ['Find out from its log why it ended, then make it anew; as a Job it is tried again by itself.'],
  next: [
    'kubectl logs {name} -n {namespace} --all-containers --tail=100',
    'kubectl describe pod {name} -n {namespace}',
  ],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, context) {
    const { snapshot, now } = context;
    yield* exitFindings(context, (crash) => {
      const { container, ended, looping } = crash;
      const { pod } = container;
      if (!ended.current || looping || !isOwnError(ended.exitCode, ended.reason)) return undefined;
      if (!hasFailed(pod) || pod.status?.reason !== undefined) return undefined;
      if (wasMadeGood(snapshot, pod)) return undefined;
      const inRow = endedInRow(pod);
      // An object tells its owner, and checks on owners tell of their pods; a row leaves the owner to its name.
      if (!inRow && snapshot.controllerOf(pod) !== undefined) return undefined;
      const family = familyOf(snapshot, pod);
      const others =
        family === undefined ? [] : (families(snapshot).get(family) ?? []).filter((other) => other !== pod);
      // Another pod does the work, or job-pods-failed speaks of them all.
      if (others.some((other) => !hasFailed(other) || jobByName(other) === jobByName(pod))) return undefined;
      // Of the runs of a CronJob the last one tells: its Jobs are named by the minute, and the names sort.
      const job = jobByName(pod) ?? '';
      if (others.some((other) => (jobByName(other) ?? '') > job)) return undefined;
      const age = sinceEnd(ended, now);
      return withAftermath(snapshot, crash, {
        words: `ended with ${ended.exitCode === undefined ? 'an error' : `exit code ${ended.exitCode}`} and was not started again${others.length === 0 ? '' : `, as ${others.length} before it`}`,
        ...(inRow ? { confidence: 'medium' as const } : {}),
        // What ended longer ago is somebody's leftover.
        ...(age !== undefined && age > DAY_MS ? { severity: 'info' as const } : {}),
      });
    });
  },
});

/** What the pods that stand in for each other have in common: a controller, or the name that a Job or CronJob gave them. */
function familyOf(snapshot: Snapshot, pod: Pod): string | undefined {
  // A CronJob names its Jobs by the minute.
  const name = snapshot.workloadOf(pod)?.name ?? jobByName(pod)?.replace(/-\d{8,10}$/, '');
  return name === undefined ? undefined : `${pod.metadata.namespace ?? ''}/${name}`;
}

const families = oncePer((snapshot: Snapshot) => groupBy(snapshot.list('pods'), (pod) => familyOf(snapshot, pod)));
