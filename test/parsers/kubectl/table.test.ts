import { describe, expect, it } from 'vitest';
import { kubectlTable } from '../../../src/parsers/kubectl/table.ts';
import { run } from './run.ts';

const PODS = 'NAME    READY   STATUS    RESTARTS   AGE\nweb-1   1/1     Running   0          9d';

/** The first object of one kind in a table. */
const first = (kind: string, text: string, command?: string) => run(kubectlTable, text, command).of(kind)[0];

describe('pods', () => {
  const pod = (ready: string, status: string, restarts = '0') =>
    first(
      'Pod',
      `NAME    READY   STATUS                       RESTARTS         AGE\nweb-1   ${ready.padEnd(8)}${status.padEnd(29)}${restarts.padEnd(17)}93s`,
    );

  it('reads wide rows with labels', () => {
    const text = `
NAMESPACE   NAME    READY   STATUS    RESTARTS       AGE   IP          NODE     NOMINATED NODE   READINESS GATES   LABELS
shop        web-1   2/2     Running   5 (3m2s ago)   93s   10.0.0.7    node-1   <none>           <none>            app=web,tier=
`;
    expect(first('Pod', text)).toEqual({
      metadata: {
        name: 'web-1',
        namespace: 'shop',
        creationTimestamp: 'ago:93s',
        createdAgo: 93,
        labels: { app: 'web', tier: '' },
      },
      spec: { nodeName: 'node-1' },
      status: {
        phase: 'Running',
        podIP: '10.0.0.7',
        containerStatuses: [
          {
            name: '',
            ready: true,
            restartCount: 5,
            state: { running: {} },
            lastState: { terminated: { finishedAt: 'ago:182s', finishedAgo: 182 } },
          },
          { name: '', ready: true, state: { running: {} } },
        ],
      },
    });
  });

  it.each([
    ['CrashLoopBackOff', 'Running', { waiting: { reason: 'CrashLoopBackOff' } }],
    ['ImagePullBackOff', 'Pending', { waiting: { reason: 'ImagePullBackOff' } }],
    ['ContainerCreating', 'Pending', { waiting: { reason: 'ContainerCreating' } }],
    ['CreateContainerConfigError', 'Pending', { waiting: { reason: 'CreateContainerConfigError' } }],
    ['RunContainerError', undefined, { waiting: { reason: 'RunContainerError' } }],
    ['Completed', 'Succeeded', { terminated: { reason: 'Completed', exitCode: 0 } }],
    ['Error', undefined, { terminated: { reason: 'Error' } }],
    ['OOMKilled', undefined, { terminated: { reason: 'OOMKilled' } }],
    ['ExitCode:3', undefined, { terminated: { exitCode: 3 } }],
    ['Signal:9', undefined, { terminated: { signal: 9 } }],
    ['Running', 'Running', { running: {} }],
    ['Unknown', 'Unknown', undefined],
  ])('maps %s back', (status, phase, state) => {
    const { status: out } = pod('0/1', status);
    expect(out.phase).toBe(phase);
    expect(out.containerStatuses[0].ready).toBe(false);
    expect(out.containerStatuses[0].state).toEqual(state);
  });

  it('goes on below empty lines, as long as the rows stand below their columns', () => {
    const text = PODS.replaceAll('\n', '\n\n');
    expect(run(kubectlTable, `${text}\n\nweb-2   0/1     Pending   0          9d`).of('Pod')).toHaveLength(2);
    expect(run(kubectlTable, `${text}\n\nAnd nothing else was there to see.`).of('Pod')).toHaveLength(1);
  });
  it('maps states of the pod as a whole', () => {
    expect(pod('0/1', 'Pending').status).toEqual({ phase: 'Pending' });
    expect(pod('0/1', 'Evicted').status).toEqual({ phase: 'Failed', reason: 'Evicted' });
    expect(pod('0/1', 'OutOfnvidia.com/gpu').status).toEqual({ phase: 'Failed', reason: 'OutOfnvidia.com/gpu' });
    expect(pod('1/1', 'NodeLost').status).toMatchObject({ phase: 'Unknown', reason: 'NodeLost' });
    expect(pod('1/1', 'Terminating').metadata.deletionTimestamp).toBe('ago:0s');
    expect(pod('0/1', 'Completed', '7 (20s ago)').status.phase).toBeUndefined();
  });

  it('maps init containers', () => {
    expect(pod('0/2', 'Init:1/3').status).toMatchObject({
      phase: 'Pending',
      initContainerStatuses: [{ state: { terminated: { exitCode: 0 } } }, { name: '' }, { name: '' }],
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }, { ready: false }],
    });
    expect(pod('0/1', 'Init:CrashLoopBackOff', '4 (9s ago)').status.initContainerStatuses).toEqual([
      {
        name: '',
        restartCount: 4,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { finishedAt: 'ago:9s', finishedAgo: 9 } },
      },
    ]);
    expect(pod('0/1', 'Init:ExitCode:2').status.initContainerStatuses[0].state).toEqual({
      terminated: { exitCode: 2 },
    });
  });

  it('bounds the containers it makes', () => {
    expect(pod('1/9999', 'Running').status.containerStatuses).toHaveLength(20);
  });

  it('marks each field with its row', () => {
    const { all } = run(
      kubectlTable,
      'NAME    READY   STATUS    RESTARTS   AGE\nweb-1   0/1     Running   0          9d',
    );
    expect(all[0]?.place).toMatchObject({ detail: 'row', line: 2 });
    expect(all[0]?.place.marks?.['/status/phase']).toEqual({
      line: 2,
      text: 'web-1   0/1     Running   0          9d',
    });
    expect(all[0]?.place.marks?.['/status/containerStatuses/0/ready']?.line).toBe(2);
  });
});

