import { formatByteQuantity } from '../../lib/format-quantity.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { refTo } from '../../snapshot/ref.ts';
import { claimSubject } from '../../snapshot/scheduling/claims.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

/** Free share of bytes or inodes [kubernetes-mixin KubePersistentVolumeFillingUp]. */
const CRITICAL = 0.03;
const WARNING = 0.15;

interface Usage {
  readonly namespace: string;
  readonly claim: string;
  readonly what: 'bytes' | 'inodes';
  readonly free: number;
  readonly total: number;
  readonly evidence: Evidence;
}

/** From the kubelets' metrics: one pair of samples per claim. */
function* fromMetrics(snapshot: Snapshot): Iterable<Usage> {
  for (const scrape of snapshot.facts('metrics')) {
    const totals = (family: string): ReadonlyMap<string, number> =>
      new Map((scrape.families.get(family) ?? []).map((sample) => [keyOf(sample.labels), sample.value]));
    const capacity = totals('kubelet_volume_stats_capacity_bytes');
    for (const sample of scrape.families.get('kubelet_volume_stats_available_bytes') ?? [])
      yield usage(sample, 'bytes', sample.value, capacity.get(keyOf(sample.labels)), scrape.source.file);
    const inodes = totals('kubelet_volume_stats_inodes');
    for (const sample of scrape.families.get('kubelet_volume_stats_inodes_used') ?? []) {
      const total = inodes.get(keyOf(sample.labels));
      yield usage(sample, 'inodes', total === undefined ? 0 : total - sample.value, total, scrape.source.file);
    }
  }
}

type Sample = {
  readonly labels: Readonly<Record<string, string>>;
  readonly line: number;
  readonly text: string;
};
const keyOf = (labels: Readonly<Record<string, string>>): string =>
  `${labels['namespace'] ?? ''}/${labels['persistentvolumeclaim'] ?? ''}`;
const usage = (sample: Sample, what: Usage['what'], free: number, total: number | undefined, file: string): Usage => ({
  namespace: sample.labels['namespace'] ?? '',
  claim: sample.labels['persistentvolumeclaim'] ?? '',
  what,
  free,
  total: total ?? 0,
  evidence: { file, line: sample.line, text: sample.text },
});

/** From df on a node: kubelets mount a volume under a path that holds its name. */
function* fromMounts(snapshot: Snapshot): Iterable<Usage> {
  for (const row of snapshot.facts('filesystems')) {
    const name = /\/volumes\/kubernetes\.io~[^/]{1,100}\/([^/]{1,253})(?:\/mount)?$/.exec(row.mount)?.[1];
    if (name === undefined || row.sizeBytes === undefined || row.availableBytes === undefined) continue;
    const claim = snapshot.get('persistentVolumes', undefined, name)?.spec?.claimRef;
    // hostPath and emptyDir mounts have no volume of that name: they are the node's disk.
    if (claim?.name === undefined) continue;
    yield {
      namespace: claim.namespace ?? '',
      claim: claim.name,
      what: 'bytes',
      free: row.availableBytes,
      total: row.sizeBytes,
      evidence: row.source,
    };
  }
}

/** What a container mounts of its node, or of the kubelet: full of what is not its own. */
const NOT_A_VOLUME =
  /^\/(?:$|etc\/(?:hosts|hostname|resolv\.conf)$|dev(?:\/|$)|proc(?:\/|$)|sys(?:\/|$)|run\/secrets\/|var\/run\/secrets\/)/;

/** From df inside of a pod: the volume is known by its mount, and by its claim where the pod's spec is. */
function* fromPods(snapshot: Snapshot): Iterable<FindingDraft> {
  for (const row of snapshot.facts('filesystems')) {
    const { pod: place, mount, device, source, usedPercent = 0, inodesUsedPercent = 0 } = row;
    if (place === undefined || NOT_A_VOLUME.test(mount) || /^(?:overlay|tmpfs|shm)$/.test(device)) continue;
    const used = Math.max(usedPercent, inodesUsedPercent);
    const left = 1 - used / 100;
    if (left >= WARNING) continue;
    const what = inodesUsedPercent > usedPercent ? 'inodes' : 'bytes';
    const { namespace } = place;
    const name = place.name.replace(/^[\w.]{1,60}\//, '');
    const pod = snapshot.get('pods', namespace, name) ?? podOfWorkload(snapshot, namespace, name);
    const volume = pod?.spec?.containers
      ?.flatMap((container) => container.volumeMounts ?? [])
      .find(({ mountPath }) => mountPath === mount)?.name;
    const claim = pod?.spec?.volumes?.find((one) => one.name === volume)?.persistentVolumeClaim?.claimName;
    const free =
      what === 'inodes'
        ? ' of inodes'
        : row.availableBytes === undefined
          ? ''
          : `: ${formatByteQuantity(row.availableBytes)} of ${formatByteQuantity(row.sizeBytes ?? 0)} free`;
    yield {
      subject: pod === undefined ? snapshot.named('Pod', name, { namespace }) : snapshot.subject(pod),
      variant: what,
      severity: left < CRITICAL ? 'critical' : 'warning',
      message: `The volume at ${mount} (${device}) of pod ${name}${claim === undefined ? '' : `, claim ${claim},`} is ${used}% full${free}`,
      evidence: [source],
      related: claim === undefined ? [] : [refTo('PersistentVolumeClaim', namespace, claim)],
    };
  }
}

/** A pod of the workload that somebody named instead: `kubectl exec deploy/web`. */
const podOfWorkload = (snapshot: Snapshot, namespace: string | undefined, name: string): Pod | undefined =>
  snapshot
    .list('pods')
    .find(
      (pod) =>
        snapshot.workloadOf(pod)?.name === name && (namespace === undefined || pod.metadata.namespace === namespace),
    );

export default defineCheck({
  id: 'pvc-usage-high',
  layer: 1,
  title: 'Volumes of claims have free space',
  failureTitle: 'The volume of the claim is almost full',
  why: 'Once full, the application that writes to it fails with "no space left on device".',
  fix: ['Enlarge the claim (if its StorageClass has allowVolumeExpansion), or clean the volume'],
  next: ['kubectl exec -n {namespace} POD -- df -h'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['metrics', 'filesystems'],
  wants: ['persistentVolumeClaims', 'persistentVolumes', 'pods', 'deployments', 'statefulSets'],
  *run(_facts, { snapshot }) {
    yield* fromPods(snapshot);
    for (const one of [...fromMetrics(snapshot), ...fromMounts(snapshot)]) {
      if (one.total <= 0 || one.claim === '' || one.free / one.total >= WARNING) continue;
      const claim = snapshot.get('persistentVolumeClaims', one.namespace, one.claim);
      const amount = (n: number): string => (one.what === 'bytes' ? formatByteQuantity(n) : String(n));
      yield {
        subject:
          claim === undefined
            ? snapshot.named('PersistentVolumeClaim', one.claim, { namespace: one.namespace })
            : claimSubject(snapshot, claim),
        variant: one.what,
        severity: one.free / one.total < CRITICAL ? 'critical' : 'warning',
        message: `Claim ${one.claim} has ${amount(one.free)} of ${amount(one.total)} ${one.what === 'bytes' ? '' : 'inodes '}free (${((one.free / one.total) * 100).toFixed(1)}%)`,
        evidence: [one.evidence],
      };
    }
  },
});
