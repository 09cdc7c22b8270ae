import { groupBy } from '../../lib/group-by.ts';
import { parseHostPort } from '../../lib/host-port.ts';
import { pointerTo } from '../../lib/json-pointer.ts';
import type { Evidence, LogHit } from '../../parsers/records.ts';
import type { ObjectOf, Service } from '../../snapshot/kinds/index.ts';
import { quotesOf, timing, weightOf } from '../../snapshot/logs/hits.ts';
import { subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

type Ingress = ObjectOf<'ingresses'>;
type Port = NonNullable<NonNullable<Service['spec']>['ports']>[number];

const VARIANTS = ['plain', 'tls', 'mixed', 'old', 'proxied'] as const;
type Variant = (typeof VARIANTS)[number];

const SAYS: Readonly<Record<Variant, string>> = {
  plain: 'plain HTTP was sent to a port that wants HTTPS',
  tls: 'TLS was spoken to a port that answers in plain text',
  mixed: 'HTTP/2 (gRPC) and HTTP/1 meet at one port',
  old: 'HTTP/1.0 was spoken to a proxy that takes HTTP/1.1 and later only (426 Upgrade Required, low_version)',
  proxied: 'one side sends the PROXY protocol and the other does not, or the other way round',
};

const FIX: Readonly<Record<Variant, readonly [string, ...string[]]>> = {
  plain: [
    'Let who stands before the port speak TLS to it (Ingress: backend-protocol "HTTPS" for nginx, server-ssl for HAProxy, scheme https for Traefik; a load balancer: backend protocol), or name the plain port.',
  ],
  tls: ['Call the port with http instead of https (ws instead of wss), or name the port that serves TLS.'],
  mixed: [
    'Let both sides speak the same: backend-protocol GRPC or GRPCS for a server of gRPC only, appProtocol h2c or a port named grpc for meshes; HTTP for one that answers in HTTP/1.',
  ],
  old: [
    'Set proxy_http_version 1.1 (and an empty Connection header) in the nginx that calls, or let the sidecars take HTTP/1.0 (PILOT_HTTP10 in Istio).',
  ],
  proxied: [
    'Switch the PROXY protocol on at both sides, or at neither: use-proxy-protocol in the ConfigMap of the controller, and the annotation of its load balancer.',
  ],
};

/** How an Ingress tells its controller in which protocol to speak with the backend. */
const BACKEND_PROTOCOL =
  /(?:backend-protocol|secure-backends|server-ssl|service\.serversscheme|ssl-services|backends\.protocol)$/;
/** Annotations of a Service that end TLS in the load balancer of the cloud. */
const TLS_AT_LB =
  /(?:^|[/.])(?:aws-load-balancer-ssl-cert|do-loadbalancer-certificate-id|do-loadbalancer-certificate-name|load-balancer-http-certificates)$/;
/** Ports that are of HTTPS by their name or by custom. */
const isTlsPort = ({ name = '', port, targetPort, appProtocol }: Port): boolean =>
  appProtocol?.toLowerCase() === 'https' ||
  /^(?:https|tls|ssl)(?:-|$)|-https$/.test(name) ||
  /^https$|443$/.test(String(targetPort ?? port ?? ''));

interface Place {
  readonly words: string;
  readonly evidence: Evidence;
  readonly ref: Ref;
  readonly service: { readonly namespace?: string | undefined; readonly name: string } | undefined;
}

/** Ingresses that hand plain HTTP to a port of HTTPS, and load balancers that end TLS before one. */
function plainPlaces(snapshot: Snapshot): readonly Place[] {
  const out: Place[] = [];
  for (const ingress of snapshot.list('ingresses')) {
    if (Object.keys(ingress.metadata.annotations ?? {}).some((key) => BACKEND_PROTOCOL.test(key))) continue;
    for (const { service, port, pointer } of backendsOf(snapshot, ingress))
      if (isTlsPort(port))
        out.push({
          words: `Ingress ${ingress.metadata.name} names no protocol for its backend, so plain HTTP goes to port ${port.port ?? port.name ?? ''}${port.name === undefined ? '' : ` (${port.name})`} of Service ${service.metadata.name}, which is of HTTPS`,
          evidence: snapshot.quote(ingress, pointer),
          ref: refOf(ingress),
          service: service.metadata,
        });
  }
  for (const service of snapshot.list('services')) {
    const key = Object.keys(service.metadata.annotations ?? {}).find((name) => TLS_AT_LB.test(name));
    const at = (service.spec?.ports ?? []).findIndex(
      (port) => port.port === 443 && isTlsPort({ ...port, port: 0, name: '' }),
    );
    const port = service.spec?.ports?.[at];
    if (key === undefined || port === undefined || service.spec?.type !== 'LoadBalancer') continue;
    out.push({
      words: `the load balancer of Service ${service.metadata.name} ends TLS itself (${key}), and hands plain HTTP on from port 443 to targetPort ${port.targetPort ?? 443}, which wants TLS`,
      evidence: snapshot.quote(service, pointerTo('spec', 'ports', String(at))),
      ref: refOf(service),
      service: service.metadata,
    });
  }
  return out;
}

/** The ports of Services behind the rules of an Ingress. */
function* backendsOf(
  snapshot: Snapshot,
  { metadata, spec }: Ingress,
): Iterable<{ readonly service: Service; readonly port: Port; readonly pointer: string }> {
  for (const [i, rule] of (spec?.rules ?? []).entries())
    for (const [j, { backend }] of (rule.http?.paths ?? []).entries()) {
      const service = snapshot.get(
        'services',
        metadata.namespace,
        backend?.service?.name ?? backend?.serviceName ?? '',
      );
      const wanted = backend?.service?.port?.number ?? backend?.service?.port?.name ?? backend?.servicePort;
      const port = service?.spec?.ports?.find(
        (one) => String(one.port) === String(wanted) || one.name === String(wanted),
      );
      if (service !== undefined && port !== undefined)
        yield { service, port, pointer: `/spec/rules/${i}/http/paths/${j}` };
    }
}

/** Ingresses that order gRPC for their backends. */
const grpcPlaces = (snapshot: Snapshot): readonly Place[] =>
  snapshot.list('ingresses').flatMap((ingress): readonly Place[] => {
    const [key, value] =
      Object.entries(ingress.metadata.annotations ?? {}).find(
        ([name, said]) => BACKEND_PROTOCOL.test(name) && /^(?:grpcs?|h2c?)$/i.test(said),
      ) ?? [];
    if (key === undefined) return [];
    const paths = ingress.spec?.rules?.flatMap((rule) => rule.http?.paths ?? []) ?? [];
    const [name] = paths.flatMap(({ backend }) => backend?.service?.name ?? backend?.serviceName ?? []);
    return [
      {
        words: `Ingress ${ingress.metadata.name} orders ${value ?? ''} for its backend${name === undefined ? '' : ` ${name}`}, which answers in HTTP/1`,
        evidence: snapshot.quote(ingress, pointerTo('metadata', 'annotations', key)),
        ref: refOf(ingress),
        service: name === undefined ? undefined : { name, namespace: ingress.metadata.namespace },
      },
    ];
  });

const variantOf = ({ groups }: LogHit): Variant => VARIANTS.find((one) => groups[one] !== undefined) ?? 'tls';

/** Whom the line calls: a URL, an upstream of nginx, the authority in an access log of Envoy, curl's or Java's words. */
const CALLED: readonly RegExp[] = [
  /upstream: "\w{1,10}:\/\/([\w.:-]{1,260})/,
  /\b(?:https?|wss?|grpcs?):\/\/([\w.-]{1,253}(?::\d{1,5})?)/,
  /host='([\w.-]{1,253})'/,
  /" "([\w.-]{1,253}:\d{1,5})" /,
];
const calledBy = ({ last, first }: LogHit): string | undefined =>
  [last.text, ...(last.around?.before ?? first.around?.before ?? []).toReversed()]
    .flatMap((line) => CALLED.flatMap((pattern) => pattern.exec(line)?.[1] ?? []))
    .at(0);

/** A connection that ended before its first byte: load balancers look so whether the port is open. */
const isSilent = ({ last }: LogHit): boolean => last.text.includes('broken header: "" while reading PROXY protocol');

/** curl's own words for the same. */
const CURL_SAYS: readonly (readonly [RegExp, Variant])[] = [
  [/wrong version number|packet length too long|unknown protocol/, 'tls'],
  [/HTTP\/0\.9 when not allowed|HTTP\/2 framing layer/, 'mixed'],
];

export default defineCheck({
  id: 'net-protocol-mismatch',
  layer: 3,
  title: 'Both sides of a connection speak the same protocol',
  failureTitle: 'One side of a connection speaks another protocol than the other',
  why: 'The connection comes about, and what is said on it is not understood: plain HTTP at a port of HTTPS, TLS at a plain one, HTTP/1 where HTTP/2 (gRPC) is spoken, HTTP/1.0 at an Envoy, a PROXY header that nobody expects. Which side is wrong stands in the ports and annotations of Service, Ingress and load balancer.',
  fix: ['Let both sides speak the same protocol at this port, or name the port that does.'],
  next: ['kubectl get ingress,svc -A -o yaml | grep -i -e protocol -e port', 'curl -vk http://{host} https://{host}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs', 'probes'],
  wants: ['ingresses', 'services'],
  reads: ['protocol-tls-line', 'protocol-http-line'],
  *run(_facts, { snapshot }) {
    const all = [...snapshot.hits('protocol-tls-line'), ...snapshot.hits('protocol-http-line')].filter(
      (hit) => !isSilent(hit),
    );
    for (const [key, hits] of groupBy(all, (hit) => `${variantOf(hit)} ${calledBy(hit) ?? ''}`)) {
      const [hit] = hits;
      const evidence = quotesOf(hits.slice(0, 3));
      if (hit === undefined || evidence === undefined || weightOf(snapshot, hits, 3) === 'few') continue;
      const variant = variantOf(hit);
      const called = key.slice(variant.length + 1);
      const host = parseHostPort(called)?.host ?? called;
      const { service } = called === '' ? {} : snapshot.resolve(called, hit.origin.namespace);
      const seen = variant === 'plain' ? plainPlaces(snapshot) : variant === 'mixed' ? grpcPlaces(snapshot) : [];
      const meant = service?.metadata ?? seen[0]?.service;
      const port = service?.spec?.ports?.map(
        (one) => `${one.port ?? ''}${one.name === undefined ? '' : ` (${one.name})`}`,
      );
      const subject =
        meant === undefined
          ? host === ''
            ? subjectOfLogHit(snapshot, hit)
            : snapshot.named('Host', host)
          : snapshot.named('Service', meant.name, { namespace: meant.namespace });
      yield {
        subject,
        variant,
        message: `${called === '' ? 'A connection fails' : `A connection to ${called} fails`}, because ${SAYS[variant]}${service === undefined || port === undefined ? '' : `; Service ${service.metadata.name} has port ${port.join(', ')}`}${seen.map(({ words }) => `; ${words}`).join('')}`,
        fix: FIX[variant],
        evidence: [...evidence, ...seen.slice(0, 3).map((place) => place.evidence)],
        related: [...seen.map(({ ref }) => ref), ...(host === '' ? [] : [{ kind: 'Host', name: host }])],
        params: { host: host === '' ? 'HOST' : host },
        ...timing(snapshot, hits),
      };
    }
    const told = new Set<string>();
    for (const { tool, target, port, from, source, outcome } of snapshot.facts('probes')) {
      const variant = CURL_SAYS.find(([pattern]) => pattern.test(source.text))?.[1];
      const key = `${target}:${port ?? ''}`;
      if (outcome !== 'failed' || variant === undefined || told.has(key)) continue;
      told.add(key);
      const { service } = snapshot.resolve(target, from?.namespace);
      yield {
        subject: service === undefined ? snapshot.named('Host', target) : snapshot.subject(service),
        variant,
        message: `${tool} fails at ${key}, because ${SAYS[variant]}: ${source.text.trim().slice(0, 200)}`,
        fix: FIX[variant],
        evidence: [source],
        params: { host: target },
      };
    }
  },
});
