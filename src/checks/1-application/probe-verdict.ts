/** Judges whether a failing probe knocks at the wrong door. Shared by the checks on probes. */
import { listeningPorts } from '../../snapshot/network/listening-ports.ts';
import { containersOf, type ContainerView } from '../../snapshot/pods/containers.ts';
import {
  PROBE_KINDS,
  probeFailures,
  probeKills,
  probeOf,
  stillFailing,
  targetOf,
  timingOf,
  type ProbeFailure,
  type ProbeKill,
  type ProbeKind,
} from '../../snapshot/pods/probes.ts';
import type { Evidence } from '../../parsers/records.ts';
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import type { PodSeen } from '../../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Confidence } from '../check.ts';
import { oncePer } from '../../lib/once-per.ts';

/** One probe of one container with all that went wrong with it. */
export interface ProbeTrouble {
  readonly seen: PodSeen;
  readonly kind: ProbeKind;
  readonly container: ContainerView | undefined;
  readonly containerName: string;
  readonly failures: readonly ProbeFailure[];
  readonly kills: readonly ProbeKill[];
  /** The failure that says most: the last of the most telling class. */
  readonly telling: ProbeFailure | undefined;
  /** How often it failed, by the events' counts. */
  readonly count: number;
  /** It still hurts: the container is not ready, or it was killed for it. */
  readonly current: boolean;
}

const TELLING = ['protocol', 'status', 'refused', 'not-serving', 'no-route', 'connect', 'timeout', 'exec'];

/** A pod of which only events tell is seen anew by each look at them. */
const samePod = ({ ref: a }: PodSeen, { ref: b }: PodSeen): boolean => a.name === b.name && a.namespace === b.namespace;

/** Probe failures and kills grouped by container and kind of probe. */
export const probeTroubles = oncePer((snapshot: Snapshot): readonly ProbeTrouble[] => {
  const groups = new Map<string, { failures: ProbeFailure[]; kills: ProbeKill[] }>();
  const groupOf = (one: ProbeFailure | ProbeKill) => {
    const at = [one.seen.ref.namespace, one.seen.ref.name, one.containerName, one.kind].join('\u0000');
    const known = groups.get(at) ?? { failures: [], kills: [] };
    groups.set(at, known);
    return known;
  };
  const kills = probeKills(snapshot);
  for (const kill of kills) groupOf(kill).kills.push(kill);
  for (const failure of probeFailures(snapshot)) {
    // The event of the kill names the container, that of the failure need not.
    const mine =
      failure.containerName === '' || failure.containerName === UNNAMED
        ? kills.filter((k) => samePod(k.seen, failure.seen) && k.kind === failure.kind)
        : [];
    const names = new Set(mine.map(({ containerName }) => containerName));
    groupOf(names.size === 1 ? (mine[0] ?? failure) : failure).failures.push(failure);
  }
  return [...groups.values()].flatMap(({ failures, kills }) => {
    const one = kills[0] ?? failures[0];
    if (one === undefined) return [];
    const telling = failures.toSorted(
      (a, b) => TELLING.indexOf(a.class) - TELLING.indexOf(b.class) || b.count - a.count,
    )[0];
    const gone = one.seen.gone;
    return [
      {
        seen: one.seen,
        kind: one.kind,
        container: one.container,
        containerName: one.containerName,
        failures,
        kills,
        telling,
        count: failures.reduce((sum, failure) => sum + failure.count, 0),
        current: !gone && (failures.some(stillFailing) || kills.length > 0),
      },
    ];
  });
});

export interface WrongTarget {
  readonly what: 'port' | 'protocol' | 'path';
  readonly message: string;
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
}

const sentence = (kind: ProbeKind): string => `${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)} probe`;

/** The container ended by itself (not by a probe): its closed ports say nothing about the probe. */
function crashesAlone(container: ContainerView): boolean {
  const ended = container.status?.state?.terminated ?? container.status?.lastState?.terminated;
  const code = ended?.exitCode;
  const running = container.status?.state?.running !== undefined;
  return !running && code !== undefined && code !== 137 && code !== 143;
}

