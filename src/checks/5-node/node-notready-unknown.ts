import { spellTime } from '../../lib/timestamp.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { conditionOf, nodeEvents, nodeSubject, timeOf, userPodsOn } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

export default defineCheck({
  id: 'node-notready-unknown',
  layer: 5,
  title: 'Every kubelet posts its node status',
  failureTitle: 'The kubelet stopped posting node status',
  why: 'The node controller has had no word from the node for longer than its grace period (50 s; 40 s before 1.32). What the API says about its pods is stale; after five minutes they are evicted.',
  fix: [
    'If {node} answers (ping, SSH): start the kubelet and read the last errors of its journal (expired certificate, configuration, API server unreachable)',
    'If it does not answer: look at its console, power and network; when it stays down, delete the Node or set the out-of-service taint so that its volumes are released',
  ],
  next: [
    'ping {node}',
    'systemctl status kubelet',
    'journalctl -u kubelet -n 200 --no-pager',
    'kubectl describe node {node}',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['nodes'],
  reads: ['kcm-node-unreachable'],
  wants: ['events', 'pods', 'leases'],
  *run({ nodes, leases }, { snapshot, now }) {
    const events = nodeEvents(snapshot, 'NodeNotReady');
    for (const node of nodes) {
      const ready = conditionOf(snapshot, node, 'Ready');
      if (ready?.condition.status !== 'Unknown') continue;
      const name = node.metadata.name;
      const { reason, message, lastHeartbeatTime, lastTransitionTime } = ready.condition;
      const since = timeOf(lastTransitionTime);
      const heartbeat = timeOf(lastHeartbeatTime);
      const pods = userPodsOn(snapshot, name);
      const lease = leases.find(
        (one) => one.metadata.namespace === 'kube-node-lease' && one.metadata.name === name && one.spec?.renewTime,
      );
      const taintAt = (node.spec?.taints ?? []).findIndex((taint) => taint.key === 'node.kubernetes.io/unreachable');
      yield {
        subject: nodeSubject(snapshot, node),
        ...(reason === 'NodeStatusNeverUpdated' ? { title: 'The kubelet never posted a node status' } : {}),
        message:
          `Node ${name} is Ready=Unknown (${reason ?? 'NotReady'}): ${message ?? 'Kubelet stopped posting node status.'}` +
          (since === undefined ? '' : ` Since ${spellTime(since)}`) +
          (heartbeat === undefined
            ? ''
            : `${since === undefined ? ' Its' : ', its'} last heartbeat was at ${spellTime(heartbeat)}${now !== undefined && now - heartbeat > 60_000 ? ` (${spellDuration((now - heartbeat) / 1000)} before collection)` : ''}`) +
          (pods.length === 0 ? '' : `; ${pods.length === 1 ? '1 pod is' : `${pods.length} pods are`} on it`),
        evidence: [
          ready.evidence,
          ...(events.get(name) ?? []).slice(-1).map(snapshot.quoteEvent),
          ...(lease === undefined ? [] : [snapshot.quote(lease, '/spec/renewTime')]),
          ...(taintAt < 0 ? [] : [snapshot.quote(node, `/spec/taints/${taintAt}`)]),
        ],
        related: pods.slice(0, 20).map((pod) => ({ kind: 'Pod', ...pod.metadata })),
        ...(since === undefined ? {} : { since }),
      };
    }
    // Without its Node object, the controller's log tells that a node was given up; with it, its condition decides.
    for (const hit of snapshot.hits('kcm-node-unreachable')) {
      const name = hit.groups['node'] ?? hit.groups['klog'];
      if (name === undefined || snapshot.get('nodes', undefined, name) !== undefined) continue;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        message: `The node controller has no word from node ${name}${hit.groups['since'] === undefined ? '' : ` for ${hit.groups['since']}`}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
  },
});
