import { causes, type Link } from '../link.ts';

/** What decides that a pod gets no node. */
const REASONS = [
  'sched-insufficient-cpu',
  'sched-insufficient-memory',
  'sched-insufficient-ephemeral-storage',
  'sched-insufficient-extended',
  'sched-extended-resource-absent',
  'sched-too-many-pods',
  'sched-taint-untolerated',
  'sched-gpu-taint-untolerated',
  'sched-node-condition-taints',
  'sched-node-selector-mismatch',
  'sched-node-affinity-mismatch',
  'sched-pod-affinity-unmatched',
  'sched-pod-anti-affinity-conflict',
  'sched-topology-spread-unsatisfiable',
  'sched-hostport-conflict',
  'sched-volume-node-affinity-conflict',
  'sched-volume-binding-no-pv',
  'sched-volume-limit',
  'sched-rwop-in-use',
  'sched-pvc-unbound-immediate',
  'sched-dra-unavailable',
  'sched-no-nodes',
  'csi-driver-missing-on-node',
  'pvc-missing',
  'node-cordoned',
] as const;

/** What keeps a claim from its volume. */
const CLAIM_REASONS = [
  'pvc-static-no-match',
  'pvc-pending-no-class',
  'pvc-pending-class-missing',
  'pvc-provisioner-absent',
  'pvc-provisioning-failed',
  'pvc-lost-or-pv-failed',
] as const;

/** What users notice when pods have no node. */
const WITHOUT_NODE = [
  'deployment-unavailable',
  'deployment-progress-deadline',
  'statefulset-ordinal-blocked',
  'daemonset-incomplete',
  'daemonset-pod-unschedulable',
  'job-stuck-active',
  'hpa-maxed-out',
] as const;

