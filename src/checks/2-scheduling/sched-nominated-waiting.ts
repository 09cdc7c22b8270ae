import { firstFew } from '../../lib/in-words.ts';
import { ageOf, isBeingDeleted } from '../../snapshot/ages.ts';
import { isWaiting } from '../../simulation/scheduler/unscheduled.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { refOf } from '../../snapshot/ref.ts';

/** ms: the victims have gone by then (grace periods are 30 s unless somebody wants more; our judgement). */
const PATIENCE = 300_000;

export default defineCheck({
  id: 'sched-nominated-waiting',
  layer: 2,
  title: 'No pod waits for its preempted victims to leave',
  failureTitle: 'The pod waits for preempted pods to leave its node',
  why: 'The victims have a long grace period, a finalizer, or their node is dead.',
  fix: ['Look at the terminating pods on that node'],
  next: ['kubectl get pods -A -o wide | grep Terminating'],
  severity: 'info',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    for (const pod of unsteadyPods(snapshot)) {
      const node = pod.status?.nominatedNodeName;
      if (!node || !isWaiting(pod)) continue;
      const leaving = snapshot.podsOnNode(node).filter((other) => isBeingDeleted(other));
      const late = leaving.length > 0 && (ageOf(snapshot, pod) ?? Infinity) > PATIENCE;
      yield {
        subject: snapshot.subject(pod),
        ...(late ? { variant: 'victims', severity: 'warning' as const } : {}),
        message: `Pod ${pod.metadata.name} is nominated to node ${node} and waits${leaving.length === 0 ? '' : ` for ${firstFew(leaving.map((one) => one.metadata.name))} to terminate`}`,
        evidence: [snapshot.quote(pod, '/status/nominatedNodeName')],
        related: [{ kind: 'Node', name: node }, ...leaving.slice(0, 10).map(refOf)],
      };
    }
  },
});
