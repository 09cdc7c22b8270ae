import { defineCheck } from '../check.ts';
import { webhookDenials } from '../webhook-denials.ts';

export default defineCheck({
  id: 'webhook-denied',
  layer: 1,
  title: 'Admission webhooks accept what people and operators create',
  failureTitle: 'An admission webhook denied an object',
  why: 'A policy engine decided against the object: this is a decision, not a failure of the webhook.',
  fix: ['Comply with the policy that the message names, or exempt the namespace'],
  next: ['kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'deployments', 'commandFailures', 'containerLogs'],
  reads: ['webhook-denied-line'],
  wants: ['replicaSets', 'statefulSets', 'daemonSets', 'jobs'],
  *run(_facts, { snapshot }) {
    yield* webhookDenials(snapshot, 'others');
  },
});
