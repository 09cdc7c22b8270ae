import type { Evidence } from '../../parsers/records.ts';
import type { Pod, Service } from '../../snapshot/kinds/index.ts';
import { outcomeText, probesOf } from '../../snapshot/network/reachability.ts';
import {
  declares,
  endpointsLackPort,
  isMeshProxy,
  seenPorts,
  portsBehind,
  portText,
  servingPods,
  type SeenPort,
} from '../../snapshot/network/ports.ts';
import { isRow } from '../../snapshot/rows.ts';
import { serviceGraph, workloadsSelectedBy } from '../../snapshot/network/service-graph.ts';
import { isRefusal, upstreamErrors } from '../../snapshot/network/upstream-errors.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number];

const SAYS: Readonly<Record<SeenPort['how'], string>> = {
  log: 'say in their log that they listen on',
  probe: 'answer their readiness probe on',
  env: 'are told by their environment to listen on',
};

const isRunning = ({ status }: Pod): boolean => status?.phase === 'Running';

/** How many containers of the application the pod has; a row says how many there are, and no more. */
const containersIn = ({ spec, status }: Pod): number =>
  spec?.containers?.filter((one) => !isMeshProxy(one.name)).length ?? status?.containerStatuses?.length ?? 0;

/** The target port is served by nobody: the pods declare, and are seen to use, another one. */
function wrongTarget(
  service: Service,
  port: ServicePort,
  i: number,
  pods: readonly Pod[],
  snapshot: Snapshot,
): FindingDraft | undefined {
  // Tables of `kubectl get services` show no target port; elsewhere an absent one is the port itself.
  if (port.targetPort === undefined && isRow(snapshot, service)) return undefined;
  const target = Number(port.targetPort ?? port.port);
  if (!Number.isInteger(target)) return undefined;
  const declared = portsBehind(snapshot, service).filter((p) => !isMeshProxy(p.container));
  if (declared.some((p) => p.port === target)) return undefined;
  const seen = pods.flatMap((pod) => seenPorts(snapshot, pod));
  if (seen.some((s) => s.port === target)) return undefined;
  const probes = probesOf(snapshot, service, port.port);
  if (probes.ok.length > 0) return undefined;
  const [failed] = probes.failed;
  // A proxy that met the closed port of one of the pods is as good as a probe.
  const refused = upstreamErrors(snapshot).find(
    ({ upstream, why }) => isRefusal(why) && pods.some((pod) => upstream === `${pod.status?.podIP ?? ''}:${target}`),
  );
  const application = seen.filter((s) => !isMeshProxy(s.container));
  const listens = application.find((s) => s.how !== 'env') ?? application[0];
  const single = (service.spec?.ports ?? []).length === 1;
  // A declaration is information, not a lock: alone it proves nothing. Somebody must have met the closed port, or
  // the pods must be known to serve the one port of this one-port Service elsewhere.
  // What one container serves says nothing of another that declares nothing.
  const alone = pods.every((pod) => containersIn(pod) === 1);
  const elsewhere = single && alone && listens !== undefined;
  if (failed === undefined && refused === undefined && !elsewhere) return undefined;
  if (declared.length === 0 && listens === undefined) return undefined;
  const [pod] = pods;
  if (pod === undefined) return undefined;
  const numbers = [...new Set(declared.map((p) => `${p.port}/${p.protocol}`))].join(', ');
  const serves = [
    ...(declared.length === 0 ? [] : [`declare containerPort ${numbers}`]),
    ...(listens === undefined ? [] : [`${SAYS[listens.how]} ${listens.port}`]),
  ].join(' and ');
  const right = listens?.port ?? declared[0]?.port;
  const evidence: [Evidence, ...Evidence[]] = [
    snapshot.quote(service, `/spec/ports/${i}/targetPort`),
    ...(declared[0] === undefined ? [] : [snapshot.quote(declared[0].pod, declared[0].pointer)]),
    ...(listens === undefined ? [] : [listens.evidence]),
    ...(failed === undefined ? [] : [failed.source]),
    ...(refused === undefined ? [] : [snapshot.evidenceOf(refused.hit)[0]]),
  ];
  return {
    subject: snapshot.subject(service),
    variant: 'target-port',
    confidence: failed !== undefined || refused !== undefined || listens?.how === 'log' ? 'high' : 'medium',
    message: `Service ${service.metadata.name} forwards port ${portText(port)} to targetPort ${target}, but its pods ${serves}: connections are refused${failed === undefined ? '' : ` (a ${failed.tool} probe to ${failed.target}${failed.port === undefined ? '' : `:${failed.port}`} ${outcomeText(failed)})`}${refused === undefined ? '' : ` (${refused.workload.name} met that at ${refused.upstream})`}`,
    evidence,
    fix: [
      `Set targetPort ${right ?? ''} for port ${port.port ?? ''} of the Service: kubectl edit service {name} -n {namespace}`,
    ],
  };
}

