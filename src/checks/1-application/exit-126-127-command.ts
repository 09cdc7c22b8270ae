import { crashes, lastWordsOfCrash, stateOf } from '../../snapshot/crashes.ts';
import { describeContainer } from '../../snapshot/containers.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'exit-126-127-command',
  layer: 1,
  title: 'Containers find and may execute their commands',
  failureTitle: 'A command of the container is not there or not executable (exit code 126, 127)',
  why: 'Shells end with 127 when they do not find a command and with 126 when they may not execute it: a typing error in command or args, a tool that the image lacks, a script without +x or with Windows line ends.',
  fix: [
    'Correct command and args of container {container}, or use an image that has the program (and its interpreter).',
  ],
  next: [
    'kubectl logs {name} -n {namespace} -c {container} --previous',
    "kubectl get pod {name} -n {namespace} -o jsonpath='{.spec.containers[*].command} {.spec.containers[*].args}'",
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended } = crash;
      if (ended === undefined || (ended.exitCode !== 126 && ended.exitCode !== 127)) continue;
      // The runtime could not start it at all: another check quotes its words.
      if (ended.reason === 'ContainerCannotRun' || ended.reason === 'StartError') continue;
      const last = lastWordsOfCrash(snapshot, crash);
      const words = last !== undefined && last.grade > 1 ? last : undefined;
      const command = [...(container.spec?.command ?? []), ...(container.spec?.args ?? [])].join(' ').slice(0, 200);
      const state = stateOf(crash, now);
      yield {
        subject: snapshot.subject(container.pod as never, container.name === '' ? {} : { container: container.name }),
        variant: ended.exitCode === 127 ? 'not-found' : 'not-executable',
        message: `${describeContainer(container)} ended with exit code ${ended.exitCode}: a command was ${
          ended.exitCode === 127 ? 'not found' : 'not executable'
        }${words === undefined ? (command === '' ? '' : ` (command: ${command})`) : `: ${words.text}`}`,
        evidence: [
          snapshot.quote(container.pod, `${ended.at}/exitCode`),
          ...(words === undefined ? [] : [words.evidence]),
          ...(command === ''
            ? []
            : [
                snapshot.quote(
                  container.pod,
                  `${container.specAt}/${container.spec?.command === undefined ? 'args' : 'command'}`,
                ),
              ]),
        ],
        params: { container: container.name },
        ...(ended.finishedAt === undefined ? {} : { since: ended.finishedAt }),
        ...(state === 'current' ? {} : { state }),
      };
    }
  },
});
