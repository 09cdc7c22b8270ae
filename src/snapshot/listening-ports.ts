/** The ports on which a container's program says it listens ("Server started on port 8080"). */
import type { Evidence } from '../parsers/records.ts';
import { podOfLog } from './log-owner.ts';
import { evidenceOf } from './quote.ts';
import type { Snapshot } from './snapshot.ts';

export interface Listening {
  readonly port: number;
  readonly evidence: Evidence;
  /** When the line was written, ms since 1970. */
  readonly time: number | undefined;
}

/** From the hits of signature `app-listening` in the logs of one container (all containers when it is not given). */
export function listeningPorts(
  snapshot: Snapshot,
  pod: { readonly namespace?: string | undefined; readonly name: string },
  container?: string,
): readonly Listening[] {
  return snapshot.hits('app-listening').flatMap((hit) => {
    const { origin } = hit;
    const owner = podOfLog(snapshot, hit);
    if (owner?.metadata.name !== pod.name || owner.metadata.namespace !== pod.namespace) return [];
    if (container !== undefined && container !== '' && origin.container !== undefined && origin.container !== container)
      return [];
    const port = Number(hit.groups['port']);
    if (!(port > 0 && port < 65536)) return [];
    return [{ port, evidence: evidenceOf(hit)[0], time: hit.last.time }];
  });
}
