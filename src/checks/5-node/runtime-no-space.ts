import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

export default defineCheck({
  id: 'runtime-no-space',
  layer: 5,
  title: 'The runtime and the kubelet have disk space',
  failureTitle: 'The runtime or the kubelet ran out of disk space',
  why: 'A write on the node failed because the file system is full, of bytes or of inodes. Images cannot be unpacked, containers cannot be created.',
  fix: ['Find what fills the file system of that path, both bytes and inodes; images, logs and writable layers first.'],
  next: ['df -h; df -i', 'du -xhd2 /var/lib /var/log | sort -h | tail -20'],
  severity: 'critical',
  confidence: 'high',
  reads: ['runtime-no-space'],
  needsAny: ['events', 'hostLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    yield* toldFindings(snapshot, {
      reasons: START_REASONS,
      // A watch that cannot be made says so too: see kubelet-inotify-exhausted.
      pattern:
        /^(?!.{0,4000}(?:fork\/exec \S{1,160}|unshare|clone): no space).{0,8000}?(?:(?<path>\/[\w./@-]{1,160}): )?(?<words>no space left on device|Thin Pool has \d{1,12} free (?:data|metadata) blocks which is less than minimum)(?!.{0,200}notify)/s,
      signature: 'runtime-no-space',
      message: ({ path, words }, who) =>
        `The node of ${who} has no disk space left${path === undefined ? '' : ` at ${path}`}: "${words ?? 'no space left on device'}"`,
    });
  },
});