const listeningOf = (snapshot: Snapshot, { pod, name }: ContainerView) =>
  listeningPorts(snapshot, { namespace: pod.metadata.namespace, name: pod.metadata.name }, name);
const listensOn = (snapshot: Snapshot, container: ContainerView): readonly number[] =>
  listeningOf(snapshot, container).map((one) => one.port);

/** HTTP/1 by the name or appProtocol of a port (the convention of Service meshes); http2 and grpc are not. */
const PLAIN_HTTP = /^https?(?:-|$)/;

/** The Service that says by its port's name that plain HTTP is spoken at this port of the pod. */
function saidToBeHttp(snapshot: Snapshot, container: ContainerView, port: number): string | undefined {
  return snapshot
    .servicesSelecting(container.pod)
    .find((service) =>
      (service.spec?.ports ?? []).some(
        (one) => (one.targetPort ?? one.port) === port && PLAIN_HTTP.test(one.appProtocol ?? one.name ?? ''),
      ),
    )?.metadata.name;
}

/** Why the probe cannot succeed as it is set, or undefined when its target looks right. */
export function wrongTarget(snapshot: Snapshot, trouble: ProbeTrouble): WrongTarget | undefined {
  const { container, kind, telling } = trouble;
  if (telling === undefined) return undefined;
  const name = trouble.containerName === '' ? '' : ` of container ${trouble.containerName}`;
  const probe = container === undefined ? undefined : probeOf(container, kind);
  const target = container === undefined || probe === undefined ? undefined : targetOf(container, probe);
  const port = target?.port ?? telling.port;
  const quoteProbe =
    container === undefined || probe === undefined
      ? []
      : [snapshot.quote(container.pod, `${container.specAt}/${kind}Probe`)];
  const others = PROBE_KINDS.flatMap((other) => {
    const otherProbe = container === undefined || other === kind ? undefined : probeOf(container, other);
    if (container === undefined || otherProbe === undefined) return [];
    const failing = probeFailures(snapshot).some(
      (failure) => failure.kind === other && failure.seen === trouble.seen && stillFailing(failure),
    );
    return [{ kind: other, target: targetOf(container, otherProbe), failing }];
  });

  if (telling.class === 'protocol') {
    const asks =
      target === undefined ? 'its protocol' : target.protocol === 'grpc' ? 'gRPC' : target.protocol.toUpperCase();
    const sibling = others.find((o) => o.target.port === port && o.target.protocol !== target?.protocol);
    const sure = !/\bEOF\b|connection reset/.test(telling.detail);
    if (!sure && telling.count < 3) return undefined;
    return {
      what: 'protocol',
      confidence: sure ? 'high' : 'medium',
      message: `${sentence(kind)}${name} asks ${asks} on port ${port ?? '?'}, but what listens there speaks another protocol${
        sibling === undefined ? '' : ` (the ${sibling.kind} probe uses ${sibling.target.protocol} there)`
      }: ${telling.detail.slice(0, 200)}`,
      evidence: quoteProbe,
    };
  }
  // "failed to connect service" from a gRPC probe: the port is closed, or whoever listens never says hello in HTTP/2.
  const answered =
    telling.class === 'connect' && target?.protocol === 'grpc' && telling.count >= timingOf(probe ?? {}).threshold
      ? others.find((o) => o.target.port === port && ['http', 'https', 'tcp'].includes(o.target.protocol) && !o.failing)
      : undefined;
  if (
    answered !== undefined &&
    container !== undefined &&
    (answered.kind !== 'readiness' || container.status?.ready === true)
  )
    return {
      what: 'protocol',
      confidence: answered.target.protocol === 'tcp' ? 'medium' : 'high',
      message: `${sentence(kind)}${name} asks gRPC on port ${port ?? '?'}, where the ${answered.kind} probe gets its answer by ${answered.target.protocol}: the port is open, but speaks no gRPC: ${telling.detail.slice(0, 200)}`,
      evidence: quoteProbe,
    };
  if (
    answered === undefined &&
    container !== undefined &&
    typeof port === 'number' &&
    telling.class === 'connect' &&
    target?.protocol === 'grpc' &&
    telling.count >= timingOf(probe ?? {}).threshold &&
    listensOn(snapshot, container).includes(port)
  ) {
    const service = saidToBeHttp(snapshot, container, port);
    if (service !== undefined)
      return {
        what: 'protocol',
        confidence: 'medium',
        message: `${sentence(kind)}${name} asks gRPC on port ${port}; the program listens there, but Service ${service} calls that port HTTP: ${telling.detail.slice(0, 200)}`,
        evidence: quoteProbe,
      };
  }
  if (telling.class === 'status' && [401, 403, 404, 405].includes(telling.statusCode ?? 0)) {
    if (telling.count < 3 && trouble.kills.length === 0) return undefined;
    return {
      what: 'path',
      confidence: 'medium',
      message: `${sentence(kind)}${name} asks for ${target?.path ?? 'a path'}${port === undefined ? '' : ` on port ${port}`} and gets HTTP ${telling.statusCode ?? ''} each time: ${
        telling.statusCode === 404 || telling.statusCode === 405
          ? 'the server has no such health path'
          : 'the path demands a login'
      }`,
      evidence: quoteProbe,
    };
  }
  if (container === undefined || target === undefined || target.protocol === 'exec') return undefined;
  if (!['refused', 'connect', 'timeout', 'exec'].includes(telling.class)) return undefined;
  // Istio sends the probes of the application through its agent; the paths say so.
  if (target.path?.startsWith('/app-health/') === true) return undefined;
  const declared = container.spec?.ports?.flatMap((p) => p.containerPort ?? []) ?? [];
  const full = snapshot.sourcesOf(container.pod).some((source) => source.detail === 'full');
  if (typeof target.port === 'string') {
    // kubectl describe of old versions does not print port names: only then could the name be known elsewhere.
    if (!full && !(container.spec?.ports ?? []).some((p) => p.name !== undefined)) return undefined;
    return {
      what: 'port',
      confidence: 'high',
      message: `${sentence(kind)}${name} names port "${target.port}", but no port of the container has that name`,
      evidence: quoteProbe,
    };
  }
  if (telling.class === 'exec' || target.port === undefined || crashesAlone(container)) return undefined;
  const elsewhere = containersOf(container.pod).some(
    (c) => c.name !== container.name && (c.spec?.ports ?? []).some((p) => p.containerPort === target.port),
  );
  if (elsewhere) return undefined;
  const listening = listeningOf(snapshot, container);
  const listens = [...new Set(listening.map((one) => one.port))];
  if (listens.includes(target.port)) return undefined;
  const working = others.find((o) => !o.failing && typeof o.target.port === 'number' && o.target.port !== target.port);
  const undeclared = !declared.includes(target.port);
  if (undeclared && (declared.length > 0 || listens.length > 0 || working !== undefined)) {
    const hints = [
      ...(declared.length > 0 ? [`the container declares port ${declared.join(', ')}`] : []),
      ...(listens.length > 0 ? [`its log says that it listens on ${listens.join(', ')}`] : []),
      ...(working === undefined ? [] : [`the ${working.kind} probe works on ${working.target.port}`]),
    ];
    return {
      what: 'port',
      confidence: listens.length > 0 || working !== undefined || telling.class === 'refused' ? 'high' : 'medium',
      message: `${sentence(kind)}${name} knocks at port ${target.port}, where nothing listens: ${hints.join('; ')}`,
      evidence: [...quoteProbe, ...listening.slice(0, 1).map((one) => one.evidence)],
    };
  }
  if (telling.class === 'refused' && listens.length > 0 && trouble.count >= timingOf(probe ?? {}).threshold)
    return {
      what: 'port',
      confidence: 'medium',
      message: `${sentence(kind)}${name} is refused at port ${target.port}; the log says that the program listens on ${listens.join(', ')}`,
      evidence: [...quoteProbe, ...listening.slice(0, 1).map((one) => one.evidence)],
    };
  return undefined;
}
