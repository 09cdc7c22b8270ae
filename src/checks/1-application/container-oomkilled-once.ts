import { containerSubject, describeContainer, memoryLimit } from '../../snapshot/pods/containers.ts';
import { crashes, stateOf } from '../../snapshot/pods/crashes.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'container-oomkilled-once',
  layer: 1,
  title: 'No container was OOM-killed lately',
  failureTitle: 'The container was OOM-killed and runs again',
  why: 'A leak or a peak load: the next kill comes when memory reaches the limit again. Evenly long runs point to a leak, short ones to a limit that is too low.',
  fix: [
    'Compare the use of container {container} with its limit ({limit}) over time and raise the limit or mend the leak.',
  ],
  next: ['kubectl top pod {name} -n {namespace} --containers'],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (ended?.reason !== 'OOMKilled' || crash.looping || ended.current || restarts >= 2) continue;
      const limit = memoryLimit(container);
      const ran =
        ended.startedAt === undefined || ended.finishedAt === undefined
          ? ''
          : ` after ${Math.round((ended.finishedAt - ended.startedAt) / 1000)} s`;
      yield {
        subject: containerSubject(snapshot, container),
        ...(container.status?.state?.running === undefined ? { title: 'The container was OOM-killed' } : {}),
        message: `${describeContainer(container)} was OOMKilled${ended.exitCode === undefined ? '' : ` (exit code ${ended.exitCode})`}${ran}${
          limit === undefined ? '' : ` at its memory limit of ${limit.text}`
        }${container.status?.state?.running === undefined ? '' : ' and runs again'}`,
        evidence: [
          snapshot.quote(container.pod, `${ended.at}/reason`),
          ...(limit === undefined ? [] : [snapshot.quote(container.pod, `${limit.at}/memory`)]),
        ],
        params: { container: container.name, limit: limit?.text ?? 'not known' },
        ...(ended.finishedAt === undefined ? {} : { since: ended.finishedAt }),
        ...(stateOf(crash, now) === 'historic' ? { state: 'historic' as const } : {}),
      };
    }
  },
});
