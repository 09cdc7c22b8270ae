/**
 * The kinds the snapshot knows. A kind that is not here is counted in the inventory and not kept: checks cannot
 * read what has no shape. Short names are those of `kubectl api-resources`.
 */
import type { Infer, Shape } from '../../lib/shape.ts';
import * as core from './core.ts';
import { isGroupOf } from './api-versions.ts';
import * as networking from './networking.ts';
import * as rbac from './rbac.ts';
import * as storage from './storage.ts';
import * as workloads from './workloads.ts';

interface KindInfo<T> {
  readonly kind: string;
  readonly shape: Shape<T>;
  readonly namespaced: boolean;
  /** Every name kubectl accepts for the kind, the full plural first. */
  readonly names: readonly [string, ...string[]];
}

const namespaced = <T>(kind: string, shape: Shape<T>, ...names: [string, ...string[]]): KindInfo<T> => ({
  kind,
  shape,
  namespaced: true,
  names,
});
const clusterWide = <T>(kind: string, shape: Shape<T>, ...names: [string, ...string[]]): KindInfo<T> => ({
  kind,
  shape,
  namespaced: false,
  names,
});

/** Area name (what a check declares in `needs`) to kind. The area is the plural in camel case. */
export const KINDS = {
  pods: namespaced('Pod', core.pod, 'pods', 'pod', 'po'),
  nodes: clusterWide('Node', core.node, 'nodes', 'node', 'no'),
  events: namespaced('Event', core.event, 'events', 'event', 'ev'),
  services: namespaced('Service', core.service, 'services', 'service', 'svc'),
  endpoints: namespaced('Endpoints', core.endpoints, 'endpoints', 'endpoint', 'ep'),
  endpointSlices: namespaced('EndpointSlice', networking.endpointSlice, 'endpointslices', 'endpointslice'),
  deployments: namespaced('Deployment', workloads.deployment, 'deployments', 'deployment', 'deploy'),
  replicaSets: namespaced('ReplicaSet', workloads.replicaSet, 'replicasets', 'replicaset', 'rs'),
  statefulSets: namespaced('StatefulSet', workloads.statefulSet, 'statefulsets', 'statefulset', 'sts'),
  daemonSets: namespaced('DaemonSet', workloads.daemonSet, 'daemonsets', 'daemonset', 'ds'),
  jobs: namespaced('Job', workloads.job, 'jobs', 'job'),
  cronJobs: namespaced('CronJob', workloads.cronJob, 'cronjobs', 'cronjob', 'cj'),
  horizontalPodAutoscalers: namespaced(
    'HorizontalPodAutoscaler',
    workloads.horizontalPodAutoscaler,
    'horizontalpodautoscalers',
    'horizontalpodautoscaler',
    'hpa',
  ),
  podDisruptionBudgets: namespaced(
    'PodDisruptionBudget',
    workloads.podDisruptionBudget,
    'poddisruptionbudgets',
    'poddisruptionbudget',
    'pdb',
  ),
  priorityClasses: clusterWide('PriorityClass', workloads.priorityClass, 'priorityclasses', 'priorityclass', 'pc'),
  configMaps: namespaced('ConfigMap', core.configMap, 'configmaps', 'configmap', 'cm'),
  secrets: namespaced('Secret', core.secret, 'secrets', 'secret'),
  serviceAccounts: namespaced('ServiceAccount', core.serviceAccount, 'serviceaccounts', 'serviceaccount', 'sa'),
  roles: namespaced('Role', rbac.role, 'roles', 'role'),
  roleBindings: namespaced('RoleBinding', rbac.roleBinding, 'rolebindings', 'rolebinding'),
  clusterRoles: clusterWide('ClusterRole', rbac.role, 'clusterroles', 'clusterrole'),
  clusterRoleBindings: clusterWide('ClusterRoleBinding', rbac.roleBinding, 'clusterrolebindings', 'clusterrolebinding'),
  namespaces: clusterWide('Namespace', core.namespace, 'namespaces', 'namespace', 'ns'),
  resourceQuotas: namespaced('ResourceQuota', core.resourceQuota, 'resourcequotas', 'resourcequota', 'quota'),
  limitRanges: namespaced('LimitRange', core.limitRange, 'limitranges', 'limitrange', 'limits'),
  persistentVolumeClaims: namespaced(
    'PersistentVolumeClaim',
    core.persistentVolumeClaim,
    'persistentvolumeclaims',
    'persistentvolumeclaim',
    'pvc',
  ),
  persistentVolumes: clusterWide(
    'PersistentVolume',
    core.persistentVolume,
    'persistentvolumes',
    'persistentvolume',
    'pv',
  ),
  storageClasses: clusterWide('StorageClass', storage.storageClass, 'storageclasses', 'storageclass', 'sc'),
  csiDrivers: clusterWide('CSIDriver', storage.csiDriver, 'csidrivers', 'csidriver'),
  csiNodes: clusterWide('CSINode', storage.csiNode, 'csinodes', 'csinode'),
  csiStorageCapacities: namespaced(
    'CSIStorageCapacity',
    storage.csiStorageCapacity,
    'csistoragecapacities',
    'csistoragecapacity',
  ),
  volumeAttachments: clusterWide('VolumeAttachment', storage.volumeAttachment, 'volumeattachments', 'volumeattachment'),
  networkPolicies: namespaced('NetworkPolicy', networking.networkPolicy, 'networkpolicies', 'networkpolicy', 'netpol'),
  ingresses: namespaced('Ingress', networking.ingress, 'ingresses', 'ingress', 'ing'),
  ingressClasses: clusterWide('IngressClass', networking.ingressClass, 'ingressclasses', 'ingressclass'),
  gatewayClasses: clusterWide('GatewayClass', networking.gatewayClass, 'gatewayclasses', 'gatewayclass', 'gc'),
  gateways: namespaced('Gateway', networking.gateway, 'gateways', 'gateway', 'gtw'),
  httpRoutes: namespaced('HTTPRoute', networking.route, 'httproutes', 'httproute'),
  grpcRoutes: namespaced('GRPCRoute', networking.route, 'grpcroutes', 'grpcroute'),
  openshiftRoutes: namespaced('Route', networking.openshiftRoute, 'routes', 'route'),
  peerAuthentications: namespaced(
    'PeerAuthentication',
    networking.peerAuthentication,
    'peerauthentications',
    'peerauthentication',
    'pa',
  ),
  virtualServices: namespaced('VirtualService', networking.virtualService, 'virtualservices', 'virtualservice', 'vs'),
  destinationRules: namespaced(
    'DestinationRule',
    networking.destinationRule,
    'destinationrules',
    'destinationrule',
    'dr',
  ),
  // The name of a kind of Kubernetes: it is kept under its group (qualifiedKind).
  istioGateways: namespaced(
    'Gateway.networking.istio.io',
    networking.istioGateway,
    'gateways.networking.istio.io',
    'gateway.networking.istio.io',
    'gw',
  ),
  ipAddressPools: namespaced('IPAddressPool', networking.addressPool, 'ipaddresspools', 'ipaddresspool'),
  l2Advertisements: namespaced('L2Advertisement', networking.poolAdvertisement, 'l2advertisements', 'l2advertisement'),
  bgpAdvertisements: namespaced(
    'BGPAdvertisement',
    networking.poolAdvertisement,
    'bgpadvertisements',
    'bgpadvertisement',
  ),
  serviceMonitors: namespaced('ServiceMonitor', networking.serviceMonitor, 'servicemonitors', 'servicemonitor', 'smon'),
  leases: namespaced('Lease', networking.lease, 'leases', 'lease'),
  validatingWebhookConfigurations: clusterWide(
    'ValidatingWebhookConfiguration',
    networking.webhookConfiguration,
    'validatingwebhookconfigurations',
    'validatingwebhookconfiguration',
  ),
  mutatingWebhookConfigurations: clusterWide(
    'MutatingWebhookConfiguration',
    networking.webhookConfiguration,
    'mutatingwebhookconfigurations',
    'mutatingwebhookconfiguration',
  ),
  apiServices: clusterWide('APIService', networking.apiService, 'apiservices', 'apiservice'),
  customResourceDefinitions: clusterWide(
    'CustomResourceDefinition',
    networking.customResourceDefinition,
    'customresourcedefinitions',
    'customresourcedefinition',
    'crd',
    'crds',
  ),
  certificateSigningRequests: clusterWide(
    'CertificateSigningRequest',
    networking.certificateSigningRequest,
    'certificatesigningrequests',
    'certificatesigningrequest',
    'csr',
  ),
  componentStatuses: clusterWide(
    'ComponentStatus',
    networking.componentStatus,
    'componentstatuses',
    'componentstatus',
    'cs',
  ),
  ciliumNetworkPolicies: namespaced(
    'CiliumNetworkPolicy',
    networking.ciliumNetworkPolicy,
    'ciliumnetworkpolicies',
    'ciliumnetworkpolicy',
    'cnp',
  ),
  authorizationPolicies: namespaced(
    'AuthorizationPolicy',
    networking.foreignPolicy,
    'authorizationpolicies',
    'authorizationpolicy',
  ),
  clusterPolicies: clusterWide('ClusterPolicy', networking.clusterPolicy, 'clusterpolicies', 'clusterpolicy'),
  machineConfigPools: clusterWide(
    'MachineConfigPool',
    networking.machineConfigPool,
    'machineconfigpools',
    'machineconfigpool',
    'mcp',
  ),
  clusterOperators: clusterWide(
    'ClusterOperator',
    networking.clusterOperator,
    'clusteroperators',
    'clusteroperator',
    'co',
  ),
} as const;

