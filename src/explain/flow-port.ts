/** Which port of the destination's pods a connection ends at, after the Service's translation. */
import { declaredPorts, isMeshProxy, portText } from '../snapshot/network/ports.ts';
import type { Pod, Service } from '../snapshot/kinds/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Protocol } from '../simulation/network-policy/evaluate.ts';
import type { End, Point } from './flow-end.ts';

export interface Target {
  readonly port: number;
  readonly protocol: Protocol;
}

const protocolOf = (text: string | undefined): Protocol => (text === 'UDP' || text === 'SCTP' ? text : 'TCP');

/** The pod ports behind a Service's ports, or behind the one that was asked for. */
function behindService(snapshot: Snapshot, service: Service, asked: string | undefined, pod: Pod): readonly Target[] {
  return (service.spec?.ports ?? [])
    .filter((port) => asked === undefined || String(port.port) === asked || port.name === asked)
    .flatMap((port) => {
      const target = port.targetPort ?? port.port;
      const protocol = protocolOf(port.protocol);
      const number =
        typeof target === 'string' && !/^\d+$/.test(target)
          ? declaredPorts(snapshot, pod).find((one) => one.name === target && one.protocol === protocol)?.port
          : Number(target);
      return number === undefined || !Number.isInteger(number) ? [] : [{ port: number, protocol }];
    });
}

function ofPod(snapshot: Snapshot, pod: Pod, asked: string | undefined): readonly Target[] {
  const declared = declaredPorts(snapshot, pod).filter((port) => !isMeshProxy(port.container));
  if (asked === undefined) return declared.map((port) => ({ port: port.port, protocol: protocolOf(port.protocol) }));
  const named = declared.filter((port) => port.name === asked || String(port.port) === asked);
  if (named.length > 0) return named.map((port) => ({ port: port.port, protocol: protocolOf(port.protocol) }));
  return /^\d+$/.test(asked) ? [{ port: Number(asked), protocol: 'TCP' }] : [];
}

/** The ports of hand-written endpoints; they are paired with the Service's by name. */
function ofEndpoints(snapshot: Snapshot, service: Service, asked: string | undefined): readonly Target[] {
  const wanted = (service.spec?.ports ?? []).filter(
    (port) => asked === undefined || String(port.port) === asked || port.name === asked,
  );
  return snapshot
    .backendsOf(service)
    .ports.filter((port) => wanted.some((one) => (one.name ?? '') === (port.name ?? '')))
    .flatMap((port) => (port.port === undefined ? [] : [{ port: port.port, protocol: protocolOf(port.protocol) }]));
}

/** Ports for each point of an end, by the point's name, and what there is to say about them. */
export function portsOf(
  snapshot: Snapshot,
  end: End,
): { readonly targets: ReadonlyMap<string, readonly Target[]>; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const targets = new Map<string, readonly Target[]>();
  const of = (point: Point): readonly Target[] => {
    if (point.pod === undefined && end.service !== undefined) return ofEndpoints(snapshot, end.service, end.port);
    if (point.pod === undefined)
      return end.port !== undefined && /^\d+$/.test(end.port) ? [{ port: Number(end.port), protocol: 'TCP' }] : [];
    if (end.service !== undefined) return behindService(snapshot, end.service, end.port, point.pod);
    const found = ofPod(snapshot, point.pod, end.port);
    const declared = declaredPorts(snapshot, point.pod);
    if (
      end.port !== undefined &&
      declared.length > 0 &&
      !declared.some((port) => port.name === end.port || String(port.port) === end.port)
    )
      notes.push(
        `${point.name} declares no port ${end.port} (it declares ${declared.map(portText).join(', ')}); declarations do not decide, but something must listen there`,
      );
    return found;
  };
  for (const point of end.points) targets.set(point.name, of(point));
  if (end.service !== undefined && end.points.length > 0 && [...targets.values()].every((list) => list.length === 0))
    notes.push(`the target port of ${end.name} names a port that none of its pods has`);
  if (end.port === undefined && end.service === undefined && [...targets.values()].every((list) => list.length === 0))
    notes.push(`no port was given, and ${end.name} declares none: write DESTINATION:PORT`);
  return { targets, notes };
}
