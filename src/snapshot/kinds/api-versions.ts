/** The groups and versions under which current clusters serve the kinds that the snapshot knows. */
import { KINDS, type ObjectArea } from './index.ts';

const GROUPS: Readonly<Record<string, readonly ObjectArea[]>> = {
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
  'networking.istio.io/v1': ['virtualServices', 'istioGateways'],
  'security.istio.io/v1': ['authorizationPolicies', 'peerAuthentications'],
  'monitoring.coreos.com/v1': ['serviceMonitors'],
  'nvidia.com/v1': ['clusterPolicies'],
  'config.openshift.io/v1': ['clusterOperators'],
  'machineconfiguration.openshift.io/v1': ['machineConfigPools'],
};

const BY_AREA = new Map(Object.entries(GROUPS).flatMap(([version, areas]) => areas.map((area) => [area, version])));

/** `apps/v1` of deployments; the core group's `v1` has no name. */
export const apiVersionOf = (area: ObjectArea): string => BY_AREA.get(area) ?? 'v1';

/** Every area with its group and version. */
export const API_VERSIONS: readonly (readonly [ObjectArea, string])[] = (Object.keys(KINDS) as ObjectArea[]).map(
  (area) => [area, apiVersionOf(area)],
);

/** Whether an add-on brings the kind: not every API server knows it. */
export function isAddOn(area: ObjectArea): boolean {
  const [group = ''] = apiVersionOf(area).split('/');
  // Groups of Kubernetes itself have no dot or end in k8s.io; Gateway API ends so, too, and is installed.
  return group.startsWith('gateway.') || (group.includes('.') && !group.endsWith('.k8s.io'));
}
