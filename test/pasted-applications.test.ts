/** Logs of applications beside a table of pods, as people paste them. */
import { expect, test } from 'vitest';
import { paste } from './paste.ts';

const rootOf = async (files: Readonly<Record<string, string>>) => (await paste(files)).rootCauses[0];

test('a session in a file that is named for one of its commands', async () => {
  const root = await rootOf({
    'oc-logs.txt': `[dev@bastion ~]$ oc get pods
NAME                    READY     STATUS             RESTARTS   AGE
cart-db-6f7d8c9b5-x2k9q   0/1       CrashLoopBackOff   8          19m
[dev@bastion ~]$ oc logs -f cart-db-6f7d8c9b5-x2k9q
chmod: changing permissions of '/proc/self/fd/1': Permission denied
`,
  });
  expect(root).toMatchObject({ check: 'log-permission-denied', subject: { kind: 'Pod' } });
  expect(root?.subject.name).toBe('cart-db-6f7d8c9b5-x2k9q');
});

test('tasks of Ray that no kind of its nodes has room for', async () => {
  const root = await rootOf({
    'driver.log': `2026-03-01 10:00:11,310	INFO worker.py:1567 -- Connecting to existing Ray cluster at address: 192.0.2.7:6379...
(autoscaler +12s) Error: No available node types can fulfill resource request {'GPU': 2.0, 'CPU': 1.0}. Add suitable node types to this cluster to resolve this issue.
`,
  });
  expect(root).toMatchObject({ check: 'ray-resources-unavailable', layer: 1 });
  expect(root?.summary).toContain("{'GPU': 2.0");
});

test('a prompt that is an angle bracket', async () => {
  const root = await rootOf({
    'pods.txt': `NAME     READY   STATUS                  RESTARTS      AGE
db-0     0/1     Init:CrashLoopBackOff   7 (41s ago)   12m
`,
    'output.txt': `> kubectl logs db-0 -c prepare
preparing the directory
install: cannot change permissions of '/data/pg': No such file or directory
`,
  });
  expect(root?.check).toBe('crashloop-init-container');
  expect(root?.summary).toContain('Init container prepare fails');
  expect(root?.summary).toContain("cannot change permissions of '/data/pg'");
});

test('kubectl inside an init container, and what it does not find', async () => {
  const root = await rootOf({
    'session.txt': `$ kubectl get pods -n qa
NAME                   READY   STATUS                  RESTARTS        AGE
api-587bc87f4-8bqnx    0/1     Init:CrashLoopBackOff   30 (3m12s ago)  134m
$ kubectl logs -n qa api-587bc87f4-8bqnx -c wait-for-schema
Error from server (NotFound): jobs.batch "schema" not found
`,
  });
  expect(root?.summary).toContain('jobs.batch "schema" not found');
  const missed = await paste({
    'session.txt': `$ kubectl logs -n qa api-587bc87f4-8bqnx
Error from server (NotFound): pods "api-587bc87f4-8bqnx" not found
`,
  });
  expect(missed.rootCauses.filter(({ layer }) => layer === 1)).toEqual([]);
});

test('a table without namespaces, and the log of a pod that has one', async () => {
  const root = await rootOf({
    'get-pod.txt': `NAME                    READY   STATUS             RESTARTS         AGE
audit-6c7b8f5d6f-hz7mk   0/1     CrashLoopBackOff   16 (4m12s ago)   61m
`,
    'logs.txt': `$ kubectl -n audit logs audit-6c7b8f5d6f-hz7mk --previous
{"t":{"$date":"2026-03-01T11:03:21.899+00:00"},"s":"E","c":"WT","id":22435,"ctx":"initandlisten","msg":"WiredTiger error message","attr":{"error":0,"message":{"session_name":"connection","msg":"__wt_block_read_off:283:WiredTiger.wt: potential hardware corruption, read checksum error for 4096B block at offset 12288"}}}
{"t":{"$date":"2026-03-01T11:03:21.900+00:00"},"s":"F","c":"-","id":23090,"ctx":"initandlisten","msg":"\\n\\n***aborting after fassert() failure\\n\\n"}
`,
  });
  expect(root).toMatchObject({ check: 'db-pages-damaged', subject: { name: 'audit-6c7b8f5d6f-hz7mk' } });
  expect(root?.summary).toContain('read checksum error for 4096B block');
});

