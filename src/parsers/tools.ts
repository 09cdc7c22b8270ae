/** What is known of command-line tools: enough to take a command line apart, no more. */

/** kubectl's flags that take a value, by their long names. */
const KUBECTL_VALUES = `namespace output selector container field-selector label-columns sort-by context kubeconfig cluster
  user as as-group as-uid server token tail since since-time limit-bytes limit request-timeout template raw chunk-size
  filename max-log-requests revision timeout for image target profile v cache-dir certificate-authority
  client-certificate client-key tls-server-name subresource address api-group verbs replicas patch type kustomize
  to-revision pod-running-timeout grace-period env overrides copy-to image-pull-policy to types`;

/** Short flags of kubectl, spelled out. Some mean different things under different verbs; see SHORT_BY_VERB. */
export const KUBECTL_SHORT: Readonly<Record<string, string>> = {
  n: 'namespace',
  A: 'all-namespaces',
  o: 'output',
  l: 'selector',
  c: 'container',
  p: 'previous',
  w: 'watch',
  f: 'filename',
  L: 'label-columns',
  R: 'recursive',
  k: 'kustomize',
  v: 'v',
  s: 'server',
  i: 'stdin',
  t: 'tty',
  q: 'quiet',
  h: 'help',
};

/** Verb → short flags that differ from KUBECTL_SHORT. */
export const KUBECTL_SHORT_BY_VERB: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  logs: { f: 'follow' },
  patch: { p: 'patch' },
};

/** Other tools' flags that take the next word as their value: long and short, as typed without dashes. */
const VALUE_FLAGS: Readonly<Record<string, string>> = {
  kubectl: KUBECTL_VALUES,
  journalctl:
    'u unit n lines S since U until o output p priority t identifier g grep D directory file F field M machine',
  systemctl: 'p property t type state n lines o output H host',
  etcdctl:
    'endpoints cacert cert key w write-out command-timeout dial-timeout user ca-file cert-file key-file discovery-srv',
  crictl:
    'r runtime-endpoint i image-endpoint t timeout o output n tail name state s since label image namespace c config',
  docker: 'n tail f filter format since until H host u user w workdir e env',
  nerdctl: 'n namespace tail f filter format since until',
  ctr: 'n namespace a address timeout',
  curl: 'o w m H X d u A e T b c E x cacert cert key capath connect-timeout max-time resolve header request data user retry write-out output proxy interface',
  wget: 'O T t timeout tries header o U q-O',
  nc: 'w p s q i X x',
  ncat: 'w p s i',
  ping: 'c i W w s I t',
  arping: 'c w I s i t',
  dig: 'p t c b x k',
  nslookup: 'type timeout port',
  ssh: 'p i l o F J',
  minikube: 'p profile n node',
  'nvidia-smi': 'i id d display f filename l loop',
  dmesg: 'l level f facility s n since until',
  df: 'x t B exclude-type type output block-size',
  du: 'd B t X max-depth block-size threshold exclude exclude-from',
  ps: 'o C p u U t sort',
  ss: 'f A',
  ip: 'n netns f family',
  openssl: 'in connect CAfile CApath servername ext checkend cert key inform outform',
  kubeadm: 'config kubeconfig cert-dir',
  sysctl: 'p r pattern',
  timedatectl: 'H host M machine p property',
  chronyc: 'h p',
  grep: 'e f A B C m',
  tail: 'n c',
  head: 'n c',
  talosctl: 'n nodes e endpoints talosconfig context',
  calicoctl: 'c config o output n namespace',
  lsblk: 'o output',
  findmnt: 'o output t types',
  tcpdump: 'i c w r s',
  iptables: 't table',
  ip6tables: 't table',
  ethtool: 'S i k a g c l',
  smartctl: 'd l',
  ipmitool: 'H U P I',
  sar: 'f s e',
  iostat: '',
  helm: 'n namespace o output f values set set-string set-file version timeout kube-context kubeconfig max repo revision',
};

const EMPTY: ReadonlySet<string> = new Set();
const VALUE_SETS = new Map(
  Object.entries(VALUE_FLAGS).map(([tool, flags]) => [tool, new Set(flags.split(/\s+/).filter((f) => f !== ''))]),
);

/** The flags of a tool that take the next word as their value. */
export function valueFlags(tool: string): ReadonlySet<string> {
  return VALUE_SETS.get(tool) ?? EMPTY;
}

/** Tools whose long flags have one dash (`openssl x509 -noout -in apiserver.crt`). */
export const SINGLE_DASH: ReadonlySet<string> = new Set(['openssl', 'find', 'nslookup', 'java']);

/**
 * Tools that a prompt line may start with. What is not here is prose, configuration or a shell script to us; a word
 * that people also write in sentences (`find`, `host`, `time`, `test`) stays out.
 */
const KNOWN = new Set([
  ...Object.keys(VALUE_FLAGS),
  ...`date cat ls free uptime uname hostname hostnamectl top vmstat mpstat iostat pidstat mount du lscpu lsmod lspci modprobe
    swapon sysctl traceroute tracepath mtr host telnet netstat arp route nft ipset ipvsadm conntrack bridge resolvectl
    systemd-resolve systemd-analyze systemd-cgtop getenforce sestatus firewall-cmd ufw chronyc ntpq ntpstat numactl numastat
    nvidia-bug-report.sh dcgmi nvidia-ctk nvidia-container-cli nvcc rocm-smi rocminfo amd-smi hl-smi xpu-smi neuron-ls
    clinfo dkms mokutil python python3 ibv_devinfo ibv_devices ibdev2netdev show_gids ofed_info ibstat ibstatus rdma edac-util mdadm mcelog ras-mc-ctl
    storcli storcli64 perccli perccli64 megacli MegaCli64 ssacli hpssacli arcconf zpool zfs btrfs pvscan vgscan
    istioctl cilium hubble velero argocd argo tkn flux kustomize kubelet kube-proxy containerd runc crio podman buildah etcd
    k3s rke2 k0s microk8s minikube kind eksctl gcloud aws az oc must-gather strace lsof pstree cut sed awk echo printf
    amtool promtool logcli last who w id stat file md5sum sha256sum rpm dpkg apt yum dnf zypper snap readlink ulimit
    chroot nsenter unshare nmap getent drill kdig lsns virsh pvs vgs lvs multipath iscsiadm nfsstat showmount rpcinfo
    rpc-probe grpcurl grpc_health_probe redis-cli psql mysql mongosh service initctl nvme xfs_info tune2fs dumpe2fs
    kubens kubectx iptables-save ip6tables-save iptables-restore iptables-legacy iptables-nft iptables-legacy-save
    iptables-nft-save ebtables arptables cilium-dbg linkerd subctl kumactl glooctl cmctl antctl kubectl-ko ovn-nbctl ovn-sbctl ovs-vsctl ovs-ofctl
    birdcl vtysh ping6 arping tcptraceroute ifconfig brctl nmcli networkctl netplan iperf iperf3 stern doctl k3d kops
    virtctl vcluster clusterctl k0sctl keadm crc openshift-install multipass lxc rpm-ostree ostree ausearch aa-status`
    .split(/\s+/)
    .filter((t) => t !== ''),
]);

/** Whether a word is a tool that our texts may come from. */
export function isKnownTool(tool: string): boolean {
  return KNOWN.has(tool);
}
