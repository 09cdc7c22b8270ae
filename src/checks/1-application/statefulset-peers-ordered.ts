import { containersOf } from '../../snapshot/pods/containers.ts';
import { logsOfPod } from '../../snapshot/logs/log-owner.ts';
import { blockedAt } from '../../snapshot/pods/ordinals.ts';
import { defineCheck } from '../check.ts';

/** What members say that do not have enough of the others. */
const SIGNATURES = ['db-quorum-missing', 'app-search-no-master', 'app-ring-unhealthy'] as const;

export default defineCheck({
  id: 'statefulset-peers-ordered',
  layer: 1,
  title: 'Members that need each other are started together',
  failureTitle: 'The members of a StatefulSet need each other, and OrderedReady starts one after the other',
  why: 'With podManagementPolicy OrderedReady, which is the default, the second pod is made when the first is ready; a member that is ready only with a majority of the others never is. It goes well as long as one of them stays up, and ends when all have to start anew.',
  fix: [
    'Make the StatefulSet anew with podManagementPolicy: Parallel (the field may not change: delete it with --cascade=orphan and apply it again).',
    'To get it up at once: make the readiness and startup probes pass for a while, or let the first member start alone (its own option for that).',
  ],
  next: [
    "kubectl get statefulset {name} -n {namespace} -o jsonpath='{.spec.podManagementPolicy}'",
    'kubectl logs {name}-0 -n {namespace} --tail=50',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['statefulSets', 'pods'],
  needsAny: ['containerLogs'],
  *run({ statefulSets }, { snapshot }) {
    for (const set of statefulSets) {
      const blocked = blockedAt(snapshot, set);
      // A member that ends by itself has another reason.
      if (blocked === undefined || !containersOf(blocked.by).some(({ status }) => status?.state?.running !== undefined))
        continue;
      const { by, made, wanted } = blocked;
      const logs = logsOfPod(snapshot, by);
      const hit = SIGNATURES.flatMap((signature) => snapshot.hits(signature)).find((one) =>
        logs.some(({ hits }) => hits.includes(one)),
      );
      if (hit === undefined) continue;
      const { name, namespace } = set.metadata;
      yield {
        subject: snapshot.subject(set),
        message: `${by.metadata.name} waits for other members of StatefulSet ${name}, of which there are ${made} of ${wanted}: with podManagementPolicy ${set.spec?.podManagementPolicy ?? 'OrderedReady, the default,'} the next is made when ${by.metadata.name} is ready`,
        evidence: [
          snapshot.quote(set, set.spec?.podManagementPolicy === undefined ? '/spec' : '/spec/podManagementPolicy'),
          snapshot.evidenceOf(hit)[0],
          snapshot.quote(by, '/status/phase'),
        ],
        related: [{ kind: 'Pod', namespace: namespace ?? '', name: by.metadata.name }],
      };
    }
  },
});
