import { whyNoRight } from '../../snapshot/control-plane/rbac.ts';
import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, times } from '../log-findings.ts';

export default defineCheck({
  id: 'log-rbac-forbidden',
  layer: 1,
  title: 'ServiceAccounts may do what their programs need',
  failureTitle: 'The ServiceAccount may not use the API as the program needs',
  why: 'No Role or ClusterRole that is bound to the ServiceAccount allows the verb on the resource; typical for operators after an upgrade.',
  fix: [
    'Add the rights that are missing (verb {verb} on resource {resource}, and so on) to a Role or ClusterRole that is bound to ServiceAccount {account}, or run the program under the ServiceAccount that has them.',
  ],
  next: [
    'kubectl auth can-i {verb} {resource} --as={as}',
    'kubectl get clusterrolebindings,rolebindings -A -o wide | grep {account}',
  ],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['containerLogs', 'accessReviews'],
  wants: ['pods', 'roles', 'roleBindings', 'clusterRoles', 'clusterRoleBindings'],
  reads: ['app-rbac-forbidden'],
  *run({ accessReviews }, { snapshot }) {
    const accountOf = ({ groups }: { groups: Readonly<Record<string, string>> }): string =>
      groups['user'] ?? `${groups['namespace']}:${groups['account']}`;
    for (const hits of gradedHits(snapshot, ['app-rbac-forbidden'], accountOf)) {
      const { account = '', namespace = '', user } = hits.hits[0]?.groups ?? {};
      const who = user === undefined ? `${namespace}:${account}` : user;
      const rights = new Map(hits.hits.map(({ groups }) => [JSON.stringify(rightOf(groups)), rightOf(groups)]));
      const [first = NONE, ...rest] = rights.values();
      const more = rest.length - (TOLD - 1);
      const missing = [first, ...rest].slice(0, TOLD).map(({ verb, resource }) => `${verb} ${resource}`);
      const why = user === undefined ? whyNoRight(snapshot, namespace, account, first) : undefined;
      const found = logFinding(
        hits,
        { failing: 'warning', ongoing: 'warning' },
        {
          message: `${user === undefined ? `ServiceAccount ${namespace}/${account}` : `User ${user}`} may not ${missing.join(', ')}${more > 0 ? ` and ${more} more` : ''}${first.group === '' ? '' : ` (API group ${first.group})`}${times(hits.count)}${why === undefined ? '' : `: ${why.words}`}`,
          params: { ...first, account: who, as: user ?? `system:serviceaccount:${who}` },
          ...(user === undefined
            ? {
                related: [
                  { kind: 'ServiceAccount', ...(namespace === '' ? {} : { namespace }), name: account },
                  ...(why?.related ?? []),
                ],
              }
            : {
                fix: [
                  'Bind the user (or a group of its certificate or token) to a Role or ClusterRole with the rights that are missing, or give the program the credentials of another.',
                ],
              }),
        },
      );
      yield why === undefined ? found : { ...found, evidence: [...found.evidence, why.evidence] as const };
    }
    for (const { verb, resource, allowed, account = '', source, namespace: where } of accessReviews) {
      const [, namespace = '', name] = /^system:serviceaccount:([^:]{1,63}):([^:]{1,253})$/.exec(account) ?? [];
      if (allowed || name === undefined) continue;
      const why = whyNoRight(snapshot, namespace, name, { ...rightOf({ verb, resource }) });
      yield {
        subject: snapshot.named('ServiceAccount', name, { namespace }),
        variant: 'asked',
        // Nobody gives rights to the account that every pod has which names none: asked to be sure.
        ...(name === 'default' ? { severity: 'info' as const } : {}),
        message: `ServiceAccount ${namespace}/${name} may not ${verb} ${resource}${where === undefined ? '' : ` in namespace ${where}`}: kubectl auth can-i answers "no"${why === undefined ? '' : `; ${why.words}`}`,
        evidence: [source, ...(why === undefined ? [] : [why.evidence])],
        ...(why === undefined ? {} : { related: why.related }),
        params: { verb, resource, account: `${namespace}:${name}`, as: account },
      };
    }
  },
});

/** Rights that a sentence can carry. */
const TOLD = 5;
const NONE = { verb: '', resource: '', group: '' };

/** What was refused. API servers before 1.12 write the group behind the resource: `deployments.apps`. */
function rightOf({ verb = '', resource = '', group }: Readonly<Record<string, string>>): typeof NONE {
  const dot = group === undefined ? resource.indexOf('.') : -1;
  return dot < 0
    ? { verb, resource, group: group ?? '' }
    : { verb, resource: resource.slice(0, dot), group: resource.slice(dot + 1) };
}
