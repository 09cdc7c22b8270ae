/** Probes as they are set, and what came of them: the failures that events tell, sorted by their wording. */
import { eventCount, eventMessage } from '../events.ts';
import { onlyOne } from '../../lib/only-one.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Probe } from '../kinds/core.ts';
import type { KubeEvent } from '../kinds/index.ts';
import { containersOf, type ContainerView } from './containers.ts';
import { containerOfEvent, podsWithEvent, type PodSeen } from './pods-seen.ts';
import type { Snapshot } from '../snapshot.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';
export const PROBE_KINDS: readonly ProbeKind[] = ['liveness', 'readiness', 'startup'];

/**
 * How the probe failed: refused: nothing listens; connect: a gRPC probe got no connection in time (closed port, other
 * protocol, or slow); protocol: the answer is not what was asked for; status: an HTTP error; timeout: no answer in
 * time; no-route: the pod is not reachable; not-serving: the program itself says so; exec: a command failed.
 */
export type ProbeFailureClass =
  'refused' | 'connect' | 'protocol' | 'status' | 'timeout' | 'no-route' | 'not-serving' | 'exec';

export interface ProbeFailure {
  readonly seen: PodSeen;
  readonly kind: ProbeKind;
  /** Undefined when only events know the pod, or several containers could be meant. */
  readonly container: ContainerView | undefined;
  readonly containerName: string;
  readonly class: ProbeFailureClass;
  readonly statusCode: number | undefined;
  /** The port in the message. */
  readonly port: number | undefined;
  /** What the kubelet said after "probe failed: ". */
  readonly detail: string;
  readonly event: KubeEvent;
  readonly count: number;
}

/** `Container server failed liveness probe, will be restarted`. */
export interface ProbeKill {
  readonly seen: PodSeen;
  readonly kind: ProbeKind;
  readonly container: ContainerView | undefined;
  readonly containerName: string;
  readonly event: KubeEvent;
  readonly count: number;
}

// Since 1.x: "Liveness probe failed: …"; "errored" when the probe itself could not run.
const FAILED = /^(Liveness|Readiness|Startup) probe (?:failed|errored|warning): ?(.{0,2000})$/s;
// Since 1.15; before: "Killing container with id docker://web:Container failed liveness probe.. Container will be killed and recreated."
const KILLED =
  /Container (\S{1,253}?) failed (liveness|startup) probe, will be restarted|Container failed (liveness) probe|[Cc]ontainer "([^"]{1,253})" is unhealthy, it will be killed/;
const ADDRESS_PORT = /(?:\/\/|"|dial tcp |addr: ")(?:\[[0-9a-f:.]{2,45}\]|[\w.-]{1,253}):(\d{1,5})/i;

/** The class of a probe failure by the kubelet's wording. */
export function classifyProbe(detail: string): { class: ProbeFailureClass; statusCode?: number } {
  const status = /statuscode: (\d{3})/.exec(detail);
  if (status !== null) {
    // Go's TLS servers answer plain HTTP with this sentence and a 400.
    return /HTTP request to an HTTPS server/.test(detail)
      ? { class: 'protocol', statusCode: Number(status[1]) }
      : { class: 'status', statusCode: Number(status[1]) };
  }
  if (
    /malformed HTTP (?:response|status code|version)|server gave HTTP response to HTTPS client|first record does not look like a TLS handshake|HTTP request to an HTTPS server|http2: frame too large|error reading server preface|unexpected HTTP status code received from server|code = Unimplemented|does not implement the grpc health protocol|wrong version number|remote error: tls/.test(
      detail,
    )
  )
    return { class: 'protocol' };
  if (/NOT_SERVING/.test(detail)) return { class: 'not-serving' };
  if (/no route to host|network is unreachable/.test(detail)) return { class: 'no-route' };
  if (/connection refused/.test(detail)) return { class: 'refused' };
  if (/failed to connect service/.test(detail)) return { class: 'connect' };
  if (/context deadline exceeded|Client\.Timeout|timed out|i\/o timeout|did not complete within/.test(detail))
    return { class: 'timeout' };
  if (/\bEOF\b|connection reset by peer/.test(detail)) return { class: 'protocol' };
  return { class: 'exec' };
}

export function probeOf(container: ContainerView, kind: ProbeKind): Probe | undefined {
  return container.spec?.[`${kind}Probe`];
}

export interface ProbeTarget {
  readonly protocol: 'http' | 'https' | 'tcp' | 'grpc' | 'exec';
  /** A number, or the name when no container port has it. */
  readonly port: number | string | undefined;
  readonly path: string | undefined;
}

/** Where a probe knocks. A named port is looked up among the container's ports. */
export function targetOf(container: ContainerView, probe: Probe): ProbeTarget {
  const number = (port: number | string | undefined): number | string | undefined => {
    if (typeof port !== 'string') return port;
    if (/^\d{1,5}$/.test(port)) return Number(port);
    return container.spec?.ports?.find((p) => p.name === port)?.containerPort ?? port;
  };
  if (probe.httpGet !== undefined)
    return {
      protocol: probe.httpGet.scheme?.toUpperCase() === 'HTTPS' ? 'https' : 'http',
      port: number(probe.httpGet.port),
      path: probe.httpGet.path ?? '/',
    };
  if (probe.grpc !== undefined) return { protocol: 'grpc', port: probe.grpc.port, path: undefined };
  if (probe.tcpSocket !== undefined) return { protocol: 'tcp', port: number(probe.tcpSocket.port), path: undefined };
  return { protocol: 'exec', port: undefined, path: undefined };
}

