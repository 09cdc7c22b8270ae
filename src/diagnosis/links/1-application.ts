import { causes, type Link } from '../link.ts';

/** What a workload shows when its pods do not start or stay up. */
const OWNERS = [
  'deployment-unavailable',
  'deployment-progress-deadline',
  'statefulset-ordinal-blocked',
  'daemonset-incomplete',
  'job-failed',
  'job-pods-failed',
] as const;
/** What a Service and its callers show when no pod behind it is ready. */
const SERVICES = [
  'svc-endpoints-all-unready',
  'svc-no-endpoints',
  'log-upstream-unreachable',
  'net-pod-to-service-failed',
] as const;
/** The platform's own workloads. */
const PLATFORM = ['dns-coredns-down', 'cni-daemon-down', 'metrics-server-broken'] as const;

/** A cause on a pod that keeps it from serving: its owner, its Services and their callers feel it. */
const breaksPod = (cause: string): readonly Link[] => [
  ...causes(cause, 'pod', 'strong', ...OWNERS, ...PLATFORM),
  ...causes(cause, 'service', 'strong', ...SERVICES),
];

/** Ends of a container; the reasons for them stand below. */
const CRASHES = ['crashloop-app-error', 'crashloop-init-container', 'pod-ended-with-error'] as const;
const ENDS = [
  'exit-126-127-command',
  'exit-128-start-error',
  'exit-132-135-cpu-or-bus',
  'exit-134-abort',
  'exit-139-segfault',
  'exit-0-restart-loop',
] as const;
const PULLS = [
  'image-pull-not-found',
  'image-pull-auth',
  'image-pull-secret-missing',
  'image-pull-network',
  'image-pull-tls',
  'image-pull-rate-limited',
  'image-pull-wrong-platform',
  'image-pull-no-space',
  'image-pull-policy-or-signature',
  'image-pull-failed',
  'image-name-invalid',
  'image-never-pull-absent',
] as const;
/** Reasons that the log of a container gives for its end. */
const LOG_REASONS = [
  'db-data-version-mismatch',
  'db-data-damaged',
  'db-data-not-empty',
  'db-data-locked',
  'db-data-ownership',
  'db-cluster-identity',
  'db-schema-migration-failed',
  'app-library-missing',
  'app-module-missing',
  'app-interpreter-missing',
  'app-java-class',
  'app-dotnet-framework-missing',
  'log-config-missing',
  'log-config-invalid',
  'log-permission-denied',
  'log-address-in-use',
  'log-no-space',
  'log-tls-failure',
  'log-too-many-open-files',
  'log-gpu-runtime-error',
  'log-memory-exhausted-runtime',
  'log-rbac-forbidden',
  'log-db-access-denied',
] as const;
const PROBE_CAUSES = [
  'probe-wrong-target',
  'probe-too-aggressive',
  'probe-timeout-too-short',
  'probe-slow-start',
] as const;
const PROBE_SYMPTOMS = ['liveness-probe-killing', 'startup-probe-killing', 'readiness-probe-failing'] as const;