test('the log of a pod in a file with a shorter name', async () => {
  const root = await rootOf({
    'get-pods.txt': `NAME          READY   STATUS             RESTARTS   AGE
team-wiki-0   0/1     CrashLoopBackOff   9          23m
`,
    'wiki-0.log': `INFO:root:User is currently root. Will downgrade run user
su: System error
`,
  });
  expect(root?.subject.name).toBe('team-wiki-0');
  expect(root?.summary).toContain('su: System error');
});

test('a database that may not open its files says that no version fits them', async () => {
  const root = await rootOf({
    'mongodb.log': `2026-03-01T10:21:02.725+0000 E STORAGE  [initandlisten] WiredTiger error (1) [1542709262:725514][32:0x7f], connection: /data/db/WiredTiger.wt: handle-open: open: Operation not permitted
2026-03-01T10:21:02.749+0000 W STORAGE  [initandlisten] Failed to start up WiredTiger under any compatibility version.
2026-03-01T10:21:02.749+0000 F STORAGE  [initandlisten] Reason: 1: Operation not permitted
`,
  });
  expect(root?.check).toBe('log-permission-denied');
});

test('an operator that asks for what Kubernetes has removed', async () => {
  const root = await rootOf({
    'pods.txt': `NAME                       READY   STATUS             RESTARTS   AGE
cache-operator-7d4f8b9c6-x2k9q   0/1     CrashLoopBackOff   5          4m
`,
    'operator.log': `2026-03-01T08:52:39.603Z        INFO    setup   starting manager
2026-03-01T08:52:41.796Z        ERROR   setup   problem running manager {"error": "no matches for kind \\"PodDisruptionBudget\\" in version \\"policy/v1beta1\\""}
`,
  });
  expect(root).toMatchObject({ check: 'api-removed-in-use', subject: { kind: 'Pod' } });
});

test('a sandbox for which the memory limit is too small', async () => {
  const root = await rootOf({
    'describe.txt': `Name:           probe-2nmcd
Namespace:      net
Node:           n1/10.0.0.1
Status:         Pending
Containers:
  agent:
    Image:          agent:1
    State:          Waiting
      Reason:       ContainerCreating
    Ready:          False
    Restart Count:  0
    Limits:
      memory:  8Mi
Events:
  Type     Reason                  Age                    From          Message
  ----     ------                  ----                   ----          -------
  Warning  FailedCreatePodSandBox  2m53s (x100 over 7m)   kubelet, n1   Failed create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox container for pod "probe-2nmcd": Error response from daemon: OCI runtime create failed: container_linux.go:345: starting container process caused "process_linux.go:297: getting the final child's pid from pipe caused \\"read init-p: connection reset by peer\\"": unknown
`,
  });
  expect(root).toMatchObject({ check: 'crashloop-oomkilled', variant: 'at-start', layer: 1 });
  expect(root?.summary).toContain('8Mi');
});

test('Redis names the directive in the lines below its complaint', async () => {
  const root = await rootOf({
    'session.txt': `$ kubectl logs queue-node-2 sentinel
*** FATAL CONFIG FILE ERROR (Redis 6.2.6) ***
Reading the configuration file, at line 3
>>> 'sentinel monitor queue  2'
Unrecognized sentinel configuration statement.
`,
  });
  expect(root).toMatchObject({ check: 'log-config-invalid', subject: { name: 'queue-node-2' } });
  expect(root?.summary).toMatch(/>>> 'sentinel monitor queue {2}2', Unrecognized sentinel configuration statement/);
});

