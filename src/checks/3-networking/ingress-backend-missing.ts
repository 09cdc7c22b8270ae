import { refOf, refTo } from '../../snapshot/ref.ts';
import { nearest } from '../../lib/near-miss.ts';
import { portText } from '../../snapshot/network/ports.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import type { LogHit } from '../../parsers/records.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { laterBy } from '../../snapshot/logs/hits.ts';
import { defineCheck } from '../check.ts';

/** Milliseconds, HEUR: one pass over all Ingresses takes less, and the next one begins seconds later. */
const ONE_SYNC = 1000;

/** ingress-nginx has written its configuration again, and has not missed the Service any more. */
const syncedSince = (snapshot: Snapshot, { origin, last }: LogHit): boolean =>
  snapshot
    .hits('ingress-synced')
    .some((sync) => sync.origin.file === origin.file && (laterBy(sync.last, last) ?? 0) > ONE_SYNC);

/** The Service of a route of APISIX, in the namespace of the route where that is named. */
function apisixService({ apisix, route }: LogHit['groups']): string | undefined {
  if (apisix === undefined || apisix.includes('/') || route === undefined) return apisix;
  return `${route.split('/')[0] ?? ''}/${apisix}`;
}

const EMPTY = ['Look at the pods that the Service selects: are there any (replicas, selector), and are they ready?'];

