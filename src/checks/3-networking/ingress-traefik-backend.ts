import type { LogHit } from '../../parsers/records.ts';
import { groupBy } from '../../lib/group-by.ts';
import { countOf, timing, weightOf } from '../../snapshot/logs/hits.ts';
import { refOf, refTo, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
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

interface Lost {
  readonly backend: Backend;
  readonly hits: readonly LogHit[];
  readonly what: string;
  readonly served: boolean;
}

/** Services named in one message. */
const MOST = 4;
const rank = ({ what }: Lost): number =>
  /not found|does not exist/i.test(what) && !/endpoint|subset/i.test(what) ? 0 : 1;
const nameOf = ({ namespace, name }: Backend): string =>
  name === undefined ? 'the Service of a route' : `Service ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** Why, in Traefik's words. */
function saidOf({ groups, last }: LogHit): string {
  const said = groups['reason'] ?? groups['why'] ?? groups['old'];
  return said ?? /(?:msg|message)"?[=:]"([^"]{1,200})/.exec(last.text)?.[1] ?? last.text.slice(0, 200);
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
    const logs = groupBy(
      snapshot.hits('ingress-traefik-line'),
      ({ origin }) => `${origin.file}\u0000${origin.firstLine}`,
    );
    for (const all of logs.values()) {
      const by = groupBy(all, (hit) => {
        const { namespace, name } = backendOf(hit);
        return `${namespace ?? ''}/${name ?? ''}`;
      });
      const lost = [...by.values()].flatMap((hits): readonly Lost[] => {
        const [hit] = hits;
        if (hit === undefined) return [];
        const backend = backendOf(hit);
        return [{ backend, hits, what: saidOf(hit), served: isServed(snapshot, backend) }];
      });
      // A Service that does not exist says more than one that has no endpoints.
      const open = lost.filter(({ served }) => !served);
      const told = (open.length > 0 ? open : lost).toSorted((a, b) => rank(a) - rank(b));
      const [first] = told;
      const hit = first?.hits[0];
      if (first === undefined || hit === undefined) continue;
      const hits = told.flatMap((one) => one.hits);
      const few = weightOf(snapshot, hits, 1) === 'few';
      yield {
        subject: snapshot.subjectOfLog(hit.origin, { program: hit.program }),
        ...(few ? { severity: 'info' as const } : {}),
        message: `Traefik cannot use ${told
          .slice(0, MOST)
          .map(({ backend, what }) => `${nameOf(backend)} (${what})`)
          .join(', ')}${told.length > MOST ? ` and ${told.length - MOST} more` : ''}, ${countOf(hits)} lines`,
        evidence: [
          snapshot.evidenceOf(hit)[0],
          ...told.slice(1, 3).flatMap((one) => one.hits.slice(0, 1).map((other) => snapshot.evidenceOf(other)[0])),
        ],
        related: told.flatMap(({ backend }) =>
          backend.name === undefined
            ? []
            : [known(snapshot, backend) ?? refTo('Service', backend.namespace, backend.name)],
        ),
        ...timing(snapshot, hits),
        ...(open.length === 0 ? { state: 'recovered' as const } : {}),
      };
    }
  },
});
