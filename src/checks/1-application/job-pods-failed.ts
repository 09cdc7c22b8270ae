import type { Pod } from '../../snapshot/kinds/index.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { groupBy } from '../../lib/group-by.ts';
import { endedInRow, hasFailed, jobOf } from '../../snapshot/pods/failed-pods.ts';
import { lastWords } from '../../snapshot/logs/last-words.ts';
import { logsOfPod } from '../../snapshot/logs/log-owner.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
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
  wants: ['jobs', 'containerLogs'],
  *run(_facts, { snapshot }) {
    const keyOf = (pod: Pod): string | undefined => {
      const job = jobOf(pod);
      return job === undefined ? undefined : `${pod.metadata.namespace ?? ''}\u0000${job}`;
    };
    const failed = groupBy(unsteadyPods(snapshot).filter(hasFailed), keyOf);
    if (failed.size === 0) return;
    // A pod that runs or has ended well may save its Job yet.
    const alive = new Set(snapshot.list('pods').map((pod) => (hasFailed(pod) ? undefined : keyOf(pod))));
    for (const [key, pods] of failed) {
      const [first] = pods;
      const name = first === undefined ? undefined : jobOf(first);
      if (first === undefined || name === undefined || alive.has(key)) continue;
      // A name alone makes a Job of pods only when several ended alike: a Deployment would start its one anew.
      if (pods.length === 1 && first.metadata.ownerReferences === undefined) continue;
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
      const words = pods.map((pod) => lastWords(logsOfPod(snapshot, pod))).find((said) => said !== undefined);
      const ended = containersOf(first).find(({ status }) => (status?.state?.terminated?.exitCode ?? 0) !== 0);
      yield {
        subject: snapshot.named('Job', name, { namespace }),
        message: `${pods.length === 1 ? 'The only pod' : `All ${pods.length} pods`} of Job ${name} in the bundle failed${end}${words === undefined || words.grade === 1 ? '' : `; its log ends with: ${words.text}`}`,
        evidence: [
          snapshot.quote(
            first,
            ended !== undefined
              ? `${ended.at}/state/terminated/exitCode`
              : endedInRow(first)
                ? '/status/containerStatuses/0/state'
                : '/status/phase',
          ),
          ...(words === undefined ? [] : [words.evidence, ...words.before]),
        ],
      };
    }
  },
});
