import { groupBy } from '../../lib/group-by.ts';
import { timing, wordsOfHits } from '../../snapshot/logs/hits.ts';
import { machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';
import { subjectOfHit } from '../signature-check.ts';

/** What multipathd says of a path that carries nothing; `ghost` and `delayed` wait for the other controller. */
const FAILED = /^failed\b|\b(?:faulty|offline)\b/;

export default defineCheck({
  id: 'disk-multipath-path-failed',
  layer: 5,
  title: 'All paths to the disks work',
  failureTitle: 'A path to a multipath disk failed',
  why: 'A cable, switch, adapter, session or controller on the way to the storage does not answer. The disk works on over its other paths, but volumes that are set up anew may wait for the dead one; when the last path fails the disk reports I/O errors, or hangs (queue_if_no_path).',
  fix: [
    'See which paths are down and what they share (adapter, switch, portal, controller); mend it, then let multipathd look again (multipath -r)',
    'A path to a disk that the storage no longer offers: log out of its session or delete it (echo 1 > /sys/block/DISK/device/delete)',
  ],
  next: ['multipath -ll', 'journalctl -u multipathd -n 50 --no-pager', 'iscsiadm -m session -P 3'],
  severity: 'warning',
  confidence: 'high',
  reads: ['disk-multipath-path-failed'],
  needsAny: ['hostValues', 'kernelLogs', 'hostLogs'],
  *run({ hostValues }, { snapshot }) {
    const paths = hostValues.filter(({ topic }) => topic === 'multipath');
    for (const of of groupBy(paths, (path) => `${machineOf(snapshot, path)} ${path.scope ?? ''}`).values()) {
      const failed = of.filter(({ value }) => FAILED.test(value));
      const [first, ...more] = failed;
      if (first === undefined) continue;
      const all = failed.length === of.length;
      yield {
        subject: machineSubject(snapshot, first),
        variant: all ? 'all' : 'some',
        ...(all ? { severity: 'critical' as const } : {}),
        message: `${failed.length} of ${of.length} paths of multipath disk ${first.scope ?? ''} failed: ${failed.map(({ key, value }) => `${key} (${value})`).join(', ')}`,
        evidence: [first.source, ...more.map(({ source }) => source)],
      };
    }
    for (const hit of snapshot.hits('disk-multipath-path-failed'))
      yield {
        subject: subjectOfHit(hit, snapshot),
        variant: 'logged',
        message: `A path to a multipath disk failed: ${wordsOfHits([hit])}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
  },
});