/** Timing with the API's defaults, in seconds. */
export function timingOf(probe: Probe): {
  delay: number;
  period: number;
  timeout: number;
  threshold: number;
  /** From the start of the container to the failure that counts. */
  budget: number;
} {
  const delay = probe.initialDelaySeconds ?? 0;
  const period = probe.periodSeconds ?? 10;
  const timeout = probe.timeoutSeconds ?? 1;
  const threshold = probe.failureThreshold ?? 3;
  return { delay, period, timeout, threshold, budget: delay + period * threshold };
}

/** `command "sh -c /health.sh" timed out`, also with the quotes of a journal. */
const COMMAND = /\bcommand \\?["'](.{1,400}?)\\?["'] timed out/;

/**
 * The container a probe event means: by name, else the one whose probe of that kind knocks at the port or runs the
 * command, else the only one with such a probe.
 */
function containerFor(
  seen: PodSeen,
  kind: ProbeKind,
  name: string,
  port: number | undefined,
  command?: string,
): ContainerView | undefined {
  if (seen.pod === undefined) return undefined;
  const all = containersOf(seen.pod).filter((c) => c.role !== 'ephemeral');
  if (name !== '') return all.find((c) => c.name === name);
  const probed = all.filter((c) => probeOf(c, kind) !== undefined);
  const atPort = probed.filter((c) => {
    const probe = probeOf(c, kind);
    if (probe === undefined) return false;
    if (port !== undefined) return targetOf(c, probe).port === port;
    return command !== undefined && probe.exec?.command?.join(' ') === command;
  });
  if (atPort.length === 1) return atPort[0];
  return onlyOne(probed) ?? onlyOne(all);
}

/** The progress that a command with curl prints before it says what went wrong. */
const CURL_METER = /% Total {1,9}% Received.{1,900}?(?=curl: \(\d)/s;

/** All probe failures that events tell, oldest first for each pod. */
export const probeFailures = oncePer((snapshot: Snapshot): readonly ProbeFailure[] => {
  const out: ProbeFailure[] = [];
  for (const seen of podsWithEvent(snapshot, ['Unhealthy', 'ProbeWarning'])) {
    for (const event of seen.events) {
      if (event.reason !== 'Unhealthy' && event.reason !== 'ProbeWarning') continue;
      const match = FAILED.exec(eventMessage(event));
      if (match === null) continue;
      const kind = (match[1] ?? '').toLowerCase() as ProbeKind;
      const detail = (match[2] ?? '').replace(CURL_METER, '').trim();
      const portText = ADDRESS_PORT.exec(detail)?.[1];
      const port = portText === undefined ? undefined : Number(portText);
      const container = containerFor(seen, kind, containerOfEvent(event), port, COMMAND.exec(detail)?.[1]);
      const { class: failureClass, statusCode } = classifyProbe(detail);
      out.push({
        seen,
        kind,
        container,
        containerName: container?.name ?? containerOfEvent(event),
        class: failureClass,
        statusCode,
        port,
        detail,
        event,
        count: eventCount(event),
      });
    }
  }
  return out;
});

/** All restarts for which the kubelet blamed a probe. */
export const probeKills = oncePer((snapshot: Snapshot): readonly ProbeKill[] => {
  const out: ProbeKill[] = [];
  for (const seen of podsWithEvent(snapshot, ['Killing', 'Unhealthy'])) {
    for (const event of seen.events) {
      if (event.reason !== 'Killing' && event.reason !== 'Unhealthy') continue;
      const match = KILLED.exec(eventMessage(event));
      if (match === null) continue;
      const kind = (match[2] ?? match[3] ?? 'liveness') as ProbeKind;
      const name = match[1] ?? match[4] ?? containerOfEvent(event);
      const container = containerFor(seen, kind, name, undefined);
      out.push({
        seen,
        kind,
        container,
        containerName: container?.name ?? name,
        event,
        count: eventCount(event),
      });
    }
  }
  return out;
});

/** The kubelet stops the pod (its end was asked for): its probes fail while it shuts down. */
export const isStopping = (seen: PodSeen): boolean =>
  seen.pod === undefined &&
  seen.events.some((event) => event.reason === 'Killing' && eventMessage(event).startsWith('Stopping container '));

/** Whether the failures still matter: a kill among the pod's last events, or the container is not ready now. */
export function stillFailing(failure: ProbeFailure): boolean {
  if (failure.seen.gone || isStopping(failure.seen)) return false;
  const status = failure.container?.status;
  if (status?.ready === false) return true;
  if (status?.ready === true) return failure.kind !== 'readiness' && (status.restartCount ?? 0) > 0;
  return true;
}
