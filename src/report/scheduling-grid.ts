/** Why a Pending pod found no node: reasons down, nodes across; counts alone when there are many nodes. */
import { plural } from '../lib/in-words.ts';
import { pathOf, type Tables } from '../result.ts';

/** Columns that fit beside the reason. */
const COLUMNS = 12;

/** One grid per pod. */
export function schedulingGrids(scheduling: Tables['scheduling']) {
  return {
    pods: scheduling.rows.map((pod) => {
      const names = [...new Set(pod.reasons.flatMap((reason) => reason.nodes))].sort();
      // Columns say the truth only when every refusing node is named.
      const complete = names.length <= COLUMNS && pod.reasons.every((reason) => reason.nodes.length === reason.count);
      return {
        pod: pathOf(pod),
        message: pod.message,
        verdict:
          pod.feasible > 0
            ? `${plural(pod.feasible, 'node')} of ${pod.nodes} could take it now`
            : `none of ${plural(pod.nodes, 'node')} can take it`,
        columns: complete ? names : undefined,
        rows: pod.reasons.map((reason) => ({
          reason: reason.reason,
          count: reason.count,
          cells: complete ? names.map((name) => reason.nodes.includes(name)) : undefined,
          examples: complete ? undefined : reason.nodes.slice(0, 4).join(', '),
        })),
      };
    }),
    more: scheduling.total - scheduling.rows.length,
  };
}
