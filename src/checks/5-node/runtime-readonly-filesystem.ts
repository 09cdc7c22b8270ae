import { defineCheck } from '../check.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

/** Paths of the node's own programs: below `merged` and `rootfs` it is a read-only mount of the pod itself. */
const WORDS =
  /^(?!.{0,1500}(?:\/rootfs\/|\/merged[/":\s]|to rootfs)).{0,2000}?(?<path>\/(?:var\/(?:lib|log|run|snap)|run|etc)\/[\w./@~:-]{1,200}): [Rr]ead-only file system|failed to mkdir log: .{0,100}read-only file system/s;

const said = (path: string | undefined, who: string) =>
  `A file system of the node is read-only: ${who} cannot write${path === undefined ? '' : ` ${path}`} ("read-only file system")`;

export default defineCheck({
  id: 'runtime-readonly-filesystem',
  layer: 5,
  title: 'The node can write to its own file systems',
  failureTitle: 'A file system of the node is read-only',
  why: 'The kubelet or the runtime cannot write where it keeps its state. The kernel turned the file system read-only after an error of the disk, or the operating system mounts the directory read-only by design (immutable systems). No pod starts and none is admitted; the node may still say Ready and attract more.',
  fix: [
    'Look in the kernel log for the error that made it read-only; drain the node, check and repair or replace the disk, reboot',
    'On immutable systems (CoreOS, MicroOS, Talos, Bottlerocket) point the program to a directory that is writable',
  ],
  next: [
    'grep " ro," /proc/mounts',
    'dmesg -T | grep -iE "ext4|xfs|i/o error|read-only"',
    'findmnt -T /var/lib/kubelet',
  ],
  severity: 'critical',
  confidence: 'high',
  reads: ['runtime-readonly-filesystem'],
  needsAny: ['events', 'pods', 'hostLogs'],
  *run(_facts, { snapshot }) {
    for (const pod of unsteadyPods(snapshot)) {
      const words = WORDS.exec(pod.status?.message ?? '');
      if (words === null || pod.status?.phase === 'Running') continue;
      const node = pod.spec?.nodeName;
      yield {
        subject: snapshot.subject(pod),
        message: said(words.groups?.['path'], `the kubelet${node === undefined ? '' : ` of ${node}`}`),
        evidence: [snapshot.quote(pod, '/status/message')],
        ...(node === undefined ? {} : { related: [{ kind: 'Node', name: node }] }),
      };
    }
    yield* toldFindings(snapshot, {
      reasons: [...START_REASONS, 'FailedMount', 'UnexpectedAdmissionError'],
      pattern: WORDS,
      signature: 'runtime-readonly-filesystem',
      message: ({ path }, who) => said(path, `the kubelet or the runtime (${who})`),
    });
  },
});
