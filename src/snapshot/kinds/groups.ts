/** Kinds outside of Kubernetes' own groups that the snapshot knows. */
const OWN_GROUP: Readonly<Record<string, string>> = {
  CiliumNetworkPolicy: 'cilium.io',
  AuthorizationPolicy: 'security.istio.io',
  ClusterPolicy: 'nvidia.com',
  PeerAuthentication: 'security.istio.io',
  VirtualService: 'networking.istio.io',
  IPAddressPool: 'metallb.io',
  Route: 'route.openshift.io',
  ServiceMonitor: 'monitoring.coreos.com',
  L2Advertisement: 'metallb.io',
  BGPAdvertisement: 'metallb.io',
  ClusterOperator: 'config.openshift.io',
  MachineConfigPool: 'machineconfiguration.openshift.io',
};
const BUILT_IN = new Set(['', 'apps', 'batch', 'extensions', 'policy', 'autoscaling']);

/** Whether a kind of that name in that API group is the one that the snapshot knows: Knative has a `Service` too. */
export function isGroupOf(kind: string, group: string): boolean {
  const own = OWN_GROUP[kind];
  return own === undefined ? BUILT_IN.has(group) || group.endsWith('.k8s.io') : group === own;
}
