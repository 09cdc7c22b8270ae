import { isWaiting } from '../../simulation/scheduler/unscheduled.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'sched-unknown-scheduler',
  layer: 2,
  title: 'Every pod names a scheduler that runs',
  failureTitle: 'The pod names a scheduler that nobody runs',
  why: 'Only the scheduler named in schedulerName looks at a pod: without it the pod stays Pending without any event.',
  fix: ['Correct schedulerName, or deploy that scheduler'],
  next: ["kubectl get pods -A -o custom-columns='NAME:.metadata.name,SCHEDULER:.spec.schedulerName'"],
  severity: 'critical',
  confidence: 'medium',
  needs: ['pods'],
  wants: ['leases', 'events'],
  *run({ pods, leases, events }, { snapshot }) {
    const listed = snapshot.listed('pods');
    for (const pod of unsteadyPods(snapshot)) {
      const name = pod.spec?.schedulerName;
      if (name === undefined || name === '' || name === 'default-scheduler' || !isWaiting(pod) || !listed) continue;
      const runs =
        pods.some(
          (other) =>
            other.metadata.name.includes(name) ||
            (other.spec?.containers ?? []).some((c) =>
              [...(c.args ?? []), ...(c.command ?? [])].some((word) => word.includes(name)),
            ),
        ) ||
        leases.some((lease) => lease.metadata.name.includes(name)) ||
        events.some((event) => event.source?.component === name || event.reportingComponent === name);
      if (runs) continue;
      yield {
        subject: snapshot.subject(pod),
        message: `Pod ${pod.metadata.name} asks for scheduler "${name}", and nothing in the bundle runs, leads or reports under that name`,
        evidence: [snapshot.quote(pod, '/spec/schedulerName')],
      };
    }
  },
});
