import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import { podsWithNews } from '../../snapshot/pods/pods-seen.ts';
import { isReady } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'pod-evicted-by-taint',
  layer: 1,
  title: 'No pod was deleted for a taint of its node',
  failureTitle: 'The pod was deleted because of a NoExecute taint on its node',
  why: 'A node that is not ready or not reachable for 5 minutes (the default tolerationSeconds is 300), or a taint that somebody set, drives pods away.',
  fix: ['Look at node {node}; remove the taint, or let the pods tolerate it.'],
  next: ['kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot, now }) {
    for (const seen of podsWithNews(snapshot)) {
      // "Cancelling deletion of Pod" is the good end of it.
      const event = seen.events.findLast((e) => e.reason === 'TaintManagerEviction');
      const cancelled = event !== undefined && eventMessage(event).startsWith('Cancel');
      const index =
        seen.pod?.status?.conditions?.findIndex(
          (c) => c.type === 'DisruptionTarget' && c.reason === 'DeletionByTaintManager',
        ) ?? -1;
      if ((event === undefined || cancelled) && index < 0) continue;
      const since = event === undefined ? undefined : eventFirstTime(event);
      const old = seen.gone && now !== undefined && since !== undefined && now - since > 3_600_000;
      // A StatefulSet makes the pod anew under its name: a node that is ready is that of the new one.
      const at = seen.pod?.spec?.nodeName;
      const host = at === undefined ? undefined : snapshot.get('nodes', undefined, at);
      const node = host !== undefined && isReady(host) === true ? undefined : at;
      yield {
        subject: seen.subject(),
        message: `Pod ${seen.ref.name} was marked for deletion because of a taint on its node${node === undefined ? '' : ` ${node}`}`,
        evidence:
          event === undefined
            ? [snapshot.quote(seen.pod, `/status/conditions/${index}`)]
            : [snapshot.quoteEvent(event)],
        params: { node: node ?? 'NODE' },
        ...(since === undefined ? {} : { since }),
        ...(old ? { state: 'historic' as const } : {}),
      };
    }
  },
});
