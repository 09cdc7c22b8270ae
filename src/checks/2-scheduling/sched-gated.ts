import { firstFew } from '../../lib/in-words.ts';
import { ageOf } from '../../snapshot/ages.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';

/** Held for longer (ms): a queue without room, or a controller that does not run (HEUR). */
const LONG = 900_000;

export default defineCheck({
  id: 'sched-gated',
  layer: 2,
  title: 'No pod is held by scheduling gates',
  failureTitle: 'The pod is held back by scheduling gates',
  why: 'A queueing or topology controller (Kueue for one) has not admitted it yet: the scheduler leaves it alone on purpose.',
  fix: ['Look at the controller that set the gate, and at its Workload object'],
  next: ["kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.schedulingGates}'"],
  severity: 'info',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    for (const pod of unsteadyPods(snapshot)) {
      const gates = (pod.spec?.schedulingGates ?? []).map((gate) => gate.name ?? '');
      const index =
        pod.status?.conditions?.findIndex((one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated') ??
        -1;
      // A row of a table has the condition's reason as the pod's state.
      const row = pod.status?.reason === 'SchedulingGated';
      const gated = (gates.length > 0 || index >= 0 || row) && pod.status?.phase === 'Pending' && !pod.spec?.nodeName;
      if (!gated) continue;
      const age = ageOf(snapshot, pod);
      yield {
        subject: snapshot.subject(pod),
        ...(age !== undefined && age > LONG ? { severity: 'warning' as const } : {}),
        message: `Pod ${pod.metadata.name} waits for scheduling gates${gates.length === 0 ? '' : ` ${firstFew(gates)}`}`,
        evidence: [
          snapshot.quote(
            pod,
            gates.length > 0 ? '/spec/schedulingGates' : index >= 0 ? `/status/conditions/${index}` : '/status/reason',
          ),
        ],
      };
    }
  },
});
