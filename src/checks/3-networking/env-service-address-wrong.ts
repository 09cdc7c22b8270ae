import { nearest } from '../../lib/near-miss.ts';
import { groupBy } from '../../lib/group-by.ts';
import { impliedPort } from '../../lib/host-port.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence, LogHit } from '../../parsers/records.ts';
import type { Subject } from '../../result.ts';
import {
  clusterName,
  configuredAddresses,
  servicesByNamespace,
  type ConfiguredAddress,
} from '../../snapshot/network/addresses.ts';
import type { Service } from '../../snapshot/kinds/index.ts';
import { logsOfPod, subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { declaredPorts, declares, portText } from '../../snapshot/network/ports.ts';
import { probesOf } from '../../snapshot/network/reachability.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { serviceGraph } from '../../snapshot/network/service-graph.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { refOf, refTo, type Ref } from '../../snapshot/ref.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

const NO_PORT = 'app-address-without-port';
const DNS_HITS = ['app-dns-lookup', 'app-dns-name', 'app-dns-other'];
/** That no such name exists, in the words of Go, Node.js, Java, glibc, musl, .NET and nginx. */
const NO_SUCH_NAME =
  /no such host|ENOTFOUND|UnknownHostException|not known|nodename nor servname|does not resolve|bad address|not found in upstream/;

function subjectOf(address: ConfiguredAddress, snapshot: Snapshot): Subject {
  if (address.pod !== undefined)
    return snapshot.subject(address.pod, address.container === '' ? {} : { container: address.container });
  const { kind, name, namespace } = address.workload;
  return snapshot.named(kind, name, { namespace });
}

/** The last words of the container that name the host: proof that the address is used, and fails. */
function failure(address: ConfiguredAddress, snapshot: Snapshot): Evidence | undefined {
  if (address.pod === undefined) return undefined;
  for (const log of logsOfPod(snapshot, address.pod)) {
    const line = log.tail.findLast(
      (l) =>
        l.text.includes(address.host) &&
        /refused|no such host|timed? ?out|unknown host|not resolve|resolve|unreachable|failed/i.test(l.text),
    );
    if (line !== undefined) return snapshot.evidenceOf({ origin: log.origin, line })[0];
  }
  return undefined;
}

/** Log lines by the host that could not be resolved; callers hand on the error of whom they call. */
const unresolved = oncePer((snapshot: Snapshot): ReadonlyMap<string, readonly LogHit[]> =>
  groupBy(
    DNS_HITS.flatMap((id) => snapshot.hits(id)).filter(
      (hit) => NO_SUCH_NAME.test(hit.last.text) && (hit.groups['name'] ?? hit.groups['subject']) !== undefined,
    ),
    (hit) => (hit.groups['name'] ?? hit.groups['subject'] ?? '').replace(/[.:]$/, '').toLowerCase(),
  ),
);
/** Lines that complain of the bare host. */
const portless = (snapshot: Snapshot, host: string): readonly LogHit[] =>
  snapshot.hits(NO_PORT).filter((hit) => hit.groups['name'] === host);

const unresolvedHits = (snapshot: Snapshot, host: string): readonly LogHit[] =>
  unresolved(snapshot).get(host.toLowerCase()) ?? [];

function speakers(snapshot: Snapshot, hit: LogHit): readonly Ref[] {
  const { kind, namespace, name } = subjectOfLogHit(snapshot, hit);
  return kind === 'Pod' ? [refTo(kind, namespace, name)] : [];
}

interface Slip {
  readonly variant: 'host' | 'port' | 'namespace';
  readonly says: string;
  readonly should: string;
  readonly service: Service;
}

/** The Service is there and has no such port, while it serves another. */
function wrongPort(address: ConfiguredAddress, service: Service, snapshot: Snapshot): Slip | undefined {
  const port = impliedPort(address);
  const ports = service.spec?.ports ?? [];
  if (port === undefined && ports.length > 0 && portless(snapshot, address.host).length > 0)
    return {
      variant: 'port',
      says: `it names no port, and the program demands one; Service ${service.metadata.name} has ${ports.map((p) => portText(p)).join(', ')}`,
      should: `${address.host}:${ports[0]?.port ?? ''}`,
      service,
    };
  if (port === undefined || ports.length === 0 || ports.some((p) => p.port === port)) return undefined;
  if (service.spec?.type === 'ExternalName') return undefined;
  const pods = snapshot.podsSelectedBy(service);
  // A headless Service does not translate ports: callers reach whatever the pods open.
  if (service.spec?.clusterIP === 'None') {
    const open = pods.flatMap((pod) => declaredPorts(snapshot, pod).map((p) => p.port));
    if (open.length === 0 || open.includes(port) || ports.some((p) => p.targetPort === port)) return undefined;
  }
  const calls = serviceGraph(snapshot)
    .callsTo(service)
    .filter((call) => impliedPort(call.address) !== undefined);
  const agree = calls.some((call) => ports.some((p) => p.port === impliedPort(call.address)));
  const others = new Set(
    calls.filter((call) => impliedPort(call.address) === port).map((call) => call.address.workload.name),
  );
  const served = pods.some((pod) => declares(snapshot, pod, (at) => at === port));
  // Nobody uses the Service's port and its pods serve the other: the Service is wrong (svc-target-port-mismatch:port),
  // unless it was seen to work and only this caller goes past it.
  if (!agree && (others.size > 1 || (served && probesOf(snapshot, service).ok.length === 0))) return undefined;
  return {
    variant: 'port',
    says: `Service ${service.metadata.name} has no port ${port}, only ${ports.map((p) => portText(p)).join(', ')}`,
    should: `${address.host}:${ports[0]?.port ?? ''}`,
    service,
  };
}

/** A name in a namespace that the bundle does not show: the log says that it does not exist, and it exists elsewhere. */
function elsewhereByLog(address: ConfiguredAddress, snapshot: Snapshot): Slip | undefined {
  const [first = '', namespace, third] = address.host.toLowerCase().split('.');
  if (namespace === undefined || (third !== undefined && third !== 'svc')) return undefined;
  if (unresolvedHits(snapshot, address.host).length === 0) return undefined;
  const [other, ...more] = snapshot.servicesNamed(first);
  if (other === undefined || more.length > 0) return undefined;
  return {
    variant: 'namespace',
    says: `${address.host} does not exist; Service ${first} is in namespace ${other.metadata.namespace ?? ''}`,
    should: `${first}.${other.metadata.namespace ?? ''}`,
    service: other,
  };
}

/** No such Service, though one of a like name, or of that name in another namespace, exists. */
function wrongHost(address: ConfiguredAddress, snapshot: Snapshot): Slip | 'unknown' | undefined {
  const name = clusterName(snapshot, address.host, address.namespace);
  if (name === undefined || !snapshot.listed('services', name.namespace)) return elsewhereByLog(address, snapshot);
  const here = servicesByNamespace(snapshot).get(name.namespace) ?? [];
  if (here.length === 0) return undefined;
  const like = nearest(
    name.service,
    here.map((service) => service.metadata.name),
  );
  const near = here.find((service) => service.metadata.name === like);
  if (near !== undefined)
    return {
      variant: 'host',
      says: `namespace ${name.namespace} has no Service ${name.service}; the nearest name is ${near.metadata.name}`,
      should: address.host.replace(name.service, near.metadata.name),
      service: near,
    };
  const elsewhere = snapshot.servicesNamed(name.service);
  const [other] = elsewhere;
  if (elsewhere.length === 1 && other !== undefined)
    return {
      variant: 'namespace',
      says: `Service ${name.service} is in namespace ${other.metadata.namespace ?? ''}, not in ${name.namespace}`,
      should: `${name.service}.${other.metadata.namespace ?? ''}`,
      service: other,
    };
  return 'unknown';
}

export default defineCheck({
  id: 'env-service-address-wrong',
  layer: 3,
  title: 'Configured addresses name Services and ports that exist',
  failureTitle: 'A configured address names a Service or port that does not exist',
  why: 'A container finds its peers by the names and ports in its environment, arguments and configuration. A misspelt name does not resolve; a wrong port is refused or times out.',
  fix: ['Correct the address in the workload: kubectl edit deployment {workload} -n {namespace}'],
  next: ['kubectl get services -n {namespace}', 'kubectl logs -n {namespace} {name} --tail=50'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['services'],
  needsAny: ['pods', 'deployments', 'statefulSets'],
  wants: ['configMaps', 'secrets', 'containerLogs'],
  reads: [NO_PORT, ...DNS_HITS],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    for (const address of configuredAddresses(snapshot)) {
      if (address.from === 'config') continue;
      const at = `${address.workload.kind}/${address.namespace ?? ''}/${address.workload.name}/${address.host}:${address.port ?? ''}`;
      if (told.has(at)) continue;
      const { service, pod } = snapshot.resolve(address.host, address.namespace);
      if (pod !== undefined) continue;
      const slip = service === undefined ? wrongHost(address, snapshot) : wrongPort(address, service, snapshot);
      if (slip === undefined) continue;
      told.add(at);
      const written = `${address.host}${address.port === undefined ? '' : `:${address.port}`}`;
      const [unknownName] = [...unresolvedHits(snapshot, address.host), ...portless(snapshot, address.host)];
      const proof =
        failure(address, snapshot) ?? (unknownName === undefined ? undefined : snapshot.evidenceOf(unknownName)[0]);
      const evidence: readonly [Evidence, ...Evidence[]] = [
        snapshot.quote(address.holder, address.pointer),
        ...(slip === 'unknown'
          ? []
          : [snapshot.quote(slip.service, slip.variant === 'port' ? '/spec/ports' : '/metadata/name')]),
        ...(proof === undefined ? [] : [proof]),
      ];
      const who = `${address.workload.kind} ${address.workload.name}`;
      const base = { subject: subjectOf(address, snapshot), evidence, params: { workload: address.workload.name } };
      if (slip === 'unknown') {
        const draft: FindingDraft = {
          ...base,
          variant: 'unknown-host',
          // Parts that are not installed are often still configured: a fault only where the container suffers.
          severity:
            proof !== undefined && address.pod !== undefined && podReady(address.pod) === false ? 'warning' : 'info',
          confidence: 'low',
          title: 'A configured address names no Service of the namespace',
          message: `${address.key} of ${who} is ${written}, and namespace ${address.namespace ?? ''} has no Service of that name`,
        };
        yield draft;
        continue;
      }
      const ready = address.pod === undefined ? undefined : podReady(address.pod);
      yield {
        ...base,
        variant: slip.variant,
        // A misspelt name that nobody is seen to suffer from may be one that nobody uses.
        ...(proof === undefined && ready === true && slip.variant !== 'port' ? { severity: 'warning' as const } : {}),
        confidence: proof !== undefined || ready === false || slip.variant === 'port' ? 'high' : 'medium',
        message: `${address.key}=${address.value} in ${who} is wrong: ${slip.says}`,
        fix: [
          `Set ${address.key} to ${slip.should} in ${who}: kubectl edit ${address.workload.kind.toLowerCase()} {workload} -n {namespace}`,
        ],
        // Whose log tells of it: the caller of a broken caller gets its error.
        related: [
          refOf(slip.service),
          ...unresolvedHits(snapshot, address.host).flatMap((hit) => speakers(snapshot, hit)),
        ],
      };
    }
  },
});
