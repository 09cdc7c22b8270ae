/** What a Service itself puts in the way of a connection, whatever the policies say: no such port, no ready endpoints. */
import type { Service } from '../snapshot/kinds/index.ts';
import { portText } from '../snapshot/network/ports.ts';
import { podReady } from '../snapshot/pods/readiness.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { End } from './flow-end.ts';

/** The trouble of the Service; undefined: it leads to ready pods, as far as the bundle tells. */
export function serviceTrouble(
  snapshot: Snapshot,
  service: Service,
  end: End,
): { verdict: 'blocked' | 'unknown'; text: string } | undefined {
  const { spec } = service;
  if (spec?.type === 'ExternalName')
    return {
      verdict: 'unknown',
      text: `${end.name} is an alias for ${spec.externalName ?? 'a name'} outside the cluster: the bundle tells nothing about that`,
    };
  const ports = spec?.ports ?? [];
  if (
    end.port !== undefined &&
    ports.length > 0 &&
    !ports.some((port) => String(port.port) === end.port || port.name === end.port)
  )
    return {
      verdict: 'blocked',
      text: `${end.name} has no port ${end.port}: it has ${ports.map(portText).join(', ')}`,
    };
  const backends = snapshot.backendsOf(service);
  const selected = snapshot.podsSelectedBy(service);
  const unready = selected.filter((pod) => podReady(pod) === false).length;
  if (
    backends.known &&
    !backends.addresses.some((address) => address.ready) &&
    spec?.publishNotReadyAddresses !== true
  ) {
    const why =
      Object.keys(spec?.selector ?? {}).length === 0
        ? 'it has no selector, and nobody wrote endpoints for it'
        : selected.length === 0
          ? snapshot.listed('pods', service.metadata.namespace)
            ? 'its selector matches no pod'
            : 'its pods are not in the bundle'
          : unready === selected.length
            ? 'none of the pods it selects is ready'
            : `it selects ${selected.length} pods, and none is among its endpoints`;
    return {
      verdict: 'blocked',
      text: `${end.name} has no ready endpoints, so connections are refused or time out: ${why}`,
    };
  }
  if (!backends.known && selected.length > 0 && unready === selected.length)
    return {
      verdict: 'blocked',
      text: `none of the ${selected.length} pods that ${end.name} selects is ready, so it has no endpoints`,
    };
  if (!backends.known && selected.length === 0)
    return { verdict: 'unknown', text: `the bundle shows neither endpoints of ${end.name} nor pods that it selects` };
  return undefined;
}
