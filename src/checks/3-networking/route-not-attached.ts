import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'route-not-attached',
  layer: 3,
  title: 'Routes are attached to their Gateways',
  failureTitle: 'The route is not attached or its backend cannot be resolved',
  why: 'A route counts only when its Gateway accepts it and finds its backends. Otherwise requests get 404 or 500.',
  fix: [
    'Mend what the reason names: allowed namespaces and host names of the listener, the Service and port of the backend, a ReferenceGrant.',
  ],
  next: ['kubectl describe httproute {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['httpRoutes', 'grpcRoutes', 'openshiftRoutes'],
  *run({ httpRoutes, grpcRoutes, openshiftRoutes }, { snapshot }) {
    for (const route of openshiftRoutes)
      for (const [i, router] of (route.status?.ingress ?? []).entries())
        for (const [j, condition] of (router.conditions ?? []).entries()) {
          if (condition.type !== 'Admitted' || condition.status !== 'False') continue;
          const host = router.host ?? route.spec?.host;
          const reason = condition.reason ?? 'not admitted';
          yield {
            subject: snapshot.subject(route),
            variant: reason,
            message: `Route ${route.metadata.name}${host === undefined ? '' : ` for host ${host}`} is not admitted${router.routerName === undefined ? '' : ` by router ${router.routerName}`} (${reason})${condition.message === undefined ? '' : `: ${condition.message}`}`,
            fix: [
              reason === 'HostAlreadyClaimed'
                ? 'Another route has the host already (the older one wins; routes of several namespaces may share a host only where routeAdmission allows it): give this one another host or path, or delete the other.'
                : 'Mend what the message names: certificate and key of the route (they must fit each other and the host), its host name, its TLS termination.',
            ],
            next: ['oc get routes -A', 'oc describe route {name} -n {namespace}'],
            evidence: [snapshot.quote(route, `/status/ingress/${i}/conditions/${j}`)],
          };
        }
    for (const route of [...httpRoutes, ...grpcRoutes]) {
      const namespace = route.metadata.namespace;
      const rules = route.spec?.rules ?? [];
      const isEmpty = ({ backendRefs = [], filters = [] }: (typeof rules)[number]): boolean =>
        backendRefs.length === 0 && filters.length === 0;
      const empty = rules.findIndex(isEmpty);
      // A list entry too many (`- backendRefs:`) makes two rules of one; a route that answers nothing at all is meant so.
      if (empty >= 0 && !rules.every(isEmpty)) {
        const paths = (rules[empty]?.matches ?? []).flatMap(({ path }) => path?.value ?? []);
        const other = rules.findIndex((rule) => !isEmpty(rule) && (rule.matches ?? []).length === 0);
        yield {
          subject: snapshot.subject(route),
          variant: 'no-backend',
          title: 'A rule of a route has no backend',
          severity: 'warning',
          message: `${route.kind} ${route.metadata.name}: rule ${empty + 1}${paths.length === 0 ? '' : ` (${paths.slice(0, 3).join(', ')})`} has no backendRefs and no filter, so requests that it takes are answered with an error (500, of some gateways 503)${other < 0 ? '' : `; the backendRefs stand in rule ${other + 1}, which has no matches: a dash too many makes two rules of one`}`,
          fix: ['Put matches and backendRefs into one rule: only the first line of a rule has a dash.'],
          evidence: [snapshot.quote(route, `/spec/rules/${empty}`)],
          related: (route.spec?.hostnames ?? []).slice(0, 10).map((host) => ({ kind: 'Host', name: host })),
        };
      }
      for (const [i, parent] of (route.status?.parents ?? []).entries())
        for (const [j, condition] of (parent.conditions ?? []).entries()) {
          if (condition.status !== 'False' || (condition.type !== 'Accepted' && condition.type !== 'ResolvedRefs'))
            continue;
          const gateway = parent.parentRef?.name;
          yield {
            subject: snapshot.subject(route),
            variant: condition.reason ?? condition.type,
            message:
              `${route.kind} ${route.metadata.name}${gateway === undefined ? '' : ` at Gateway ${gateway}`}: ${condition.type} is False, ${condition.reason ?? ''} ${condition.message ?? ''}`.trim(),
            evidence: [snapshot.quote(route, `/status/parents/${i}/conditions/${j}`)],
            related: [
              // The sites that it does not serve, as somebody tries them.
              ...(route.spec?.hostnames ?? []).slice(0, 10).map((host) => ({ kind: 'Host', name: host })),
              ...(gateway === undefined
                ? []
                : [
                    {
                      kind: 'Gateway',
                      name: gateway,
                      ...((parent.parentRef?.namespace ?? namespace) === undefined
                        ? {}
                        : { namespace: parent.parentRef?.namespace ?? namespace ?? '' }),
                    },
                  ]),
            ],
          };
        }
    }
  },
});
