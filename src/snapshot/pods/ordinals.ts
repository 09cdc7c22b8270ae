/** Pods of a StatefulSet in their order. */
import { isBeingDeleted } from '../ages.ts';
import type { ObjectOf, Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';
import { podReady } from './readiness.ts';

/** `web-3` of set `web` is 3. */
function ordinalOf(pod: Pod, set: string): number | undefined {
  const rest = pod.metadata.name.slice(set.length + 1);
  return pod.metadata.name.startsWith(`${set}-`) && /^\d{1,9}$/.test(rest) ? Number(rest) : undefined;
}

interface Blocked {
  /** The pods behind it are made when it is ready. */
  readonly by: Pod;
  readonly made: number;
  readonly wanted: number;
}

/** The pod that a StatefulSet with OrderedReady, which is the default, cannot get past; undefined where it has all. */
export function blockedAt(snapshot: Snapshot, set: ObjectOf<'statefulSets'>): Blocked | undefined {
  const { namespace = '', name } = set.metadata;
  const wanted = set.spec?.replicas;
  if (wanted === undefined || set.spec?.podManagementPolicy === 'Parallel') return undefined;
  const pods = snapshot
    .podsIn(namespace)
    .flatMap((pod) => {
      const owner = snapshot.controllerOf(pod);
      const ordinal = ordinalOf(pod, name);
      return ordinal === undefined || (owner !== undefined && owner.kind !== 'StatefulSet') ? [] : [{ pod, ordinal }];
    })
    .sort((a, b) => a.ordinal - b.ordinal);
  // A table that shows some pods only does not tell how many there are; the status of the set does.
  const made = snapshot.listed('pods', namespace) ? pods.length : set.status?.replicas;
  const by = pods.find(({ pod }) => isBeingDeleted(pod) || podReady(pod) === false)?.pod;
  return made === undefined || by === undefined || made >= wanted ? undefined : { by, made, wanted };
}
