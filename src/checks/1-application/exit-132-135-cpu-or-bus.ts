import { describeContainer } from '../../snapshot/containers.ts';
import { crashes, lastWordsOfCrash, stateOf } from '../../snapshot/crashes.ts';

import { defineCheck } from '../check.ts';

const SIGNALS: Readonly<Record<number, string>> = {
  132: 'SIGILL, an illegal instruction',
  135: 'SIGBUS, a bus error',
  136: 'SIGFPE, an arithmetic fault',
};

export default defineCheck({
  id: 'exit-132-135-cpu-or-bus',
  layer: 1,
  title: 'No container ends with an illegal instruction, bus error or arithmetic fault',
  failureTitle: 'The container ended with an illegal instruction, a bus error or an arithmetic fault',
  why: 'Illegal instruction (132): built for a newer CPU. Bus error (135): /dev/shm too small (64 MiB unless set) or failing storage below mapped memory. Arithmetic fault (136): the program.',
  fix: [
    '132: rebuild for the CPU of the node or choose other nodes. 135: mount an emptyDir with medium Memory at /dev/shm, check the disk.',
  ],
  next: [
    'kubectl logs {name} -n {namespace} -c {container} --previous --tail=50',
    'kubectl get pod {name} -n {namespace} -o yaml',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (ended === undefined || ![132, 135, 136].includes(ended.exitCode ?? 0)) continue;
      const words = lastWordsOfCrash(snapshot, crash);
      const state = stateOf(crash, now);
      yield {
        subject: snapshot.subject(container.pod as never, container.name === '' ? {} : { container: container.name }),
        variant: ended.exitCode === 132 ? 'illegal-instruction' : ended.exitCode === 135 ? 'bus-error' : 'arithmetic',
        message: `${describeContainer(container)} ended with ${SIGNALS[ended.exitCode ?? 0]} (exit code ${ended.exitCode})${restarts > 0 ? `, ${restarts} restart${restarts === 1 ? '' : 's'}` : ''}${
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
