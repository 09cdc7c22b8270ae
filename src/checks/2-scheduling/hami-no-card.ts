import type { Evidence } from '../../parsers/records.ts';
import { podOfWord } from '../../parsers/pod-name.ts';
import type { Subject } from '../../result.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { podFailures } from '../../snapshot/pods/pod-events.ts';
import { fellSilent } from '../../snapshot/logs/hits.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** Seconds. The scheduler tries a pod again after five minutes at most. */
const REPEATS = 300;
const LONGEST = 400;

/** Events of hami-scheduler, and its extender's words in the verdict of the scheduler that it belongs to. */
const REFUSED =
  /NodeUnfitPod|node unregistered|all node scores do not meet|Card(?:Insufficient\w{3,20}|\w{3,20}Mismatch|TimeSlicingExhausted|ComputeUnitsExhausted|NotFoundCustomFilterRule|MigTopologyInfeasible)|NodeInsufficientDevice|AllocatedCardsInsufficientRequest|ExclusiveDeviceAllocateConflict|NumaNotFit/;

/** What its codes mean (pkg/device/common of HAMi). */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /CardInsufficientMemory/,
    'no card has as much memory left as the pod asks for; without gpumem it asks for a whole card',
  ],
  [/CardInsufficientCore/, 'no card has as many gpucores left as the pod asks for'],
  [/CardTimeSlicingExhausted/, 'each card already has as many pods as deviceSplitCount allows'],
  [/CardTypeMismatch|CardUUIDMismatch/, 'the annotations of the pod (use-gputype, use-gpuuuid …) leave out the cards'],
  [/CardComputeUnitsExhausted/, 'a pod on the card asks for all of its cores'],
  [/ExclusiveDeviceAllocateConflict/, 'the pod asks for a whole card, and each is shared'],
  [
    /NodeInsufficientDevice|AllocatedCardsInsufficientRequest|cannot exceed the total number of devices/,
    'the pod asks for more cards than a node has; shares of one card do not count as cards of their own for one pod',
  ],
  [
    /node unregistered/,
    'no device plugin of HAMi has registered the cards of the node (annotation hami.io/node-nvidia-register)',
  ],
];

interface Told {
  readonly subject: Subject;
  readonly words: string[];
  readonly evidence: Evidence[];
  readonly more: Partial<FindingDraft>;
}

function accounts(snapshot: Snapshot): readonly Told[] {
  const out = new Map<string, Told>();
  const add = (subject: Subject, words: string, evidence: readonly Evidence[], more: Partial<FindingDraft>): void => {
    const key = `${subject.namespace ?? ''}/${subject.name}`;
    const known = out.get(key) ?? [...out.values()].find((one) => one.subject.name === subject.name);
    if (known === undefined) out.set(key, { subject, words: [words], evidence: [...evidence], more });
    else if (!known.words.includes(words)) {
      known.words.push(words);
      known.evidence.push(...evidence);
    }
  };
  for (const failure of podFailures(snapshot, ['FilteringFailed', 'FailedScheduling'], REFUSED))
    add(
      failure.seen.subject(),
      eventMessage(failure.event).replace(/\.? preemption: .*$/, ''),
      [snapshot.quoteEvent(failure.event)],
      { state: failure.state, ...(failure.since === undefined ? {} : { since: failure.since }) },
    );
  for (const hit of snapshot.hits('hami-pod-unfit')) {
    const { pod, why, numbers } = hit.groups;
    if (pod === undefined || why === undefined) continue;
    const subject = snapshot.named('Pod', podOfWord(pod).name, { namespace: podOfWord(pod).namespace });
    const placed = (snapshot.get('pods', subject.namespace, subject.name)?.spec?.nodeName ?? '') !== '';
    const over = placed || fellSilent(snapshot, [hit], REPEATS);
    add(subject, `${why}${numbers ?? ''}`.trim(), snapshot.evidenceOf(hit), over ? { state: 'recovered' } : {});
  }
  return [...out.values()];
}

export default defineCheck({
  id: 'hami-no-card',
  layer: 2,
  title: 'HAMi finds a card for every pod that waits',
  failureTitle: 'HAMi finds no card with room for the pod',
  why: 'The scheduler of HAMi counts memory, cores and pods of each card by what pods were promised, not by what they use, and names the reason for which it leaves out a node or a card.',
  fix: [
    'Ask for what a card has left (nvidia.com/gpumem, gpucores), for fewer cards, or add cards; deviceSplitCount sets how many pods share one',
  ],
  next: [
    'kubectl describe pod {name} -n {namespace}',
    'kubectl logs -n kube-system -l app.kubernetes.io/component=hami-scheduler -c vgpu-scheduler-extender --tail=100',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['events', 'containerLogs'],
  wants: ['pods'],
  reads: ['hami-pod-unfit'],
  *run(_facts, { snapshot }) {
    for (const { subject, words, evidence, more } of accounts(snapshot)) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const all = words.join('; ');
      const meant = MEANINGS.filter(([code]) => code.test(all)).map(([, words]) => words);
      yield {
        subject,
        message: `HAMi finds no card for pod ${subject.name}: ${all.slice(0, LONGEST)}${meant.length === 0 ? '' : ` (${meant.join('; ')})`}`,
        evidence: [first, ...rest],
        ...more,
      };
    }
  },
});
