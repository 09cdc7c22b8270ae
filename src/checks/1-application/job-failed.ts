import type { AnyObject } from '../../snapshot/kinds/index.ts';
import { lastWords } from '../../snapshot/last-words.ts';
import type { LogStream } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';

const DAY_MS = 24 * 3600 * 1000;

/** A container's log of which nobody says whose it is. */
const isNameless = (log: LogStream): boolean => log.class === 'container' && log.origin.pod === undefined;

export default defineCheck({
  id: 'job-failed',
  layer: 1,
  title: 'No Job has failed',
  failureTitle: 'The Job has failed',
  why: 'Its pods failed more often than backoffLimit allows, or it took longer than activeDeadlineSeconds.',
  fix: [
    'Find out why its pods end with an error; for a deadline: raise activeDeadlineSeconds or find out what is slow',
  ],
  next: ['kubectl describe job {name} -n {namespace}; kubectl logs job/{name} -n {namespace} --all-containers'],
  severity: 'critical',
  confidence: 'high',
  needs: ['jobs'],
  wants: ['cronJobs', 'pods', 'events', 'containerLogs'],
  *run({ jobs }, { snapshot, now }) {
    const subject = (job: AnyObject) => snapshot.subject(job);
    // A later run of the same CronJob that completed shows that the failure is past.
    const completed = new Map<string, number>();
    for (const job of jobs) {
      const owner = snapshot.workloadOf(job as unknown as AnyObject);
      const done = Date.parse(job.status?.completionTime ?? '');
      if (owner !== undefined && !Number.isNaN(done)) {
        const key = `${owner.namespace ?? ''}/${owner.name}`;
        completed.set(key, Math.max(completed.get(key) ?? 0, done));
      }
    }
    for (const job of jobs) {
      const index = job.status?.conditions?.findIndex((one) => one.type === 'Failed' && one.status === 'True') ?? -1;
      const condition = job.status?.conditions?.[index];
      const about = { kind: 'Job', namespace: job.metadata.namespace ?? '', name: job.metadata.name };
      const event = snapshot
        .eventsAbout(about)
        .find((one) => one.reason === 'BackoffLimitExceeded' || one.reason === 'DeadlineExceeded');
      if (condition === undefined && event === undefined) continue;
      const failedAt = Date.parse(condition?.lastTransitionTime ?? '');
      const owner = snapshot.workloadOf(job as unknown as AnyObject);
      const later = owner === undefined ? undefined : completed.get(`${owner.namespace ?? ''}/${owner.name}`);
      const recovered = later !== undefined && (Number.isNaN(failedAt) || later > failedAt);
      const old = now !== undefined && !Number.isNaN(failedAt) && now - failedAt > DAY_MS;
      const reason = condition?.reason ?? event?.reason ?? 'Failed';
      // Pasted beside one failed Job without its pods, a nameless log is that of its last pod.
      const words =
        jobs.length === 1 && !snapshot.listed('pods') ? lastWords(snapshot.logs.filter(isNameless)) : undefined;
      const error = words === undefined || words.grade === 1 ? undefined : words;
      yield {
        subject: subject(job as unknown as AnyObject),
        message: `Job ${job.metadata.name} failed (${reason})${condition?.message === undefined ? '' : `: ${condition.message}`}${error === undefined ? '' : `; the log ends with: ${error.text}`}`,
        evidence: [
          condition === undefined && event !== undefined
            ? snapshot.quoteEvent(event)
            : snapshot.quote(job, `/status/conditions/${index}`),
          ...(error === undefined ? [] : [error.evidence]),
        ],
        ...(recovered ? { state: 'recovered' as const } : old ? { state: 'historic' as const } : {}),
        ...(Number.isNaN(failedAt) ? {} : { since: failedAt }),
      };
    }
  },
});
