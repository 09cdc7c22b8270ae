import { describeContainer } from '../../snapshot/containers.ts';
import { crashes, lastWordsOfCrash, stateOf } from '../../snapshot/crashes.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'exit-139-segfault',
  layer: 1,
  title: 'No container ends with a segmentation fault',
  failureTitle: 'The container ended with a segmentation fault (exit code 139)',
  why: 'A crash in native code: libraries that do not fit each other, instructions the CPU lacks, memory corruption; on GPU nodes often NCCL or driver libraries. Many unrelated ones on one node point to its memory.',
  fix: [
    'Match the libc and driver libraries of the image to the node and take a core dump; when unrelated programs crash on one node, test its memory.',
  ],
  next: [
    "journalctl -k | grep -E 'segfault|traps:'",
    'kubectl logs {name} -n {namespace} -c {container} --previous --tail=50',
  ],
  severity: 'critical',
  confidence: 'high',
  needs: ['pods'],
  wants: ['containerLogs'],
  *run(_facts, { snapshot, now }) {
    for (const crash of crashes(snapshot)) {
      const { container, ended, restarts } = crash;
      if (ended === undefined || !(ended.exitCode === 139)) continue;
      const words = lastWordsOfCrash(snapshot, crash);
      const state = stateOf(crash, now);
      yield {
        subject: snapshot.subject(container.pod as never, container.name === '' ? {} : { container: container.name }),
        message: `${describeContainer(container)} ended with SIGSEGV (exit code 139, segmentation fault)${restarts > 0 ? `, ${restarts} restart${restarts === 1 ? '' : 's'}` : ''}${
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
