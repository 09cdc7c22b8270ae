import { groupBy } from '../../lib/group-by.ts';
import { pointerTo } from '../../lib/json-pointer.ts';
import { countOf, quotesOf, timing } from '../../snapshot/logs/hits.ts';
import { subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { podRangeOf } from '../../snapshot/network/pod-ranges.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** The lists of allowed clients, of ingress-nginx and of NGINX. */
const LISTS = [
  'nginx.ingress.kubernetes.io/whitelist-source-range',
  'nginx.ingress.kubernetes.io/allowlist-source-range',
  'nginx.ingress.kubernetes.io/denylist-source-range',
];
const CONTROLLER = /ingress|nginx/;

export default defineCheck({
  id: 'ingress-source-forbidden',
  layer: 3,
  title: 'The ingress controller sees the addresses of its clients',
  failureTitle: 'The ingress controller refuses clients because it sees the address of a node instead of theirs',
  why: 'With externalTrafficPolicy Cluster (the default) the node that takes a packet puts its own address before it hands it on, so lists of allowed addresses meet nodes, not clients, and answer 403 to all. A proxy or load balancer in front hides them as well, unless it says who asked (PROXY protocol, X-Forwarded-For).',
  fix: [
    'Set externalTrafficPolicy: Local on the Service of the ingress controller, or let the load balancer speak the PROXY protocol and the controller read it (use-proxy-protocol), or its X-Forwarded-For (use-forwarded-headers).',
  ],
  next: ['kubectl get svc -A -o wide', 'kubectl get ingress -A -o yaml | grep -i source-range'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['containerLogs'],
  wants: ['nodes', 'services', 'ingresses'],
  reads: ['ingress-source-forbidden-line'],
  *run({ services, ingresses }, { snapshot }) {
    for (const hits of groupBy(
      snapshot.hits('ingress-source-forbidden-line'),
      ({ groups }) => groups['client'],
    ).values()) {
      const [first] = hits;
      const quotes = quotesOf(hits);
      if (first === undefined || quotes === undefined) continue;
      const { client = '', server = '' } = first.groups;
      const { node } = snapshot.resolve(client);
      const inside = node !== undefined || podRangeOf(snapshot, client) !== undefined;
      const open = services.find(
        ({ metadata, spec }) =>
          /^(?:LoadBalancer|NodePort)$/.test(spec?.type ?? '') &&
          spec?.externalTrafficPolicy === 'Cluster' &&
          CONTROLLER.test(`${metadata.namespace ?? ''}/${metadata.name}`),
      );
      const ingress = ingresses.find(({ spec }) => (spec?.rules ?? []).some(({ host }) => host === server));
      const list = LISTS.find((key) => ingress?.metadata.annotations?.[key] !== undefined);
      yield {
        subject: open === undefined ? subjectOfLogHit(snapshot, first) : snapshot.subject(open),
        // Who is not on the list is refused: that is what the list is for.
        ...(inside ? {} : { severity: 'info' as const, confidence: 'low' as const }),
        message: `The ingress controller answers 403 to ${client}${node === undefined ? '' : `, the address of node ${node.metadata.name}`} (access forbidden by rule, ${countOf(hits)} times)${ingress === undefined || list === undefined ? '' : `, which ${list} of Ingress ${ingress.metadata.name} does not hold`}${inside ? ': it sees an address of the cluster instead of the client’s' : ''}${open === undefined ? '' : `; Service ${open.metadata.namespace ?? ''}/${open.metadata.name} has externalTrafficPolicy Cluster, which hides the client`}`,
        evidence: [
          ...quotes,
          ...(open === undefined ? [] : [snapshot.quote(open, '/spec/externalTrafficPolicy')]),
          ...(ingress === undefined || list === undefined
            ? []
            : [snapshot.quote(ingress, pointerTo('metadata', 'annotations', list))]),
        ],
        related: ingress === undefined ? [] : [refOf(ingress)],
        ...timing(snapshot, hits),
      };
    }
  },
});
