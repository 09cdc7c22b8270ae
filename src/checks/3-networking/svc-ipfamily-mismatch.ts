import { parseIp } from '../../lib/cidr.ts';
import { eventMessage } from '../../snapshot/events.ts';
import type { Pod, Service } from '../../snapshot/kinds/index.ts';
import { nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { servingPods } from '../../snapshot/network/ports.ts';
import { defineCheck } from '../check.ts';

type Family = 'IPv4' | 'IPv6';
function familiesOf(addresses: readonly (string | undefined)[]): ReadonlySet<Family> {
  return new Set(
    addresses.flatMap((address) => {
      const ip = address === undefined ? undefined : parseIp(address);
      return ip === undefined ? [] : [ip.bits === 32 ? 'IPv4' : 'IPv6'];
    }),
  );
}
const ofService = (service: Service): ReadonlySet<Family> =>
  familiesOf([service.spec?.clusterIP, ...(service.spec?.clusterIPs ?? [])]);
const ofPod = (pod: Pod): ReadonlySet<Family> =>
  familiesOf([pod.status?.podIP, ...(pod.status?.podIPs ?? []).map(({ ip }) => ip)]);

export default defineCheck({
  id: 'svc-ipfamily-mismatch',
  layer: 3,
  title: 'Services and their pods speak the same IP family',
  failureTitle: 'The IP family of the Service is not that of its pods',
  why: 'An IPv6 address of a Service leads to IPv6 addresses of pods, an IPv4 one to IPv4. A Service of a family that its pods have no address of gets no endpoints.',
  fix: ['Set ipFamilies of Service {name} to what the pods have, or give pods and nodes both families.'],
  next: [
    "kubectl get service {name} -n {namespace} -o jsonpath='{.spec.ipFamilies} {.spec.clusterIPs}'",
    "kubectl get pods -n {namespace} -o jsonpath='{.items[*].status.podIPs}'",
  ],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['services', 'events'],
  wants: ['pods'],
  *run({ services }, { snapshot }) {
    for (const service of services) {
      const wanted = ofService(service);
      if (wanted.size === 0) continue;
      // Nearly always the first pod has it.
      const missing = [...wanted].filter(
        (family) => !servingPods(snapshot, service).some((one) => ofPod(one).has(family)),
      );
      if (missing.length === 0) continue;
      const pods = servingPods(snapshot, service).filter((one) => ofPod(one).size > 0);
      const [pod] = pods;
      if (pod === undefined) continue;
      const all = missing.length === wanted.size;
      yield {
        subject: snapshot.subject(service),
        variant: all ? 'no-family' : 'one-family',
        // With one family of two in common the Service still works for who asks for that one.
        ...(all ? {} : { severity: 'info' as const }),
        message: `Service ${service.metadata.name} has an ${missing.join(' and ')} address (${[...new Set([service.spec?.clusterIP, ...(service.spec?.clusterIPs ?? [])])].filter((ip) => ip !== undefined).join(', ')}), but its ${pods.length} ${pods.length === 1 ? 'pod has' : 'pods have'} only ${[...new Set(pods.flatMap((one) => [...ofPod(one)]))].join(' and ')} (${pod.status?.podIP ?? ''}): no endpoints of that family`,
        evidence: [snapshot.quote(service, '/spec/clusterIP'), snapshot.quote(pod, '/status/podIP')],
      };
    }
    for (const [node, [event]] of nodeEvents(snapshot, 'HostIPsIPFamilyMismatch')) {
      if (event === undefined) continue;
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'node',
        message: `The kubelet of node ${node} reports an IP family mismatch: ${eventMessage(event)}`,
        evidence: [snapshot.quoteEvent(event)],
      };
    }
  },
});
