import type { Pod } from '../../snapshot/kinds/index.ts';
import { containersOf } from '../../snapshot/containers.ts';
import { groupBy } from '../../lib/group-by.ts';
import { unsteadyPods } from '../../snapshot/steady.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'job-pods-failed',
  layer: 1,
  title: 'Of every Job that is told by its pods alone, a pod runs or has succeeded',
  failureTitle: 'All pods of the Job failed',
  why: 'The bundle does not hold the Job itself; that each pod it made ended with an error shows that it gets nowhere.',
  fix: ['Find out from the log of the pods why they end with an error'],
  next: ['kubectl describe job {name} -n {namespace}; kubectl logs job/{name} -n {namespace} --all-containers'],
  severity: 'critical',
  confidence: 'medium',
  needs: ['pods'],
  wants: ['jobs'],
  *run(_facts, { snapshot }) {
    const jobOf = (pod: Pod) =>
      pod.metadata.ownerReferences?.find((owner) => owner.kind === 'Job' && owner.name !== undefined)?.name;
    const failed = unsteadyPods(snapshot).filter((pod) => pod.status?.phase === 'Failed' && jobOf(pod) !== undefined);
    if (failed.length === 0) return;
    const keyOf = (pod: Pod): string => `${pod.metadata.namespace ?? ''}\u0000${jobOf(pod) ?? ''}`;
    // A pod that runs or has ended well may save its Job yet.
    const alive = new Set(
      snapshot
        .list('pods')
        .flatMap((pod) => (pod.status?.phase === 'Failed' || jobOf(pod) === undefined ? [] : [keyOf(pod)])),
    );
    for (const [key, pods] of groupBy(failed, keyOf)) {
      const [first] = pods;
      const name = first === undefined ? undefined : jobOf(first);
      if (first === undefined || name === undefined || alive.has(key)) continue;
      const { namespace } = first.metadata;
      if (snapshot.get('jobs', namespace, name) !== undefined) continue;
      const codes = new Set(
        pods.flatMap((pod) =>
          containersOf(pod).flatMap(({ status }) => {
            const code = status?.state?.terminated?.exitCode;
            return code === undefined || code === 0 ? [] : [code];
          }),
        ),
      );
      const end = codes.size === 0 ? '' : ` with exit code ${[...codes].sort((a, b) => a - b).join(', ')}`;
      const ended = containersOf(first).find(({ status }) => (status?.state?.terminated?.exitCode ?? 0) !== 0);
      yield {
        subject: {
          ...snapshot.named('Job', name),
          ...(namespace === undefined ? {} : { namespace }),
        },
        message: `${pods.length === 1 ? 'The only pod' : `All ${pods.length} pods`} of Job ${name} in the bundle failed${end}`,
        evidence: [
          snapshot.quote(first, ended === undefined ? '/status/phase' : `${ended.at}/state/terminated/exitCode`),
        ],
      };
    }
  },
});
