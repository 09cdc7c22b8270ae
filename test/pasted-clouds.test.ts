/** What people paste of clusters that a cloud runs: small texts through the whole pipeline, and what is said first. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const CASES: Readonly<Record<string, Pasted>> = {
  'a load balancer that finds two security groups of the cluster': {
    files: {
      'ticket.txt': `$ kubectl get events -n ferry
LAST SEEN   TYPE      REASON                   OBJECT                                    MESSAGE
8m          Warning   FailedNetworkReconcile   targetgroupbinding/k8s-ferry-quay-0a0a0   expected exactly one securityGroup tagged with kubernetes.io/cluster/harbour for eni eni-11, got: [sg-1 sg-2] (clusterName: harbour)
`,
    },
    check: 'ingress-lb-failed',
    words: ['k8s-ferry-quay-0a0a0', 'exactly one securityGroup'],
  },
  'an autoscaler whose cloud has no more cores for it': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON                 KIND        MESSAGE
1m          Warning   FailedToScaleUpGroup   ConfigMap   Scale-up failed for group pool-1: Code="OperationNotAllowed" Message="Operation results in exceeding quota limits of Core. Maximum allowed: 8, Current in use: 8, Additional requested: 2."
`,
      'pod.txt': `Events:
  Type     Reason             Age                From                Message
  ----     ------             ----               ----                -------
  Warning  FailedScheduling   1m (x9 over 12m)   default-scheduler   0/4 nodes are available: 4 Insufficient cpu.
  Normal   NotTriggerScaleUp  1m (x40 over 12m)  cluster-autoscaler  pod didn't trigger scale-up: 1 in backoff after failed scale-up
`,
    },
    check: 'cloud-api-refused',
    words: ['cluster-autoscaler', 'exceeding quota', 'pool-1'],
  },
  'a cloud that does not know its customer, at a prompt that shows the folder alone': {
    files: {
      'svc.txt': `~ kubectl get svc
NAME         TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
kubernetes   ClusterIP      10.96.0.1    <none>        443/TCP        71d
quay         LoadBalancer   10.96.8.2    <pending>     80:31522/TCP   48m
~ kubectl describe svc quay | tail -4
Events:
  Type     Reason                  Age                From                Message
  ----     ------                  ----               ----                -------
  Warning  SyncLoadBalancerFailed  3m (x9 over 40m)   service-controller  Error syncing load balancer: failed to ensure load balancer: GET https://api.cloud.example/v2/balancers: 401 Unable to authenticate you
`,
    },
    check: 'cloud-api-refused',
    words: ['credentials', 'Service quay', 'LoadBalancer Service has no external address'],
  },
  'a cloud controller that says its error again with other words': {
    files: {
      'ccm.log': `I0301 10:00:00.000000       1 controller.go:402] Ensuring load balancer for service ferry/quay
E0301 10:00:01.000000       1 controller.go:302] error processing service ferry/quay (retrying with exponential backoff): failed to ensure load balancer: {"error_code":"LB.7","error_message":"project can not be empty"}
`,
      'svc.txt': `NAMESPACE   NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
ferry       quay   LoadBalancer   10.96.8.2    <pending>     80:31522/TCP   48m
`,
    },
    check: 'svc-lb-pending',
    words: ['project can not be empty', 'quay'],
  },
  'a switch of the cloud without addresses': {
    files: {
      'terway.log': `time="2026-03-01T10:00:00Z" level=warning msg="Assign private ip address failed: Status Code: 403 Code: InvalidVSwitchId.IpNotEnough Message: The specified VSwitch \\"vsw-1\\" has not enough IpAddress., retrying"
time="2026-03-01T10:00:05Z" level=warning msg="Assign private ip address failed: Status Code: 403 Code: InvalidVSwitchId.IpNotEnough Message: The specified VSwitch \\"vsw-1\\" has not enough IpAddress., retrying"
`,
    },
    check: 'cni-ip-exhausted',
    words: ['vsw-1'],
  },
  'a file that the Corefile imports, with a property that is gone': {
    files: {
      'ticket.txt': `$ kubectl -n kube-system logs coredns-7c9d8f6b5-x2x4l
plugin/kubernetes: /etc/coredns/custom/office.server:3 - Error during parsing: unknown property 'resyncperiods'
$ kubectl -n kube-system get pods
NAME                      READY   STATUS             RESTARTS   AGE
coredns-7c9d8f6b5-x2x4l   0/1     CrashLoopBackOff   9          23m
coredns-7c9d8f6b5-b2b4l   0/1     CrashLoopBackOff   9          23m
`,
    },
    check: 'dns-corefile-invalid',
    words: ['resyncperiods', 'office.server'],
  },
  'the events of a secret store, cut out, beside its row': {
    files: {
      'stores.txt': `NAMESPACE   NAME    AGE   STATUS                  CAPABILITIES   READY
ferry       vault   9m    InvalidProviderConfig                  False
`,
      'events.txt': `  Warning  InvalidProviderConfig  10s (x14 over 51s)  secret-store  unable to create client: the identity may not read the vault
`,
    },
    check: 'custom-resource-not-ready',
    words: ['SecretStore vault', 'the identity may not read the vault'],
  },
  'events of a mount in a file that is called after the command': {
    files: {
      'mount.txt': `  Type     Reason       Age                From                 Message
  ----     ------       ----               ----                 -------
  Normal   Scheduled    24m                default-scheduler    Successfully assigned ferry/quay-0 to wk-1
  Warning  FailedMount  1m (x17 over 23m)  kubelet, wk-1        MountVolume.SetUp failed for volume "inbox" : mount failed: exit status 32
Mounting command: mount
Mounting arguments: -t cifs -o vers=3.0,<masked> //files.harbour.example/inbox /var/lib/kubelet/pods/1/volumes/kubernetes.io~azure-file/inbox
Output: mount error(115): Operation now in progress
`,
      'node.txt': `root@wk-1:/# nc -zv -w 5 files.harbour.example 445
nc: connect to files.harbour.example port 445 (tcp) timed out: Operation now in progress
`,
    },
    check: 'net-address-not-answering',
    words: ['files.harbour.example:445', 'A volume cannot be mounted (Pod ferry/quay-0)'],
  },
  'a workflow engine whose pod a policy of the cloud denies': {
    files: {
      'controller.log': `time="2026-03-01T10:00:00Z" level=warning msg="Non-transient error: admission webhook \\"rules.cloud.example\\" denied the request: it violates one or more constraints of this cluster, which are listed below.\\nDetails: cpu is higher than the maximum of '11'"
time="2026-03-01T10:00:00Z" level=info msg="Failed to create pod fit-1.fit (fit-1-fit-77): admission webhook \\"rules.cloud.example\\" denied the request: it violates one or more constraints of this cluster, which are listed below." workflow=fit-1
`,
    },
    check: 'pod-forbidden',
    words: ['fit-1.fit', "higher than the maximum of '11'"],
  },
  'a certificate of Google at an Ingress of another class': {
    files: {
      'cert.txt': `Name:         harbour
Namespace:    ferry
Labels:       <none>
Annotations:  <none>
API Version:  networking.gke.io/v1
Kind:         ManagedCertificate
Metadata:
  Creation Timestamp:  2026-03-01T10:00:00Z
Spec:
  Domains:
    www.harbour.example
Status:
  Certificate Status:  Provisioning
  Domain Status:
    Domain:  www.harbour.example
    Status:  FailedNotVisible
Events:      <none>
`,
      'ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: quay
  namespace: ferry
  annotations:
    networking.gke.io/managed-certificates: harbour
spec:
  ingressClassName: nginx
`,
    },
    check: 'network-resource-not-ready',
    words: ['www.harbour.example FailedNotVisible', 'Ingress quay', 'class nginx'],
  },
  'a certificate of Google whose name leads elsewhere, in YAML': {
    files: {
      'cert.yaml': `apiVersion: networking.gke.io/v1
kind: ManagedCertificate
metadata:
  name: harbour
  namespace: ferry
status:
  certificateStatus: Provisioning
  domainStatus:
  - domain: www.harbour.example
    status: FailedNotVisible
  - domain: harbour.example
    status: Active
`,
    },
    check: 'network-resource-not-ready',
    words: ['www.harbour.example FailedNotVisible', 'state failed'],
  },
  'a driver on the node that is killed for memory, as an agent tells it': {
    files: {
      'pod.txt': `Name:             fit-0
Namespace:        ferry
Node:             wk-1/192.0.2.21
Status:           Pending
Containers:
  fit:
    Image:          harbour/fit:1
    State:          Waiting
      Reason:       ContainerCreating
    Ready:          False
Events:
  Type     Reason       Age                   From     Message
  ----     ------       ----                  ----     -------
  Warning  FailedMount  2m (x71 over 172m)    kubelet  MountVolume.SetUp failed for volume "sets" : rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /var/lib/kubelet/plugins/bucketfuse.csi.example.com/csi.sock: connect: connection refused"
`,
      'events.txt': `LAST SEEN   TYPE      REASON       OBJECT      MESSAGE
2m          Warning   OOMKilling   node/wk-1   (combined from similar events): Memory cgroup out of memory: Killed process 77 (bucketfuse-csi) total-vm:1340248kB, anon-rss:100796kB
`,
    },
    check: 'node-npd-condition',
    words: ['bucketfuse-csi', 'A volume cannot be mounted'],
  },
  'a driver on the node that crashes': {
    files: {
      'pod.txt': `Name:             fit-0
Namespace:        ferry
Node:             wk-1/192.0.2.21
Status:           Pending
Events:
  Type     Reason       Age                   From     Message
  ----     ------       ----                  ----     -------
  Warning  FailedMount  2m (x71 over 172m)    kubelet  MountVolume.SetUp failed for volume "sets" : rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /var/lib/kubelet/plugins/bucketfuse.csi.example.com/csi.sock: connect: connection refused"
`,
      'pods.txt': `NAMESPACE     NAME                       READY   STATUS             RESTARTS         AGE
kube-system   bucketfusecsi-node-4l8rs   2/2     Running            0                20d
kube-system   bucketfusecsi-node-8k5fd   1/2     CrashLoopBackOff   38 (2m16s ago)   20d
`,
    },
    check: 'crashloop-app-error',
    words: ['bucketfusecsi-node-8k5fd', 'A volume cannot be mounted'],
  },
};

describe('pasted texts of clusters that a cloud runs', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const [first] = (await paste(files)).rootCauses;
    expect(first?.check).toBe(check);
    for (const word of words) expect(JSON.stringify(first)).toContain(word);
  });
});

/** Nothing here is worth more than a note. */
const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a certificate of Google on its way': {
    'cert.yaml': `apiVersion: networking.gke.io/v1
kind: ManagedCertificate
metadata:
  name: harbour
  namespace: ferry
status:
  certificateStatus: Provisioning
  domainStatus:
  - domain: www.harbour.example
    status: Provisioning
`,
  },
  'a process that was killed at its limit once': {
    'events.txt': `LAST SEEN   TYPE      REASON       OBJECT      MESSAGE
2m          Warning   OOMKilling   node/wk-1   Memory cgroup out of memory: Killed process 77 (python3) total-vm:1340248kB, anon-rss:100796kB
`,
    'nodes.txt': `NAME   STATUS   ROLES    AGE   VERSION
wk-1   Ready    <none>   9d    v1.33.1
`,
  },
  'mounts in a file that is called so': {
    'mount.txt': `/dev/sda2 on / type ext4 (rw,relatime)
tmpfs on /run type tmpfs (rw,nosuid,nodev)
`,
  },
};

describe('pasted texts of clusters of a cloud that work', () => {
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
