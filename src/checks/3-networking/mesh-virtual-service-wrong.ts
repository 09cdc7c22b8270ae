import type { ObjectOf } from '../../snapshot/kinds/index.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

type VirtualService = ObjectOf<'virtualServices'>;

/** Where a name of a Gateway leads: `edge/shop-gw`, the older `shop-gw.edge.svc.cluster.local`, else the own namespace. */
function placeOf(written: string, { metadata }: VirtualService): readonly [string | undefined, string] {
  const [first = '', ...rest] = written.split('/');
  if (rest[0] !== undefined) return [first === '.' ? metadata.namespace : first, rest[0]];
  const [name = '', namespace] = written.split('.');
  return [namespace ?? metadata.namespace, name];
}

export default defineCheck({
  id: 'mesh-virtual-service-wrong',
  layer: 3,
  title: 'VirtualServices name Gateways and ports that exist',
  failureTitle: 'A VirtualService of Istio names a Gateway or a port that is not there',
  why: 'A Gateway without a namespace is looked for in the namespace of the VirtualService; one that is not found is left out without a word, and the proxies answer 404 (NR). A port that the Service has not is a cluster that Envoy does not know: 503 (NC). Short names of Services, too, are those of the namespace of the VirtualService.',
  fix: ['Write the Gateway as NAMESPACE/NAME, and the host and port as the Service has them.'],
  next: ['istioctl analyze -n {namespace}', 'kubectl get gateways.networking.istio.io,virtualservices -A'],
  severity: 'critical',
  confidence: 'high',
  needs: ['virtualServices'],
  wants: ['istioGateways', 'services'],
  *run({ virtualServices, istioGateways }, { snapshot }) {
    for (const virtual of virtualServices) {
      const { name, namespace } = virtual.metadata;
      const hosts = virtual.spec?.hosts ?? [];
      const about = `VirtualService ${namespace ?? ''}/${name}${hosts.length === 0 ? '' : ` (${hosts.slice(0, 3).join(', ')})`}`;
      const asked = hosts.slice(0, 10).map((host) => ({ kind: 'Host', name: host }));
      for (const [i, written] of (virtual.spec?.gateways ?? []).entries()) {
        const [place, gateway] = placeOf(written, virtual);
        const others = istioGateways.filter(({ metadata }) => metadata.name === gateway);
        if (
          written === 'mesh' ||
          others.length === 0 ||
          others.some(({ metadata }) => place === undefined || metadata.namespace === place)
        )
          continue;
        const [other] = others;
        if (other === undefined) continue;
        const right = `${other.metadata.namespace ?? ''}/${gateway}`;
        yield {
          subject: snapshot.subject(virtual),
          variant: 'gateway',
          title: 'A VirtualService of Istio names a Gateway in a namespace where it is not',
          message: `${about} names Gateway ${written}, which is looked for in namespace ${place ?? ''}; the Gateway of that name is in namespace ${other.metadata.namespace ?? ''}, so no proxy gets these routes`,
          fix: [`Write the Gateway as ${right}.`],
          evidence: [snapshot.quote(virtual, `/spec/gateways/${i}`), snapshot.quote(other, '/metadata/namespace')],
          related: [refOf(other), ...asked],
        };
      }
      const told = new Set<string>();
      for (const [i, rule] of (virtual.spec?.http ?? []).entries())
        for (const [j, { destination }] of (rule.route ?? []).entries()) {
          const { host, port } = destination ?? {};
          if (host === undefined || port?.number === undefined) continue;
          const { service } = snapshot.resolve(host, namespace);
          const ports = (service?.spec?.ports ?? []).flatMap((one) => one.port ?? []);
          const key = `${host}:${port.number}`;
          if (service === undefined || ports.length === 0 || ports.includes(port.number) || told.has(key)) continue;
          told.add(key);
          yield {
            subject: snapshot.subject(virtual),
            variant: 'port',
            title: 'A VirtualService of Istio routes to a port that the Service has not',
            message: `${about} routes to port ${port.number} of ${host}; Service ${service.metadata.name} has no port ${port.number}, it has ${ports.join(', ')}, so Envoy knows no cluster for it (503 NC)`,
            fix: [
              `Route to port ${ports.length === 1 ? (ports[0] ?? '') : ports.join(' or ')}, or give the Service that port.`,
            ],
            evidence: [
              snapshot.quote(virtual, `/spec/http/${i}/route/${j}/destination`),
              snapshot.quote(service, '/spec/ports'),
            ],
            related: [refOf(service), ...asked],
          };
        }
    }
  },
});
