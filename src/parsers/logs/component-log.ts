import { basename } from 'node:path/posix';
import { peek } from '../../lib/text-stream.ts';
import { defineParser } from '../parser.ts';
import { classOfProgram, programHint } from './program.ts';

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
  [/"caller":"(?:datastore\/data_store|ipamd\/|rpc\/rpc\.pb|networkutils\/|awsutils\/)/, 'aws-node'],
  [/\] skydns: |Starting SkyDNS server/, 'kube-dns'],
  [
    / (?:reconciler_common|kubelet|kubelet_node_status|kuberuntime_\w{1,40}|pod_workers|eviction_manager|prober_manager|kubelet_getters)\.go:\d{1,5}\]/,
    'kubelet',
  ],
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
  [/ (?:proxier|server_others|conntrack)\.go:\d{1,5}\]/, 'kube-proxy'],
  [/subsys=(?:daemon|endpoint-manager|datapath-loader|k8s-watcher|ipam|hubble)\b/, 'cilium-agent'],
  [
    /^\S{1,40} \S{1,20} \[(?:INFO|WARNING|ERROR)\]\[\d{1,6}\] (?:felix|confd|startup|cni-config|tunnel-ip-allocator|monitor-addresses)\//,
    'calico-node',
  ],
  [
    /level=\w{1,8} msg="?(?:loading plugin|Start event monitor|StartContainer for|StopPodSandbox|RunPodSandbox|CreateContainer within sandbox|shim disconnected|PullImage|containerd successfully booted|starting containerd)/,
    'containerd',
  ],
];
/** Lines that are asked; a program names itself early. */
const LINES = 40;
const HEAD_BYTES = 32 * 1024;

/** The program that wrote these lines, told by marks that only it makes. */
export function programOf(head: readonly string[]): string | undefined {
  for (const line of head.slice(0, LINES)) {
    const text = line.slice(0, 600);
    for (const [mark, program] of MARKS) if (mark.test(text)) return program;
  }
  return undefined;
}

/** The stream together with the program that wrote it: the name that is known, else what its first lines tell. */
export async function withProgram(
  chunks: AsyncIterable<Uint8Array>,
  named: string | undefined,
): Promise<{ readonly program: string | undefined; readonly chunks: AsyncIterable<Uint8Array> }> {
  if (named !== undefined) return { program: named, chunks };
  const { head, chunks: all } = await peek(chunks, HEAD_BYTES);
  return { program: programOf(head.toString('utf8').split('\n')), chunks: all };
}

/**
 * Logs of control-plane programs and daemons that are known by their words: klog lines of the API server's files, zap
 * JSON of etcd, CoreDNS, and so on; files of static pods, pasted logs.
 *
 * Command: `cat /var/log/kube-apiserver.log`, `docker logs`, and files of etcd, scheduler, controller-manager, kubelet,
 *   kube-proxy, CoreDNS, CNI agents.
 * Versions: Kubernetes 1.5 to 1.36, etcd 3.0 to 3.6, CoreDNS 1.x, Calico 3, Cilium 1.
 * Sample:
 *
 *     {"level":"warn","ts":"2025-10-06T03:14:22Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"2.4s"}
 *
 * Empty: an empty text cannot be recognised.
 */
export default defineParser({
  kind: 'component-log',
  reads: 'logs of etcd, kube-apiserver, scheduler, controller-manager, kubelet, kube-proxy, CoreDNS, CNI agents',
  priority: -2,
  sniff: (head) => programOf(head) !== undefined,
  async stream(chunks, { origin, emit, scan }) {
    const { program, chunks: all } = await withProgram(chunks, origin.program ?? programHint(basename(origin.file)));
    emit.log(await scan(all, { ...(program === undefined ? {} : { program }), ...origin }, classOfProgram(program)));
  },
});
