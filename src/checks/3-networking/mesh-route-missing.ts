import type { LogHit } from '../../parsers/records.ts';
import { parseIp } from '../../lib/cidr.ts';
import { parseHostPort } from '../../lib/host-port.ts';
import { groupBy } from '../../lib/group-by.ts';
import { countOf, endsExcerpt, timing } from '../../snapshot/logs/hits.ts';
import { subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Host name that was asked for: behind the request id in the usual access log of Istio. */
const AUTHORITY = /"[\da-f-]{32,40}" "(?<authority>[\w.:-]{1,253})"/;
const authorityOf = (hit: LogHit): string | undefined => AUTHORITY.exec(hit.last.text)?.groups?.['authority'];

/** A few lines that somebody cut out: those are meant. Gateways in the internet are asked for anything at all times. */
const isMeant = (snapshot: Snapshot, hit: LogHit): boolean =>
  snapshot.logs.some((log) => log.hits.includes(hit) && endsExcerpt(log, hit.last.line));

/** Who looks for holes asks for an address of the gateway, or connects and says nothing. */
const asksNoName = (hit: LogHit): boolean =>
  isConnection(hit) || parseIp(addressOf(authorityOf(hit) ?? '')) !== undefined;
const addressOf = (authority: string): string => parseHostPort(authority)?.host ?? authority;

/** An answer of a backend in an access log of Envoy: the requests that are meant get through. */
const SERVED = /" [23]\d\d - via_upstream /;
const isServed = (snapshot: Snapshot, hit: LogHit): boolean =>
  snapshot.logs.some((log) => log.hits.includes(hit) && log.tail.some(({ text }) => SERVED.test(text)));

/** Where a blocked connection was going; empty when the line does not say it. */
const holeOf = (groups: LogHit['groups']): string | undefined =>
  groups['hole'] ?? groups['blocked'] ?? (groups['blackHole'] === undefined ? undefined : '');

/** `"- - -" 0 NR`: no request was read. */
const isConnection = ({ last }: LogHit): boolean => last.text.includes('"- - -" 0 NR');

export default defineCheck({
  id: 'mesh-route-missing',
  layer: 3,
  title: 'Proxies of the mesh have a route for what is asked',
  failureTitle:
    'A proxy of the mesh (Envoy) has no route for the request: no Gateway and VirtualService fit its host, port and TLS',
  why: 'NR means that no route or filter chain of the listener fits: the host of the request is in no Gateway or VirtualService, the VirtualService does not name the gateway, the port or TLS mode is another, or the Secret of credentialName does not exist in the namespace of the gateway. NC means that the route leads to a host or subset that does not exist.',
  fix: [
    'Compare the host of the request with the hosts of Gateway and VirtualService (and the gateways that it names), the protocol and port of the listener, and look for the TLS Secret in the namespace of the gateway; for NC define the Service, ServiceEntry or subset.',
  ],
  next: ['istioctl analyze -A', 'istioctl proxy-config routes POD', 'kubectl get gateways,virtualservices -A'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  reads: ['mesh-no-route-line'],
  *run(_facts, { snapshot }) {
    const by = groupBy(snapshot.hits('mesh-no-route-line'), (hit) => subjectOfLogHit(snapshot, hit).name);
    for (const hits of by.values()) {
      const [first] = hits;
      if (first === undefined) continue;
      const blocked = hits.filter(({ groups }) => holeOf(groups) !== undefined);
      if (blocked[0] !== undefined) {
        const where = [...new Set(blocked.flatMap(({ groups }) => holeOf(groups) ?? []))].filter((at) => at !== '');
        yield {
          subject: subjectOfLogHit(snapshot, first),
          variant: 'blocked',
          title: 'A proxy of the mesh (Envoy) blocks calls to what the mesh does not know',
          message: `The proxy blocked ${countOf(blocked)} connections (BlackHoleCluster)${where.length === 0 ? '' : ` to ${where.slice(0, 4).join(', ')}`}: outboundTrafficPolicy is REGISTRY_ONLY, and no Service or ServiceEntry of the mesh holds that address, host and port`,
          fix: [
            'Write a ServiceEntry for the host and port (its protocol too), or set outboundTrafficPolicy.mode ALLOW_ANY (mesh config or Sidecar); for a Service of the cluster see whether its port and protocol name fit and whether exportTo or a Sidecar hides it.',
          ],
          evidence: [
            snapshot.evidenceOf(blocked[0])[0],
            ...blocked.slice(1, 3).map((hit) => snapshot.evidenceOf(hit)[0]),
          ],
          ...timing(snapshot, blocked),
        };
        continue;
      }
      const routes = [...new Set(hits.flatMap(({ groups }) => groups['route'] ?? []))];
      if (routes.length > 0) {
        yield {
          subject: subjectOfLogHit(snapshot, first),
          variant: 'no-hosts',
          title: 'A server of a Gateway has no VirtualService: it answers 404 to everything',
          ...(hits.some((hit) => isMeant(snapshot, hit)) ? {} : { severity: 'info' as const }),
          message: `No VirtualService is bound to ${routes.slice(0, 3).join(', ')}: istiod makes a route without hosts, and the gateway answers 404 to everything there`,
          evidence: [snapshot.evidenceOf(first)[0], ...hits.slice(1, 3).map((hit) => snapshot.evidenceOf(hit)[0])],
          ...timing(snapshot, hits),
        };
        continue;
      }
      const hosts = [...new Set(hits.flatMap((hit) => authorityOf(hit) ?? []))];
      const said = [...new Set(hits.flatMap(({ groups }) => groups['why'] ?? groups['flag'] ?? []))];
      // A connection that no filter chain takes was no TLS where the mesh demands it, or asked for an unknown name.
      const plain = said.length === 1 && said[0] === 'filter_chain_not_found' && hits.every(isConnection);
      const strays = hits.every(asksNoName) && hits.some((hit) => isServed(snapshot, hit));
      const meant = !strays && hits.some((hit) => hit.groups['flag'] === 'NC' || isMeant(snapshot, hit));
      yield {
        subject: subjectOfLogHit(snapshot, first),
        ...(plain
          ? {
              variant: 'plaintext',
              title: 'A proxy of the mesh (Envoy) refuses connections: no filter chain fits them',
            }
          : {}),
        ...(meant ? {} : { severity: 'info' as const }),
        message: plain
          ? `The proxy refused ${countOf(hits)} connections that no filter chain fits (filter_chain_not_found): they came in plain text where mTLS is demanded (PeerAuthentication STRICT, caller without a sidecar), or for another name or port`
          : `The proxy has no route for ${countOf(hits)} requests (${said.join(', ')})${hosts.length === 0 ? '' : `, for the host ${hosts.slice(0, 3).join(', ')}`}`,
        evidence: [snapshot.evidenceOf(first)[0], ...hits.slice(1, 3).map((hit) => snapshot.evidenceOf(hit)[0])],
        ...timing(snapshot, hits),
      };
    }
  },
});
