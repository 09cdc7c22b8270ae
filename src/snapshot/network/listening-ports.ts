/** The ports on which a container's program says it listens ("Server started on port 8080"). */
import { append } from '../../lib/group-by.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import { podOfLog } from '../logs/log-owner.ts';
import { evidenceOf } from '../quote.ts';
import type { Snapshot } from '../snapshot.ts';

export interface Listening {
  readonly port: number;
  /** As it was written: `127.0.0.1`, `localhost`, `*`; undefined where only a port was. */
  readonly address: string | undefined;
  readonly evidence: Evidence;
  /** When the line was written, ms since 1970. */
  readonly time: number | undefined;
}

interface FromLog extends Listening {
  readonly namespace: string | undefined;
  readonly container: string | undefined;
}

/** All such lines, by the name of their pod. */
const byPodName = oncePer((snapshot: Snapshot): ReadonlyMap<string, readonly FromLog[]> => {
  const out = new Map<string, FromLog[]>();
  for (const hit of snapshot.hits('app-listening')) {
    const port = Number(hit.groups['port']);
    // Its log may be all that the bundle has of a pod.
    const named = hit.origin.pod === undefined ? undefined : { name: hit.origin.pod, namespace: hit.origin.namespace };
    const pod = podOfLog(snapshot, hit)?.metadata ?? named;
    if (pod === undefined || !(port > 0 && port < 65536)) continue;
    const { container } = hit.origin;
    const address = hit.groups['address']?.replaceAll(/[[\]"]/g, '');
    const line = {
      port,
      address,
      evidence: evidenceOf(hit)[0],
      time: hit.last.time,
      namespace: pod.namespace,
      container,
    };
    append(out, pod.name, line);
  }
  return out;
});

/** From the hits of signature `app-listening` in the logs of one container (all containers when it is not given). */
export function listeningPorts(
  snapshot: Snapshot,
  pod: { readonly namespace?: string | undefined; readonly name: string },
  container = '',
): readonly Listening[] {
  return (byPodName(snapshot).get(pod.name) ?? []).filter(
    (line) =>
      line.namespace === pod.namespace &&
      (container === '' || line.container === undefined || line.container === container),
  );
}

/** A door of a pod, by its log or by `ss` and netstat inside of it. */
export interface Listener extends Omit<Listening, 'time'> {
  readonly pod: { readonly namespace?: string | undefined; readonly name: string };
}

/** Every door that a log or a list of sockets names, of all pods. */
export const listeners = oncePer((snapshot: Snapshot): readonly Listener[] => [
  ...[...byPodName(snapshot)].flatMap(([name, lines]) =>
    lines.map(({ port, address, evidence, namespace }) => ({ port, address, evidence, pod: { namespace, name } })),
  ),
  ...snapshot.facts('hostValues').flatMap(({ topic, key, pod, source }): readonly Listener[] => {
    const [, address, port] = /^(.+):(\d{1,5})$/.exec(key) ?? [];
    if (topic !== 'listen' || pod === undefined || address === undefined) return [];
    const { namespace, name } = snapshot.named('Pod', pod.name, { namespace: pod.namespace });
    return [
      { port: Number(port), address: address.replaceAll(/[[\]]/g, ''), evidence: source, pod: { namespace, name } },
    ];
  }),
]);
