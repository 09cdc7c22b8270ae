/** What developers paste of their own workloads: what the spec says beside what the log or the event says. */
import { expect, test } from 'vitest';
import { paste } from './paste.ts';

const rootOf = async (files: Readonly<Record<string, string>>) => (await paste(files)).rootCauses[0];

const looping = (name: string): string => `NAME   READY   STATUS   RESTARTS   AGE
${name}   0/1   CrashLoopBackOff   6 (40s ago)   9m
`;

const deployment = (name: string, container: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: press
spec:
  replicas: 1
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
      - name: ${name}
        image: registry.example.com/${name}:3
${container}`;

test('a port that is no number, beside a Service of the name of the program', async () => {
  const files = {
    'pods.txt': looping('printer-6d8f7c9b54-x2k9q'),
    'log.txt': `/srv/node_modules/settings/main.js:40
          throw new Error(text)

Error: listen: ports must be within range 1 - 65535
    at Object.check (/srv/node_modules/settings/main.js:40:11)
`,
  };
  const service = `---
apiVersion: v1
kind: Service
metadata:
  name: printer
  namespace: press
spec:
  selector: {app: printer}
  ports:
  - port: 7000
`;
  const root = await rootOf({ ...files, 'app.yaml': `${deployment('printer', '')}${service}` });
  expect(root).toMatchObject({ check: 'log-config-invalid', variant: 'service-link' });
  expect(root?.summary).toContain('PRINTER_PORT=tcp://');
  const set = await rootOf({
    ...files,
    'app.yaml': `${deployment('printer', '        env:\n        - {name: PRINTER_PORT, value: "x"}\n')}${service}`,
  });
  expect(set).toMatchObject({ check: 'log-config-invalid' });
  expect(set?.variant).toBeUndefined();
});

test('an address with the variable of a Service in it', async () => {
  const root = await rootOf({
    'pods.txt': looping('news-6d8f7c9b54-x2k9q'),
    'log.txt': 'listen tcp: address tcp://192.0.2.7:119: too many colons in address\n',
  });
  expect(root).toMatchObject({ check: 'log-config-invalid', variant: 'service-link' });
});

test('a port below 1024 for a user that is not root', async () => {
  const root = await rootOf({
    'describe.txt': `Name:         till-0
Namespace:    press
Node:         n1/192.0.2.4
Status:       Running
Containers:
  till:
    Image:          registry.example.com/till:2
    Port:           443/TCP
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    134
    Ready:          False
    Restart Count:  4
    Mounts:
      /config from config (rw)
`,
    'till.log': `Unable to start Kestrel.
System.Net.Sockets.SocketException (13): Permission denied
   at System.Net.Sockets.Socket.DoBind(EndPoint endPointSnapshot, SocketAddress socketAddress)
`,
  });
  expect(root).toMatchObject({ check: 'log-permission-denied', variant: 'bind' });
  expect(root?.summary).toContain('port 443 is below 1024');
  expect(root?.summary).not.toContain('/config');
});

test('a ConfigMap that lies over the program', async () => {
  const files = {
    'log.txt': `  * You intended to execute a .NET application:
      The application 'Press.Api.dll' does not exist.
`,
    'pods.txt': looping('api-6d8f7c9b54-x2k9q'),
  };
  const mounts = `        volumeMounts:
        - {name: settings, mountPath: /app}
      volumes:
      - name: settings
        configMap: {name: api-settings}
`;
  const root = await rootOf({ ...files, 'app.yaml': deployment('api', mounts) });
  expect(root).toMatchObject({ check: 'log-config-missing' });
  expect(root?.summary).toContain('volume settings (ConfigMap api-settings) is mounted over /app');
  const beside = await rootOf({ ...files, 'app.yaml': deployment('api', mounts.replace('/app', '/etc/press')) });
  expect(beside?.summary).toContain('its own program');
  expect(beside?.summary).not.toContain('mounted over');
});

test('an exit code above 128 that no signal has', async () => {
  const root = await rootOf({
    'describe.txt': `    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    150
    Ready:          False
    Restart Count:  7
`,
  });
  expect(root?.check).toBe('crashloop-app-error');
  expect(root?.summary).toContain('exit code 150');
});

test('an optional ConfigMap that is not there, mounted as a file', async () => {
  const root = await rootOf({
    'pods.txt': looping('relay-6d8f7c9b54-x2k9q'),
    'log.txt': 'FATAL cannot load configuration: read /etc/relay/site.properties: is a directory\n',
    'app.yaml': deployment(
      'relay',
      `        volumeMounts:
        - {name: site, mountPath: /etc/relay/site.properties, subPath: site.properties}
      volumes:
      - name: site
        configMap: {name: relay-site, optional: true}
`,
    ),
  });
  expect(root?.summary).toContain('by subPath from volume site (ConfigMap relay-site), which is optional');
});

test('a heap that the memory limit cannot hold', async () => {
  const pod = (heap: string): string => `apiVersion: v1
kind: Pod
metadata: {name: mill-0, namespace: press}
spec:
  containers:
  - name: mill
    image: registry.example.com/mill:1
    env:
    - {name: JAVA_OPTS, value: "${heap} -XX:+UseG1GC"}
    resources:
      limits: {memory: 2Gi}
status:
  phase: Running
  containerStatuses:
  - name: mill
    image: registry.example.com/mill:1
    ready: true
    restartCount: 5
    state: {running: {startedAt: "2026-03-01T10:00:00Z"}}
    lastState: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: "2026-03-01T09:59:58Z"}}
