/**
 * A container that fails says why in its log. What a check has recognised there explains the failure, whichever check
 * and failure they are: links tie known pairs, this ties the rest, with less certainty.
 */
import type { Found } from '../checks/engine.ts';
import { append } from '../lib/group-by.ts';
import type { Evidence } from '../parsers/records.ts';
import { podsOfLog } from '../snapshot/logs/log-owner.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Edge } from './edges.ts';
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

/** Edges from what a log says to the failure of the container that wrote it, where no link ties the two. */
export function ownLogEdges(
  list: readonly Found[],
  places: (index: number) => Places,
  snapshot: Snapshot,
  known: readonly Edge[],
): readonly Edge[] {
  const failures = list.flatMap((found, i) => (FAILURES.has(found.check.id) ? [i] : []));
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
  const tied = new Set(known.flatMap(({ cause, effect }) => [`${cause}>${effect}`, `${effect}>${cause}`]));
  const out: Edge[] = [];
  list.forEach((found, cause) => {
    if (FAILURES.has(found.check.id) || LAST_WORDS.has(found.check.id)) return;
    if (found.severity === 'info' || found.state !== 'current') return;
    const said = new Set(found.evidence.flatMap(speakers));
    if (said.size === 0) return;
    for (const effect of failures) {
      if (tied.has(`${cause}>${effect}`) || (list[effect] as Found).state !== 'current') continue;
      if (![...places(effect).pods].some((pod) => said.has(pod))) continue;
      const weight = STRENGTH.medium * CONFIDENCE[found.confidence];
      out.push({ cause, effect, wide: false, weight, because: 'its log says so' });
    }
  });
  return out;
}
