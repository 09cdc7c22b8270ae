/** Incidents as an engineer writes them up: what comes first, and which decisive words it must have. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const REJECTED =
  "0/4 nodes are available: 1 node(s) didn't match pod topology spread constraints, 3 node(s) didn't match pod topology spread constraints (missing required label).";

const CASES: Readonly<Record<string, Pasted>> = {
  'a budget of the only namespace where none is allowed, and how many pods it is for': {
    files: {
      'session.txt': `$ kubectl drain node-2 --ignore-daemonsets
error when evicting pods/"queue-1" -n "mail" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
$ kubectl get pdb -A
NAMESPACE     NAME        MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE
kube-system   coredns     N/A             1                 1                     10d
mail          keep-all    2               N/A               0                     10d
$ kubectl get sts,pods -n mail
NAME                     READY   AGE
statefulset.apps/queue   2/2     10d

NAME          READY   STATUS    RESTARTS   AGE
pod/queue-0   1/1     Running   0          10d
pod/queue-1   1/1     Running   0          10d
`,
    },
    check: 'pdb-blocks-drain',
    words: ['keep-all', 'minAvailable 2', '2 pods of StatefulSet queue'],
  },
  'nodes without the label of a spread constraint': {
    files: {
      'pod.txt': `Name:             edge-6d5f7c8b9-x2k9q
Namespace:        edge
Node:             <none>
Labels:           app=edge
Status:           Pending
Controlled By:    ReplicaSet/edge-6d5f7c8b9
Containers:
  edge:
    Image:      registry.example/edge:1
Conditions:
  Type           Status
  PodScheduled   False
Topology Spread Constraints:  example.com/row:DoNotSchedule when max skew 2 is exceeded for selector app=edge
Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  3m    default-scheduler  ${REJECTED}
`,
    },
    check: 'sched-topology-spread-unsatisfiable',
    words: ['example.com/row, maxSkew 2', 'all 4 nodes', '3 of them lack the label'],
  },
  'who took the place of a pod, by the node and the minute': {
    files: {
      'events.yaml': `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Event
  eventTime: "2026-03-01T10:00:00.000000Z"
  involvedObject: {apiVersion: v1, kind: Pod, name: web-6d5f7c8b9-b2c4d, namespace: shop}
  message: Preempted by pod 7d3c1b9e-2f84-4a65-b0c7-9e5f1a2d6b38 on node node-2
  metadata: {name: web.1, namespace: shop, creationTimestamp: "2026-03-01T10:00:00Z"}
  reason: Preempted
  type: Normal
- apiVersion: v1
  kind: Event
  firstTimestamp: "2026-03-01T10:00:02Z"
  lastTimestamp: "2026-03-01T10:20:00Z"
  involvedObject: {apiVersion: v1, kind: Pod, name: web-6d5f7c8b9-k7m9p, namespace: shop}
  message: "0/2 nodes are available: 2 Insufficient cpu."
  metadata: {name: web.2, namespace: shop, creationTimestamp: "2026-03-01T10:00:02Z"}
  reason: FailedScheduling
  type: Warning
`,
      'pods.txt': `NAMESPACE   NAME                  READY   STATUS    RESTARTS   AGE   IP          NODE     NOMINATED NODE   READINESS GATES
night       crunch-0              1/1     Running   0          20m   10.1.0.9    node-2   <none>           <none>
night       steady-0              1/1     Running   0          3d    10.1.0.4    node-2   <none>           <none>
shop        web-6d5f7c8b9-k7m9p   0/1     Pending   0          20m   <none>      <none>   <none>           <none>
shop        web-6d5f7c8b9-v5w8x   0/1     Pending   0          20m   <none>      <none>   <none>           <none>
`,
    },
    check: 'pod-preempted',
    words: ['there began then night/crunch-0'],
  },
  'a full connection table behind DNS and programs that time out': {
    files: {
      'dmesg.txt': `[ 5001.100000] nf_conntrack: nf_conntrack: table full, dropping packet
[ 5002.100000] nf_conntrack: nf_conntrack: table full, dropping packet
`,
      'sysctl.txt': `net.netfilter.nf_conntrack_count = 65536
net.netfilter.nf_conntrack_max = 65536
`,
      'coredns.log': `[ERROR] plugin/errors: 2 pay.example.com. A: read udp 10.1.0.7:39954->192.0.2.2:53: i/o timeout
[ERROR] plugin/errors: 2 pay.example.com. AAAA: read udp 10.1.0.7:44121->192.0.2.2:53: i/o timeout
[ERROR] plugin/errors: 2 pay.example.com. A: read udp 10.1.0.7:44122->192.0.2.2:53: i/o timeout
`,
    },
    check: 'conntrack-table-full',
    words: ['65536 entries of nf_conntrack_max 65536'],
  },
  'a mesh that demands mTLS of a caller that named its target a line before': {
    files: {
      'pods.txt': `NAMESPACE   NAME                     READY   STATUS             RESTARTS      AGE
batch       loader-6d5f7c8b9-b2c4d   0/1     CrashLoopBackOff   6 (1m ago)    20m
front       stock-6d5f7c8b9-k7m9p    2/2     Running            0             3d
front       stock-6d5f7c8b9-v5w8x    2/2     Running            0             3d
`,
      'policy.yaml': `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: front}
spec: {mtls: {mode: STRICT}}
`,
      'loader.log': `2026-03-01 10:00:00,000 INFO loading from http://stock.front.svc.cluster.local:8080/levels
2026-03-01 10:00:01,000 ERROR request failed: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))
`,
      'stock-proxy.log': `[2026-03-01T10:00:01.000Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.1.0.5:8080 10.1.0.9:47710 - -
`,
    },
    check: 'mesh-mtls-refused',
    words: ['front/default demands mTLS (STRICT)', 'Service front/stock', 'loader-6d5f7c8b9-b2c4d has no sidecar'],
  },
  'a webhook whose Deployment somebody scaled to zero': {
    files: {
      'events.txt': `NAMESPACE   LAST SEEN   TYPE      REASON         OBJECT                    MESSAGE
shop        2m          Warning   FailedCreate   replicaset/web-6d5f7c8b9  Error creating: Internal error occurred: failed calling webhook "check.rules.example.com": failed to call webhook: Post "https://rules.guard.svc:443/check?timeout=10s": no endpoints available for service "rules"
`,
      'deployments.txt': `NAMESPACE   NAME            READY   UP-TO-DATE   AVAILABLE   AGE
guard       rules-server    0/0     0            0           90d
guard       rules-reports   1/1     1            1           90d
`,
    },
    check: 'webhook-failing',
    words: ['Deployment rules-server is scaled to 0 replicas'],
  },
  'an image for another processor, by the name of the kernel': {
    files: {
      'pods.txt': `NAMESPACE   NAME                   READY   STATUS             RESTARTS      AGE   IP         NODE     NOMINATED NODE   READINESS GATES
shop        web-6d5f7c8b9-b2c4d   0/1     CrashLoopBackOff   6 (1m ago)    20m   10.1.0.9   node-2   <none>           <none>
`,
      'nodes.txt': `NAME     STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE            KERNEL-VERSION                  CONTAINER-RUNTIME
node-2   Ready    <none>   2h    v1.31.4   192.0.2.12    <none>        Amazon Linux 2023   6.1.119-129.amzn2023.aarch64    containerd://1.7.23
`,
      'logs.txt': 'exec /app: exec format error\n',
    },
    check: 'exec-format-error',
    words: ['node node-2 is aarch64'],
  },
  'a node group that may not grow': {
    files: {
      'events.txt': `NAMESPACE   LAST SEEN   TYPE      REASON              OBJECT       MESSAGE
calc        2m30s       Warning   FailedScheduling    pod/calc-7   0/4 nodes are available: 4 Insufficient memory.
calc        90s         Normal    NotTriggerScaleUp   pod/calc-7   pod didn't trigger scale-up: 1 max node group size reached
`,
    },
    check: 'autoscaler-no-scale-up',
    words: ['max node group size reached', 'Insufficient memory'],
  },
  'a claim whose class is missing, and events without their namespace': {
    files: {
      'claims.txt': `NAMESPACE   NAME          STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE
mail        data-spool-0  Pending                                      quick          18m
`,
      'classes.txt': `NAME     PROVISIONER            RECLAIMPOLICY   VOLUMEBINDINGMODE   ALLOWVOLUMEEXPANSION   AGE
slow     disks.csi.example.com  Delete          Immediate           true                   300d
`,
      'events.txt': `LAST SEEN   TYPE      REASON               OBJECT        MESSAGE
3m          Warning   FailedScheduling     pod/spool-0   0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.
`,
    },
    check: 'pvc-pending-class-missing',
    words: ['data-spool-0', 'StorageClass \\"quick\\" does not exist'],
  },
  'a flag that a static pod does not know, by a tool that names no namespaces': {
    files: {
      'session.txt': `root@cp1:~# crictl ps -a
CONTAINER           IMAGE               CREATED              STATE               NAME                      ATTEMPT             POD ID              POD
9c0a7f5d2b1e3       c42f13656d0b2       34 seconds ago       Exited              kube-apiserver            8                   2f4e6a8c0b1d3       kube-apiserver-cp1
root@cp1:~# crictl logs 9c0a7f5d2b1e3
Error: unknown flag: --audit-log-pat
root@cp1:~# journalctl -u kubelet -n 3 --no-pager
Mar 01 07:44:11 cp1 kubelet[991]: E0301 07:44:11.220101     991 pod_workers.go:1300] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"kube-apiserver\\" with CrashLoopBackOff: \\"back-off 5m0s restarting failed container=kube-apiserver pod=kube-apiserver-cp1_kube-system(1c5f7e8d9a0b2c3d4e5f60718293a4b5)\\"" pod="kube-system/kube-apiserver-cp1" podUID="1c5f7e8d9a0b2c3d4e5f60718293a4b5"
`,
    },
    check: 'controlplane-fatal',
    words: ['--audit-log-pat'],
  },
  'a full disk, and a pod whose scheduler names the pressure and no node': {
    files: {
      'df.txt': `root@node-2:/# df -hT
Filesystem     Type      Size  Used Avail Use% Mounted on
/dev/sda2      ext4       49G   11G   36G  24% /
/dev/sdb1      xfs       200G  200G   84K 100% /var
`,
      'events.txt': `NAMESPACE   LAST SEEN   TYPE      REASON                 OBJECT          MESSAGE
default     3m1s        Warning   EvictionThresholdMet   node/node-2     Attempting to reclaim ephemeral-storage
default     3m5s        Normal    NodeHasDiskPressure    node/node-2     Node node-2 status is now: NodeHasDiskPressure
shop        2m30s       Warning   FailedScheduling       pod/web-0       0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, 2 Insufficient cpu.
`,
    },
    check: 'disk-full',
    words: ['/dev/sdb1 on /var is 100 % full'],
  },
  'frames that arrive damaged, as a share of the packets': {
    files: {
      'node-2.txt': `[root@node-2 ~]# ip -s link show enp1s0
3: enp1s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9000 qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff
    RX:  bytes    packets    errors   dropped  missed   mcast
    77451203998   1000000    5000     0        0        0
[root@node-2 ~]# ethtool -S enp1s0 | grep crc
     rx_crc_errors_phy: 4990
`,
    },
    check: 'nic-errors',
    words: ['5000 rx_errors (0.50 % of the packets)', '4990 rx_crc_errors_phy', 'cable'],
  },
  'a rule that logs what it drops, under a prefix of its own': {
    files: {
      'kernel.txt': `Mar 01 10:31:55 node-2 kernel: in-drop: IN=ens1 OUT= MAC=00:50 SRC=10.20.0.31 DST=10.20.0.32 LEN=134 TOS=0x00 PREC=0x00 TTL=64 ID=9417 PROTO=UDP SPT=50117 DPT=8472 LEN=114
`,
    },
    check: 'host-firewall-blocking',
    words: ['node-2', '10.20.0.31 to 10.20.0.32, UDP port 8472 (VXLAN)'],
  },
  'a policy whose only rule matches no namespace, and a proxy that gets no answer': {
    files: {
      'policy.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-proxy, namespace: front}
spec:
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {role: proxy}}
  policyTypes: [Ingress]
`,
      'namespaces.txt': `$ kubectl get ns --show-labels
NAME            STATUS   AGE    LABELS
front           Active   210d   kubernetes.io/metadata.name=front
ingress-nginx   Active   210d   team=edge
`,
      'pods.txt': `NAMESPACE       NAME                                        READY   STATUS    RESTARTS   AGE   IP         NODE   NOMINATED NODE   READINESS GATES
front           web-6c7d8b9f5c-4kx2z                        1/1     Running   0          6d    10.1.1.4   n1     <none>           <none>
ingress-nginx   ingress-nginx-controller-6c7f8d9b4c-t2m6q   1/1     Running   0          80d   10.1.2.7   n2     <none>           <none>
`,
      'ingress.log': `2026/03/01 08:20:11 [error] 31#31: *88120 upstream timed out (110: Operation timed out) while connecting to upstream, client: 10.0.0.9, server: web.example.com, request: "GET / HTTP/2.0", upstream: "http://10.1.1.4:8080/", host: "web.example.com"
`,
    },
    check: 'netpol-selects-nothing',
    words: [
      'only-proxy',
      'role=proxy',
      '10.1.1.4:8080',
      'it runs in namespace ingress-nginx, which is labelled team=edge',
    ],
  },
};

describe('what is said first', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const { rootCauses } = await paste(files);
    expect(rootCauses[0]?.check).toBe(check);
    const said = JSON.stringify(rootCauses[0]);
    for (const word of words) expect(said).toContain(word);
  });
});

it('a pod whose twin the scheduler spoke of was looked at', async () => {
  const { findings } = await paste(CASES['who took the place of a pod, by the node and the minute']?.files ?? {});
  expect(findings.map(({ check }) => check)).not.toContain('pod-never-processed');
});

describe('nothing above info', () => {
  const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'installers of OpenShift that failed and were repeated': {
      't.txt': `$ oc get pods -A | grep -v Running
NAMESPACE                           NAME                               READY   STATUS      RESTARTS   AGE
openshift-etcd                      installer-7-mgr-1.example.org      0/1     Error       0          9d
openshift-kube-controller-manager   installer-3-mgr-0.example.org      0/1     Error       0          9d
openshift-kube-controller-manager   installer-4-mgr-0.example.org      0/1     Completed   0          9d
$ oc get co etcd
NAME   VERSION   AVAILABLE   PROGRESSING   DEGRADED   SINCE   MESSAGE
etcd   4.14.6    True        False         False      9d
`,
    },
    'a kubelet on Windows that looks for a registry of AWS': {
      'kubelet.log': `E0301 10:00:36.028964    4216 server.go:749] kubelet needs to run as uid \`0\`. It is being run as -1
E0301 10:00:36.617066    4216 aws_credentials.go:77] while getting AWS credentials NoCredentialProviders: no valid providers in chain. Deprecated.
`,
    },
    'what the DNS server and kubeadm said at the start of a cluster that runs': {
      'pods.txt': `NAMESPACE     NAME                       READY   STATUS    RESTARTS   AGE   IP          NODE   NOMINATED NODE   READINESS GATES
kube-system   coredns-7b98449c4-w4hzn    1/1     Running   0          9d    10.1.0.4    n1     <none>           <none>
kube-system   coredns-ccb96694c-x2k9q    1/1     Running   0          9d    10.1.0.5    n2     <none>           <none>
`,
      'coredns.log': `[WARNING] plugin/kubernetes: Kubernetes API connection failure: Get "https://10.96.0.1:443/version": dial tcp 10.96.0.1:443: connect: connection refused
`,
      'init.log': `[init] Using Kubernetes version: v1.31.3
\t[WARNING Hostname]: hostname "cp1": lookup cp1 on 192.0.2.53:53: no such host
`,
    },
    'what Talos waited for': {
      'health.txt': `$ talosctl -n 192.0.2.2 health
waiting for etcd to be healthy: ...
waiting for etcd to be healthy: OK
waiting for kubelet to be healthy: OK
`,
      'dmesg.txt': `192.0.2.2: user: warning: [2026-03-01T08:00:19.406Z]: [talos] controller failed {"component": "controller-runtime", "controller": "k8s.KubeletStaticPodController", "error": "error refreshing pod status: error fetching pod status: Get \\"https://127.0.0.1:10250/pods/?timeout=30s\\": dial tcp 127.0.0.1:10250: connect: connection refused"}
`,
    },
    'a pod that crashed while it was set up and runs since': {
      'pods.txt': `NAMESPACE   NAME                   READY   STATUS    RESTARTS      AGE
web         web-7c9f6d8b5c-2mq8v   1/1     Running   6 (41m ago)   55m
`,
    },
    'k3s that has just started, beside the job that once installed a chart': {
      'pods.txt': `NAMESPACE     NAME                       READY   STATUS      RESTARTS   AGE   IP          NODE   NOMINATED NODE   READINESS GATES
kube-system   helm-install-proxy-8v4rf   0/1     Completed   1          61d   10.42.0.3   s1     <none>           <none>
kube-system   coredns-7b98449c4-w4hzn    1/1     Running     0          61d   10.42.0.4   s1     <none>           <none>
`,
      'journal.txt': `Mar 01 10:00:03 s1 k3s[734]: time="2026-03-01T10:00:03Z" level=info msg="Starting k3s v1.31.4+k3s1 (b31f7c24)"
Mar 01 10:00:16 s1 k3s[734]: E0301 10:00:16.308447     734 controller.go:102] "Unhandled Error" err="loading OpenAPI spec for \\"v1beta1.metrics.k8s.io\\" failed with: failed to download v1beta1.metrics.k8s.io: failed to retrieve openAPI spec, http error: ResponseCode: 503, Body: service unavailable"
Mar 01 10:00:17 s1 k3s[734]: time="2026-03-01T10:00:17Z" level=info msg="k3s is up and running"
Mar 01 10:00:19 s1 k3s[734]: I0301 10:00:19.274503     734 server.go:675] "--cgroups-per-qos enabled, but --cgroup-root was not specified.  defaulting to /"
Mar 01 10:00:24 s1 k3s[734]: time="2026-03-01T10:00:24Z" level=info msg="Labels and annotations have been set successfully on node: s1"
`,
    },
  };
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(findings.map(({ subject }) => subject.name).join(' ')).not.toContain('helm-install');
  });
});
