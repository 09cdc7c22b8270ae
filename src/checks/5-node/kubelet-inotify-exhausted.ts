import { subjectOfHit } from '../signature-check.ts';
import { bySubject, timing } from '../../snapshot/logs/hits.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** Of inotify_init and inotify_add_watch. */
const REASON = /too many open files|no space left on device/i;

/** Instances for each user; the kernel's default where memory does not set it. */
const INSTANCES = 'fs.inotify.max_user_instances';
const DEFAULT = 128;

export default defineCheck({
  id: 'kubelet-inotify-exhausted',
  layer: 5,
  title: 'The nodes have inotify instances and watches left',
  failureTitle: 'The node has no inotify instances or watches left (too many open files)',
  why: 'File watchers take an inotify instance each (fs.inotify.max_user_instances, 128 by default) and watches per file. When they are used up, programs that watch files fail with "too many open files" or "no space left on device", though neither files nor disk are short.',
  fix: [
    'On the nodes: sysctl -w fs.inotify.max_user_instances=8192 fs.inotify.max_user_watches=524288, and the same in /etc/sysctl.d',
    'Find who holds them: many pods per node, log shippers, development servers',
  ],
  next: [
    'sysctl fs.inotify',
    'find /proc/*/fd -lname anon_inode:inotify 2>/dev/null | cut -d/ -f3 | sort | uniq -c | sort -rn | head',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['kubelet-inotify-exhausted', 'file-watcher-limit', 'file-watcher-failed', 'app-too-many-open-files'],
  needsAny: ['hostLogs', 'containerLogs'],
  wants: ['hostValues'],
  *run({ hostValues }, { snapshot }) {
    // Go programs with wrapped errors print the reason on the line above.
    const wrapped = snapshot
      .hits('file-watcher-failed')
      .filter(({ first }) =>
        [...(first.around?.before ?? []).slice(-1), ...(first.around?.after ?? []).slice(0, 1)].some((line) =>
          REASON.test(line),
        ),
      );
    const literal = [...snapshot.hits('kubelet-inotify-exhausted'), ...snapshot.hits('file-watcher-limit'), ...wrapped];
    // Who looked up the limit of inotify beside "too many open files", and found the kernel's default, knows which it is.
    const suspected =
      literal.length === 0 &&
      hostValues.some(({ topic, key, value }) => topic === 'sysctl' && key === INSTANCES && Number(value) <= DEFAULT)
        ? snapshot.hits('app-too-many-open-files').filter(({ first }) => !/ENFILE|in system/.test(first.text))
        : [];
    for (const { subject, hits } of bySubject([...literal, ...suspected], (hit) => subjectOfHit(hit, snapshot))) {
      const limits = hostValues.filter(
        (value) =>
          value.topic === 'sysctl' &&
          value.key.startsWith('fs.inotify.max_user') &&
          // A shell that names no machine was opened where the trouble is.
          (subject.node === undefined || value.node === undefined || machineOf(snapshot, value) === subject.node),
      );
      const [first, ...rest] = hits.flatMap((hit) => snapshot.evidenceOf(hit));
      if (first === undefined) continue;
      // EMFILE counts instances, ENOSPC the watches in them.
      const says = (words: RegExp): boolean => hits.some((hit) => words.test(hit.first.text));
      const watches = says(/no space left on device/i) && !says(/too many open files/i);
      const where =
        subject.kind === 'Node'
          ? `On ${subject.name}`
          : `${subject.kind} ${subject.name}${subject.node === undefined ? '' : ` on node ${subject.node}`}`;
      const verb = subject.kind === 'Node' ? ': a file watcher cannot be made' : ' cannot create a file watcher';
      yield {
        subject,
        // A daemon of the node that goes on running has lost one watcher; a program that panics has lost its life.
        ...(subject.kind === 'Node' ? { severity: 'warning' as const } : {}),
        ...(suspected.length > 0 ? { confidence: 'medium' as const } : {}),
        message: `${where}${verb} ("${watches ? 'no space left on device' : 'too many open files'}"): the inotify ${watches ? 'watches' : 'limit'} of the node ${watches ? 'are' : 'is'} used up (fs.inotify.max_user_${watches ? 'watches' : 'instances'}${limits.length === 0 ? '' : `; set: ${limits.map((one) => `${one.key}=${one.value}`).join(', ')}`})`,
        evidence: [first, ...limits.slice(0, 2).map((one) => one.source), ...rest],
        ...timing(snapshot, hits),
      };
    }
  },
});
