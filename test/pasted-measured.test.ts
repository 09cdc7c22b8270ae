/** What people measure and paste: pages of metrics in part, durations, certificates; and what is said first of it. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

/** Cumulative buckets of a histogram as a page shows them: half of all below the median, then half of the rest. */
const histogram = (name: string, labels: string, bounds: readonly number[], median: number, total: number): string =>
  [...bounds, Infinity]
    .map((bound) => {
      const count = bound === Infinity ? total : Math.round(total * (1 - 2 ** (-bound / median)));
      return `${name}_bucket{${labels}${labels === '' ? '' : ','}le="${bound === Infinity ? '+Inf' : bound}"} ${count}\n`;
    })
    .join('');
const REQUEST =
  'component="apiserver",dry_run="",group="",resource="pods",scope="resource",subresource="",version="v1"';
const SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60];
const NAMESPACE_CONDITION =
  '{"lastTransitionTime":"2026-03-01T09:00:10Z","message":"Some content in the namespace has finalizers remaining: tides.example/harbour in 2 resource instances","reason":"SomeFinalizersRemain","status":"True","type":"NamespaceFinalizersRemaining"}';

const CASES: Readonly<Record<string, Pasted>> = {
  'refused requests in a part of a page': {
    files: {
      't.txt': `$ kubectl get --raw /metrics | grep rejected_requests
apiserver_flowcontrol_rejected_requests_total{flow_schema="ferry-bots",priority_level="harbour-low",reason="queue-full"} 40122
`,
    },
    check: 'api-apf-rejecting',
    words: ['40122', 'ferry-bots', 'harbour-low'],
  },
  'server errors since the start': {
    files: {
      't.txt': `$ kubectl get --raw /metrics | grep apiserver_request_total
apiserver_request_total{code="200",${REQUEST},verb="GET"} 9000
apiserver_request_total{code="504",${REQUEST},verb="GET"} 1000
`,
    },
    check: 'api-errors-5xx',
    words: ['1000 of 10000', '10 %', 'pods'],
  },
  'half of all requests take seconds': {
    files: {
      't.txt': `$ kubectl get --raw /metrics | grep apiserver_request_duration_seconds_bucket
${histogram('apiserver_request_duration_seconds', `${REQUEST},verb="GET"`, SECONDS, 2, 4000)}`,
    },
    check: 'api-latency-high',
    words: ['Reads of single objects', '4000', 'objective is 1 s'],
  },
  'leaders of etcd without a clock': {
    files: {
      't.txt': `root@cp1:~# curl -s http://127.0.0.1:2381/metrics | grep leader_changes
etcd_server_leader_changes_seen_total 388
`,
    },
    check: 'etcd-leader-flapping',
    words: ['388'],
  },
  'calls to etcd in a part of a page': {
    files: {
      't.txt': `root@cp1:~# curl -s http://127.0.0.1:2381/metrics | grep grpc_server_handled_total
grpc_server_handled_total{grpc_code="OK",grpc_method="Txn",grpc_service="etcdserverpb.KV",grpc_type="unary"} 800
grpc_server_handled_total{grpc_code="Unavailable",grpc_method="Txn",grpc_service="etcdserverpb.KV",grpc_type="unary"} 200
`,
    },
    check: 'etcd-grpc-errors',
    words: ['200 of 1000', '20 %'],
  },
  'a queue of the controller manager, by the pod that was asked': {
    files: {
      't.txt': `$ kubectl get --raw /api/v1/namespaces/kube-system/pods/kube-controller-manager-cp1:10257/proxy/metrics | grep workqueue_depth
workqueue_depth{name="deployment"} 0
workqueue_depth{name="endpoint_slice"} 2811
`,
    },
    check: 'kcm-workqueue-backlog',
    words: ['endpoint_slice', '2811', 'cp1'],
  },
  'a kubelet that starts its pods slowly, by the node that was asked': {
    files: {
      't.txt': `$ kubectl get --raw /api/v1/nodes/pier-4/proxy/metrics | grep pod_start_sli
${histogram('kubelet_pod_start_sli_duration_seconds', '', SECONDS, 30, 200)}`,
    },
    check: 'pod-startup-latency',
    words: ['pier-4', '200 pods'],
  },
  'a relist that takes ten seconds': {
    files: {
      't.txt': `$ kubectl get --raw /api/v1/nodes/pier-4/proxy/metrics | grep pleg_relist
${histogram('kubelet_pleg_relist_duration_seconds', '', [0.1, 1, 5, 10], 8, 900)}`,
    },
    check: 'runtime-overloaded',
    words: ['pier-4', 'PLEG', '10 s'],
  },
  'a client certificate that a kubelet counts as over': {
    files: {
      't.txt': `$ kubectl get --raw /api/v1/nodes/pier-4/proxy/metrics | grep client_ttl
kubelet_certificate_manager_client_ttl_seconds -7200
`,
    },
    check: 'kubelet-client-cert-expired',
    words: ['pier-4', '2 h'],
  },
  'an aggregated API that the API server counts': {
    files: {
      't.txt': `$ kubectl get --raw /metrics | grep aggregator_unavailable_apiservice
aggregator_unavailable_apiservice{name="v1.apps"} 0
aggregator_unavailable_apiservice{name="v1alpha1.tides.example"} 1
`,
    },
    check: 'apiservice-unavailable',
    words: ['v1alpha1.tides.example'],
  },
  'kubectl that tells how long it waited': {
    files: {
      't.txt': `$ kubectl get nodes -v6
I0301 10:00:48.345678   41122 round_trippers.go:553] GET https://192.0.2.1:6443/api/v1/nodes?limit=500 200 OK in 35912 milliseconds
NAME     STATUS   ROLES    AGE    VERSION
pier-4   Ready    <none>   100d   v1.29.4
`,
    },
    check: 'api-slow',
    words: ['35.9 s', 'kubectl get nodes -v6'],
  },
  'pods of a namespace after half a minute': {
    files: {
      't.txt': `$ time kubectl get pods -n ferry
NAME     READY   STATUS    RESTARTS   AGE
quay-0   1/1     Running   0          12d

real	0m31.812s
user	0m0.211s
sys	0m0.081s
`,
    },
    check: 'api-slow',
    words: ['31.8 s'],
  },
  'certificates of a table without a clock': {
    files: {
      'certs.txt': `CERTIFICATE   EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED
admin.conf    Mar 09, 2026 08:12 UTC   6d              ca                      no
`,
    },
    check: 'cert-expiring-soon',
    words: ['admin.conf', '6 days'],
  },
  'a certificate whose file nobody names': {
    files: {
      't.txt': `root@cp1:~# date
Sun Mar  1 11:00:00 UTC 2026
root@cp1:~# for f in /etc/kubernetes/pki/apiserver.crt; do openssl x509 -in $f -noout -subject -enddate; done
subject=CN = kube-apiserver
notAfter=Mar  5 08:12:44 2026 GMT
`,
    },
    check: 'cert-expiring-soon',
    words: ['kube-apiserver', '3 days'],
  },
  'etcdctl with what its client met': {
    files: {
      't.txt': `root@cp1:~# etcdctl --endpoints=https://127.0.0.1:2379 member list
{"level":"warn","ts":"2026-03-01T10:00:05.123456Z","logger":"etcd-client","caller":"v3@v3.5.12/retry_interceptor.go:62","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0xc0003fe000/127.0.0.1:2379","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = \\"transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused\\""}
Error: context deadline exceeded
`,
    },
    check: 'etcd-member-unhealthy',
    words: ['127.0.0.1:2379', 'connection refused', 'nothing listens there'],
  },
  'an upgrade over two versions': {
    files: {
      't.txt': `# kubeadm upgrade apply v1.31.0
[upgrade/version] FATAL: the --version argument is invalid due to these fatal errors:

	- Specified version to upgrade to "v1.31.0" is too high; kubeadm can upgrade only 1 minor version at a time

`,
    },
    check: 'kubeadm-version-skew',
    words: ['v1.31.0', 'too high'],
  },
  'conditions cut out of a namespace': {
    files: {
      't.txt': `$ kubectl get namespace ferry -o jsonpath='{.status.conditions}'
[${NAMESPACE_CONDITION}]
`,
    },
    check: 'namespace-terminating-stuck',
    words: ['ferry', 'tides.example/harbour in 2 resource instances'],
  },
  'words of a namespace': {
    files: {
      't.txt': `It hangs and says "Some content in the namespace has finalizers remaining: tides.example/harbour in 2 resource instances", what now?
`,
    },
    check: 'namespace-terminating-stuck',
    words: ['tides.example/harbour in 2 resource instances'],
  },
  'an alert whose summary is longer than its column': {
    files: {
      't.txt': `$ amtool alert query
Alertname                  Starts At                Summary              State
KubeControllerManagerDown  2026-03-01 08:00:00 UTC  Target disappeared from Prometheus.  active
`,
    },
    check: 'infrastructure-alert-firing',
    words: ['KubeControllerManagerDown', 'Target disappeared'],
  },
  'a zone without ready nodes': {
    files: {
      'kube-controller-manager.log':
        'I0301 10:00:00.123456       1 node_lifecycle_controller.go:1221] "Controller detected that zone is now in new state" logger="node-lifecycle-controller" zone="north:\\x00:north-1a" newState="FullDisruption"\n',
    },
    check: 'node-lifecycle-disruption-mode',
    words: ['FullDisruption'],
  },
};

