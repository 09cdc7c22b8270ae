/** Which program wrote a log: from a journal's identifier, a unit, or the name of a pod, container or file. */

/** Identifiers that programs use in journals → the name that signatures use. */
const ALIASES: Readonly<Record<string, string>> = {
  kubenswrapper: 'kubelet',
  'kubelet.sh': 'kubelet',
  'kubelet-wrapper': 'kubelet',
  'kubelet-containerd.sh': 'kubelet',
  'kubelet-crio.sh': 'kubelet',
  // KubeEdge: a kubelet and its way to the cloud.
  edgecore: 'kubelet',
  dockerd: 'docker',
  'dockerd-current': 'docker',
  'cri-o': 'crio',
  'containerd-shim': 'containerd',
  'containerd-shim-runc-v2': 'containerd',
  'etcd-member': 'etcd',
  // CoreOS and Debian called the service after the version of its API.
  etcd2: 'etcd',
  etcd3: 'etcd',
  'nv-fabricmanager': 'nvidia-fabricmanager',
  'nvidia-fabricmanager-start.sh': 'nvidia-fabricmanager',
  'kube-apiserver.service': 'kube-apiserver',
  apiserver: 'kube-apiserver',
  // Before kubelite, MicroK8s ran each program as a service of its snap.
  'microk8s.daemon-apiserver': 'kube-apiserver',
  'microk8s.daemon-scheduler': 'kube-scheduler',
  'microk8s.daemon-controller-manager': 'kube-controller-manager',
  'microk8s.daemon-proxy': 'kube-proxy',
  'microk8s.daemon-kubelet': 'kubelet',
  'microk8s.daemon-containerd': 'containerd',
  'microk8s.daemon-etcd': 'etcd',
  'microk8s.daemon-flanneld': 'flannel',
  flanneld: 'flannel',
  'microk8s.daemon-k8s-dqlite': 'k8s-dqlite',
};

/** One process that is many programs: its lines may be any of theirs. */
const BUNDLED = new Set([
  'k3s',
  'rke2',
  'k0s',
  'hyperkube',
  'localkube',
  'microk8s',
  'kubelite',
  'microk8s.daemon-kubelite',
  'minikube',
  // OpenShift 3: kubelet, proxy and network in one.
  'origin-node',
  'atomic-openshift-node',
]);

