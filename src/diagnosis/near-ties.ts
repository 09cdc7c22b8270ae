/** Root causes that weigh about the same: the order among them proves little, and that is said. */
import { nameOf, LAYER_NAMES, type Result, type RootCause } from '../result.ts';
import { NEAR } from './weights.ts';

/** `Deployment shop/web` for its pods, `Node worker-3` else. */
function whoOf({ subject }: RootCause): string {
  const { workload, namespace } = subject;
  if (workload === undefined) return nameOf(subject);
  return nameOf({ ...workload, namespace });
}

/** A root cause in one line: what, where, at which layer. */
export const headlineOf = (cause: RootCause): string =>
  `${cause.title}: ${whoOf(cause)} (layer ${cause.layer}, ${LAYER_NAMES[cause.layer]})`;

/**
 * The root causes that weigh nearly as much as the first; a word on whether they compete with it for its symptoms. Those
 * that say the same of another object are one story with it, which its summary tells (`alikeText`).
 */
export function nearTiesOf(roots: readonly RootCause[]): Result['verdict']['nearTies'] {
  const [first, ...others] = roots;
  const same = new Set(first?.explains);
  return others
    .filter(({ share, severity }) => share >= NEAR && severity !== 'info')
    .filter((one) => one.check !== first?.check || one.variant !== first.variant || one.severity !== first.severity)
    .map((root) => {
      const sameSymptoms = root.explains.some((id) => same.has(id));
      const words = sameSymptoms
        ? 'Nearly as likely behind some of the same symptoms'
        : 'Besides, with symptoms of its own';
      return { rank: root.rank, sameSymptoms, text: `${words}: ${headlineOf(root)}` };
    });
}
