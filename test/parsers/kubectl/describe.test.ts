import { describe, expect, it } from 'vitest';
import { kubectlDescribe } from '../../../src/parsers/kubectl/describe.ts';
import { run } from './run.ts';

const first = (kind: string, text: string, command?: string) => run(kubectlDescribe, text, command).of(kind)[0];

const POD = `
Name:                 web-7f6c-x2k4p
Namespace:            shop
Priority:             1000
Priority Class Name:  high
Service Account:      web
Node:                 node-1/10.0.0.1
Start Time:           Fri, 28 Nov 2025 16:03:58 +0800
Labels:               app=web
                      pod-template-hash=7f6c
Annotations:          example.org/note: a: b
Status:               Running
IP:                   10.1.0.7
IPs:
  IP:           10.1.0.7
Controlled By:  ReplicaSet/web-7f6c
Init Containers:
  setup:
    Container ID:  containerd://aa
    Image:         busybox:1.36
    Port:          <none>
    Host Port:     <none>
    Command:
      sh
      -c
      echo: done
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
      Started:      Fri, 28 Nov 2025 16:04:00 +0800
      Finished:     Fri, 28 Nov 2025 16:04:01 +0800
    Ready:          True
    Restart Count:  0
    Environment:    <none>
    Mounts:         <none>
Containers:
  app:
    Container ID:  containerd://bb
    Image:         registry.example.org/web:1
    Image ID:      registry.example.org/web@sha256:00
    Ports:         8080/TCP (http), 9090/TCP
    Host Ports:    0/TCP (http), 9090/TCP
    Args:
      --verbose
    State:          Waiting
      Reason:       CrashLoopBackOff
      Message:      back-off 40s restarting failed container
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Started:      Fri, 28 Nov 2025 16:05:00 +0800
      Finished:     Fri, 28 Nov 2025 16:05:10 +0800
    Ready:          False
    Restart Count:  5
    Limits:
      cpu:     500m
      memory:  128Mi
    Requests:
      cpu:      100m
      memory:   64Mi
    Liveness:   http-get http://:http/healthz%3Fx=1 delay=5s timeout=1s period=10s #success=1 #failure=3
    Readiness:  tcp-socket :8080 delay=0s timeout=2s period=10s #success=1 #failure=3
    Startup:    exec [cat /tmp/ready] delay=0s timeout=1s period=5s #success=1 #failure=30
    Environment Variables from:
      web-config  ConfigMap  Optional: false
      web-secret  Secret with prefix 'X_'  Optional: true
    Environment:
      PORT:      8080
      URL:       http://db:5432/x
      PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false
      MODE:      <set to the key 'mode' of config map 'web-config'>  Optional: true
      POD_IP:     (v1:status.podIP)
    Mounts:
      /data from data (rw,path="sub")
      /etc/web from config (ro)
Conditions:
  Type              Status
  Initialized       True
  Ready             False
  ContainersReady   False
  PodScheduled      True
Volumes:
  data:
    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:  data-web
    ReadOnly:   false
  config:
    Type:      ConfigMap (a volume populated by a ConfigMap)
    Name:      web-config
    Optional:  false
  tls:
    Type:        Secret (a volume populated by a Secret)
    SecretName:  web-tls
    Optional:    false
  tmp:
    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:
    SizeLimit:  1Gi
  host:
    Type:          HostPath (bare host directory volume)
    Path:          /var/lib/web
    HostPathType:  Directory
  token:
    Type:                    Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    ConfigMapName:           kube-root-ca.crt
    ConfigMapOptional:       <nil>
    DownwardAPI:             true
QoS Class:                   Burstable
Node-Selectors:              disk=ssd
Tolerations:                 dedicated=web:NoSchedule
                             node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                             op=Exists
Events:
  Type     Reason     Age                 From               Message
  ----     ------     ----                ----               -------
  Normal   Scheduled  25m                 default-scheduler  Successfully assigned shop/web-7f6c-x2k4p to node-1
  Warning  BackOff    4m (x4 over 20m)    kubelet            spec.containers{app}: Back-off restarting failed contai
ner and a line that the terminal wrapped`;

