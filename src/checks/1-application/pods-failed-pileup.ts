import { groupBy } from '../../lib/group-by.ts';
import { hasFailed } from '../../snapshot/pods/failed-pods.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck } from '../check.ts';

/** Ended pods of one namespace that are worth a remark (our judgement; the garbage collector starts at 12500 by default). */
const MANY = 100;

export default defineCheck({
  id: 'pods-failed-pileup',
  layer: 1,
  title: 'Ended pods are cleaned up',
  failureTitle: 'Many ended pods are kept in the namespace',
  why: 'An eviction storm or Jobs without a time to live leave pods behind: noise in every listing, and objects in etcd.',
  fix: ['Set ttlSecondsAfterFinished and history limits, and delete the ended pods.'],
  next: ['kubectl get pods -n {name} --field-selector=status.phase=Failed'],
  severity: 'info',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot }) {
    const byNamespace = groupBy(unsteadyPods(snapshot), (pod) =>
      pod.status?.phase === 'Succeeded' || hasFailed(pod) ? (pod.metadata.namespace ?? '') : undefined,
    );
    for (const [namespace, ended] of byNamespace) {
      const [first] = ended;
      if (ended.length <= MANY || first === undefined) continue;
      const failed = ended.filter(hasFailed).length;
      yield {
        subject: snapshot.named('Namespace', namespace),
        message: `Namespace ${namespace} keeps ${ended.length} ended pods, ${failed} of them Failed`,
        evidence: [snapshot.quote(first, '/status/phase')],
      };
    }
  },
});
