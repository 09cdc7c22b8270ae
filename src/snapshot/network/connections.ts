/** Connections that somebody tried: from which pod and node, to what, and how it ended. Name look-ups are apart. */
import { isInside, parseIp } from '../../lib/cidr.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Probe } from '../../parsers/records.ts';
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Resolved } from './resolve.ts';

const LOOKUPS = /^(?:nslookup|dig|host|getent|drill)$/;

/** The probe asked for an address, it opened no connection. */
export const isLookup = (probe: Probe): boolean => LOOKUPS.test(probe.tool);

export interface Connection {
  readonly probe: Probe;
  /** The pod it was tried from, when it was tried from one that the bundle shows. */
  readonly from: Pod | undefined;
  /** Tried from inside a pod, known or not. */
  readonly fromPod: boolean;
  readonly fromNode: string | undefined;
  readonly to: Resolved;
  readonly toNode: string | undefined;
  /** No answer came: dropped on the way, or no way. A refusal or an error is an answer. */
  readonly lost: boolean;
}

/** A name of the world: it has a dot, and is no name of the cluster. */
const isOutsideName = (host: string): boolean =>
  /[a-z]/i.test(host) && host.includes('.') && !/\.svc(?:\.|$)|\.(?:local|internal|localdomain|cluster)\.?$/.test(host);

/** True for a target outside of the cluster and its site; false as well when that cannot be told. */
export function isOutside({ to }: Pick<Connection, 'to'>): boolean {
  if (to.service !== undefined || to.pod !== undefined || to.node !== undefined) return false;
  const ip = parseIp(to.host);
  if (ip === undefined) return isOutsideName(to.host);
  return !isInside(ip);
}

/**
 * The pod that a probe was tried from; of `exec deploy/NAME` one of its pods. Tables do not say their namespace when it
 * is that of the context.
 */
export function podOfProbe(snapshot: Snapshot, { from }: Probe): Pod | undefined {
  if (from?.pod === undefined) return undefined;
  const { namespace, pod } = from;
  return (
    snapshot.get('pods', namespace ?? 'default', pod) ??
    snapshot.get('pods', undefined, pod) ??
    snapshot
      .list('pods')
      .find(
        (one) =>
          snapshot.workloadOf(one)?.name === pod && (namespace === undefined || one.metadata.namespace === namespace),
      )
  );
}

/** A large ping that is lost, where a smaller one came through, tells of packet sizes and not of the connection. */
const isTooLarge = (probe: Probe, all: readonly Probe[]): boolean =>
  probe.tool === 'ping' &&
  probe.lossPercent === 100 &&
  probe.packetBytes !== undefined &&
  all.some(
    (other) =>
      other.tool === 'ping' &&
      other.target === probe.target &&
      other.lossPercent === 0 &&
      (other.packetBytes ?? Number.POSITIVE_INFINITY) < (probe.packetBytes ?? 0),
  );

/**
 * A lost ping of an address that answers otherwise: firewalls drop ICMP, and what answers for the address of a Service
 * (kube-proxy, MetalLB, kube-vip) takes its ports and nothing else.
 */
const isAnsweredOtherwise = (probe: Probe, all: readonly Probe[]): boolean =>
  probe.tool === 'ping' &&
  probe.lossPercent === 100 &&
  all.some(
    (other) =>
      other.tool !== 'ping' &&
      !isLookup(other) &&
      other.target === probe.target &&
      (other.outcome === 'ok' || other.outcome === 'http-error' || other.outcome === 'refused'),
  );

/** All tried connections, in bundle order. */
export const connections = oncePer((snapshot: Snapshot): readonly Connection[] =>
  snapshot
    .facts('probes')
    .filter(
      (probe, _at, all) =>
        !isLookup(probe) &&
        probe.outcome !== 'unresolved' &&
        !isTooLarge(probe, all) &&
        !isAnsweredOtherwise(probe, all),
    )
    .map((probe) => {
      const from = podOfProbe(snapshot, probe);
      const named = snapshot.resolve(probe.target, probe.from?.namespace);
      const known = named.service ?? named.pod ?? named.node;
      const to = known === undefined && probe.address !== undefined ? snapshot.resolve(probe.address) : named;
      return {
        probe,
        from,
        fromPod: probe.from !== undefined,
        fromNode: from?.spec?.nodeName ?? probe.node,
        to: to.service === undefined && to.pod === undefined && to.node === undefined ? named : to,
        toNode: to.pod?.spec?.nodeName ?? to.node?.metadata.name,
        lost: probe.outcome === 'timeout' || probe.outcome === 'unreachable' || probe.lossPercent === 100,
      };
    }),
);