describe('the other kinds', () => {
  it('nodes', () => {
    const text = `
NAME     STATUS                        ROLES           AGE    VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE             KERNEL-VERSION      CONTAINER-RUNTIME
node-1   NotReady,SchedulingDisabled   control-plane   190d   v1.30.6   10.0.0.1      <none>        Ubuntu 22.04.5 LTS   5.15.0-91-generic   containerd://1.7.22`;
    expect(first('Node', text)).toMatchObject({
      metadata: { name: 'node-1', labels: { 'node-role.kubernetes.io/control-plane': '' } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'False' }],
        addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
        nodeInfo: {
          kubeletVersion: 'v1.30.6',
          osImage: 'Ubuntu 22.04.5 LTS',
          containerRuntimeVersion: 'containerd://1.7.22',
        },
      },
    });
  });

  it('services', () => {
    const text = `
NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)                      AGE   SELECTOR
web    LoadBalancer   10.96.0.7    <pending>     80:30080/TCP,53:30053/UDP    9d    app=web,tier=front
db     ExternalName   <none>       db.example    <none>                       9d    <none>
hl     ClusterIP      None         <none>        5432/TCP                     9d    app=db`;
    const [web, db, headless] = run(kubectlTable, text).of('Service');
    expect(web.spec).toEqual({
      type: 'LoadBalancer',
      clusterIP: '10.96.0.7',
      selector: { app: 'web', tier: 'front' },
      ports: [
        { port: 80, nodePort: 30080, protocol: 'TCP' },
        { port: 53, nodePort: 30053, protocol: 'UDP' },
      ],
    });
    expect(web.status).toEqual({ loadBalancer: {} });
    expect(db.spec).toEqual({ type: 'ExternalName', externalName: 'db.example', selector: {} });
    expect(headless.spec.clusterIP).toBe('None');
  });

  it('endpoints: some, more than shown, none, none ready', () => {
    const text = `
NAME   ENDPOINTS                                   AGE
a      10.0.0.1:80,10.0.0.2:80,10.0.0.1:443 + 2 more...   9d
b      <none>                                      9d
c                                                  9d
d      [fd00::1]:80                                9d`;
    const [a, b, c, d] = run(kubectlTable, text).of('Endpoints');
    expect(a.subsets).toEqual([
      { addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], ports: [{ port: 80 }, { port: 443 }] },
    ]);
    expect(b.subsets).toEqual([]);
    expect(c.subsets).toEqual([{ addresses: [] }]);
    expect(d.subsets[0].addresses).toEqual([{ ip: 'fd00::1' }]);
  });

  it('endpoint slices', () => {
    const text = `
NAME        ADDRESSTYPE   PORTS   ENDPOINTS            AGE
web-x7k2p   IPv4          8080    10.0.0.1,10.0.0.2    9d`;
    expect(first('EndpointSlice', text)).toMatchObject({
      metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }],
      ports: [{ port: 8080 }],
    });
  });

  it('deployments, new and old', () => {
    const text = `
NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES          SELECTOR
web    1/3     2            1           9d    app,proxy    app:1,proxy:2   app=web`;
    expect(first('Deployment', text)).toMatchObject({
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: {
          spec: {
            containers: [
              { name: 'app', image: 'app:1' },
              { name: 'proxy', image: 'proxy:2' },
            ],
          },
        },
      },
      status: { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 },
    });
    const old =
      'NAME   DESIRED   CURRENT   UP-TO-DATE   AVAILABLE   AGE\nweb    3         3         2            0           9d';
    expect(first('Deployment', old)).toMatchObject({
      spec: { replicas: 3 },
      status: { replicas: 3, availableReplicas: 0 },
    });
  });

  it('replica sets, stateful sets, daemon sets', () => {
    expect(
      first('ReplicaSet', 'NAME   DESIRED   CURRENT   READY   AGE\nweb-7  3         2         1       9d'),
    ).toMatchObject({
      spec: { replicas: 3 },
      status: { replicas: 2, readyReplicas: 1 },
    });
    expect(first('StatefulSet', 'NAME   READY   AGE\ndb     1/3     9d', 'kubectl get sts')).toMatchObject({
      spec: { replicas: 3 },
      status: { readyReplicas: 1 },
    });
    const ds =
      'NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR            AGE\nproxy   3         3         2       3            2           kubernetes.io/os=linux   9d';
    expect(first('DaemonSet', ds)).toMatchObject({
      status: { desiredNumberScheduled: 3, numberReady: 2 },
      spec: { template: { spec: { nodeSelector: { 'kubernetes.io/os': 'linux' } } } },
    });
  });

  it('jobs and cron jobs', () => {
    expect(
      first('Job', 'NAME   STATUS   COMPLETIONS   DURATION   AGE\nload   Failed   0/1           5m         9d'),
    ).toMatchObject({
      spec: { completions: 1 },
      status: { succeeded: 0, conditions: [{ type: 'Failed', status: 'True' }] },
    });
    const cron =
      'NAME   SCHEDULE      SUSPEND   ACTIVE   LAST SCHEDULE   AGE\nnight  */5 * * * *   False     1        2m10s           9d';
    expect(first('CronJob', cron)).toMatchObject({
      spec: { schedule: '*/5 * * * *', suspend: false },
      status: { lastScheduleTime: 'ago:130s', active: [{}] },
    });
  });

  it('autoscalers and disruption budgets', () => {
    const hpa =
      'NAME   REFERENCE        TARGETS              MINPODS   MAXPODS   REPLICAS   AGE\nweb    Deployment/web   cpu: <unknown>/80%   2         10        0          9d';
    expect(first('HorizontalPodAutoscaler', hpa)).toMatchObject({
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 10 },
      status: { currentReplicas: 0, conditions: [{ type: 'ScalingActive', status: 'False' }] },
    });
    const pdb =
      'NAME   MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE\nweb    50%             N/A               0                     9d';
    expect(first('PodDisruptionBudget', pdb)).toMatchObject({
      spec: { minAvailable: '50%' },
      status: { disruptionsAllowed: 0 },
    });
  });

  it('storage', () => {
    const pvc =
      'NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   VOLUMEATTRIBUTESCLASS   AGE\ndata   Pending                                      fast           <unset>                 9d';
    expect(first('PersistentVolumeClaim', pvc)).toEqual({
      metadata: { name: 'data', creationTimestamp: 'ago:777600s', createdAgo: 777_600 },
      spec: { storageClassName: 'fast' },
      status: { phase: 'Pending' },
    });
    const pv =
      'NAME   CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS     CLAIM       STORAGECLASS   REASON   AGE\npv-1   10Gi       RWO,ROX        Retain           Released   shop/data   fast                    9d';
    expect(first('PersistentVolume', pv)).toMatchObject({
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
        claimRef: { namespace: 'shop', name: 'data' },
      },
      status: { phase: 'Released' },
    });
    const sc =
      'NAME             PROVISIONER       RECLAIMPOLICY   VOLUMEBINDINGMODE      ALLOWVOLUMEEXPANSION   AGE\nfast (default)   csi.example.org   Delete          WaitForFirstConsumer   true                   9d';
    expect(first('StorageClass', sc)).toMatchObject({
      metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'csi.example.org',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    });
    const va =
      'NAME    ATTACHER          PV     NODE     ATTACHED   AGE\ncsi-1   csi.example.org   pv-1   node-1   false      9d';
    expect(first('VolumeAttachment', va)).toMatchObject({ spec: { nodeName: 'node-1' }, status: { attached: false } });
  });

  it('pools of OpenShift', () => {
    const pools =
      'NAME     CONFIG             UPDATED   UPDATING   DEGRADED   MACHINECOUNT   READYMACHINECOUNT   UPDATEDMACHINECOUNT   DEGRADEDMACHINECOUNT   AGE\nworker   rendered-worker-1  False     True       True       4              2                   2                     1                      90d';
    expect(first('MachineConfigPool', pools)).toMatchObject({
      status: {
        conditions: [
          { type: 'Updated', status: 'False' },
          { type: 'Updating', status: 'True' },
          { type: 'Degraded', status: 'True' },
        ],
        machineCount: 4,
        degradedMachineCount: 1,
      },
    });
  });

  it.each([
    ['False', 'False', 'True', 'Degraded'],
    ['False', 'True', 'False', 'Available'],
    ['True', 'True', 'False', 'Progressing'],
  ])('the message of an operator is that of its trouble: %s %s %s', (available, progressing, degraded, culprit) => {
    const row = [available, progressing, degraded].map((cell) => cell.padEnd(14)).join('');
    const operators = `NAME   VERSION   AVAILABLE     PROGRESSING   DEGRADED      SINCE   MESSAGE\ndns    4.16.2    ${row}3h      Pods are not up`;
    const { status } = first('ClusterOperator', operators) as {
      readonly status: { readonly conditions: readonly { readonly type: string; readonly message?: string }[] };
    };
    expect(status.conditions.filter(({ message }) => message !== undefined)).toMatchObject([
      { type: culprit, message: 'Pods are not up' },
    ]);
  });

  it('ingresses, network policies, quotas, secrets, API services and the rest', () => {
    const ing =
      'NAME   CLASS   HOSTS                     ADDRESS    PORTS     AGE\nweb    nginx   a.example.org,b.example   10.0.0.9   80, 443   9d';
    expect(first('Ingress', ing)).toMatchObject({
      spec: { ingressClassName: 'nginx', rules: [{ host: 'a.example.org' }, { host: 'b.example' }] },
      status: { loadBalancer: { ingress: [{ ip: '10.0.0.9' }] } },
    });
    expect(
      first('NetworkPolicy', 'NAME   POD-SELECTOR              AGE\ndeny   <none>                    9d').spec,
    ).toEqual({ podSelector: {} });
    expect(
      first('NetworkPolicy', 'NAME   POD-SELECTOR              AGE\nsome   app in (a,b),tier=front   9d').spec
        .podSelector,
    ).toEqual({
      matchLabels: { tier: 'front' },
      matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }],
    });
    const quota =
      'NAME      AGE   REQUEST                                LIMIT\ncompute   9d    pods: 3/10, requests.cpu: 3500m/4      limits.cpu: 4/4';
    expect(first('ResourceQuota', quota).status).toEqual({
      used: { pods: '3', 'requests.cpu': '3500m', 'limits.cpu': '4' },
      hard: { pods: '10', 'requests.cpu': '4', 'limits.cpu': '4' },
    });
    expect(first('Secret', 'NAME   TYPE     DATA   AGE\npull   Opaque   0      9d')).toMatchObject({
      type: 'Opaque',
      data: {},
    });
    const api =
      'NAME                     SERVICE                      AVAILABLE                  AGE\nv1beta1.metrics.k8s.io   kube-system/metrics-server   False (MissingEndpoints)   9d';
    expect(first('APIService', api)).toMatchObject({
      spec: { service: { namespace: 'kube-system', name: 'metrics-server' } },
      status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] },
    });
    const csr =
      'NAME    AGE   SIGNERNAME                      REQUESTOR            REQUESTEDDURATION   CONDITION\ncsr-1   9d    kubernetes.io/kubelet-serving   system:node:node-1   <none>              Pending';
    expect(first('CertificateSigningRequest', csr).status).toEqual({ conditions: [] });
    const cs =
      'NAME        STATUS      MESSAGE                                  ERROR\nscheduler   Unhealthy   Get "http://127.0.0.1:10251/healthz": x   ';
    expect(first('ComponentStatus', cs).conditions).toMatchObject([{ type: 'Healthy', status: 'False' }]);
    expect(first('Namespace', 'NAME   STATUS        AGE\nshop   Terminating   9d', 'kubectl get ns').status).toEqual({
      phase: 'Terminating',
    });
    expect(
      first('Lease', 'NAME     HOLDER   AGE\nnode-1   node-1   9d', 'kubectl get lease -n kube-node-lease'),
    ).toMatchObject({
      metadata: { name: 'node-1', namespace: 'kube-node-lease' },
      spec: { holderIdentity: 'node-1' },
    });
    const pc =
      'NAME   VALUE     GLOBAL-DEFAULT   AGE   PREEMPTIONPOLICY\nhigh   1000000   false            9d    PreemptLowerPriority';
    expect(first('PriorityClass', pc)).toMatchObject({ value: 1000000, globalDefault: false });
    expect(
      first('LimitRange', 'NAME   CREATED AT\nmem    2025-11-28T08:00:00Z', 'kubectl get limits -n shop'),
    ).toMatchObject({ metadata: { name: 'mem' } });
    expect(
      first(
        'IngressClass',
        'NAME    CONTROLLER             PARAMETERS   AGE\nnginx   k8s.io/ingress-nginx   <none>       9d',
      ),
    ).toMatchObject({ spec: { controller: 'k8s.io/ingress-nginx' } });
  });
});