`;
  const root = await rootOf({ 'pod.yaml': pod('-Xmx2g') });
  expect(root).toMatchObject({ check: 'crashloop-oomkilled' });
  expect(root?.summary).toContain('(-Xmx2g)');
  expect((await rootOf({ 'pod.yaml': pod('-Xmx1g') }))?.summary).not.toContain('Xmx');
});

test('probes that the program answers with 400 because it does not know their host name', async () => {
  const files = {
    'events.txt': `LAST SEEN   TYPE      REASON      OBJECT                     MESSAGE
9m          Normal    Killing     pod/desk-6d8f7c9b54-x2k9q   Container desk failed liveness probe, will be restarted
1m          Warning   Unhealthy   pod/desk-6d8f7c9b54-x2k9q   Liveness probe failed: HTTP probe failed with statuscode: 400
30s         Warning   BackOff     pod/desk-6d8f7c9b54-x2k9q   Back-off restarting failed container desk in pod desk-6d8f7c9b54-x2k9q_press(0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0)
`,
  };
  const log =
    "[ERROR] [django.security.DisallowedHost] Invalid HTTP_HOST header: '10.9.8.7:8000'. You may need to add '10.9.8.7' to ALLOWED_HOSTS.\n";
  const root = await rootOf({ ...files, 'desk.log': log });
  expect(root).toMatchObject({ check: 'liveness-probe-killing' });
  expect(root?.summary).toContain('ALLOWED_HOSTS');
  expect(root?.fix.join(' ')).toContain('httpHeaders');
  const other = await rootOf({ ...files, 'desk.log': log.replaceAll('10.9.8.7', '203.0.113.9') });
  expect(other?.summary).not.toContain('ALLOWED_HOSTS');
});

test('an image for Linux on a Windows node', async () => {
  const root = await rootOf({
    'nodes.txt': `NAME   STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE                         KERNEL-VERSION    CONTAINER-RUNTIME
lin1   Ready    <none>   9d    v1.31.8   192.0.2.1     <none>        Ubuntu 24.04.1 LTS               6.8.0-1021        containerd://1.7.27
win1   Ready    <none>   9d    v1.31.8   192.0.2.2     <none>        Windows Server 2022 Datacenter   10.0.20348.3807   containerd://1.7.20
`,
    'describe.txt': `Name:         hook-x2k9q
Namespace:    press
Node:         win1/192.0.2.2
Status:       Pending
Containers:
  hook:
    Image:          registry.example.com/hook:2
    State:          Waiting
      Reason:       ImagePullBackOff
    Ready:          False
    Restart Count:  0
Events:
  Type     Reason     Age                From     Message
  ----     ------     ----               ----     -------
  Warning  Failed     10s (x3 over 50s)  kubelet  Failed to pull image "registry.example.com/hook:2": rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/hook:2": no match for platform in manifest: not found
`,
  });
  expect(root).toMatchObject({ check: 'image-pull-wrong-platform', variant: 'windows' });
  expect(root?.summary).toContain('win1, which runs Windows');
});

test('claims of a class that makes no volumes', async () => {
  const root = await rootOf({
    'session.txt': `$ kubectl get pvc
