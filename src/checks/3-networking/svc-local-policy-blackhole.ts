import { pointerTo } from '../../lib/json-pointer.ts';
import { inWords } from '../../lib/in-words.ts';
import { connections, type Connection } from '../../snapshot/network/connections.ts';
import { isReady, machineOf } from '../../snapshot/nodes/node-health.ts';
import { refOf } from '../../snapshot/ref.ts';
import { serviceGraph } from '../../snapshot/network/service-graph.ts';
import type { Service } from '../../snapshot/kinds/index.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** Which node answers in the network for the address of the Service, where only one does: Cilium's lease, kube-vip's note. */
function announcerOf(
  snapshot: Snapshot,
  service: Service,
): { readonly node: string; readonly by: string; readonly evidence: Evidence } | undefined {
  const { namespace, name, annotations } = service.metadata;
  const wanted = `cilium-l2announce-${namespace ?? ''}-${name}`;
  const lease = snapshot.list('leases').find(({ metadata }) => metadata.name === wanted);
  const holder = lease?.spec?.holderIdentity;
  if (lease !== undefined && holder !== undefined && holder !== '')
    return { node: holder, by: `lease ${wanted}`, evidence: snapshot.quote(lease, '/spec/holderIdentity') };
  const key = 'kube-vip.io/vipHost';
  const host = annotations?.[key];
  return host === undefined
    ? undefined
    : { node: host, by: key, evidence: snapshot.quote(service, pointerTo('metadata', 'annotations', key)) };
}

/** Where the pods of a Service run, of which only a table without labels is there: they are called after its selector. */
const nodesByName = (snapshot: Snapshot, { metadata, spec }: Service): readonly (string | undefined)[] => {
  const values = Object.values(spec?.selector ?? {});
  return snapshot
    .list('pods')
    .filter(
      (pod) =>
        pod.metadata.namespace === metadata.namespace &&
        pod.metadata.labels === undefined &&
        values.some((value) => pod.metadata.name.startsWith(`${value}-`)),
    )
    .map((pod) => pod.spec?.nodeName);
};

