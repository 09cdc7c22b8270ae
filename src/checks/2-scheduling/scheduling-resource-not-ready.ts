import { eventMessage } from '../../snapshot/events.ts';
import { customTroubles, isSchedulingKind } from '../../snapshot/custom-state.ts';
import { refTo, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** What schedulers of gangs and queues say of a group that waits, on objects of any kind. */
const GANG = new Set(['PodGroupPending', 'Unschedulable']);
/** Words that say the same of every group that waits; what stands beside them is the reason. */
const EMPTY = /^\d+\/\d+ tasks in gang unschedulable: pod group is not ready/;

/** What a group says of itself as long as it is not placed. */
const WAITS = /^(?:Pending|Inqueue|PreScheduling|Scheduling)$/;

export default defineCheck({
  id: 'scheduling-resource-not-ready',
  layer: 2,
  title: 'Groups of pods, queues, autoscalers and volumes of operators are served',
  failureTitle: 'A resource of scheduling or storage waits or has failed',
  why: 'A gang (Volcano, Kueue, coscheduling) is placed as a whole or not at all; a queue lends what its quota has; an autoscaler or a storage operator says in the status what stands in the way.',
  fix: [
    'Mend what the message names: raise the quota of the queue, delete groups that have ended and still hold it, lower minMember or the requests, add nodes',
  ],
  next: [
    'kubectl describe {kind} {name} -n {namespace}',
    'kubectl get queues,podgroups,workloads,clusterqueues -A --ignore-not-found',
  ],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['customResources', 'events'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    const keyOf = ({ kind, namespace, name }: Ref): string => `${kind}/${namespace ?? ''}/${name}`;
    for (const { resource, about, what, words, evidence } of customTroubles(snapshot)) {
      if (about !== 'scheduling') continue;
      const { resourceKind, name, namespace } = resource;
      const ref = refTo(resourceKind, namespace, name);
      told.add(keyOf(ref));
      const said = snapshot
        .eventsAbout(ref)
        .filter((event) => event.reason !== undefined && !EMPTY.test(eventMessage(event)));
      const last = said.at(-1);
      yield {
        subject: snapshot.named(resourceKind, name, { namespace }),
        message: `${resourceKind} ${name} waits or has failed (${what})${[
          words.slice(0, 400),
          last === undefined || words.includes(eventMessage(last)) ? '' : eventMessage(last).slice(0, 200),
        ]
          .filter((text) => text !== '')
          .map((text, i) => `${i === 0 ? ':' : ';'} ${text}`)
          .join('')}`,
        evidence: [evidence, ...(last === undefined ? [] : [snapshot.quoteEvent(last)])],
        params: { kind: resourceKind.toLowerCase() },
        related: nominatedTo(snapshot, ref),
      };
    }
    const settled = new Set(
      snapshot
        .facts('customResources')
        .filter(({ state = '' }) => !WAITS.test(state))
        .map(({ resourceKind, namespace, name }) => keyOf(refTo(resourceKind, namespace, name))),
    );
    for (const event of snapshot.list('events').toReversed()) {
      const about = event.involvedObject;
      if (about?.kind === undefined || about.name === undefined || about.kind === 'Pod') continue;
      const isGang = GANG.has(event.reason ?? '');
      if (!isGang && !(event.type === 'Warning' && isSchedulingKind(about.kind))) continue;
      const ref = refTo(about.kind, about.namespace ?? event.metadata.namespace, about.name);
      if (told.has(keyOf(ref))) continue;
      told.add(keyOf(ref));
      // What its own status says well, or what got on since, has passed.
      const events = snapshot.eventsAbout(ref);
      if (
        (settled.has(keyOf(ref)) && isGang) ||
        events.slice(events.indexOf(event) + 1).some(({ type, reason }) => type === 'Normal' && !GANG.has(reason ?? ''))
      )
        continue;
      const texts = [...new Set(events.filter(({ reason }) => reason === event.reason).map(eventMessage))];
      const reasons = texts.filter((text) => !EMPTY.test(text));
      yield {
        subject: snapshot.named(ref.kind, ref.name, { namespace: ref.namespace }),
        variant: event.reason ?? 'unknown',
        message: `${ref.kind} ${ref.name} waits or has failed: ${(reasons.length > 0 ? reasons : texts).slice(-2).join('; ').slice(0, 500)}`,
        evidence: [snapshot.quoteEvent(event)],
        params: { kind: ref.kind.toLowerCase() },
        related: nominatedTo(snapshot, ref),
      };
    }
  },
});

/** Pods that Karpenter wants to put on the machine of a NodeClaim: they have no node until there is one. */
function nominatedTo(snapshot: Snapshot, { kind, name }: Ref): readonly Ref[] {
  if (kind !== 'NodeClaim' && kind !== 'Machine') return [];
  return snapshot.list('events').flatMap((event) => {
    const about = event.involvedObject;
    if (event.reason !== 'Nominated' || about?.kind !== 'Pod' || about.name === undefined) return [];
    const named = /(?:nodeclaim|machine)\/([^\s,]{1,253})/.exec(eventMessage(event))?.[1];
    return named === name ? [refTo('Pod', about.namespace ?? event.metadata.namespace, about.name)] : [];
  });
}
