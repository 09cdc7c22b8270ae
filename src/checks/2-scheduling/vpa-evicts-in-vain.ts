import { groupBy } from '../../lib/group-by.ts';
import { workloadStem } from '../../parsers/pod-name.ts';
import { defineCheck } from '../check.ts';

/** Evictions of one workload within what the events cover (an hour) that are no single change of its requests (HEUR). */
const AGAIN = 3;
/** How installers call the webhook's configuration: `vpa-webhook-config`, with a prefix of the release or shoot. */
const ITS_NAME = /\bvpa\b|vertical-?pod-?autoscaler/i;

export default defineCheck({
  id: 'vpa-evicts-in-vain',
  layer: 2,
  title: 'What the VPA evicts comes back with the requests that it recommends',
  failureTitle: 'The VPA evicts pods in vain: nothing gives the new ones its recommendation',
  why: 'The updater evicts a pod whose requests differ from the recommendation, and the admission webhook of the VPA writes the recommendation into the pod that replaces it. Without the webhook the new pod has the old requests, and is evicted again.',
  fix: [
    'Bring the webhook back: restart vpa-admission-controller, which registers its MutatingWebhookConfiguration (it needs the right to), or apply it; until then set updateMode to Off',
  ],
  next: [
    'kubectl get mutatingwebhookconfigurations | grep -i vpa',
    'kubectl -n kube-system logs deploy/vpa-admission-controller --tail=50',
    'kubectl get vpa -A',
  ],
  severity: 'warning',
  confidence: 'high',
  needs: ['events', 'mutatingWebhookConfigurations'],
  *run({ events, mutatingWebhookConfigurations }, { snapshot }) {
    if (!snapshot.listed('mutatingWebhookConfigurations')) return;
    if (mutatingWebhookConfigurations.some(({ metadata }) => ITS_NAME.test(metadata.name))) return;
    const evicted = events.filter(({ reason, involvedObject }) => reason === 'EvictedByVPA' && involvedObject?.name);
    const byWorkload = groupBy(evicted, ({ involvedObject, metadata }) => {
      const namespace = involvedObject?.namespace ?? metadata.namespace ?? '';
      return `${namespace}/${workloadStem(involvedObject?.name ?? '')}`;
    });
    for (const [key, those] of byWorkload) {
      const last = those.at(-1);
      if (last === undefined || those.length < AGAIN) continue;
      const [namespace = '', workload = ''] = key.split('/');
      yield {
        subject: snapshot.named('Pod', last.involvedObject?.name ?? '', namespace === '' ? {} : { namespace }),
        message: `The VPA has evicted ${those.length} pods of ${workload} one after the other, and no MutatingWebhookConfiguration of the VPA is among the ${mutatingWebhookConfigurations.length} that there are: new pods keep the requests of their template`,
        evidence: [snapshot.quoteEvent(last), ...those.slice(-3, -1).map((event) => snapshot.quoteEvent(event))],
      };
    }
  },
});
