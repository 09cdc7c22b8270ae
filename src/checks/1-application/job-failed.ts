import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { isHistoric } from '../../snapshot/ages.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logsOfPod } from '../../snapshot/logs/log-owner.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { LogStream } from '../../parsers/records.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** A container's log of which nobody says whose it is. */
const isNameless = (log: LogStream): boolean => log.class === 'container' && log.origin.pod === undefined;

const GAVE_UP = new Set(['BackoffLimitExceeded', 'DeadlineExceeded', 'PodFailurePolicy']);

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
    const subject = (job: AnyObject) => snapshot.subject(job);
    // A later run of the same CronJob that completed shows that the failure is past.
    const completed = new Map<string, number>();
    for (const job of jobs) {
      const owner = snapshot.workloadOf(job);
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
      const owner = snapshot.workloadOf(job);
      const later = owner === undefined ? undefined : completed.get(`${owner.namespace ?? ''}/${owner.name}`);
      const recovered = later !== undefined && (Number.isNaN(failedAt) || later > failedAt);
      const old = isHistoric(snapshot, failedAt);
      const reason = condition?.reason ?? event?.reason ?? 'Failed';
      // Pasted beside one failed Job without its pods, a nameless log is that of its last pod.
      const own = snapshot.podsOf(about).flatMap((pod) => logsOfPod(snapshot, pod));
      const words =
        own.length > 0
          ? lastWords(own)
          : jobs.length === 1 && !snapshot.listed('pods')
            ? lastWords(snapshot.logs.filter(isNameless))
            : undefined;
      const error = words === undefined || words.grade === 1 ? undefined : words;
      yield {
        subject: subject(job),
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
