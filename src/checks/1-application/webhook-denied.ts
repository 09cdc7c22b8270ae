import { refusals } from '../../snapshot/control-plane/admission.ts';
import { bySubject, timing } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';
import { refusalDraft, refusalReason } from '../refused.ts';
import { subjectOfHit } from '../signature-check.ts';

const DENIED = /admission webhook "[^"]{1,253}" denied the request[^\n]{0,500}/;
/** Letters in which two accounts of one denial agree. */
const SAME = 120;

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
    const told: string[] = [];
    for (const refusal of refusals(snapshot)) {
      if (refusal.kind !== 'webhook-denied') continue;
      const reason = DENIED.exec(refusal.text)?.[0] ?? refusalReason(refusal.text);
      told.push(reason);
      // The pods of controllers are told of where admission is (pod-forbidden).
      if (refusal.workload !== undefined) continue;
      yield refusalDraft(snapshot, refusal, undefined, () => reason);
    }
    // Controllers that create what the policy does not want, and what people paste of an answer.
    for (const { subject, hits } of bySubject(snapshot.hits('webhook-denied-line'), (hit) =>
      subjectOfHit(hit, snapshot),
    )) {
      const [hit] = hits;
      // In JSON the message ends with the quote of its field.
      const line = (hit?.first.text ?? '').replaceAll('\\"', '"').replace(/"[,}\]]{0,6}\s*$/, '');
      const reason = DENIED.exec(line)?.[0];
      if (hit === undefined || reason === undefined) continue;
      if (told.some((known) => known.includes(reason.slice(0, SAME)))) continue;
      yield {
        subject,
        variant: 'logged',
        severity: hit.class === 'text' ? 'critical' : 'warning',
        message: `An object cannot be created: ${reason}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, hits),
      };
    }
  },
});
