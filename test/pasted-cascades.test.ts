/** Outputs of several commands of one incident: which finding comes first, and what is not said at all. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const CASES: Readonly<Record<string, Pasted & { readonly never?: readonly string[] }>> = {
  'a look-up that goes to a pod of the cluster DNS that is gone, beside one outside name without an answer': {
    files: {
      'conntrack.txt': `[root@wk-3 ~]# conntrack -L -p udp --dport 53
udp      17 28 src=10.42.3.9 dst=10.43.0.10 sport=40001 dport=53 [UNREPLIED] src=10.42.5.77 dst=10.42.3.9 sport=53 dport=40001 mark=0 use=1
`,
      'svc.txt': `$ kubectl -n kube-system get svc,ep kube-dns
NAME               TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)         AGE
service/kube-dns   ClusterIP   10.43.0.10   <none>        53/UDP,53/TCP   90d

NAME                 ENDPOINTS                      AGE
endpoints/kube-dns   10.42.1.4:53,10.42.2.4:53      90d
`,
      'worker.log': `{"level":"error","ts":"2026-03-01T10:00:10Z","msg":"no queue","error":"dial tcp: lookup queue.books.svc.cluster.local on 10.43.0.10:53: read udp 10.42.3.9:40001->10.43.0.10:53: i/o timeout"}
`,
      'coredns.log': `.:53
CoreDNS-1.11.1
linux/amd64, go1.20.7, ae2bbc2
[ERROR] plugin/errors: 2 old.intranet.example.test. A: read udp 10.42.1.4:46001->192.0.2.53:53: i/o timeout
`,
    },
    check: 'conntrack-stale-endpoint',
    words: ['10.42.5.77', 'kube-dns'],
  },
  'an agent of the network plug-in that fits on its node no more': {
    files: {
      'pods.txt': `$ kubectl get pods -A
NAMESPACE     NAME                    READY   STATUS              RESTARTS   AGE
books         front-7b9c5d8f6-x2x4l   0/1     ContainerCreating   0          9m
kube-system   aws-node-c2c4l          0/1     Pending             0          11m
kube-system   aws-node-d5d7m          2/2     Running             0          11m
$ kubectl describe pod aws-node-c2c4l -n kube-system
Name:                 aws-node-c2c4l
Namespace:            kube-system
Priority:             2000001000
Node:                 <none>
Labels:               k8s-app=aws-node
Status:               Pending
Controlled By:        DaemonSet/aws-node
Containers:
  aws-node:
    Image:      registry.example.test/eks/amazon-k8s-cni:v1.18.1
    Requests:
      cpu:      50m
      memory:   300Mi
Conditions:
  Type           Status
  PodScheduled   False
Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  30s   default-scheduler  0/2 nodes are available: 1 Insufficient memory, 1 node(s) didn't match Pod's node affinity/selector.
$ kubectl get events -n books
LAST SEEN   TYPE      REASON                   OBJECT                      MESSAGE
12s         Warning   FailedCreatePodSandBox   pod/front-7b9c5d8f6-x2x4l   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1111": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:50051: connect: connection refused"
`,
    },
    check: 'sched-insufficient-memory',
    words: ['aws-node-c2c4l', '300Mi'],
  },
  'Multus that is killed at its memory limit, and pods that wait for their networks': {
    files: {
      'session.txt': `$ kubectl get pods -A -o wide
NAMESPACE     NAME                     READY   STATUS              RESTARTS      AGE   IP          NODE   NOMINATED NODE   READINESS GATES
books         front-7b9c5d8f6-x2x4l    0/1     ContainerCreating   0             9m    <none>      wk-1   <none>           <none>
kube-system   kube-multus-ds-c2c4l     0/1     OOMKilled           8 (2m ago)    30d   192.0.2.7   wk-1   <none>           <none>
kube-system   coredns-6d5f8c7b9-h7h4l  0/1     ContainerCreating   0             9m    <none>      wk-1   <none>           <none>
$ kubectl get events -A
NAMESPACE   LAST SEEN   TYPE      REASON                   OBJECT                      MESSAGE
books       12s         Warning   FailedCreatePodSandBox   pod/front-7b9c5d8f6-x2x4l   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1111": plugin type="multus-shim" name="multus-cni-network" failed (add): Multus: failed to connect: Post "http://dummy/cni": dial unix /run/multus/multus.sock: connect: connection refused
`,
    },
    check: 'crashloop-oomkilled',
    words: ['kube-multus-ds-c2c4l'],
  },
  'agents of the network that end, and webhooks that do not answer': {
    files: {
      'session.txt': `$ kubectl get pods -A
NAMESPACE     NAME           READY   STATUS             RESTARTS      AGE
kube-system   cilium-c2c4l   0/1     CrashLoopBackOff   9 (2m ago)    30m
kube-system   cilium-d5d7m   0/1     CrashLoopBackOff   9 (1m ago)    30m
$ kubectl get events -A
NAMESPACE   LAST SEEN   TYPE      REASON         OBJECT                      MESSAGE
books       61s         Warning   FailedCreate   replicaset/front-7b9c5d8f6  Error creating: Internal error occurred: failed calling webhook "inject.mesh.example.test": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": context deadline exceeded
tools       40s         Warning   FailedCreate   daemonset/debug             Error creating: Internal error occurred: failed calling webhook "inject.mesh.example.test": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": context deadline exceeded
`,
    },
    check: 'cni-daemon-down',
    words: ['cilium-c2c4l', 'An admission webhook cannot be called'],
  },
  'a webhook that keeps its own pod from being bound': {
    files: {
      'session.txt': `$ kubectl get pods -A
NAMESPACE   NAME                     READY   STATUS    RESTARTS   AGE
books       front-0                  0/1     Pending   0          20m
gate        gate-7b9c5d8f6-x2x4l     0/1     Pending   0          20m
$ kubectl get events -A
NAMESPACE   LAST SEEN   TYPE      REASON             OBJECT                     MESSAGE
books       61s         Warning   FailedScheduling   pod/front-0                running Bind plugin "DefaultBinder": Internal error occurred: failed calling webhook "bind.gate.example.test": failed to call webhook: Post "https://gate.gate.svc:443/bind?timeout=10s": dial tcp 10.43.7.7:443: connect: connection refused
gate        40s         Warning   FailedScheduling   pod/gate-7b9c5d8f6-x2x4l   running Bind plugin "DefaultBinder": Internal error occurred: failed calling webhook "bind.gate.example.test": failed to call webhook: Post "https://gate.gate.svc:443/bind?timeout=10s": dial tcp 10.43.7.7:443: connect: connection refused
`,
    },
    check: 'webhook-failing',
    words: ['bind.gate.example.test'],
    never: ['pod-unschedulable:unexplained'],
  },
  'etcd that the kernel ends over a list of a million objects': {
    files: {
      'dmesg-cp-1.txt': `[91001.290000] Out of memory: Killed process 4100 (etcd) total-vm:30211212kB, anon-rss:20811020kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:60212kB oom_score_adj:-997
`,
      'etcd-cp-1.log': `{"level":"warn","ts":"2026-03-01T10:00:44.771Z","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"21.2s","expected-duration":"100ms","prefix":"read-only range ","request":"key:\\"/registry/scans.example.test/findings/\\" range_end:\\"/registry/scans.example.test/findings0\\" ","response":"range_response_count:1200400 size:3402118841"}
`,
      'apiserver-cp-1.log': `W0301 10:01:02.100811       1 logging.go:59] [core] [Channel #3 SubChannel #6] grpc: addrConn.createTransport failed to connect to {"Addr": "127.0.0.1:2379"}. Err: connection error: desc = "transport: Error while dialing dial tcp 127.0.0.1:2379: connect: connection refused"
E0301 10:01:04.201127       1 status.go:71] apiserver received an error that is not an metav1.Status: &errors.errorString{s:"etcdserver: request timed out"}: etcdserver: request timed out
`,
      'pods.txt': `$ kubectl get pods -n kube-system
NAME                           READY   STATUS    RESTARTS        AGE
etcd-cp-1                      1/1     Running   14 (4m ago)     66d
kube-apiserver-cp-1            0/1     Running   19 (3m ago)     66d
`,
    },
    check: 'etcd-apply-slow',
    words: ['1200400 findings.scans.example.test', 'The node ran out of memory'],
  },
  'tokens that were signed with another key, and Calico that is not let in': {
    files: {
      'apiserver.log': `E0301 10:00:58.310022      11 authentication.go:63] "Unable to authenticate the request" err="[invalid bearer token, square/go-jose: error in cryptographic primitive]"
E0301 10:00:59.310022      11 authentication.go:63] "Unable to authenticate the request" err="[invalid bearer token, square/go-jose: error in cryptographic primitive]"
E0301 10:01:02.310022      11 authentication.go:63] "Unable to authenticate the request" err="[invalid bearer token, square/go-jose: error in cryptographic primitive]"
`,
      'events.txt': `$ kubectl get events -n books
LAST SEEN   TYPE      REASON                   OBJECT                      MESSAGE
20s         Warning   FailedCreatePodSandBox   pod/front-7b9c5d8f6-x2x4l   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1111": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized
`,
    },
    check: 'api-cert-problem',
    words: ['the token was signed with another key', 'Calico is not ready'],
  },
  'tokens from the future, and the clock that they come from': {
    files: {
      'apiserver.log': `E0301 10:00:58.310022      11 authentication.go:73] "Unable to authenticate the request" err="[invalid bearer token, square/go-jose/jwt: validation failed, token is not valid yet (nbf)]"
E0301 10:00:59.310022      11 authentication.go:73] "Unable to authenticate the request" err="[invalid bearer token, square/go-jose/jwt: validation failed, token is not valid yet (nbf)]"
E0301 10:01:02.310022      11 authentication.go:73] "Unable to authenticate the request" err="[invalid bearer token, square/go-jose/jwt: validation failed, token is not valid yet (nbf)]"
`,
      'cp-1.txt': `root@cp-1:~# timedatectl
               Local time: Tue 2026-03-03 10:43:40 UTC
           Universal time: Tue 2026-03-03 10:43:40 UTC
                 RTC time: Tue 2026-03-03 10:43:40
                Time zone: UTC (UTC, +0000)
System clock synchronized: no
              NTP service: active
          RTC in local TZ: no
`,
    },
    check: 'node-time-unsynced',
    words: ['cp-1', 'TLS or credentials fail'],
  },
  'a namespace that Argo CD has deleted, and what misses it': {
    files: {
      'argocd.log': `time="2026-03-01T10:00:05Z" level=info msg="Initiated automated sync to '4be290c7a61d'" application=site
time="2026-03-01T10:00:06Z" level=info msg="Adding resource result, status: 'Pruned', phase: 'Succeeded', message: 'pruned'" application=site kind=Namespace name=bakery namespace= phase=Sync
`,
      'events.txt': `$ kubectl get events -A
NAMESPACE   LAST SEEN   TYPE      REASON         OBJECT                     MESSAGE
bakery      4m50s       Warning   FailedCreate   replicaset/oven-7b9c5d8f6  Error creating: pods "oven-7b9c5d8f6-" is forbidden: unable to create new content in namespace bakery because it is being terminated
`,
    },
    check: 'argocd-namespace-pruned',
    words: ['bakery', 'Admission rejects the pod'],
  },
  'a disk that dies slowly below etcd': {
    files: {
      'cp-1.txt': `root@cp-1:~# smartctl -A -H /dev/sdb
smartctl 7.4 2023-08-01 r5530 [x86_64-linux-6.8.0-40-generic] (local build)

=== START OF READ SMART DATA SECTION ===
SMART overall-health self-assessment test result: PASSED

ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE
  5 Reallocated_Sector_Ct   0x0033   190   190   140    Pre-fail  Always       -       77
197 Current_Pending_Sector  0x0032   200   200   000    Old_age   Always       -       40
root@cp-1:~# kubectl -n kube-system logs etcd-cp-1
{"level":"warn","ts":"2026-03-01T10:00:01.771Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"1.7s","expected-duration":"1s"}
{"level":"warn","ts":"2026-03-01T10:00:05.771Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"2.1s","expected-duration":"1s"}
{"level":"warn","ts":"2026-03-01T10:00:09.771Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"1.2s","expected-duration":"1s"}
root@cp-1:~# kubectl get pods -n kube-system -o wide
NAME                           READY   STATUS    RESTARTS        AGE    IP          NODE   NOMINATED NODE   READINESS GATES
etcd-cp-1                      1/1     Running   0               200d   192.0.2.5   cp-1   <none>           <none>
kube-controller-manager-cp-1   1/1     Running   22 (4m ago)     200d   192.0.2.5   cp-1   <none>           <none>
`,
    },
    check: 'disk-smart-failing',
    words: ['/dev/sdb', 'cp-1'],
  },
  'a full Ceph, and a program that cannot write': {
    files: {
      'ceph.txt': `$ ceph status
  cluster:
    id:     11111111-2222-3333-4444-555555555555
    health: HEALTH_ERR
            1 full osd(s)
            2 pool(s) full

  services:
    mon: 3 daemons, quorum a,b,c (age 9d)
    osd: 3 osds: 3 up (since 9d), 3 in (since 90d)
`,
      'pods.txt': `NAME      READY   STATUS             RESTARTS      AGE
index-0   0/1     CrashLoopBackOff   8 (2m ago)    20d
`,
      'logs-index-0.txt': `2026-03-01T10:00:00Z ERROR cannot open the index: write /data/lock: no space left on device
`,
    },
    check: 'storage-backend-unhealthy',
    words: ['1 full osd(s)'],
  },
  'a node that is away, a pod that waits on it, and one that waits for another node': {
    files: {
      'session.txt': `$ kubectl get nodes
NAME   STATUS     ROLES           AGE   VERSION
cp-1   Ready      control-plane   90d   v1.31.2
wk-1   NotReady   <none>          90d   v1.31.2
$ kubectl get pods -n books -o wide
NAME                    READY   STATUS              RESTARTS   AGE   IP       NODE     NOMINATED NODE   READINESS GATES
front-7b9c5d8f6-x2x4l   0/1     ContainerCreating   0          26m   <none>   wk-1     <none>           <none>
front-7b9c5d8f6-c2c4l   0/1     Pending             0          20m   <none>   <none>   <none>           <none>
$ kubectl get events -n books
LAST SEEN   TYPE      REASON             OBJECT                      MESSAGE
12s         Warning   FailedScheduling   pod/front-7b9c5d8f6-c2c4l   0/2 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.
`,
    },
    check: 'node-notready-reported',
    words: ['wk-1', 'stuck in ContainerCreating', 'Nodes are excluded because they are not ready'],
  },
  'a link that goes up and down, and the node with it': {
    files: {
      'session.txt': `[root@node-2 ~]# dmesg | grep eno1
[ 7001.100000] ixgbe 0000:01:00.0 eno1: NIC Link is Down
[ 7031.100000] ixgbe 0000:01:00.0 eno1: NIC Link is Up 10 Gbps
[ 7101.100000] ixgbe 0000:01:00.0 eno1: NIC Link is Down
[ 7131.100000] ixgbe 0000:01:00.0 eno1: NIC Link is Up 10 Gbps
[ 7201.100000] ixgbe 0000:01:00.0 eno1: NIC Link is Down
[root@node-2 ~]# kubectl get nodes
NAME     STATUS     ROLES    AGE   VERSION
node-1   Ready      <none>   10d   v1.31.0
node-2   NotReady   <none>   10d   v1.31.0
`,
    },
    check: 'nic-link-down',
    words: ['eno1', 'node-2'],
  },
  'large pings are no connection of their own': {
    files: {
      'session.txt': `$ ping -c 2 10.42.1.9
PING 10.42.1.9 (10.42.1.9) 56(84) bytes of data.

--- 10.42.1.9 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1001ms
$ ping -c 2 -M do -s 1400 10.42.1.9
PING 10.42.1.9 (10.42.1.9) 1400(1428) bytes of data.

--- 10.42.1.9 ping statistics ---
2 packets transmitted, 0 received, 100% packet loss, time 1021ms
$ ip -d link
2: ens3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9000 qdisc fq_codel state UP mode DEFAULT group default qlen 1000
3: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    wireguard addrgenmode none
5: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN mode DEFAULT group default
    link/ether 8a:00:00:00:00:19 brd ff:ff:ff:ff:ff:ff promiscuity 0 minmtu 68 maxmtu 65535
    vxlan id 1 local 10.99.0.2 dev wg0 srcport 0 0 dstport 8472 nolearning ttl auto ageing 300
$ kubectl get pods -n shop -o wide
NAME   READY   STATUS    RESTARTS   AGE   IP          NODE     NOMINATED NODE   READINESS GATES
db-0   1/1     Running   0          3d    10.42.1.9   node-1   <none>           <none>
`,
    },
    check: 'net-large-packets-fail',
    words: ['1428 bytes', 'flannel.1 takes packets of 1450 bytes (MTU), of which wg0 below it (MTU 1420)'],
    never: ['net-pod-to-pod-failed'],
  },
  'logs belong to the pods for which their files are named': {
    files: {
      'pods.txt': `NAME      READY   STATUS             RESTARTS      AGE
store-0   0/1     CrashLoopBackOff   8 (2m ago)    20m
front-0   0/1     Running            3 (5m ago)    40d
`,
      'logs-store-0.txt': `2026-03-01 10:00:00.000 UTC [1] FATAL:  database files are incompatible with server
2026-03-01 10:00:00.000 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 17.2.
`,
      'logs-front-0.txt': `{"time":"2026-03-01T10:00:05Z","level":"ERROR","msg":"failed to connect to \`user=shop\`: hostname resolving error: lookup store on 10.96.0.10:53: no such host"}
{"time":"2026-03-01T10:00:15Z","level":"ERROR","msg":"failed to connect to \`user=shop\`: hostname resolving error: lookup store on 10.96.0.10:53: no such host"}
`,
    },
    check: 'db-data-version-mismatch',
    words: ['store-0', '15', '17.2'],
    never: ['log-upstream-unreachable'],
  },
  'a caller without valid credentials is no API that is down': {
    files: {
      'kube-apiserver.log': `E0301 10:00:01.000000       1 authentication.go:73] "Unable to authenticate the request" err="invalid bearer token"
E0301 10:00:02.000000       1 authentication.go:73] "Unable to authenticate the request" err="invalid bearer token"
E0301 10:00:03.000000       1 authentication.go:73] "Unable to authenticate the request" err="invalid bearer token"
`,
      'operator.log': `{"level":"error","ts":1772359200.2,"msg":"failed to get informer from cache","error":"failed to get API group resources: unable to retrieve the complete list of server APIs: things.example.org/v1: Unauthorized"}
{"level":"error","ts":1772359210.4,"msg":"problem running manager","error":"Unauthorized"}
`,
    },
    check: 'api-cert-problem',
    words: ['invalid bearer token'],
    never: ['apiservice-unavailable'],
  },
  'a slow disk below etcd is why the controllers restart': {
    files: {
      'pods.txt': `NAMESPACE     NAME                           READY   STATUS    RESTARTS       AGE   IP           NODE   NOMINATED NODE   READINESS GATES
kube-system   etcd-cp-1                      1/1     Running   0              12d   172.20.0.1   cp-1   <none>           <none>
kube-system   kube-controller-manager-cp-1   1/1     Running   37 (4m ago)    12d   172.20.0.1   cp-1   <none>           <none>
kube-system   kube-scheduler-cp-1            1/1     Running   36 (4m ago)    12d   172.20.0.1   cp-1   <none>           <none>
`,
      'etcd-cp-1.log': `{"level":"warn","ts":"2026-03-01T10:00:01.000Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"2.7s","expected-duration":"1s"}
{"level":"warn","ts":"2026-03-01T10:00:31.000Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"3.1s","expected-duration":"1s"}
{"level":"warn","ts":"2026-03-01T10:01:31.000Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"1.9s","expected-duration":"1s"}
`,
      'iostat.txt': `Linux 6.1.0-40-amd64 (cp-1) 	03/01/26 	_x86_64_	(4 CPU)

Device            r/s     w/s     rkB/s     wkB/s r_await w_await aqu-sz  %util
sda             12.00  411.00    221.00   8121.00  812.11 1921.33 512.10 100.00
`,
    },
    check: 'disk-io-saturated',
    words: ['sda of cp-1', 'WAL fsync', 'kube-scheduler-cp-1'],
  },
  'a node port that only nodes with an endpoint answer': {
    files: {
      'svc.yaml': `apiVersion: v1
kind: Service
metadata: {name: edge, namespace: shop}
spec:
  type: NodePort
  clusterIP: 10.109.4.77
  externalTrafficPolicy: Local
  ports: [{port: 443, targetPort: 8443, nodePort: 30443, protocol: TCP}]
  selector: {app: edge}
`,
      'session.txt': `$ kubectl get nodes -o wide
NAME     STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE                         KERNEL-VERSION   CONTAINER-RUNTIME
node-1   Ready    <none>   23d   v1.31.5   10.7.0.21     <none>        Debian GNU/Linux 12 (bookworm)   6.1.0-31-amd64   containerd://1.7.25
node-2   Ready    <none>   23d   v1.31.5   10.7.0.22     <none>        Debian GNU/Linux 12 (bookworm)   6.1.0-31-amd64   containerd://1.7.25
$ nc -vz -w 3 10.7.0.22 30443
Connection to 10.7.0.22 30443 port [tcp/*] succeeded!
$ nc -vz -w 3 10.7.0.21 30443
nc: connect to 10.7.0.21 port 30443 (tcp) timed out: Operation now in progress
`,
    },
    check: 'svc-local-policy-blackhole',
    words: ['externalTrafficPolicy Local', 'answers on node node-2', 'node-1 drop'],
  },
  'a panic in a text without the name of its machine, beside the events of one node': {
    files: {
      'dmesg.txt': `[ 5240.881022] NMI watchdog: Watchdog detected hard LOCKUP on cpu 12
[ 5240.881101] Kernel panic - not syncing: Hard LOCKUP
[ 5240.881120] CPU: 12 PID: 881 Comm: kworker/12:2 Kdump: loaded Not tainted 5.14.0-427.el9.x86_64 #1
`,
      'events.txt': `LAST SEEN   TYPE      REASON         OBJECT        MESSAGE
9m12s       Warning   Rebooted       node/node-7   Node node-7 has been rebooted, boot id: 0ac1f0a2-7e0d-4b6b-92a0-7b5f9d0b7c11
11m         Normal    NodeNotReady   node/node-7   Node node-7 status is now: NodeNotReady
`,
    },
    check: 'kernel-panic-oops',
    words: ['node-7', 'The node was rebooted'],
  },
  'a pod that had to make room, and whose successor finds none': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON             OBJECT                      MESSAGE
6m11s       Normal    Preempted          pod/web-7f9c5c4f5d-2dkxw    Preempted by pod 0d5d4a2a-57d3-4c8e-93b1-7f6c3e8a5a4e on node node-3
6m9s        Warning   FailedScheduling   pod/web-7f9c5c4f5d-pv6hr    0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.
`,
      'pods.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [
          {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'reprice-x1', namespace: 'shop', uid: '0d5d4a2a-57d3-4c8e-93b1-7f6c3e8a5a4e' },
            spec: { nodeName: 'node-3', priorityClassName: 'urgent', containers: [{ name: 'a', image: 'a:1' }] },
            status: { phase: 'Running' },
          },
          {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'web-7f9c5c4f5d-pv6hr', namespace: 'shop', uid: 'u2' },
            spec: { containers: [{ name: 'a', image: 'a:1', resources: { requests: { cpu: '1' } } }] },
            status: { phase: 'Pending' },
          },
        ],
      }),
    },
    check: 'pod-preempted',
    words: ['reprice-x1 (PriorityClass urgent)', 'Insufficient cpu'],
  },
  'nodes that the cloud does not give': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON              OBJECT                   MESSAGE
22m         Warning   FailedScheduling    pod/etl-59c9dc7b57-4ngtx   0/12 nodes are available: 12 Insufficient cpu. preemption: 0/12 nodes are available: 12 No preemption victims found for incoming pod.
5m          Normal    NotTriggerScaleUp   pod/etl-59c9dc7b57-4ngtx   pod didn't trigger scale-up: 1 in backoff after failed scale-up
`,
      'cluster-autoscaler.log': `W0304 13:05:39.220411       1 auto_scaling_groups.go:453] Could not launch On-Demand Instances. VcpuLimitExceeded - You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to. Launching EC2 instance failed.
`,
    },
    check: 'cloud-quota-exceeded',
    words: ['VcpuLimitExceeded', 'Insufficient cpu'],
  },
  'a caller without a sidecar, and strict mTLS': {
    files: {
      'session.txt': `$ kubectl -n back exec deploy/report -- curl -sv http://stock.front:8080/levels
*   Trying 10.98.77.14:8080...
* Connected to stock.front (10.98.77.14) port 8080
> GET /levels HTTP/1.1
* Recv failure: Connection reset by peer
* closing connection #0
command terminated with exit code 56
$ kubectl get pods -n front
NAME                    READY   STATUS    RESTARTS   AGE
stock-gdmhndkhl-khvqw   2/2     Running   0          3h
$ kubectl get pods -n back
NAME                      READY   STATUS    RESTARTS   AGE
report-6f9c7d59c5-n8dvl   1/1     Running   0          31d
$ kubectl get peerauthentications -A
NAMESPACE   NAME      MODE     AGE
front       default   STRICT   3h
`,
    },
    check: 'mesh-mtls-refused',
    words: ['front/default', 'report-6f9c7d59c5-n8dvl', 'Service front/stock'],
  },
  'a volume that is full, seen from inside of its pod': {
    files: {
      'session.txt': `$ kubectl -n shop exec cache-0 -- df -h /data
Filesystem      Size  Used Avail Use% Mounted on
/dev/nvme3n1    7.8G  7.8G     0 100% /data
$ kubectl -n shop logs cache-0 --tail=1
91:C 01 Mar 2026 10:00:00.000 # Write error saving DB on disk: No space left on device
`,
      'api.log':
        'level=ERROR msg="write failed" err="MISCONF Redis is configured to save RDB snapshots, but it\'s currently unable to persist to disk."\n',
    },
    check: 'pvc-usage-high',
    words: ['/data', 'cache-0', '100% full'],
    never: ['disk-full'],
  },
  'an aggregated API whose Deployment was scaled to nothing': {
    files: {
      'session.txt': `$ kubectl get apiservice | grep -v True
NAME                            SERVICE              AVAILABLE                  AGE
v1beta1.custom.metrics.k8s.io   monitoring/adapter   False (MissingEndpoints)   300d
$ kubectl -n monitoring get deploy
NAME      READY   UP-TO-DATE   AVAILABLE   AGE
adapter   0/0     0            0           300d
`,
    },
    check: 'deployment-paused-or-zero',
    words: ['adapter', 'aggregated API'],
  },
  'a site whose certificate nobody could renew': {
    files: {
      'session.txt': `$ curl -sv https://shop.example.com/
*   Trying 192.0.2.80:443...
* Connected to shop.example.com (192.0.2.80) port 443
* SSL certificate problem: certificate has expired
curl: (60) SSL certificate problem: certificate has expired
$ kubectl -n shop describe challenge web-1-1-1 | tail -4
  Reason:      Waiting for HTTP-01 challenge propagation: wrong status code '404', expected '200'
  State:       pending
Events:        <none>
`,
    },
    check: 'acme-challenge-waits',
    words: ["wrong status code '404'", 'shop.example.com'],
  },
  'a route to a Service of another namespace, and the site that answers with an error': {
    files: {
      'route.yaml': `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: pay, namespace: shop}
spec:
  hostnames: [pay.example.com]
  parentRefs: [{name: public, namespace: infra}]
  rules: [{backendRefs: [{kind: Service, name: bank, namespace: payments, port: 8080}]}]
status:
  parents:
  - parentRef: {name: public, namespace: infra}
    conditions:
    - {type: ResolvedRefs, status: "False", reason: RefNotPermitted, message: "backend ref to Service payments/bank not permitted by any ReferenceGrant"}
`,
      'curl.txt': `$ curl -s -o /dev/null -w '%{http_code}\\n' https://pay.example.com/
500
`,
    },
    check: 'route-not-attached',
    words: ['RefNotPermitted', 'A site answers with an error'],
  },
  'a proxy to a database of the cloud that may not connect': {
    files: {
      'session.txt': `$ kubectl get pods
NAME                    READY   STATUS             RESTARTS       AGE
web-7c86d7b5c9-p4tqs    0/2     CrashLoopBackOff   18 (45s ago)   33m
$ kubectl logs web-7c86d7b5c9-p4tqs -c web --previous
time="2026-03-01T08:22:10Z" level=fatal msg="cannot open database" error="dial tcp 127.0.0.1:5432: connect: connection refused"
$ kubectl logs web-7c86d7b5c9-p4tqs -c cloud-sql-proxy
2026/03/01 08:22:04 The proxy has encountered a terminal error: unable to start: failed to get instance metadata (connection name = "p:r:db"): googleapi: Error 403: boss::NOT_AUTHORIZED: Not authorized to access resource. Possibly missing permission cloudsql.instances.get on resource instances/db., forbidden
`,
    },
    check: 'db-proxy-ends',
    words: ['boss::NOT_AUTHORIZED', 'dependency cannot be reached'],
  },
  'a Secret that an external store does not give': {
    files: {
      'session.txt': `$ kubectl -n shop get pods
NAME                   READY   STATUS                       RESTARTS   AGE
web-6f9bd7c68c-6r2np   0/1     CreateContainerConfigError   0          17m
$ kubectl -n shop get events
LAST SEEN   TYPE      REASON         OBJECT                      MESSAGE
2m          Warning   Failed         pod/web-6f9bd7c68c-6r2np    Error: secret "db" not found
40s         Warning   UpdateFailed   externalsecret/db           error processing spec.data[0] (key: shop/db), err: cannot read secret data from Vault: Code: 403. Errors: * permission denied
$ kubectl -n shop get externalsecrets
NAME   STORETYPE            STORE   REFRESH INTERVAL   STATUS              READY   LAST SYNC
db     ClusterSecretStore   vault   1h                 SecretSyncedError   False
`,
    },
    check: 'custom-resource-not-ready',
    words: ['permission denied', 'names a Secret that does not exist'],
  },
  'a pod that asks the name server of its node': {
    files: {
      'deploy.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: agent, namespace: shop}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      dnsPolicy: Default
      containers: [{name: agent, image: "registry.example.com/agent:3"}]
`,
      'pods.txt': `NAMESPACE   NAME                     READY   STATUS    RESTARTS   AGE
shop        agent-64c7d8f9b8-zq4wp   1/1     Running   0          41m
`,
      'exec.txt': `$ kubectl -n shop exec deploy/agent -- nslookup api.shop.svc.cluster.local
Server:		192.168.1.1
Address:	192.168.1.1:53

** server can't find api.shop.svc.cluster.local: NXDOMAIN

command terminated with exit code 1
`,
    },
    check: 'pod-dns-config-broken',
    words: ['dnsPolicy Default', 'api.shop.svc.cluster.local', 'A name look-up from the cluster failed'],
  },
  'a card of a query that was cut out': {
    files: {
      'smi.txt': `GPU 00000000:B1:00.0
    Product Name                          : NVIDIA A100-SXM4-40GB
    Remapped Rows
        Correctable Error                 : 0
        Uncorrectable Error               : 8
        Pending                           : No
        Remapping Failure Occurred        : Yes
`,
    },
    check: 'gpu-remapped-rows',
    words: ['B1:00.0'],
  },
  'a claim that has lost its volume, and the pod that names it': {
    files: {
      'session.txt': `$ kubectl -n git get pvc,pods
NAME                             STATUS   VOLUME     CAPACITY   ACCESS MODES   STORAGECLASS   AGE
persistentvolumeclaim/data-0     Lost     pvc-71aa   0                         longhorn       150d

NAME         READY   STATUS    RESTARTS   AGE
pod/repo-0   0/1     Pending   0          12m
$ kubectl -n git describe pod repo-0 | tail -3
  Type     Reason            Age                 From               Message
  ----     ------            ----                ----               -------
  Warning  FailedScheduling  2m (x4 over 12m)    default-scheduler  0/4 nodes are available: persistentvolumeclaim "data-0" bound to non-existent persistentvolume "pvc-71aa". preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.
`,
    },
    check: 'pvc-lost-or-pv-failed',
    words: ['data-0 is Lost', 'pvc-71aa', 'No volume can be bound'],
  },
  'pods that were evicted for their own limit': {
    files: {
      'pods.txt': `NAME                     READY   STATUS    RESTARTS   AGE
img-6c58f7dd9b-2rkqf     0/1     Error     0          41m
img-6c58f7dd9b-7xk4j     0/1     Evicted   0          22m
`,
      'events.txt': `LAST SEEN   TYPE      REASON    OBJECT                     MESSAGE
22m         Warning   Evicted   pod/img-6c58f7dd9b-2rkqf   Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.
4m          Warning   Evicted   pod/img-6c58f7dd9b-7xk4j   Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.
`,
    },
    check: 'ephemeral-storage-exceeded',
    words: ['total limit of containers 1Gi'],
    never: ['pod-evicted'],
  },
  'packets that a policy drops, and the pod that waits for the answer': {
    files: {
      'hubble.txt': `$ hubble observe --verdict DROPPED
Mar  1 09:10:01.101: shop/orders-gljmhkfnd-b8sg6:44210 (ID:31022) <> bank/pg-0:5432 (ID:8121) Policy denied DROPPED (TCP Flags: SYN)
Mar  1 09:10:02.133: shop/orders-gljmhkfnd-b8sg6:44210 (ID:31022) <> bank/pg-0:5432 (ID:8121) Policy denied DROPPED (TCP Flags: SYN)
`,
      'orders.log': '2026-03-01T09:10:31Z ERROR db: dial tcp 10.0.4.11:5432: i/o timeout\n',
      'pods.txt': `NAMESPACE   NAME                     READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES
bank        pg-0                     1/1     Running   0          80d   10.0.4.11    node-3   <none>           <none>
shop        orders-gljmhkfnd-b8sg6   0/1     Running   0          50m   10.0.1.77    node-1   <none>           <none>
`,
    },
    check: 'policy-drops-flow',
    words: ['bank/pg-0 port 5432', 'dependency cannot be reached'],
  },
  'a Job that others wait for, and why it failed': {
    files: {
      'session.txt': `$ kubectl -n shop get pods,jobs
NAME                       READY   STATUS     RESTARTS   AGE
pod/web-6c5d9f8b77-6l4mj   0/1     Init:0/1   0          21m
pod/migrate-7-4zx7d        0/1     Error      0          20m

NAME                  STATUS   COMPLETIONS   DURATION   AGE
job.batch/migrate-7   Failed   0/1           21m        21m
$ kubectl -n shop logs migrate-7-4zx7d
sqlalchemy.exc.ProgrammingError: (psycopg2.errors.DuplicateTable) relation "consent" already exists
$ kubectl -n shop logs web-6c5d9f8b77-6l4mj -c wait
waiting for job/migrate-7 to complete
`,
    },
    check: 'db-schema-migration-failed',
    words: ['DuplicateTable', 'already exists', 'migrate-7', 'The init container of the pod does not end'],
  },
  'no process ids: a description without roles, and an event without a node': {
    files: {
      'describe.txt': `Name:               node-2
Conditions:
  Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message
  ----             ------  -----------------                 ------------------                ------                       -------
  PIDPressure      True    Sun, 01 Mar 2026 12:01:02 +0000   Sun, 01 Mar 2026 11:40:21 +0000   KubeletHasInsufficientPID    kubelet has insufficient PID available
  Ready            True    Sun, 01 Mar 2026 12:01:02 +0000   Mon, 02 Feb 2026 08:00:40 +0000   KubeletReady                 kubelet is posting ready status
`,
      'events.txt': `NAMESPACE   LAST SEEN   TYPE      REASON    OBJECT      MESSAGE
shop        8m          Warning   Failed    pod/pdf-0   Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: fork/exec /proc/self/exe: resource temporarily unavailable: unknown
`,
    },
    check: 'node-pid-pressure',
    words: ['node-2', 'cannot start another process'],
  },
  'a database without connections, and the clients that hear of it': {
    files: {
      'pods.txt': `NAMESPACE   NAME                   READY   STATUS    RESTARTS   AGE
shop        api-7d6bff8d5c-2v7dh   0/1     Running   0          3d
shop        api-7d6bff8d5c-5kz6p   0/1     Running   0          3d
shop        pg-0                   1/1     Running   0          91d
`,
      'api.log': `2026-03-01 06:11:42.122 ERROR 1 --- [exec-11] o.h.engine.jdbc.spi.SqlExceptionHelper : FATAL: sorry, too many clients already
`,
      'pg-0.log': `2026-03-01 06:11:12.010 UTC [91221] FATAL:  sorry, too many clients already
2026-03-01 06:11:12.411 UTC [91222] FATAL:  sorry, too many clients already
`,
    },
    check: 'log-db-connections-exhausted',
    words: ['Database pg-0 has no connection left', 'refused: api'],
  },
  'credentials that the storage driver has not': {
    files: {
      'pods.txt': `NAMESPACE     NAME                                  READY   STATUS             RESTARTS        AGE
kube-system   ebs-csi-controller-fkdlhmmflh-btkhn   1/6     CrashLoopBackOff   58 (42s ago)    52m
`,
      'ebs-plugin.log': `E0301 08:20:11.404420       1 driver.go:120] "Health check failed" err="operation error EC2: DescribeAvailabilityZones, get identity: get credentials: failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, RequestID: 4f1a, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
`,
      'pvc.txt': `Name:          data-0
Namespace:     shop
StorageClass:  gp3
Status:        Pending
Used By:       db-0
Events:
  Type    Reason                Age                  From                         Message
  ----    ------                ----                 ----                         -------
  Normal  ExternalProvisioning  2s (x162 over 40m)   persistentvolume-controller  Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.
`,
    },
    check: 'csi-credentials-rejected',
    words: ['AssumeRoleWithWebIdentity', 'data-0'],
  },
  'the log of a program is not that of the only pods in a table': {
    files: {
      'pods.txt': `NAME                       READY   STATUS             RESTARTS      AGE
coredns-ffkldljdgg-m7gxc   0/1     CrashLoopBackOff   5 (31s ago)   4m2s
coredns-ffkldljdgg-vr6td   0/1     CrashLoopBackOff   5 (20s ago)   4m2s
`,
      'coredns.log': "/etc/coredns/Corefile:13 - Error during parsing: Unknown directive 'fowrard'\n",
      'shop.log':
        'psycopg2.OperationalError: could not translate host name "db.shop.svc.cluster.local" to address: Temporary failure in name resolution\n',
    },
    check: 'dns-corefile-invalid',
    words: ["Unknown directive 'fowrard'"],
  },
  'serving certificates that nobody approved': {
    files: {
      'session.txt': `$ kubectl get csr
NAME        AGE   SIGNERNAME                      REQUESTOR            REQUESTEDDURATION   CONDITION
csr-aaaaa   14m   kubernetes.io/kubelet-serving   system:node:node-1   <none>              Pending
csr-bbbbb   29m   kubernetes.io/kubelet-serving   system:node:node-1   <none>              Pending
$ kubectl logs -n shop web-0
Error from server: Get "https://10.20.0.31:10250/containerLogs/shop/web-0/web": remote error: tls: internal error
`,
    },
    check: 'csr-pending',
    words: ['csr-bbbbb', 'kubelet-serving', 'internal error'],
  },
  'a loop of the shell over node ports, and a policy that keeps traffic on the node': {
    files: {
      'try.txt': `$ for n in 10.1.0.11 10.1.0.12 10.1.0.13; do echo -n "$n "; curl -so /dev/null -m 5 -w '%{http_code} %{errormsg}\\n' http://$n:31080/; done
10.1.0.11 000 Connection timed out after 5001 milliseconds
10.1.0.12 200
10.1.0.13 000 Connection timed out after 5001 milliseconds
`,
      'nodes.txt': `NAME     STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME
node-1   Ready    <none>   9d    v1.31.0   10.1.0.11     <none>        Debian     6.1.0            containerd://1.7.2
node-2   Ready    <none>   9d    v1.31.0   10.1.0.12     <none>        Debian     6.1.0            containerd://1.7.2
node-3   Ready    <none>   9d    v1.31.0   10.1.0.13     <none>        Debian     6.1.0            containerd://1.7.2
`,
      'pods.txt': `NAMESPACE     NAME               READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES
edge          front-0            1/1     Running   0          9d    10.42.2.7    node-2   <none>           <none>
kube-system   kube-proxy-bbbbb   1/1     Running   0          9d    10.1.0.11    node-1   <none>           <none>
kube-system   kube-proxy-ccccc   1/1     Running   0          9d    10.1.0.13    node-3   <none>           <none>
`,
      'service.yaml': `apiVersion: v1
kind: Service
metadata: {name: front, namespace: edge}
spec:
  type: NodePort
  externalTrafficPolicy: Local
  selector: {app: front}
  ports: [{port: 80, targetPort: 8080, nodePort: 31080}]
`,
      'endpoints.txt': `NAMESPACE   NAME    ENDPOINTS        AGE
edge        front   10.42.2.7:8080   9d
`,
    },
    check: 'svc-local-policy-blackhole',
    words: ['nodes node-1 and node-3 have no endpoint', 'on node-2'],
    never: ['log-upstream-unreachable'],
  },
  'a table without namespaces is where the pods are that bear its names': {
    files: {
      'pods.txt': `NAMESPACE   NAME                   READY   STATUS             RESTARTS      AGE
shop        api-7d6bff8d5c-2v7dh   0/1     CrashLoopBackOff   9 (12s ago)   3d
shop        api-7d6bff8d5c-5kz6p   0/1     CrashLoopBackOff   9 (12s ago)   3d
`,
      'deployments.txt': `NAME   READY   UP-TO-DATE   AVAILABLE   AGE
api    0/2     2            0           9d
`,
      'endpoints.txt': `NAME   ENDPOINTS   AGE
api    <none>      9d
`,
      'hpa.txt': `NAME   REFERENCE        TARGETS              MINPODS   MAXPODS   REPLICAS   AGE
auto   Deployment/api   cpu: <unknown>/70%   2         4         2          9d
`,
      'api.log': `Error: connect ECONNREFUSED 10.96.4.4:5432
`,
    },
    check: 'log-upstream-unreachable',
    words: ['api', '10.96.4.4:5432'],
    never: ['hpa-target-broken'],
  },
  'who writes the bundle of a webhook is down': {
    files: {
      'apply.txt': `$ kubectl apply -f issuer.yaml
Error from server (InternalError): error when creating "issuer.yaml": Internal error occurred: failed calling webhook "webhook.cert-manager.io": failed to call webhook: Post "https://certs-webhook.certs.svc:443/validate?timeout=30s": tls: failed to verify certificate: x509: certificate signed by unknown authority
`,
      'describe.txt': `Name:             certs-cainjector-6c8d8c8d8c-2v7dh
Namespace:        certs
Node:             node-1/10.1.0.11
Status:           Running
Containers:
  cainjector:
    Image:          registry.example/cainjector:v1
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Ready:          False
    Restart Count:  40
    Limits:
      memory:  48Mi
`,
    },
    check: 'crashloop-oomkilled',
    words: ['cainjector', '48Mi'],
  },
  'the registry of the cluster answers with errors, as its volume is full': {
    files: {
      'events.txt': `NAMESPACE   LAST SEEN   TYPE      REASON   OBJECT      MESSAGE
shop        2m          Warning   Failed   pod/web-0   Failed to pull image "hub.example.com/web:2": failed to pull and unpack image "hub.example.com/web:2": failed to resolve reference "hub.example.com/web:2": unexpected status from HEAD request to https://hub.example.com/v2/web/manifests/2: 503 Service Unavailable
`,
      'pods.txt': `NAMESPACE   NAME               READY   STATUS             RESTARTS   AGE
hub         hub-registry-0     1/1     Running            0          90d
shop        web-0              0/1     ImagePullBackOff   0          20m
`,
      'df.txt': `$ kubectl exec -n hub hub-registry-0 -- df -h /var/lib/registry
Filesystem      Size  Used Avail Use% Mounted on
/dev/sdd         49G   49G     0 100% /var/lib/registry
`,
    },
    check: 'pvc-usage-high',
    words: ['hub-registry-0', '/var/lib/registry'],
    never: ['image-pull-failed'],
  },
  'a pool without connections beside the reason for it': {
    files: {
      'pods.txt': `NAMESPACE   NAME                   READY   STATUS    RESTARTS   AGE
shop        api-7d6bff8d5c-2v7dh   0/1     Running   0          3d
`,
      'api.log': `2026-03-01 06:11:42.122 ERROR 1 --- [exec-11] o.h.engine.jdbc.spi.SqlExceptionHelper : HikariPool-1 - Connection is not available, request timed out after 30000ms (total=0, active=0, idle=0, waiting=3)
2026-03-01 06:11:42.123 ERROR 1 --- [exec-11] o.h.engine.jdbc.spi.SqlExceptionHelper : FATAL: password authentication failed for user "shop_rw"
`,
    },
    check: 'log-db-access-denied',
    words: ['shop_rw'],
  },
  'a loop over machines, and the one with the slow card': {
    files: {
      'cards.txt': `$ for n in node-1 node-2 node-3; do echo "== $n"; ssh $n sudo ethtool eth2 | egrep 'Speed|Duplex'; done
== node-1
	Speed: 25000Mb/s
	Duplex: Full
== node-2
	Speed: 25000Mb/s
	Duplex: Full
== node-3
	Speed: 1000Mb/s
	Duplex: Full
`,
    },
    check: 'nic-errors',
    words: ['eth2 of node-3 runs at 1000Mb/s', '25000Mb/s'],
  },
  'who uses the memory when the kernel kills another': {
    files: {
      'dmesg-node-2.txt': `[8120001.200120] Out of memory: Killed process 88120 (mysqld) total-vm:3248000kB, anon-rss:1204000kB, file-rss:0kB, shmem-rss:0kB, UID:999 pgtables:2844kB oom_score_adj:990
`,
      'free-node-2.txt': `               total        used        free      shared  buff/cache   available
Mem:            15Gi        15Gi       112Mi        88Mi       301Mi       201Mi
Swap:             0B          0B          0B
`,
      'ps-node-2.txt': `USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root        2210 14.1 71.2 12448016 11204880 ?   Ssl   2025 9120:11 /usr/bin/scraper -c /etc/scraper.conf
root        1104  3.0  0.3 2408844 96440 ?       Ssl   2025 4120:02 /usr/bin/kubelet
`,
    },
    check: 'kernel-oom-node',
    words: ['killed mysqld', 'scraper (10.69Gi)'],
  },
  'tokens of all pods are refused': {
    files: {
      'pods.txt': `NAMESPACE     NAME                       READY   STATUS             RESTARTS      AGE
kube-system   coredns-7d6bff8d5c-2v7dh   0/1     Running            0             9d
kube-system   kube-apiserver-cp-1        1/1     Running            0             12m
ops           janitor-5c6bff8d5c-5kz6p   0/1     CrashLoopBackOff   6 (10s ago)   9d
`,
      'kube-apiserver.log': `E0301 08:10:01.199121       1 authentication.go:73] "Unable to authenticate the request" err="invalid bearer token"
E0301 08:10:04.120221       1 authentication.go:73] "Unable to authenticate the request" err="invalid bearer token"
`,
      'coredns.log': `[ERROR] plugin/kubernetes: pkg/mod/k8s.io/client-go@v0.29.3/tools/cache/reflector.go:229: Failed to watch *v1.Service: failed to list *v1.Service: Unauthorized
`,
      'janitor.log': `E0301 08:10:01.201120       1 main.go:61] "cannot list secrets" err="Unauthorized"
`,
    },
    check: 'api-cert-problem',
    words: ['service account tokens of', 'coredns', 'janitor', 'issuer'],
  },
  'init containers that wait for what a Job should have made': {
    files: {
      'pods.txt': `NAMESPACE   NAME                   READY   STATUS     RESTARTS   AGE
shop        api-7d6bff8d5c-2v7dh   0/1     Init:0/1   0          31m
shop        api-schema-9-bbbbb     0/1     Error      0          31m
`,
      'jobs.txt': `NAMESPACE   NAME           STATUS   COMPLETIONS   DURATION   AGE
shop        api-schema-9   Failed   0/1           31m        31m
`,
      'api-schema-9.log': `ERROR: relation "orders" does not exist
`,
    },
    check: 'pod-ended-with-error',
    words: ['api-schema-9', 'orders'],
  },
  'a release that was left pending, and who deploys it': {
    files: {
      'flux.txt': `$ flux get helmreleases -A
NAMESPACE   NAME   REVISION   SUSPENDED   READY   MESSAGE
shop        web    1.0.0      False       False   Helm upgrade failed for release shop/web with chart web@1.1.0: another operation (install/upgrade/rollback) is in progress
`,
      'helm.txt': `$ helm list -A -a
NAME   NAMESPACE   REVISION   UPDATED                                 STATUS            CHART       APP VERSION
web    shop        4          2026-02-09 17:41:02.9 +0000 UTC         pending-upgrade   web-1.1.0   1.1.0
`,
    },
    check: 'helm-release-failed',
    words: ['web', 'pending-upgrade', 'another operation'],
  },
  'a zone that the cluster DNS forwards to the wrong server': {
    files: {
      'dig.txt': `$ kubectl exec -n shop web-0 -- dig db.lab.example

; <<>> DiG 9.18.30 <<>> db.lab.example
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 4411
;; flags: qr rd; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1

;; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)
$ dig @10.9.1.7 +short db.lab.example
10.9.2.4
`,
      'coredns.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: coredns, namespace: kube-system}
data:
  Corefile: |
    .:53 {
        forward . /etc/resolv.conf
    }
    lab.example:53 {
        forward . 10.9.1.8
    }
`,
    },
    check: 'dns-lookup-failed',
    words: ['forwards lab.example to 10.9.1.8', '10.9.1.7 answers'],
  },
  'threads that a pod may not start, and the limit that somebody read in it': {
    files: {
      'session.txt': `$ kubectl get pods -n shop
NAME                   READY   STATUS    RESTARTS      AGE
api-7d6bff8d5c-2v7dh   1/1     Running   3 (4m ago)    3d
$ kubectl logs -n shop api-7d6bff8d5c-2v7dh --previous
Exception in thread "w-1" java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached
$ kubectl exec -n shop api-7d6bff8d5c-2v7dh -- cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids.current
512
511
`,
    },
    check: 'log-memory-exhausted-runtime',
    words: ['another thread', '511 of 512'],
  },
  'one node from which a Service does not answer, and its kube-proxy': {
    files: {
      'try.txt': `$ for n in node-1 node-2 node-3; do echo -n "$n: "; ssh $n curl -so /dev/null -m 4 -w '%{http_code}\\n' http://10.96.8.8/; done
node-1: 200
node-2: 000
node-3: 200
`,
      'services.txt': `NAMESPACE   NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
shop        find   ClusterIP   10.96.8.8    <none>        80/TCP    9d
`,
      'pods.txt': `NAMESPACE     NAME               READY   STATUS    RESTARTS   AGE   IP          NODE     NOMINATED NODE   READINESS GATES
kube-system   kube-proxy-bbbbb   1/1     Running   0          9d    10.1.0.12   node-2   <none>           <none>
`,
      'kube-proxy-bbbbb.log': `W0310 08:10:02.113321       1 reflector.go:561] k8s.io/client-go/informers/factory.go:160: failed to list *v1.EndpointSlice: Get "https://10.1.0.5:6443/apis/discovery.k8s.io/v1/endpointslices?limit=500&resourceVersion=0": dial tcp 10.1.0.5:6443: connect: no route to host
W0310 08:11:02.113321       1 reflector.go:561] k8s.io/client-go/informers/factory.go:160: failed to list *v1.EndpointSlice: Get "https://10.1.0.5:6443/apis/discovery.k8s.io/v1/endpointslices?limit=500&resourceVersion=0": dial tcp 10.1.0.5:6443: connect: no route to host
`,
    },
    check: 'component-api-unreachable',
    words: ['kube-proxy-bbbbb', '10.1.0.5:6443'],
  },
  'the rules of several machines as commands, and the one that drops': {
    files: {
      'forward.txt': `$ for n in node-1 node-2; do echo "## $n"; ssh $n sudo iptables -S FORWARD; done
## node-1
-P FORWARD ACCEPT
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
## node-2
-P FORWARD DROP
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A FORWARD -j DOCKER-USER
`,
      'try.txt': `$ for ip in 10.42.1.5 10.42.2.4; do echo -n "$ip "; curl -s -o /dev/null -m 3 -w '%{http_code}\\n' http://$ip:8080/; done
10.42.1.5 200
10.42.2.4 000
`,
      'pods.txt': `NAMESPACE   NAME                     READY   STATUS    RESTARTS   AGE   IP          NODE     NOMINATED NODE   READINESS GATES
shop        front-7d6bff8d5c-2v7dh   1/1     Running   0          9d    10.42.1.5   node-1   <none>           <none>
shop        front-7d6bff8d5c-5kz6p   1/1     Running   0          9d    10.42.2.4   node-2   <none>           <none>
`,
    },
    check: 'host-firewall-blocking',
    words: ['node-2', 'FORWARD', 'DROP'],
  },
  'a driver that the kubelet does not hear of': {
    files: {
      'events.txt': `NAMESPACE   LAST SEEN   TYPE      REASON        OBJECT      MESSAGE
shop        2m          Warning   FailedMount   pod/web-0   MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name disk.csi.example not found in the list of registered CSI drivers
`,
      'pods.txt': `NAMESPACE   NAME                 READY   STATUS              RESTARTS       AGE   IP       NODE     NOMINATED NODE   READINESS GATES
shop        web-0                0/1     ContainerCreating   0              9m    <none>   node-2   <none>           <none>
storage     csi-disk-node-bbbbb  1/2     CrashLoopBackOff    8 (20s ago)    9d    10.1.0.2 node-2   <none>           <none>
`,
      'csi-disk-node-bbbbb.log': `E0310 08:10:41.220021       1 main.go:119] "Kubelet plugin registration hasn't succeeded yet" err="deadline exceeded" path="/var/lib/kubelet/plugins/disk.csi.example/registration"
`,
    },
    check: 'csi-registration-failed',
    words: ['csi-disk-node-bbbbb', "hasn't succeeded"],
  },
  'an address of which two machines say that it is theirs': {
    files: {
      'arping.txt': `$ arping -I eth0 -c 3 192.0.2.60
ARPING 192.0.2.60 from 192.0.2.5 eth0
Unicast reply from 192.0.2.60 [52:54:00:6E:1B:9A]  0.9ms
Unicast reply from 192.0.2.60 [52:54:00:6E:1B:77]  1.0ms
Unicast reply from 192.0.2.60 [52:54:00:6E:1B:9A]  0.8ms
Sent 3 probes (1 broadcast(s))
Received 3 response(s)
`,
      'curl.txt': `$ for i in 1 2 3 4; do curl -so /dev/null -m 2 -w '%{http_code}\\n' http://192.0.2.60/; done
200
000
200
000
`,
    },
    check: 'net-address-conflict',
    words: ['192.0.2.60', '52:54:00:6e:1b:77'],
  },
};

describe('what is said first', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words, never = [] }) => {
    const result = await paste(files);
    const [root] = result.rootCauses;
    expect(root?.check).toBe(check);
    const said = JSON.stringify(root);
    for (const word of words) expect(said).toContain(word);
    const checks = result.findings.flatMap(({ check: id, variant = '' }) => [id, `${id}:${variant}`]);
    for (const other of never) expect(checks).not.toContain(other);
  });
});

it('a table without namespaces lies where one of its rows does, and an unknown log is nobody’s', async () => {
  const result = await paste({
    'pods.txt': `NAME                       READY   STATUS             RESTARTS      AGE
coredns-ffkldljdgg-m7gxc   0/1     CrashLoopBackOff   5 (31s ago)   4m2s
coredns-ffkldljdgg-vr6td   0/1     CrashLoopBackOff   5 (20s ago)   4m2s
`,
    'events.txt': `NAMESPACE     LAST SEEN   TYPE      REASON      OBJECT                         MESSAGE
kube-system   20s         Warning   BackOff     pod/coredns-ffkldljdgg-vr6td   Back-off restarting failed container coredns in pod coredns-ffkldljdgg-vr6td_kube-system(9b0d9c1e-2f2d-4f3a-93c1-2d0c5f6b7a81)
`,
    'coredns.log': "/etc/coredns/Corefile:13 - Error during parsing: Unknown directive 'fowrard'\n",
    'shop.log':
      'psycopg2.OperationalError: could not translate host name "db" to address: Temporary failure in name resolution\n',
  });
  const of = (check: string) => result.findings.find((finding) => finding.check === check);
  expect(of('dns-coredns-down')?.message).toContain('m7gxc, coredns-ffkldljdgg-vr6td: CrashLoopBackOff');
  expect(of('log-dns-failure')?.subject).toMatchObject({ kind: 'Log', name: 'shop.log' });
});

describe('nothing above info', () => {
  const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'a lock that another member writes in between, now and then': {
      'keeper.log': [12, 31, 58]
        .map(
          (at) =>
            `E0301 10:${at}:39.306871      10 leaderelection.go:258] Failed to update lock: Operation cannot be fulfilled on configmaps "press-leader": the object has been modified; please apply your changes to the latest version and try again`,
        )
        .join('\n'),
    },
    'a node that was drained, rebooted once and is back': {
      'session.txt': `$ kubectl drain node-2 --ignore-daemonsets
node/node-2 cordoned
evicting pod shop/web-fkgmhnjld-5zbtv
pod/web-fkgmhnjld-5zbtv evicted
node/node-2 drained
$ ssh node-2 sudo reboot
$ kubectl uncordon node-2
node/node-2 uncordoned
$ kubectl get nodes
NAME     STATUS   ROLES           AGE    VERSION
node-1   Ready    control-plane   401d   v1.32.6
node-2   Ready    <none>          401d   v1.32.6
$ kubectl get events -A --field-selector type=Warning
NAMESPACE   LAST SEEN   TYPE      REASON     OBJECT        MESSAGE
default     9m40s       Warning   Rebooted   node/node-2   Node node-2 has been rebooted, boot id: 11d9f0a4-6c51-4f41-9a5d-3f0e8f1d7e22
`,
    },
    'a webhook that was away for a minute, and what it kept from being made has been made since': {
      'session.txt': `$ kubectl get events -A
NAMESPACE   LAST SEEN   TYPE      REASON             OBJECT                    MESSAGE
books       31m         Warning   FailedCreate       replicaset/front-7b9c5d   Error creating: Internal error occurred: failed calling webhook "inject.mesh.example.test": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": dial tcp 10.96.7.7:443: connect: connection refused
books       29m         Normal    SuccessfulCreate   replicaset/front-7b9c5d   Created pod: front-7b9c5d-x2x4l
books       2m          Warning   PolicyViolation    deployment/front          policy need-owner/check fail: validation error: label owner is required
$ kubectl get deployments -A
NAMESPACE   NAME       READY   UP-TO-DATE   AVAILABLE   AGE
books       front      1/1     1            1           80d
mesh        injector   1/1     1            1           80d
`,
    },
    'an account without rights that may do nothing': {
      'session.txt': `$ kubectl auth can-i delete nodes --as=system:serviceaccount:default:default
no
$ kubectl auth can-i '*' '*'
yes
`,
    },
    'throttling that its own rule calls info': {
      'alerts.json': JSON.stringify({
        status: 'success',
        data: {
          alerts: [
            {
              labels: {
                alertname: 'CPUThrottlingHigh',
                severity: 'info',
                namespace: 'shop',
                pod: 'web-0',
                container: 'a',
              },
              annotations: { summary: 'Processes experience elevated CPU throttling.' },
              state: 'firing',
              activeAt: '2026-03-01T08:12:41.2Z',
              value: '2.85e-01',
            },
          ],
        },
      }),
    },
  };
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});

describe('two troubles that have nothing to do with each other', () => {
  const apart = async (files: Readonly<Record<string, string>>) => {
    const { rootCauses } = await paste(files);
    const of = (check: string) => rootCauses.find((root) => root.check === check);
    return { first: rootCauses.slice(0, 2).map(({ check }) => check), of };
  };

  it('a lost node, and a rollout that hangs beside pods that serve', async () => {
    const { first, of } = await apart({
      'nodes.txt': `$ kubectl get nodes
NAME   STATUS     ROLES    AGE   VERSION
mk-1   Ready      <none>   80d   v1.30.2
mk-2   NotReady   <none>   80d   v1.30.2
`,
      'pods.txt': `$ kubectl get pods -n press -o wide
NAME                      READY   STATUS             RESTARTS   AGE   IP            NODE   NOMINATED NODE   READINESS GATES
ink-db-0                  1/1     Terminating        0          12d   10.42.2.7     mk-2   <none>           <none>
ink-6c8f7d9b54-2kx7c      1/1     Running            0          12d   10.42.1.4     mk-1   <none>           <none>
paper-5d6b8c7f94-9qzvt    1/1     Running            0          12d   10.42.1.9     mk-1   <none>           <none>
paper-78f9c6d5b4-x8s2d    0/1     ImagePullBackOff   0          20m   10.42.1.30    mk-1   <none>           <none>
reader-7bd6c5f8d9-4mw6k   1/1     Running            0          12d   10.42.1.12    mk-1   <none>           <none>
`,
      'services.txt': `$ kubectl get svc,endpoints -n press -o wide
NAME             TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)    AGE   SELECTOR
service/ink-db   ClusterIP   10.43.7.7       <none>        5432/TCP   12d   app=ink-db
service/paper    ClusterIP   10.43.8.8       <none>        8080/TCP   12d   app=paper

NAME               ENDPOINTS        AGE
endpoints/ink-db   <none>           12d
endpoints/paper    10.42.1.9:8080   12d
`,
      'events.txt': `$ kubectl get events -n press
LAST SEEN   TYPE      REASON   OBJECT                       MESSAGE
30s         Warning   Failed   pod/paper-78f9c6d5b4-x8s2d   Failed to pull image "registry.example.com/press/paper:9": rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/press/paper:9": failed to resolve reference "registry.example.com/press/paper:9": registry.example.com/press/paper:9: not found
`,
      'ink.log': `{"level":"error","ts":"2026-03-01T11:50:00Z","msg":"query failed: dial tcp 10.43.7.7:5432: i/o timeout"}
{"level":"error","ts":"2026-03-01T11:51:00Z","msg":"query failed: dial tcp 10.43.7.7:5432: i/o timeout"}
{"level":"error","ts":"2026-03-01T11:52:00Z","msg":"query failed: dial tcp 10.43.7.7:5432: i/o timeout"}
`,
      'reader.log': `{"level":"error","ts":"2026-03-01T11:50:00Z","msg":"paper failed: dial tcp 10.43.8.8:8080: i/o timeout"}
{"level":"error","ts":"2026-03-01T11:51:00Z","msg":"paper failed: dial tcp 10.43.8.8:8080: i/o timeout"}
{"level":"error","ts":"2026-03-01T11:52:00Z","msg":"paper failed: dial tcp 10.43.8.8:8080: i/o timeout"}
`,
    });
    expect(first).toEqual(['node-notready-reported', 'image-pull-not-found']);
    expect(of('image-pull-not-found')?.explains.join(' ')).not.toContain('log-upstream-unreachable');
    expect(of('node-notready-reported')?.explains.join(' ')).toContain('svc-no-endpoints/unready/press/ink-db');
  });

  it('a full connection table, and a probe that asks a wrong path on another machine', async () => {
    const { first, of } = await apart({
      'kernel.log': Array.from(
        { length: 4 },
        (_, i) => `Mar 01 11:5${i}:00 mk-2 kernel: nf_conntrack: nf_conntrack: table full, dropping packet\n`,
      ).join(''),
      'pods.txt': `$ kubectl get pods -n press -o wide
NAME                     READY   STATUS    RESTARTS        AGE   IP          NODE   NOMINATED NODE   READINESS GATES
paper-5d6b8c7f94-9qzvt   0/1     Running   12 (90s ago)    40m   10.42.1.9   mk-1   <none>           <none>
`,
      'events.txt': `$ kubectl get events -n press
LAST SEEN   TYPE      REASON      OBJECT                       MESSAGE
95s         Warning   Unhealthy   pod/paper-5d6b8c7f94-9qzvt   Liveness probe failed: HTTP probe failed with statuscode: 404
90s         Normal    Killing     pod/paper-5d6b8c7f94-9qzvt   Container paper failed liveness probe, will be restarted
`,
    });
    expect([...first].sort()).toEqual(['conntrack-table-full', 'probe-wrong-target']);
    expect(of('conntrack-table-full')?.explains).toEqual([]);
  });

  it('a member of etcd that crashes is told once', async () => {
    const pod = (name: string, node: string, state: object) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'kube-system', labels: { component: 'etcd', tier: 'control-plane' } },
      spec: { nodeName: node, containers: [{ name: 'etcd', image: 'registry.k8s.io/etcd:3.5.15-0' }] },
      status: { phase: 'Running', containerStatuses: [{ name: 'etcd', image: 'etcd', imageID: '', ...state }] },
    });
    const runs = { ready: true, restartCount: 0, state: { running: { startedAt: '2026-02-01T00:00:00Z' } } };
    const ends = {
      ready: false,
      restartCount: 9,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-03-01T11:58:00Z' } },
    };
    const items = [pod('etcd-cp1', 'cp1', runs), pod('etcd-cp2', 'cp2', runs), pod('etcd-cp3', 'cp3', ends)];
    const { first, of } = await apart({
      'pods.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: {}, items }),
    });
    expect(first).toEqual(['api-restarting']);
    expect(of('api-restarting')?.explains.join(' ')).toContain('etcd-member-unhealthy/down');
  });

  it('a machine that can write no more, and a container on it that dislikes its configuration', async () => {
    const { first, of } = await apart({
      'pods.txt': `$ kubectl get pods -n press -o wide
NAME                     READY   STATUS              RESTARTS       AGE   IP          NODE   NOMINATED NODE   READINESS GATES
ink-6c8f7d9b54-2kx7c     0/1     ContainerCreating   0              20m   <none>      mk-1   <none>           <none>
paper-5d6b8c7f94-9qzvt   0/1     CrashLoopBackOff    12 (90s ago)   40m   10.42.1.9   mk-1   <none>           <none>
`,
      'events.txt': `$ kubectl get events -n press
LAST SEEN   TYPE      REASON                   OBJECT                     MESSAGE
20s         Warning   FailedCreatePodSandBox   pod/ink-6c8f7d9b54-2kx7c   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to mkdir /var/lib/containerd/io.containerd.runtime.v2.task/k8s.io: mkdir /var/lib/containerd/io.containerd.runtime.v2.task/k8s.io: read-only file system
`,
      'paper-5d6b8c7f94-9qzvt.log': `2026/03/01 11:58:00 INFO reading settings
2026/03/01 11:58:00 ERROR the list of shelves is empty, nothing to do
`,
    });
    expect([...first].sort()).toEqual(['crashloop-app-error', 'runtime-readonly-filesystem']);
    expect(of('runtime-readonly-filesystem')?.explains.join(' ')).not.toContain('paper');
  });
});