/** Causes that lie at layer 2, and the refusals of admission that keep pods from being made. */
export const links: readonly Link[] = [
  ...REASONS.flatMap((reason) => causes(reason, 'pod', 'strong', 'pod-unschedulable')),
  // The request is too large for any node: that is why it is insufficient.
  ...causes(
    'sched-request-exceeds-largest-node',
    'pod',
    'strong',
    'sched-insufficient-cpu',
    'sched-insufficient-memory',
    'sched-insufficient-ephemeral-storage',
    'sched-insufficient-extended',
    'pod-unschedulable',
  ),
  ...causes('sched-request-exceeds-largest-node', 'pod', 'medium', 'autoscaler-no-scale-up'),
  ...causes('sched-extended-resource-absent', 'pod', 'strong', 'sched-insufficient-extended'),
  ...causes(
    'sched-mig-resource-mismatch',
    'pod',
    'strong',
    'sched-extended-resource-absent',
    'sched-insufficient-extended',
  ),
  // Context, not causes: what the pod asks for and what is there decide.
  ...causes(
    'sched-fragmentation',
    'pod',
    'weak',
    'sched-insufficient-cpu',
    'sched-insufficient-memory',
    'sched-insufficient-extended',
  ),
  ...causes('node-requests-saturated', 'related', 'weak', 'sched-insufficient-cpu', 'sched-insufficient-memory'),
  ...causes('sched-gpu-taint-untolerated', 'pod', 'strong', 'sched-taint-untolerated'),
  ...causes(
    'sched-node-condition-taints',
    'pod',
    'medium',
    'sched-insufficient-cpu',
    'sched-insufficient-memory',
    'sched-too-many-pods',
  ),
  ...causes('autoscaler-no-scale-up', 'pod', 'weak', 'pod-unschedulable'),
  ...['sched-preemption-failed', 'sched-message-unparsed'].flatMap((cause) =>
    causes(cause, 'pod', 'weak', 'pod-unschedulable'),
  ),
  ...causes('hpa-burst-exceeds-capacity', 'related', 'weak', 'pod-unschedulable'),
  ...causes('requests-far-above-usage', 'node', 'medium', 'node-requests-saturated'),
  ...causes('taint-tolerated-by-none', 'related', 'weak', 'sched-taint-untolerated'),
  ...causes('csi-driver-missing-on-node', 'claim', 'medium', 'pvc-provisioning-failed', 'sched-volume-binding-no-pv'),
  ...causes('csi-driver-missing-on-node', 'node', 'medium', 'volume-mount-failed'),

  ...CLAIM_REASONS.flatMap((reason) => causes(reason, 'claim', 'strong', 'sched-pvc-unbound-immediate')),
  ...CLAIM_REASONS.flatMap((reason) => causes(reason, 'related', 'strong', 'sched-pvc-unbound-immediate')),
  ...CLAIM_REASONS.flatMap((reason) =>
    causes(reason, 'owner', 'strong', 'sched-pvc-unbound-immediate', 'pod-unschedulable'),
  ),
  ...causes('pvc-static-no-match', 'claim', 'strong', 'sched-volume-binding-no-pv'),
  ...causes('pvc-static-no-match', 'owner', 'strong', 'sched-volume-binding-no-pv'),
  ...causes('pv-released-not-reused', 'related', 'weak', 'pvc-static-no-match'),
  ...causes('pvc-deleting-in-use', 'related', 'strong', 'pvc-missing'),
  ...causes('pod-unschedulable', 'related', 'strong', 'pvc-wait-for-first-consumer'),

  ...causes('pod-unschedulable', 'owner', 'strong', ...WITHOUT_NODE),
  ...causes('pod-unschedulable', 'service', 'strong', 'svc-endpoints-all-unready', 'svc-no-endpoints'),
  ...causes('pod-unschedulable', 'owner', 'medium', 'pdb-blocks-drain'),
  ...causes('pod-unschedulable', 'pod', 'strong', 'dns-coredns-down', 'daemonset-pod-unschedulable'),
  ...causes('pod-unschedulable', 'owner', 'strong', 'dns-coredns-down'),
  ...causes('pod-never-processed', 'owner', 'strong', ...WITHOUT_NODE),
  ...causes('pod-never-processed', 'service', 'strong', 'svc-endpoints-all-unready', 'svc-no-endpoints'),
  ...causes('sched-unknown-scheduler', 'pod', 'strong', 'pod-never-processed'),
  ...causes('sched-gated', 'owner', 'strong', 'deployment-unavailable', 'job-stuck-active'),
  ...causes('sched-nodename-invalid', 'pod', 'strong', 'pod-admission-rejected'),
  ...causes('sched-nodename-invalid', 'owner', 'strong', 'deployment-unavailable'),
  ...causes('daemonset-pod-unschedulable', 'owner', 'strong', 'daemonset-incomplete'),
  ...causes('priority-inversion-system-pods', 'pod', 'weak', 'pod-preempted', 'daemonset-pod-unschedulable'),
  ...causes('pdb-misconfigured', 'related', 'medium', 'pdb-blocks-drain'),
  ...causes('hpa-burst-exceeds-capacity', 'related', 'weak', 'hpa-maxed-out'),

  ...[
    'quota-exceeded',
    'limitrange-violation',
    'podsecurity-violation',
    'serviceaccount-missing',
    'webhook-denied',
  ].flatMap((refusal) => [
    ...causes(refusal, 'owner', 'strong', 'workload-pods-not-created', 'deployment-unavailable'),
    ...causes(refusal, 'related', 'strong', 'workload-pods-not-created', 'deployment-unavailable'),
  ]),
  ...causes('workload-pods-not-created', 'owner', 'strong', ...WITHOUT_NODE),
  ...causes('workload-pods-not-created', 'service', 'strong', 'svc-no-endpoints', 'svc-selector-matches-nothing'),
  ...causes('quota-exceeded', 'service', 'strong', 'svc-no-endpoints', 'svc-selector-matches-nothing'),
  // What the quota kept from being created is missed under its name.
  ...causes('quota-exceeded:storage', 'claim', 'strong', 'pvc-missing'),
  ...causes(
    'quota-exceeded:services',
    'related',
    'strong',
    'net-pod-to-service-failed',
    'log-upstream-unreachable',
    'log-dns-failure',
    'env-service-address-wrong',
    'dns-lookup-failed',
  ),
  ...causes(
    'quota-exceeded:services',
    'service',
    'strong',
    'net-pod-to-service-failed',
    'log-upstream-unreachable',
    'log-dns-failure',
    'env-service-address-wrong',
    'dns-lookup-failed',
  ),
  ...causes('quota-nearly-full', 'namespace', 'weak', 'quota-exceeded'),
];
