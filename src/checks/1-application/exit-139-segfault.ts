import { crashes } from '../../snapshot/pods/crashes.ts';
import { podOfLog, subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { defineCheck } from '../check.ts';
import { exitFindings, withAftermath } from './exit-findings.ts';

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
  needsAny: ['pods', 'containerLogs'],
  reads: ['app-segfault', 'kernel-segfault'],
  *run(_facts, context) {
    yield* exitFindings(context, (crash) =>
      crash.ended.exitCode === 139
        ? withAftermath(context.snapshot, crash, { words: 'ended with SIGSEGV (exit code 139, segmentation fault)' })
        : undefined,
    );
    const known = new Set(
      crashes(context.snapshot).flatMap(({ ended, container }) =>
        ended?.exitCode === undefined ? [] : [container.pod],
      ),
    );
    // A table tells of a crash loop and no exit code; the kernel of the node names the program.
    for (const { ended, container } of crashes(context.snapshot)) {
      const { pod } = container;
      if (ended?.exitCode !== undefined) continue;
      const hit = context.snapshot
        .hits('kernel-segfault')
        .find(
          ({ groups, node = pod.spec?.nodeName, origin }) =>
            (origin.node ?? node) === pod.spec?.nodeName &&
            pod.metadata.name.startsWith(`${groups['program'] ?? ' '}-`),
        );
      if (hit === undefined) continue;
      known.add(pod);
      yield {
        subject: context.snapshot.subject(pod),
        confidence: 'medium',
        message: `Pod ${pod.metadata.name} crashes again and again, and the kernel of its node tells of a segmentation fault of ${hit.groups['program'] ?? ''}${hit.groups['library'] === undefined ? '' : ` in ${hit.groups['library']}`}`,
        evidence: context.snapshot.evidenceOf(hit),
      };
    }
    // Of a log alone: the shell that ran the program says so.
    for (const hit of context.snapshot.hits('app-segfault')) {
      const pod = podOfLog(context.snapshot, hit);
      if (pod !== undefined && known.has(pod)) continue;
      yield {
        subject: subjectOfLogHit(context.snapshot, hit),
        message: `The log says that the program ended with a segmentation fault (SIGSEGV): ${hit.first.text.trim().slice(0, 200)}`,
        evidence: context.snapshot.evidenceOf(hit),
      };
    }
  },
});
