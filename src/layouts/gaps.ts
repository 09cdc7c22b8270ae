/** What several kinds of bundles lack alike, and the commands that bring it. Areas are those of the snapshot. */
import type { Gap } from './layout.ts';

/** Evidence of machines: journals, kernel, disks, settings. */
export const MACHINE = [
  'hostLogs',
  'kernelLogs',
  'units',
  'filesystems',
  'timeSync',
  'hostValues',
  'runtimeContainers',
  'diskUse',
  'processes',
] as const;

export const ETCD = ['etcdEndpoints', 'etcdHealth', 'etcdMembers', 'etcdAlarms'] as const;
export const GPU = ['gpus', 'fabricPorts'] as const;
export const USAGE = ['nodeUsage', 'podUsage'] as const;

/** Kinds whose lists say what runs where and why not. */
export const WORKLOADS = [
  'pods',
  'nodes',
  'events',
  'deployments',
  'replicaSets',
  'statefulSets',
  'daemonSets',
  'jobs',
  'cronJobs',
] as const;
export const NETWORK = [
  'services',
  'endpoints',
  'endpointSlices',
  'ingresses',
  'ingressClasses',
  'networkPolicies',
] as const;
export const STORAGE = [
  'persistentVolumeClaims',
  'persistentVolumes',
  'storageClasses',
  'csiDrivers',
  'csiNodes',
  'volumeAttachments',
] as const;
export const LIMITS = [
  'resourceQuotas',
  'limitRanges',
  'priorityClasses',
  'podDisruptionBudgets',
  'horizontalPodAutoscalers',
] as const;
export const CONTROL = [
  'leases',
  'validatingWebhookConfigurations',
  'mutatingWebhookConfigurations',
  'apiServices',
  'certificateSigningRequests',
] as const;
export const OBJECTS = [...WORKLOADS, ...NETWORK, ...STORAGE, ...LIMITS, ...CONTROL] as const;

/** Our own collector, on the machine. */
export const COLLECT_NODE = 'sudo sh kubestrata-collect.sh node';
/** Our own collector, from where kubectl works. */
export const COLLECT_CLUSTER = 'sh kubestrata-collect.sh cluster';

/** Bundles that are made through the API server alone. */
export const noMachines = (why: string): readonly Gap[] => [
  { areas: MACHINE, why, ask: COLLECT_NODE },
  { areas: GPU, why, ask: 'nvidia-smi -q -x; nvidia-smi topo -m; dmesg | grep -i xid' },
];

/** Bundles of machines or of one component. */
export const noObjects = (why: string): readonly Gap[] => [{ areas: OBJECTS, why, ask: COLLECT_CLUSTER }];