/** Causes that lie at layer 1. */
export const links: readonly Link[] = [
  // Images
  ...PULLS.flatMap(breaksPod),
  ...causes(
    'image-pull-secret-missing',
    'pod',
    'strong',
    'image-pull-auth',
    'image-pull-failed',
    'image-pull-not-found',
  ),
  ...causes('image-mutable-tag', 'image', 'weak', 'exec-format-error', 'crashloop-app-error'),
  ...causes('image-pull-slow', 'pod', 'medium', 'pod-containercreating-stuck', 'pod-startup-latency'),
  ...PULLS.flatMap((cause) => causes(cause, 'pod', 'strong', 'pod-containercreating-stuck', 'pod-init-stuck')),

  // Configuration and creation
  ...[
    'config-ref-missing',
    'config-key-missing',
    'run-as-nonroot-violation',
    'container-create-error',
    'subpath-failed',
    'exec-format-error',
  ].flatMap(breaksPod),
  ...causes(
    'config-ref-missing',
    'pod',
    'strong',
    'pod-containercreating-stuck',
    'volume-mount-failed',
    'container-create-error',
    ...CRASHES,
  ),
  ...causes(
    'config-key-missing',
    'pod',
    'strong',
    'pod-containercreating-stuck',
    'volume-mount-failed',
    'container-create-error',
  ),
  ...causes('subpath-failed', 'pod', 'strong', 'container-create-error'),
  ...causes(
    'exec-format-error',
    'container',
    'strong',
    ...CRASHES,
    'exit-128-start-error',
    'exit-255-or-status-unknown',
    'log-stacktrace-other',
  ),
  ...causes(
    'lifecycle-hook-failed',
    'pod',
    'medium',
    'restart-count-high',
    'pod-terminating-stuck',
    'crashloop-app-error',
  ),

  // Ends of containers
  ...[...CRASHES, ...ENDS, 'crashloop-oomkilled', 'pod-containercreating-stuck', 'pod-init-stuck'].flatMap(breaksPod),
  ...ENDS.flatMap((end) =>
    causes(end, 'container', 'strong', ...CRASHES, 'restart-count-high', 'log-stacktrace-other'),
  ),
  ...causes('exit-126-127-command', 'container', 'strong', 'exit-128-start-error'),
  // Ended with its node or runtime, and not ready since.
  ...causes('exit-255-or-status-unknown', 'pod', 'medium', ...OWNERS),
  ...causes('exit-255-or-status-unknown', 'service', 'medium', 'svc-endpoints-all-unready'),
  ...CRASHES.flatMap((cause) =>
    causes(
      cause,
      'container',
      'strong',
      'restart-count-high',
      'log-stacktrace-other',
      'readiness-probe-failing',
      'exit-143-sigterm',
    ),
  ),
  ...causes(
    'crashloop-oomkilled',
    'container',
    'strong',
    'crashloop-app-error',
    'exit-137-not-oom',
    'restart-count-high',
    'exit-128-start-error',
    'liveness-probe-killing',
    'readiness-probe-failing',
    'kernel-oom-memcg',
    'log-stacktrace-other',
  ),
  ...causes(
    'crashloop-oomkilled',
    'pod',
    'strong',
    'cni-sandbox-failed',
    'runtime-oci-create-failed',
    'pod-containercreating-stuck',
  ),
  ...causes(
    'container-oomkilled-once',
    'container',
    'medium',
    'restart-count-high',
    'kernel-oom-memcg',
    'log-upstream-unreachable',
  ),
  ...causes(
    'memory-near-limit',
    'container',
    'medium',
    'crashloop-oomkilled',
    'container-oomkilled-once',
    'kernel-oom-memcg',
    'log-memory-exhausted-runtime',
  ),
  ...causes('log-memory-exhausted-runtime', 'container', 'strong', 'exit-134-abort'),
  ...causes(
    'memory-above-request',
    'node',
    'strong',
    'kernel-oom-node',
    'node-memory-pressure',
    'memory-exhausted-host',
    'kubelet-eviction-active',
  ),

  // What logs say
  ...LOG_REASONS.flatMap((cause) => [
    ...causes(
      cause,
      'container',
      'strong',
      ...CRASHES,
      'log-stacktrace-other',
      'restart-count-high',
      'exit-126-127-command',
      'readiness-probe-failing',
      'liveness-probe-killing',
      'job-failed',
      'job-pods-failed',
    ),
    ...breaksPod(cause),
  ]),
  ...causes('log-tls-failure', 'container', 'medium', 'log-upstream-unreachable'),
  ...causes('log-permission-denied', 'container', 'medium', 'log-config-missing'),
  ...['log-upstream-unreachable', 'log-dns-failure'].flatMap((cause) => [
    ...causes(
      cause,
      'pod',
      'strong',
      ...CRASHES,
      'readiness-probe-failing',
      'liveness-probe-killing',
      'startup-probe-killing',
      'pod-init-stuck',
      'job-failed',
      'job-pods-failed',
      'log-stacktrace-other',
      'restart-count-high',
    ),
    ...causes(
      cause,
      'pod',
      'medium',
      'deployment-unavailable',
      'deployment-progress-deadline',
      'svc-endpoints-all-unready',
    ),
  ]),
  ...causes('log-dns-failure', 'pod', 'strong', 'log-upstream-unreachable'),
  ...['log-db-connections-exhausted', 'log-db-read-only'].flatMap((cause) =>
    causes(
      cause,
      'related',
      'strong',
      ...CRASHES,
      'log-upstream-unreachable',
      'log-stacktrace-other',
      'readiness-probe-failing',
      'deployment-unavailable',
      'svc-endpoints-all-unready',
      'restart-count-high',
    ),
  ),
  ...causes('log-db-connections-exhausted', 'namespace', 'weak', 'crashloop-app-error'),

  // Probes
  ...PROBE_CAUSES.flatMap((cause) => [
    ...causes(
      cause,
      'container',
      'strong',
      ...PROBE_SYMPTOMS,
      'exit-137-not-oom',
      'exit-143-sigterm',
      'restart-count-high',
      'crashloop-app-error',
      'log-stacktrace-other',
    ),
    ...breaksPod(cause),
  ]),
  ...causes('probe-too-aggressive', 'container', 'strong', 'probe-timeout-too-short', 'probe-slow-start'),
  ...['liveness-probe-killing', 'startup-probe-killing'].flatMap((cause) => [
    ...causes(
      cause,
      'container',
      'strong',
      'exit-137-not-oom',
      'exit-143-sigterm',
      'restart-count-high',
      'crashloop-app-error',
      'exit-0-restart-loop',
      'readiness-probe-failing',
    ),
    ...breaksPod(cause),
  ]),
  ...breaksPod('readiness-probe-failing'),
  ...causes('readiness-probe-failing', 'pod', 'medium', 'pdb-blocks-drain'),
  ...causes('pod-readiness-gate-blocked', 'pod', 'strong', 'svc-endpoints-all-unready', ...OWNERS),
  ...causes(
    'sidecar-failing',
    'pod',
    'strong',
    'pod-init-stuck',
    'readiness-probe-failing',
    'log-upstream-unreachable',
    ...OWNERS,
  ),
  ...causes('probe-missing', 'service', 'weak', 'ingress-upstream-errors'),

  // CPU
  ...causes(
    'cpu-throttled',
    'container',
    'medium',
    'probe-timeout-too-short',
    'probe-slow-start',
    'readiness-probe-failing',
    'probe-too-aggressive',
  ),
  ...causes('cpu-throttled', 'owner', 'strong', 'pod-network-degraded'),
  ...causes('cpu-throttled', 'service', 'strong', 'pod-network-degraded'),

  // Life of pods
  ...causes('pod-containercreating-stuck', 'pod', 'strong', 'svc-endpoints-all-unready', ...OWNERS),
  ...[
    'pod-evicted',
    'pod-evicted-by-taint',
    'pod-admission-rejected',
    'ephemeral-storage-exceeded',
    'pod-phase-unknown',
  ].flatMap((cause) => [
    ...causes(cause, 'pod', 'medium', ...OWNERS, 'pods-failed-pileup'),
    ...causes(cause, 'service', 'medium', 'svc-endpoints-all-unready', 'svc-no-endpoints'),
  ]),
  ...causes('pod-evicted', 'node', 'medium', 'restarts-correlated-by-node'),
  // Helm waits for the workloads of a release, and says no more than that they were not ready in time.
  ...[...OWNERS, 'pvc-pending-class-missing', 'quota-exceeded', 'webhook-denied'].flatMap((cause) =>
    causes(cause, 'namespace', 'medium', 'helm-release-failed'),
  ),
  ...causes(
    'pod-terminating-stuck',
    'pod',
    'medium',
    'statefulset-ordinal-blocked',
    'volume-multi-attach',
    'pvc-deleting-in-use',
    'sched-nominated-waiting',
  ),
  ...causes('pod-terminating-stuck', 'namespace', 'medium', 'namespace-terminating-stuck'),
  ...causes('resources-unset', 'node', 'medium', 'memory-exhausted-host', 'node-memory-pressure'),
  ...causes('pods-failed-pileup', 'cluster', 'weak', 'api-object-bloat'),

  // Workloads
  ...causes(
    'deployment-paused-or-zero:zero',
    'service',
    'strong',
    'svc-no-endpoints',
    'svc-selector-matches-nothing',
    'svc-endpoints-all-unready',
    'log-upstream-unreachable',
    'net-pod-to-service-failed',
    'env-service-address-wrong',
    'gateway-route-wrong',
  ),
  ...causes('deployment-unavailable', 'service', 'medium', 'svc-no-endpoints', 'svc-endpoints-all-unready'),
  ...['quota-exceeded', 'limitrange-violation', 'podsecurity-violation', 'webhook-denied'].flatMap((cause) => [
    ...causes(cause, 'namespace', 'strong', 'workload-pods-not-created'),
    ...causes(cause, 'owner', 'strong', ...OWNERS),
  ]),
  ...causes('serviceaccount-missing', 'namespace', 'medium', 'workload-pods-not-created', 'gpu-device-plugin-failing'),
  ...causes('serviceaccount-missing', 'owner', 'strong', 'workload-pods-not-created', ...OWNERS),
  ...causes('workload-pods-not-created', 'owner', 'strong', ...OWNERS, 'svc-no-endpoints'),
  ...causes(
    'workload-pods-not-created',
    'service',
    'strong',
    'svc-no-endpoints',
    'svc-selector-matches-nothing',
    'log-upstream-unreachable',
  ),
  ...causes(
    'daemonset-incomplete',
    'node',
    'medium',
    'csi-driver-missing-on-node',
    'cni-daemon-down',
    'kube-proxy-down',
    'gpu-device-plugin-failing',
    'dns-nodelocal-down',
  ),
  ...causes('pvc-usage-high', 'claim', 'strong', 'log-no-space'),
  // Told twice, by the Job's pods and by its controller's events.
  ...causes('job-pods-failed', 'owner', 'strong', 'job-failed'),
  ...causes('job-failed', 'owner', 'weak', 'cronjob-invalid-or-blocked'),
  ...causes('hpa-metrics-unavailable', 'owner', 'weak', 'hpa-maxed-out'),
  ...causes('hpa-target-broken', 'owner', 'weak', 'cpu-throttled'),
];