NAME           STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE
data-ink-0     Pending                                      by-hand        21m
$ kubectl get storageclass by-hand -o yaml
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: by-hand
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
$ kubectl describe pod ink-0 | tail -3
  Type     Reason            Age                  From               Message
  ----     ------            ----                 ----               -------
  Warning  FailedScheduling  92s (x18 over 21m)   default-scheduler  0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.
`,
  });
  expect(root).toMatchObject({ check: 'sched-volume-binding-no-pv' });
  expect(root?.summary).toContain('claim data-ink-0 is of class by-hand');
});

test('a quota that asks for what the template leaves open, where nothing else says why there are no pods', async () => {
  const text = (resources: string): string => `$ kubectl describe deploy ink
Name:                   ink
Namespace:              press
CreationTimestamp:      Sun, 01 Mar 2026 10:00:00 +0000
Labels:                 app=ink
Selector:               app=ink
Replicas:               2 desired | 0 updated | 0 total | 0 available | 2 unavailable
Pod Template:
  Labels:  app=ink
  Containers:
   ink:
    Image:        registry.example.com/ink:1
    Port:         <none>
${resources}    Environment:  <none>
    Mounts:       <none>
  Volumes:        <none>
Conditions:
  Type             Status  Reason
  ----             ------  ------
  Progressing      True    NewReplicaSetCreated
  Available        False   MinimumReplicasUnavailable
  ReplicaFailure   True    FailedCreate
OldReplicaSets:    <none>
NewReplicaSet:     ink-6bfb4bc65d (0/2 replicas created)
$ kubectl describe quota -n press
Name:            cap
Namespace:       press
Resource         Used   Hard
--------         ----   ----
limits.memory    1Gi    4Gi
`;
  const root = await rootOf({ 'session.txt': text('') });
  expect(root).toMatchObject({ check: 'quota-exceeded', variant: 'unspecified' });
  expect(root?.summary).toContain('Quota cap counts limits.memory');
  const said = await rootOf({ 'session.txt': text('    Limits:\n      memory:  64Mi\n') });
  expect(said?.check).not.toBe('quota-exceeded');
});

test('Helm that waits for a load balancer', async () => {
  const root = await rootOf({
    'session.txt': `$ kubectl get pod,svc -n ink
NAME                       READY   STATUS    RESTARTS   AGE
pod/shop-6d8f7c9b54-x2k9q  1/1     Running   0          13m

NAME           TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
service/shop   LoadBalancer   192.0.2.40   <pending>     80:31829/TCP   13m
$ kubectl logs -n flux-system deploy/helm-controller --tail=1
{"level":"error","ts":"2026-03-01T10:00:00.000Z","msg":"Helm install failed for release ink/shop with chart shop@1.0.0: context deadline exceeded"}
`,
  });
  expect(root).toMatchObject({ check: 'svc-lb-pending', layer: 3 });
});

test('an upgrade that failed before one that did not', async () => {
  const events = (last: string): string => `$ kubectl describe helmrelease shop -n ink | sed -n '/Events/,$p'
Events:
  Type     Reason            Age   From             Message
  ----     ------            ----  ----             -------
  Warning  UpgradeFailed     52m   helm-controller  Helm upgrade failed for release ink/shop with chart shop@1.0.1: context deadline exceeded
${last}`;
  const done =
    '  Normal   UpgradeSucceeded  12m   helm-controller  Helm upgrade succeeded for release ink/shop.v3 with chart shop@1.0.2\n';
  expect((await paste({ 'hr.txt': events(done) })).findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect((await rootOf({ 'hr.txt': events('') }))?.check).toBe('helm-wait-timed-out');
});

test('a pod of a StatefulSet that keeps the image of before the correction', async () => {
  const text = (image: string): string => `$ kubectl get po
NAME      READY   STATUS             RESTARTS   AGE
ink-0     1/1     Running            0          26m
ink-1     0/1     ImagePullBackOff   0          24m
$ kubectl get sts ink -o yaml
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ink, namespace: default}
spec:
  replicas: 2
  serviceName: ink
  selector:
    matchLabels: {app: ink}
  template:
    metadata:
      labels: {app: ink}
    spec:
      containers:
      - {name: ink, image: "${image}"}
