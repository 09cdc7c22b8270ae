import { eventMessage } from '../../snapshot/events.ts';
import { defineCheck } from '../check.ts';

const INVALID = new Set(['UnparseableSchedule', 'InvalidSchedule', 'UnParseableCronJobSchedule', 'UnknownTimeZone']);

export default defineCheck({
  id: 'cronjob-invalid-or-blocked',
  layer: 1,
  title: 'CronJobs have a valid schedule and are not blocked',
  failureTitle: 'The CronJob has an invalid schedule, is suspended, or is blocked by a run that never ends',
  why: 'None of them starts a Job, and nothing else tells.',
  fix: ['Correct the schedule or time zone, lift suspend, or end the Job that blocks'],
  next: ['kubectl describe cronjob {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needs: ['cronJobs'],
  wants: ['events', 'jobs'],
  *run({ cronJobs }, { snapshot }) {
    for (const cron of cronJobs) {
      const subject = snapshot.subject(cron);
      const name = cron.metadata.name;
      const events = [
        ...snapshot.eventsAbout({ kind: 'CronJob', namespace: cron.metadata.namespace ?? '', name }),
      ].reverse();
      const invalid = events.find((event) => INVALID.has(event.reason ?? ''));
      if (invalid !== undefined)
        yield {
          subject,
          variant: 'invalid',
          message: `CronJob ${name} cannot be scheduled: ${eventMessage(invalid).slice(0, 300)}`,
          evidence: [snapshot.quoteEvent(invalid), snapshot.quote(cron, '/spec/schedule')],
        };
      const blocked = events.find((event) => event.reason === 'JobAlreadyActive');
      if (blocked !== undefined && (cron.status?.active ?? []).length > 0)
        yield {
          subject,
          variant: 'blocked',
          message: `CronJob ${name} starts no new Job while one is active (concurrencyPolicy ${cron.spec?.concurrencyPolicy ?? 'Forbid'})`,
          evidence: [snapshot.quoteEvent(blocked)],
          related: (cron.status?.active ?? []).flatMap((one) =>
            one.name === undefined ? [] : [{ kind: 'Job', namespace: cron.metadata.namespace ?? '', name: one.name }],
          ),
        };
      if (cron.spec?.suspend === true)
        yield {
          subject,
          variant: 'suspended',
          severity: 'info',
          message: `CronJob ${name} is suspended`,
          evidence: [snapshot.quote(cron, '/spec/suspend')],
        };
    }
  },
});
