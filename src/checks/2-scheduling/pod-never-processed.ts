import { workloadStem } from '../../parsers/pod-name.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { isWaiting, unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** A scheduler that works answers within seconds; a minute is patience enough [catalogue]. */
const PATIENCE_MS = 60_000;
/** The API server keeps events for an hour: their absence after that proves nothing. */
const EVENTS_KEPT_MS = 3600_000;

export default defineCheck({
  id: 'pod-never-processed',
  layer: 2,
  title: 'A scheduler has looked at every Pending pod',
  failureTitle: 'The Pending pod was never looked at by a scheduler',
  why: 'No PodScheduled condition and no scheduling event: the scheduler does not run, is not leader, or the pod names another one.',
  fix: ['Check kube-scheduler (pod, lease, log) and schedulerName of the pod'],
  next: [
    'kubectl -n kube-system get pods -l component=kube-scheduler; kubectl -n kube-system get lease kube-scheduler -o yaml',
  ],
  severity: 'critical',
  confidence: 'medium',
  needs: ['pods'],
  wants: ['events'],
  *run(_facts, { snapshot, now }) {
    // A paste shows the events of one pod of several that wait alike.
    const alike = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${workloadStem(metadata.name)}`;
    const judged = new Set(
      unscheduledPods(snapshot)
        .filter(({ message }) => message !== undefined)
        .map(({ pod }) => alike(pod)),
    );
    for (const pod of unsteadyPods(snapshot)) {
      if (!isWaiting(pod) || judged.has(alike(pod))) continue;
      if (pod.status?.phase !== 'Pending') continue;
      if (pod.status.conditions?.some((condition) => condition.type === 'PodScheduled') === true) continue;
      const sources = snapshot.sourcesOf(pod);
      // A table row shows neither conditions nor the node: only its events, or their absence, can tell.
      const detailed = sources.some((source) => source.detail !== 'row');
      const events = snapshot.eventsAbout({
        kind: 'Pod',
        namespace: pod.metadata.namespace ?? '',
        name: pod.metadata.name,
      });
      if (
        events.some((event) =>
          // The latter three are of YuniKorn and of Volcano.
          [
            'FailedScheduling',
            'Scheduled',
            'Pulling',
            'Pulled',
            'Started',
            'Scheduling',
            'Informational',
            'Unschedulable',
          ].includes(event.reason ?? ''),
        )
      )
        continue;
      if (!detailed && !snapshot.listed('events', pod.metadata.namespace)) continue;
      const created = Date.parse(pod.metadata.creationTimestamp ?? '');
      const age = now === undefined || Number.isNaN(created) ? undefined : now - created;
      if (age !== undefined && age < PATIENCE_MS) continue;
      if (!detailed && (age === undefined || age > EVENTS_KEPT_MS)) continue;
      const asked = pod.spec?.schedulerName ?? '';
      const other = asked !== '' && asked !== 'default-scheduler' ? `; it asks for scheduler "${asked}"` : '';
      yield {
        subject: snapshot.subject(pod),
        message: `Pod ${pod.metadata.name} is Pending${age === undefined ? '' : ` for ${spellDuration(age / 1000)}`} without a node, and no scheduler has said a word about it (no PodScheduled condition, no FailedScheduling event)${other}`,
        evidence: [
          snapshot.quote(pod, '/status/phase'),
          ...(other === '' ? [] : [snapshot.quote(pod, '/spec/schedulerName')]),
        ],
        ...(Number.isNaN(created) ? {} : { since: created }),
      };
    }
  },
});