/** The target port is a name, and the pods name their ports otherwise. */
function wrongName(service: Service, port: ServicePort, i: number, snapshot: Snapshot): FindingDraft | undefined {
  const wanted = port.targetPort;
  if (typeof wanted !== 'string' || /^\d+$/.test(wanted)) return undefined;
  const declared = portsBehind(snapshot, service);
  if (declared.some((p) => p.name === wanted)) return undefined;
  const named = declared.filter((p) => p.name !== undefined);
  // Old kubectl describe prints no names; then endpoints without a port show that the name was not found.
  const lacking = (service.spec?.ports ?? []).length === 1 ? endpointsLackPort(snapshot, service) : undefined;
  const portless = lacking === true;
  const [first] = named.length > 0 ? named : portless ? declared : [];
  if (first === undefined) return undefined;
  if (lacking === false) return undefined;
  if (probesOf(snapshot, service, port.port).ok.length > 0) return undefined;
  const [failed] = probesOf(snapshot, service, port.port).failed;
  const names = [
    ...new Set(
      (named.length > 0 ? named : declared).map(
        (p) => `${p.name === undefined ? '' : `"${p.name}" `}(${p.port}/${p.protocol})`,
      ),
    ),
  ].join(', ');
  return {
    subject: snapshot.subject(service),
    variant: 'named-port',
    confidence: 'high',
    message: `Service ${service.metadata.name} forwards port ${portText(port)} to targetPort "${wanted}", but no port of its pods has that name; they have ${names}: the endpoints have no port and connections are refused`,
    evidence: [
      snapshot.quote(service, `/spec/ports/${i}/targetPort`),
      snapshot.quote(first.pod, first.pointer),
      ...(failed === undefined ? [] : [failed.source]),
    ],
    fix: [
      `Set targetPort ${named.length === 1 ? (first.name ?? '') : `to one of ${names}`} for port ${port.port ?? ''} of the Service, or name the container port "${wanted}": kubectl edit service {name} -n {namespace}`,
    ],
  };
}

/** All callers use a port that the Service lacks, and the pods serve it: the Service is the odd one out. */
function wrongPort(service: Service, pods: readonly Pod[], snapshot: Snapshot): FindingDraft | undefined {
  const ports = service.spec?.ports ?? [];
  if (ports.length === 0 || service.spec?.clusterIP === 'None' || service.spec?.type === 'ExternalName')
    return undefined;
  const calls = serviceGraph(snapshot)
    .callsTo(service)
    .filter((call) => call.address.port !== undefined);
  const used = new Set(calls.map((call) => call.address.port));
  const [call] = calls;
  const [asked] = used;
  if (call === undefined || asked === undefined || used.size !== 1 || ports.some((port) => port.port === asked))
    return undefined;
  const callers = [...new Set(calls.map((c) => c.address.workload.name))].sort();
  const served = pods.some(
    (pod) => declares(snapshot, pod, (at) => at === asked) || seenPorts(snapshot, pod).some((s) => s.port === asked),
  );
  if (callers.length < 2 && !served) return undefined;
  // It works as it is, and one caller goes past it: that address is wrong (env-service-address-wrong).
  if (callers.length < 2 && probesOf(snapshot, service).ok.length > 0) return undefined;
  const has = ports.map((port) => portText(port)).join(', ');
  return {
    subject: snapshot.subject(service),
    variant: 'port',
    message: `Service ${service.metadata.name} has port ${has}, but ${callers.length === 1 ? 'its caller' : 'its callers'} ${callers.slice(0, 3).join(', ')} ${callers.length === 1 ? 'uses' : 'use'} ${call.address.host}:${asked} (${call.address.key})${served ? `, and the pods serve ${asked}` : ''}`,
    evidence: [
      snapshot.quote(service, '/spec/ports'),
      snapshot.quote(call.address.holder, call.address.pointer),
      ...probesOf(snapshot, service)
        .failed.slice(0, 1)
        .map((probe) => probe.source),
    ],
    fix: [`Set port ${asked} on the Service, as its callers expect: kubectl edit service {name} -n {namespace}`],
  };
}

