/** Whether the labels of pods are known: rows of `kubectl get pods` tell none. */
import { oncePer } from '../../lib/once-per.ts';
import type { Snapshot } from '../snapshot.ts';

const unlabelled = oncePer(
  (snapshot: Snapshot): ReadonlySet<string | undefined> =>
    new Set(
      snapshot
        .list('pods')
        .filter((pod) => pod.metadata.labels === undefined)
        .map((pod) => pod.metadata.namespace ?? ''),
    ),
);

/** True when the bundle has the labels of every pod of the namespace: only then a selector can be said to miss them. */
export const labelsKnown = (snapshot: Snapshot, namespace: string | undefined): boolean =>
  !unlabelled(snapshot).has(namespace ?? '');
