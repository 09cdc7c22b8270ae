/** Which ports the pods behind a Service serve: what they declare, what their probes use, what their logs say. */
import type { Evidence } from '../../parsers/records.ts';
import { memo, oncePer } from '../../lib/once-per.ts';
import type { Container } from '../kinds/core.ts';
import type { Pod, Service } from '../kinds/index.ts';
import { templateOf } from '../pods/pod-spec.ts';
import { listeningPorts } from './listening-ports.ts';
import type { Snapshot } from '../snapshot.ts';

type ContainerPort = NonNullable<Container['ports']>[number];

export interface DeclaredPort {
  readonly pod: Pod;
  readonly name: string | undefined;
  readonly port: number;
  readonly protocol: string;
  readonly container: string;
  /** Pointer inside the pod: `/spec/containers/0/ports/0`. */
  readonly pointer: string;
}

/** Names of ports by container and number, from the template: `kubectl describe pod` leaves them out before 1.31. */
const templateNames = oncePer((snapshot: Snapshot) => {
  const byOwner = new WeakMap<object, ReadonlyMap<string, string>>();
  return (pod: Pod): ReadonlyMap<string, string> => {
    const template = templateOf(snapshot, pod);
    if (template === undefined) return new Map();
    let names = byOwner.get(template.owner);
    if (names === undefined) {
      const out = new Map<string, string>();
      for (const container of template.spec.containers ?? [])
        for (const port of container.ports ?? [])
          if (port.name !== undefined) out.set(`${container.name ?? ''}/${port.containerPort ?? ''}`, port.name);
      byOwner.set(template.owner, (names = out));
    }
    return names;
  };
});

const LISTS = ['containers', 'initContainers'] as const;
/** Native sidecars are init containers that keep running; the other init containers serve nothing. */
const serves = (list: (typeof LISTS)[number], container: Container): boolean =>
  list === 'containers' || container.restartPolicy === 'Always';

function nameOf(snapshot: Snapshot, pod: Pod, container: Container, port: ContainerPort): string | undefined {
  const name = port.name ?? templateNames(snapshot)(pod).get(`${container.name ?? ''}/${port.containerPort ?? ''}`);
  return name === '' ? undefined : name;
}

/** Declared container ports; sidecars included. */
export const declaredPorts = (snapshot: Snapshot, pod: Pod): readonly DeclaredPort[] =>
  readPorts(snapshot, pod, () => true);

/** The same for the containers that are accepted. */
function readPorts(snapshot: Snapshot, pod: Pod, accepts: (container: Container) => boolean): readonly DeclaredPort[] {
  let out: DeclaredPort[] | undefined;
  for (const list of LISTS) {
    const containers = pod.spec?.[list] ?? NONE;
    for (let i = 0; i < containers.length; i++) {
      const container = containers[i] as Container;
      if (container.ports === undefined || !serves(list, container) || !accepts(container)) continue;
      for (const [j, port] of container.ports.entries()) {
        if (port.containerPort === undefined) continue;
        (out ??= []).push({
          pod,
          name: nameOf(snapshot, pod, container, port),
          port: port.containerPort,
          protocol: port.protocol ?? 'TCP',
          container: container.name ?? '',
          pointer: `/spec/${list}/${i}/ports/${j}`,
        });
      }
    }
  }
  return out ?? NONE;
}

/** Whether the pod declares a port that is accepted: asked of every pod behind every Service, without a list of them. */
export function declares(
  snapshot: Snapshot,
  pod: Pod,
  accepts: (port: number, name: string | undefined, protocol: string, container: string) => boolean,
): boolean {
  for (const list of LISTS)
    for (const container of pod.spec?.[list] ?? NONE) {
      if (container.ports === undefined || !serves(list, container)) continue;
      for (const port of container.ports) {
        if (port.containerPort === undefined) continue;
        const name = nameOf(snapshot, pod, container, port);
        if (accepts(port.containerPort, name, port.protocol ?? 'TCP', container.name ?? '')) return true;
      }
    }
  return false;
}
const NONE: readonly never[] = [];

/**
 * What the pods behind a Service declare, each port once, of the first pod that has it: pods of one template have the
 * same (and often the same list of them), and several checks ask about the same thousands of pods.
 */
