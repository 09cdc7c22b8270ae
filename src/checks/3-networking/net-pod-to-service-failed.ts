import { inWords } from '../../lib/in-words.ts';
import type { Probe } from '../../parsers/records.ts';
import { clusterName, isBareName } from '../../snapshot/network/addresses.ts';
import { isLookup, podOfProbe } from '../../snapshot/network/connections.ts';
import type { Pod, Service } from '../../snapshot/kinds/index.ts';
import { outcomeText } from '../../snapshot/network/reachability.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

interface Tried {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly service: Service | undefined;
  readonly ok: Probe[];
  readonly failed: Probe[];
}

/** The Service that a probe was aimed at; where nobody listed the Services, what its name says. */
function targetOf(probe: Probe, snapshot: Snapshot): Pick<Tried, 'namespace' | 'name' | 'service'> | undefined {
  const { service } = snapshot.resolve(probe.target, probe.from?.namespace);
  if (service !== undefined) return { namespace: service.metadata.namespace, name: service.metadata.name, service };
  if (probe.from === undefined || !/[a-z]/i.test(probe.target)) return undefined;
  // A bare name from a pod whose namespace nobody tells is a Service of that namespace.
  const named = isBareName(probe.target)
    ? { service: probe.target, namespace: probe.from.namespace }
    : clusterName(snapshot, probe.target, probe.from.namespace);
  if (named === undefined || snapshot.listed('services', named.namespace)) return undefined;
  return { namespace: named.namespace, name: named.service, service: undefined };
}

/** The pod that alone fails at the Service, if it is one of those behind it; a refusal or an error is an answer. */
function ownBackend(failed: readonly Probe[], service: Service, snapshot: Snapshot): Pod | undefined {
  const pods = failed.map((probe) => (probe.outcome === 'timeout' ? podOfProbe(snapshot, probe) : undefined));
  const [pod] = pods;
  if (pod === undefined || pods.some((other) => other !== pod)) return undefined;
  const { podIP } = pod.status ?? {};
  return snapshot
    .backendsOf(service)
    .addresses.some((address) => address.ready && (address.pod === pod.metadata.name || address.ip === podIP))
    ? pod
    : undefined;
}

/** What stops a pod from reaching itself through its Service. */
const HAIRPIN = {
  title: 'A pod does not reach itself through its own Service (hairpin)',
  fix: [
    'Let the bridge or veth send packets back where they came from (hairpinMode of the bridge plug-in, promiscuous-bridge or hairpin-veth of the kubelet before 1.24, --hairpin-mode of kube-router or its annotation kube-router.io/service.hairpin), and masquerade them (kube-proxy does, with the right cluster CIDR). Until then call localhost.',
  ],
  next: [
    'cat /sys/class/net/VETH/brport/hairpin_mode',
    'bridge -d link show',
    'kubectl get endpoints {name} -n {namespace}',
  ],
};

