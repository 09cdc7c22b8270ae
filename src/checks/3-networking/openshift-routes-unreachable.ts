import { refTo } from '../../snapshot/ref.ts';
import { gradedHits, logFinding } from '../log-findings.ts';
import { defineCheck } from '../check.ts';

/** What operators say when they ask a route of the apps domain, as a user would, and it does not answer. */
const ASKED =
  /CanaryChecksRepetitiveFailures|failed to GET route \(|OAuthServerRouteEndpointAccessible\w{0,40}|RouteHealth\w{0,20}:/;
/** How it ended: the part that tells name, way and router apart. */
const ENDED =
  /no such host|i\/o timeout|context deadline exceeded|connection refused|no route to host|certificate required|x509: .{1,80}|\bEOF\b|connection reset/;

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /no such host/,
    'The name does not resolve: create the wildcard record *.apps of the domain, also for pods of the cluster.',
  ],
  [
    /timeout|deadline|no route|refused/,
    'The way to the routers is closed: see that the load balancer (or the VIP) leads to the nodes that run router pods on 80 and 443, and that firewalls and hairpin NAT let pods of the cluster reach it.',
  ],
  [
    /EOF|reset|certificate|x509/,
    'Something answers and ends the connection: PROXY protocol on one side only, a load balancer without a healthy router behind it, or TLS settings of the IngressController (client certificates) that the operators do not meet.',
  ],
];

export default defineCheck({
  id: 'openshift-routes-unreachable',
  layer: 3,
  title: 'Routes of the apps domain answer the operators of OpenShift',
  failureTitle: 'Routes of the apps domain (the ingress of OpenShift) do not answer the operators of the cluster',
  why: 'The operators of ingress (its canary), authentication and console ask their own routes as users do. When all of them fail alike, it is the way there: the wildcard record of the apps domain, the load balancer or VIP, the router pods.',
  fix: [
    'See that *.apps resolves, that the load balancer leads to the nodes with router pods on 80 and 443 and may be reached from pods, and that router pods are ready.',
  ],
  next: [
    'oc get pods -n openshift-ingress -o wide',
    'oc get ingresscontroller default -n openshift-ingress-operator -o yaml',
    'curl -kv https://console-openshift-console.APPS-DOMAIN',
  ],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['clusterOperators', 'containerLogs'],
  reads: ['openshift-canary-line'],
  *run({ clusterOperators }, { snapshot }) {
    const told = clusterOperators.flatMap((operator) =>
      (operator.status?.conditions ?? []).flatMap((condition, i) => {
        const { type, status, message = '', reason = '' } = condition;
        const bad = (type === 'Available' && status === 'False') || (type === 'Degraded' && status === 'True');
        return bad && ASKED.test(`${reason}: ${message}`) ? [{ operator, message, i }] : [];
      }),
    );
    const names = [...new Set(told.map(({ operator }) => operator.metadata.name))];
    const ended = told.map(({ message }) => ENDED.exec(message)?.[0]).find((text) => text !== undefined);
    const [first] = told;
    // One operator alone may have a fault of its own.
    if (first !== undefined && (names.length > 1 || names[0] === 'ingress')) {
      const canary = told.some(({ message }) => message.includes('Canary'));
      const advice = ended === undefined ? undefined : ADVICE.find(([said]) => said.test(ended))?.[1];
      yield {
        subject: { kind: 'ClusterOperator', name: names.includes('ingress') ? 'ingress' : (names[0] ?? '') },
        variant: 'operators',
        message: `The operators ${names.join(', ')} do not reach their own routes through the ingress${ended === undefined ? '' : ` (${ended})`}${canary ? ', the canary of the ingress operator included' : ''}: ${first.message.replaceAll(/\s+/g, ' ').slice(0, 240)}`,
        evidence: [
          snapshot.quote(first.operator, `/status/conditions/${first.i}`),
          ...told.slice(1, 3).map(({ operator, i }) => snapshot.quote(operator, `/status/conditions/${i}`)),
        ],
        related: names.map((name) => refTo('ClusterOperator', undefined, name)),
        ...(advice === undefined ? {} : { fix: [advice] }),
      };
      return;
    }
    for (const hits of gradedHits(snapshot, ['openshift-canary-line'])) {
      const advice = ADVICE.find(([said]) => said.test(hits.line))?.[1];
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'critical' },
        {
          variant: 'log',
          message: `The canary of the ingress operator does not get through the router: ${hits.line}`,
          ...(advice === undefined ? {} : { fix: [advice] }),
        },
      );
    }
  },
});
