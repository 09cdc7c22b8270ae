import { eventMessage } from '../../snapshot/events.ts';
import { podsWithEvent, isWell } from '../../snapshot/pods/pods-seen.ts';
import { defineCheck } from '../check.ts';

/** What the API server answers to a request for a token has a check of its own (token-request-failed). */
const ANSWERED =
  /failed to fetch token: (?:the server could not find|.{0,300}(?:TokenRequest endpoints|UID in record|is forbidden|not authorized))/;
const TOKEN =
  /failed to fetch token|kube-root-ca\.crt"? (?:not found|not registered)|configmap "kube-root-ca\.crt" not found/;

export default defineCheck({
  id: 'secret-volume-stale-projected-token',
  layer: 1,
  title: 'Pods get their ServiceAccount token and the CA of the cluster',
  failureTitle: 'The ServiceAccount token or the CA of the cluster cannot be mounted',
  why: 'Each pod mounts a token that the kubelet fetches and ConfigMap kube-root-ca.crt that the controller manager publishes. "not registered" alone is harmless while pods come and go.',
  fix: ['Check the controller manager (it publishes kube-root-ca.crt) and that the kubelet reaches the API server.'],
  next: [
    'kubectl get configmap kube-root-ca.crt -A',
    'kubectl get pods -n kube-system -l component=kube-controller-manager',
  ],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['events', 'pods'],
  wants: ['configMaps'],
  *run({ pods }, { snapshot }) {
    for (const seen of podsWithEvent(snapshot, ['FailedMount'])) {
      const event = seen.events.findLast((e) => e.reason === 'FailedMount' && TOKEN.test(eventMessage(e)));
      if (event === undefined || ANSWERED.test(eventMessage(event))) continue;
      const over = seen.pod !== undefined && isWell(seen.pod);
      yield {
        subject: seen.subject(),
        variant: 'mount',
        message: `Pod ${seen.ref.name} cannot mount its token or the CA of the cluster: ${eventMessage(event).slice(0, 300)}`,
        evidence: [snapshot.quoteEvent(event)],
        ...(seen.gone ? { state: 'historic' as const } : over ? { state: 'recovered' as const } : {}),
      };
    }
    // A listing without a single ConfigMap is one that may not be read.
    if (snapshot.list('configMaps').length === 0) return;
    const told = new Set<string>();
    for (const pod of pods) {
      const namespace = pod.metadata.namespace ?? '';
      if (told.has(namespace) || !snapshot.listed('configMaps', pod.metadata.namespace)) continue;
      const projected = (pod.spec?.volumes ?? []).some((v) =>
        v.projected?.sources?.some((s) => s.configMap?.name === 'kube-root-ca.crt'),
      );
      if (!projected) continue;
      told.add(namespace);
      if (snapshot.get('configMaps', namespace, 'kube-root-ca.crt') !== undefined) continue;
      yield {
        subject: snapshot.named('Namespace', namespace),
        variant: 'absent',
        message: `ConfigMap kube-root-ca.crt is missing in namespace ${namespace}, which has pods that mount it`,
        evidence: [snapshot.quote(pod, '/spec/volumes')],
      };
    }
  },
});