describe('events', () => {
  it('reads the layout since 1.14, counted and not', () => {
    const text = `
NAMESPACE   LAST SEEN             TYPE      REASON             OBJECT      MESSAGE
shop        2m58s (x7 over 33m)   Warning   FailedScheduling   pod/web-1   0/3 nodes are available:  3 Insufficient cpu.
shop        5m                    Normal    Pulled             pod/web-1   done`;
    const [one, two] = run(kubectlTable, text).of('Event');
    expect(one).toMatchObject({
      involvedObject: { kind: 'Pod', name: 'web-1', namespace: 'shop' },
      type: 'Warning',
      reason: 'FailedScheduling',
      message: '0/3 nodes are available:  3 Insufficient cpu.',
      count: 7,
      firstTimestamp: 'ago:1980s',
      lastTimestamp: 'ago:178s',
    });
    expect(two.count).toBeUndefined();
  });
  it('reads wide rows', () => {
    const text = `
LAST SEEN   TYPE      REASON    OBJECT      SUBOBJECT               SOURCE            MESSAGE       FIRST SEEN   COUNT   NAME
84s         Warning   BackOff   pod/web-1   spec.containers{app}    kubelet, node-1   Back-off it   9m           12      web-1.17a0b1c2d3e4f5a6`;
    expect(first('Event', text)).toMatchObject({
      metadata: { name: 'web-1.17a0b1c2d3e4f5a6' },
      involvedObject: { fieldPath: 'spec.containers{app}' },
      source: { component: 'kubelet', host: 'node-1' },
      count: 12,
      firstTimestamp: 'ago:540s',
      message: 'Back-off it',
    });
  });
  it('reads the layout before 1.14', () => {
    const text = `
LASTSEEN   FIRSTSEEN   COUNT     NAME                     KIND      SUBOBJECT   TYPE      REASON    SOURCE            MESSAGE
4m         25m         5         web-1.14f0a1b2c3d4e5f6   Pod                   Warning   BackOff   kubelet, node-1   Back-off it`;
    expect(first('Event', text)).toMatchObject({
      involvedObject: { kind: 'Pod', name: 'web-1' },
      count: 5,
      lastTimestamp: 'ago:240s',
      firstTimestamp: 'ago:1500s',
    });
  });
});

