import { lacksPods, refusals } from '../../snapshot/control-plane/admission.ts';
import { isDeclaredOnly } from '../../snapshot/declared.ts';
import { isTypo, nearest } from '../../lib/near-miss.ts';
import type { AnyObject } from '../../snapshot/kinds/index.ts';
import type { Ref, Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { refusalDraft } from '../refused.ts';

const MISSING: readonly (readonly [RegExp, string, string])[] = [
  [/serviceaccounts? "([^"]{1,253})" not found/, 'serviceaccount', 'ServiceAccount'],
  [/no PriorityClass with name "?([^\s"]{1,253})/, 'priorityclass', 'PriorityClass'],
  [/RuntimeClass(?:\.node\.k8s\.io)? "([^"]{1,253})" not found/i, 'runtimeclass', 'RuntimeClass'],
];

const exists = (snapshot: Snapshot, namespace: string | undefined, name: string): boolean => {
  const found = snapshot.get('serviceAccounts', namespace, name);
  return found !== undefined && !isDeclaredOnly(snapshot, found as unknown as AnyObject);
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
  title: 'The ServiceAccount, PriorityClass and RuntimeClass of every workload exist',
  failureTitle: 'A ServiceAccount, PriorityClass or RuntimeClass that the pod names does not exist',
  why: 'Admission refuses pods that name such an object before it exists; the workload stays without pods.',
  fix: ['Create the object that the message names, or correct the name in the pod template'],
  next: ['kubectl get serviceaccounts -n {namespace}; kubectl get priorityclasses,runtimeclasses'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'deployments', 'serviceAccounts'],
  wants: ['replicaSets', 'statefulSets', 'daemonSets', 'jobs'],
  *run({ deployments, statefulSets }, { snapshot }) {
    const told = new Set<string>();
    const key = (ref: Ref): string => `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
    for (const refusal of refusals(snapshot)) {
      const found = MISSING.find(([pattern]) => pattern.test(refusal.text));
      if (found === undefined) continue;
      const name = found[0].exec(refusal.text)?.[1] ?? '';
      const account = found[1] === 'serviceaccount';
      // Created since: the controller tries again by itself.
      if (account && exists(snapshot, refusal.namespace, name)) continue;
      if (refusal.workload !== undefined) told.add(key(refusal.workload));
      const draft = refusalDraft(
        snapshot,
        refusal,
        found[1],
        () => `${found[2]} "${name}" not found${account ? hint(snapshot, refusal.namespace, name) : ''}`,
      );
      yield {
        ...draft,
        related: [{ kind: found[2], ...(account ? { namespace: refusal.namespace ?? '' } : {}), name }],
        fix: [
          account
            ? `Create it (kubectl create serviceaccount ${name} -n ${refusal.namespace ?? 'NAMESPACE'}) or correct serviceAccountName`
            : `Create ${found[2]} ${name} or correct the name in the pod template`,
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
        subject: snapshot.subject(workload as unknown as AnyObject),
        variant: 'serviceaccount',
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
