import { describeContainer } from '../../snapshot/containers.ts';
import { crashes, lastWordsOfCrash, stateOf } from '../../snapshot/crashes.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'exit-134-abort',
  layer: 1,
  title: 'No container aborts itself',
  failureTitle: 'The container aborted itself (exit code 134)',
  why: 'The runtime called abort() on purpose: a failed assertion, heap corruption, an uncaught C++ exception, or a Node.js heap that is full.',
  fix: ['Follow the message before the abort; for a full heap raise its size together with the memory limit.'],
  next: ['kubectl logs {name} -n {namespace} -c {container} --previous --tail=50'],
  severity: 'warning',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (ended === undefined || !(ended.exitCode === 134)) continue;
      const words = lastWordsOfCrash(snapshot, crash);
      const state = stateOf(crash, now);
      yield {
        subject: snapshot.subject(container.pod as never, container.name === '' ? {} : { container: container.name }),
        message: `${describeContainer(container)} aborted itself with SIGABRT (exit code 134)${restarts > 0 ? `, ${restarts} restart${restarts === 1 ? '' : 's'}` : ''}${
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
