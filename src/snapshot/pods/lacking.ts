/** Whose a pod is that nothing names. */
import { oncePer } from '../../lib/once-per.ts';
import { refOf, type Ref } from '../ref.ts';
import type { Snapshot } from '../snapshot.ts';

/** The one workload of the bundle that has fewer pods ready than it wants: a pod that nothing names is one of its. */
export const theLacking = oncePer((snapshot: Snapshot): readonly Ref[] => {
  const lacking = [
    ...snapshot
      .list('daemonSets')
      .filter(({ status }) => (status?.numberReady ?? 0) < (status?.desiredNumberScheduled ?? 0)),
    ...[...snapshot.list('deployments'), ...snapshot.list('statefulSets')].filter(
      ({ spec, status }) => (status?.readyReplicas ?? 0) < (spec?.replicas ?? status?.replicas ?? 0),
    ),
  ];
  return lacking.length === 1 ? lacking.map((one) => refOf(one)) : [];
});
