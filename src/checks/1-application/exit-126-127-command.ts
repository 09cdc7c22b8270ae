import { lastWordsOfCrash } from '../../snapshot/pods/crashes.ts';
import { defineCheck } from '../check.ts';
import { exitFindings } from './exit-findings.ts';

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
  *run(_facts, context) {
    const { snapshot } = context;
    yield* exitFindings(context, (crash) => {
      const { container, ended } = crash;
      if (ended.exitCode !== 126 && ended.exitCode !== 127) return undefined;
      // The runtime could not start it at all: another check quotes its words.
      if (ended.reason === 'ContainerCannotRun' || ended.reason === 'StartError') return undefined;
      const last = lastWordsOfCrash(snapshot, crash);
      const log = last !== undefined && last.grade > 1 ? last : undefined;
      const { command: entry, args } = container.spec ?? {};
      const command = [...(entry ?? []), ...(args ?? [])].join(' ').slice(0, 200);
      const why = log === undefined ? (command === '' ? '' : ` (command: ${command})`) : `: ${log.text}`;
      return {
        variant: ended.exitCode === 127 ? 'not-found' : 'not-executable',
        words: `ended with exit code ${ended.exitCode}: a command was ${ended.exitCode === 127 ? 'not found' : 'not executable'}${why}`,
        evidence: [
          ...(log === undefined ? [] : [log.evidence]),
          ...(command === ''
            ? []
            : [snapshot.quote(container.pod, `${container.specAt}/${entry === undefined ? 'args' : 'command'}`)]),
        ],
      };
    });
  },
});
