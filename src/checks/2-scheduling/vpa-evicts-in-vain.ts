import { groupBy } from '../../lib/group-by.ts';
import { workloadStem } from '../../parsers/pod-name.ts';
import type { Evidence } from '../../parsers/records.ts';
import { webhooksOf } from '../../snapshot/control-plane/webhooks.ts';
import { defineCheck } from '../check.ts';
import { passesOver } from '../webhook-selection.ts';

interface Eviction {
  readonly pod: string;
  readonly namespace: string | undefined;
  readonly count: number;
  readonly evidence: Evidence;
}

/** Evictions of one workload within what the events cover (an hour) that are no single change of its requests (HEUR). */
const AGAIN = 3;
/** How installers call the webhook's configuration: `vpa-webhook-config`, with a prefix of the release or shoot. */
const ITS_NAME = /\bvpa\b|vertical-?pod-?autoscaler/i;

export default defineCheck({
  id: 'vpa-evicts-in-vain',
  layer: 2,
  title: 'What the VPA evicts comes back with the requests that it recommends',
  failureTitle: 'The VPA evicts pods in vain: nothing gives the new ones its recommendation',
  why: 'The updater evicts a pod whose requests differ from the recommendation, and the admission webhook of the VPA writes the recommendation into the pod that replaces it. Without the webhook, or where it leaves the namespace out, the new pod has the old requests, and is evicted again.',
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
  reads: ['vpa-evicts-pod'],
  needs: ['events', 'mutatingWebhookConfigurations'],
  wants: ['namespaces'],
  *run({ events, mutatingWebhookConfigurations }, { snapshot }) {
    const theirs = webhooksOf(snapshot).filter(({ configuration }) => ITS_NAME.test(configuration.metadata.name));
    // A table tells that it is there, and not whom it is asked about.
    const there = mutatingWebhookConfigurations.some(({ metadata }) => ITS_NAME.test(metadata.name));
    if (theirs.length === 0 && (there || !snapshot.listed('mutatingWebhookConfigurations'))) return;
    const evictions: readonly Eviction[] = [
      ...events.flatMap((event) => {
        const { reason, involvedObject, metadata } = event;
        return reason !== 'EvictedByVPA' || involvedObject?.name === undefined
          ? []
          : [
              {
                pod: involvedObject.name,
                namespace: involvedObject.namespace ?? metadata.namespace,
                count: 1,
                evidence: snapshot.quoteEvent(event),
              },
            ];
      }),
      // The updater names in its log whom it evicts.
      ...snapshot.hits('vpa-evicts-pod').map((hit) => ({
        pod: hit.groups['pod'] ?? '',
        namespace: hit.groups['namespace'],
        count: hit.count,
        evidence: snapshot.evidenceOf(hit)[0],
      })),
    ];
    for (const [key, those] of groupBy(evictions, ({ namespace = '', pod }) => `${namespace}/${workloadStem(pod)}`)) {
      const last = those.at(-1);
      const count = those.reduce((sum, one) => sum + one.count, 0);
      if (last === undefined || count < AGAIN) continue;
      const { namespace, pod } = last;
      const passed = theirs.map((view) => passesOver(snapshot, view, namespace));
      const [first] = passed;
      // Its webhook is there and is asked about these pods, or nobody knows.
      if (theirs.length > 0 && (first === undefined || passed.includes(undefined))) continue;
      const why =
        first?.words ??
        `no MutatingWebhookConfiguration of the VPA is among the ${mutatingWebhookConfigurations.length} that there are`;
      yield {
        subject: snapshot.named('Pod', pod, { namespace }),
        message: `The VPA has evicted ${count} pods of ${key.slice(key.indexOf('/') + 1)} one after the other, and ${why}: new pods keep the requests of their template`,
        evidence: [last.evidence, ...(first?.evidence ?? []), ...those.slice(-3, -1).map(({ evidence }) => evidence)],
        ...(first === undefined
          ? {}
          : {
              variant: 'namespace-left-out',
              fix: [
                `Let the webhook of the VPA serve namespace ${namespace ?? ''} (its namespaceSelector; on AKS the annotation admissions.enforcer/disabled: "true" keeps the admissions enforcer from narrowing it), or take the VPA off workloads there (updateMode Off)`,
              ],
            }),
      };
    }
  },
});