/**
 * Only manifests are there: the workload whose template the Service selects. A name that no port has is wrong by itself,
 * a number only when somebody met the closed port.
 */
function fromTemplate(service: Service, snapshot: Snapshot): FindingDraft | undefined {
  const { name } = service.metadata;
  for (const owner of workloadsSelectedBy(snapshot, service)) {
    const containers = (owner.spec?.template?.spec?.containers ?? []).filter((c) => !isMeshProxy(c.name));
    if (snapshot.sourcesOf(owner).every((source) => source.detail !== 'full')) continue;
    const declared = containers.flatMap((c) => c.ports ?? []);
    if (declared.length === 0) continue;
    for (const [i, port] of (service.spec?.ports ?? []).entries()) {
      const target = port.targetPort ?? port.port;
      const byName = typeof target === 'string' && !/^\d+$/.test(target);
      if (target === undefined || (port.targetPort === undefined && isRow(snapshot, service))) continue;
      if (declared.some((p) => (byName ? p.name === target : p.containerPort === Number(target)))) continue;
      const [failed] = probesOf(snapshot, service, port.port).failed;
      if (!byName && failed === undefined) continue;
      const has = declared
        .map((p) => `${p.name === undefined ? '' : `"${p.name}" `}${p.containerPort ?? '?'}`)
        .join(', ');
      const at = containers.findIndex((c) => (c.ports ?? []).length > 0);
      return {
        subject: snapshot.subject(service),
        variant: byName ? 'named-port' : 'target-port',
        confidence: byName ? 'high' : 'medium',
        message: `Service ${name} forwards port ${portText(port)} to targetPort ${byName ? `"${target}"` : target}, but the pods of ${owner.kind} ${owner.metadata.name} have the container ${declared.length === 1 ? 'port' : 'ports'} ${has}${failed === undefined ? '' : ` (a ${failed.tool} probe to ${failed.target} ${outcomeText(failed)})`}`,
        evidence: [
          snapshot.quote(service, `/spec/ports/${i}/targetPort`),
          snapshot.quote(owner, `/spec/template/spec/containers/${Math.max(0, at)}/ports`),
          ...(failed === undefined ? [] : [failed.source]),
        ],
      };
    }
  }
  return undefined;
}

export default defineCheck({
  id: 'svc-target-port-mismatch',
  layer: 3,
  title: 'Services forward to ports that their pods serve',
  failureTitle: 'The Service forwards to a port that the pods do not serve',
  why: 'Endpoints are made from pod addresses and the targetPort, whether anything listens there or not. A wrong port gives ready pods, full endpoints, and "connection refused".',
  fix: ["Set the Service's targetPort to the port on which the container listens."],
  next: ['kubectl describe service {name} -n {namespace}', 'kubectl exec -n {namespace} deploy/{name} -- ss -ltn'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['services'],
  needsAny: ['pods', 'deployments', 'statefulSets', 'daemonSets'],
  wants: ['probes', 'containerLogs'],
  *run({ services }, { snapshot }) {
    for (const service of services) {
      if (service.spec?.type === 'ExternalName') continue;
      const pods = servingPods(snapshot, service);
      const odd = wrongPort(service, pods, snapshot);
      if (odd !== undefined) yield odd;
      const planned = pods.length === 0 ? fromTemplate(service, snapshot) : undefined;
      if (planned !== undefined) {
        yield planned;
        continue;
      }
      // Of pods that are rows, their logs may tell at which port they listen.
      const behind = pods.length === 0 ? snapshot.podsSelectedBy(service).filter(isRunning) : pods;
      for (const [i, port] of (service.spec?.ports ?? []).entries()) {
        if ((port.protocol ?? 'TCP') !== 'TCP') continue;
        const found = wrongName(service, port, i, snapshot) ?? wrongTarget(service, port, i, behind, snapshot);
        if (found !== undefined) yield found;
      }
    }
  },
});
