import { podOfKubeletLine } from '../../snapshot/logs/kubelet-lines.ts';
import { givenUpBelow, MOUNT_FAILED } from '../../snapshot/logs/mount-words.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { podFailures, volumeNamed } from '../../snapshot/pods/pod-events.ts';
import { subjectOfHit } from '../signature-check.ts';
import { defineCheck } from '../check.ts';

const CORRUPT =
  /'fsck' found errors on device \S{1,200} but could not correct them|[Ss]tructure needs cleaning|(?<unread>wrong fs type, bad option, bad superblock(?: on \S{1,120}\w)?|can't read superblock(?: on \S{1,120}\w)?)/;
/** The same mount error for an NFS export or a missing helper says nothing about a disk. */
const NETWORK = /nfs|cifs|helper program(?!,? or other error)|\d{1,3}(?:\.\d{1,3}){3}:\//i;
/** What mount(8) and the kernel say alike of all of these. */
const UNREAD =
  'cannot be read: it is damaged, of another type, or made with features that the kernel of the node does not know (a newer mkfs.xfs or mkfs.ext4)';
const VOLUME = /failed for volume "([^"]{1,253})"/;

export default defineCheck({
  id: 'volume-fs-corrupt',
  layer: 5,
  title: 'The file systems of the volumes are intact',
  failureTitle: 'The file system of a volume is damaged',
  why: 'The check before mounting found errors it may not repair by itself. The pod stays in ContainerCreating.',
  fix: [
    'Read what the kernel said when it tried to mount (unknown features, I/O error, corruption): the first asks for a newer kernel on the node, the second for the disk',
    'Detach the volume from all pods, save an image of it, repair it (fsck -y, xfs_repair) on the node, or restore from a backup',
  ],
  next: ['kubectl describe pod {name} -n {namespace}', "journalctl -k --no-pager | grep -E 'EXT4-fs|XFS'"],
  severity: 'critical',
  confidence: 'high',
  reads: ['volume-fs-corrupt', 'volume-formatted', MOUNT_FAILED],
  needsAny: ['events', 'hostLogs'],
  wants: ['pods', 'persistentVolumes', 'persistentVolumeClaims'],
  *run(_facts, { snapshot }) {
    let told = false;
    for (const failure of podFailures(snapshot, ['FailedMount'], CORRUPT)) {
      const text = failure.match.input;
      if (NETWORK.test(text) && !/fsck|needs cleaning/.test(text)) continue;
      told = true;
      const name = VOLUME.exec(text)?.[1] ?? '';
      const unread = failure.match.groups?.['unread'];
      yield {
        subject: failure.seen.subject(),
        ...(unread === undefined ? {} : { variant: 'unreadable', confidence: 'medium' as const }),
        message: `The file system of volume "${name}" of pod ${failure.seen.ref.name} ${
          unread === undefined ? 'is damaged' : UNREAD
        }: ${failure.match[0]}`,
        evidence: [snapshot.quoteEvent(failure.event)],
        related: volumeNamed(snapshot, name, failure).refs,
        state: failure.state,
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
    }
    if (told) return;
    const formatted = snapshot.hits('volume-formatted');
    for (const hit of snapshot.hits('volume-fs-corrupt')) {
      const { device, disk } = hit.groups;
      if (disk?.includes(':/') === true) continue;
      // A new disk has no file system: the first mount fails, and then it gets one.
      const isNew = formatted.some(
        ({ groups, origin, last }) =>
          disk !== undefined &&
          origin.file === hit.origin.file &&
          last.line > hit.last.line &&
          (groups['disk'] ?? groups['formatted']) === disk,
      );
      if (isNew) continue;
      const given = givenUpBelow(snapshot, hit);
      const pod = given === undefined ? undefined : podOfKubeletLine(snapshot, given);
      const of = given === undefined ? '' : ` of volume "${given.groups['volume'] ?? ''}"`;
      const at = pod === undefined ? '' : ` of pod ${pod.name}`;
      yield {
        subject:
          pod === undefined
            ? subjectOfHit(hit, snapshot)
            : snapshot.named('Pod', pod.name, { namespace: pod.namespace, node: machineOf(snapshot, hit) }),
        ...(disk === undefined ? {} : { variant: 'unreadable', confidence: 'medium' as const }),
        message:
          disk === undefined
            ? `The file system ${of === '' ? 'of a volume' : `${of.trim()}${at}`} is damaged${device === undefined ? '' : ` (${device})`}`
            : `The file system on ${disk}${of}${at} ${UNREAD}: ${hit.first.text.trim().slice(-200)}`,
        evidence: [...snapshot.evidenceOf(hit), ...(given === undefined ? [] : snapshot.evidenceOf(given))],
        ...timing(snapshot, [hit]),
      };
    }
  },
});
