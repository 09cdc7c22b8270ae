import { formatBytes } from '../../lib/bytes.ts';
import { consumersOf } from '../../snapshot/nodes/disk-use.ts';
import { describeFilesystem, fullFilesystems } from '../../snapshot/nodes/filesystems.ts';
import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { POD_UID, podByUid } from '../../snapshot/pods/pods-by-uid.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** imageGCHighThresholdPercent, and what is left at the hard eviction threshold of images: from here on the kubelet acts. */
const FULL = 85;

/** What helps, by the folder's owner; the first that fits. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /^\/var\/lib\/(?:containerd|docker|containers|rancher\/(?:k3s|rke2)\/agent\/containerd)(?:\/|$)/,
    'On {node}: remove images that nobody uses (crictl rmi --prune); what is left in {path} is written by containers: crictl stats shows by which',
  ],
  [
    /^\/var\/log\/(?:pods|containers)(?:\/|$)/,
    'Lower containerLogMaxSize and containerLogMaxFiles of the kubelet of {node}, and quieten the loudest container under {path}',
  ],
  [/^\/var\/log\/journal(?:\/|$)/, 'On {node}: journalctl --vacuum-size=500M; set SystemMaxUse in journald.conf'],
  [
    /^\/var\/log\/[^/]*(?:kube|openshift)[^/]*(?:\/|$)/,
    'Remove old audit logs and logs of the control plane from {path} on {node}; bound them with --audit-log-maxsize and --audit-log-maxbackup of the API server',
  ],
  [/^\/var\/log\/[^/]/, 'Empty or rotate {path} on {node} (logrotate), and find out why its program writes so much'],
  [
    /^\/var\/log\/?$/,
    'On {node}: journalctl --vacuum-size=500M, check logrotate, and the loudest container under /var/log/pods',
  ],
  [
    /^\/var\/lib\/kubelet(?:\/|$)/,
    'Find the pod whose emptyDir volumes fill {path} on {node}; give its volume a sizeLimit and its containers a limit of ephemeral-storage',
  ],
  [
    /^\/var\/lib\/(?:etcd|rancher\/(?:k3s|rke2)\/server\/db)(?:\/|$)/,
    'Compact and defragment etcd (etcdctl defrag), and remove old snapshots from {path} on {node}',
  ],
];
const ELSE = 'Find out what writes to {path} on {node}; remove, rotate or move it';

export default defineCheck({
  id: 'disk-consumer-identified',
  layer: 5,
  title: 'No single folder fills a file system',
  failureTitle: 'One folder fills a file system of the node',
  why: 'Which folder fills the disk tells what to do: images, logs, volumes of pods and databases each have their own remedy.',
  fix: [ELSE],
  next: ['du -xk -d 2 {path} | sort -n | tail', 'lsof +L1'],
  severity: 'info',
  confidence: 'medium',
  needs: ['filesystems', 'diskUse'],
  wants: ['pods'],
  *run({ filesystems }, { snapshot }) {
    for (const full of fullFilesystems(filesystems, { bytes: FULL, inodes: 101 })) {
      const node = machineOf(snapshot, full.filesystem);
      const [first, ...rest] = consumersOf(snapshot, node, full.filesystem).slice(0, 3);
      if (first === undefined) continue;
      const told = [first, ...rest].map((one) => {
        const pod = podByUid(snapshot, POD_UID.exec(one.path)?.[1]);
        const whose = pod === undefined ? '' : ` (pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name})`;
        return { pod, words: `${one.path}${whose} ${formatBytes(one.bytes)} (${Math.round(one.share * 100)} %)` };
      });
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: full.filesystem.mount,
        message: `On ${node} ${describeFilesystem(full)}; it holds ${told.map((one) => one.words).join(', ')}`,
        evidence: [first.source, ...rest.map((one) => one.source), full.filesystem.source],
        related: told.flatMap(({ pod }) => (pod === undefined ? [] : [refOf(pod)])),
        fix: [REMEDIES.find(([pattern]) => pattern.test(first.path))?.[1] ?? ELSE],
        params: { path: first.path },
      };
    }
  },
});