it('reads a row of events without its header that was pasted with a margin', () => {
  const row =
    ' 4m36s       Warning   FailedCreate          statefulset/press       create Pod press-0 failed error: forbidden';
  expect(kubectlTable.sniff([row], { file: 'a', firstLine: 1 })).toBe(true);
  expect(run(kubectlTable, row).of('Event')).toMatchObject([
    { reason: 'FailedCreate', involvedObject: { kind: 'StatefulSet', name: 'press' } },
  ]);
});

it('reads the layout of 1.13 and 1.14, which names the kind alone', () => {
  const text = `
LAST SEEN   TYPE      REASON               KIND                    MESSAGE
3s          Warning   ProvisioningFailed   PersistentVolumeClaim   the driver is not set up
0s    Warning   FailedScheduling   Pod   pod has unbound immediate claims`;
  expect(
    run(kubectlTable, text)
      .of('Event')
      .map(({ reason, involvedObject: o }) => [reason, o.kind, o.name]),
  ).toEqual([
    ['ProvisioningFailed', 'PersistentVolumeClaim', '(unnamed)'],
    ['FailedScheduling', 'Pod', '(unnamed)'],
  ]);
});

describe('listings', () => {
  const listings = (text: string, command?: string) =>
    run(kubectlTable, text, command).listings.map(({ kind, namespace, complete }) => [kind, namespace, complete]);

  it('are complete when nothing narrowed them', () => {
    expect(listings(PODS, 'kubectl get pods -n shop')).toEqual([['Pod', 'shop', true]]);
    expect(listings(PODS, 'kubectl get pods -n shop --sort-by=.metadata.name')).toEqual([['Pod', 'shop', true]]);
    expect(listings(`NAMESPACE   ${PODS.replace('\n', '\nshop        ')}`)).toEqual([['Pod', undefined, true]]);
  });
  it.each([
    'kubectl get pods -n shop -l app=web',
    'kubectl get pods web-1 -n shop',
    'kubectl get pods -n shop | grep web',
    'kubectl get pods',
  ])('are not complete after %s', (command) => expect(listings(PODS, command)[0]?.[2]).toBe(false));
  it('are not complete without a command and without namespaces', () => {
    expect(listings(PODS)).toEqual([['Pod', undefined, false]]);
  });
  it('are not complete when an error cut them short', () => {
    const out = run(
      kubectlTable,
      `${PODS}\nError from server (Forbidden): pods is forbidden: no`,
      'kubectl get pods -n shop',
    );
    expect(out.listings[0]?.complete).toBe(false);
    expect(out.failures).toHaveLength(1);
    expect(out.of('Pod')).toHaveLength(1);
  });
  it('tell an empty namespace, not an empty output', () => {
    const out = run(kubectlTable, 'No resources found in shop namespace.', 'kubectl get pods -n shop');
    expect(out.empty).toEqual(['pods']);
    expect(out.listings).toMatchObject([{ kind: 'Pod', namespace: 'shop', complete: true }]);
    expect(run(kubectlTable, '', 'kubectl get pods -n shop').sniffed).toBe(false);
    expect(run(kubectlTable, 'No resources found', 'kubectl get pods -n shop -l a=b').empty).toEqual([]);
  });
});