describe('what is measured', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const { rootCauses, findings } = await paste(files);
    const first = findings.find(({ id }) => id === rootCauses[0]?.finding);
    expect(first?.check).toBe(check);
    for (const word of words) expect(`${first?.subject.name} ${first?.subject.node} ${first?.message}`).toContain(word);
  });
});

describe('silent', () => {
  const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'counters of a cluster that is well': {
      't.txt': `$ kubectl get --raw /metrics | grep -E "rejected_requests|apiserver_request_total|aggregator_unavailable_apiservice"
apiserver_flowcontrol_rejected_requests_total{flow_schema="ferry-bots",priority_level="harbour-low",reason="queue-full"} 12
apiserver_request_total{code="200",${REQUEST},verb="GET"} 9000
apiserver_request_total{code="504",${REQUEST},verb="GET"} 10
aggregator_unavailable_apiservice{name="v1.apps"} 0
`,
    },
    'a kubelet that is quick': {
      't.txt': `$ kubectl get --raw /api/v1/nodes/pier-4/proxy/metrics | grep -E "sli|relist|ttl"
${histogram('kubelet_pod_start_sli_duration_seconds', '', SECONDS, 1, 200)}${histogram('kubelet_pleg_relist_duration_seconds', '', [0.1, 1, 5, 10], 0.05, 900)}kubelet_certificate_manager_client_ttl_seconds 86000
`,
    },
    'a listing of everything that takes its time': {
      't.txt': `$ time kubectl get pods -A -o wide
NAMESPACE   NAME     READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES
ferry       quay-0   1/1     Running   0          12d   10.244.1.7   pier-4   <none>           <none>

real	0m11.812s
user	0m0.211s
sys	0m0.081s
`,
    },
  };
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity, state }) => severity !== 'info' && state === 'current')).toEqual([]);
  });
});
