import { isWell } from '../../snapshot/pods/pods-seen.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pod-readiness-gate-blocked',
  layer: 1,
  title: 'All readiness gates are open',
  failureTitle: 'A readiness gate keeps the pod out of its Services',
  why: 'All containers are ready, but a condition that another controller must set (often a load balancer that counts healthy targets) is missing or False.',
  fix: ['Look at the controller that owns the condition {gate}.'],
  next: ["kubectl get pod {name} -n {namespace} -o jsonpath='{.status.conditions}'"],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    for (const pod of unsteadyPods(snapshot)) {
      const gates = (pod.spec?.readinessGates ?? []).flatMap((gate) => gate.conditionType ?? []);
      const conditions = pod.status?.conditions ?? [];
      const closed = gates.find((gate) => conditions.find((c) => c.type === gate)?.status !== 'True');
      if (closed === undefined || !isWell(pod)) continue;
      const ready = conditions.findIndex((c) => c.type === 'Ready' && c.status !== 'True');
      if (ready === -1) continue;
      yield {
        subject: snapshot.subject(pod),
        // A row of a table counts the gates and does not name them.
        message:
          closed === ''
            ? `All containers of pod ${pod.metadata.name} are ready, but a readiness gate of it is not (READINESS GATES)`
            : `All containers are ready, but readiness gate ${closed} is ${conditions.find((c) => c.type === closed)?.status ?? 'not set'}`,
        evidence: [snapshot.quote(pod, `/status/conditions/${ready}`), snapshot.quote(pod, '/spec/readinessGates')],
        params: { gate: closed },
      };
    }
  },
});
