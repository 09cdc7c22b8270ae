import { spellDuration } from '../../lib/duration.ts';
import { isEmptySelector, type Selector } from '../../lib/labels.ts';
import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { counter, labelValues, processesWith, quantile, spanOf } from '../../snapshot/metrics.ts';
import { webhooksOf } from '../../snapshot/control-plane/webhooks.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** The API's own default; each write that the webhook covers may wait this long (kubernetes.io, good practices). */
const LONG_TIMEOUT = 10;
const FAMILY = 'apiserver_admission_webhook_admission_duration_seconds';
const SLOW_SECONDS = 1;
const MIN_CALLS = 20;
/** What the cluster cannot run without: leases of nodes and leaders, nodes, pods. */
const VITAL = /^(?:\*|\*\/\*|pods|nodes|leases|endpoints|endpointslices)$/;

/** The API server stores `{}` where none was written. */
const selectsAll = (selector: Selector | undefined): boolean => selector === undefined || isEmptySelector(selector);

export default defineCheck({
  id: 'webhook-too-broad-or-slow',
  layer: 4,
  title: 'The admission webhooks are quick and narrow',
  failureTitle: 'An admission webhook is slow or covers too much',
  why: 'It adds its latency to every write that it covers; when it covers kube-system and fails, the control plane blocks itself.',
  fix: [
    'Exclude kube-system by namespaceSelector, name the resources that it needs, and set timeoutSeconds to a few seconds',
  ],
  next: ['kubectl get --raw /metrics | grep apiserver_admission_webhook'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['validatingWebhookConfigurations', 'mutatingWebhookConfigurations', 'metrics'],
  *run(_facts, { snapshot }) {
    for (const { configuration, webhook, name, index } of webhooksOf(snapshot)) {
      if (webhook.failurePolicy === 'Ignore') continue;
      const broad = (webhook.rules ?? []).some(
        (rule) => rule.resources?.some((resource) => VITAL.test(resource)) === true,
      );
      const everywhere = selectsAll(webhook.namespaceSelector) && selectsAll(webhook.objectSelector);
      const timeout = webhook.timeoutSeconds ?? LONG_TIMEOUT;
      if (!(broad && everywhere) && timeout <= LONG_TIMEOUT) continue;
      yield {
        subject: refOf(configuration),
        variant: broad && everywhere ? 'broad' : 'timeout',
        // A risk, not a fault.
        severity: 'info',
        message:
          broad && everywhere
            ? `Webhook "${name}" covers ${[...new Set((webhook.rules ?? []).flatMap((rule) => rule.resources ?? []))].slice(0, 5).join(', ')} in all namespaces, kube-system too, with failurePolicy Fail`
            : `Webhook "${name}" may take ${timeout} s for each write`,
        evidence: [
          snapshot.quote(
            configuration,
            broad && everywhere ? `/webhooks/${index}/rules` : `/webhooks/${index}/timeoutSeconds`,
          ),
        ],
        related: [{ kind: 'Webhook', name }],
      };
    }
    for (const process of processesWith(snapshot, `${FAMILY}_bucket`))
      for (const name of labelValues(process, `${FAMILY}_bucket`, 'name')) {
        const p99 = quantile(process, FAMILY, 0.99, (labels) => labels['name'] === name);
        if (p99 === undefined || p99.value <= SLOW_SECONDS || p99.count < MIN_CALLS) continue;
        yield {
          subject: { kind: 'Webhook', name },
          variant: 'slow',
          message: `Webhook "${name}" takes up to ${spellDuration(p99.value)} (99th percentile of ${p99.count} calls, ${spanOf(p99)})`,
          evidence: [p99.evidence],
          related: [{ kind: 'Webhook', name }],
        };
      }
    for (const process of processesWith(snapshot, 'apiserver_admission_webhook_rejection_count')) {
      const failed = (labels: Readonly<Record<string, string>>): boolean =>
        labels['error_type'] === 'calling_webhook_error';
      const errors = counter(process, 'apiserver_admission_webhook_rejection_count', failed);
      if (errors === undefined || errors.value < 1 || !errors.recent) continue;
      yield {
        subject: componentSubject(snapshot, 'kube-apiserver', process.node),
        variant: 'errors',
        message: `${errors.value} calls of admission webhooks failed between two scrapes`,
        evidence: [errors.evidence],
      };
    }
  },
});