export default defineCheck({
  id: 'svc-local-policy-blackhole',
  layer: 3,
  title: 'Traffic policy Local finds an endpoint on the node',
  failureTitle: 'The traffic policy Local drops traffic on nodes without an endpoint',
  why: 'With internalTrafficPolicy or externalTrafficPolicy Local a node hands packets only to pods of its own. On nodes without one they are dropped, so the Service works from some nodes only. A load balancer that reads the health check port leaves those nodes out; one that does not sends into the void.',
  fix: ['Set the policy to Cluster, or run the pods on every node that gets the traffic (DaemonSet).'],
  next: ['kubectl get endpoints {name} -n {namespace} -o wide', 'kubectl get pods -n {namespace} -o wide'],
  severity: 'warning',
  confidence: 'high',
  needs: ['services'],
  needsAny: ['endpoints', 'endpointSlices', 'pods', 'probes', 'hostValues'],
  wants: ['nodes', 'probes', 'hostValues', 'leases'],
  *run({ services, nodes, hostValues }, { snapshot }) {
    for (const service of services) {
      const inner = service.spec?.internalTrafficPolicy === 'Local';
      const outer =
        service.spec?.externalTrafficPolicy === 'Local' && /^(?:NodePort|LoadBalancer)$/.test(service.spec.type ?? '');
      if (!inner && !outer) continue;
      const ready = snapshot.backendsOf(service).addresses.filter((address) => address.ready);
      const nodeOf = (pod: string | undefined): string | undefined =>
        pod === undefined ? undefined : snapshot.get('pods', service.metadata.namespace, pod)?.spec?.nodeName;
      const places = ready.map(({ node, pod, ip }) => node ?? nodeOf(pod) ?? snapshot.resolve(ip).pod?.spec?.nodeName);
      const name = service.metadata.name;
      const common = { subject: snapshot.subject(service) };
      const ports = new Set((service.spec?.ports ?? []).map((port) => port.nodePort));
      // kube-proxy in mode ipvs: the address stands on the machine without any backend.
      const outside = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
      const empty = hostValues.find(
        ({ topic, key, value }) =>
          topic === 'ipvs' &&
          value === '0' &&
          (outside.some((ip) => key.startsWith(`${ip}:`) || key.startsWith(`[${ip}]:`)) ||
            [...(service.spec?.ports ?? [])].some(
              ({ nodePort }) => nodePort !== undefined && key.endsWith(`:${nodePort}`),
            )),
      );
      const refusedAt =
        empty === undefined
          ? undefined
          : connections(snapshot).find(
              ({ probe }) => outside.includes(probe.target) && probe.outcome !== 'ok' && probe.outcome !== 'http-error',
            );
      if (outer && empty !== undefined) {
        const machine = machineOf(snapshot, empty);
        yield {
          ...common,
          variant: 'external',
          ...(refusedAt === undefined ? { severity: 'info' as const } : {}),
          message: `Service ${name} has externalTrafficPolicy Local, and IPVS on node ${machine} has no backend for ${empty.key}: no pod of the Service runs there, and what the node and its pods send to the address is dropped or refused`,
          evidence: [
            snapshot.quote(service, '/spec/externalTrafficPolicy'),
            empty.source,
            ...(refusedAt === undefined ? [] : [refusedAt.probe.source]),
          ],
          related: [
            { kind: 'Node', name: machine },
            ...(refusedAt === undefined ? [] : [{ kind: 'Host', name: refusedAt.probe.target }]),
          ],
        };
        continue;
      }
      const tried = connections(snapshot).filter(({ probe }) => probe.port !== undefined && ports.has(probe.port));
      const announcer = announcerOf(snapshot, service);
      const known = ready.length > 0 ? places : nodesByName(snapshot, service);
      if (
        outer &&
        announcer !== undefined &&
        known.length > 0 &&
        !known.some((node) => node === undefined || node === announcer.node)
      ) {
        const lost = connections(snapshot).find(
          ({ probe }) => outside.includes(probe.target) && probe.outcome !== 'ok' && probe.outcome !== 'http-error',
        );
        yield {
          ...common,
          variant: 'announcer',
          title: 'The node that announces the address of a Service with traffic policy Local has no endpoint of it',
          ...(lost === undefined ? {} : { severity: 'critical' as const }),
          message: `Service ${name} has externalTrafficPolicy Local, and node ${announcer.node} announces its address ${outside.join(', ')} (${announcer.by}), while its endpoints are on ${inWords([...new Set(known)].flatMap((node) => node ?? []))}: node ${announcer.node} takes all the traffic and drops it`,
          fix: [
            'Set externalTrafficPolicy to Cluster, or let only nodes with a pod of the Service announce it (nodeSelector of the announcement policy, a pod on every such node).',
          ],
          evidence: [
            snapshot.quote(service, '/spec/externalTrafficPolicy'),
            announcer.evidence,
            ...(lost === undefined ? [] : [lost.probe.source]),
          ],
          related: [{ kind: 'Node', name: announcer.node }, ...outside.map((ip) => ({ kind: 'Host', name: ip }))],
        };
        continue;
      }
      // All places must be known; a Service without endpoints has its own finding.
      if (ready.length === 0 || places.some((place) => place === undefined)) {
        // The same port answers on one node and swallows packets on another: that is what the policy does.
        const answers = tried.find(({ probe, toNode }) => probe.outcome === 'ok' && toNode !== undefined);
        const silent = tried.filter(({ lost, toNode }) => lost && toNode !== undefined && toNode !== answers?.toNode);
        if (!outer || answers === undefined || silent[0] === undefined) continue;
        yield {
          ...common,
          variant: 'external',
          confidence: 'medium',
          message: `Service ${name} has externalTrafficPolicy Local: port ${answers.probe.port ?? ''} answers on node ${answers.toNode ?? ''}, and ${inWords([...new Set(silent.flatMap(({ toNode }) => toNode ?? []))])} drop what comes for it, as nodes without an endpoint (a pod of the Service) do`,
          evidence: [
            snapshot.quote(service, '/spec/externalTrafficPolicy'),
            answers.probe.source,
            ...silent.slice(0, 3).map(({ probe }) => probe.source),
          ],
          related: [...new Set(silent.flatMap(({ toNode }) => toNode ?? []))].map((node) => ({
            kind: 'Node',
            name: node,
          })),
        };
        continue;
      }
      const at = new Set(places);
      if (inner) {
        const stranded = serviceGraph(snapshot)
          .callsTo(service)
          .flatMap(({ address }) => snapshot.podsOf(address.workload))
          .find(
            (pod) => pod.status?.phase === 'Running' && pod.spec?.nodeName !== undefined && !at.has(pod.spec.nodeName),
          );
        if (stranded === undefined) continue;
        yield {
          ...common,
          variant: 'internal',
          message: `Service ${name} has internalTrafficPolicy Local and endpoints on ${[...at].join(', ')} only: pod ${stranded.metadata.name} on node ${stranded.spec?.nodeName ?? ''} is told to call it and cannot reach it`,
          evidence: [
            snapshot.quote(service, '/spec/internalTrafficPolicy'),
            snapshot.quote(stranded, '/spec/nodeName'),
          ],
          related: [refOf(stranded)],
        };
        continue;
      }
      const without = nodes.filter((node) => isReady(node) === true && !at.has(node.metadata.name));
      // A node asks itself for the address that the load balancer has, for itself or for a pod of its own, and kube-proxy
      // drops it: in old releases, in mode IPVS, or where it does not know the addresses of pods (clusterCIDR).
      const dropper = ({ probe, toNode, fromNode }: Connection): string | undefined =>
        outside.includes(probe.target) ? fromNode : ports.has(probe.port) ? toNode : undefined;
      const lost = connections(snapshot).filter((one) => {
        const node = one.lost && one.probe.port !== undefined ? dropper(one) : undefined;
        return node !== undefined && !at.has(node);
      });
      const [failed] = lost;
      const dropping = [...new Set(lost.flatMap((one) => dropper(one) ?? []))];
      if (failed === undefined && without.length === 0) continue;
      yield {
        ...common,
        variant: 'external',
        // Wanted on most clusters: it keeps the client's address, and load balancers know which nodes to leave out.
        ...(failed === undefined ? { severity: 'info' as const } : {}),
        message: `Service ${name} has externalTrafficPolicy Local: ${
          failed === undefined
            ? `${without.length} of ${nodes.length} nodes have no endpoint of it and drop its traffic (${without
                .slice(0, 3)
                .map((node) => node.metadata.name)
                .join(', ')})`
            : `${dropping.length === 1 ? 'node' : 'nodes'} ${inWords(dropping)} ${dropping.length === 1 ? 'has' : 'have'} no endpoint of it and dropped ${dropping.length === 1 ? 'a connection' : 'connections'} to port ${failed.probe.port ?? ''}; its endpoints are on ${inWords([...at].flatMap((node) => node ?? []))}`
        }`,
        evidence: [
          snapshot.quote(service, '/spec/externalTrafficPolicy'),
          ...lost.slice(0, 3).map(({ probe }) => probe.source),
        ],
        related: [
          ...dropping.map((node) => ({ kind: 'Node', name: node })),
          ...lost.map(({ probe }) => ({ kind: 'Host', name: probe.target })),
        ],
      };
    }
  },
});