describe('pods', () => {
  const out = run(kubectlDescribe, POD);
  const pod = out.of('Pod')[0];

  it('reads metadata and placement', () => {
    expect(out.sniffed).toBe(true);
    expect(out.unread).toEqual([]);
    expect(pod.metadata).toEqual({
      name: 'web-7f6c-x2k4p',
      namespace: 'shop',
      labels: { app: 'web', 'pod-template-hash': '7f6c' },
      annotations: { 'example.org/note': 'a: b' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7f6c', controller: true }],
    });
    expect(pod.spec).toMatchObject({
      nodeName: 'node-1',
      serviceAccountName: 'web',
      priority: 1000,
      priorityClassName: 'high',
      nodeSelector: { disk: 'ssd' },
      tolerations: [
        { key: 'dedicated', value: 'web', effect: 'NoSchedule', operator: 'Equal' },
        { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', operator: 'Exists', tolerationSeconds: 300 },
        { operator: 'Exists' },
      ],
    });
    expect(pod.status).toMatchObject({
      phase: 'Running',
      podIP: '10.1.0.7',
      hostIP: '10.0.0.1',
      startTime: '2025-11-28T08:03:58Z',
      qosClass: 'Burstable',
      conditions: [
        { type: 'Initialized', status: 'True' },
        { type: 'Ready', status: 'False' },
        { type: 'ContainersReady', status: 'False' },
        { type: 'PodScheduled', status: 'True' },
      ],
    });
  });

  it('reads states', () => {
    expect(pod.status.initContainerStatuses).toMatchObject([
      {
        name: 'setup',
        state: { terminated: { reason: 'Completed', exitCode: 0, finishedAt: '2025-11-28T08:04:01Z' } },
      },
    ]);
    expect(pod.status.containerStatuses).toEqual([
      {
        name: 'app',
        ready: false,
        restartCount: 5,
        image: 'registry.example.org/web:1',
        imageID: 'registry.example.org/web@sha256:00',
        containerID: 'containerd://bb',
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } },
        lastState: {
          terminated: {
            exitCode: 137,
            reason: 'OOMKilled',
            startedAt: '2025-11-28T08:05:00Z',
            finishedAt: '2025-11-28T08:05:10Z',
          },
        },
      },
    ]);
  });

  it('reads the containers', () => {
    expect(pod.spec.initContainers[0].command).toEqual(['sh', '-c', 'echo: done']);
    expect(pod.spec.containers[0]).toEqual({
      name: 'app',
      image: 'registry.example.org/web:1',
      args: ['--verbose'],
      ports: [
        { name: 'http', containerPort: 8080, protocol: 'TCP' },
        { containerPort: 9090, protocol: 'TCP', hostPort: 9090 },
      ],
      env: [
        { name: 'PORT', value: '8080' },
        { name: 'URL', value: 'http://db:5432/x' },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password', optional: false } } },
        { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'web-config', key: 'mode', optional: true } } },
        { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ],
      envFrom: [
        { configMapRef: { name: 'web-config', optional: false } },
        { prefix: 'X_', secretRef: { name: 'web-secret', optional: true } },
      ],
      resources: { limits: { cpu: '500m', memory: '128Mi' }, requests: { cpu: '100m', memory: '64Mi' } },
      volumeMounts: [
        { name: 'data', mountPath: '/data', subPath: 'sub', readOnly: false },
        { name: 'config', mountPath: '/etc/web', readOnly: true },
      ],
      livenessProbe: {
        httpGet: { path: '/healthz%3Fx=1', port: 'http', scheme: 'HTTP' },
        initialDelaySeconds: 5,
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      readinessProbe: {
        tcpSocket: { port: 8080 },
        initialDelaySeconds: 0,
        timeoutSeconds: 2,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      startupProbe: {
        exec: { command: ['cat', '/tmp/ready'] },
        initialDelaySeconds: 0,
        timeoutSeconds: 1,
        periodSeconds: 5,
        successThreshold: 1,
        failureThreshold: 30,
      },
    });
  });

  it('reads the volumes', () => {
    expect(pod.spec.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-web', readOnly: false } },
      { name: 'config', configMap: { name: 'web-config', optional: false } },
      { name: 'tls', secret: { secretName: 'web-tls', optional: false } },
      { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
      { name: 'host', hostPath: { path: '/var/lib/web', type: 'Directory' } },
      {
        name: 'token',
        projected: {
          sources: [{ serviceAccountToken: { expirationSeconds: 3607 } }, { configMap: { name: 'kube-root-ca.crt' } }],
        },
      },
    ]);
  });

  it('a line break of a message stands between words, however wide the terminal was', () => {
    const events = run(
      kubectlDescribe,
      POD.replace(
        /contai\nner and a line.*$/s,
        `container
second line of the message
  Warning  Unhealthy  4m (x4 over 20m)    kubelet            Readiness probe failed: a message that goes on much longer than the one above it does, since nothing cut it
`,
      ),
    ).of('Event') as { message?: string }[];
    expect(events[1]?.message).toBe('Back-off restarting failed container second line of the message');
  });

  it('reads the events, wrapped messages joined', () => {
    expect(out.of('Event')).toMatchObject([
      {
        type: 'Normal',
        reason: 'Scheduled',
        count: 1,
        lastTimestamp: 'ago:1500s',
        source: { component: 'default-scheduler' },
      },
      {
        type: 'Warning',
        reason: 'BackOff',
        message: 'Back-off restarting failed container and a line that the terminal wrapped',
        count: 4,
        firstTimestamp: 'ago:1200s',
        lastTimestamp: 'ago:240s',
        involvedObject: { kind: 'Pod', name: 'web-7f6c-x2k4p', namespace: 'shop', fieldPath: 'spec.containers{app}' },
      },
    ]);
  });

  it('marks fields with their lines', () => {
    const { place } = out.all[0] ?? {};
    const lineOf = (text: string): number =>
      POD.trimStart()
        .split('\n')
        .findIndex((line) => line.includes(text)) + 1;
    expect(place?.detail).toBe('described');
    expect(place?.marks?.['/status/containerStatuses/0/lastState/terminated/exitCode']).toEqual({
      line: lineOf('137'),
      text: 'Exit Code:    137',
    });
    expect(place?.marks?.['/spec/containers/0/livenessProbe/httpGet/port']?.text).toMatch(/^Liveness:/);
    expect(place?.marks?.['/status/conditions/1/status']?.text).toBe('Ready             False');
    expect(place?.marks?.['/metadata/labels/app']?.line).toBe(8);
  });

  it('reads old wordings', () => {
    const text = `
Name:           web-1
Namespace:      shop
Node:           node-1/10.0.0.1
Start Time:     Mon, 04 Dec 2017 10:00:00 +0000
Labels:         app=web
Status:         Terminating (expires Mon, 04 Dec 2017 10:05:00 +0000)
Termination Grace Period:       30s
IP:             10.1.0.7
Created By:     ReplicaSet/web
Containers:
  app:
    Image:              web:1
    Port:               8080/TCP
    State:              Running
      Started:          Mon, 04 Dec 2017 10:00:10 +0000
    Ready:              True
    Restart Count:      0
Conditions:
  Type          Status
  Ready         True
QoS Class:      BestEffort
Node-Selectors: <none>
Tolerations:    node.alpha.kubernetes.io/notReady:NoExecute for 300s
Events:
  FirstSeen     LastSeen        Count   From                    SubObjectPath           Type            Reason          Message
  ---------     --------        -----   ----                    -------------           --------        ------          -------
  5m            1m              3       kubelet, node-1         spec.containers{app}    Warning         Unhealthy       Liveness probe failed: x`;
    const old = run(kubectlDescribe, text);
    expect(old.of('Pod')[0]).toMatchObject({
      metadata: { deletionTimestamp: '2017-12-04T10:05:00Z', deletionGracePeriodSeconds: 30 },
      spec: { tolerations: [{ operator: 'Exists', tolerationSeconds: 300 }], nodeSelector: {} },
    });
    expect(old.of('Event')).toMatchObject([
      {
        count: 3,
        firstTimestamp: 'ago:300s',
        lastTimestamp: 'ago:60s',
        source: { component: 'kubelet', host: 'node-1' },
        reason: 'Unhealthy',
      },
    ]);
    expect(first('Pod', text.replace(/Terminating .*/, 'Terminating (lasts 5m)')).metadata.deletionTimestamp).toBe(
      'ago:300s',
    );
  });

  it('reads several objects and what stands between', () => {
    const two = run(
      kubectlDescribe,
      `${POD}\n\n\n${POD.trim().replace('web-7f6c-x2k4p', 'web-2')}\n\nError from server (NotFound): pods "c" not found`,
      'kubectl describe pods a b c -n shop',
    );
    expect(two.of('Pod').map((p) => p.metadata.name)).toEqual(['web-7f6c-x2k4p', 'web-2']);
    expect(two.of('Event')).toHaveLength(4);
    expect(two.failures).toMatchObject([{ reason: 'not-found', area: 'pods' }]);
    expect(two.unread).toEqual([]);
  });
});

describe('nodes', () => {
  const out = run(
    kubectlDescribe,
    `
Name:               node-1
Roles:              control-plane
Labels:             node-role.kubernetes.io/control-plane=
CreationTimestamp:  Wed, 18 Jun 2025 09:01:15 +0000
Taints:             dedicated=web:NoSchedule
                    node.kubernetes.io/unschedulable:NoSchedule
Unschedulable:      true
Lease:
  HolderIdentity:  node-1
  AcquireTime:     <unset>
  RenewTime:       Tue, 03 Feb 2026 12:44:05 +0000
Conditions:
  Type             Status    LastHeartbeatTime                 LastTransitionTime                Reason              Message
  ----             ------    -----------------                 ------------------                ------              -------
  MemoryPressure   False     Tue, 03 Feb 2026 12:41:57 +0000   Tue, 03 Feb 2026 05:02:41 +0000   KubeletHasEnough    kubelet has enough
  Ready            Unknown   Tue, 03 Feb 2026 12:41:57 +0000   Tue, 03 Feb 2026 05:02:52 +0000   NodeStatusUnknown   Kubelet stopped posting node status.
Addresses:
  InternalIP:  10.0.0.1
Capacity:
  cpu:     8
  memory:  32812844Ki
Allocatable:
  cpu:     7800m
  memory:  32710444Ki
System Info:
  Kernel Version:             6.1.0-40-amd64
  Container Runtime Version:  containerd://1.7.22
  Kubelet Version:            v1.31.4
PodCIDR:                      10.1.0.0/24
Non-terminated Pods:          (2 in total)
  Namespace                   Name     CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
  ---------                   ----     ------------  ----------  ---------------  -------------  ---
  kube-system                 dns-1    100m (1%)     0 (0%)      70Mi (0%)        170Mi (0%)     9d
  shop                        web-1    0 (0%)        0 (0%)      0 (0%)           0 (0%)         9d
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource           Requests    Limits
  --------           --------    ------
  cpu                100m (1%)   0 (0%)
Events:              <none>`,
  );

  it('reads the node', () => {
    expect(out.of('Node')[0]).toMatchObject({
      metadata: { name: 'node-1', creationTimestamp: '2025-06-18T09:01:15Z' },
      spec: {
        unschedulable: true,
        podCIDR: '10.1.0.0/24',
        taints: [
          { key: 'dedicated', value: 'web', effect: 'NoSchedule' },
          { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
        ],
      },
      status: {
        conditions: [
          { type: 'MemoryPressure', status: 'False' },
          {
            type: 'Ready',
            status: 'Unknown',
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime: '2026-02-03T05:02:52Z',
          },
        ],
        addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
        capacity: { cpu: '8', memory: '32812844Ki' },
        allocatable: { cpu: '7800m' },
        nodeInfo: { kubeletVersion: 'v1.31.4', kernelVersion: '6.1.0-40-amd64' },
      },
    });
    expect(out.of('Node')[0].metadata.namespace).toBeUndefined();
  });
  it('reads its pods and its lease', () => {
    expect(out.of('Pod')).toEqual([
      {
        metadata: { name: 'dns-1', namespace: 'kube-system' },
        spec: {
          nodeName: 'node-1',
          containers: [
            { name: '', resources: { requests: { cpu: '100m', memory: '70Mi' }, limits: { memory: '170Mi' } } },
          ],
        },
      },
      { metadata: { name: 'web-1', namespace: 'shop' }, spec: { nodeName: 'node-1', containers: [{ name: '' }] } },
    ]);
    expect(out.of('Lease')[0]).toMatchObject({
      metadata: { name: 'node-1', namespace: 'kube-node-lease' },
      spec: { renewTime: '2026-02-03T12:44:05Z' },
    });
  });
});

describe('workloads', () => {
  const TEMPLATE = `Pod Template:
  Labels:  app=web
  Containers:
   app:
    Image:      web:1
    Port:       8080/TCP
    Host Port:  0/TCP
    Readiness:  grpc <pod>:9555  delay=5s timeout=1s period=10s #success=1 #failure=3
    Environment:  <none>
    Mounts:       <none>
  Volumes:        <none>
  Node-Selectors: <none>
  Tolerations:    <none>`;

  it('deployments', () => {
    expect(
      first(
        'Deployment',
        `
Name:                   web
Namespace:              shop
Labels:                 app=web
Selector:               app=web,tier=front
Replicas:               3 desired | 2 updated | 4 total | 1 available | 3 unavailable
StrategyType:           RollingUpdate
MinReadySeconds:        0
RollingUpdateStrategy:  25% max unavailable, 1 max surge
${TEMPLATE}
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      False   MinimumReplicasUnavailable
  Progressing    False   ProgressDeadlineExceeded
OldReplicaSets:  <none>
NewReplicaSet:   web-7f6c (2/3 replicas created)
Events:          <none>`,
      ),
    ).toMatchObject({
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web', tier: 'front' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: 1 } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [{ name: 'app', image: 'web:1', readinessProbe: { grpc: { port: 9555 }, periodSeconds: 10 } }],
          },
        },
      },
      status: {
        updatedReplicas: 2,
        replicas: 4,
        availableReplicas: 1,
        unavailableReplicas: 3,
        conditions: [
          { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
          { reason: 'ProgressDeadlineExceeded' },
        ],
      },
    });
  });

  it('replica sets', () => {
    const text = `
Name:           web-7f6c
Namespace:      shop
Selector:       app=web
Labels:         app=web
Controlled By:  Deployment/web
Replicas:       0 current / 1 desired
Pods Status:    0 Running / 0 Waiting / 0 Succeeded / 0 Failed
${TEMPLATE}
Conditions:
  Type             Status  Reason
  ----             ------  ------
  ReplicaFailure   True    FailedCreate
Events:
  Type     Reason        Age                From                   Message
  ----     ------        ----               ----                   -------
  Warning  FailedCreate  3s (x12 over 14s)  replicaset-controller  Error creating: pods "web-7f6c-" is forbidden: exceeded quota`;
    const out = run(kubectlDescribe, text, 'kubectl describe rs web-7f6c -n shop');
    expect(out.of('ReplicaSet')[0]).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'Deployment', name: 'web' }] },
      spec: { replicas: 1 },
      status: { replicas: 0, conditions: [{ type: 'ReplicaFailure', status: 'True' }] },
    });
    expect(out.of('Event')[0]).toMatchObject({
      reason: 'FailedCreate',
      count: 12,
      involvedObject: { kind: 'ReplicaSet' },
    });
  });

  it('stateful sets, daemon sets', () => {
    const sts = `
Name:               db
Namespace:          shop
CreationTimestamp:  Wed, 18 Jun 2025 09:01:15 +0000
Selector:           app=db
Labels:             <none>
Replicas:           3 desired | 1 total
Update Strategy:    RollingUpdate
  Partition:        1
Pods Status:        1 Running / 0 Waiting / 0 Succeeded / 0 Failed
${TEMPLATE}
Volume Claims:
  Name:          data
  StorageClass:  fast
  Labels:        <none>
  Capacity:      10Gi
  Access Modes:  [ReadWriteOnce]
Events:          <none>`;
    expect(first('StatefulSet', sts)).toMatchObject({
      spec: {
        replicas: 3,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              storageClassName: 'fast',
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: '10Gi' } },
            },
          },
        ],
      },
      status: { replicas: 1 },
    });
    const ds = `
Name:           proxy
Namespace:      kube-system
Selector:       app=proxy
Node-Selector:  kubernetes.io/os=linux
Labels:         <none>
Desired Number of Nodes Scheduled: 3
Current Number of Nodes Scheduled: 3
Number of Nodes Scheduled with Up-to-date Pods: 2
Number of Nodes Scheduled with Available Pods: 1
Number of Nodes Misscheduled: 0
Pods Status:  1 Running / 2 Waiting / 0 Succeeded / 0 Failed
${TEMPLATE}`;
    expect(first('DaemonSet', ds)).toMatchObject({
      status: { desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 1, numberMisscheduled: 0 },
      spec: { template: { spec: { nodeSelector: { 'kubernetes.io/os': 'linux' } } } },
    });
  });

  it('jobs, cron jobs', () => {
    const job = `
Name:             load
Namespace:        shop
Labels:           <none>
Parallelism:      1
Completions:      1
Backoff Limit:    4
Start Time:       Wed, 18 Jun 2025 09:01:15 +0000
Pods Statuses:    0 Active (0 Ready) / 0 Succeeded / 5 Failed
${TEMPLATE}`;
    expect(first('Job', job)).toMatchObject({
      spec: { completions: 1, backoffLimit: 4 },
      status: { active: 0, ready: 0, succeeded: 0, failed: 5, startTime: '2025-06-18T09:01:15Z' },
    });
    const cron = `
Name:                          night
Namespace:                     shop
Labels:                        <none>
Schedule:                      */5 * * * *
Concurrency Policy:            Forbid
Suspend:                       False
Starting Deadline Seconds:     30s
${TEMPLATE}
Last Schedule Time:            Wed, 18 Jun 2025 09:00:00 +0000
Active Jobs:                   night-1`;
    expect(first('CronJob', cron)).toMatchObject({
      spec: { schedule: '*/5 * * * *', concurrencyPolicy: 'Forbid', suspend: false, startingDeadlineSeconds: 30 },
      status: { lastScheduleTime: '2025-06-18T09:00:00Z', active: [{ name: 'night-1' }] },
    });
  });

  it('autoscalers, disruption budgets', () => {
    const hpa = `
Name:                                                  web
Namespace:                                             shop
Labels:                                                <none>
Reference:                                             Deployment/web
Metrics:                                               ( current / target )
  resource cpu on pods  (as a percentage of request):  <unknown> / 80%
Min replicas:                                          2
Max replicas:                                          10
Deployment pods:                                       2 current / 0 desired
Conditions:
  Type           Status  Reason                   Message
  ----           ------  ------                   -------
  ScalingActive  False   FailedGetResourceMetric  the HPA was unable to compute the replica count
Events:          <none>`;
    expect(first('HorizontalPodAutoscaler', hpa)).toMatchObject({
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'web' },
        metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 80 } } }],
      },
      status: { currentReplicas: 2, desiredReplicas: 0, conditions: [{ reason: 'FailedGetResourceMetric' }] },
    });
    const pdb = `
Name:           web
Namespace:      shop
Min available:  2
Selector:       app=web
Status:
    Allowed disruptions:  0
    Current:              1
    Desired:              2
    Total:                2
Events:                   <none>`;
    expect(first('PodDisruptionBudget', pdb)).toMatchObject({
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2, expectedPods: 2 },
    });
  });
});

