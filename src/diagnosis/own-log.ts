/**
 * A container that fails says why in its log. What a check has recognised there explains the failure, whichever check
 * and failure they are: links tie known pairs, this ties the rest, with less certainty.
 */
import type { Found } from '../checks/engine.ts';
import { append, groupBy } from '../lib/group-by.ts';
import type { Evidence } from '../parsers/records.ts';
import { podsOfLog } from '../snapshot/logs/log-owner.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { servesAll, type Edge } from './edges.ts';
import type { Places } from './places.ts';
import { CONFIDENCE, STRENGTH } from './weights.ts';

/** Findings that state that a container fails, or that a part of the platform is down because of it. */
const FAILURES = new Set([
  'crashloop-app-error',
  'crashloop-init-container',
  'restart-count-high',
  'readiness-probe-failing',
  'startup-probe-killing',
  'liveness-probe-killing',
  'pod-init-stuck',
  'cni-daemon-down',
  'kube-proxy-down',
  'dns-coredns-down',
  'ingress-controller-down',
  'metrics-server-broken',
]);
/** The end of any log, recognised or not. */
const LAST_WORDS = new Set(['log-stacktrace-other']);

/** A finding that a container's own log tells, and the failure of that container; by their places in the list. */
export interface OwnWords {
  readonly cause: number;
  readonly effect: number;
}

/** What has been recognised in the logs of the containers that fail, with their failures. */
export function ownWords(
  list: readonly Found[],
  places: (index: number) => Places,
  snapshot: Snapshot,
): readonly OwnWords[] {
  const failures = list.flatMap((found, i) => (FAILURES.has(found.check.id) && found.state === 'current' ? [i] : []));
  if (failures.length === 0) return [];
  const logs = new Map<string, { readonly from: number; readonly to: number; readonly pods: readonly string[] }[]>();
  for (const log of snapshot.logs) {
    if (log.class !== 'container' && log.class !== 'text') continue;
    const pods = podsOfLog(snapshot, log).map(
      ({ metadata }) => `Pod\u0000${metadata.namespace ?? ''}\u0000${metadata.name}`,
    );
    const { file, firstLine } = log.origin;
    if (pods.length === 0) continue;
    // A transcript is one file with several outputs.
    append(logs, file, { from: firstLine, to: firstLine + log.lines, pods });
  }
  const speakers = ({ file, line = 0 }: Evidence): readonly string[] =>
    (logs.get(file) ?? []).filter(({ from, to }) => line >= from && line < to).flatMap(({ pods }) => pods);
  return list.flatMap((found, cause) => {
    if (FAILURES.has(found.check.id) || LAST_WORDS.has(found.check.id)) return [];
    if (found.severity === 'info' || found.state !== 'current') return [];
    const said = new Set(found.evidence.flatMap(speakers));
    if (said.size === 0) return [];
    return failures
      .filter((effect) => [...places(effect).pods].some((pod) => said.has(pod)))
      .map((effect) => ({ cause, effect }));
  });
}

/** Edges from what a log says to the failure of the container that wrote it, where no link ties the two. */
export function ownLogEdges(
  words: readonly OwnWords[],
  list: readonly Found[],
  known: readonly Edge[],
): readonly Edge[] {
  const tied = new Set(known.flatMap(({ cause, effect }) => [`${cause}>${effect}`, `${effect}>${cause}`]));
  return words
    .filter(({ cause, effect }) => !tied.has(`${cause}>${effect}`))
    .map(({ cause, effect }) => ({
      cause,
      effect,
      wide: false,
      weight: STRENGTH.medium * CONFIDENCE[(list[cause] as Found).confidence],
      because: 'its log says so',
    }));
}

/**
 * The edges without those to a failure from a cause that only stands in the same cluster, where the container's own log
 * tells a cause that binds as well and that is no effect of the first.
 */
export function withoutFarFetched(
  edges: readonly Edge[],
  words: readonly OwnWords[],
  list: readonly Found[],
): readonly Edge[] {
  const told = groupBy(words, ({ effect }) => effect);
  const between = new Map(edges.map((edge) => [`${edge.cause}>${edge.effect}`, edge]));
  return edges.filter((edge) => {
    if (!edge.wide || servesAll(list[edge.cause] as Found)) return true;
    const nearer = (told.get(edge.effect) ?? []).some(({ cause }) => {
      const own = between.get(`${cause}>${edge.effect}`);
      return (
        cause !== edge.cause && own !== undefined && own.weight >= edge.weight && !between.has(`${edge.cause}>${cause}`)
      );
    });
    return !nearer;
  });
}
