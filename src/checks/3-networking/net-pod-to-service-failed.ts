import type { Probe } from '../../parsers/records.ts';
import { isLookup } from '../../snapshot/network/connections.ts';
import type { Service } from '../../snapshot/kinds/index.ts';
import { outcomeText } from '../../snapshot/network/reachability.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'net-pod-to-service-failed',
  layer: 3,
  title: 'Services answer when they are tried',
  failureTitle: 'A Service did not answer a connection from inside the cluster',
  why: 'Somebody tried the Service from a pod. Refused: no endpoint, or nothing listens at the target port. Timeout: a policy, kube-proxy or the network.',
  fix: [
    "Check the Service's endpoints and target port first, then NetworkPolicies, then kube-proxy on the node of the caller.",
  ],
  next: ['kubectl get endpoints {name} -n {namespace}', 'kubectl describe service {name} -n {namespace}'],
  severity: 'warning',
  confidence: 'medium',
  needs: ['probes'],
  wants: ['services', 'pods', 'endpoints', 'endpointSlices'],
  *run({ probes }, { snapshot }) {
    const byService = new Map<Service, { ok: Probe[]; failed: Probe[] }>();
    for (const probe of probes) {
      if (isLookup(probe)) continue;
      const service = snapshot.resolve(probe.target, probe.from?.namespace).service;
      if (service === undefined) continue;
      const known = byService.get(service) ?? { ok: [], failed: [] };
      byService.set(service, known);
      (probe.outcome === 'ok' ? known.ok : known.failed).push(probe);
    }
    for (const [service, { ok, failed }] of byService) {
      const [first, ...rest] = failed;
      if (first === undefined) continue;
      const backends = snapshot.backendsOf(service);
      const ready = backends.addresses.filter((address) => address.ready).length;
      yield {
        subject: snapshot.subject(service as never),
        variant: first.outcome,
        message: `A connection to Service ${service.metadata.name}${first.port === undefined ? '' : ` port ${first.port}`} ${outcomeText(first)} (${first.tool}${first.from?.pod === undefined ? '' : ` in pod ${first.from.pod}`})${backends.known ? `, ${ready > 0 ? 'although' : 'and'} it has ${ready === 0 ? 'no' : ready} ready ${ready === 1 ? 'endpoint' : 'endpoints'}` : ''}${ok.length > 0 ? `; ${ok.length} other tries succeeded` : ''}`,
        evidence: [first.source, ...rest.slice(0, 2).map((probe) => probe.source)],
        // Where it can go wrong: on the node of the caller and on those of the pods behind.
        related: [
          ...new Set([
            ...failed.flatMap((probe) => probe.node ?? []),
            ...snapshot.podsSelectedBy(service).flatMap((pod) => pod.spec?.nodeName ?? []),
          ]),
        ]
          .slice(0, 20)
          .map((node) => ({ kind: 'Node', name: node })),
        ...(ok.length > failed.length ? { severity: 'info' as const } : {}),
      };
    }
  },
});
