import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { isReady, nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/**
 * Events that say that the cloud takes the machine back: of AWS' node termination handler, Karpenter, AKS (node problem
 * detector), GKE and OpenShift.
 */
const REASONS = [
  'SpotInterruption',
  'SpotInterrupted',
  'InstanceTerminating',
  'InstanceStopping',
  'InstanceUnhealthy',
  'PreemptScheduled',
  'TerminateScheduled',
  'RedeployScheduled',
  'ScheduledEvent',
  'ASGLifecycle',
  'StateChange',
  'NodePreempted',
  'GracefulTermination',
] as const;
const TAKES = /interrupt|preempt|terminat|reclaim|stopp|retire|redeploy/i;

export default defineCheck({
  id: 'node-taken-by-cloud',
  layer: 5,
  title: 'The cloud leaves the nodes where they are',
  failureTitle: 'The cloud takes the machine of the node away (spot interruption or maintenance)',
  why: 'Spot and preemptible machines are taken back with a warning of half a minute to two minutes, others for maintenance of their host. The node then goes NotReady and disappears; its pods start elsewhere if there is room.',
  fix: [
    'Nothing to repair on the node: have another one in its place; run what cannot bear it on on-demand machines, and spread replicas over several pools',
  ],
  next: ['kubectl get events -A --field-selector involvedObject.kind=Node', 'kubectl get nodes -o wide'],
  severity: 'critical',
  confidence: 'high',
  needs: ['events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    for (const [name, events] of nodeEvents(snapshot, ...REASONS)) {
      const last = events.findLast((event) => TAKES.test(`${event.reason ?? ''} ${eventMessage(event)}`));
      if (last === undefined) continue;
      const node = snapshot.get('nodes', undefined, name);
      const announced = node?.status?.conditions?.some(
        ({ type, status }) =>
          status === 'True' && /EventScheduled|PreemptScheduled|TerminateScheduled|RedeployScheduled/.test(type ?? ''),
      );
      // The node is gone from a full list, or works and has nothing ahead: the interruption has been dealt with.
      const over = node === undefined ? snapshot.listed('nodes') : isReady(node) === true && announced !== true;
      const since = eventTime(last);
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        message: `The cloud takes node ${name} away (${last.reason ?? ''}): "${eventMessage(last).slice(0, 300)}"`,
        evidence: [snapshot.quoteEvent(last)],
        ...(over ? { state: 'recovered' as const } : {}),
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
