/** Programs told by their own words: what no prefix and no name says. */

/** Source files and phrases that only one program prints, most telling first. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [
    /"caller":"(?:etcdserver|etcdmain|embed|rafthttp|mvcc|wal|raft|snap|membership|traceutil|v3rpc|api|auth|lease|schema|version|httputil)\//,
    'etcd',
  ],
  [
    / [CEWNID] \| (?:etcdserver|etcdmain|embed|rafthttp|mvcc|wal|raft|snap|etcdserver\/\w{1,20}|auth|pkg\/\w{1,20}): /,
    'etcd',
  ],
  [
    /^(?:\S{1,40} )?\[(?:INFO|WARNING|ERROR|FATAL)\] plugin\/\w{1,20}: |^CoreDNS-\d|\[(?:INFO|FATAL|ERROR)\] CoreDNS-/,
    'coredns',
  ],
  [
    /^(?:\S{10,19} \S{1,20} )?\[INFO\] (?:Starting node-cache image|Using Corefile \/|Updated Corefile with \d)/,
    'coredns',
  ],
  [
    /"caller":"(?:announcer|layer2_controller|bgp_controller|service_controller|speakerlist|bgp_frr|native|pool_controller|config_controller)\.go:\d{1,5}"|"controllerGroup":"metallb\.io"/,
    'metallb',
  ],
  [
    /^\d{4}-\d\d-\d\dT[\d:.]{8,18}Z\s(?:info|warn|warning|error|debug|fatal)\s(?:envoy \w{1,20}|xdsproxy|ads|sds|delta|citadelclient|validationController|ztunnel\S{0,40})\s/,
    'istio',
  ],
  [/\blinkerd2?_(?:app|proxy|stack|reconnect|tls|identity)\w{0,30}(?:::\w{1,40}){0,4}:/, 'linkerd'],
  [
    /"?logger"?[=:]"?cert-manager\.|cert-manager\/(?:controller|webhook|challenges|orders|certificates)\b/,
    'cert-manager',
  ],
  [/ ovs_client\.go:\d{1,5}\]|(?:INFO|ERROR) antrea-ovs\]|"Starting Antrea agent"/, 'antrea'],
  [
    /Running \/usr\/local\/bin\/kube-router version|network_(?:routes|services)_controller\.go:\d{1,5}\]/,
    'kube-router',
  ],
  [/"caller":"(?:datastore\/data_store|ipamd\/|rpc\/rpc\.pb|networkutils\/|awsutils\/)/, 'aws-node'],
  [/\] skydns: |Starting SkyDNS server/, 'kube-dns'],
  [
    / (?:reconciler_common|kubelet|kubelet_node_status|kubelet_pods|kuberuntime_\w{1,40}|pod_workers|eviction_manager|image_gc_manager|container_gc|container_manager_linux|(?:topology|cpu|memory|nodeshutdown)_manager(?:_linux)?|remote_(?:runtime|image)|desired_state_of_world_populator|pod_container_deletor|prober_manager|kubelet_getters)\.go:\d{1,5}\]/,
    'kubelet',
  ],
  [/loading OpenAPI spec for "|OpenAPI AggregationController: /, 'kube-apiserver'],
  [
    / (?:apf_controller|cidrallocator|available_controller|aggregator|httplog|controlbuf|crd_finalizer|handler_proxy|genericapiserver|cacher|trace)\.go:\d{1,5}\].{0,200}(?:apiserver|APIService|OpenAPI|GET|LIST|etcd|CRD)/,
    'kube-apiserver',
  ],
  [
    / (?:schedule_one|scheduler|scheduling_queue|factory|eventhandlers)\.go:\d{1,5}\].{0,120}(?:pod|schedul)/i,
    'kube-scheduler',
  ],
  [
    / (?:node_lifecycle_controller|garbagecollector|controllermanager|resource_quota_controller|replica_set|deployment_controller|attach_detach_controller|pv_controller)\.go:\d{1,5}\]/,
    'kube-controller-manager',
  ],
  [
    / (?:aws_cloud_provider|aws_manager|azure_manager|gce_manager|auto_scaling_groups)\.go:\d{1,5}\]/,
    'cluster-autoscaler',
  ],
  [/"controller":"targetGroupBinding"|\belbv2\.k8s\.aws\b/i, 'ingress'],
  // Clients of etcd in a cluster: the API server, and nobody else by this name and port.
  [/grpc: addrConn\.createTransport failed to connect to .{0,80}:2379/, 'kube-apiserver'],
  [/\bUser "system:(?:serviceaccount:kube-system:)?(?=kube-scheduler")/, 'kube-scheduler'],
  [/\bUser "system:kube-controller-manager"/, 'kube-controller-manager'],
  [/\bUser "system:serviceaccount:kube-system:coredns"/, 'coredns'],
  [/\bUser "system:serviceaccount:kube-system:kube-proxy"|\bUser "system:kube-proxy"/, 'kube-proxy'],
  [
    /CLI flags config: \{etcdEndpoints:|Error registering network: |flanneld|Wrote subnet file to \/run\/flannel/,
    'flannel',
  ],
  [/ scraper\.go:\d{1,5}\] "?Failed to scrape node|metrics-server/, 'metrics-server'],
  [/ (?:static_autoscaler|scale_up|orchestrator|clusterstate)\.go:\d{1,5}\]/, 'cluster-autoscaler'],
  [
    /'nvidia\.com\/\w{1,20}' device|Retrieving plugins\.|Starting OS watcher|nvidia-device-plugin/,
    'nvidia-device-plugin',
  ],
  [/(?:^| )(?:proxier|server_others|conntrack)\.go:\d{1,5}\]|Failed to execute iptables-restore/, 'kube-proxy'],
  [
    /subsys=(?:daemon|endpoint-manager|datapath-loader|k8s-watcher|ipam|hubble)\b|\blevel=\w{1,8} .{0,200}?(?:msg="(?:Error while (?:creating|initializing) daemon|Cilium )|\bcilium_(?:host|net|vxlan)\b|\/cilium\/cilium\/|\/var\/lib\/cilium\/bpf)/,
    'cilium-agent',
  ],
  [
    /^\S{1,40} \S{1,20} \[(?:INFO|WARNING|ERROR)\]\[\d{1,6}\] (?:felix|confd|startup|cni-config|tunnel-ip-allocator|monitor-addresses)\//,
    'calico-node',
  ],
  [
    /level=\w{1,8} msg="?(?:loading plugin|Start event monitor|StartContainer for|StopPodSandbox|RunPodSandbox|CreateContainer within sandbox|shim disconnected|PullImage|containerd successfully booted|starting containerd)/,
    'containerd',
  ],
];
/** One process that runs etcd, the control plane and the kubelet prints the lines of all of them between its own. */
const BUNDLE =
  /time="[^"]{10,40}" level=\w{4,8} msg="(?:Starting (?:k3s|rke2) v?\d|Running (?:kube-\w{3,20}|kubelet|containerd) -|Managed etcd cluster|Reconciling (?:bootstrap data|etcd)|Failed to reconcile with temporary etcd|starting kubernetes: |Waiting for (?:etcd server|API server) to become|Opening etcd MVCC|Slow SQL|error (?:while range on \/|in txn: ))/i;
/** Lines that are asked; a program names itself early. */
const LINES = 40;

/** The program that wrote these lines, told by marks that only it makes. */
export function programOf(head: readonly string[]): string | undefined {
  const lines = head.slice(0, LINES);
  if (lines.some((line) => BUNDLE.test(line.slice(0, 600)))) return 'k3s';
  for (const line of lines) {
    const text = line.slice(0, 600);
    for (const [mark, program] of MARKS) if (mark.test(text)) return program;
  }
  return undefined;
}
