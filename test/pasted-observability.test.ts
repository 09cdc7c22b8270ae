/** What people paste of stores and collectors of metrics, logs and traces, and of what moves data in bulk. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const crashing = (name: string): string => `NAME                       READY   STATUS             RESTARTS        AGE
${name}   0/1     CrashLoopBackOff   6 (2m10s ago)   14m
`;

const CASES: Readonly<Record<string, Pasted>> = {
  'a compactor that halted at blocks which overlap': {
    files: {
      'out.txt': `$ kubectl get pods -n keep
NAME               READY   STATUS    RESTARTS   AGE
keep-compactor-0   1/1     Running   0          20d
$ kubectl logs -n keep keep-compactor-0
ts=2026-03-01T10:00:01.02Z caller=compact.go:1451 level=info msg="start of GC"
ts=2026-03-01T10:00:09.35Z caller=compact.go:559 level=error msg="critical error detected; halting" err="compaction: group 0@417: pre compaction overlap check: overlaps found while gathering blocks. [mint: 10, maxt: 20, range: 10ms, blocks: 2]: <ulid: 01AAAA, mint: 1, maxt: 20, range: 19ms>, <ulid: 01BBBB, mint: 10, maxt: 20, range: 10ms>"
`,
    },
    check: 'thanos-compactor-halted',
    words: ['keep-compactor-0', 'overlaps found'],
  },
  'a compactor whose volume is full': {
    files: {
      'compactor.log': `ts=2026-03-01T10:00:01.02Z caller=compact.go:1451 level=info msg="start of GC"
ts=2026-03-01T10:00:09.35Z caller=compact.go:491 level=error msg="critical error detected; halting" err="compaction: group 0@417: compact blocks [/data/01AAAA /data/01BBBB]: write /data/01CCCC/index: no space left on device"
`,
    },
    check: 'log-no-space',
    words: ['no space left on device'],
  },
  'a sidecar without labels to tell its server by': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('gauge-thanos-sidecar-0')}$ kubectl logs gauge-thanos-sidecar-0
level=info ts=2026-03-01T10:00:01.02Z caller=sidecar.go:327 msg="starting sidecar"
level=error ts=2026-03-01T10:00:03.96Z caller=main.go:194 msg="running command failed" err="no external labels configured on Prometheus server, uniquely identifying external labels must be configured"
`,
    },
    check: 'thanos-external-labels-missing',
    words: ['gauge-thanos-sidecar-0', 'no external labels configured'],
  },
  'an operator that makes no Alertmanager of a configuration with a route to nobody': {
    files: {
      'out.txt': `$ kubectl get pods -n bell
NAME                             READY   STATUS    RESTARTS   AGE
bell-operator-5f7d8cbb6d-qx7c2   1/1     Running   0          37m
$ kubectl logs -n bell bell-operator-5f7d8cbb6d-qx7c2
ts=2026-03-01T10:00:13.55Z level=info caller=operator.go:515 msg="sync alertmanager" component=alertmanager-controller key=bell/bell-main
ts=2026-03-01T10:00:13.58Z level=error caller=resource_reconciler.go:680 msg="Unhandled Error" logger=UnhandledError err="sync \\"bell/bell-main\\" failed: provision alertmanager configuration: failed to initialize from secret: undefined receiver \\"ringer\\" used in route"
`,
    },
    check: 'monitoring-config-refused',
    words: ['undefined receiver', 'bell-operator'],
  },
  'a tenant with too many series': {
    files: {
      'prometheus.log': ['10', '40', '70']
        .map(
          (second) =>
            `ts=2026-03-01T10:00:${second === '70' ? '59' : second}.366Z caller=dedupe.go:112 component=remote level=error remote_name=a1 url=http://keep/api/v1/push msg="non-recoverable error" count=${second} err="server returned HTTP status 400 Bad Request: failed pushing to ingester keep-ingester-1: user=desk: per-user series limit of 120000 exceeded (err-mimir-max-series-per-user)."\n`,
        )
        .join(''),
    },
    check: 'telemetry-limit-reached',
    words: ['per-user series limit of 120000 exceeded'],
  },
  'a bookie that came back with another address': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('post-bookie-1')}$ kubectl logs post-bookie-1
04:04:26.014 [main] ERROR org.apache.bookkeeper.server.Main - Failed to build bookie server
org.apache.bookkeeper.bookie.BookieException$InvalidCookieException: Cookie [4
bookieHost: "192.0.2.61:3181"
journalDir: "data/journal"
] is not matching with [4
bookieHost: "192.0.2.77:3181"
journalDir: "data/journal"
]
	at org.apache.bookkeeper.bookie.Cookie.verifyInternal(Cookie.java:136)
`,
    },
    check: 'db-member-identity',
    words: ['post-bookie-1', 'InvalidCookieException'],
  },
  'a topic with one copy that keeps its broker from being restarted': {
    files: {
      'operator.log': `2026-03-01 10:00:26 INFO  KafkaRoller:247 - Reconciliation #4(timer) Kafka(mill/mill): Pod 0 needs to be restarted. Reason: Pod has old generation
2026-03-01 10:00:26 INFO  KafkaAvailability:109 - Reconciliation #4(timer) Kafka(mill/mill): flour/0 is already underreplicated (|ISR|=1, min.insync.replicas=2); broker 0 has a replica, so should not be restarted right now (it might be first to catch up).
2026-03-01 10:02:34 INFO  KafkaAvailability:109 - Reconciliation #4(timer) Kafka(mill/mill): flour/0 is already underreplicated (|ISR|=1, min.insync.replicas=2); broker 0 has a replica, so should not be restarted right now (it might be first to catch up).
2026-03-01 10:02:34 INFO  KafkaRoller:218 - Reconciliation #4(timer) Kafka(mill/mill): Could not roll pod 0, giving up after 10 attempts. Total delay between attempts 127750ms
`,
    },
    check: 'db-rolling-update-waits',
    words: ['flour/0', 'min.insync.replicas=2', 'giving up after 10 attempts'],
  },
  'an operator of Elasticsearch that waits for green': {
    files: {
      'out.txt': `$ kubectl get es -n press
NAME    HEALTH   NODES   VERSION   PHASE             AGE
press   yellow   3       8.17.1    ApplyingChanges   20d
$ kubectl logs -n elastic-system elastic-operator-0 --tail=1
{"log.level":"info","@timestamp":"2026-03-01T10:00:21.455Z","log.logger":"driver","message":"Cannot restart some nodes for upgrade at this time","namespace":"press","es_name":"press","failed_predicates":{"do_not_restart_healthy_node_if_not_green":["press-es-data-1","press-es-data-0"]}}
`,
    },
    check: 'db-rolling-update-waits',
    words: ['do_not_restart_healthy_node_if_not_green'],
  },
  'programs that wait for a migration which nobody runs': {
    files: {
      'out.txt': `$ kubectl get pods -n book
NAME                           READY   STATUS                  RESTARTS   AGE
book-web-fkhlfmcmdn-v8bzw      0/1     Init:CrashLoopBackOff   5          14m
$ kubectl logs -n book book-web-fkhlfmcmdn-v8bzw -c wait-for-airflow-migrations
    raise TimeoutError(
TimeoutError: There are still unapplied migrations after 60 seconds. Migration Head(s) in DB: set() | Migration Head(s) in Source Code: {'aa11'}
`,
    },
    check: 'db-schema-migration-failed',
    words: ['book-web-fkhlfmcmdn-v8bzw', 'still unapplied migrations'],
  },
  'a collector that lists below what it cannot decode': {
    files: {
      'out.txt': `$ kubectl get pods -n eye
${crashing('eye-collector-0')}$ kubectl logs -n eye eye-collector-0
Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):

error decoding 'exporters': unknown type: "paper" for id: "paper" (valid values: [debug otlp])
`,
    },
    check: 'log-config-invalid',
    words: ['eye-collector-0', 'unknown type: "paper"'],
  },
  'a field that a new release of the program does not know': {
    files: {
      'out.txt': `$ kubectl get pods -n eye
${crashing('scribe-write-0')}$ kubectl logs -n eye scribe-write-0
failed parsing config: /etc/scribe/config.yaml: yaml: unmarshal errors:
  line 40: field paper_store not found in type binder.Config
`,
    },
    check: 'log-config-invalid',
    words: ['scribe-write-0', 'field paper_store not found in type binder.Config'],
  },
  'executors that need more memory than they may have': {
    files: {
      'driver.log': `26/03/01 10:00:08 ERROR TaskSchedulerImpl: Lost executor 1 on 192.0.2.146:
The executor with id 1 exited with exit code 137.
The API gave the following brief reason: null
The API gave the following message: null
The API gave the following container statuses:

ContainerStatus(containerID=containerd://15aa, image=mill:3, name=executor, ready=false, restartCount=0, state=ContainerState(running=null, terminated=ContainerStateTerminated(containerID=containerd://15aa, exitCode=137, finishedAt=Time(time=2026-03-01T10:00:06Z), message=null, reason=OOMKilled, signal=null), waiting=null))
`,
    },
    check: 'spark-executor-lost',
    words: ['OOMKilled'],
  },
  'an agent that the certificate of a kubelet keeps out': {
    files: {
      'agent.log': `2026-03-01 10:00:27 UTC | CORE | ERROR | (kubeutil.go:38 in getConnections) | connection to kubelet failed: cannot connect to kubelet using any of the given hosts: [192.0.2.206], Errors: [Get https://192.0.2.206:10250/pods: x509: certificate has expired or is not yet valid]
2026-03-01 10:00:57 UTC | CORE | ERROR | (kubeutil.go:38 in getConnections) | connection to kubelet failed: cannot connect to kubelet using any of the given hosts: [192.0.2.206], Errors: [Get https://192.0.2.206:10250/pods: x509: certificate has expired or is not yet valid]
`,
    },
    check: 'apiserver-to-kubelet-failed',
    words: ['A program cannot reach the kubelet of 192.0.2.206', 'has expired'],
  },
  'a name below cluster.local in a cluster with another domain': {
    files: {
      'coredns.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: coredns
  namespace: kube-system
data:
  Corefile: |
    .:53 {
        errors
        kubernetes k8s.mill.example in-addr.arpa ip6.arpa {
            pods insecure
        }
        forward . 192.0.2.53
    }
`,
      'init.log': `125 seconds elapsed: Waiting for the head.
ERROR gcs_utils.py -- Failed to get node info: DNS resolution failed for grind-head-svc.mill.svc.cluster.local:6379: C-ares status is not ARES_SUCCESS qtype=A: Domain name not found
`,
    },
    check: 'dns-cluster-domain-mismatch',
    words: ['grind-head-svc.mill.svc.cluster.local', 'k8s.mill.example', 'not for cluster.local'],
  },
  'members whose policy leaves out the port between them': {
    files: {
      'policy.txt': `Name:         mill-kafka
Namespace:    mill
Created on:   2026-02-01 07:45:49 +0000 UTC
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     part=mill-kafka
  Allowing ingress traffic:
    To Port: 9092/TCP
    From: <any> (traffic not restricted by source)
  Not affecting egress traffic
  Policy Types: Ingress
`,
      'mill-kafka-0.log': `2026-03-01 10:00:10,786 WARN [Controller id=0, targetBrokerId=1] Connection to node 1 (mill-kafka-1.mill-kafka.mill.svc/10.1.2.31:9091) could not be established. Broker may not be available. (org.apache.kafka.clients.NetworkClient)
2026-03-01 10:00:41,102 WARN [Controller id=0, targetBrokerId=1] Connection to node 1 (mill-kafka-1.mill-kafka.mill.svc/10.1.2.31:9091) could not be established. Broker may not be available. (org.apache.kafka.clients.NetworkClient)
`,
      'pods.txt': `$ kubectl get pods -n mill -o wide --show-labels
NAME           READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES   LABELS
mill-kafka-0   1/1     Running   0          3d    10.1.3.12    n1     <none>           <none>            part=mill-kafka
mill-kafka-1   1/1     Running   0          3d    10.1.2.31    n2     <none>           <none>            part=mill-kafka
`,
    },
    check: 'netpol-blocks-flow',
    words: ['mill-kafka', '9091'],
  },
  'members of which each waits to be ready before the next may start': {
    files: {
      'pods.txt': `NAME           READY   STATUS    RESTARTS      AGE
post-nats-0    1/2     Running   2 (55s ago)   31m
`,
      'post-nats-0.log': `[7] 2026/03/01 10:00:01.533012 [ERR] Error trying to connect to route (attempt 1): lookup for host "post-nats-1.post-nats.post.svc": lookup post-nats-1.post-nats.post.svc on 10.96.0.10:53: no such host
[7] 2026/03/01 10:01:32.091167 [WRN] Healthcheck failed: "JetStream has not established contact with a meta leader"
[7] 2026/03/01 10:01:42.091802 [WRN] Healthcheck failed: "JetStream has not established contact with a meta leader"
[7] 2026/03/01 10:01:52.090077 [WRN] Healthcheck failed: "JetStream has not established contact with a meta leader"
`,
      'set.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: post-nats
  namespace: post
spec:
  podManagementPolicy: OrderedReady
  replicas: 3
  serviceName: post-nats
status:
  availableReplicas: 0
  currentReplicas: 1
  replicas: 1
`,
    },
    check: 'statefulset-peers-ordered',
    words: ['post-nats-0 waits for other members', '1 of 3', 'OrderedReady'],
  },
  'a hub that asks itself by its Service, and its own policy': {
    files: {
      'policy.txt': `Name:         desk
Namespace:    lab
Created on:   2026-02-01 07:45:49 +0000 UTC
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     part=desk
  Allowing ingress traffic:
    To Port: 9000/TCP
    From:
      PodSelector: may-ask=desk
  Not affecting egress traffic
  Policy Types: Ingress
`,
      'desk.log': `[I 2026-03-01 10:00:00.014 Desk app:3775] Starting the service usage at http://desk:9000
[W 2026-03-01 10:00:31.021 Desk utils:298] Server at http://desk:9000 failed to respond after 30.0s: Timeout while connecting
[C 2026-03-01 10:00:31.022 Desk app:3720] Cannot connect to managed service usage at http://desk:9000
`,
      'pods.txt': `$ kubectl get pods -n lab --show-labels
NAME                    READY   STATUS             RESTARTS        AGE   LABELS
desk-6d7b5f9c48-tqk5z   0/1     CrashLoopBackOff   9 (2m33s ago)   31m   part=desk,pod-template-hash=6d7b5f9c48
door-7b9c7bb6f4-2wz9r   1/1     Running            0               31m   part=door,may-ask=desk,pod-template-hash=7b9c7bb6f4
$ kubectl get svc -n lab
NAME   TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)    AGE
desk   ClusterIP   10.96.0.103   <none>        9000/TCP   31m
`,
    },
    check: 'netpol-blocks-flow',
    words: ['desk:9000'],
  },
};

const prometheus = (selector: string): string => `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: bell
  namespace: bell
spec:
  replicas: 1${selector}
status:
  availableReplicas: 1
  conditions:
  - status: "True"
    type: Available
`;
const monitor = (labels: string, port: string): string => `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: ringer
  namespace: shop
  labels:
    ${labels}
spec:
  selector:
    matchLabels:
      part: ringer
  endpoints:
  - port: ${port}
`;
const service = (part: string): string => `apiVersion: v1
kind: Service
metadata:
  name: ringer
  namespace: shop
  uid: 0d1e
  labels:
    part: ${part}
spec:
  selector:
    app: ringer
  ports:
  - name: metrics
    port: 9102
`;
const ALL = `
  serviceMonitorNamespaceSelector: {}
  serviceMonitorSelector:
    matchLabels:
      release: bell`;

describe('what is told of a ServiceMonitor', () => {
  const told = async (reader: string, own: string, target: string) =>
    (await paste({ 'prometheus.yaml': reader, 'monitor.yaml': own, 'service.yaml': target })).findings
      .filter(({ check }) => check === 'service-monitor-ignored')
      .map(({ variant, severity, message }) => [variant, severity, message]);

  it('that an agent reads, which is a Prometheus without storage', async () => {
    const agent = prometheus(ALL).replace('kind: Prometheus\n', 'kind: PrometheusAgent\n');
    const [[variant, , message] = []] = await told(agent, monitor('release: gong', 'metrics'), service('ringer'));
    expect([variant, message]).toEqual(['not-selected', expect.stringContaining('and PrometheusAgent bell reads')]);
    const both = `${prometheus(ALL.replace('release: bell', 'release: drum'))}---\n${agent}`;
    expect(await told(both, monitor('release: bell', 'metrics'), service('ringer'))).toEqual([]);
  });
  it('that no Prometheus reads', async () => {
    const [[variant, severity, message] = []] = await told(
      prometheus(ALL),
      monitor('release: gong', 'metrics'),
      service('ringer'),
    );
    expect([variant, severity]).toEqual(['not-selected', 'warning']);
    expect(message).toContain('its labels are release=gong, and Prometheus bell reads those with release=bell');
    const own = ALL.replace('\n  serviceMonitorNamespaceSelector: {}', '');
    expect((await told(prometheus(own), monitor('release: bell', 'metrics'), service('ringer')))[0]?.[2]).toContain(
      'in namespace bell',
    );
    expect((await told(prometheus(''), monitor('release: bell', 'metrics'), service('ringer')))[0]?.[2]).toContain(
      'without a serviceMonitorSelector',
    );
  });

  it('only when none of several reads it, whether or not they are well', async () => {
    const items = [prometheus(ALL), prometheus('').replaceAll('bell', 'gong').replace('"True"', '"False"')]
      .map((text) => text.trimEnd().replaceAll('\n', '\n  ').replace(/^/, '- '))
      .join('\n');
    const list = `apiVersion: v1\nitems:\n${items}\nkind: List\n`;
    expect(await told(list, monitor('release: bell', 'metrics'), service('ringer'))).toEqual([]);
  });

  it('as information where there are many, since nobody picked one out', async () => {
    const one = monitor('release: gong', 'metrics');
    const several = ['ringer', 'gong', 'drum', 'horn'].map((name) => one.replace('name: ringer', `name: ${name}`));
    const severities = async (own: string) =>
      (await told(prometheus(ALL), own, service('ringer'))).map(([, severity]) => severity);
    expect(await severities(several.slice(1).join('---\n'))).toEqual(['warning', 'warning', 'warning']);
    expect(await severities(several.join('---\n'))).toEqual(['info', 'info', 'info', 'info']);
  });

  it('that finds no Service, or no port of it', async () => {
    const fits = monitor('release: bell', 'metrics');
    expect((await told(prometheus(ALL), fits, service('gong')))[0]?.[0]).toBe('no-service');
    const [[variant, , message] = []] = await told(
      prometheus(ALL),
      monitor('release: bell', 'http'),
      service('ringer'),
    );
    expect(variant).toBe('no-port');
    expect(message).toContain('ringer has metrics');
    expect(await told(prometheus(ALL), fits, service('ringer'))).toEqual([]);
  });
});

describe('what is told first of', () => {
  for (const [name, { files, check, words }] of Object.entries(CASES))
    it(name, async () => {
      const [root] = (await paste(files)).rootCauses;
      expect(root?.check).toBe(check);
      for (const word of words) expect(JSON.stringify(root)).toContain(JSON.stringify(word).slice(1, -1));
    });
});

describe('what is over or harmless', () => {
  const severities = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    (await paste(files)).findings.map(({ severity }) => severity).filter((severity) => severity !== 'info');

  it('a member of NATS that has caught up', async () => {
    const waits = [10, 20, 30]
      .map(
        (second) =>
          `[7] 2026/03/01 10:00:${second}.091167 [WRN] Healthcheck failed: "JetStream has not established contact with a meta leader"\n`,
      )
      .join('');
    const pods = (ready: string): string => `NAME         READY   STATUS    RESTARTS   AGE
post-nats-0  ${ready}     Running   0          42m
`;
    const up = '[7] 2026/03/01 10:00:41.224410 [INF] JetStream cluster new metadata leader: post-nats-1/post\n';
    expect(await severities({ 'post-nats-0.log': `${waits}${up}`, 'pods.txt': pods('2/2') })).toEqual([]);
    expect(await severities({ 'post-nats-0.log': waits, 'pods.txt': pods('1/2') })).not.toEqual([]);
  });

  it('a sidecar that asked before its neighbour was up', async () => {
    const retry = `{"time": "2026-03-01T10:00:22.133400+00:00", "level": "WARNING", "msg": "Retrying (Retry(total=4, connect=9)) after connection broken by 'NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f58>: Failed to establish a new connection: [Errno 111] Connection refused')': /api/reload"}\n`;
    const done =
      '{"time": "2026-03-01T10:00:37.612208+00:00", "level": "INFO", "msg": "POST request sent to http://localhost:3000/api/reload. Response: 200 OK {}"}\n';
    const pods = (ready: string): string => `NAME                        READY   STATUS    RESTARTS   AGE
view-7bb6c7d5c9-5kq8n       ${ready}     Running   0          5h11m
`;
    expect(await severities({ 'sc-boards.log': `${retry}${done}`, 'pods.txt': pods('3/3') })).toEqual([]);
    expect(await severities({ 'sc-boards.log': retry, 'pods.txt': pods('2/3') })).not.toEqual([]);
  });

  it('a hook that looks for a file which the agent has not written yet', async () => {
    const hook =
      '2026-03-01T10:00:33.918Z\tERROR\tversionhook/main.go:41\tError getting the status: open /status/status.json: no such file or directory\n';
    const up =
      '{"t":{"$date":"2026-03-01T10:00:42.733+00:00"},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}\n';
    const pods = 'NAME        READY   STATUS    RESTARTS   AGE\nquill-0     2/2     Running   0          47h\n';
    expect(await severities({ 'mongod.txt': `${hook}${up}`, 'pods.txt': pods })).toEqual([]);
    expect(await severities({ 'mongod.txt': hook, 'pods.txt': pods.replace('2/2', '1/2') })).not.toEqual([]);
  });
});
