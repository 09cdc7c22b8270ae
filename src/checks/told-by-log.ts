/** What a daemon's log says of pods and nodes that no event tells: journals outlive events, and are often all there is. */
import { groupBy } from '../lib/group-by.ts';
import { oncePer } from '../lib/once-per.ts';
import type { Evidence, LogHit } from '../parsers/records.ts';
import { podOfKubeletLine } from '../snapshot/logs/kubelet-lines.ts';
import { countOf, timing } from '../snapshot/logs/hits.ts';
import { machineOf, machineSubject } from '../snapshot/nodes/node-health.ts';
import { isWell } from '../snapshot/pods/pods-seen.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { FindingDraft } from './check.ts';

/** The words of a finding; whom it is about, its evidence and its time come from the hits. */
export type Said = Pick<FindingDraft, 'message'> & Partial<FindingDraft>;

/** Where the events of the bundle stand, as `file:line`. */
const linesOfEvents = oncePer(
  (snapshot: Snapshot): ReadonlySet<string> =>
    new Set(snapshot.list('events').map((event) => placeOf(snapshot.quoteEvent(event)))),
);
const placeOf = ({ file, line }: Evidence): string => `${file}:${line ?? 0}`;

/** True of a message that stands alone in a text: it is an event already, and the checks on events know it. */
export const isEvent = (snapshot: Snapshot, hit: LogHit): boolean =>
  hit.class === 'text' && linesOfEvents(snapshot).has(`${hit.origin.file}:${hit.last.line}`);

/**
 * One finding for each pod (or, where the lines name none, each machine) that the hits are about, but for those in
 * `told`, keyed as `namespace/name`. `say` gives undefined for what is another check's.
 */
export function* toldByLog(
  snapshot: Snapshot,
  hits: readonly LogHit[],
  told: ReadonlySet<string>,
  say: (hit: LogHit, who: string, times: string) => Said | undefined,
): Generator<FindingDraft> {
  const groups = groupBy(hits, (hit) => {
    const pod = podOfKubeletLine(snapshot, hit);
    const key = pod === undefined ? machineOf(snapshot, hit) : `${pod.namespace ?? ''}/${pod.name}`;
    return told.has(key) ? undefined : key;
  });
  for (const group of groups.values()) {
    // The last words say most: what was tried first may have been overcome.
    const hit = group.at(-1);
    if (hit === undefined) continue;
    const ref = podOfKubeletLine(snapshot, hit);
    const pod = ref === undefined ? undefined : snapshot.get('pods', ref.namespace, ref.name);
    const node = machineOf(snapshot, hit);
    const count = countOf(group);
    const who = ref === undefined ? `node ${node}` : `pod ${ref.name}`;
    const said = say(hit, who, count > 1 ? ` (${count} lines)` : '');
    if (said === undefined) continue;
    yield {
      subject:
        ref === undefined
          ? machineSubject(snapshot, hit)
          : snapshot.named('Pod', ref.name, { namespace: ref.namespace, node }),
      evidence: snapshot.evidenceOf(hit),
      ...timing(snapshot, group),
      ...(pod !== undefined && isWell(pod) ? { state: 'recovered' as const } : {}),
      ...said,
    };
  }
}
