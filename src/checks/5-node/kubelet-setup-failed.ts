import { eventMessage, eventTime } from '../../snapshot/events.ts';
import { nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'kubelet-setup-failed',
  layer: 5,
  title: 'The kubelets can set up their nodes',
  failureTitle: 'The kubelet cannot set up its node',
  why: 'Before it runs pods the kubelet makes the cgroups of its node and limits what the system may use. When one of them does not exist or cannot be limited it ends, is started again, and reports the same.',
  fix: [
    'A reserved cgroup that does not exist: create it before the kubelet starts (a systemd slice; on cgroup v1 below every controller), correct kubeReservedCgroup and systemReservedCgroup, or take kube-reserved and system-reserved out of enforceNodeAllocatable',
    'Else mend what the message names on {node} and restart the kubelet',
  ],
  next: [
    'journalctl -u kubelet -n 50 --no-pager',
    'grep -A4 -iE "enforceNodeAllocatable|reservedCgroup" /var/lib/kubelet/config.yaml',
    'systemd-cgls --no-pager | head -40',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    const failures = nodeEvents(snapshot, 'KubeletSetupFailed', 'FailedNodeAllocatableEnforcement');
    const readies = nodeEvents(snapshot, 'NodeReady');
    for (const [node, list] of failures) {
      // The second is said with the first, which says that the kubelet ended.
      const event = list.findLast((one) => one.reason === 'KubeletSetupFailed') ?? list.at(-1);
      if (event === undefined) continue;
      const since = eventTime(event);
      const ready = readies.get(node)?.at(-1);
      const over = ready !== undefined && (eventTime(ready) ?? 0) > (since ?? Number.POSITIVE_INFINITY);
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `The kubelet of ${node} cannot set up its node: ${eventMessage(event).slice(0, 400)}`,
        evidence: [snapshot.quoteEvent(event)],
        ...(over ? { state: 'recovered' as const } : {}),
        ...(since === undefined ? {} : { since }),
      };
    }
  },
});
