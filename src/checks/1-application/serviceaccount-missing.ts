import type { Ref } from '../../snapshot/ref.ts';
import { lacksPods, refusals } from '../../snapshot/control-plane/admission.ts';
import { isDeclaredOnly } from '../../snapshot/declared.ts';
import { isTypo, nearest } from '../../lib/near-miss.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { refusalDraft } from '../refused.ts';

const MISSING = /serviceaccounts? "([^"]{1,253})" not found/;

const exists = (snapshot: Snapshot, namespace: string | undefined, name: string): boolean => {
  const found = snapshot.get('serviceAccounts', namespace, name);
  return found !== undefined && !isDeclaredOnly(snapshot, found);
};

const hint = (snapshot: Snapshot, namespace: string | undefined, name: string): string => {
  const here = snapshot.list('serviceAccounts').filter((one) => one.metadata.namespace === namespace);
  const meant = nearest(
    name,
    here.map((one) => one.metadata.name),
    isTypo,
  );
  return meant === undefined ? '' : `; was "${meant}" meant?`;
};

export default defineCheck({
  id: 'serviceaccount-missing',
  layer: 1,
  title: 'The ServiceAccount of every workload exists',
  failureTitle: 'The ServiceAccount that the pod names does not exist',
  why: 'Admission refuses pods that name a ServiceAccount before it exists; the workload stays without pods.',
  fix: ['Create the object that the message names, or correct the name in the pod template'],
  next: ['kubectl get serviceaccounts -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'deployments', 'serviceAccounts', 'commandFailures'],
  wants: ['replicaSets', 'statefulSets', 'daemonSets', 'jobs'],
  *run({ deployments, statefulSets }, { snapshot }) {
    const told = new Set<string>();
    const key = (ref: Ref): string => `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
    for (const refusal of refusals(snapshot)) {
      const name = MISSING.exec(refusal.text)?.[1];
      // Created since: the controller tries again by itself.
      if (name === undefined || exists(snapshot, refusal.namespace, name)) continue;
      if (refusal.workload !== undefined) told.add(key(refusal.workload));
      yield {
        ...refusalDraft(
          snapshot,
          refusal,
          undefined,
          () => `ServiceAccount "${name}" not found${hint(snapshot, refusal.namespace, name)}`,
        ),
        related: [{ kind: 'ServiceAccount', namespace: refusal.namespace ?? '', name }],
        fix: [
          `Create it (kubectl create serviceaccount ${name} -n ${refusal.namespace ?? 'NAMESPACE'}) or correct serviceAccountName`,
        ],
      };
    }
    for (const workload of [...deployments, ...statefulSets]) {
      const { namespace, name } = workload.metadata;
      const account = workload.spec?.template?.spec?.serviceAccountName;
      const ref: Ref = { kind: workload.kind, namespace: namespace ?? '', name };
      if (account === undefined || told.has(key(ref)) || lacksPods(snapshot, ref) !== true) continue;
      if (!snapshot.listed('serviceAccounts', namespace) || exists(snapshot, namespace, account)) continue;
      yield {
        subject: snapshot.subject(workload),
        message: `${workload.kind} ${name} has no pods and its ServiceAccount "${account}" does not exist in namespace ${namespace ?? ''}${hint(snapshot, namespace, account)}`,
        evidence: [
          snapshot.quote(workload, '/spec/template/spec/serviceAccountName'),
          snapshot.quote(workload, '/status'),
        ],
        related: [{ kind: 'ServiceAccount', namespace: namespace ?? '', name: account }],
      };
    }
  },
});