test('a text of no known form beside the only pod that fails', async () => {
  const files = {
    'pods.txt': `NAME                    READY   STATUS             RESTARTS      AGE
desk-6bb78f5d7d-ql4xb   0/1     CrashLoopBackOff   5 (63s ago)   6m
proxy-dldlglhnfm-pwswh  1/1     Running            0             6m
`,
    'error.txt': `Loading the settings
[E 10:11:39.372 Desk app:3382]
    Traceback (most recent call last):
      File "/app.py", line 145, in __init__
    desk.errors.SchemaError: column "owner" is missing
`,
  };
  const root = await rootOf(files);
  expect(root?.subject.name).toBe('desk-6bb78f5d7d-ql4xb');
  expect(root?.summary).toContain('desk.errors.SchemaError: column "owner" is missing');
  const prose = await rootOf({ ...files, 'error.txt': 'Here are my pods.\nAny idea?\n' });
  expect(prose?.summary).not.toContain('Any idea');
});

test('a Vault that nobody has initialized is not ready', async () => {
  const root = await rootOf({
    'describe.txt': `Name:         safe-0
Namespace:    ops
Status:       Running
Containers:
  vault:
    Image:          vault:1.17
    State:          Running
    Ready:          False
    Restart Count:  0
Events:
  Type     Reason            Age                   From               Message
  ----     ------            ----                  ----               -------
  Warning  Unhealthy         2m4s (x211 over 12m)  kubelet            Readiness probe failed: Key                Value
---                -----
Seal Type          shamir
Initialized        false
Sealed             true
Total Shares       0
`,
  });
  expect(root).toMatchObject({ check: 'readiness-probe-failing', variant: 'vault-sealed' });
  expect(root?.fix.join(' ')).toContain('operator init');
});

test('the log of a database that refuses somebody, alone', async () => {
  const root = await rootOf({
    'pg.log': `2026-03-01 03:06:42.772 GMT [1] LOG:  starting PostgreSQL 16.2 on x86_64-pc-linux-gnu
2026-03-01 03:07:35.743 GMT [160] FATAL:  password authentication failed for user "ledger"
2026-03-01 03:07:35.743 GMT [160] DETAIL:  Connection matched pg_hba.conf line 1: "host all all 0.0.0.0/0 md5"
`,
  });
  expect(root).toMatchObject({ check: 'log-db-access-denied' });
  expect(root?.summary).toContain('user ledger');
});