export const portsBehind = (snapshot: Snapshot, service: Service): readonly DeclaredPort[] => behind(snapshot)(service);
const behind = oncePer((snapshot: Snapshot) =>
  memo((service: Service): readonly DeclaredPort[] => {
    const lists = new Map<unknown, string | undefined>();
    const isNew = ({ name, ports }: Container): boolean => {
      if (ports === undefined || (lists.get(ports) === name && lists.has(ports))) return false;
      // Ports without a name take it from the template of their pod.
      if (ports.every((port) => port.name !== undefined)) lists.set(ports, name);
      return true;
    };
    const distinct = new Map<string, DeclaredPort>();
    for (const pod of servingPods(snapshot, service))
      for (const port of readPorts(snapshot, pod, isNew)) {
        const key = [port.container, port.name ?? '', port.port, port.protocol].join('\u0000');
        if (!distinct.has(key)) distinct.set(key, port);
      }
    return [...distinct.values()];
  }),
);

/** True when the names of the pod's ports can be known: from the API object, its template, or because one is there. */
export function knowsPortNames(snapshot: Snapshot, pod: Pod): boolean {
  return (
    snapshot.sourcesOf(pod).some((source) => source.detail === 'full') ||
    declares(snapshot, pod, (_port, name) => name !== undefined)
  );
}

/** A port somebody saw open, and the words that say so. */
export interface SeenPort {
  readonly port: number;
  readonly container: string | undefined;
  readonly evidence: Evidence;
  readonly how: 'log' | 'probe' | 'env';
}

/** Ports at which the pod surely listens: its log says so, or a probe of its kubelet at that port succeeds (the pod is Ready). */
export function seenPorts(snapshot: Snapshot, pod: Pod): readonly SeenPort[] {
  const out: SeenPort[] = listeningPorts(snapshot, pod.metadata).map(({ port, evidence }) => ({
    port,
    container: undefined,
    evidence,
    how: 'log',
  }));
  const ready = pod.status?.conditions?.find((condition) => condition.type === 'Ready')?.status === 'True';
  (pod.spec?.containers ?? []).forEach((container, i) => {
    const probe = container.readinessProbe;
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
    const number =
      typeof port !== 'string' ? port : (container.ports ?? []).find((p) => p.name === port)?.containerPort;
    if (ready && number !== undefined)
      out.push({
        port: number,
        container: container.name,
        evidence: snapshot.quote(pod, `/spec/containers/${i}/readinessProbe`),
        how: 'probe',
      });
    (container.env ?? []).forEach((variable, j) => {
      if (!/^(?:SERVER_|HTTP_|GRPC_|LISTEN_|APP_)?PORT$/.test(variable.name ?? '')) return;
      const value = Number(variable.value);
      if (Number.isInteger(value) && value > 0 && value <= 65_535)
        out.push({
          port: value,
          container: container.name,
          evidence: snapshot.quote(pod, `/spec/containers/${i}/env/${j}`),
          how: 'env',
        });
    });
  });
  return out;
}

/** Proxies that a service mesh puts beside the application: their ports are not the application's. */
export const isMeshProxy = (container: string | undefined): boolean =>
  /^(?:istio-proxy|linkerd-proxy|kuma-sidecar|consul-dataplane|envoy-sidecar|cilium-envoy)$/.test(container ?? '');

/** Pods behind the Service that have a known spec and are not finished. */
export const servingPods = (snapshot: Snapshot, service: Service): readonly Pod[] => serving(snapshot)(service);
const serving = oncePer((snapshot: Snapshot) =>
  memo((service: Service): readonly Pod[] =>
    snapshot
      .podsSelectedBy(service)
      .filter(
        (pod) =>
          (pod.spec?.containers?.length ?? 0) > 0 &&
          pod.status?.phase !== 'Succeeded' &&
          pod.status?.phase !== 'Failed',
      ),
  ),
);

/** `grpc 3550/TCP`, `80/TCP`. */
export function portText(port: {
  name?: string | undefined;
  port?: number | undefined;
  protocol?: string | undefined;
}): string {
  const number = `${port.port ?? '?'}/${port.protocol ?? 'TCP'}`;
  return port.name === undefined || port.name === '' ? number : `${port.name} ${number}`;
}

/**
 * True when the endpoints of a Service have addresses and no port: none of its pods has a port of the name that the
 * Service asks for. Undefined when the bundle does not show its endpoints.
 */
export function endpointsLackPort(snapshot: Snapshot, service: Service): boolean | undefined {
  const backends = snapshot.backendsOf(service);
  if (!backends.known || backends.addresses.length === 0) return undefined;
  return !backends.ports.some((port) => port.port !== undefined && port.port > 0);
}
