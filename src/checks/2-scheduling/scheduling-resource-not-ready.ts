import { eventMessage } from '../../snapshot/events.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { CustomResource } from '../../parsers/records.ts';
import { customTroubles, isSchedulingKind, type CustomTrouble } from '../../snapshot/custom-state.ts';
import { reconcileErrorOf } from '../../snapshot/logs/reconciled.ts';
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
    'Of a volume or a pool: bring its node and disk back, or add nodes and free space so that its replicas find a place',
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
    const all = customTroubles(snapshot).filter(({ about }) => about === 'scheduling');
    // A snapshot of a table names its content, which says why.
    const waiting = all.filter(
      ({ resource, words }) =>
        !toldByItsPod(snapshot, resource) &&
        !all.some((other) => other.resource.name !== resource.name && words.includes(other.resource.name)),
    );
    // Volumes of one table that all say the same are one trouble.
    for (const [{ resource, what, words, evidence }, ...others] of alike(waiting)) {
      const { resourceKind, name, namespace } = resource;
      const ref = refTo(resourceKind, namespace, name);
      for (const other of others) told.add(keyOf(refTo(resourceKind, other.resource.namespace, other.resource.name)));
      told.add(keyOf(ref));
      const said = snapshot
        .eventsAbout(ref)
        .filter((event) => event.reason !== undefined && !EMPTY.test(eventMessage(event)));
      const last = said.at(-1);
      const logged = reconcileErrorOf(snapshot, ref);
      yield {
        subject: snapshot.named(resourceKind, name, { namespace }),
        message: `${resourceKind} ${name}${queueOf(resource)}${
          others.length === 0
            ? ''
            : ` and ${others.length} more (${others
                .slice(0, NAMED)
                .map((other) => other.resource.name)
                .join(', ')})`
        } waits or has failed (${what})${[
          words.slice(0, 400),
          last === undefined || words.includes(eventMessage(last)) ? '' : eventMessage(last).slice(0, 200),
          logged === undefined || words.includes(logged.error) ? '' : logged.error.slice(0, 300),
        ]
          .filter((text) => text !== '')
          .map((text, i) => `${i === 0 ? ':' : ';'} ${text}`)
          .join('')}`,
        evidence: [
          evidence,
          ...others.slice(0, NAMED).map((other) => other.evidence),
          ...(last === undefined ? [] : [snapshot.quoteEvent(last)]),
          ...(logged === undefined ? [] : [logged.evidence]),
        ],
        params: { kind: resourceKind.toLowerCase() },
        related: [...nominatedTo(snapshot, ref), ...volumesOf([resource, ...others.map((one) => one.resource)])],
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
        message: `${ref.kind} ${ref.name}${queueOf(snapshot.facts('customResources').find((one) => keyOf(refTo(one.resourceKind, one.namespace, one.name)) === keyOf(ref)))} waits or has failed: ${(reasons.length > 0 ? reasons : texts).slice(-2).join('; ').slice(0, 500)}`,
        evidence: [snapshot.quoteEvent(event)],
        params: { kind: ref.kind.toLowerCase() },
        related: nominatedTo(snapshot, ref),
      };
    }
  },
});

/** Others of the same trouble that are named. */
const NAMED = 4;

/** Troubles of the same kind in the same words, together. */
function alike(troubles: readonly CustomTrouble[]): readonly (readonly [CustomTrouble, ...CustomTrouble[]])[] {
  const groups = groupBy(troubles, ({ resource, what, words, evidence }) =>
    [resource.resourceKind, what, words, evidence.file].join('\u0000'),
  );
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  );
}

const queueOf = (resource: CustomResource | undefined): string =>
  resource?.queue === undefined ? '' : ` in queue ${resource.queue}`;

/** A machine that waits for the place of its pod: the pod has the scheduler's words. */
function toldByItsPod(snapshot: Snapshot, { resourceKind, name, state = '' }: CustomResource): boolean {
  if (resourceKind !== 'VirtualMachineInstance' || !/^(?:Pending|Scheduling)$/.test(state)) return false;
  const launcher = `virt-launcher-${name}-`;
  return snapshot
    .list('events')
    .some(({ involvedObject: about, reason }) => reason !== 'Scheduled' && about?.name?.startsWith(launcher) === true);
}

/** Longhorn and OpenEBS call a volume as its PersistentVolume is called. */
function volumesOf(resources: readonly CustomResource[]): readonly Ref[] {
  return resources.flatMap(({ resourceKind, name }) =>
    /^(?:Volume|CStorVolumeConfig|LVMVolume|ZFSVolume)$/.test(resourceKind)
      ? [refTo('PersistentVolume', undefined, name)]
      : [],
  );
}

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
