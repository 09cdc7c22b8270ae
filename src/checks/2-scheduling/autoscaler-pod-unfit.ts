import { groupBy } from '../../lib/group-by.ts';
import type { LogHit } from '../../parsers/records.ts';
import { podOfWord } from '../../parsers/pod-name.ts';
import { unscheduledPods } from '../../simulation/scheduler/unscheduled.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { fellSilent, timing, weightOf } from '../../snapshot/logs/hits.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { causeIn, type Causes } from '../causes.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** Seconds. The autoscaler looks every ten seconds; a pod that it has not named for longer waits no more. */
const REPEATS = 300;
/** `Skipping node group workers-a - max size reached`, and of later versions with a colon. */
const FULL = /[Ss]kipping node group ([^\s:]{1,200})/;
/** Groups that are told of. */
const GROUPS = 3;

/** What the words of a predicate mean for the group. */
const OBSTACLES: Causes = [
  [
    /max node group size reached|max limit reached/,
    'max-size',
    'Raise the maximum of the node group that fits the pod, or free its nodes',
  ],
  [
    /Insufficient |Too many pods/,
    'resources',
    'The request is larger than a whole node of the group can give: lower it, or add a group of larger machines',
  ],
  [/taint/i, 'taint', 'Add a toleration for the taint of the group, or a group without it'],
  [
    /affinity|selector/i,
    'selector',
    'Add the label that the pod asks for to a group (and to its tags, so that the autoscaler knows it at size 0), or correct nodeSelector and affinity',
  ],
  [
    /volume|topology/i,
    'volume',
    'Add a group in the zone of the volume: one group for each zone for pods with zonal disks',
  ],
];

/** `predicateName=…; reasons: …; debugInfo=` says the same once more. */
const reasonOf = (hit: LogHit): string =>
  (hit.groups['why'] ?? '')
    .replace(/;? ?(?:predicateName=|debugInfo=).*$/s, '')
    .replace(/ predicate mismatch, reason:/, ':');

function* byLog(snapshot: Snapshot, logged: Set<string>): Iterable<FindingDraft> {
  const scaled = snapshot.hits('autoscaler-scales-up');
  const byPod = groupBy(snapshot.hits('autoscaler-pod-unfit-line'), (hit) =>
    // Where a group takes the pods, the others may refuse them.
    scaled.some((up) => up.origin.file === hit.origin.file && up.last.line > hit.first.line)
      ? undefined
      : (hit.groups['pod'] ?? ''),
  );
  for (const [word, hits] of byPod) {
    const { name, namespace } = podOfWord(word);
    const [hit] = hits;
    if (hit === undefined) continue;
    const pod = snapshot.list('pods').find(({ metadata }) => metadata.name === name);
    const placed = pod?.spec?.nodeName !== undefined && pod.spec.nodeName !== '';
    const groups = new Map(hits.map((one) => [one.groups['group'] ?? '', reasonOf(one)]));
    const told = [...groups].slice(0, GROUPS).map(([group, why]) => `${group}: ${why}`);
    logged.add(name);
    yield {
      subject: snapshot.named('Pod', name, { namespace: namespace ?? pod?.metadata.namespace }),
      ...causeIn(OBSTACLES, [...groups.values()].join('; ')),
      message: `The cluster autoscaler adds no node for pod ${name}: ${told.join('; ')}${groups.size > GROUPS ? `; and ${groups.size - GROUPS} more groups` : ''}`,
      evidence: snapshot.evidenceOf(hit),
      ...timing(snapshot, hits),
      ...(placed || fellSilent(snapshot, hits, REPEATS)
        ? { state: 'recovered' as const }
        : weightOf(snapshot, hits, 2) === 'few'
          ? { severity: 'info' as const }
          : {}),
    };
  }
}

export default defineCheck({
  id: 'autoscaler-pod-unfit',
  layer: 2,
  title: 'The cluster autoscaler has a node group for every pod that waits',
  failureTitle: 'No node group of the cluster autoscaler fits the pod',
  why: 'The autoscaler simulates the pod on a new node of each group. When it fits on none, or all that fit have reached their maximum, no node is added.',
  fix: ['Mend what the group that is meant for the pod says'],
  next: [
    'kubectl -n kube-system get configmap cluster-autoscaler-status -o yaml',
    'kubectl describe pod {name} -n {namespace}',
  ],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['events', 'containerLogs'],
  reads: ['autoscaler-pod-unfit-line', 'autoscaler-scales-up', 'autoscaler-no-scale-up-log'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    const logged = new Set<string>();
    yield* byLog(snapshot, logged);
    // A pod of which the scheduler's own words are not there; the others are another check's.
    const known = new Set(unscheduledPods(snapshot).map(({ view }) => `${view.namespace ?? ''}/${view.name}`));
    const told = new Set<string>();
    for (const event of snapshot.list('events').toReversed()) {
      if (event.reason !== 'NotTriggerScaleUp') continue;
      const about = event.involvedObject;
      const namespace = about?.namespace ?? event.metadata?.namespace;
      const key = `${namespace ?? ''}/${about?.name ?? ''}`;
      if (about?.name === undefined || known.has(key) || told.has(key) || logged.has(about.name)) continue;
      told.add(key);
      const pod = snapshot.get('pods', namespace, about.name);
      if (pod?.spec?.nodeName !== undefined && pod.spec.nodeName !== '') continue;
      const text = eventMessage(event);
      const full = /max limit reached|max node group size reached/.test(text)
        ? snapshot.hits('autoscaler-no-scale-up-log').filter(({ first }) => first.text.includes('max size reached'))
        : [];
      const groups = full.flatMap(({ first }) => FULL.exec(first.text)?.[1] ?? []);
      yield {
        subject: snapshot.named('Pod', about.name, { namespace }),
        ...causeIn(OBSTACLES, text),
        message: `The cluster autoscaler adds no node for pod ${about.name}: ${text.slice(0, 400)}${groups.length === 0 ? '' : ` (at its maximum size: ${groups.slice(0, GROUPS).join(', ')})`}`,
        evidence: [
          snapshot.quoteEvent(event),
          ...full.slice(0, GROUPS).flatMap((hit) => snapshot.evidenceOf(hit).slice(0, 1)),
        ],
      };
    }
  },
});
