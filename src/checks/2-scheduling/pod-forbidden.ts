import { refusals, type Refusal, type RefusalKind } from '../../snapshot/control-plane/admission.ts';
import { defineCheck } from '../check.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { refusalDraft } from '../refused.ts';
import { subjectOfHit } from '../signature-check.ts';
import { denialOf, podDenials } from '../webhook-denials.ts';

/** Kinds of refusals that have no check of their own, and what to do about them. */
const KINDS: Readonly<Partial<Record<RefusalKind, readonly [string, string]>>> = {
  'webhook-denied': ['webhook', 'Comply with the policy that the message names, or exempt the namespace from it'],
  'priority-class': [
    'priority-class',
    'Create the PriorityClass that the message names, or correct priorityClassName in the pod template',
  ],
  'runtime-class': [
    'runtime-class',
    'Create the RuntimeClass that the message names, or correct runtimeClassName in the pod template',
  ],
  'quota-scope': [
    'quota-scope',
    'Give the namespace a ResourceQuota whose scopeSelector names the priority class (the API server admits system classes only where a quota allows them), or drop priorityClassName',
  ],
  forbidden: [
    'forbidden',
    'Change in the pod template what the message names, or move the workload where it is allowed',
  ],
};
/** A pod that a person could not create; what a webhook denied a person is told with its webhook. */
const isPersons = ({ kind, wanted }: Refusal): boolean => wanted === 'pods' && kind !== 'webhook-denied';
const ENDING = /because it is being terminated/;
const NAMESPACE_ENDS = [
  'namespace-terminating',
  'Find out who deleted the namespace; when it is gone, make it anew with what was in it',
] as const;
const CLASS =
  /no (?:PriorityClass) with name "?([^\s"]{1,253})|RuntimeClass(?:\.node\.k8s\.io)? "([^"]{1,253})" not found/i;

export default defineCheck({
  id: 'pod-forbidden',
  layer: 2,
  title: 'Admission accepts the pods of workloads',
  failureTitle: 'Admission rejects the pod',
  why: 'Before a pod is stored, plugins of the API server and webhooks of policy engines look at it. One of them decided against it: a class that does not exist, a priority that this namespace may not use, a policy. There is no pod then; only the events of the controller tell.',
  fix: ['Change in the pod template what the message names'],
  next: [
    'kubectl get priorityclasses,runtimeclasses',
    'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations,validatingadmissionpolicies',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'customResources', 'deployments', 'commandFailures'],
  reads: ['webhook-denied-line'],
  wants: ['replicaSets', 'statefulSets', 'daemonSets', 'jobs'],
  *run(_facts, { snapshot }) {
    for (const refusal of refusals(snapshot)) {
      const kind = KINDS[refusal.kind];
      if (kind === undefined || (refusal.workload === undefined && !isPersons(refusal))) continue;
      const [variant, fix] = ENDING.test(refusal.text) ? NAMESPACE_ENDS : kind;
      const [, priority, runtime] = CLASS.exec(refusal.text) ?? [];
      const missing = priority ?? runtime;
      const related =
        missing === undefined
          ? []
          : [{ kind: priority === undefined ? 'RuntimeClass' : 'PriorityClass', name: missing }];
      yield {
        ...refusalDraft(snapshot, refusal, variant, denialOf),
        title:
          variant === 'webhook'
            ? 'An admission webhook denied the pod'
            : missing === undefined
              ? 'Admission rejects the pod'
              : `The ${related[0]?.kind ?? 'class'} that the pod names does not exist`,
        related,
        fix: [fix],
      };
    }
    for (const { hit, reason, pod } of podDenials(snapshot)) {
      const subject = pod === undefined ? subjectOfHit(hit, snapshot) : snapshot.named('Pod', pod);
      yield {
        subject,
        variant: 'webhook',
        title: 'An admission webhook denied the pod',
        message: `${pod === undefined ? 'A pod' : `Pod ${pod}`} cannot be created: ${reason}`,
        evidence: snapshot.evidenceOf(hit),
        fix: KINDS['webhook-denied']?.slice(1) ?? [],
        ...timing(snapshot, [hit]),
      };
    }
  },
});
