import { firstFew } from '../../lib/in-words.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';
import { rejected, share } from './rejected.ts';

/** The limits of the nodes that the bundle shows, when nothing tells which of them the scheduler means. */
function limits(snapshot: Snapshot): string {
  const known = snapshot.list('nodes').flatMap(({ metadata, status }) => {
    const pods = status?.allocatable?.['pods'];
    return pods === undefined ? [] : [`${metadata.name} may have ${pods}`];
  });
  return known.length === 0 ? '' : ` (${firstFew(known)})`;
}

export default defineCheck({
  id: 'sched-too-many-pods',
  layer: 2,
  title: 'Nodes have room for more pods',
  failureTitle: 'Too many pods: the nodes are at their pod limit (max-pods)',
  why: 'The pod limit of the node, not CPU or memory, is used up; terminating pods count, finished ones do not.',
  fix: ['Raise maxPods of the kubelet (and the pod CIDR if it is too small), remove pods, or add nodes'],
  next: ["kubectl get nodes -o custom-columns='NAME:.metadata.name,PODS:.status.allocatable.pods'"],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'too-many-pods',
      (cause, waiting) => ({
        message: `Too many pods: ${share(cause, waiting)} at the pod limit (max-pods), so pod ${waiting.view.name} has no place${cause.nodes.length === 0 ? limits(snapshot) : ` (${firstFew(cause.rejections.map((r, i) => `${cause.nodes[i]?.name ?? ''}: ${r.because ?? ''}`))})`}`,
      }),
    );
  },
});
