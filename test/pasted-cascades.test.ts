/** Outputs of several commands of one incident: which finding comes first, and what is not said at all. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const CASES: Readonly<Record<string, Pasted & { readonly never?: readonly string[] }>> = {
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
};

describe('what is said first', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words, never = [] }) => {
    const result = await paste(files);
    const [root] = result.rootCauses;
    expect(root?.check).toBe(check);
    const said = JSON.stringify(root);
    for (const word of words) expect(said).toContain(word);
    const checks = result.findings.map((finding) => finding.check);
    for (const other of never) expect(checks).not.toContain(other);
  });
});
