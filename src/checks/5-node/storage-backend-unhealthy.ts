import { isBeingDeleted } from '../../snapshot/ages.ts';
import { containersOf, waitingReason } from '../../snapshot/pods/containers.ts';
import { subjectOfHit } from '../signature-check.ts';
import { unsteadyPods } from '../../snapshot/pods/steady.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import type { HostValue, LogHit } from '../../parsers/records.ts';
import { quotesOf, timing } from '../../snapshot/logs/hits.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** Pods that hold or serve data, by the names of their own operators. Their CSI sidecars are another matter. */
const BACKENDS: readonly (readonly [RegExp, string])[] = [
  [/^rook-ceph-(?:osd|mon|mgr|mds|rgw)-(?!prepare)/, 'Ceph (Rook)'],
  [/^(?:longhorn-manager|instance-manager|engine-image)-/, 'Longhorn'],
  [/^(?:openebs-io-engine|mayastor|.*-io-engine|cstor-pool|openebs-jiva)-/, 'OpenEBS'],
  [/^(?:linstor-(?:satellite|controller)|piraeus-.*-satellite)/, 'LINSTOR'],
  [/^portworx-(?!api|operator|pvc)/, 'Portworx'],
];

/** Advice about settings and housekeeping: Ceph serves its clients all the same. */
const HOUSEKEEPING =
  /insecure global_id|straw_calc|tunables|application not enabled|no replicas configured|too (?:few|many) PGs|pg_num|recently crashed|telemetry|no(?:deep-)?scrub|not (?:deep-)?scrubbed|spillover|require_osd_release|autoscal|legacy|msgr2|OSD count [1-9]\d* < osd_pool_default_size/i;
/** What takes data away from its clients, or is about to. */
const GRAVE =
  /inactive|stale|incomplete|unfound|inconsistent|damage|data availability|\bfull\b|no active mgr|offline|failed to|blocked|slow (?:ops|requests)|stuck/i;
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\bosds?\b.{0,20}down|hosts?\b.{0,20}down/i, 'ceph-osd-down'],
  [/full|low on available space|low on space/i, 'ceph-full'],
  [/mons?\b.{0,20}down|quorum/i, 'ceph-mon-down'],
  [/clock skew/i, 'ceph-clock-skew'],
  [/slow (?:ops|requests)|blocked/i, 'ceph-slow'],
  [/inactive|stale|incomplete|availability/i, 'ceph-pg-inactive'],
  [/degraded|undersized/i, 'ceph-degraded'],
];
const OSD_POD = /^rook-ceph-osd-\d/;
/** Complaints that a sentence can carry. */
const TOLD = 5;

/** One finding of what Ceph says of itself, the gravest complaint first. */
function* cephFindings(values: readonly HostValue[]): Iterable<FindingDraft> {
  const ceph = values.filter((value) => value.topic === 'ceph');
  const health = ceph.find((value) => value.key === 'health' && value.value !== 'OK');
  const down = ceph.filter((value) => value.key.startsWith('osd.') && value.value === 'down');
  const checks = [...new Map(ceph.filter(({ key }) => key === 'check').map((one) => [one.value, one])).values()];
  const rank = ({ value }: HostValue): number => (HOUSEKEEPING.test(value) ? 2 : GRAVE.test(value) ? 0 : 1);
  const sorted = checks.map((one, i) => ({ one, i })).sort((a, b) => rank(a.one) - rank(b.one) || a.i - b.i);
  const told = sorted.map(({ one }) => one);
  const [worst] = told;
  const first = worst ?? health ?? down[0];
  if (first === undefined || (health === undefined && down.length === 0)) return;
  const osds = ceph.find((value) => value.key === 'osd');
  const names = down.map((one) => `${one.key}${one.scope === undefined ? '' : ` on ${one.scope}`}`);
  const grade = health?.value === 'ERR' ? 0 : worst === undefined ? (down.length > 0 ? 1 : 2) : rank(worst);
  const words = [
    ...told.slice(0, TOLD).map((one) => one.value),
    ...(names.length === 0 ? [] : [`down: ${names.slice(0, TOLD).join(', ')}`]),
    ...(osds === undefined ? [] : [osds.value]),
  ];
  yield {
    subject: { kind: 'Component', name: 'Ceph' },
    variant:
      KINDS.find(([pattern]) => pattern.test(worst?.value ?? ''))?.[1] ??
      (health?.value === 'ERR' ? 'ceph-error' : names.length > 0 ? 'ceph-osd-down' : 'ceph-warning'),
    severity: grade === 0 ? 'critical' : grade === 1 ? 'warning' : 'info',
    confidence: 'high',
    message: `Ceph reports ${health === undefined ? 'OSDs that are down' : `HEALTH_${health.value}`}${words.length === 0 ? '' : `: ${words.join('; ')}`}`,
    evidence: [
      first.source,
      ...told.slice(1, TOLD).map((one) => one.source),
      ...down.slice(0, TOLD).map((one) => one.source),
    ],
    related: [...new Set(down.flatMap((one) => one.scope ?? []))].map((name) => ({ kind: 'Node', name })),
  };
}