export default defineCheck({
  id: 'ingress-backend-missing',
  layer: 3,
  title: 'Ingresses name Services and ports that exist',
  failureTitle: 'An Ingress leads to a Service or port that does not exist',
  why: 'The controller answers 503 for a path whose backend it cannot find.',
  fix: ['Correct the name and port of the backend in the Ingress.'],
  next: ['kubectl describe ingress {name} -n {namespace}', 'kubectl get services -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['ingresses', 'containerLogs'],
  wants: ['services'],
  reads: ['ingress-backend-missing-log', 'ingress-service-missing-log', 'ingress-synced'],
  *run({ ingresses }, { snapshot }) {
    const told = new Set<string>();
    for (const ingress of ingresses) {
      const namespace = ingress.metadata.namespace;
      const backends = [
        ...(ingress.spec?.rules ?? []).flatMap((rule, i) =>
          (rule.http?.paths ?? []).map((path, j) => ({
            backend: path.backend,
            at: `/spec/rules/${i}/http/paths/${j}`,
            what: `${rule.host ?? '*'}${path.path ?? '/'}`,
          })),
        ),
        {
          backend: ingress.spec?.defaultBackend ?? ingress.spec?.backend,
          at: '/spec/defaultBackend',
          what: 'its default backend',
        },
      ];
      for (const { backend, at, what } of backends) {
        const name = backend?.service?.name ?? backend?.serviceName;
        if (name === undefined) continue;
        // Of the AWS Load Balancer Controller: an annotation holds the action, no Service has the name.
        if ((backend?.service?.port?.name ?? backend?.servicePort) === 'use-annotation') continue;
        const service = snapshot.get('services', namespace, name);
        const related = [refTo('Service', namespace, name)];
        const subject = snapshot.subject(ingress);
        if (service === undefined) {
          // kubectl describe looks its backends up: `web:80 (<error: services "web" not found>)`.
          const quoted = snapshot.quote(ingress, at);
          const looked = /<error: ((?:services|endpoints) "[^"]{1,253}" not found)>/.exec(quoted.text)?.[1];
          if (looked !== undefined && !told.has(`${namespace ?? ''}/${name}`)) {
            told.add(`${namespace ?? ''}/${name}`);
            yield {
              subject,
              variant: 'service',
              message: `Ingress ${ingress.metadata.name} sends ${what} to Service ${name}, which does not exist in namespace ${namespace ?? 'default'} or has no endpoints: ${looked}`,
              evidence: [quoted],
              related,
            };
            continue;
          }
          if (!snapshot.listed('services', namespace)) continue;
          const here = snapshot.list('services').filter((s) => s.metadata.namespace === namespace);
          const like = nearest(
            name,
            here.map((s) => s.metadata.name),
          );
          told.add(`${namespace ?? ''}/${name}`);
          yield {
            subject,
            variant: 'service',
            message: `Ingress ${ingress.metadata.name} sends ${what} to Service ${name}, which does not exist in namespace ${namespace ?? 'default'}${like === undefined ? '' : `; the nearest name is ${like}`}`,
            evidence: [snapshot.quote(ingress, at)],
            related,
          };
          continue;
        }
        const port = backend?.service?.port?.number ?? backend?.service?.port?.name ?? backend?.servicePort;
        const ports = service.spec?.ports ?? [];
        if (port === undefined || ports.length === 0 || service.spec?.type === 'ExternalName') continue;
        if (ports.some((p) => p.port === Number(port) || p.name === port)) continue;
        told.add(`${namespace ?? ''}/${name}`);
        yield {
          subject,
          variant: 'port',
          message: `Ingress ${ingress.metadata.name} sends ${what} to port ${port} of Service ${name}, which has only ${ports.map((p) => portText(p)).join(', ')}`,
          evidence: [snapshot.quote(ingress, at), snapshot.quote(service, '/spec/ports')],
          related,
        };
      }
    }
    const missed = ['ingress-backend-missing-log', 'ingress-service-missing-log'].flatMap((id) => snapshot.hits(id));
    for (const hit of missed) {
      const { groups } = hit;
      const key =
        groups['service'] ??
        groups['missing'] ??
        groups['key'] ??
        groups['haproxy'] ??
        groups['backend'] ??
        groups['plus'] ??
        groups['gce'] ??
        groups['cached'] ??
        (groups['skipper'] === undefined ? undefined : `${groups['where'] ?? ''}/${groups['skipper']}`) ??
        apisixService(groups);
      if (key === undefined || told.has(key)) continue;
      // APISIX says it twice, the second time with the namespace.
      if (groups['apisix'] === key && missed.some((other) => apisixService(other.groups)?.endsWith(`/${key}`) === true))
        continue;
      // A controller that watches one namespace, or a shortened line, names the Service alone.
      const slash = key.indexOf('/');
      const namespace = slash < 0 ? undefined : key.slice(0, slash);
      const name = key.slice(slash + 1);
      const service = snapshot.get('services', namespace, name);
      const served = snapshot
        .get('endpoints', namespace, name)
        ?.subsets?.some(({ addresses = [] }) => addresses.length > 0);
      const well =
        served === true ||
        syncedSince(snapshot, hit) ||
        (service !== undefined &&
          (snapshot.backendsOf(service).addresses.some((address) => address.ready) ||
            // A bundle without endpoints still shows the pods.
            (!snapshot.backendsOf(service).known &&
              snapshot.podsSelectedBy(service).some((pod) => podReady(pod) === true))));
      told.add(key);
      const empty = hit.signature === 'ingress-backend-missing-log';
      // Of its name, as most are; its selector is not told.
      const idle = (['deployments', 'statefulSets'] as const)
        .map((area) => snapshot.get(area, namespace, name))
        .find((workload) => workload?.spec?.replicas === 0 && (workload.status?.replicas ?? 0) === 0);
      yield {
        subject: snapshot.named('Service', name, namespace === undefined ? {} : { namespace }),
        variant: 'no-endpoint',
        ...(empty ? { title: 'A Service behind an Ingress has no ready endpoint', fix: EMPTY } : {}),
        // Somebody has switched it off, and may mean it.
        ...(idle === undefined ? {} : { severity: 'warning' as const, related: [refOf(idle)] }),
        ...(well ? { state: 'recovered' as const } : {}),
        message: `The ingress controller finds no ${empty ? 'active endpoint for ' : ''}Service ${key}${groups['route'] === undefined ? '' : `, to which ${groups['route']} leads`}${idle === undefined ? '' : `: ${idle.kind} ${idle.metadata.name} is scaled to 0 replicas`}`,
        next: [
          'kubectl get service,endpointslices -n {namespace} | grep {name}',
          'kubectl get ingress -n {namespace} -o yaml',
        ],
        evidence: [
          snapshot.evidenceOf(hit)[0],
          ...missed
            .filter(
              (other) => other !== hit && groups['apisix'] !== undefined && other.groups['apisix'] === groups['apisix'],
            )
            .map((other) => snapshot.evidenceOf(other)[0]),
          ...(idle === undefined ? [] : [snapshot.quote(idle, '/spec/replicas')]),
        ],
      };
    }
  },
});
