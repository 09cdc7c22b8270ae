import { inCidr, overlap, parseCidr, parseIp, type Cidr } from '../../lib/cidr.ts';
import type { NetworkPolicy } from '../../snapshot/kinds/index.ts';
import { knownPolicies } from '../../snapshot/network/policies.ts';
import { addressOf, isApiAddress } from '../../snapshot/network/api-address.ts';
import { defineCheck } from '../check.ts';

/** Wider blocks mean "everywhere" or "our whole site", not the cluster: 0.0.0.0/0, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16. */
const WHOLE = new Set(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']);
const MIN_PREFIX = { 32: 9, 128: 33 } as const;

interface Block {
  readonly text: string;
  readonly cidr: Cidr;
  readonly except: readonly Cidr[];
  readonly at: string;
}

function* blocksOf(policy: NetworkPolicy): Iterable<Block> {
  for (const [way, rules] of [
    ['ingress', (policy.spec?.ingress ?? []).map((rule) => rule.from)],
    ['egress', (policy.spec?.egress ?? []).map((rule) => rule.to)],
  ] as const)
    for (const [i, peers] of rules.entries())
      for (const peer of peers ?? []) {
        const text = peer.ipBlock?.cidr;
        const cidr = text === undefined ? undefined : parseCidr(text);
        if (text === undefined || cidr === undefined || WHOLE.has(text) || cidr.prefix < MIN_PREFIX[cidr.bits])
          continue;
        const except = (peer.ipBlock?.except ?? []).flatMap((one) => parseCidr(one) ?? []);
        yield { text, cidr, except, at: `/spec/${way}/${i}` };
      }
}

export default defineCheck({
  id: 'netpol-ipblock-on-cluster-ips',
  layer: 3,
  title: 'ipBlock rules are about addresses outside of the cluster',
  failureTitle: 'An ipBlock rule names addresses of the cluster itself',
  why: 'ipBlock is meant for the world outside. Policies see packets after the address of a Service has been translated, so a block of Service addresses matches nothing on most plug-ins; addresses of pods change, and some plug-ins (Cilium) never match pods by block.',
  fix: [
    'Use podSelector and namespaceSelector instead; for the API server the addresses of its nodes and its real port.',
  ],
  next: ['kubectl get networkpolicy {name} -n {namespace} -o yaml'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['networkPolicies'],
  needsAny: ['services', 'nodes', 'containerLogs'],
  reads: ['api-vip-line'],
  *run({ services = [], nodes = [] }, { snapshot }) {
    const ranges = nodes.flatMap((node) => {
      const cidr = parseCidr(node.spec?.podCIDR ?? '');
      return cidr === undefined ? [] : [{ node, cidr }];
    });
    const addresses = services.flatMap((service) => {
      const ip = parseIp(service.spec?.clusterIP ?? '');
      return ip === undefined ? [] : [{ service, ip }];
    });
    // What a log says is not reached, and can only be the Service of the API server.
    const asked = snapshot.hits('api-vip-line').flatMap((hit) => {
      const ip = isApiAddress(snapshot, addressOf(hit)) ? parseIp(addressOf(hit)) : undefined;
      return ip === undefined ? [] : [{ hit, ip }];
    });
    for (const policy of knownPolicies(snapshot))
      for (const { text, cidr, except, at } of blocksOf(policy)) {
        const service = addresses.find(
          ({ ip }) => inCidr(ip, cidr) && !except.some((hole) => inCidr(ip, hole)),
        )?.service;
        const range = ranges.find((one) => overlap(one.cidr, cidr) && !except.some((hole) => overlap(one.cidr, hole)));
        const subject = snapshot.subject(policy);
        const name = policy.metadata.name;
        const api = asked.find(({ ip }) => inCidr(ip, cidr) && !except.some((hole) => inCidr(ip, hole)));
        if (api !== undefined)
          yield {
            subject,
            variant: 'api',
            severity: 'critical',
            message: `NetworkPolicy ${name} names ${text} for the API server, and ${addressOf(api.hit)}:443 is not reached (${api.hit.groups['why'] ?? 'i/o timeout'}): that is the address of the kubernetes Service, which has been translated before policies see a packet; they see an address of the control plane and its port, mostly 6443`,
            evidence: [snapshot.quote(policy, at), snapshot.evidenceOf(api.hit)[0]],
          };
        else if (service !== undefined)
          yield {
            subject,
            variant: 'services',
            message: `NetworkPolicy ${name} names ${text}, which holds Service addresses (${service.metadata.name}: ${service.spec?.clusterIP ?? ''}): packets have been sent on to pod addresses before policies see them, so the rule does not match`,
            evidence: [snapshot.quote(policy, at), snapshot.quote(service, '/spec/clusterIP')],
          };
        else if (range !== undefined)
          yield {
            subject,
            variant: 'pods',
            severity: 'info',
            message: `NetworkPolicy ${name} names ${text}, which overlaps the pod range ${range.node.spec?.podCIDR ?? ''} of node ${range.node.metadata.name}: whether a block matches pods depends on the network plug-in`,
            evidence: [snapshot.quote(policy, at), snapshot.quote(range.node, '/spec/podCIDR')],
          };
      }
  },
});
