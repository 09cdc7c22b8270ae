/** Kinds of custom resources by the word with which kubectl is asked for them. */

/** Kinds that the name of a resource says. */
export const CUSTOM_KINDS: readonly (readonly [RegExp, string, string])[] = [
  [/^(?:externalsecrets?|es)\b/i, 'ExternalSecret', 'external-secrets.io/v1'],
  [/^clustersecretstores?\b/i, 'ClusterSecretStore', 'external-secrets.io/v1'],
  [/^(?:secretstores?|ss)\b/i, 'SecretStore', 'external-secrets.io/v1'],
  [/^(?:certificates?|certs?)\b/i, 'Certificate', 'cert-manager.io/v1'],
  [/^certificaterequests?\b/i, 'CertificateRequest', 'cert-manager.io/v1'],
  [/^clusterissuers?\b/i, 'ClusterIssuer', 'cert-manager.io/v1'],
  [/^issuers?\b/i, 'Issuer', 'cert-manager.io/v1'],
  [/^(?:helmreleases?|hr)\b/i, 'HelmRelease', 'helm.toolkit.fluxcd.io/v2'],
  [/^(?:kustomizations?|ks)\b/i, 'Kustomization', 'kustomize.toolkit.fluxcd.io/v1'],
  [/^gitrepositor(?:y|ies)\b/i, 'GitRepository', 'source.toolkit.fluxcd.io/v1'],
  [/^helmrepositor(?:y|ies)\b/i, 'HelmRepository', 'source.toolkit.fluxcd.io/v1'],
  [/^helmcharts?\b/i, 'HelmChart', 'source.toolkit.fluxcd.io/v1'],
  [/^(?:scaledobjects?|so)\b/i, 'ScaledObject', 'keda.sh/v1alpha1'],
  [/^nodepools?\b/i, 'NodePool', 'karpenter.sh/v1'],
  [/^nodeclaims?\b/i, 'NodeClaim', 'karpenter.sh/v1'],
  [/^(?:ec2nodeclass(?:es)?|ec2nc)\b/i, 'EC2NodeClass', 'karpenter.k8s.aws/v1'],
  [/^(?:workloads?|wl)\b/i, 'Workload', 'kueue.x-k8s.io/v1beta1'],
  [/^(?:localqueues?)\b/i, 'LocalQueue', 'kueue.x-k8s.io/v1beta1'],
  [/^(?:clusterqueues?|cq)\b/i, 'ClusterQueue', 'kueue.x-k8s.io/v1beta1'],
  [/^targetgroupbindings?\b/i, 'TargetGroupBinding', 'elbv2.k8s.aws/v1beta1'],
  [/^(?:managedcertificates?|mcrt)\b/i, 'ManagedCertificate', 'networking.gke.io/v1'],
  [/^(?:podgroups?|pg)\b/i, 'PodGroup', 'scheduling.volcano.sh/v1beta1'],
  [/^providers?\.pkg\b|^providers?$/i, 'Provider', 'pkg.crossplane.io/v1'],
  [/^providerrevisions?\b/i, 'ProviderRevision', 'pkg.crossplane.io/v1'],
  [/^functions?\.pkg\b/i, 'Function', 'pkg.crossplane.io/v1'],
  [/^functionrevisions?\b/i, 'FunctionRevision', 'pkg.crossplane.io/v1'],
  [/^configurations?\.pkg\b/i, 'Configuration', 'pkg.crossplane.io/v1'],
  [/^configurationrevisions?\b/i, 'ConfigurationRevision', 'pkg.crossplane.io/v1'],
  [/^(?:pipelineruns?|pr)\b/i, 'PipelineRun', 'tekton.dev/v1'],
  [/^(?:taskruns?|tr)\b/i, 'TaskRun', 'tekton.dev/v1'],
  [/^(?:catalogsources?|catsrc)\b/i, 'CatalogSource', 'operators.coreos.com/v1alpha1'],
  [/^installplans?\b/i, 'InstallPlan', 'operators.coreos.com/v1alpha1'],
  [/^(?:clusterserviceversions?|csvs?)\b/i, 'ClusterServiceVersion', 'operators.coreos.com/v1alpha1'],
  [/^subs?$|^subscriptions?\.operators\b/i, 'Subscription', 'operators.coreos.com/v1alpha1'],
  [/^applicationsets?\b/i, 'ApplicationSet', 'argoproj.io/v1alpha1'],
  [/^httpprox(?:y|ies)\b/i, 'HTTPProxy', 'projectcontour.io/v1'],
];

/** The API version of a kind that has a word of its own here. */
export const versionOfResource = (resource: string): string | undefined =>
  CUSTOM_KINDS.find(([pattern]) => pattern.test(resource))?.[2];

/** The kind that a resource's word means; of one that is not known the word itself, singular, with a capital letter. */
export function kindOfResource(resource: string): string {
  const known = CUSTOM_KINDS.find(([pattern]) => pattern.test(resource))?.[1];
  if (known !== undefined) return known;
  const [word = ''] = resource.split('.');
  const singular = word.replace(
    /([^aeiou])ies$|(ss|x|tch|sh)es$|([^siu])s$/,
    (_, before: string, hiss: string, other: string) => (before === undefined ? (hiss ?? other) : `${before}y`),
  );
  return `${singular.charAt(0).toUpperCase()}${singular.slice(1)}`;
}