status: {replicas: 2, readyReplicas: 1, availableReplicas: 1}
$ kubectl describe po ink-1 | tail -1
  Warning  Failed     22m (x4 over 24m)    kubelet            Failed to pull image "press/ink:4x": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/press/ink:4x": docker.io/press/ink:4x: not found
`;
  const root = await rootOf({ 'session.txt': text('press/ink:5') });
  expect(root).toMatchObject({ check: 'statefulset-pod-outdated', subject: { name: 'ink-1' } });
  expect((await rootOf({ 'session.txt': text('press/ink:4x') }))?.check).toBe('image-pull-not-found');
});

test('a row of events that a sentence quotes', async () => {
  const root = await rootOf({
    'mail.txt': `My pod does not start. I ran kubectl describe pod ink-7f6fddb7df-q229r and it says
" Warning  FailedScheduling  61s (x2 over 6m23s)  default-scheduler  0/1 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }."
What can I do?
`,
  });
  expect(root).toMatchObject({ check: 'sched-taint-untolerated', layer: 2 });
  expect(root?.subject.name).toBe('ink-7f6fddb7df-q229r');
});

test('a pod that nothing names, beside the one workload that lacks pods', async () => {
  const root = await rootOf({
    'session.txt': `$ kubectl get deploy ink
NAME   READY   UP-TO-DATE   AVAILABLE   AGE
ink    0/1     1            0           4m
$ kubectl describe pod -l app=ink | tail -1
  Warning  Unhealthy  4s (x16 over 1m)  kubelet  Readiness probe failed: OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown
`,
  });
  expect(root).toMatchObject({ check: 'readiness-probe-failing', variant: 'exec' });
});

test('the name of a database that ends with a newline', async () => {
  const root = await rootOf({
    'pods.txt': looping('ink-6d8f7c9b54-x2k9q'),
    'log.txt': 'Error: connection to server at "db" failed: FATAL:  database "ledger\\n" does not exist\n',
  });
  expect(root).toMatchObject({ check: 'app-value-newline' });
});

test('a liveness probe whose message goes on below its row, and the restarts of a row without names', async () => {
  const { rootCauses } = await paste({
    'events.txt': `LAST SEEN   FIRST SEEN   COUNT     NAME                                    KIND      SUBOBJECT                TYPE      REASON      SOURCE            MESSAGE
2m          9m           18        press-6776bf7b4c-h7q8m.15267a8f8d3b0c11   Pod       spec.containers{press}   Warning   Unhealthy   kubelet, wk-1     Liveness probe failed:   % Total    % Received % Xferd  Average Speed
                                 Dload  Upload   Total
  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0curl: (7) Failed connect to localhost:80; Connection refused
`,
    'pods.txt': `NAME                      READY     STATUS    RESTARTS   AGE
press-6776bf7b4c-h7q8m    1/2       Running   7          9m
`,
  });
  expect(rootCauses.map(({ check }) => check)).toEqual(['liveness-probe-killing']);
  expect(rootCauses[0]?.summary).toContain('container press (7 restarts in all): curl: (7) Failed connect');
});

/** An autoscaler of KEDA, with what its condition says and a failure that its events tell. */
const autoscaler = (condition: string, api: string): string => `Name:                                       keda-hpa-ink
Namespace:                                  press
CreationTimestamp:                          Sun, 01 Mar 2026 10:00:00 +0000
Reference:                                  Deployment/ink
Metrics:                                    ( current / target )
  "s0-prometheus" (target average value):   3 / 10
Min replicas:                               1
Max replicas:                               4
Deployment pods:                            1 current / 1 desired
Conditions:
  Type            Status  Reason              Message
  ----            ------  ------              -------
  AbleToScale     True    ReadyForNewScale    recommended size matches current size
  ScalingActive   ${condition}
Events:
  Type     Reason                   Age                  From                       Message
  ----     ------                   ----                 ----                       -------
  Warning  FailedGetExternalMetric  52m (x9 over 145m)   horizontal-pod-autoscaler  unable to get external metric press/s0-prometheus/nil: unable to fetch metrics from external metrics API: the server is currently unable to handle the request (get ${api}.metrics.k8s.io)
