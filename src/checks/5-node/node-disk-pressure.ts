import { eventMessage } from '../../snapshot/events.ts';
import { machineOf, nodeEvents } from '../../snapshot/nodes/node-health.ts';
import { fullFilesystems, describeFilesystem } from '../../snapshot/nodes/filesystems.ts';
import { defineCheck } from '../check.ts';
import { pressureFindings, saidByPods } from './pressure.ts';

/** The kubelet deleted no image, because none is unused. */
const NOTHING_TO_FREE = /garbage collect required amount of images.{0,120}(?:only found|freed) 0 bytes/i;
/** What evictions and thresholds call it. */
const SHORT = /ephemeral-storage|inodes|nodefs|imagefs/;

export default defineCheck({
  id: 'node-disk-pressure',
  layer: 5,
  title: 'No node is under disk pressure',
  failureTitle: 'The node is under disk pressure',
  why: 'Under disk pressure the kubelet deletes images, evicts pods and takes no new ones. By default it begins when less than 10 % of the node file system, 15 % of the image file system or 5 % of the inodes are free.',
  fix: [
    'Free space on {node}: unused images and stopped containers (crictl rmi --prune), logs under /var/log, what `du -xh --max-depth=2 /var` shows; with inodes exhausted remove directories of many small files',
    'Set ephemeral-storage requests and limits on pods that write much, or enlarge the disk',
  ],
  next: ['kubectl describe node {node}', 'df -h; df -i', 'du -xsh /var/lib/containerd /var/lib/kubelet /var/log'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['nodes', 'events'],
  heard: saidByPods(SHORT),
  wants: ['filesystems'],
  *run(_facts, { snapshot }) {
    yield* pressureFindings(snapshot, {
      type: 'DiskPressure',
      begins: 'NodeHasDiskPressure',
      ends: 'NodeHasNoDiskPressure',
      taint: 'node.kubernetes.io/disk-pressure',
      reclaims: SHORT,
      what: 'free disk space or inodes',
      more: (node) => {
        // The kubelet's own thresholds: it acts well before a file system is full.
        const full = fullFilesystems(snapshot.facts('filesystems'), { bytes: 85, inodes: 95 }).filter(
          (one) => machineOf(snapshot, one.filesystem) === node,
        );
        const freed = (nodeEvents(snapshot, 'FreeDiskSpaceFailed', 'ImageGCFailed').get(node) ?? [])
          .filter((event) => NOTHING_TO_FREE.test(eventMessage(event)))
          .slice(-1);
        return {
          text: [
            ...full.map((one) => describeFilesystem(one)),
            ...freed.map((event) => `the images are not what fills it: "${eventMessage(event).slice(0, 240)}"`),
          ].join(', '),
          evidence: [...full.slice(0, 2).map((one) => one.filesystem.source), ...freed.map(snapshot.quoteEvent)],
        };
      },
    });
  },
});