describe('odd tables', () => {
  it('another kind below what was asked for is that kind, and proves no absence', () => {
    const out = run(kubectlTable, `No resources found in shop namespace.\n\n${PODS}`, 'kubectl get svc -n shop');
    expect(out.of('Service')).toEqual([]);
    expect(out.of('Pod')).toHaveLength(1);
    expect(out.listings.map(({ kind, complete }) => [kind, complete])).toEqual([
      ['Service', true],
      ['Pod', false],
    ]);
  });
  it('an event right below the rows of another table', () => {
    const out = run(kubectlTable, `${PODS}\n5m   Warning   BackOff   pod/web-1   Back-off restarting`);
    expect(out.of('Event')).toMatchObject([{ involvedObject: { kind: 'Pod', name: 'web-1' }, reason: 'BackOff' }]);
    expect(out.of('Pod')).toHaveLength(1);
  });
  it('reads several tables with prefixed names', () => {
    const text = `
NAME        READY   STATUS    RESTARTS   AGE
pod/web-1   1/1     Running   0          9d

NAME          TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
service/web   ClusterIP   10.96.0.7    <none>        80/TCP    9d

NAME                  READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/web   1/1     1            1           9d

NAME                              DESIRED   CURRENT   READY   AGE
replicationcontroller/old-style   1         1         1       9d`;
    const out = run(kubectlTable, text, 'kubectl get all -n shop');
    expect(out.all.map(({ kind, object }) => [kind, object.metadata.name])).toEqual([
      ['Pod', 'web-1'],
      ['Service', 'web'],
      ['Deployment', 'web'],
    ]);
    expect(out.listings.map((l) => l.kind)).toEqual(['Pod', 'Service', 'Deployment']);
    expect(out.unread).toHaveLength(1);
  });
  it('keeps the labels of -L', () => {
    const text = 'NAME    READY   STATUS    RESTARTS   AGE   APP\nweb-1   1/1     Running   0          9d    web';
    expect(first('Pod', text, 'kubectl get pods -L example.org/app').metadata.labels).toEqual({
      'example.org/app': 'web',
    });
  });
  it('reads rows of events that were pasted without their header', () => {
    const read = (text: string) =>
      run(kubectlTable, text)
        .of('Event')
        .map(({ involvedObject, reason, message }) => [involvedObject, reason, message]);
    expect(
      read('12s         Warning   FailedScheduling   pod/web-0   0/3 nodes are available: 3 Insufficient cpu.'),
    ).toEqual([[{ kind: 'Pod', name: 'web-0' }, 'FailedScheduling', '0/3 nodes are available: 3 Insufficient cpu.']]);
    expect(
      read('shop   3m (x5 over 10m)   Warning   BackOff   pod/db-0   Back-off restarting failed container'),
    ).toEqual([[{ kind: 'Pod', namespace: 'shop', name: 'db-0' }, 'BackOff', 'Back-off restarting failed container']]);
    expect(run(kubectlTable, '12s Warning: the disk is full').sniffed).toBe(false);
  });

  it('takes no part of a description for rows', () => {
    const text = '  Type     Reason  Age  From     Message\n  Warning  Failed  9s   kubelet  Error: ErrImagePull\n';
    expect(run(kubectlTable, text, 'kubectl describe pod web-0 | tail -2').sniffed).toBe(false);
  });

  it('reads rows whose header grep cut off', () => {
    const text = 'web-1   0/1   CrashLoopBackOff   5 (3m ago)   9d';
    expect(first('Pod', text, 'kubectl get pods -n shop | grep web')).toMatchObject({ status: { phase: 'Running' } });
    const bare = run(kubectlTable, text, 'kubectl get pods -n shop');
    expect(bare.sniffed).toBe(true);
    expect(bare.listings).toMatchObject([{ complete: false }]);
    const quotas = 'team-a   1/1   2/2   4d';
    expect(run(kubectlTable, quotas, 'kubectl get widgets -n shop').sniffed).toBe(false);
  });

  it('reads a table that lost its spaces', () => {
    const text = 'NAME READY STATUS RESTARTS AGE\nweb-1 0/1 CrashLoopBackOff 5 (3m ago) 9d';
    expect(first('Pod', text)).toMatchObject({ status: { containerStatuses: [{ restartCount: 5 }] } });
  });
  it('skips warnings above the table', () => {
    const text =
      'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\nNAME   ENDPOINTS     AGE\nweb    10.0.0.1:80   9d';
    const out = run(kubectlTable, text, 'kubectl get ep -n shop');
    expect(out.sniffed).toBe(true);
    expect(out.unread).toEqual([]);
    expect(out.of('Endpoints')).toHaveLength(1);
  });
  it('takes no other kind for a known one', () => {
    const out = run(
      kubectlTable,
      'NAME   DESIRED   CURRENT   READY   AGE\nset    1         1         1       9d',
      'kubectl get machinesets -A',
    );
    expect(out.all).toEqual([]);
    expect(out.unread).toHaveLength(1);
  });
  it('leaves other outputs and prose alone', () => {
    expect(
      run(kubectlTable, 'POD    IMAGE\nweb    a:1', 'kubectl get pods -o custom-columns=POD:.metadata.name').sniffed,
    ).toBe(false);
    expect(run(kubectlTable, 'pod/web-1', 'kubectl get pods -o name').sniffed).toBe(false);
    expect(run(kubectlTable, 'NAME is required\nby us').sniffed).toBe(false);
  });
  it('reads columns of somebody’s own, where the names are among them', () => {
    const { all } = run(
      kubectlTable,
      'NAME   HOST   ADDRESS\nweb    wk-1   <none>',
      'kubectl get pods -o custom-columns=NAME:.metadata.name,HOST:.spec.nodeName,ADDRESS:.status.podIP',
    );
    expect(all[0]?.object).toMatchObject({ metadata: { name: 'web' }, spec: { nodeName: 'wk-1' } });
    expect(all[0]?.object).not.toHaveProperty('status.podIP');
  });
  it('does not fall for keys of the prototype', () => {
    const text =
      'NAME    READY   STATUS    RESTARTS   AGE   LABELS\nweb-1   1/1     Running   0          9d    __proto__=x,constructor=y';
    const { all } = run(kubectlTable, text);
    expect(Object.keys(all[0]?.object.metadata.labels)).toContain('constructor');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('hostile lines', () => {
  it.each([`NAME ${'A '.repeat(900)}!`, `NAME   ${'-'.repeat(1900)}x`, `${'NAME '.repeat(390)}?`])(
    'are refused fast',
    (line) => {
      const start = performance.now();
      run(kubectlTable, `${line}\n${line}`, 'kubectl get pods');
      // Milliseconds; an exploding pattern would not come back at all.
      expect(performance.now() - start).toBeLessThan(500);
    },
  );
});

describe('rows without their header, and rows that go on', () => {
  it('reads rows of pods, and does not take them for all that there are', () => {
    const text = `shop   web-7f6c9d8b5-x2k9q   0/1     CrashLoopBackOff   9 (105s ago)   19m   10.1.0.5   node-1   <none>           <none>
shop   web-7f6c9d8b5-m4m4m   0/1     Init:0/1           0              19m   <none>     node-1   <none>           <none>`;
    const { of, listings } = run(kubectlTable, text);
    expect(of('Pod')).toMatchObject([
      { metadata: { name: 'web-7f6c9d8b5-x2k9q', namespace: 'shop' }, spec: { nodeName: 'node-1' } },
      { metadata: { name: 'web-7f6c9d8b5-m4m4m', namespace: 'shop' } },
    ]);
    expect(listings.every(({ complete }) => !complete)).toBe(true);
    expect(first('Pod', 'web-1   1/1     Running   0          9d')).toMatchObject({ metadata: { name: 'web-1' } });
    expect(first('Pod', 'total   1/1     done      0          9d')).toBeUndefined();
  });

  it('puts them together behind rows without a header too', () => {
    const text = `28m         Warning   FailedCreatePodSandBox   pod/web-1    Failed to create pod sandbox: sandbox of web-1:
error adding container to network "ovn"`;
    expect(first('Event', text)).toMatchObject({
      message: expect.stringContaining('error adding container to network "ovn"'),
    });
  });

  it('puts the lines of a wrapped message of an event together again', () => {
    const text = `LAST SEEN   TYPE      REASON                   OBJECT      MESSAGE
59m         Warning   FailedCreatePodSandBox   pod/web-1   Failed to create pod sandbox: plu
gin failed: network
attachment "storage" not found
58m         Normal    Pulled                   pod/web-2   Pulled`;
    const { of, unread } = run(kubectlTable, text);
    expect(of('Event')).toMatchObject([
      { message: 'Failed to create pod sandbox: plugin failed: network attachment "storage" not found' },
      { message: 'Pulled' },
    ]);
    expect(unread).toEqual([]);
  });
});

it('a sentence below the table of nodes is no node', () => {
  const text =
    'NAME     STATUS                        ROLES    AGE   VERSION\nnode-1   NotReady,SchedulingDisabled   worker   9d    v1.31.2\nAs you see the node is cordoned now.';
  const { of, unread } = run(kubectlTable, text);
  expect(of('Node').map((node) => node.metadata.name)).toEqual(['node-1']);
  expect(unread).toHaveLength(1);
});

it('a row that is marked in Markdown', () => {
  const text =
    'NAME   READY   STATUS             RESTARTS   AGE\n**web-0   0/1     CrashLoopBackOff   5          4m23s**\n';
  expect(run(kubectlTable, text, 'kubectl get pods').of('Pod')[0]?.metadata.name).toBe('web-0');
});

describe('rows of aggregated APIs', () => {
  it('are read without their header, and with a header that was wrapped', () => {
    const row = 'v1beta1.metrics.k8s.io   kube-system/metrics-server   False (MissingEndpoints)   2m21s';
    const condition = { type: 'Available', status: 'False', reason: 'MissingEndpoints' };
    expect(first('APIService', row, 'kubectl get apiservices | grep metrics').status.conditions).toEqual([condition]);
    const wrapped = `NAME                     SERVICE                      AVAILABLE\n          AGE\n${row}`;
    const { of } = run(kubectlTable, wrapped);
    expect(of('APIService').find((one) => one.metadata.name.startsWith('v1beta1'))?.status.conditions).toEqual([
      condition,
    ]);
  });
});

it.each([
  ['Healthy', 'True'],
  ['Unhealthy', 'False'],
  ['Unknown', 'Unknown'],
])('a component that is %s in the table has the condition Healthy %s', (word, status) =>
  expect(
    first('ComponentStatus', `NAME        STATUS      MESSAGE   ERROR\nscheduler   ${word.padEnd(12)}ok        `)
      .conditions,
  ).toMatchObject([{ type: 'Healthy', status }]),
);

it('a label that was cut off before its value is none', () => {
  const text =
    'NAME    READY   STATUS    RESTARTS   AGE   LABELS\nweb-1   1/1     Running   0          9d    app=web,tie\n';
  expect(first('Pod', text).metadata.labels).toEqual({ app: 'web' });
});
