/** Who reads the description of which kind, and how a kind is told by its lines. */
import type { ObjectArea } from '../../../snapshot/kinds/index.ts';
import type { Draft } from '../draft.ts';
import { find, type Block } from './block.ts';
import * as config from './config.ts';
import { describeCustom } from './custom.ts';
import * as networking from './networking.ts';
import { describeRoute } from './route.ts';
import { describeNode } from './node.ts';
import { describePod } from './pod.ts';
import { describeRole, describeRoleBinding } from './rbac.ts';
import * as storage from './storage.ts';
import * as workloads from './workloads.ts';

type Mapper = (block: Block, draft: Draft) => void;

const MAPPERS: Readonly<Partial<Record<ObjectArea, Mapper>>> = {
  pods: describePod,
  nodes: describeNode,
  services: networking.describeService,
  endpoints: networking.describeEndpoints,
  ingresses: networking.describeIngress,
  networkPolicies: networking.describeNetworkPolicy,
  deployments: workloads.describeDeployment,
  replicaSets: workloads.describeReplicaSet,
  statefulSets: workloads.describeStatefulSet,
  daemonSets: workloads.describeDaemonSet,
  jobs: workloads.describeJob,
  cronJobs: workloads.describeCronJob,
  horizontalPodAutoscalers: workloads.describeHpa,
  podDisruptionBudgets: workloads.describePdb,
  persistentVolumeClaims: storage.describeClaim,
  persistentVolumes: storage.describeVolume,
  storageClasses: storage.describeStorageClass,
  configMaps: config.describeConfigMap,
  secrets: config.describeSecret,
  serviceAccounts: config.describeServiceAccount,
  resourceQuotas: config.describeQuota,
  limitRanges: config.describeLimitRange,
  namespaces: config.describeNamespace,
  gateways: describeCustom,
  httpRoutes: describeCustom,
  openshiftRoutes: describeRoute,
  virtualServices: describeCustom,
  destinationRules: describeCustom,
  istioGateways: describeCustom,
  ipAddressPools: describeCustom,
  l2Advertisements: describeCustom,
  bgpAdvertisements: describeCustom,
  serviceMonitors: describeCustom,
  apiServices: describeCustom,
  machineConfigPools: describeCustom,
  clusterOperators: describeCustom,
  customResourceDefinitions: describeCustom,
  mutatingWebhookConfigurations: describeCustom,
  validatingWebhookConfigurations: describeCustom,
  roles: describeRole,
  clusterRoles: describeRole,
  roleBindings: describeRoleBinding,
  clusterRoleBindings: describeRoleBinding,
  certificateSigningRequests: config.describeCertificateRequest,
};

/** The reader of one kind's descriptions; other kinds have no more than their metadata read. */
export function describeMapper(area: ObjectArea): Mapper | undefined {
  return MAPPERS[area];
}

/** Top-level keys (or lines without a colon) that together only this kind prints; the more specific kinds first. */
const SIGNATURES: readonly (readonly [ObjectArea, readonly string[]])[] = [
  ['nodes', ['System Info', 'Capacity']],
  ['nodes', ['Non-terminated Pods']],
  ['nodes', ['Roles', 'Labels']],
  ['nodes', ['Taints']],
  ['deployments', ['StrategyType', 'Pod Template']],
  ['daemonSets', ['Desired Number of Nodes Scheduled']],
  ['cronJobs', ['Schedule', 'Concurrency Policy']],
  ['jobs', ['Pods Statuses', 'Parallelism']],
  ['statefulSets', ['Pods Status', 'Volume Claims']],
  ['statefulSets', ['Pods Status', 'Update Strategy']],
  ['replicaSets', ['Pods Status', 'Replicas', 'Pod Template']],
  ['pods', ['Containers', 'Node']],
  ['pods', ['Containers', 'QoS Class']],
  // Cut before its containers.
  ['pods', ['Node', 'Status']],
  ['pods', ['QoS Class', 'Tolerations']],
  ['pods', ['Status', 'Volumes']],
  // Of every other kind containers stand below a template.
  ['pods', ['Containers']],
  ['pods', ['Init Containers']],
  ['services', ['Selector', 'Type', 'Session Affinity']],
  ['services', ['Selector', 'Endpoints', 'TargetPort']],
  ['endpoints', ['Subsets']],
  ['openshiftRoutes', ['Requested Host', 'TLS Termination']],
  ['openshiftRoutes', ['Requested Host', 'Endpoint Port']],
  ['ingresses', ['Rules', 'Default backend']],
  ['networkPolicies', ['Spec', 'Created on']],
  ['horizontalPodAutoscalers', ['Reference', 'Min replicas']],
  ['podDisruptionBudgets', ['Min available', 'Selector']],
  ['podDisruptionBudgets', ['Max unavailable', 'Selector']],
  ['persistentVolumes', ['Reclaim Policy', 'Claim']],
  ['persistentVolumeClaims', ['StorageClass', 'Volume', 'Access Modes']],
  ['storageClasses', ['Provisioner', 'ReclaimPolicy']],
  ['serviceAccounts', ['Mountable secrets', 'Tokens']],
  ['secrets', ['Type', 'Data']],
  ['configMaps', ['Data']],
  ['resourceQuotas', ['Resource  Used  Hard']],
  ['limitRanges', ['Type  Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio']],
  ['certificateSigningRequests', ['Requesting User', 'Status']],
  ['namespaces', ['No resource quota.']],
  ['namespaces', ['Resource Quotas']],
];

/** The kind of a description that nobody named, or undefined. */
export function areaOfBlock(block: Block): ObjectArea | undefined {
  const texts = new Set(block.entries.map((entry) => entry.text.replace(/\s{2,}/g, '  ').replace(/:$/, '')));
  const has = (key: string): boolean => find(block.entries, key) !== undefined || texts.has(key);
  const area = SIGNATURES.find(([, keys]) => keys.every(has))?.[0];
  if (area !== undefined) return area;
  // Cut before its template: how the replicas are counted tells.
  const replicas = find(block.entries, 'Replicas')?.value ?? '';
  if (/^\d+ current \/ \d+ desired$/.test(replicas)) return 'replicaSets';
  return /^\d+ desired \| \d+ updated \| /.test(replicas) ? 'deployments' : undefined;
}
