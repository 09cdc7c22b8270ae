import { isLoopback } from '../../lib/cidr.ts';
import { podsOfComponent } from '../../snapshot/control-plane/control-plane.ts';
import type { Pod, Service } from '../../snapshot/kinds/index.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isControlPlane } from '../../snapshot/nodes/node-health.ts';
import { refOf } from '../../snapshot/ref.ts';
import { quoteBackends } from '../../snapshot/network/reachability.ts';
import { defineCheck } from '../check.ts';

/** The address that an API server writes into the endpoints: its flag. Without one it takes that of its default route. */
function advertised(pod: Pod): string | undefined {
  for (const container of pod.spec?.containers ?? [])
    for (const word of [...(container.command ?? []), ...(container.args ?? [])]) {
      const address = /^--advertise-address=(\S{1,45})$/.exec(word)?.[1];
      if (address !== undefined) return address;
    }
  return undefined;
}

/**
 * The addresses that no node has, where others are those of control-plane nodes. With a flag for each API server all may
 * be elsewhere; one that is not where its likes are is left over.
 */
function strangers<A extends { readonly ip: string }>(snapshot: Snapshot, addresses: readonly A[]): readonly A[] {
  const isOwn = (ip: string): boolean => {
    const { node } = snapshot.resolve(ip);
    return node !== undefined && isControlPlane(node);
  };
  const own = addresses.filter(({ ip }) => isOwn(ip));
  const nodes = snapshot.list('nodes').filter(isControlPlane);
  if (own.length === 0 || own.length < nodes.length || !snapshot.listed('nodes')) return [];
  return addresses.filter(({ ip }) => snapshot.resolve(ip).node === undefined);
}

export default defineCheck({
  id: 'kubernetes-endpoints-stale',
  layer: 3,
  title: 'The endpoints of the kubernetes Service are the API servers',
  failureTitle: 'The kubernetes Service leads to an address without an API server',
  why: 'API servers write their own addresses behind default/kubernetes and take away those whose lease ran out. An address that stays there gets its share of all calls from pods to the API, and fails them.',
  fix: [
    'Remove the address (a left-over lease under /registry/masterleases in etcd, or an EndpointSlice written by hand), and set --advertise-address of each API server to an address that the nodes reach.',
  ],
  next: [
    'kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes',
    'kubectl get leases -n kube-system -l apiserver.kubernetes.io/identity=kube-apiserver',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['endpoints', 'endpointSlices'],
  wants: ['services', 'pods', 'nodes'],
  *run({ services }, { snapshot }) {
    // A table of its endpoints may be all that shows it.
    const metadata = { name: 'kubernetes', namespace: 'default' };
    const service = services.find((s) => s.metadata.name === 'kubernetes' && s.metadata.namespace === 'default') ?? {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
    };
    // A table without a column for the namespace has it in none.
    const here = snapshot.backendsOf(service);
    const { addresses, objects } = here.known
      ? here
      : snapshot.backendsOf({ ...service, metadata: { name: 'kubernetes' } } as Service);
    const [object] = objects;
    if (object === undefined) return;
    const place = quoteBackends(snapshot, object);
    const pods = podsOfComponent(snapshot, 'kube-apiserver');
    const known = pods.flatMap((pod) => advertised(pod) ?? []);
    // Hosted control planes show no pods, and pods without the flag do not tell their address.
    const complete = pods.length > 0 && known.length === pods.length && snapshot.listed('pods', 'kube-system');
    const strange = complete ? undefined : strangers(snapshot, addresses);
    const stale = addresses.filter(
      (one) => isLoopback(one.ip) || (complete ? !known.includes(one.ip) : strange?.includes(one) === true),
    );
    const [first] = stale;
    if (first === undefined) return;
    const loopback = isLoopback(first.ip);
    yield {
      subject: snapshot.subject(service),
      variant: loopback ? 'loopback' : 'gone',
      message: loopback
        ? `The kubernetes Service leads to ${first.ip}, a loopback address: pods do not reach the API server there`
        : `${stale.length} of ${addresses.length} endpoints of the kubernetes Service (${stale.map(({ ip }) => ip).join(', ')}) ${stale.length === 1 ? 'is' : 'are'} of no API server; those are ${(complete ? known : addresses.filter((one) => !stale.includes(one)).map(({ ip }) => ip)).join(', ')}: calls from pods to the API fail in part`,
      evidence: [place],
      related: [refOf(object), ...pods.slice(0, 5).map(refOf)],
    };
  },
});
