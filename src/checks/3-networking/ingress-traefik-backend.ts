import type { LogHit } from '../../parsers/records.ts';
import { groupBy } from '../../lib/group-by.ts';
import { countOf, timing, weightOf } from '../../snapshot/logs/hits.ts';
import { refOf, refTo } from '../../snapshot/ref.ts';
import type { Ref, Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

interface Backend {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** `serviceName=web … namespace=shop`, JSON or logfmt, or `shop/web` in the message. */
function backendOf({ groups, last }: LogHit): Backend {
  const joined = groups['missing'] ?? groups['first'];
  if (joined !== undefined) {
    const [namespace, name] = joined.split('/');
    return { namespace, name };
  }
  const field = (key: string): string | undefined =>
    new RegExp(String.raw`\b${key}"?[=:]"?([\w.-]{1,253})`).exec(last.text)?.[1];
  return { namespace: field('namespace'), name: groups['service'] ?? groups['named'] ?? field('serviceName') };
}

/** The Service as the bundle knows it: a manifest may leave out the namespace. */
function known(snapshot: Snapshot, { namespace, name }: Backend): Ref | undefined {
  if (name === undefined || snapshot.get('services', namespace, name) !== undefined) return undefined;
  const [only, ...others] = snapshot.servicesNamed(name);
  return only === undefined || others.length > 0 || only.metadata.namespace !== undefined ? undefined : refOf(only);
}

/** Endpoints that are there now: Traefik complains of a new Ingress until they are. */
function isServed(snapshot: Snapshot, { namespace, name }: Backend): boolean {
  if (name === undefined) return false;
  const listed = snapshot.get('endpoints', namespace, name)?.subsets ?? [];
  if (listed.some(({ addresses = [] }) => addresses.length > 0)) return true;
  const service = snapshot.get('services', namespace, name);
  return service !== undefined && snapshot.backendsOf(service).addresses.some((address) => address.ready);
}

export default defineCheck({
  id: 'ingress-traefik-backend',
  layer: 3,
  title: 'Traefik finds the Services of its routes',
  failureTitle: 'Traefik cannot use the Service of a route',
  why: 'The Service or port that the route names does not exist, or it has no ready endpoint; Traefik leaves the route out (404) or answers 503.',
  fix: ['Correct name and port of the Service in the Ingress or IngressRoute, or bring its pods up.'],
  next: ['kubectl get ingress,ingressroute -A', 'kubectl get endpointslices -A'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['services', 'endpoints'],
  reads: ['ingress-traefik-line'],
  *run(_facts, { snapshot }) {
    const by = groupBy(snapshot.hits('ingress-traefik-line'), (hit) => {
      const { namespace, name } = backendOf(hit);
      return `${namespace ?? ''}/${name ?? ''}`;
    });
    for (const hits of by.values()) {
      const [hit] = hits;
      if (hit === undefined) continue;
      const backend = backendOf(hit);
      const { namespace, name } = backend;
      const said = hit.groups['reason'] ?? hit.groups['why'] ?? hit.groups['old'];
      const what =
        said ?? /(?:msg|message)"?[=:]"([^"]{1,200})/.exec(hit.last.text)?.[1] ?? hit.last.text.slice(0, 200);
      const few = weightOf(snapshot, hits, 1) === 'few';
      yield {
        subject: snapshot.subjectOfLog(hit.origin, { program: hit.program }),
        ...(name === undefined ? {} : { variant: name }),
        ...(few ? { severity: 'info' as const } : {}),
        message: `Traefik cannot use ${name === undefined ? 'the Service of a route' : `Service ${namespace === undefined ? '' : `${namespace}/`}${name}`}, ${countOf(hits)} times: ${what}`,
        evidence: [snapshot.evidenceOf(hit)[0], ...hits.slice(1, 3).map((one) => snapshot.evidenceOf(one)[0])],
        related: name === undefined ? [] : [known(snapshot, backend) ?? refTo('Service', namespace, name)],
        ...timing(snapshot, hits),
        ...(isServed(snapshot, backend) ? { state: 'recovered' as const } : {}),
      };
    }
  },
});