/** The areas that hold Kubernetes objects. */
export type ObjectArea = keyof typeof KINDS;

/**
 * A Kubernetes object as the snapshot keeps it: API-shaped, every field optional, merged over its sources.
 * `metadata.name` is the one field that is always there.
 */
export type Stored<T> = Omit<T, 'metadata'> & {
  readonly kind: string;
  readonly metadata: Omit<MetadataOf<T>, 'name'> & { readonly name: string };
};
type MetadataOf<T> = T extends { readonly metadata?: infer M } ? NonNullable<M> : never;

type ShapeOf<A extends ObjectArea> = (typeof KINDS)[A] extends KindInfo<infer T> ? T : never;
/** What only events.k8s.io/v1 says: it stands under the names of core/v1 as well (src/snapshot/events.ts). */
type SaidTwice = 'regarding' | 'series' | 'eventTime' | 'reportingController' | `deprecated${string}`;
/** The type of the objects of one area. */
export type ObjectOf<A extends ObjectArea> = A extends 'events'
  ? Omit<Stored<ShapeOf<A>>, SaidTwice>
  : Stored<ShapeOf<A>>;
export type AnyObject = Stored<{ readonly metadata?: Infer<typeof import('./meta.ts').objectMeta> }>;

export type Pod = ObjectOf<'pods'>;
export type Node = ObjectOf<'nodes'>;
export type KubeEvent = ObjectOf<'events'>;
export type Service = ObjectOf<'services'>;
export type NetworkPolicy = ObjectOf<'networkPolicies'>;
export type PersistentVolumeClaim = ObjectOf<'persistentVolumeClaims'>;
export type PersistentVolume = ObjectOf<'persistentVolumes'>;

/** Every area of objects. */
export const OBJECT_AREAS = Object.keys(KINDS) as readonly ObjectArea[];

const AREA_OF_KIND = new Map<string, ObjectArea>();
const AREA_OF_NAME = new Map<string, ObjectArea>();
for (const area of OBJECT_AREAS) {
  AREA_OF_KIND.set(KINDS[area].kind, area);
  for (const name of KINDS[area].names) AREA_OF_NAME.set(name, area);
}
/** The area of an API kind (`Pod`), or undefined when the kind is not kept. */
export function areaOfKind(kind: string): ObjectArea | undefined {
  return AREA_OF_KIND.get(kind);
}

/** The area of a resource name as typed after `kubectl get` (`po`, `pods`, `deployments.v1.apps`), or undefined. */
export function areaOfResource(name: string): ObjectArea | undefined {
  const lower = name.toLowerCase();
  const known = AREA_OF_NAME.get(lower);
  const dot = lower.indexOf('.');
  if (known !== undefined || dot === -1) return known;
  const area = AREA_OF_NAME.get(lower.slice(0, dot));
  const group = lower.slice(dot + 1).replace(/^v\d\w{0,20}(?:\.|$)/, '');
  return area !== undefined && isGroupOf(area, group) ? area : undefined;
}
