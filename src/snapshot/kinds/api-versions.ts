/** The groups and versions under which current clusters serve the kinds that the snapshot knows. */
import type { ObjectArea } from './index.ts';

const GROUPS = {
  v1: [
    'pods',
    'nodes',
    'namespaces',
    'events',
    'services',
    'endpoints',
    'configMaps',
    'secrets',
    'serviceAccounts',
    'resourceQuotas',
    'limitRanges',
    'persistentVolumes',
    'persistentVolumeClaims',
    'componentStatuses',
  ],
  'apps/v1': ['deployments', 'replicaSets', 'statefulSets', 'daemonSets'],
  'batch/v1': ['jobs', 'cronJobs'],
  'autoscaling/v2': ['horizontalPodAutoscalers'],
  'policy/v1': ['podDisruptionBudgets'],
  'scheduling.k8s.io/v1': ['priorityClasses'],
  'discovery.k8s.io/v1': ['endpointSlices'],
  'storage.k8s.io/v1': ['storageClasses', 'csiDrivers', 'csiNodes', 'csiStorageCapacities', 'volumeAttachments'],
  'networking.k8s.io/v1': ['networkPolicies', 'ingresses', 'ingressClasses'],
  'gateway.networking.k8s.io/v1': ['gatewayClasses', 'gateways', 'httpRoutes', 'grpcRoutes'],
  'coordination.k8s.io/v1': ['leases'],
  'admissionregistration.k8s.io/v1': ['validatingWebhookConfigurations', 'mutatingWebhookConfigurations'],
  'apiregistration.k8s.io/v1': ['apiServices'],
  'apiextensions.k8s.io/v1': ['customResourceDefinitions'],
  'rbac.authorization.k8s.io/v1': ['roles', 'roleBindings', 'clusterRoles', 'clusterRoleBindings'],
  'certificates.k8s.io/v1': ['certificateSigningRequests'],
  'cilium.io/v2': ['ciliumNetworkPolicies'],
  'networking.istio.io/v1': ['virtualServices', 'destinationRules', 'istioGateways'],
  'security.istio.io/v1': ['authorizationPolicies', 'peerAuthentications'],
  'monitoring.coreos.com/v1': ['serviceMonitors'],
  'nvidia.com/v1': ['clusterPolicies'],
  'config.openshift.io/v1': ['clusterOperators'],
  'machineconfiguration.openshift.io/v1': ['machineConfigPools'],
  'route.openshift.io/v1': ['openshiftRoutes'],
  'metallb.io/v1beta1': ['ipAddressPools', 'l2Advertisements', 'bgpAdvertisements'],
} as const satisfies Readonly<Record<string, readonly ObjectArea[]>>;

/** An area that stands in no group does not compile below. */
type Grouped = (typeof GROUPS)[keyof typeof GROUPS][number];
const BY_AREA = Object.fromEntries(
  Object.entries(GROUPS).flatMap(([version, areas]) => areas.map((area) => [area, version])),
) as Readonly<Record<Grouped, string>>;

/** `apps/v1` of deployments; `v1` of pods, whose group has no name. */
export const apiVersionOf = (area: ObjectArea): string => BY_AREA[area];

const groupOf = (area: ObjectArea): string => /^[^/]+(?=\/)/.exec(apiVersionOf(area))?.[0] ?? '';
// Groups of Kubernetes itself have no dot or end in k8s.io; Gateway API ends so, too, and is installed.
const isBuiltIn = (group: string): boolean =>
  !group.startsWith('gateway.') && (!group.includes('.') || group.endsWith('.k8s.io'));

/** Whether an add-on brings the kind: not every API server knows it. */
export const isAddOn = (area: ObjectArea): boolean => !isBuiltIn(groupOf(area));

/**
 * Whether a kind in that API group can be the one that the snapshot keeps in `area`: Knative has a `Service` too. What is
 * built in has moved between groups (`extensions` had Deployments and Ingresses).
 */
export const isGroupOf = (area: ObjectArea, group: string): boolean =>
  isAddOn(area) ? group === groupOf(area) : isBuiltIn(group);
