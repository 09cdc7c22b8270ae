import { pointerTo } from '../../lib/json-pointer.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { Evidence } from '../../parsers/records.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Annotations of a Service that end TLS in the load balancer of the cloud. */
const TLS_AT_LB =
  /(?:^|[/.])(?:aws-load-balancer-ssl-cert|do-loadbalancer-certificate-id|do-loadbalancer-certificate-name|load-balancer-http-certificates)$/;
/** Annotations of an Ingress that ask for the redirect. */
const REDIRECT = /^(?:nginx\.ingress\.kubernetes\.io\/(?:force-)?ssl-redirect|ingress\.kubernetes\.io\/ssl-redirect)$/;

interface Sight {
  readonly words: string;
  readonly evidence: Evidence;
  readonly ref: Ref;
}

const pointer = (annotation: string): string => pointerTo('metadata', 'annotations', annotation);

/** What the bundle shows of TLS that ends before the ingress controller. */
function sights(snapshot: Snapshot, host: string): readonly Sight[] {
  const out: Sight[] = [];
  for (const ingress of snapshot.list('ingresses')) {
    if (ingress.spec?.rules?.some((rule) => rule.host === host) !== true) continue;
    const [key, value] = Object.entries(ingress.metadata.annotations ?? {}).find(([name]) => REDIRECT.test(name)) ?? [];
    if (key === undefined || value !== 'true') continue;
    out.push({
      words: `Ingress ${ingress.metadata.name} redirects all that does not come by TLS (${key})`,
      evidence: snapshot.quote(ingress, pointer(key)),
      ref: refOf(ingress),
    });
  }
  for (const service of snapshot.list('services')) {
    const key = Object.keys(service.metadata.annotations ?? {}).find((name) => TLS_AT_LB.test(name));
    if (key === undefined || service.spec?.type !== 'LoadBalancer') continue;
    out.push({
      words: `the load balancer of Service ${service.metadata.name} ends TLS itself`,
      evidence: snapshot.quote(service, pointer(key)),
      ref: refOf(service),
    });
  }
  for (const map of snapshot.list('configMaps')) {
    const { name } = map.metadata;
    if (!/nginx/.test(name) || !/controller|configuration/.test(name)) continue;
    if (map.data?.['use-forwarded-headers'] === 'true' || map.data?.['use-proxy-protocol'] === 'true') continue;
    out.push({
      words: `ConfigMap ${name} does not set use-forwarded-headers, so the controller believes no X-Forwarded-Proto`,
      evidence: snapshot.quote(map, '/data'),
      ref: refOf(map),
    });
  }
  return out;
}

export default defineCheck({
  id: 'ingress-redirect-loop',
  layer: 3,
  title: 'No site redirects to the address that was asked for',
  failureTitle: 'A site redirects to itself, without end',
  why: 'Something before the ingress controller (load balancer, CDN, another proxy) ends TLS and hands on plain HTTP. The controller sees HTTP where HTTPS is wanted, and sends the client to the HTTPS address that it had asked already.',
  fix: [
    'Let the controller believe what stands before it: use-forwarded-headers "true" in the ConfigMap of ingress-nginx, forwardedHeaders.trustedIPs in Traefik, the PROXY protocol on both sides; or let the load balancer pass TLS through, or switch the redirect of the controller off (ssl-redirect "false") and make it before.',
    'Behind a CDN: let it speak HTTPS to the origin (Cloudflare: Full instead of Flexible).',
  ],
  next: ['curl -sIL --max-redirs 3 https://{host}/', 'kubectl get ingress -A -o yaml | grep -B2 -A2 redirect'],
  severity: 'critical',
  confidence: 'high',
  needs: ['probes'],
  wants: ['ingresses', 'services', 'configMaps'],
  *run({ probes }, { snapshot }) {
    const loops = probes.filter(({ redirectsTo }) => redirectsTo !== undefined);
    for (const [host, [probe, ...more]] of groupBy(loops, ({ target }) => target)) {
      if (probe === undefined) continue;
      const seen = sights(snapshot, host);
      yield {
        subject: snapshot.named('Host', host),
        message: `${host} redirects to ${probe.redirectsTo ?? ''}${probe.httpStatus === undefined ? '' : ` with HTTP ${probe.httpStatus}`}, which is what was asked for${seen.map(({ words }) => `; ${words}`).join('')}`,
        evidence: [
          probe.source,
          ...seen.map(({ evidence }) => evidence),
          ...more.slice(0, 2).map(({ source }) => source),
        ],
        related: seen.map(({ ref }) => ref),
        params: { host },
      };
    }
  },
});
