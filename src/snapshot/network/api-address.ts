/** The address of the kubernetes Service, at which pods ask the API server. */
import type { LogHit } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';

/** It has the first address of the service range: 10.96.0.1, 172.30.0.1, 10.43.0.1, 192.168.0.1, fd00:10:96::1 … */
const FIRST_OF_RANGE =
  /^(?:(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.1|[0-9a-f][0-9a-f:]{1,35}::1)$/;

/** The address that a line of `api-vip-line` names. */
export const addressOf = ({ groups }: LogHit): string => groups['address'] ?? groups['six'] ?? '';

/** The address is the kubernetes Service's own, or, without that Service in the bundle, can only be it. */
export function isApiAddress(snapshot: Snapshot, address: string): boolean {
  const { clusterIP, clusterIPs = [] } = snapshot.get('services', 'default', 'kubernetes')?.spec ?? {};
  if (clusterIP !== undefined && clusterIP !== '') return clusterIP === address || clusterIPs.includes(address);
  const { service, pod, node } = snapshot.resolve(address);
  return service === undefined && pod === undefined && node === undefined && FIRST_OF_RANGE.test(address);
}
