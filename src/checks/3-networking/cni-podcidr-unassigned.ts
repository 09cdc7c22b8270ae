import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { LogHit } from '../../parsers/records.ts';
import { eventMessage } from '../../snapshot/events.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { podOfLog, podsOfLog } from '../../snapshot/logs/log-owner.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { refOf, refTo, type Ref } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** The node of the agent that says so. */
const placeOf = (snapshot: Snapshot, hit: LogHit): string =>
  (hit.class === 'container' ? podOfLog(snapshot, hit)?.spec?.nodeName : undefined) ?? machineOf(snapshot, hit);

/** Who says so: what else the log says joins there. */
function logSubject(snapshot: Snapshot, hit: LogHit): Ref {
  const { kind, namespace, name } = snapshot.subjectOfLog(hit.origin, { program: hit.program });
  return refTo(kind, namespace, name);
}

export default defineCheck({
  id: 'cni-podcidr-unassigned',
  layer: 3,
  title: 'Every node has a pod range',
  failureTitle: 'The node has no pod CIDR',
  why: 'flannel and kubenet take the pod addresses of a node from its podCIDR, which the controller manager assigns. Without one their agent does not start.',
  fix: ['Run the controller manager with --allocate-node-cidrs and a --cluster-cidr that has room for another node.'],
  next: ['kubectl get nodes -o custom-columns=N:.metadata.name,C:.spec.podCIDR'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['nodes', 'events', 'containerLogs'],
  reads: ['cni-flannel-error', 'cni-podcidr-unassigned'],
  *run(_facts, { snapshot }) {
    const nodes = snapshot.list('nodes');
    const told = new Set<string>();
    for (const hit of snapshot.hits('cni-flannel-error')) {
      const node = hit.groups['nodename'];
      if (node === undefined || told.has(node)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `Node ${node} has no pod CIDR, and flannel does not start: ${hit.groups['why'] ?? ''}`,
        evidence: [snapshot.evidenceOf(hit)[0]],
        related: podsOfLog(snapshot, hit).map(refOf),
      };
    }
    for (const hit of snapshot.hits('cni-podcidr-unassigned')) {
      const { groups } = hit;
      const node = groups['node'] ?? groups['agent'] ?? groups['router'] ?? groups['event'] ?? placeOf(snapshot, hit);
      // The controller manager says it of the node first, then that it has none left.
      if (node === UNNAMED && told.size > 0) continue;
      if (told.has(node) || nodes.some((n) => n.metadata.name === node && n.spec?.podCIDR !== undefined)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `${node === UNNAMED ? 'A node' : `Node ${node}`} has no pod CIDR, so its network plug-in does not start: ${wordsOfHits([hit])}`,
        evidence: snapshot.evidenceOf(hit),
        related: [logSubject(snapshot, hit)],
        ...timing(snapshot, [hit]),
      };
    }
    for (const event of snapshot.list('events')) {
      if (event.reason !== 'CIDRNotAvailable' && event.reason !== 'CIDRAssignmentFailed') continue;
      const node = event.involvedObject?.name;
      if (node === undefined || told.has(node)) continue;
      if (nodes.some((n) => n.metadata.name === node && n.spec?.podCIDR !== undefined)) continue;
      told.add(node);
      yield {
        subject: snapshot.named('Node', node, { node }),
        message: `Node ${node} gets no pod CIDR: ${eventMessage(event)}`,
        evidence: [snapshot.quoteEvent(event)],
      };
    }
  },
});