/** Single lines of Ceph about its troubles: codes of its health checks, words of its monitors. */
function saidInPieces(snapshot: Snapshot, hits: readonly [LogHit, ...LogHit[]]): FindingDraft {
  const words = hits.map(({ groups: { code, detail, mon, skew } }) =>
    code === undefined ? `${mon ?? ''} ${skew ?? ''}` : `${code}: ${detail ?? ''}`,
  );
  const text = words.join('; ');
  return {
    subject: { kind: 'Component', name: 'Ceph' },
    variant: KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'ceph-warning',
    severity: HOUSEKEEPING.test(text) ? 'info' : GRAVE.test(text) ? 'critical' : 'warning',
    message: `Ceph reports ${words.slice(0, TOLD).join('; ')}`,
    evidence: quotesOf(hits.slice(0, TOLD)) ?? snapshot.evidenceOf(hits[0]),
    ...timing(snapshot, hits),
  };
}

/**
 * Rook found no disk that it may take. It says so as well of nodes that have none to give, and of its own disks when it
 * looks again: where an OSD runs that is no trouble.
 */
function* osdsNotMade(snapshot: Snapshot, values: readonly HostValue[]): Iterable<FindingDraft> {
  const hits = snapshot.hits('rook-osd-skipped');
  const last = hits.find(({ groups }) => groups['foreign'] !== undefined) ?? hits.find(({ groups }) => groups['none']);
  const runs =
    values.some(({ topic, key, value }) => topic === 'ceph' && key === 'osd' && !/\b0 up\b/.test(value)) ||
    snapshot.list('pods').some(({ metadata, status }) => OSD_POD.test(metadata.name) && status?.phase === 'Running');
  if (last === undefined || runs) return;
  const { osd, foreign, host = 'the node' } = last.groups;
  const skipped = hits.filter(({ groups }) => groups['device'] !== undefined);
  const devices = skipped.slice(-TOLD).map(({ groups: { device = '', why = '' } }) => `${device} ${why}`);
  yield {
    subject: { kind: 'Component', name: 'Ceph' },
    variant: 'no-osd',
    severity: 'warning',
    confidence: 'high',
    message:
      (foreign === undefined
        ? `Rook makes no OSD on ${host}: no devices matched the storage settings`
        : `Rook leaves osd.${osd ?? '?'} alone: ${foreign}`) +
      (devices.length === 0 ? '' : `; it skips ${devices.join(', ')}`),
    evidence: quotesOf([last, ...skipped.slice(-TOLD)]) ?? snapshot.evidenceOf(last),
    fix: [
      'Wipe the disk when nothing on it is needed (sgdisk --zap-all, wipefs -a, blkdiscard), and delete /var/lib/rook of an earlier cluster',
      'Or name an empty device in storage.nodes[].devices or deviceFilter of the CephCluster; Rook takes no disk with a file system or partitions',
    ],
  };
}

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
  needsAny: ['pods', 'hostValues'],
  reads: ['ceph-health', 'rook-osd-skipped'],
  *run({ hostValues = [] }, { snapshot }) {
    yield* cephFindings(hostValues);
    const said = snapshot.hits('ceph-health');
    const [first, ...others] = said.filter(({ groups }) => groups['state'] === undefined);
    // Where Ceph told its state, that has the rest in it.
    if (first !== undefined && others.length === said.length - 1 && !hostValues.some(({ topic }) => topic === 'ceph'))
      yield saidInPieces(snapshot, [first, ...others]);
    for (const hit of said) {
      if (hit.groups['state'] === undefined) continue;
      const error = hit.groups['state'] === 'ERR';
      yield {
        subject: subjectOfHit(hit, snapshot),
        variant: error ? 'ceph-error' : 'ceph-warning',
        ...(error ? { confidence: 'high' as const } : { severity: 'warning' as const }),
        message: `Ceph reports HEALTH_${hit.groups['state'] ?? 'WARN'}${hit.groups['why'] === undefined ? '' : `: ${hit.groups['why']}`}`,
        evidence: snapshot.evidenceOf(hit),
        ...timing(snapshot, [hit]),
      };
    }
    yield* osdsNotMade(snapshot, hostValues);
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
        subject: snapshot.subject(pod),
        variant: 'daemon',
        // One daemon of many is redundancy at work.
        severity: 'warning',
        message: `${pod.metadata.name}, part of the storage system ${system}, is not running: ${waitingReason(bad) ?? ''}`,
        evidence: [snapshot.quote(pod, `${bad.at}/state`)],
      };
    }
  },
});
