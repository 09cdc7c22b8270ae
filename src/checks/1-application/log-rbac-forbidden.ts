import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, times } from '../log-findings.ts';

export default defineCheck({
  id: 'log-rbac-forbidden',
  layer: 1,
  title: 'ServiceAccounts may do what their programs need',
  failureTitle: 'The ServiceAccount may not use the API as the program needs',
  why: 'No Role or ClusterRole that is bound to the ServiceAccount allows the verb on the resource; typical for operators after an upgrade.',
  fix: [
    'Add verb {verb} on {resource} (API group "{group}") to a Role or ClusterRole bound to ServiceAccount {account}.',
  ],
  next: ['kubectl auth can-i {verb} {resource} --as=system:serviceaccount:{account}'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['pods'],
  reads: ['app-rbac-forbidden'],
  *run(_facts, { snapshot }) {
    const key = (hit: { groups: Readonly<Record<string, string>> }): string =>
      `${hit.groups['verb']} ${hit.groups['resource']}`;
    for (const hits of gradedHits(snapshot, ['app-rbac-forbidden'], key)) {
      const { verb = '', resource = '', group = '', account = '', namespace = '' } = hits.hits[0]?.groups ?? {};
      yield logFinding(
        hits,
        { failing: 'warning', ongoing: 'warning' },
        {
          message: `ServiceAccount ${namespace}/${account} may not ${verb} ${resource}${group === '' ? '' : ` of API group ${group}`}${times(hits.count)}`,
          params: { verb, resource, group, account: `${namespace}:${account}` },
          related: [{ kind: 'ServiceAccount', ...(namespace === '' ? {} : { namespace }), name: account }],
        },
      );
    }
  },
});