/** Words in the names of pods, containers and log files, most telling first. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[-_.])(?:node-local-dns|nodelocaldns)/, 'coredns'],
  [/coredns|core-dns/, 'coredns'],
  [/kube-?dns|skydns/, 'kube-dns'],
  [/kube-?apiserver|k8s-api-?server|^kube-?api$|apiserver-proxy|(?:^|logs-)apiserver(?:[-.]|$)/, 'kube-apiserver'],
  [/kube-?scheduler|k8s-scheduler/, 'kube-scheduler'],
  // Operators built with kubebuilder call their pods NAME-controller-manager-….
  [
    /kube-?controller-?manager|k8s-controller-manager|^controller-?manager-|^(?:kcm|controller-manager)$/,
    'kube-controller-manager',
  ],
  [/kube-?proxy/, 'kube-proxy'],
  [/calico-node/, 'calico-node'],
  [/calico-(?:kube-controllers|typha)/, 'calico'],
  [/(?:^|[-_.])ipamd|aws-node|aws-vpc-cni/, 'aws-node'],
  [/cilium-operator/, 'cilium-operator'],
  [/cilium/, 'cilium-agent'],
  [/flannel/, 'flannel'],
  [/kube-router/, 'kube-router'],
  [/antrea/, 'antrea'],
  [/ovnkube|ovn-kubernetes|kube-ovn/, 'ovn'],
  [/multus/, 'multus'],
  [/weave-(?:net|npc)|^weave/, 'weave'],
  [/metallb/, 'metallb'],
  [/kube-vip/, 'kube-vip'],
  [/istio|pilot-discovery/, 'istio'],
  [/linkerd/, 'linkerd'],
  [/cert-?manager/, 'cert-manager'],
  [/external-?dns/, 'external-dns'],
  [/device-plugin/, 'nvidia-device-plugin'],
  [/nvidia-driver|k8s-driver-manager/, 'nvidia-driver'],
  [/(?:nvidia-)?container-toolkit/, 'nvidia-container-toolkit'],
  [/operator-validator|cuda-validator|(?:driver|toolkit|cuda|plugin)-validation/, 'nvidia-operator-validator'],
  [/mig-manager/, 'nvidia-mig-manager'],
  [/gpu-feature-discovery|(?:^|[-_.])gfd(?:[-_.]|$)/, 'gpu-feature-discovery'],
  [/dcgm/, 'dcgm'],
  [/fabric-?manager/, 'nvidia-fabricmanager'],
  [/gpu-operator/, 'gpu-operator'],
  [
    /cloud-controller|(?:^|[-_.])[a-z]{0,8}ccm(?:[-_.]|$)|(?:^|[-_.])cpi(?:[-_.]|$)|cloud-provider-/,
    'cloud-controller-manager',
  ],
  // The operator of OpenShift's ingress is no ingress.
  [
    /ingress(?!-(?:operator|canary))|traefik|haproxy|contour|envoy-gateway|nginx-gateway|load-?balancer-controller|(?:^|[-_.])kong(?:[-_.]|$)/,
    'ingress',
  ],
  [/csi-|-csi|(?:^|[-_.])(?:ebs|efs|rbd|cephfs|longhorn)(?:[-_.]|$)/, 'csi'],
  [/metrics-server/, 'metrics-server'],
  [/velero/, 'velero'],
  [/cluster-autoscaler/, 'cluster-autoscaler'],
  [/konnectivity/, 'konnectivity'],
  [/(?:^|[-_.])etcd(?:[-_.]|$)/, 'etcd'],
  [/(?:^|[-_.])kubelet(?:[-_.]|$)/, 'kubelet'],
  [/(?:^|[-_.])containerd(?:[-_.]|$)/, 'containerd'],
  [/(?:^|[-_.])cri-?o(?:[-_.]|$)/, 'crio'],
  // Talos calls containerd's log after the interface.
  [/^cri\.log$/, 'containerd'],
  [/(?:^|[-_.])docker(?:d)?(?:[-_.]|$)/, 'docker'],
];

/** The name that signatures use for a journal identifier or unit; undefined for bundles of many programs. */
export function canonicalProgram(identifier: string): string | undefined {
  // Snaps call their services NAME.daemon, their units snap.SNAP.NAME, and the snap of Kubernetes itself is k8s.
  const bare = identifier.replace(/\.(?:service|daemon)$/, '').replace(/^(?:snap\.)?(?:k8s\.)?/, '');
  if (BUNDLED.has(bare) || BUNDLED.has(bare.replace(/-(?:server|agent|controller|worker)$/, ''))) return undefined;
  return Object.hasOwn(ALIASES, bare) ? ALIASES[bare] : bare;
}

/** Programs that run on the machine itself, not in containers. */
const DAEMONS = new Set(['kubelet', 'containerd', 'crio', 'docker', 'systemd']);

/** The class of a program's log, as far as its name tells. */
export function classOfProgram(program: string | undefined): 'host' | 'container' {
  return program !== undefined && (DAEMONS.has(program) || BUNDLED.has(program)) ? 'host' : 'container';
}

/** The jobs of k3s and RKE2 that install a chart: Helm speaks there, not what it installs. */
const INSTALLS = /(?:^|[/_.-])helm-(?:install|delete)-/;

/** The program that the name of a pod, container or file hints at. */
export function programHint(...names: readonly (string | undefined)[]): string | undefined {
  if (names.some((name) => name !== undefined && INSTALLS.test(name))) return undefined;
  for (const [words, program] of HINTS) {
    for (const name of names) if (name !== undefined && words.test(name.toLowerCase())) return program;
  }
  return undefined;
}
