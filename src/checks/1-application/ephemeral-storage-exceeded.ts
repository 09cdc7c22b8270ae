import { eventMessage } from '../../snapshot/events.ts';
import { podsWithNews } from '../../snapshot/pods/pods-seen.ts';
import { defineCheck } from '../check.ts';

const OWN_LIMIT =
  /Container \S{1,253} exceeded its local ephemeral storage limit|[Pp]od ephemeral local storage usage exceeds the total limit of containers|Usage of EmptyDir volume "[^"]{1,253}" exceeds the limit/;

export default defineCheck({
  id: 'ephemeral-storage-exceeded',
  layer: 1,
  title: 'Pods stay within their own ephemeral storage',
  failureTitle: 'The pod was evicted because it exceeded its own ephemeral storage limit',
  why: 'Its log files, its writable layer or an emptyDir grew beyond the limit that the pod itself sets; the node is not short of space.',
  fix: [
    'Raise the ephemeral-storage limit or the sizeLimit of the emptyDir, or write less to the container file system.',
  ],
  next: ["kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.containers[*].resources}'"],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  *run(_facts, { snapshot }) {
    for (const seen of podsWithNews(snapshot)) {
      const event = seen.events.findLast((e) => OWN_LIMIT.test(eventMessage(e)));
      const own = OWN_LIMIT.test(seen.pod?.status?.message ?? '');
      if (event === undefined && !own) continue;
      const text = own ? (seen.pod?.status?.message ?? '') : event === undefined ? '' : eventMessage(event);
      yield {
        subject: seen.subject(),
        message: `Pod ${seen.ref.name} exceeded its own ephemeral storage: ${text.slice(0, 300)}`,
        evidence: event === undefined ? [snapshot.quote(seen.pod, '/status/message')] : [snapshot.quoteEvent(event)],
        ...(seen.gone ? { state: 'historic' as const } : {}),
      };
    }
  },
});