test('what a pod waited for before it succeeded is over', async () => {
  const result = await paste({
    'describe.txt': `Name:         calc-driver
Namespace:    etl
Status:       Succeeded
Containers:
  driver:
    Image:          calc:1
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
    Ready:          False
    Restart Count:  0
Events:
  Type     Reason       Age    From               Message
  ----     ------       ----   ----               -------
  Warning  FailedMount  3m10s  kubelet, w2        MountVolume.SetUp failed for volume "conf" : configmaps "calc-conf" not found
`,
  });
  expect(result.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test('a kubelet of old that cannot mount a ConfigMap', async () => {
  const root = await rootOf({
    'journal.txt': `May 24 16:07:17 n2 kubelet[2474]: E0524 16:07:17.915440    2474 kubelet.go:1796] Unable to mount volumes for pod "api-0_shop(3c2d0709-2204-11e6-843d-525400daa840)": configmaps "settings" not found; skipping pod
May 24 16:07:28 n2 kubelet[2474]: E0524 16:07:28.915440    2474 kubelet.go:1796] Unable to mount volumes for pod "api-0_shop(3c2d0709-2204-11e6-843d-525400daa840)": configmaps "settings" not found; skipping pod
`,
  });
  expect(root).toMatchObject({ check: 'config-ref-missing', subject: { kind: 'Pod', name: 'api-0' } });
});

test('a key that a volume wants names the volume', async () => {
  const root = await rootOf({
    'events.txt': `Events:
  Type     Reason       Age   From     Message
  ----     ------       ----  ----     -------
  Warning  FailedMount  7m    kubelet  MountVolume.SetUp failed for volume "scripts" : configmap references non-existent config key: start.sh
`,
  });
  expect(root?.summary).toContain('Key start.sh is not in the ConfigMap of volume scripts');
});

test('a description from which the node was cut', async () => {
  const root = await rootOf({
    'describe.txt': `Name:             plan-web-gmdljlfkgk-jvfzp
Namespace:        plan
Init Containers:
  wait-for-db:
    Image:         plan:14
    State:          Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Ready:          False
    Restart Count:  6
    Limits:
      memory:  200Mi
`,
  });
  expect(root).toMatchObject({ check: 'crashloop-oomkilled', subject: { name: 'plan-web-gmdljlfkgk-jvfzp' } });
  expect(root?.summary).toContain('200Mi');
});

test('a sidecar that keeps a Job from completing', async () => {
  const text = (proxy: string) => `Name:               backup-28391040-7hrx7
Namespace:          search
Node:               n1/10.1.0.4
Status:             Running
Controlled By:      Job/backup-28391040
Containers:
  backup:
    Image:          backup:3
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
    Ready:          False
    Restart Count:  0
  ${proxy}:
    Image:         proxy:1
    State:          Running
    Ready:          True
    Restart Count:  0
`;
  const root = await rootOf({ 'describe.txt': text('istio-proxy') });
  expect(root).toMatchObject({ check: 'job-stuck-active', variant: 'sidecar' });
  expect(root?.summary).toContain('istio-proxy still runs');
  // Whether it may still end nobody can tell.
  expect(await rootOf({ 'describe.txt': text('uploader') })).toBeUndefined();
});

test('a log with its command above it', async () => {
  const root = await rootOf({
    'pods.txt': `NAME                              READY   STATUS                  RESTARTS   AGE
book-scheduler-fdhmdmccdc-2b4pt   0/2     Init:CrashLoopBackOff   5          14m
book-web-fkhlfmcmdn-v8bzw         0/1     Init:CrashLoopBackOff   5          14m
`,
    'init.log': `kubectl logs -n book book-scheduler-fdhmdmccdc-2b4pt -c wait-for-schema
Traceback (most recent call last):
  File "<string>", line 32, in <module>
TimeoutError: The tables of the book are still not there after 60 seconds.
`,
  });
  expect(root?.summary).toMatch(/Init container wait-for-schema fails.*tables of the book/);
});

test('a proxy that reads the discovery document of an issuer is no API server', async () => {
  const result = await paste({
    'proxy.log': `1.5878367354726114e+09\tinfo\tattempting to retrieve configuration discovery url
1.587836735495971e+09\twarn\tfailed to get provider configuration from discovery\t{"error": "Get https://sso.example.org/.well-known/openid-configuration: x509: certificate signed by unknown authority"}
`,
  });
  expect(result.findings.map(({ check }) => check)).not.toContain('api-oidc-issuer-unreachable');
  expect(result.rootCauses[0]?.check).toBe('log-tls-failure');
});

test('lines with the container in front, as terminal programs show them', async () => {
  const root = await rootOf({
    'k9s.txt': `desk /opt/desk/bin/run.sh: line 13: 1: unbound variable
desk stream closed
`,
  });
  expect(root?.summary).toContain('run.sh: line 13: 1: unbound variable');
  const panic = await rootOf({
    'manager.txt': `manager {"level":"info","ts":"2026-03-01T10:00:17Z","msg":"Observed a panic in reconciler","controller":"desk"}
manager panic: runtime error: invalid memory address or nil pointer dereference
manager
manager goroutine 287 [running]:
manager desk.example/controllers.(*Reconciler).Reconcile.func1()
`,
  });
  expect(panic?.summary).toContain('nil pointer dereference');
  const table = await paste({
    'names.txt': `shop web-7d4f8b9c6-x2k9q
shop error-page-5c6d7f8b9-t4xwq
`,
  });
  expect(table.findings).toEqual([]);
});

test('a text of no known form that ends with a fatal error', async () => {
  const root = await rootOf({ 'out.txt': 'loading the plan\nError: the plan has no steps\n' });
  expect(root).toMatchObject({ check: 'log-stacktrace-other', severity: 'warning' });
  expect((await paste({ 'notes.txt': 'We changed the plan.\nIt failed and we cannot see why.\n' })).findings).toEqual(
    [],
  );
});

test('stores that may not use their volume', async () => {
  const root = await rootOf({
    'pool.log': `API: SYSTEM()
Unable to read 'format.json' from https://obj-0-1.obj.store.svc:9000/export: file access denied
Waiting for a minimum of 2 disks to come online (elapsed 14s)
`,
  });
  expect(root?.check).toBe('log-permission-denied');
});

test('a database that nobody has created', async () => {
  const root = await rootOf({
    'session.txt': `$ kubectl logs events-web-fkglhmjnd-cs8bx
In Connection.php line 829:
  SQLSTATE[HY000] [1049] Unknown database 'events' (Connection: mysql, SQL: select 1)
`,
  });
  expect(root).toMatchObject({ check: 'db-missing', subject: { name: 'events-web-fkglhmjnd-cs8bx' } });
});

test('how much memory a JVM asked for in vain', async () => {
  const root = await rootOf({
    'jvm.log': `# There is insufficient memory for the Java Runtime Environment to continue.
# Native memory allocation (mmap) failed to map 1973026816 bytes for committing reserved memory.
`,
  });
  expect(root?.summary).toContain('failed to map 1973026816 bytes');
});

test('a variable that a collector warns of before it fails', async () => {
  const root = await rootOf({
    'collector.log': `2026-03-01T00:45:34.106Z\twarn\tprovider.go:51\tConfiguration references unset environment variable\t{"name": "LOGS_TOKEN"}
2026/03/01 00:45:34 collector server run finished with error: invalid configuration: exporters::logs: token not specified
`,
  });
  expect(root?.summary).toContain('LOGS_TOKEN');
});

test('a release that Helm 2 was to name', async () => {
  const root = await rootOf({
    'helm.txt': `$ helm install ./shop --name blue
Error: release blue failed: Deployment.apps "blue-shop" is invalid: spec.template.spec.containers[0].env[1].valueFrom.configMapKeyRef.key: Required value
`,
  });
  expect(root?.subject.name).toBe('blue');
});

test('the job of k3s that installs an ingress controller is Helm, not the controller', async () => {
  const root = await rootOf({
    'job.txt': `$ kubectl logs -n kube-system --all-containers Job/helm-install-traefik
[main] 2024/03/01 13:46:24 Starting
Error: could not create /home/web/.cache: mkdir /home/web/.cache: permission denied
`,
  });
  expect(root).toMatchObject({ check: 'log-permission-denied', subject: { name: 'helm-install-traefik' } });
});

test('probes that failed while the pod started, which is ready now', async () => {
  const { findings } = await paste({
    'pods.txt': `$ kubectl get pods -n data
NAME      READY   STATUS    RESTARTS   AGE
store-0   3/3     Running   0          49m
`,
    'events.txt': `Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  49m                default-scheduler  Successfully assigned data/store-0 to w3
  Normal   Started    49m                kubelet            Started container database
  Warning  Unhealthy  49m (x4 over 49m)  kubelet            Readiness probe failed: HTTP probe failed with statuscode: 503
`,
  });
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test('a ConfigMap that came a second after the pod, and what the program then may not do', async () => {
  const root = await rootOf({
    'pods.txt': `NAME          READY   STATUS   RESTARTS   AGE
inks-driver   0/1     Error    0          68s
`,
    'events.txt': `LAST SEEN   TYPE      REASON        OBJECT            MESSAGE
68s         Normal    Scheduled     pod/inks-driver   Successfully assigned press/inks-driver to wk-1
67s         Warning   FailedMount   pod/inks-driver   MountVolume.SetUp failed for volume "conf" : configmap "inks-17f-conf-map" not found
65s         Normal    Created       pod/inks-driver   Created container driver
65s         Normal    Started       pod/inks-driver   Started container driver
`,
    'inks-driver.log': `26/03/01 10:00:47 INFO SparkContext: Submitted application: inks
26/03/01 10:00:51 ERROR SparkContext: Error initializing SparkContext.
KubernetesClientException: Failure executing: POST at: https://kubernetes.default.svc/api/v1/namespaces/press/pods. Message: Forbidden! pods is forbidden: User "system:serviceaccount:press:quill" cannot create resource "pods" in API group "" in the namespace "press".
`,
  });
  expect(root).toMatchObject({ check: 'log-rbac-forbidden' });
  expect(root?.summary).toContain('press/quill may not create pods');
});

test('workers whose SSH server does not take the key of the launcher', async () => {
  const root = await rootOf({
    'pods.txt': `NAME                   READY   STATUS    RESTARTS   AGE
press-launcher-x2x4z   0/1     Error     0          3m
press-worker-0         1/1     Running   0          3m
`,
    'launcher.log': 'quill@press-worker-0.press: Permission denied (publickey,password).\n',
    'press-worker-0.log': `Server listening on 0.0.0.0 port 2222.
Authentication refused: bad ownership or modes for directory /home/quill
`,
  });
  expect(root).toMatchObject({ check: 'app-sshd-refuses-keys', subject: { name: 'press-worker-0' } });
  expect(root?.summary).toContain('bad ownership or modes for directory /home/quill');
});

test('an init container that waited until what it asked for was there', async () => {
  const { findings } = await paste({
    'wait.log': `0 seconds elapsed: Waiting for the quill store.
[2026-03-01 10:00:07,118 E 9 9] client.h:179: Failed to connect to quill-store.press.svc.cluster.local:6390 within 5 seconds.
[2026-03-01 10:00:17,402 E 9 9] client.h:179: Failed to connect to quill-store.press.svc.cluster.local:6390 within 5 seconds.
The quill store is ready.
`,
    'pods.txt': `NAME           READY   STATUS    RESTARTS   AGE
quill-store    1/1     Running   0          3h
quill-worker   1/1     Running   0          3h
`,
  });
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test('a database that finds huge pages of the machine, of which its container has none', async () => {
  const root = await rootOf({
    'objects.yaml': `apiVersion: v1
kind: Node
metadata:
  name: wk-1
status:
  capacity: {cpu: '8', memory: 32Gi, hugepages-2Mi: 4Gi, pods: '110'}
  conditions:
    - {type: Ready, status: 'True', reason: KubeletReady}
---
apiVersion: v1
kind: Pod
metadata:
  name: ledger-db-0
  namespace: shop
spec:
  nodeName: wk-1
  containers:
    - name: db
      image: registry.example.test/db:1
      resources:
        limits: {memory: 1Gi}
status:
  phase: Running
  containerStatuses:
    - name: db
      ready: false
      restartCount: 6
      state: {waiting: {reason: CrashLoopBackOff}}
      lastState: {terminated: {exitCode: 135, reason: Error}}
`,
  });
  expect(root).toMatchObject({ check: 'exit-132-135-cpu-or-bus', variant: 'bus-error' });
  expect(root?.summary).toContain('node wk-1 has huge pages (hugepages-2Mi: 4Gi)');
});

test('an autoscaler of KEDA whose metrics another adapter serves', async () => {
  const root = await rootOf({
    'ticket.txt': `$ kubectl describe hpa keda-hpa-press -n ink
Name:                    keda-hpa-press
Namespace:               ink
Labels:                  scaledobject.keda.sh/name=press
Reference:               Deployment/press
Min replicas:            1
Max replicas:            9
Conditions:
  Type           Status  Reason                   Message
  ----           ------  ------                   -------
  ScalingActive  False   FailedGetExternalMetric  the HPA was unable to compute the replica count: unable to get external metric ink/s0-kafka/nil: the server could not find the metric s0-kafka for 
$ kubectl get apiservice
NAME                              SERVICE                  AVAILABLE   AGE
v1beta1.external.metrics.k8s.io   watch/quill-adapter      True        90d
`,
  });
  expect(root).toMatchObject({ check: 'hpa-metrics-unavailable', variant: 'other-adapter' });
  expect(root?.summary).toContain('external.metrics.k8s.io is served by Service watch/quill-adapter');
});
