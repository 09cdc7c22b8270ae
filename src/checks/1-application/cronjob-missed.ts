import { eventMessage, eventTime } from '../../snapshot/events.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { schedulePeriod } from '../../lib/cron.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { podOfWord } from '../../parsers/pod-name.ts';
import { bySubject, timing } from '../../snapshot/logs/hits.ts';
import { spellDuration } from '../../lib/duration.ts';

const REASONS = new Set(['MissSchedule', 'FailedNeedsStart', 'TooManyMissedTimes']);

/** What the controller manager logs of CronJobs; the object and its events say the same, and more. */
function* loggedMisses(snapshot: Snapshot): Iterable<FindingDraft> {
  const byName = bySubject(snapshot.hits('kcm-cronjob-missed'), ({ groups }) => {
    const { name, namespace } = podOfWord(groups['old'] ?? groups['cronjob'] ?? '');
    return snapshot.named('CronJob', name, { namespace });
  });
  for (const { subject, hits } of byName) {
    const hit = hits.at(-1);
    const { namespace, name } = subject;
    const events = snapshot.eventsAbout({ kind: 'CronJob', namespace: namespace ?? '', name });
    if (hit === undefined || events.some((event) => REASONS.has(event.reason ?? ''))) continue;
    yield {
      subject,
      message: `CronJob ${name} is not started any more: ${hit.groups['why'] ?? 'too many missed times'}`,
      evidence: snapshot.evidenceOf(hit),
      fix: [
        'Set startingDeadlineSeconds (200 for example), so that only starts since then count; a CronJob of which more than 100 are missed is not started by Kubernetes before 1.21 until it is made anew',
      ],
      ...timing(snapshot, hits),
    };
  }
}

export default defineCheck({
  id: 'cronjob-missed',
  layer: 1,
  title: 'CronJobs run when they should',
  failureTitle: 'The CronJob missed its schedule',
  why: 'The controller manager was down or the clock off at that time, or startingDeadlineSeconds is too short (under 10 s it may never start).',
  fix: ['Restore kube-controller-manager; set startingDeadlineSeconds sensibly'],
  next: ['kubectl describe cronjob {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['cronJobs', 'events', 'containerLogs', 'hostLogs'],
  reads: ['kcm-cronjob-missed'],
  *run({ cronJobs, events }, { snapshot, now }) {
    for (const cron of cronJobs) {
      const about = { kind: 'CronJob', namespace: cron.metadata.namespace ?? '', name: cron.metadata.name };
      const event = [...snapshot.eventsAbout(about)].reverse().find((one) => REASONS.has(one.reason ?? ''));
      const last = Date.parse(cron.status?.lastScheduleTime ?? '');
      if (event !== undefined) {
        const at = eventTime(event);
        const recovered = at !== undefined && !Number.isNaN(last) && last > at;
        yield {
          subject: snapshot.subject(cron),
          message: `CronJob ${cron.metadata.name} missed a start: ${eventMessage(event).slice(0, 300)}`,
          evidence: [snapshot.quoteEvent(event)],
          ...(recovered ? { state: 'recovered' as const } : {}),
          ...(at === undefined ? {} : { since: at }),
        };
        continue;
      }
      const period = schedulePeriod(cron.spec?.schedule ?? '');
      if (cron.spec?.suspend === true || period === undefined || now === undefined || Number.isNaN(last)) continue;
      const patience = 2 * period + (cron.spec?.startingDeadlineSeconds ?? 0);
      const late = (now - last) / 1000;
      if (late <= patience || (cron.spec?.concurrencyPolicy === 'Forbid' && (cron.status?.active ?? []).length > 0))
        continue;
      yield {
        subject: snapshot.subject(cron),
        confidence: 'medium',
        message: `CronJob ${cron.metadata.name} (${cron.spec?.schedule ?? ''}) was last started ${spellDuration(late)} before collection, more than two periods`,
        evidence: [snapshot.quote(cron, '/status/lastScheduleTime'), snapshot.quote(cron, '/spec/schedule')],
        since: last,
      };
    }
    yield* loggedMisses(snapshot);
    // Events alone.
    for (const event of events) {
      const about = event.involvedObject;
      if (about?.kind !== 'CronJob' || about.name === undefined || !REASONS.has(event.reason ?? '')) continue;
      if (snapshot.get('cronJobs', about.namespace, about.name) !== undefined) continue;
      if (snapshot.listed('cronJobs', about.namespace)) continue;
      const at = eventTime(event);
      yield {
        subject: snapshot.named('CronJob', about.name, { namespace: about.namespace }),
        message: `CronJob ${about.name} missed a start: ${eventMessage(event).slice(0, 300)}`,
        evidence: [snapshot.quoteEvent(event)],
        ...(at === undefined ? {} : { since: at }),
      };
    }
  },
});
