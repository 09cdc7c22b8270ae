import type { Evidence, LogHit } from '../../parsers/records.ts';
import { processesWith, quoteSample } from '../../snapshot/metrics.ts';
import { timing, weightOf } from '../../snapshot/logs/hits.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** What the reasons of the Available condition mean [K8S kube-aggregator]. */
const REASONS: Readonly<Record<string, string>> = {
  ServiceNotFound: 'its Service does not exist',
  ServicePortError: 'its Service lacks the port',
  ServiceAccessError: 'its Service cannot be read',
  EndpointsNotFound: 'its Service has no Endpoints',
  EndpointsAccessError: 'its Endpoints cannot be read',
  MissingEndpoints: 'no ready pod stands behind its Service',
  FailedDiscoveryCheck: 'the API server gets no good answer from it',
};

/** 1 for each APIService that does not answer [K8S kube-aggregator]. */
const GAUGE = 'aggregator_unavailable_apiservice';
/** Kubectl and helm ask once a second at most; one line in a long log is a restart of its server (ours). */
const FEW = 3;
const INCOMPLETE =
  /(?:list of server APIs: |(?:resource|API group) list for )([a-z0-9][\w.-]{1,100})\/(v\d\w{0,12})(?:: ?([A-Za-z].{1,200}))?/;
/** The API answers, or was never asked: the caller may not, asks for what is not served, or reaches no API server. */
const OF_THE_CALLER =
  /Unauthorized|[Ff]orbidden|must be logged in|could not find the requested resource|no matches for|: dial tcp |x509: |context canceled/;

export default defineCheck({
  id: 'apiservice-unavailable',
  layer: 4,
  title: 'The aggregated APIs are available',
  failureTitle: 'An aggregated API (APIService) is not available',
  why: 'Clients that discover all APIs are slowed down; namespaces do not finish deleting, garbage collection and quota stall; without metrics.k8s.io autoscalers are blind.',
  fix: ['Repair the pods behind Service {service}; delete APIService {name} when nothing serves it any more'],
  next: ['kubectl get apiservice {name} -o yaml', 'kubectl get endpointslices,pods -n {serviceNamespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['apiServices', 'metrics', 'commandFailures', 'containerLogs', 'hostLogs'],
  reads: ['api-group-unavailable', 'api-group-row'],
  *run({ apiServices, commandFailures }, { snapshot }) {
    const told = new Set<string>();
    for (const api of apiServices) {
      const conditions = api.status?.conditions ?? [];
      const index = conditions.findIndex((one) => one.type === 'Available' && one.status === 'False');
      const condition = conditions[index];
      if (condition === undefined) continue;
      const { name } = api.metadata;
      const service = api.spec?.service;
      const metrics = name.endsWith('metrics.k8s.io');
      told.add(name);
      const since = timeOf(condition.lastTransitionTime);
      yield {
        subject: { kind: 'APIService', name },
        ...(condition.reason === undefined ? {} : { variant: condition.reason }),
        // Metrics serve kubectl top and autoscalers; other groups hold objects that people need.
        ...(metrics ? { severity: 'warning' as const } : {}),
        message: `APIService ${name}${service?.name === undefined ? '' : ` (Service ${service.namespace ?? ''}/${service.name})`} is not available${condition.reason === undefined ? '' : ` (${condition.reason})`}: ${REASONS[condition.reason ?? ''] ?? 'it reports so'}${condition.message === undefined ? '' : `: ${condition.message.slice(0, 300)}`}`,
        evidence: [snapshot.quote(api, `/status/conditions/${index}`)],
        related:
          service?.name === undefined
            ? []
            : [
                { kind: 'Service', namespace: service.namespace ?? '', name: service.name },
                // Charts name a program's Service as its Deployment; the Service itself is seldom in the bundle.
                { kind: 'Deployment', namespace: service.namespace ?? '', name: service.name },
              ],
        params: {
          service: `${service?.namespace ?? ''}/${service?.name ?? ''}`,
          serviceNamespace: service?.namespace ?? 'NAMESPACE',
        },
        ...(since === undefined ? {} : { since }),
      };
    }
    for (const hit of snapshot.hits('api-group-row')) {
      const { group, version, service = '', reason = '' } = hit.groups;
      const name = `${version ?? ''}.${group ?? ''}`;
      if (told.has(name)) continue;
      told.add(name);
      yield {
        subject: { kind: 'APIService', name },
        variant: reason,
        ...(name.endsWith('metrics.k8s.io') ? { severity: 'warning' as const } : {}),
        message: `APIService ${name} (Service ${service}) is not available (${reason}): ${REASONS[reason] ?? 'it reports so'}`,
        evidence: [...snapshot.evidenceOf(hit)],
        params: { service, serviceNamespace: service.split('/')[0] ?? 'NAMESPACE' },
      };
    }
    for (const process of processesWith(snapshot, GAUGE))
      for (const sample of process.latest.families.get(GAUGE) ?? []) {
        const name = sample.labels['name'] ?? '';
        if (sample.value !== 1 || name === '' || told.has(name)) continue;
        told.add(name);
        yield {
          subject: { kind: 'APIService', name },
          variant: 'metrics',
          ...(name.endsWith('metrics.k8s.io') ? { severity: 'warning' as const } : {}),
          message: `The API server counts APIService ${name} as not available`,
          evidence: [quoteSample(process.latest, sample)],
          params: { service: 'of its spec', serviceNamespace: 'NAMESPACE' },
        };
      }
    // Whoever asks for all APIs names the one that does not answer.
    const said = new Map<string, { readonly why: string; readonly hits: LogHit[]; readonly evidence: Evidence[] }>();
    const add = (group: string, version: string, why: string | undefined, evidence: Evidence, hit?: LogHit): void => {
      const name = `${version}.${group}`;
      // The check of the Metrics API tells of its own.
      if (told.has(name) || group === 'metrics.k8s.io') return;
      const known = said.get(name) ?? { why: wholeWhy(why), hits: [], evidence: [] };
      known.evidence.push(evidence);
      if (hit !== undefined) known.hits.push(hit);
      said.set(name, known);
    };
    for (const { message, source } of commandFailures) {
      const match = INCOMPLETE.exec(message);
      if (match?.[1] !== undefined && match[2] !== undefined && !OF_THE_CALLER.test(match[3] ?? ''))
        add(match[1], match[2], match[3], source);
    }
    for (const hit of snapshot.hits('api-group-unavailable')) {
      const { group, version, why } = hit.groups;
      if (group !== undefined && version !== undefined && !OF_THE_CALLER.test(why ?? ''))
        add(group, version, why, snapshot.evidenceOf(hit)[0], hit);
    }
    for (const [name, { why, hits, evidence }] of said) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const lasting = evidence.length > hits.length || weightOf(snapshot, hits, FEW) !== 'few';
      yield {
        subject: { kind: 'APIService', name },
        variant: 'discovery',
        ...(lasting ? {} : { severity: 'info' as const }),
        message: `APIService ${name} does not answer whoever asks for all APIs${why === '' ? '' : `: ${why.slice(0, 200)}`}; namespaces do not finish deleting while it does not`,
        evidence: [first, ...rest],
        params: { service: 'of its spec', serviceNamespace: 'NAMESPACE' },
        ...timing(snapshot, hits),
      };
    }
  },
});

/** Folded lines end in the middle of the sentence: half a reason is none. */
const wholeWhy = (why: string | undefined): string => {
  const text = (why ?? '').trim();
  return text.includes(' ') ? text : '';
};
