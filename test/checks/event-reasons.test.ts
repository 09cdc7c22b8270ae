/** The reasons that checks judge are those that stand in their code: what nobody reads must be told as it is. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HARMLESS_REASONS, JUDGED_REASONS } from '../../src/checks/event-reasons.ts';

const root = join(import.meta.dirname, '../../src');
/** Code without its prose: comments, and the texts of checks. */
const code = ['checks', 'snapshot']
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, withFileTypes: true }).filter(
      ({ name }) => name.endsWith('.ts') && name !== 'registry.ts' && name !== 'event-reasons.ts',
    ),
  )
  .map((entry) =>
    readFileSync(join(entry.parentPath, entry.name), 'utf8')
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .replaceAll(/^\s*(?:\/\/|(?:why|title|failureTitle|message):).*$/gm, ''),
  );
const wordsOf = new Set(code.flatMap((text) => text.match(/\b[A-Z][A-Za-z0-9]{3,40}\b/g) ?? []));
/** `/^Failed(?:Get|Update)Scale$/` and its like. */
const patterns = code
  .flatMap((text) => text.match(/\/\^(?:\\.|\[(?:\\.|[^\]\\\n])+\]|[^/\n\\[]){3,400}\$\/(?=[.,;)\s])/g) ?? [])
  .flatMap((literal) => {
    const pattern = new RegExp(literal.slice(1, -1));
    // A pattern for any word tells nothing.
    return ['something', 'Something', 'SomethingElse'].some((word) => pattern.test(word)) ? [] : [pattern];
  });
const isRead = (reason: string): boolean => wordsOf.has(reason) || patterns.some((pattern) => pattern.test(reason));

/** Read by their message: the reason changed with the versions. */
const BY_MESSAGE = new Set(['FailedToRetrieveImagePullSecret']);

/** Reasons of warnings in Kubernetes' own code (pkg/kubelet/events, the controllers, the scheduler, cloud-provider). */
const OF_KUBERNETES =
  `AllocationFailed AmbiguousSelector BackOff BackoffLimitExceeded CIDRAssignmentFailed CIDRNotAvailable
  CalculateExpectedPodCountFailed ClaimMisbound ClusterIPAlreadyAllocated ClusterIPNotAllocated ClusterIPOutOfRange
  ContainerGCFailed CreatingLoadBalancerFailed DNSConfigForming DeleteLoadBalancerFailed ErrImageNeverPull Evicted
  EvictionThresholdMet ExceededGracePeriod Failed FailedAttachVolume FailedBinding FailedComputeMetricsReplicas FailedCreate
  FailedCreatePodContainer FailedCreatePodSandBox FailedDelete FailedGetContainerResourceMetric FailedGetExternalMetric
  FailedGetObjectMetric FailedGetPodsMetric FailedGetResourceMetric FailedGetScale FailedKillPod FailedMapVolume FailedMount
  FailedNeedsStart FailedNodeAllocatableEnforcement FailedPodSandBoxStatus FailedPostStartHook FailedPreStopHook
  FailedPrepareDynamicResources FailedRescale FailedScheduling FailedSync FailedToCreateEndpoint FailedUpdateScale
  FailedValidation FileSystemResizeFailed FreeDiskSpaceFailed ImageGCFailed InspectFailed InvalidMetricSourceType
  InvalidSchedule InvalidSelector InvalidTargetRange KubeletSetupFailed MissSchedule MissingClusterDNS NetworkNotReady
  NodeNotReady NodeShutdown OutOfcpu OutOfmemory OutOfpods OwnerRefInvalidNamespace PortAlreadyAllocated PortNotAllocated
  PortOutOfRange Preempting ProbeWarning ProvisioningCleanupFailed ProvisioningFailed Rebooted ReplicaSetCreateError
  SelectingAll SyncLoadBalancerFailed SystemOOM TooManyMissedTimes TopologyAwareHintsDisabled UnAvailableLoadBalancer
  UnexpectedAdmissionError Unhealthy UnknownTimeZone UnparseableCronJobSchedule UpdateLoadBalancerFailed VolumeFailedDelete
  VolumeFailedRecycle VolumeMismatch VolumeResizeFailed`.split(/\s+/);

test('every reason that is said to be judged is read somewhere', () => {
  expect([...JUDGED_REASONS].filter((reason) => !isRead(reason) && !BY_MESSAGE.has(reason))).toEqual([]);
});

test('every reason of Kubernetes that is read is said to be judged', () => {
  expect(OF_KUBERNETES.filter((reason) => isRead(reason) && !JUDGED_REASONS.has(reason))).toEqual([]);
});

test('what nobody reads is told, but for what is harmless', () => {
  expect([...HARMLESS_REASONS].filter((reason) => JUDGED_REASONS.has(reason))).toEqual([]);
  for (const reason of ['DNSConfigForming', 'SystemOOMKilled', 'NodeUpgradeFailed'])
    expect(JUDGED_REASONS.has(reason) || HARMLESS_REASONS.has(reason)).toBe(false);
});
