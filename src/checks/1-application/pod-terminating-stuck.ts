import { ageOf, isBeingDeleted } from '../../snapshot/ages.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { namespacesGone } from '../../snapshot/namespaces-gone.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';
import { spellDuration } from '../../lib/duration.ts';

/** deletionTimestamp already includes the grace period; a minute more is the kubelet's (ms). */
const SLACK = 60_000;
/** Finalizers that Kubernetes itself sets on pods and takes away. */
const OF_KUBERNETES = /^(?:batch\.kubernetes\.io\/|foregroundDeletion$|orphan$)/;
/** A pod younger than this (ms) stands in for one that is on its way out: ten times the default grace period. */
const JUST_MADE = 300_000;

export default defineCheck({
  id: 'pod-terminating-stuck',
  layer: 1,
  title: 'Pods that are deleted go away',
  failureTitle: 'The pod is stuck in Terminating',
  why: 'The object waits for its kubelet to confirm that the containers are gone, or for a finalizer. A StatefulSet does not replace it before.',
  fix: [
    'Recover node {node}, or let the controller of the finalizer do its work; force the deletion only when the node is surely dead.',
  ],
  next: ["kubectl get pod {name} -n {namespace} -o jsonpath='{.metadata.finalizers} {.spec.nodeName}'"],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  wants: ['nodes', 'events'],
  *run(_facts, { snapshot, now }) {
    for (const pod of unsteadyPods(snapshot)) {
      if (!isBeingDeleted(pod) || namespacesGone(snapshot).has(pod.metadata.namespace ?? '')) continue;
      const deleted = timeOf(pod.metadata.deletionTimestamp);
      const overdue =
        deleted !== undefined && now !== undefined ? now - deleted : (pod.metadata.deletedAgo ?? 0) * 1000;
      // A table only says that it is being deleted.
      const untold = overdue === 0 && pod.metadata.deletedAgo === 0;
      const young = (ageOf(snapshot, pod) ?? Number.POSITIVE_INFINITY) < SLACK;
      if (untold ? young || hasYoungPeer(snapshot, pod) : overdue < SLACK) continue;
      const finalizers = pod.metadata.finalizers ?? [];
      const node = snapshot.get('nodes', undefined, pod.spec?.nodeName ?? '');
      const ready = node?.status?.conditions?.findIndex((c) => c.type === 'Ready' && c.status !== 'True') ?? -1;
      const dead = node !== undefined && ready >= 0;
      yield {
        subject: snapshot.subject(pod),
        // Who puts a finalizer of his own on a pod means to remove it: only the Job controller's comes and goes unseen.
        ...(untold && !dead
          ? {
              confidence: finalizers.some((name) => !OF_KUBERNETES.test(name)) ? ('medium' as const) : ('low' as const),
              title: 'The pod is being deleted and is still there',
            }
          : {}),
        variant: finalizers.length > 0 ? 'finalizer' : dead ? 'node-not-ready' : 'kubelet',
        message: `Pod ${pod.metadata.name} ${untold ? 'is Terminating (the table does not say since when)' : `has been Terminating for ${spellDuration(overdue / 1000)}`}${
          finalizers.length > 0
            ? `; it waits for finalizer ${finalizers.join(', ')}`
            : dead
              ? `; its node ${pod.spec?.nodeName} is not Ready and cannot confirm`
              : `; the kubelet of ${pod.spec?.nodeName ?? 'its node'} has not confirmed`
        }`,
        evidence: [
          snapshot.quote(pod, finalizers.length > 0 ? '/metadata/finalizers' : '/metadata/deletionTimestamp'),
          ...(node !== undefined && dead ? [snapshot.quote(node, `/status/conditions/${ready}`)] : []),
        ],
        ...(deleted === undefined || untold ? {} : { since: deleted }),
        params: { node: pod.spec?.nodeName ?? 'NODE' },
      };
    }
  },
});

/** Its workload has a pod that was just made: the old one goes as part of a rollout or a move. */
function hasYoungPeer(snapshot: Snapshot, pod: Pod): boolean {
  const top = snapshot.workloadOf(pod);
  if (top === undefined) return false;
  return snapshot
    .podsOf(top)
    .some((other) => other !== pod && (ageOf(snapshot, other) ?? Number.POSITIVE_INFINITY) < JUST_MADE);
}
