/** What the collector's own calls say about the API server. */
import type { CommandFailure } from '../../parsers/records.ts';
import type { Snapshot } from '../snapshot.ts';

/** Where API servers listen; kubeadm's, k3s' and most others' default. */
export const API_SERVER_PORT = 6443;

const SERVER =
  /The connection to the server (\S{3,200}?) was refused|https?:\/\/([^/"\s]{3,200})|dial tcp (?:lookup )?(\S{3,200}?)(?:: | on )/;

/** Host and port of the API server that a failed call was meant for. */
export function serverOf(failure: Pick<CommandFailure, 'message'>): string | undefined {
  const match = SERVER.exec(failure.message);
  return (match?.[1] ?? match?.[2] ?? match?.[3])?.replace(/[,:]$/, '');
}

/**
 * The API server answered and could not reach a kubelet: not its own fault. Behind what it hands on from a kubelet that
 * asks for credentials stands the subresource, without a verb.
 */
export const isAboutKubelet = (failure: CommandFailure): boolean =>
  /:10250\b|error dialing backend|resource=nodes, subresource=|provide credentials \( ?(?:pods|nodes)\/(?:log|exec|attach|portforward|proxy|stats)/.test(
    failure.message,
  );

/** kubectl found no kubeconfig: it tries localhost:8080, where no API server has listened since 1.20. */
export const isWithoutKubeconfig = (failure: Pick<CommandFailure, 'message'>): boolean =>
  /\b(?:localhost|127\.0\.0\.1|\[::1\]):8080\b/.test(failure.message);

/** Another call of the same collection was answered: a listing, an object, a version of the server. */
export function wasAnswered(snapshot: Snapshot): boolean {
  return (
    snapshot.collected.listings.length > 0 || snapshot.list('nodes').length > 0 || snapshot.list('pods').length > 0
  );
}