/** One pod alone gets no answer, and others do. */
const onlyFrom = ({ ok, failed }: Tried): string | undefined => {
  const pods = new Set(failed.map(({ outcome, from }) => (outcome === 'timeout' ? from?.pod : undefined)));
  return ok.length > 0 && pods.size === 1 ? [...pods][0] : undefined;
};

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
  wants: ['services', 'pods', 'endpoints', 'endpointSlices', 'hostValues'],
  *run({ probes, hostValues }, { snapshot }) {
    const off = hostValues.filter(
      ({ topic, key, value }) => topic === 'network' && key.endsWith('.hairpin') && value === '0',
    );
    const tries = new Map<string, Tried>();
    for (const probe of probes) {
      const target = isLookup(probe) ? undefined : targetOf(probe, snapshot);
      if (target === undefined) continue;
      const key = `${target.namespace ?? ''}/${target.name}`;
      const known = tries.get(key) ?? { ...target, ok: [], failed: [] };
      tries.set(key, known);
      (probe.outcome === 'ok' ? known.ok : known.failed).push(probe);
    }
    for (const tried of tries.values()) {
      const { service, namespace, name, ok, failed } = tried;
      const [first, ...rest] = failed;
      // A name that nobody listed and that does not resolve is the name's trouble.
      if (first === undefined || (service === undefined && first.outcome === 'unresolved')) continue;
      // The same from other machines: it is the one that asks, not the Service.
      const nodes = [...new Set(failed.flatMap((probe) => probe.node ?? []))];
      const well = [...new Set(ok.flatMap((probe) => probe.node ?? []))].filter((node) => !nodes.includes(node));
      const ownNode = nodes.length > 0 && well.length > 0;
      const backends = service === undefined ? undefined : snapshot.backendsOf(service);
      const ready = backends?.addresses.filter((address) => address.ready).length ?? 0;
      // A pod behind the Service that tries it gets the connection back to itself, and only it fails.
      const self = service === undefined || ready !== 1 ? undefined : ownBackend(failed, service, snapshot);
      const others = probes.filter(
        (probe) =>
          probe.outcome === 'ok' && !isLookup(probe) && (ok.includes(probe) || probe.target === self?.status?.podIP),
      );
      if (service !== undefined && self !== undefined && others.length > 0) {
        yield {
          subject: snapshot.subject(service),
          variant: 'hairpin',
          title: HAIRPIN.title,
          message: `Pod ${self.metadata.name} gets no answer from Service ${name} (${first.target}), whose only ready pod it is itself, while ${ok.length > 0 ? 'others reach the Service' : 'its own address answers'}: the connection has to come back over the port by which it left (hairpin), and that is off or its packets are not masqueraded`,
          fix: HAIRPIN.fix,
          next: HAIRPIN.next,
          evidence: [first.source, ...others.slice(0, 2).map((probe) => probe.source)],
          related: self.spec?.nodeName === undefined ? [] : [{ kind: 'Node', name: self.spec.nodeName }],
        };
        continue;
      }
      const subject =
        service === undefined ? snapshot.named('Service', name, { namespace }) : snapshot.subject(service);
      const alone = onlyFrom(tried);
      const [port] = off;
      if (alone !== undefined && port !== undefined) {
        yield {
          subject,
          variant: 'hairpin',
          title: HAIRPIN.title,
          message: `Pod ${alone} gets no answer from Service ${name} (${first.target}), which others reach, and hairpin_mode is 0 on ${off.length === 1 ? 'a port' : `${off.length} ports`} of the bridge (${port.scope ?? port.key}): a pod behind a Service cannot reach itself through it (hairpin)`,
          fix: HAIRPIN.fix,
          next: HAIRPIN.next,
          evidence: [first.source, port.source, ...ok.slice(0, 1).map((probe) => probe.source)],
        };
        continue;
      }
      yield {
        subject,
        variant: first.outcome,
        message: `A connection to Service ${name}${first.port === undefined ? '' : ` port ${first.port}`} ${outcomeText(first)} (${first.tool}${first.from?.pod === undefined ? '' : ` in pod ${first.from.pod}`})${backends?.known === true ? `, ${ready > 0 ? 'although' : 'and'} it has ${ready === 0 ? 'no' : ready} ready ${ready === 1 ? 'endpoint' : 'endpoints'}` : ''}${ownNode ? `; it fails from ${inWords(nodes.slice(0, 4))} and succeeds from ${inWords(well.slice(0, 4))}: look at kube-proxy and the network of ${nodes.length === 1 ? 'that node' : 'those nodes'}` : ok.length > 0 ? `; ${ok.length} other tries succeeded` : ''}`,
        evidence: [first.source, ...rest.slice(0, 2).map((probe) => probe.source)],
        // Where it can go wrong: on the node of the caller and on those of the pods behind.
        related: [
          ...new Set([
            ...failed.flatMap((probe) => probe.node ?? []),
            ...(service === undefined ? [] : snapshot.podsSelectedBy(service)).flatMap(
              (pod) => pod.spec?.nodeName ?? [],
            ),
          ]),
        ]
          .slice(0, 20)
          .map((node) => ({ kind: 'Node', name: node })),
        ...(ok.length > failed.length && !ownNode ? { severity: 'info' as const } : {}),
      };
    }
  },
});
