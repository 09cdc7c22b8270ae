/** Ends of containers in time: what ends together may have one cause. */
import { oncePer } from '../../lib/once-per.ts';
import { crashes } from './crashes.ts';
import type { ContainerView } from './containers.ts';
import type { Snapshot } from '../snapshot.ts';

export interface Ending {
  readonly time: number;
  readonly container: ContainerView;
  /** `namespace/name` of the top owner, or of the pod. */
  readonly owner: string;
  readonly node: string | undefined;
  readonly at: string;
}

/** All dated ends with an error of containers that ought to run, oldest first. */
export const endings = oncePer((snapshot: Snapshot): readonly Ending[] =>
  crashes(snapshot)
    .flatMap(({ container, ended }) => {
      const time = ended?.finishedAt;
      if (ended === undefined || time === undefined || container.role === 'init' || ended.exitCode === 0) return [];
      if (container.pod.spec?.restartPolicy === 'Never' || container.pod.status?.phase === 'Succeeded') return [];
      const top = snapshot.workloadOf(container.pod);
      const owner = `${container.pod.metadata.namespace ?? ''}/${top?.name ?? container.pod.metadata.name}`;
      return [{ time, container, owner, node: container.pod.spec?.nodeName, at: ended.at }];
    })
    .sort((a, b) => a.time - b.time),
);

/** The largest groups of endings within a span (ms), each ending in at most one group, latest groups last. */
export function clusters(list: readonly Ending[], span: number): readonly (readonly Ending[])[] {
  const out: Ending[][] = [];
  for (const ending of list) {
    const group = out.at(-1);
    if (group?.[0] !== undefined && ending.time - group[0].time <= span) group.push(ending);
    else out.push([ending]);
  }
  return out;
}
