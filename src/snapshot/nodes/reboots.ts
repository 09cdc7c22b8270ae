/** Reboots as containers show them: many containers of one node that end at one moment with exit code 255. */
import { append } from '../../lib/group-by.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import { timeOf } from './node-health.ts';
import type { Pod } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';
import { unsteadyPods } from '../pods/steady.ts';

export interface Reboot {
  readonly time: number;
  readonly containers: number;
  readonly pods: readonly Pod[];
  readonly evidence: readonly [Evidence, ...Evidence[]];
}

/** The runtime gives up its containers within this time when it comes back after a reboot. */
const SAME_MOMENT_MS = 120_000;
/** Two pods may fail together by chance or for a reason of their own. */
const LEAST_PODS = 3;

/** The last such moment of each node. */
export const rebootsByExits = oncePer((snapshot: Snapshot): ReadonlyMap<string, Reboot> => {
  const ends = new Map<string, { pod: Pod; time: number; evidence: () => Evidence }[]>();
  for (const pod of unsteadyPods(snapshot)) {
    const node = pod.spec?.nodeName;
    if (node === undefined || node === '') continue;
    for (const field of ['containerStatuses', 'initContainerStatuses'] as const)
      for (const [i, status] of (pod.status?.[field] ?? []).entries())
        for (const state of ['lastState', 'state'] as const) {
          const ended = status[state]?.terminated;
          if (ended?.exitCode !== 255) continue;
          const time = timeOf(ended.finishedAt);
          if (time === undefined) continue;
          const entry = {
            pod,
            time,
            evidence: () => snapshot.quote(pod, `/status/${field}/${i}/${state}/terminated`),
          };
          append(ends, node, entry);
        }
  }
  const out = new Map<string, Reboot>();
  for (const [node, list] of ends) {
    list.sort((a, b) => a.time - b.time);
    // Sliding over the sorted ends: the latest window that holds enough pods.
    for (let from = 0, to = 0; from < list.length; from++) {
      while (to < list.length && (list[to]?.time ?? 0) - (list[from]?.time ?? 0) <= SAME_MOMENT_MS) to++;
      const together = list.slice(from, to);
      const pods = [...new Set(together.map((one) => one.pod))];
      if (pods.length < LEAST_PODS) continue;
      const [first, ...rest] = together.slice(0, 3).map((one) => one.evidence());
      const time = together[0]?.time;
      if (first !== undefined && time !== undefined)
        out.set(node, { time, containers: together.length, pods, evidence: [first, ...rest] });
      from = to - 1;
    }
  }
  return out;
});
