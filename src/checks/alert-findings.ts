/**
 * What the checks on firing alerts share. Every monitoring names its alerts itself; those of the common rules
 * (kubernetes-mixin, node-exporter, etcd, OpenShift) are told by their names, the rest by their label `severity`.
 */
import type { Layer } from '../result.ts';
import { alertViews, type AlertView } from '../snapshot/alerts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Check, FindingDraft } from './check.ts';

export const alertTexts = {
  why: 'The monitoring says so; nothing else in the bundle says it better.',
  fix: ['Look at what the alert names; its annotation runbook_url says what it means.'],
  next: ['amtool alert query', 'kubectl get events -A --sort-by=.lastTimestamp | tail -50'],
  severity: 'warning',
  // A threshold of somebody else: it is told where the bundle shows nothing better.
  confidence: 'low',
} as const satisfies Partial<Check>;

/** Whose an alert is, by its name; the first that matches. Everything else is an application's. */
const LAYERS: readonly (readonly [RegExp, Layer])[] = [
  [/^(?:KubeQuota|KubeCPUOvercommit|KubeMemoryOvercommit|KubeHpa|KubePodUnschedulable|.*Unschedulable)/i, 2],
  [/CoreDNS|\bDNS|KubeProxy|Ingress|Cilium|Calico|Istio|Envoy|NetworkPolicy/i, 3],
  [
    /^(?:etcd|KubeAPI|KubeAggregatedAPI|KubeClient|KubeControllerManager|KubeScheduler|KubeVersion|Cluster(?:Operator|Version|Not))|Certificate|Cert(?:Expir|s)/i,
    4,
  ],
  [/^(?:Node|KubeNode|Kubelet|KubePersistentVolume|Host|MCD|DCGM|Gpu)|Disk|Filesystem|Ceph|Longhorn/i, 5],
];
/** They fire while all is well, or say nothing of the cluster. */
const QUIET = /^(?:Watchdog|DeadMansSwitch|InfoInhibitor)$|ReceiversNotConfigured$|UpdateAvailable$|Overcommit$/;
/** Alerts of the common rules with the severity `warning` that state what fails now, and not what may come. */
const FAILS_NOW =
  /^(?:KubeNode(?:NotReady|Unreachable)|KubePod(?:CrashLooping|NotReady)|KubeContainerWaiting|Kube(?:Deployment|StatefulSet)(?:ReplicasMismatch|RolloutStuck|GenerationMismatch)|KubeDaemonSet(?:RolloutStuck|MisScheduled|NotScheduled)|KubeJob(?:Failed|NotCompleted)|KubePersistentVolumeErrors|KubeAggregatedAPI(?:Down|Errors)|TargetDown|NodeClockNotSynchronising|NodeRAID(?:Degraded|DiskFailure)|NodeSystemdServiceFailed|.*Down)$/;

const layerOf = (name: string): Layer => LAYERS.find(([pattern]) => pattern.test(name))?.[1] ?? 1;
const isLoud = ({ alert: { name, labels } }: AlertView): boolean =>
  !QUIET.test(name) && (/^(?:critical|error|page|emergency)$/i.test(labels['severity'] ?? '') || FAILS_NOW.test(name));

/** Labels that name what an alert is about, most telling first. */
const ABOUT: readonly (readonly [label: string, kind: string])[] = [
  ['pod', 'Pod'],
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['job_name', 'Job'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
  ['node', 'Node'],
  ['instance', 'Node'],
  ['service', 'Service'],
  ['namespace', 'Namespace'],
];

function subjectOf(snapshot: Snapshot, { alert: { labels, name } }: AlertView): FindingDraft['subject'] {
  const [label, kind] = ABOUT.find(([one]) => (labels[one] ?? '') !== '') ?? [];
  const about = label === undefined ? undefined : labels[label]?.replace(/:\d{1,5}$/, '');
  if (kind === undefined || about === undefined) return snapshot.named('Alert', name);
  if (kind === 'Node') {
    const node = snapshot.resolve(about).node?.metadata.name ?? about;
    return snapshot.named('Node', node, { node });
  }
  return snapshot.named(kind, about, kind === 'Namespace' ? {} : { namespace: labels['namespace'] });
}

/** One finding for each alert of the layer that fires and tells of a failure. */
export function* alertFindings(snapshot: Snapshot, layer: Layer): Iterable<FindingDraft> {
  for (const one of alertViews(snapshot)) {
    const { name, annotations, source, startsAt } = one.alert;
    if (layerOf(name) !== layer || !isLoud(one)) continue;
    const words = annotations['description'] ?? annotations['message'] ?? annotations['summary'] ?? '';
    yield {
      subject: subjectOf(snapshot, one),
      variant: name,
      message: `Alert ${name} fires${words === '' ? '' : `: ${words.slice(0, 400)}`}`,
      evidence: [source],
      ...(startsAt === undefined ? {} : { since: startsAt }),
    };
  }
}