`;
const SEES = 'True    ValidMetricFound    the HPA was able to successfully calculate a replica count';
const BLIND =
  'False   FailedGetExternalMetric   the HPA was unable to compute the replica count: unable to get external metric press/s0-prometheus/nil: unable to fetch metrics from external metrics API: the server is currently unable to handle the request (get s0-prometheus.external.metrics.k8s.io)';

test('an autoscaler that has its metric again', async () => {
  for (const api of ['s0-prometheus.external', 'pods'])
    expect(await rootOf({ 'hpa.txt': autoscaler(SEES, api) })).toBeUndefined();
});

test('an external metric is not served by metrics-server', async () => {
  const { rootCauses, findings } = await paste({ 'hpa.txt': autoscaler(BLIND, 's0-prometheus.external') });
  expect(rootCauses[0]).toMatchObject({ check: 'hpa-metrics-unavailable', variant: 'adapter' });
  expect(findings.map(({ check }) => check)).not.toContain('metrics-server-broken');
});

test('a VPA whose target does not exist', async () => {
  const root = await rootOf({
    'vpa.txt': `Name:         ink-sizes
Namespace:    press
API Version:  autoscaling.k8s.io/v1
Kind:         VerticalPodAutoscaler
Metadata:
  Generation:  1
Spec:
  Target Ref:
    API Version:  store.example.com/v1
    Kind:         Inkwell
    Name:         ink-9
Status:
  Conditions:
    Last Transition Time:  2026-03-01T10:00:00Z
    Message:               Cannot read targetRef. Reason: Unhandled targetRef store.example.com/v1 / Inkwell / ink-9, last error inkwells.store.example.com "ink-9" not found
    Status:                True
    Type:                  ConfigUnsupported
    Last Transition Time:  2026-03-01T10:00:20Z
    Message:               No pods match this VPA object
    Reason:                NoPodsMatched
    Status:                False
    Type:                  RecommendationProvided
`,
  });
  expect(root).toMatchObject({ check: 'custom-resource-not-ready', subject: { name: 'ink-sizes' } });
  expect(root?.summary).toContain('ink-9');
});

test('a postStart hook that is killed, of a pod that only events tell of', async () => {
  const row = (kind: string, reason: string, text: string): string =>
    `2m    ${kind}   ${reason}   pod/ink-6d8f7c9b54-x2k9q   ${text}\n`;
  const hook = (name: string): string =>
    row(
      'Warning',
      `Failed${name}Hook`,
      `Exec lifecycle hook ([/bin/sh -c warm]) for Container "ink" in Pod "ink-6d8f7c9b54-x2k9q_press(1)" failed - error: command '/bin/sh -c warm' exited with 137: , message: ""`,
    );
  const events = (name: string): string =>
    `LAST SEEN   TYPE   REASON   OBJECT   MESSAGE\n${row('Normal', 'Started', 'Started container ink')}${hook(name)}`;
  expect(await rootOf({ 'events.txt': events('PostStart') })).toMatchObject({
    check: 'lifecycle-hook-failed',
    variant: 'post-start',
  });
  // The grace period of a pod that is deleted ends its preStop hook.
  expect(await rootOf({ 'events.txt': events('PreStop') })).toBeUndefined();
});

test('a pod that the first seconds of a cluster refused', async () => {
  const first = `$ kubectl apply -f ink.yaml
service/ink created
Error from server (Forbidden): error when creating "ink.yaml": pods "ink" is forbidden: error looking up service account default/default: serviceaccount "default" not found
`;
  const again = (pod: string): string => `$ kubectl apply -f ${pod}.yaml\npod/${pod} created\n`;
  const loud = async (text: string): Promise<boolean> => (await rootOf({ 'ticket.txt': text })) !== undefined;
  expect(await loud(first)).toBe(true);
  expect(await loud(`${first}${again('ink')}`)).toBe(false);
  expect(await loud(`${first}${again('paper')}`)).toBe(true);
});

test.each([
  ['error looking up service account press/clerk: serviceaccount "clerk" not found', 'serviceaccount-missing'],
  ['no PriorityClass with name urgent was found', 'pod-forbidden'],
  ['pod rejected: RuntimeClass "vault" not found', 'pod-forbidden'],
  ['exceeded quota: desk, requested: pods=1, used: pods=3, limited: pods=3', 'quota-exceeded'],
])('a pod that a person may not create: %s', async (why, check) => {
  const root = await rootOf({
    'ticket.txt': `$ kubectl apply -f ink.yaml -n press
Error from server (Forbidden): error when creating "ink.yaml": pods "ink" is forbidden: ${why}
`,
  });
  expect(root).toMatchObject({ check });
});
