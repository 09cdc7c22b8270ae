import { isHistoric } from '../../snapshot/ages.ts';
import type { LogHit } from '../../parsers/records.ts';
import { spanOfHits, weightOf } from '../../snapshot/logs/hits.ts';
import { byMachine, isReady } from '../../snapshot/nodes/node-health.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** The kubelet tries five times for one update and every 10 s for its lease: one or two failures are a blip. */
const LEAST = 3;
/** Lines of other reasons that are quoted beside the main one. */
const TOLD = 2;
/** These do not pass by themselves. */
const LASTING = new Set(['certificate', 'unauthorized', 'unresolved']);

/** Signature of the line with which the kubelet says that the API server has its Node. */
const REGISTERED = 'kubelet-node-registered';

/** Below the last of the lines their log says that the node registered: the API server came up later than the kubelet. */
const isRegisteredBelow = (snapshot: Snapshot, hits: readonly LogHit[]): boolean =>
  hits.every((hit) =>
    snapshot.hits(REGISTERED).some(({ origin, last }) => origin.file === hit.origin.file && last.line > hit.last.line),
  );

const VARIANTS: readonly (readonly [RegExp, string, string])[] = [
  [/refused/, 'refused', 'nothing listens at the address of the API server'],
  [/not yet valid|expired/, 'certificate', 'a certificate is expired or not yet valid by the clock of the node'],
  [/x509|certificate|unknown auth/i, 'certificate', 'the certificate of the API server is not trusted'],
  [/no such host|lookup/, 'unresolved', 'the name of the API server cannot be resolved'],
  [/no route|unreachable/, 'no-route', 'there is no route to the API server'],
  [/Unauthorized|forbidden/i, 'unauthorized', 'the API server does not accept the credentials of the kubelet'],
  [/etcdserver|database space/, 'etcd', 'etcd refuses the request'],
  [/timeout|deadline|Timeout/, 'timeout', 'the API server does not answer in time'],
];

/** The address that refuses is the node itself. */
const HERE: (typeof VARIANTS)[number] = [
  /dial tcp (?:127\.0\.0\.1|\[::1\]):\d{1,5}: .{0,20}refused/,
  'refused-here',
  'nothing listens on the node itself, where the local proxy to the API servers (or the API server) should',
];

export default defineCheck({
  id: 'kubelet-api-unreachable',
  layer: 5,
  title: 'Every kubelet can report to the API server',
  failureTitle: 'The kubelet cannot report to the API server',
  why: 'Without status and lease updates the node goes Unknown. On all nodes at once the API server, its load balancer or etcd is at fault; on one node its network, DNS, clock or certificate.',
  fix: [
    'Follow the reason in the error: address and load balancer of the API server, certificate, clock, credentials, etcd',
  ],
  next: [
    'curl -k https://API-SERVER:6443/livez',
    'journalctl -u kubelet --no-pager | grep -E "lease|node status" | tail',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['hostLogs'],
  reads: ['kubelet-api-unreachable', REGISTERED],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('kubelet-api-unreachable'))) {
      const count = hits.reduce((sum, hit) => sum + hit.count, 0);
      // The reason given most often; among equals one that names the address.
      const rank = (hit: LogHit): number => hit.count + (/dial (?:tcp|udp)|lookup /.test(hit.first.text) ? 0.5 : 0);
      const main = hits.reduce((best, hit) => (rank(hit) > rank(best) ? hit : best), hits[0] as LogHit);
      const others = hits.filter((hit) => hit !== main).slice(0, TOLD);
      const reason = main.groups['reason'];
      const route = HERE[0].test(main.first.text)
        ? HERE
        : VARIANTS.find(([pattern]) => pattern.test(reason ?? main.first.text));
      const known = snapshot.get('nodes', undefined, node);
      const old = isHistoric(snapshot, spanOfHits(hits).to);
      const weight = LASTING.has(route?.[1] ?? '') ? 'enough' : weightOf(snapshot, hits, LEAST);
      const registered = isRegisteredBelow(snapshot, hits);
      const well = known !== undefined && isReady(known) === true && route?.[1] !== 'etcd';
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: route?.[1] ?? 'other',
        ...(weight === 'enough' ? {} : { severity: weight === 'excerpt' && !well && !registered ? 'warning' : 'info' }),
        message: `The kubelet of ${node} cannot report to the API server${route === undefined ? '' : `: ${route[2]}`}${reason === undefined ? '' : ` (${reason})`}${count > 1 ? `, ${count} failures` : ''}${well ? '; the node is Ready now' : registered ? '; it registered afterwards' : ''}`,
        evidence: [...snapshot.evidenceOf(main), ...others.map((hit) => snapshot.evidenceOf(hit)[0])],
        state: old ? 'historic' : well || registered ? 'recovered' : 'current',
        ...(main.first.time === undefined ? {} : { since: main.first.time }),
      };
    }
  },
});
