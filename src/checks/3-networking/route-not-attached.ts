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
  needsAny: ['httpRoutes', 'grpcRoutes'],
  *run({ httpRoutes, grpcRoutes }, { snapshot }) {
    for (const route of [...httpRoutes, ...grpcRoutes]) {
      const namespace = route.metadata.namespace;
      for (const [i, parent] of (route.status?.parents ?? []).entries())
        for (const [j, condition] of (parent.conditions ?? []).entries()) {
          if (condition.status !== 'False' || (condition.type !== 'Accepted' && condition.type !== 'ResolvedRefs'))
            continue;
          const gateway = parent.parentRef?.name;
          yield {
            subject: snapshot.subject(route as never),
            variant: condition.reason ?? condition.type,
            message:
              `${route.kind} ${route.metadata.name}${gateway === undefined ? '' : ` at Gateway ${gateway}`}: ${condition.type} is False, ${condition.reason ?? ''} ${condition.message ?? ''}`.trim(),
            evidence: [snapshot.quote(route, `/status/parents/${i}/conditions/${j}`)],
            related:
              gateway === undefined
                ? []
                : [
                    {
                      kind: 'Gateway',
                      name: gateway,
                      ...((parent.parentRef?.namespace ?? namespace) === undefined
                        ? {}
                        : { namespace: parent.parentRef?.namespace ?? namespace ?? '' }),
                    },
                  ],
          };
        }
    }
  },
});
