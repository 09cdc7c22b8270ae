import { refusals } from '../../snapshot/admission.ts';
import { defineCheck } from '../check.ts';
import { refusalDraft, refusalReason } from '../refused.ts';

export default defineCheck({
  id: 'webhook-denied',
  layer: 1,
  title: 'Admission webhooks accept the pods of workloads',
  failureTitle: 'An admission webhook denied the pod',
  why: 'A policy engine decided against the pod: this is a decision, not a failure of the webhook.',
  fix: ['Comply with the policy that the message names, or exempt the namespace'],
  next: ['kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'deployments', 'commandFailures'],
  wants: ['replicaSets', 'statefulSets', 'daemonSets', 'jobs'],
  *run(_facts, { snapshot }) {
    for (const refusal of refusals(snapshot)) {
      if (!(refusal.kind === 'webhook-denied')) continue;
      yield refusalDraft(
        snapshot,
        refusal,
        undefined,
        (text) =>
          /admission webhook "[^"]{1,253}" denied the request[^\n]{0,500}/.exec(text)?.[0] ?? refusalReason(text),
      );
    }
  },
});
