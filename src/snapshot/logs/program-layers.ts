/**
 * Which layer the program is of whose log a text is: by the names of its pod, container, unit and file, and by what its
 * lines say of themselves. Each layer has a check on logs that end with an error which no signature knows.
 */
import type { LogHit, LogStream, Origin } from '../../parsers/records.ts';

/** The names of a log's pod, container, program and file, in lower case. */
const namesOf = ({ pod, container, program, file }: Origin): readonly string[] =>
  [pod, container, program, file.slice(file.lastIndexOf('/') + 1)].flatMap((name) => name?.toLowerCase() ?? []);

/** Programs of the platform: the checks of the other layers read their logs. */
const PLATFORM = new Set([
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'containerd',
  'crio',
  'dockerd',
  'coredns',
  'kernel',
  'flannel',
  'kube-router',
  'calico-node',
  'calico',
  'cilium-agent',
  'cilium-operator',
  'aws-node',
  'ingress',
  'metrics-server',
  'cluster-autoscaler',
  'nvidia-device-plugin',
]);

/** Whether a log is of a program of the platform, by its origin or by its own lines. */
export const isPlatformLog = ({ origin, programs }: LogStream): boolean =>
  [origin.program, origin.container, ...programs].some((name) => name !== undefined && PLATFORM.has(name));

/** Logs of applications: of containers, or pasted without any origin. */
export const isOfApplication = (hit: LogHit): boolean =>
  (hit.class === 'container' || (hit.class === 'text' && hit.origin.node === undefined)) &&
  !PLATFORM.has(hit.program ?? '') &&
  !PLATFORM.has(hit.origin.program ?? '') &&
  !PLATFORM.has(hit.origin.container ?? '');

/** Programs of the network: plug-ins, DNS servers, proxies and meshes, load balancers, certificates and records. */
const NETWORK = new Set([
  'kube-proxy',
  'coredns',
  'kube-dns',
  'flannel',
  'calico-node',
  'calico',
  'cilium-agent',
  'cilium-operator',
  'aws-node',
  'antrea',
  'ovn',
  'multus',
  'weave',
  'metallb',
  'kube-vip',
  'ingress',
  'istio',
  'linkerd',
  'cert-manager',
  'external-dns',
]);

/** What controllers of gateways, load balancers and meshes write of themselves into their lines. */
const NETWORK_LINE =
  /"?controllerGroup"?[=:] ?"?(?:[\w.-]{1,80}\.)?(?:gateway\.networking\.k8s\.io|projectcontour\.io|gateway\.envoyproxy\.io|traefik\.io|cilium\.io|projectcalico\.org|metallb\.io|istio\.io|linkerd\.io|cert-manager\.io|elbv2\.k8s\.aws|konghq\.com)|"?controller"?[=:] ?"?(?:gateway|httproute|gatewayclass|ingress)-controller\b|\bagent\.(?:envoy|proxycfg|connect)\b/;

/** Whether a log is of a program of the network, by its origin or by its own lines. */
export const isNetworkLog = ({ origin, programs, tail }: LogStream): boolean =>
  [origin.program, origin.container, ...programs].some((name) => name !== undefined && NETWORK.has(name)) ||
  tail.some(({ text }) => NETWORK_LINE.test(text));

/** Controllers of the cluster itself, by the names of their pods, containers, units and files. */
const INFRASTRUCTURE =
  /(?:^|[-_./ ])(?:cap[adgikmnoprvxz]|capi-\w{1,20}|capi-kubeadm-\w{1,20})-(?:controller|manager)|cluster-api|(?:^|[-_./ ])cap[adgiknovxz](?:$|[-_./\s])|(?:^|[-_./ ])(?:cloud-controller-manager|[a-z]{1,12}-ccm|ccm|olm-operator|catalog-operator|packageserver|cluster-version-operator|machine-config-(?:operator|controller|daemon|server)|machine-api-\w{1,20}|machine-approver|kops-controller|dns-controller|protokube|nodeup|etcd-manager|cattle-cluster-agent|cattle-node-agent|rancher-system-agent|system-upgrade-controller|fleet-(?:agent|controller)|cluster-agent|hypershift|karmada-\w{1,20}|gardenlet|kubeadm|konnectivity-\w{1,10}|velero)(?:$|[-_./\s])/;

/** Releases of Cluster API before its controllers named the group of each object (0.2 to 1.0). */
const CLUSTER_API =
  /\] controllers\/(?:\w{0,20}Machine\w{0,20}|\w{0,20}Cluster\w{0,20}|Kubeadm\w{1,20}) "msg"=|\bmachine(?:set|deployment)?_controller\w{0,20}\.go:\d{1,5}\]/;
/** What controllers write of themselves into each line, where the object is a part of the cluster: machines, operators. */
const CONTROLLER_GROUP =
  /"?(?:controllerGroup|reconciler group)"?[=:] ?"(?:[\w.-]{1,80}\.)?(?:cluster\.x-k8s\.io|operators\.coreos\.com|openshift\.io|metal3\.io|velero\.io|clastix\.io|k0smotron\.io|kamaji\.\w{1,20}\.io)"/;

/** Whether a log is of a controller that makes, upgrades, backs up or ties to its cloud the cluster itself. */
export const isInfrastructureLog = ({ origin, tail }: LogStream): boolean =>
  namesOf(origin).some((name) => INFRASTRUCTURE.test(name)) ||
  tail.some(({ text }) => CONTROLLER_GROUP.test(text) || CLUSTER_API.test(text));

/** Programs that find nodes, replicas or volumes for pods, by the names of their pods, containers and files. */
const SCHEDULING =
  /(?:^|[-_./ ])(?:karpenter|vpa-\w{1,20}|volcano(?:-\w{1,20}){0,2}|vc-(?:scheduler|controller)\w{0,10}|kueue(?:-\w{1,20}){0,3}|yunikorn\w{0,20}|descheduler|[a-z-]{0,40}provisioner|csi-[a-z-]{1,40}|(?:cspc|cvc)-operator|openebs-[a-z-]{1,40}|maya-apiserver|rook-ceph-operator|longhorn-manager|linstor-[a-z-]{1,20}|piraeus-[a-z-]{1,20}|topolvm-[a-z-]{1,20}|(?:kai|hami)-scheduler)(?:$|[-_./\s])/;

/** Whether a log is of a scheduler beside that of Kubernetes, an autoscaler or a provisioner of volumes. */
export const isSchedulingLog = ({ origin, programs }: LogStream): boolean =>
  [...namesOf(origin), ...programs].some((name) => SCHEDULING.test(name));
