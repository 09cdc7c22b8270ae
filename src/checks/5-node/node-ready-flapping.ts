import { eventCount, eventTime } from '../../snapshot/events.ts';
import { nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Three falls within an hour; kubernetes-mixin's KubeNodeReadinessFlapping fires at more than 2 changes in 15 min. */
const FALLS = 3;

export default defineCheck({
  id: 'node-ready-flapping',
  layer: 5,
  title: 'Nodes stay ready',
  failureTitle: 'The node goes up and down',
  why: 'A node that loses and regains Ready disturbs its Services each time and may have its pods evicted: it is overloaded, or its status updates come late.',
  fix: ['Read the kubelet journal of {node} around the changes: PLEG, memory, lease updates, network'],
  next: [
    'kubectl get events -A --field-selector involvedObject.kind=Node,involvedObject.name={node} --sort-by=.lastTimestamp',
    'journalctl -u kubelet --no-pager | tail -n 500',
  ],
  severity: 'warning',
  confidence: 'medium',
  needs: ['events'],
  *run(_facts, { snapshot, now }) {
    for (const [name, events] of nodeEvents(snapshot, 'NodeNotReady')) {
      const last = events.at(-1);
      const lastTime = last === undefined ? undefined : eventTime(last);
      if (last === undefined || lastTime === undefined || (now !== undefined && now - lastTime > 3_600_000)) continue;
      const recent = events.filter((event) => lastTime - (eventTime(event) ?? 0) <= 3_600_000);
      // The kubelet and the node controller both write the event of one fall: count per source.
      const bySource = new Map<string, number>();
      for (const event of recent) {
        const source = event.source?.component ?? event.reportingComponent ?? '';
        bySource.set(source, (bySource.get(source) ?? 0) + eventCount(event));
      }
      const falls = Math.max(...bySource.values());
      if (falls < FALLS) continue;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        message: `Node ${name} became not ready ${falls} times within an hour`,
        evidence: [snapshot.quoteEvent(last), ...recent.slice(0, -1).slice(-3).map(snapshot.quoteEvent)],
        since: eventTime(recent[0] ?? last) ?? lastTime,
      };
    }
  },
});
