import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { isHistoric } from '../../snapshot/ages.ts';
import type { ObjectOf } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logsOfPod } from '../../snapshot/logs/log-owner.ts';
import { lastWords, type LastWords } from '../../snapshot/logs/last-words.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { podsOfJob } from '../../snapshot/pods/failed-pods.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { LogStream } from '../../parsers/records.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** A container's log of which nobody says whose it is. */
const isNameless = (log: LogStream): boolean => log.class === 'container' && log.origin.pod === undefined;

/** Reasons with which the Job controller ends a Job that has failed. */
const GAVE_UP = new Set([
  'BackoffLimitExceeded',
  'DeadlineExceeded',
  'PodFailurePolicy',
  'FailedIndexes',
  'MaxFailedIndexesExceeded',
]);

/** A CronJob's name before the scheduled minute that it gives each of its Jobs. */
const stemOf = (name: string): string => name.replace(/-\d{8,10}$/, '');

/** Jobs that the bundle does not list, and of whose end their controller's events tell. */
function* byEvents(snapshot: Snapshot): Iterable<FindingDraft> {
  const events = snapshot
    .list('events')
    .map((event) => ({ event, about: event.involvedObject, time: eventTime(event) ?? 0 }))
    .filter(({ about }) => about?.kind === 'Job' && about.name !== undefined);
  const told = new Set<string>();
  for (const { event, about, time } of events) {
    const { name = '', namespace } = about ?? {};
    const key = `${namespace ?? ''}/${name}`;
    if (!GAVE_UP.has(event.reason ?? '') || told.has(key)) continue;
    told.add(key);
    const recovered = events.some(
      (one) =>
        one.event.reason === 'Completed' &&
        one.time > time &&
        one.about?.namespace === namespace &&
        stemOf(one.about?.name ?? '') === stemOf(name),
    );
    yield {
      subject: snapshot.named('Job', name, namespace === undefined ? {} : { namespace }),
      message: `Job ${name} failed (${event.reason ?? ''}): ${eventMessage(event)}`,
      evidence: [snapshot.quoteEvent(event)],
      ...(recovered ? { state: 'recovered' as const } : {}),
      ...(time === 0 ? {} : { since: time }),
    };
  }
}

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
  needsAny: ['jobs', 'events'],
  wants: ['cronJobs', 'pods', 'containerLogs'],
  *run({ jobs }, { snapshot }) {
    // Where Jobs are listed, one that is not among them is gone. One without a name is the one of its events.
    const nameless = jobs.every((job) => job.metadata.name === UNNAMED);
    const told = nameless && (jobs.length > 0 || !snapshot.listed('jobs')) ? [...byEvents(snapshot)] : [];
    yield* told;
    if (told.length > 0) return;
    const completed = lastCompletions(snapshot);
    for (const job of jobs) {
      const { name, creationTimestamp } = job.metadata;
      const index = job.status?.conditions?.findIndex((one) => one.type === 'Failed' && one.status === 'True') ?? -1;
      const condition = job.status?.conditions?.[index];
      const event = snapshot.eventsAbout(refOf(job)).find(({ reason }) => GAVE_UP.has(reason ?? ''));
      if (condition === undefined && event === undefined) continue;
      const failedAt = timeOf(condition?.lastTransitionTime) ?? (event === undefined ? undefined : eventTime(event));
      // Where nothing dates the failure: a run that completed after this one was made came after it.
      const from = failedAt ?? timeOf(creationTimestamp);
      const later = completed.get(snapshot.workloadOf(job));
      const recovered = later !== undefined && from !== undefined && later > from;
      const error = endOfLog(snapshot, job);
      yield {
        subject: snapshot.subject(job),
        message: `Job ${name} failed (${condition?.reason ?? event?.reason ?? 'Failed'})${condition?.message === undefined ? '' : `: ${condition.message}`}${error === undefined ? '' : `; the log ends with: ${error.text}`}`,
        evidence: [
          condition === undefined && event !== undefined
            ? snapshot.quoteEvent(event)
            : snapshot.quote(job, `/status/conditions/${index}`),
          ...(error === undefined ? [] : [error.evidence]),
        ],
        ...(recovered
          ? { state: 'recovered' as const }
          : isHistoric(snapshot, failedAt)
            ? { state: 'historic' as const }
            : {}),
        ...(failedAt === undefined ? {} : { since: failedAt }),
      };
    }
  },
});

/** When a Job of each CronJob, or other owner, completed last: a later run that came through shows that a failure is past. */
function lastCompletions(snapshot: Snapshot): ReadonlyMap<Ref | undefined, number> {
  const out = new Map<Ref | undefined, number>();
  for (const job of snapshot.list('jobs')) {
    const owner = snapshot.workloadOf(job);
    const done = timeOf(job.status?.completionTime);
    if (owner !== undefined && done !== undefined) out.set(owner, Math.max(out.get(owner) ?? 0, done));
  }
  return out;
}

/** The error with which the log of its pods ends; of one Job pasted without its pods, a nameless log is that of its last. */
function endOfLog(snapshot: Snapshot, job: ObjectOf<'jobs'>): LastWords | undefined {
  const own = podsOfJob(snapshot, job).flatMap((pod) => logsOfPod(snapshot, pod));
  const isPastedAlone = snapshot.list('jobs').length === 1 && !snapshot.listed('pods');
  const words = lastWords(own.length > 0 || !isPastedAlone ? own : snapshot.logs.filter(isNameless));
  // Grade 1 is any last line: it need not have to do with the end.
  return words === undefined || words.grade === 1 ? undefined : words;
}
