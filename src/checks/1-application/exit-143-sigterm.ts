import { describeContainer } from '../../snapshot/containers.ts';
import { crashes, lastWordsOfCrash, stateOf } from '../../snapshot/crashes.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'exit-143-sigterm',
  layer: 1,
  title: 'No container is stopped from outside again and again',
  failureTitle: 'The container was stopped with SIGTERM (exit code 143)',
  why: 'Somebody asked the container to stop: a rollout, a drain, an eviction, a failed probe, a node that shuts down. By itself it is no crash.',
  fix: ['Find who stopped it in the events; a program that handles SIGTERM ends with exit code 0.'],
  next: ['kubectl get events -n {namespace} --field-selector involvedObject.name={name} --sort-by=.lastTimestamp'],
  severity: 'info',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (
        ended === undefined ||
        !((ended.exitCode === 143 || ended.exitCode === 130) && container.pod.metadata.deletionTimestamp === undefined)
      )
        continue;
      const words = lastWordsOfCrash(snapshot, crash);
      const state = stateOf(crash, now);
      yield {
        subject: snapshot.subject(container.pod as never, container.name === '' ? {} : { container: container.name }),
        ...(crash.looping ? { severity: 'warning' as const } : {}),
        message: `${describeContainer(container)} was stopped from outside with ${ended.exitCode === 143 ? 'SIGTERM' : 'SIGINT'} (exit code ${ended.exitCode})${restarts > 0 ? `, ${restarts} restart${restarts === 1 ? '' : 's'}` : ''}${
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