describe('networking', () => {
  const service = (endpoints: string): string => `
Name:                     web
Namespace:                shop
Labels:                   <none>
Annotations:              <none>
Selector:                 app=web
Type:                     NodePort
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       10.96.0.7
IPs:                      10.96.0.7
Port:                     http  80/TCP
TargetPort:               8080/TCP
NodePort:                 http  30080/TCP
Endpoints:                ${endpoints}
Port:                     <unset>  81/TCP
TargetPort:               metrics/TCP
Endpoints:                ${endpoints.replaceAll('8080', '9090')}
Session Affinity:         None
External Traffic Policy:  Cluster
Events:                   <none>`;

  it('services with their ready endpoints', () => {
    const out = run(kubectlDescribe, service('10.1.0.7:8080,10.1.0.8:8080'));
    expect(out.of('Service')[0].spec).toEqual({
      type: 'NodePort',
      clusterIP: '10.96.0.7',
      clusterIPs: ['10.96.0.7'],
      selector: { app: 'web' },
      ports: [
        { name: 'http', port: 80, targetPort: 8080, nodePort: 30080, protocol: 'TCP' },
        { port: 81, targetPort: 'metrics', protocol: 'TCP' },
      ],
      sessionAffinity: 'None',
      externalTrafficPolicy: 'Cluster',
    });
    expect(out.of('Endpoints')[0].subsets).toEqual([
      { addresses: [{ ip: '10.1.0.7' }, { ip: '10.1.0.8' }], ports: [{ port: 8080 }, { port: 9090 }] },
    ]);
    expect(run(kubectlDescribe, service('<none>')).of('Endpoints')[0].subsets).toEqual([]);
    expect(run(kubectlDescribe, service('')).of('Endpoints')[0].subsets).toEqual([{ addresses: [] }]);
  });

  it('endpoints', () => {
    const text = `
Name:         web
Namespace:    shop
Labels:       <none>
Annotations:  <none>
Subsets:
  Addresses:          <none>
  NotReadyAddresses:  10.1.0.7,10.1.0.8
  Ports:
    Name  Port  Protocol
    ----  ----  --------
    http  8080  TCP

Events:  <none>`;
    expect(first('Endpoints', text).subsets).toEqual([
      {
        addresses: [],
        notReadyAddresses: [{ ip: '10.1.0.7' }, { ip: '10.1.0.8' }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  it('ingresses', () => {
    const text = `
Name:             web
Labels:           <none>
Namespace:        shop
Address:          10.0.0.9
Ingress Class:    nginx
Default backend:  fallback:80 (10.1.0.9:8080)
TLS:
  web-tls terminates a.example.org
Rules:
  Host           Path  Backends
  ----           ----  --------
  a.example.org
                 /      web:http (10.1.0.7:8080)
                 /api   api:81 (<error: services "api" not found>)
Annotations:     <none>
Events:          <none>`;
    expect(first('Ingress', text)).toMatchObject({
      spec: {
        ingressClassName: 'nginx',
        defaultBackend: { service: { name: 'fallback', port: { number: 80 } } },
        tls: [{ secretName: 'web-tls', hosts: ['a.example.org'] }],
        rules: [
          {
            host: 'a.example.org',
            http: {
              paths: [
                { path: '/', backend: { service: { name: 'web', port: { name: 'http' } } } },
                { path: '/api', backend: { service: { name: 'api', port: { number: 81 } } } },
              ],
            },
          },
        ],
      },
    });
  });

  it('network policies', () => {
    const policy = (rules: string): string => `
Name:         some
Namespace:    shop
Created on:   2025-07-02 15:05:11 +0000 UTC
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     app=web
${rules}
  Policy Types: Ingress`;
    const closed =
      '  Allowing ingress traffic:\n    <none> (Selected pods are isolated for ingress connectivity)\n  Not affecting egress traffic';
    expect(first('NetworkPolicy', policy(closed)).spec).toEqual({
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress'],
      ingress: [],
    });
    const open = `  Allowing ingress traffic:
    To Port: 8080/TCP
    From:
      NamespaceSelector: name=a
      PodSelector: app=b
    From:
      IPBlock:
        CIDR: 10.0.0.0/8
        Except: 10.1.0.0/16
    ----------
    To Port: <any> (traffic allowed to all ports)
    From: <any> (traffic not restricted by source)`;
    expect(first('NetworkPolicy', policy(open)).spec.ingress).toEqual([
      {
        ports: [{ protocol: 'TCP', port: 8080 }],
        from: [
          { podSelector: { matchLabels: { app: 'b' } }, namespaceSelector: { matchLabels: { name: 'a' } } },
          { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
        ],
      },
      {},
    ]);
  });
});

describe('storage and configuration', () => {
  it('claims, volumes, classes', () => {
    const pvc = `
Name:          data
Namespace:     shop
StorageClass:  fast
Status:        Pending
Volume:
Labels:        <none>
Annotations:   <none>
Finalizers:    [kubernetes.io/pvc-protection]
Capacity:
Access Modes:
VolumeMode:    Filesystem
Used By:       db-0
Events:
  Type     Reason              Age                From                         Message
  ----     ------              ----               ----                         -------
  Warning  ProvisioningFailed  3s (x6 over 74s)   persistentvolume-controller  storageclass.storage.k8s.io "fast" not found`;
    const out = run(kubectlDescribe, pvc);
    expect(out.of('PersistentVolumeClaim')[0]).toMatchObject({
      metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
      spec: { storageClassName: 'fast', volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    });
    expect(out.of('Event')).toHaveLength(1);
    const pv = `
Name:              pv-1
Labels:            <none>
Annotations:       <none>
Finalizers:        [kubernetes.io/pv-protection]
StorageClass:      fast
Status:            Bound
Claim:             shop/data
Reclaim Policy:    Retain
Access Modes:      RWO
VolumeMode:        Filesystem
Capacity:          10Gi
Node Affinity:
  Required Terms:
    Term 0:        kubernetes.io/hostname in [node-1, node-2]
Message:
Source:
    Type:  LocalVolume (a persistent volume backed by local storage on a node)
    Path:  /mnt/disk
Events:    <none>`;
    expect(first('PersistentVolume', pv)).toMatchObject({
      spec: {
        capacity: { storage: '10Gi' },
        claimRef: { namespace: 'shop', name: 'data' },
        local: { path: '/mnt/disk' },
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ operator: 'In', values: ['node-1', 'node-2'] }] }] },
        },
      },
      status: { phase: 'Bound' },
    });
    const sc = `
Name:                  fast
IsDefaultClass:        Yes
Annotations:           <none>
Provisioner:           csi.example.org
Parameters:            type=ssd
AllowVolumeExpansion:  <unset>
MountOptions:          <none>
ReclaimPolicy:         Delete
VolumeBindingMode:     WaitForFirstConsumer
Events:                <none>`;
    expect(first('StorageClass', sc)).toMatchObject({
      provisioner: 'csi.example.org',
      parameters: { type: 'ssd' },
      volumeBindingMode: 'WaitForFirstConsumer',
    });
  });

  it('config maps as they are, secrets without values', () => {
    const cm = `
Name:         web
Namespace:    shop
Labels:       <none>
Annotations:  <none>

Data
====
a.conf:
----
Name: x
  # date

key = 1

empty:
----


BinaryData
====
logo.png: 12 bytes

Events:  <none>`;
    const out = run(kubectlDescribe, cm);
    expect(out.of('ConfigMap')).toHaveLength(1);
    expect(out.of('ConfigMap')[0]).toMatchObject({
      data: { 'a.conf': 'Name: x\n  # date\n\nkey = 1', empty: '' },
      binaryData: { 'logo.png': true },
    });
    const secret = `
Name:         db
Namespace:    shop
Labels:       <none>
Annotations:  <none>

Type:  Opaque

Data
====
password:  12 bytes
user:      4 bytes`;
    expect(first('Secret', secret)).toMatchObject({ type: 'Opaque', data: { password: true, user: true } });
  });

  it('quotas, limits, namespaces, service accounts', () => {
    const quota = `
Name:       compute
Namespace:  shop
Resource    Used   Hard
--------    ----   ----
limits.cpu  3500m  4
pods        3      10`;
    expect(first('ResourceQuota', quota)).toMatchObject({
      spec: { hard: { 'limits.cpu': '4', pods: '10' } },
      status: { used: { 'limits.cpu': '3500m', pods: '3' } },
    });
    const limits = `
Name:       mem
Namespace:  shop
Type        Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio
----        --------  ---  ---  ---------------  -------------  -----------------------
Container   memory    -    1Gi  64Mi             128Mi          -
Container   cpu       -    2    -                -              -`;
    expect(first('LimitRange', limits).spec.limits).toEqual([
      {
        type: 'Container',
        max: { memory: '1Gi', cpu: '2' },
        defaultRequest: { memory: '64Mi' },
        default: { memory: '128Mi' },
      },
    ]);
    const ns = `
Name:         shop
Labels:       kubernetes.io/metadata.name=shop
Annotations:  <none>
Status:       Active

Resource Quotas
  Name:     compute
  Resource  Used  Hard
  --------  ---   ---
  pods      3     10

No LimitRange resource.`;
    const out = run(kubectlDescribe, ns);
    expect(out.of('Namespace')[0].status).toEqual({ phase: 'Active' });
    expect(out.of('ResourceQuota')[0]).toMatchObject({
      metadata: { name: 'compute', namespace: 'shop' },
      status: { used: { pods: '3' } },
    });
    const sa = `
Name:                web
Namespace:           shop
Labels:              <none>
Annotations:         <none>
Image pull secrets:  pull
                     other (not found)
Mountable secrets:   <none>
Tokens:              <none>
Events:              <none>`;
    expect(first('ServiceAccount', sa)).toMatchObject({ imagePullSecrets: [{ name: 'pull' }, { name: 'other' }] });
  });
});

describe('strange input', () => {
  it('says so for kinds it does not know', () => {
    const out = run(
      kubectlDescribe,
      '\nName:         x\nNamespace:    shop\nLabels:       <none>\nAPI Version:  example.org/v1\nKind:         Widget',
    );
    expect(out.sniffed).toBe(true);
    expect(out.all).toEqual([]);
    expect(out.unread).toHaveLength(1);
  });
  it('leaves prose and other tools alone', () => {
    expect(run(kubectlDescribe, 'Name: Bob\nAge: 7').sniffed).toBe(false);
    expect(run(kubectlDescribe, '').sniffed).toBe(false);
  });
  it('survives a description cut anywhere', () => {
    const lines = POD.split('\n');
    for (let i = 1; i < lines.length; i++) {
      const out = run(kubectlDescribe, lines.slice(0, i).join('\n'), 'kubectl describe pod web');
      expect(out.of('Pod').length).toBeLessThanOrEqual(1);
    }
  });
  it('does not write into the prototype', () => {
    run(kubectlDescribe, POD.replace('app=web', '__proto__=polluted'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

it('events that grep left of a description are the asked object’s', () => {
  const text = `Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  9m    default-scheduler  0/2 nodes are available: 2 Insufficient memory.
`;
  const event = first('Event', text, 'kubectl describe pod api-0 -n shop | grep -A5 Events');
  expect(event).toMatchObject({
    reason: 'FailedScheduling',
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'api-0' },
  });
});

describe('custom resources', () => {
  it('reads conditions and references of the Gateway API, lists by the keys that come again', () => {
    const gateway = first(
      'Gateway',
      `Name:         public
Namespace:    edge
API Version:  gateway.networking.k8s.io/v1
Kind:         Gateway
Spec:
  Gateway Class Name:  acme
Status:
  Conditions:
    Message:               taken
    Reason:                Accepted
    Status:                True
    Type:                  Accepted
    Message:               no addresses
    Reason:                AddressNotAssigned
    Status:                False
    Type:                  Programmed
`,
    );
    expect(gateway.spec).toEqual({ gatewayClassName: 'acme' });
    expect(gateway.status.conditions).toMatchObject([
      { type: 'Accepted', status: 'True' },
      { type: 'Programmed', status: 'False', reason: 'AddressNotAssigned', message: 'no addresses' },
    ]);
  });
});

describe('kinds whose description is the object itself', () => {
  it('APIService', () => {
    const text = `
Name:         v1beta1.metrics.k8s.io
Namespace:
API Version:  apiregistration.k8s.io/v1
Kind:         APIService
Spec:
  Service:
    Name:            metrics-server
    Namespace:       kube-system
Status:
  Conditions:
    Last Transition Time:  2026-02-11T08:58:00Z
    Message:               failing or missing response from https://10.0.0.9:4443/apis
    Reason:                FailedDiscoveryCheck
    Status:                False
    Type:                  Available
`;
    expect(first('APIService', text)).toMatchObject({
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: { service: { name: 'metrics-server', namespace: 'kube-system' } },
      status: { conditions: [{ type: 'Available', status: 'False', reason: 'FailedDiscoveryCheck' }] },
    });
  });

  it('MachineConfigPool', () => {
    const text = `
Name:         worker
Kind:         MachineConfigPool
Status:
  Conditions:
    Message:               Node w-2 is reporting: "content mismatch"
    Status:                True
    Type:                  NodeDegraded
  Degraded Machine Count:  1
  Machine Count:           3
`;
    expect(first('MachineConfigPool', text)).toMatchObject({
      status: { conditions: [{ type: 'NodeDegraded', status: 'True' }], degradedMachineCount: 1, machineCount: 3 },
    });
  });
});

it('knows a pod of which little is left by who sent its events', () => {
  const text = `
Name:           press-0
Namespace:      ink
Labels:         app=press
Events:
  Type     Reason            Age                From               Message
  ----     ------            ----               ----               -------
  Warning  FailedScheduling  12s (x8 over 10m)  default-scheduler  0/2 nodes are available: 2 Insufficient cpu.`;
  expect(first('Pod', text)).toMatchObject({ metadata: { name: 'press-0', namespace: 'ink' } });
  expect(run(kubectlDescribe, text).of('Event')[0]).toMatchObject({
    reason: 'FailedScheduling',
    involvedObject: { kind: 'Pod', name: 'press-0' },
  });
  const strange = text.replace('default-scheduler', 'quill-operator');
  expect(run(kubectlDescribe, strange).all).toEqual([]);
  expect(run(kubectlDescribe, strange).unread).toEqual(['a description of an unknown kind']);
});

it('knows a pod by its volumes and a node by its taints', () => {
  const pod = `
Name:           press-0
Namespace:      ink
Status:         Pending
Volumes:
  plates:
    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:  plates-press-0
    ReadOnly:   false`;
  expect(first('Pod', pod)?.spec?.volumes).toMatchObject([
    { name: 'plates', persistentVolumeClaim: { claimName: 'plates-press-0' } },
  ]);
  const nodes = `
Name:               quill-1
Taints:             ink=wet:NoSchedule
Name:               quill-2
Taints:             <none>`;
  expect(run(kubectlDescribe, nodes, 'kubectl describe nodes | grep -E "Name:|Taints:"').of('Node')).toMatchObject([
    { metadata: { name: 'quill-1' }, spec: { taints: [{ key: 'ink', value: 'wet', effect: 'NoSchedule' }] } },
    { metadata: { name: 'quill-2' } },
  ]);
});

it('the message of a terminated container goes on at the left margin', () => {
  const text = `Name:         gpu-0
Namespace:    ml
Priority:     0
Node:         gpu-1/10.0.0.5
Status:       Running
IP:           10.1.0.9
Containers:
  app:
    Image:         registry.example.org/app:1
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       StartError
      Message:      failed to create shim task: error running hook #0: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'
nvidia-container-cli: ldcache error: open failed: /sbin/ldconfig.real: no such file or directory: unknown
      Exit Code:    128
      Started:      Thu, 01 Jan 1970 01:00:00 +0100
      Finished:     Thu, 03 Jul 2025 14:48:52 +0100
    Ready:          False
    Restart Count:  92
Conditions:
  Type              Status
  Ready             False
`;
  expect(first('Pod', text)).toMatchObject({
    status: {
      containerStatuses: [
        {
          ready: false,
          restartCount: 92,
          lastState: {
            terminated: {
              reason: 'StartError',
              exitCode: 128,
              message: expect.stringMatching(/legacy'\nnvidia-container-cli: ldcache/),
            },
          },
        },
      ],
      conditions: [{ type: 'Ready', status: 'False' }],
    },
  });
});

it('an attachment of a volume that cannot be detached', () => {
  const text = `
Name:         csi-0a1b
Namespace:
Labels:       <none>
API Version:  storage.k8s.io/v1
Kind:         VolumeAttachment
Metadata:
  Deletion Timestamp:  2026-03-01T10:00:00Z
  Finalizers:
    external-attacher/disk-example-org
Spec:
  Attacher:   disk.example.org
  Node Name:  reed
  Source:
    Persistent Volume Name:  pvc-a
Status:
  Attached:  true
  Detach Error:
    Message:  rpc error: code = NotFound desc = no such machine
    Time:     2026-03-01T10:01:00Z`;
  expect(first('VolumeAttachment', text)).toMatchObject({
    metadata: { name: 'csi-0a1b', deletionTimestamp: '2026-03-01T10:00:00Z' },
    spec: { nodeName: 'reed', source: { persistentVolumeName: 'pvc-a' } },
    status: { attached: true, detachError: { message: 'rpc error: code = NotFound desc = no such machine' } },
  });
});
