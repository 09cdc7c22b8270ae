/**
 * Reasons of events for which there is a check: what it does not tell of, it has looked at and found harmless. The test
 * holds the list to what the checks read.
 */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const JUDGED_REASONS = words(`
  AddedOrUpdatedWithError KongConfigurationApplyFailed KongConfigurationTranslationFailed RejectedWithError
  AllocationFailed AmbiguousSelector AppArmor BackOff BackendNotFound BackoffLimitExceeded BranchAllocationFailed CIDRAssignmentFailed
  CIDRNotAvailable ClusterIPAlreadyAllocated ClusterIPNotAllocated ClusterIPOutOfRange ContainerGCFailed CreatingLoadBalancerFailed
  DeadlineExceeded DeleteLoadBalancerFailed DisruptionBlocked ErrImageNeverPull ErrUnsealFailed Evicted EvictionThresholdMet Failed FailedAttachVolume
  FailedBinding FailedBuildModel FailedComputeMetricsReplicas FailedCreate FailedCreatePodContainer FailedCreatePodSandBox FailedDeployModel
  FailedGetContainerResourceMetric FailedGetExternalMetric FailedGetObjectMetric FailedGetPodsMetric
  FailedGetResourceMetric FailedGetScale FailedKillPod FailedMapVolume FailedMount FailedNeedsStart FailedNetworkReconcile FailedNodeAllocatableEnforcement FailedPlacement
  FailedPostStartHook FailedPreStopHook FailedPrepareDynamicResources FailedReconcile FailedResourceClaimCreation FailedScheduling FailedSync FailedToRetrieveImagePullSecret
  FailedToScaleUpGroup FailedUpdateScale FileSystemResizeFailed FilteringFailed FreeDiskSpaceFailed ImageGCFailed InspectFailed
  InvalidMetricSourceType InvalidSchedule InvalidSelector JobAlreadyActive Killing KubeletSetupFailed MissSchedule MissingClusterDNS SelectorRequired
  NetworkNotReady NoValidIngress NodeAffinity NodeHasDiskPressure NodeHasInsufficientMemory NodeHasInsufficientPID
  NodeNotReady NodeNotSchedulable NodePorts NodeShutdown NotTriggerScaleUp OutOfcpu OutOfephemeral-storage
  OutOfmemory OutOfnvidia.com/gpu OutOfpods
  PodGroupPending PortAlreadyAllocated PortOutOfRange Preempted Preempting ProbeWarning ProviderCreateFailed ProvisioningFailed Rebooted ResolutionFailed
  SyncLoadBalancerFailed SystemOOM TaintManagerEviction TooManyMissedTimes TopologyAffinityError Translate UnAvailableLoadBalancer
  SMTAlignmentError UnexpectedAdmissionError Unhealthy UnknownTimeZone Unschedulable UpdateLoadBalancerFailed VolumeMismatch VolumeResizeFailed
  WaitForFirstConsumer WaitForPodScheduled
  CRIOUnhealthy ConntrackFull ContainerdUnhealthy CorruptDockerImage CorruptDockerOverlay2 DockerHung DockerUnhealthy
  Ext4Error FilesystemIsReadOnly IOError KernelOops KubeletUnhealthy MemoryReadError NTPIsDown OOMKilling TaskHung
  XfsHasShutDown
  NodePreempted PreemptScheduled RedeployScheduled SpotInterrupted SpotInterruption TerminateScheduled
`);

/**
 * Warnings that are part of ordinary life, or say what the state of their object says and a check reads there. GKE's
 * node-problem-detector warns of each start of a daemon (ContainerdStart, DockerStart, KubeletStart) and of settings of
 * the kernel (NodeSysctlChange), Fargate of logging that nobody asked for (LoggingDisabled), kubelets of kernels before
 * 6.3 of tmpfs without noswap (PossibleMemoryBackedVolumesOnDisk).
 */
export const HARMLESS_REASONS = words(`
  ClaimLost
  ContainerdStart
  DockerStart
  ExternalProvisioning
  FailedToUpdateEndpoint
  FailedToUpdateEndpointSlices
  InvalidDiskCapacity
  KubeletStart
  LoggingDisabled
  NodeSysctlChange
  PossibleMemoryBackedVolumesOnDisk
  UnexpectedJob
`);

/**
 * Worth a note, and seen on many clusters that work: the node lists more name servers than a pod can have; an object is
 * there that a policy would rather not have (what it refuses fails elsewhere).
 */
export const NOTED_REASONS = words('DNSConfigForming PolicyViolation');
