import { spellTime } from '../../lib/timestamp.ts';
import { eventTime } from '../../snapshot/events.ts';
import { refOf, refTo } from '../../snapshot/ref.ts';
import { isBeingDeleted } from '../../snapshot/ages.ts';
import { componentSubject, instancesOf, leaseOf } from '../../snapshot/control-plane/control-plane.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { componentDown } from './component-down.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';

/** A scheduler that works answers within seconds; two minutes are no hiccup (ours). */
const PATIENCE_MS = 120_000;
/** The API server keeps events for an hour: their absence after that proves nothing. */
const EVENTS_KEPT_MS = 3600_000;

export default defineCheck({
  id: 'scheduler-down',
  layer: 4,
  title: 'kube-scheduler runs and leads',
  failureTitle: 'kube-scheduler is not running',
  why: 'Without a scheduler no new pod gets a node: they stay Pending without any event, while everything that runs goes on.',
  fix: [
    'Start kube-scheduler on {node} and see why it stopped: systemctl start kube-scheduler, or mend its manifest in /etc/kubernetes/manifests',
    'Check its kubeconfig and certificate (/etc/kubernetes/scheduler.conf)',
  ],
  next: [
    'systemctl status kube-scheduler; journalctl -u kube-scheduler -n 100 --no-pager',
    'kubectl -n kube-system get pods -l component=kube-scheduler -o wide; kubectl -n kube-system get lease kube-scheduler -o yaml',
    'crictl ps -a --name kube-scheduler',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['units', 'pods', 'leases', 'runtimeContainers', 'componentStatuses'],
  wants: ['events', 'hostLogs', 'nodes'],
  *run({ events }, { snapshot, now }) {
    const waiting = unsteadyPods(snapshot).filter(isUntouched);
    const pending =
      waiting.length === 0
        ? ''
        : ` (${waiting.length} ${waiting.length === 1 ? 'pod waits' : 'pods wait'}: ${waiting
            .slice(0, 3)
            .map((pod) => pod.metadata.name)
            .join(', ')})`;
    const drafts = [...componentDown(snapshot, 'kube-scheduler', `new pods stay Pending without any event${pending}`)];
    yield* drafts.map((draft) => ({
      ...draft,
      evidence: [...draft.evidence, ...waiting.slice(0, 2).map((pod) => snapshot.quote(pod, '/status/phase'))] as const,
    }));
    if (drafts.length > 0 || waiting.length === 0 || now === undefined) return;

    // Nothing is known of the scheduler itself: its silence about pods that wait for it speaks.
    if (instancesOf(snapshot, 'kube-scheduler').length > 0 || leaseOf(snapshot, 'kube-scheduler')?.held === true)
      return;
    const silent = waiting.filter((pod) => {
      const created = timeOf(pod.metadata.creationTimestamp);
      const { namespace, name } = pod.metadata;
      return (
        created !== undefined &&
        now - created > PATIENCE_MS &&
        now - created < EVENTS_KEPT_MS &&
        (pod.spec?.schedulerName ?? 'default-scheduler') === 'default-scheduler' &&
        (pod.spec?.schedulingGates ?? []).length === 0 &&
        snapshot.listed('events', namespace) &&
        snapshot.eventsAbout(refTo('Pod', namespace, name)).length === 0
      );
    });
    const oldest = Math.min(...silent.map((pod) => timeOf(pod.metadata.creationTimestamp) ?? Infinity));
    const lastWord = Math.max(
      ...events
        .filter((event) => /^(?:Scheduled|FailedScheduling|Preempted)$/.test(event.reason ?? ''))
        .map((event) => eventTime(event) ?? 0),
      0,
    );
    const [first] = silent;
    if (first === undefined || lastWord > oldest) return;
    yield {
      subject: componentSubject(snapshot, 'kube-scheduler'),
      variant: 'silent',
      confidence: 'medium',
      message: `kube-scheduler has said nothing about any pod since ${spellTime(oldest)}: ${silent.length} ${silent.length === 1 ? 'pod is' : 'pods are'} Pending without a node and without any scheduling event (${silent
        .slice(0, 3)
        .map((pod) => pod.metadata.name)
        .join(', ')})`,
      evidence: [
        snapshot.quote(first, '/status/phase'),
        ...silent.slice(1, 4).map((pod) => snapshot.quote(pod, '/status/phase')),
      ],
      since: oldest,
      related: silent.slice(0, 20).map((pod) => refOf(pod)),
    };
  },
});

/** Pending, without a node and without a scheduler's verdict. */
function isUntouched(pod: Pod): boolean {
  return (
    pod.status?.phase === 'Pending' &&
    (pod.spec?.nodeName === undefined || pod.spec.nodeName === '') &&
    !isBeingDeleted(pod) &&
    !(pod.status.conditions ?? []).some((condition) => condition.type === 'PodScheduled')
  );
}
