import { isBeingDeleted } from '../../snapshot/ages.ts';
import { containersOf, waitingReason } from '../../snapshot/containers.ts';
import { subjectOfHit } from '../signature-check.ts';
import { unsteadyPods } from '../../snapshot/steady.ts';
import { defineCheck } from '../check.ts';

/** Pods that hold or serve data, by the names of their own operators. Their CSI sidecars are another matter. */
const BACKENDS: readonly (readonly [RegExp, string])[] = [
  [/^rook-ceph-(?:osd|mon|mgr|mds|rgw)-(?!prepare)/, 'Ceph (Rook)'],
  [/^(?:longhorn-manager|instance-manager|engine-image)-/, 'Longhorn'],
  [/^(?:openebs-io-engine|mayastor|.*-io-engine|cstor-pool|openebs-jiva)-/, 'OpenEBS'],
  [/^(?:linstor-(?:satellite|controller)|piraeus-.*-satellite)/, 'LINSTOR'],
  [/^portworx-(?!api|operator|pvc)/, 'Portworx'],
];

export default defineCheck({
  id: 'storage-backend-unhealthy',
  layer: 5,
  title: 'The storage of the cluster is healthy',
  failureTitle: 'The storage back end inside the cluster is unhealthy',
  why: 'Volumes of a storage system that runs in the cluster hang or turn read-only when its daemons fail, although claims stay Bound and pods look fine.',
  fix: ['Bring the disks, nodes and daemons of the storage system back first; the volumes follow'],
  next: [
    'kubectl -n rook-ceph exec deploy/rook-ceph-tools -- ceph status',
    'kubectl get pods -A -o wide | grep -E "rook-ceph|longhorn|openebs|linstor|portworx"',
  ],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['pods'],
  reads: ['ceph-health'],
  *run(_facts, { snapshot }) {
    for (const hit of snapshot.hits('ceph-health')) {
      const error = hit.groups['state'] === 'ERR';
      yield {
        subject: subjectOfHit(hit, snapshot),
        variant: error ? 'ceph-error' : 'ceph-warning',
        ...(error ? { confidence: 'high' as const } : { severity: 'warning' as const }),
        message: `Ceph reports HEALTH_${hit.groups['state'] ?? 'WARN'}${hit.groups['why'] === undefined ? '' : `: ${hit.groups['why']}`}`,
        evidence: snapshot.evidenceOf(hit),
      };
    }
    for (const pod of unsteadyPods(snapshot)) {
      const system = BACKENDS.find(([pattern]) => pattern.test(pod.metadata.name))?.[1];
      if (system === undefined || isBeingDeleted(pod) || pod.status?.phase === 'Succeeded') continue;
      const bad = containersOf(pod).find((one) => {
        const reason = waitingReason(one);
        return (
          one.role === 'app' &&
          one.status?.ready === false &&
          reason !== undefined &&
          reason !== '' &&
          reason !== 'ContainerCreating' &&
          reason !== 'PodInitializing'
        );
      });
      if (bad === undefined) continue;
      yield {
        subject: snapshot.subject(pod as never),
        variant: 'daemon',
        // One daemon of many is redundancy at work.
        severity: 'warning',
        message: `${pod.metadata.name}, part of the storage system ${system}, is not running: ${waitingReason(bad) ?? ''}`,
        evidence: [snapshot.quote(pod, `${bad.at}/state`)],
      };
    }
  },
});
