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
  message: Preempted by pod 0b2f2aa6-59f7-4c9d-a2db-c0a2eb7f1f5c on node node-2
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
      'coredns.log': `[ERROR] plugin/errors: 2 pay.example.com. A: read udp 10.1.0.7:44120->192.0.2.2:53: i/o timeout
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
      'stock-proxy.log': `[2026-03-01T10:00:01.000Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.1.0.5:8080 10.1.0.9:51224 - -
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
    'k3s that has just started, beside the job that once installed a chart': {
      'pods.txt': `NAMESPACE     NAME                       READY   STATUS      RESTARTS   AGE   IP          NODE   NOMINATED NODE   READINESS GATES
kube-system   helm-install-proxy-8v4rf   0/1     Completed   1          61d   10.42.0.3   s1     <none>           <none>
kube-system   coredns-ccb96694c-jq5xd    1/1     Running     0          61d   10.42.0.4   s1     <none>           <none>
`,
      'journal.txt': `Mar 01 10:00:03 s1 k3s[734]: time="2026-03-01T10:00:03Z" level=info msg="Starting k3s v1.31.4+k3s1 (a562d090)"
Mar 01 10:00:16 s1 k3s[734]: E0301 10:00:16.201119     734 controller.go:102] "Unhandled Error" err="loading OpenAPI spec for \\"v1beta1.metrics.k8s.io\\" failed with: failed to download v1beta1.metrics.k8s.io: failed to retrieve openAPI spec, http error: ResponseCode: 503, Body: service unavailable"
Mar 01 10:00:17 s1 k3s[734]: time="2026-03-01T10:00:17Z" level=info msg="k3s is up and running"
Mar 01 10:00:19 s1 k3s[734]: I0301 10:00:19.330110     734 server.go:675] "--cgroups-per-qos enabled, but --cgroup-root was not specified.  defaulting to /"
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
