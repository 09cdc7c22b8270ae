import { eventCount, eventMessage, eventTime } from '../../snapshot/events.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { subjectOfHit } from '../signature-check.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'kubelet-eviction-active',
  layer: 5,
  title: 'No kubelet evicts pods',
  failureTitle: 'The kubelet evicts pods to free resources',
  why: 'The eviction manager acts below its thresholds. "Unable to evict" means that only critical pods are left: what uses the resource is outside of Kubernetes.',
  fix: ['Free the resource that it names on {node}: disk, inodes, memory or process ids'],
  next: ['kubectl describe node {node}', 'journalctl -u kubelet --no-pager | grep -i "eviction manager" | tail'],
  severity: 'warning',
  confidence: 'high',
  reads: ['kubelet-eviction-active'],
  needsAny: ['events', 'hostLogs'],
  wants: ['nodes'],
  *run(_facts, { snapshot, now }) {
    const told = new Set<string>();
    for (const [name, events] of nodeEvents(snapshot, 'EvictionThresholdMet')) {
      const last = events.at(-1);
      if (last === undefined) continue;
      told.add(name);
      const time = eventTime(last);
      const count = events.reduce((sum, event) => sum + eventCount(event), 0);
      const old = now !== undefined && time !== undefined && now - time > 3_600_000;
      yield {
        subject: snapshot.named('Node', name, { node: name }),
        message: `The kubelet of ${name} evicts: "${eventMessage(last)}"${count > 1 ? ` (${count} times)` : ''}`,
        evidence: [snapshot.quoteEvent(last)],
        ...(old ? { state: 'recovered' as const } : {}),
        ...(time === undefined ? {} : { since: time }),
      };
    }
    for (const hit of snapshot.hits('kubelet-eviction-active')) {
      const subject = subjectOfHit(hit, snapshot);
      if (told.has(subject.name)) continue;
      const unable = /unable|cannot/.test(hit.groups['what'] ?? '');
      const resource = hit.groups['resource'] ?? hit.groups['oldResource'];
      const condition = hit.groups['condition']?.replaceAll('"', '');
      if (condition !== undefined) {
        const pod = hit.groups['pod'] ?? hit.groups['oldPod'] ?? '';
        yield {
          subject,
          variant: 'refuses-pods',
          message: `The kubelet on ${subject.name} takes no pods while it has ${condition}${pod === '' ? '' : `: it refused ${pod}`}${hit.count > 1 ? ` (${hit.count} lines)` : ''}`,
          evidence: snapshot.evidenceOf(hit),
          ...timing(snapshot, [hit]),
        };
        continue;
      }
      yield {
        subject,
        variant: `${unable ? 'unable' : 'active'}${resource === undefined ? '' : `-${resource}`}`,
        message: `The eviction manager of the kubelet on ${subject.name} ${unable ? 'finds nothing to evict' : 'evicts'}${resource === undefined ? '' : ` to reclaim ${resource}`}${hit.count > 1 ? ` (${hit.count} lines)` : ''}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
  },
});
