import { describeContainer } from '../../snapshot/containers.ts';
import { crashes, lastWordsOfCrash, stateOf } from '../../snapshot/crashes.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'exit-0-restart-loop',
  layer: 1,
  title: 'No container that has finished is restarted for ever',
  failureTitle: 'The container finishes without error and is restarted for ever',
  why: 'A one-off process runs under a controller that restarts whatever ends (restartPolicy Always): it shows as CrashLoopBackOff though nothing crashed. Shells without a terminal and programs that go to the background end like this too.',
  fix: ['Run it as a Job or CronJob, or keep the process of container {container} in the foreground.'],
  next: ['kubectl logs {name} -n {namespace} -c {container} --previous'],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (
        ended === undefined ||
        !(
          (ended.exitCode === 0 || (ended.exitCode === undefined && ended.reason === 'Completed')) &&
          container.role === 'app' &&
          container.pod.status?.phase !== 'Succeeded' &&
          (crash.looping || restarts >= 3) &&
          (container.pod.spec?.restartPolicy ?? 'Always') === 'Always' &&
          !(container.status?.ready === true && stateOf(crash, now) !== 'current')
        )
      )
        continue;
      const words = lastWordsOfCrash(snapshot, crash);
      const state = stateOf(crash, now);
      yield {
        subject: snapshot.subject(container.pod as never, container.name === '' ? {} : { container: container.name }),
        ...(crash.looping ? { severity: 'critical' as const } : {}),
        message: `${describeContainer(container)} finishes with exit code 0 and is started again${restarts > 0 ? `, ${restarts} restart${restarts === 1 ? '' : 's'}` : ''}${
          words === undefined || words.grade === 1 ? '' : `; its log ends with: ${words.text}`
        }`,
        evidence: [
          snapshot.quote(container.pod, ended.exitCode === undefined ? ended.at : `${ended.at}/exitCode`),
          ...(words === undefined || words.grade === 1 ? [] : [words.evidence]),
        ],
        params: { container: container.name },
        ...(ended.finishedAt === undefined ? {} : { since: ended.finishedAt }),
        ...(state === 'current' ? {} : { state }),
      };
    }
  },
});
