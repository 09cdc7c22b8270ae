import { containerSubject, describeContainer } from '../../snapshot/pods/containers.ts';
import { crashes, describeEnd, lastWordsOfCrash, timeOfCrash } from '../../snapshot/pods/crashes.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'crashloop-init-container',
  layer: 1,
  title: 'Init containers come to their end',
  failureTitle: 'An init container fails, so the pod never starts',
  why: 'The containers of the pod start only after every init container has ended with exit code 0.',
  fix: ['Mend what the log of init container {container} says; "kubectl logs" needs its name.'],
  next: ['kubectl logs {name} -n {namespace} -c {container} --previous', 'kubectl describe pod {name} -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, { snapshot }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (container.role !== 'init' || container.pod.status?.phase === 'Succeeded') continue;
      const failed = ended !== undefined && (ended.exitCode ?? (ended.reason === 'Completed' ? 0 : 1)) !== 0;
      const waits = container.status?.state?.running === undefined && container.status?.ready !== true;
      if (!crash.looping && !(failed && waits)) continue;
      const words = lastWordsOfCrash(snapshot, crash);
      yield {
        subject: containerSubject(snapshot, container),
        // A state alone: whatever in the bundle gives a reason for some end comes before it.
        ...(ended?.exitCode === undefined && words === undefined ? { confidence: 'medium' as const } : {}),
        message: `${describeContainer(container, words?.container)} fails: ${describeEnd(ended)}${restarts > 0 ? `, ${restarts} restarts` : ''}${
          words === undefined ? '' : `; its log ends with: ${words.text}`
        }`,
        evidence: [
          snapshot.quote(container.pod, ended?.at ?? `${container.at}/state/waiting/reason`),
          ...(words === undefined ? [] : [words.evidence, ...words.before]),
        ],
        params: { container: container.name },
        ...timeOfCrash(crash),
      };
    }
  },
});
