import { groupBy } from '../../lib/group-by.ts';
import type { Evidence } from '../../parsers/records.ts';
import { isLoopback } from '../../lib/cidr.ts';
import type { Pod, Service } from '../../snapshot/kinds/index.ts';
import { addressOfHit } from '../../snapshot/network/log-addresses.ts';
import { listeners, type Listener } from '../../snapshot/network/listening-ports.ts';
import { declaredPorts, seenPorts } from '../../snapshot/network/ports.ts';
import { isRefusal, upstreamErrors } from '../../snapshot/network/upstream-errors.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { probeTroubles } from './probe-verdict.ts';

/** Programs print `localhost` for people to click on, wherever they listen: alone it proves nothing. */
const isSure = ({ address = '' }: Listener): boolean => isLoopback(address);
const isLocal = (one: Listener): boolean => isSure(one) || one.address === 'localhost';

export default defineCheck({
  id: 'listens-on-loopback',
  layer: 1,
  title: 'Programs listen where others reach them',
  failureTitle: 'The program listens on the loopback address only',
  why: 'A connection to 127.0.0.1 comes from the same pod alone: probes of the kubelet, Services and other pods are refused, while kubectl port-forward and a curl inside the pod work.',
  fix: [
    'Let the program in {name} listen on 0.0.0.0 (or ::): its bind, host or listen setting (--host 0.0.0.0, HOST=0.0.0.0, listen_addresses = *)',
  ],
  next: [
    'kubectl exec {name} -n {namespace} -- ss -ltn',
    'kubectl logs {name} -n {namespace} --tail=50',
    'kubectl get pod {name} -n {namespace} -o wide',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['containerLogs', 'hostValues'],
  wants: ['pods', 'services', 'events', 'probes'],
  reads: ['app-listening', 'app-connection-refused'],
  *run(_facts, { snapshot }) {
    const byDoor = groupBy(listeners(snapshot), ({ pod, port }) => `${pod.namespace ?? ''}/${pod.name}:${port}`);
    for (const same of byDoor.values()) {
      const [first] = same;
      if (first === undefined || !same.every(isLocal)) continue;
      const pod = snapshot.get('pods', first.pod.namespace, first.pod.name);
      const door = same.find(isSure) ?? first;
      const refused = refusal(snapshot, door, pod);
      const services = pod === undefined ? [] : snapshot.servicesSelecting(pod);
      const service = !isSure(door)
        ? undefined
        : pod === undefined
          ? onlyServiceAt(snapshot, door)
          : servesProbe(snapshot, pod, door.port)
            ? undefined
            : services.find((one) => leadsTo(snapshot, one, pod, door.port));
      if (refused === undefined && service === undefined) continue;
      const name = pod?.metadata.name ?? door.pod.name;
      yield {
        subject:
          pod === undefined ? snapshot.named('Pod', name, { namespace: door.pod.namespace }) : snapshot.subject(pod),
        variant: String(door.port),
        ...(refused === undefined ? { severity: 'warning' as const } : {}),
        ...(refused !== undefined && isSure(door) ? {} : { confidence: 'medium' as const }),
        message: `The program in pod ${name} listens on ${door.address ?? ''}:${door.port} only${refused === undefined ? `, and Service ${service?.metadata.name ?? ''} leads to port ${door.port} of the pod: its connections are refused` : `: ${refused.words}`}`,
        evidence: [door.evidence, ...(refused === undefined ? [] : [refused.evidence])],
        related: [...new Set([...services, ...(refused?.service === undefined ? [] : [refused.service])])].map(refOf),
      };
    }
  },
});

/** Somebody outside of the pod who was refused at the port. */
function refusal(
  snapshot: Snapshot,
  { pod: { namespace, name }, port }: Listener,
  pod: Pod | undefined,
): { readonly words: string; readonly evidence: Evidence; readonly service?: Service } | undefined {
  for (const { seen, kind, telling, current } of probeTroubles(snapshot))
    if (
      current &&
      telling?.class === 'refused' &&
      telling.port === port &&
      seen.ref.name === name &&
      (namespace === undefined || seen.ref.namespace === undefined || seen.ref.namespace === namespace)
    )
      return {
        words: `the ${kind} probe of the kubelet is refused at port ${port}`,
        evidence: snapshot.quoteEvent(telling.event),
      };
  const refusedAt = (service: Service): boolean =>
    pod === undefined
      ? onlyServiceAt(snapshot, { pod: { namespace, name }, port }) === service
      : leadsTo(snapshot, service, pod, port);
  for (const hit of snapshot.hits('app-connection-refused')) {
    const address = addressOfHit(hit);
    if (address === undefined || hit.origin.pod === name) continue;
    const { service } = snapshot.resolve(
      `${address.host}${address.port === undefined ? '' : `:${address.port}`}`,
      hit.origin.namespace,
    );
    if (service !== undefined && refusedAt(service))
      return {
        words: `a program is refused at Service ${service.metadata.name}, which leads there`,
        evidence: snapshot.evidenceOf(hit)[0],
        service,
      };
  }
  if (pod === undefined) return undefined;
  for (const probe of snapshot.facts('probes')) {
    if (probe.outcome !== 'refused' || probe.from?.pod === name) continue;
    const to = snapshot.resolve(probe.target, probe.from?.namespace);
    const meant =
      to.pod === pod ? probe.port === port : to.service !== undefined && leadsTo(snapshot, to.service, pod, port);
    if (meant) return { words: `a connection to ${probe.target} is refused (${probe.tool})`, evidence: probe.source };
  }
  const met = upstreamErrors(snapshot).find(
    ({ upstream, why }) => isRefusal(why) && upstream === `${pod.status?.podIP ?? 'unknown'}:${port}`,
  );
  return met === undefined
    ? undefined
    : {
        words: `${met.workload.name} is refused at ${met.upstream}`,
        evidence: snapshot.evidenceOf(met.hit)[0],
      };
}

/** A port of the Service leads to this port of the pod. */
function leadsTo(
  snapshot: Snapshot,
  service: ReturnType<Snapshot['servicesSelecting']>[number],
  pod: Pod,
  port: number,
): boolean {
  if (!snapshot.servicesSelecting(pod).includes(service)) return false;
  return (service.spec?.ports ?? []).some(({ port: own, targetPort = own }) =>
    typeof targetPort === 'string' && !/^\d{1,5}$/.test(targetPort)
      ? declaredPorts(snapshot, pod).some((one) => one.name === targetPort && one.port === port)
      : Number(targetPort) === port,
  );
}

/** Of a pod that only a command names: the one Service of its namespace that leads to a port of this number. */
function onlyServiceAt(snapshot: Snapshot, { pod, port }: Pick<Listener, 'pod' | 'port'>): Service | undefined {
  const there = snapshot
    .list('services')
    .filter(
      ({ metadata, spec }) =>
        (pod.namespace === undefined || metadata.namespace === pod.namespace) &&
        Object.keys(spec?.selector ?? {}).length > 0 &&
        (spec?.ports ?? []).some((one) => Number(one.targetPort ?? one.port) === port),
    );
  return there.length === 1 ? there[0] : undefined;
}

/** The kubelet reaches the port: the pod is Ready by a readiness probe there. */
const servesProbe = (snapshot: Snapshot, pod: Pod, port: number): boolean =>
  seenPorts(snapshot, pod).some((seen) => seen.how === 'probe' && seen.port === port);
