/** What people paste of a control plane that fails: small texts through the whole pipeline, and what is said first. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const klog = (level: string, place: string, message: string): string =>
  `${level}0301 10:00:00.000000       1 ${place}] ${message}`;
/** An event of an audit log, indented as jq does. */
const audited = (id: string, username: string, millisecond: number): string =>
  `${JSON.stringify(
    {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: id,
      stage: 'ResponseStarted',
      requestURI: '/api/v1/configmaps?watch=true',
      verb: 'watch',
      user: { username },
      objectRef: { resource: 'configmaps', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 200 },
      requestReceivedTimestamp: `2026-03-01T10:00:00.${String(millisecond).padStart(3, '0')}000Z`,
    },
    null,
    2,
  )}\n`;
const WIDTH = 100;
/** A text as a terminal of that many columns shows it. */
const terminal = (text: string): string =>
  text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${WIDTH}}`, 'g')) ?? [''])
    .join('\n');

const CASES: Readonly<Record<string, Pasted>> = {
  'an extension that the API server was never set up for': {
    files: {
      'ticket.txt': `$ kubectl get apiservices | grep False
v1beta1.metrics.k8s.io   kube-system/metrics-server   False (FailedDiscoveryCheck)   3d
$ kubectl -n kube-system logs metrics-server-58dc6d6b9-k2xvq
${klog('W', 'authentication.go:296', "Cluster doesn't provide requestheader-client-ca-file in configmap/extension-apiserver-authentication in kube-system, so request-header client certificate authentication won't work.")}
${klog('I', 'secure_serving.go:116', 'Serving securely on [::]:4443')}
`,
    },
    check: 'api-aggregation-unset',
    words: ['requestheader-client-ca-file'],
  },
  'tokens that a webhook shall judge, whose certificate nobody trusts': {
    files: {
      'kube-apiserver.log': [1, 2, 3]
        .flatMap(() => [
          klog(
            'E',
            'webhook.go:154',
            'Failed to make webhook authenticator request: Post "https://badge.login.svc:8443/check?timeout=30s": tls: failed to verify certificate: x509: certificate is valid for badge, not badge.login.svc',
          ),
          klog(
            'E',
            'authentication.go:73',
            '"Unable to authenticate the request" err="[invalid bearer token, Post \\"https://badge.login.svc:8443/check?timeout=30s\\": tls: failed to verify certificate]"',
          ),
        ])
        .join('\n'),
      'shell.txt': `$ kubectl get pods
error: You must be logged in to the server (Unauthorized)
`,
    },
    check: 'api-authn-webhook-failed',
    words: ['badge.login.svc'],
  },
  'a role of EKS that is mapped with its path': {
    files: {
      'aws-auth.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: aws-auth
  namespace: kube-system
data:
  mapRoles: |
    - rolearn: arn:aws:iam::111122223333:role/teams/reef/pearl-diver
      username: pearl-diver
      groups: [system:masters]
`,
      'shell.txt': `$ kubectl get ns
error: You must be logged in to the server (Unauthorized)
`,
    },
    check: 'iam-mapping-invalid',
    words: ['role pearl-diver has the path teams/reef/', 'aws-auth'],
  },
  'a virtual address that stays where its check fails': {
    files: {
      'keepalived.log': `Mar 01 10:00:00 gate-1 Keepalived_vrrp[900]: (VI_REEF) Entering MASTER STATE
Mar 01 10:04:00 gate-1 Keepalived_vrrp[900]: Script \`check_api\` now returning 7
Mar 01 10:04:00 gate-1 Keepalived_vrrp[900]: VRRP_Script(check_api) failed (exited with status 7)
Mar 01 10:04:00 gate-1 Keepalived_vrrp[900]: (VI_REEF) Changing effective priority from 120 to 118
Mar 01 10:04:01 gate-1 Keepalived_vrrp[900]: (VI_REEF) received lower priority (110) advert from 192.0.2.22 - discarding
`,
      'curl.txt': `$ curl -k https://192.0.2.20:6443/readyz
curl: (7) Failed to connect to 192.0.2.20 port 6443 after 1 ms: Connection refused
`,
    },
    check: 'keepalived-holds-broken',
    words: ['check_api', 'from 120 to 118', '110'],
  },
  'a taint that Cluster API has not taken off': {
    files: {
      'node.txt': `Name:               reef-md-0-2x7k
Roles:              <none>
CreationTimestamp:  Sun, 01 Mar 2026 09:00:00 +0000
Taints:             node.cluster.x-k8s.io/uninitialized:NoSchedule
Unschedulable:      false
Conditions:
  Type    Status  LastHeartbeatTime                 LastTransitionTime                Reason         Message
  ----    ------  -----------------                 ------------------                ------         -------
  Ready   True    Sun, 01 Mar 2026 10:00:00 +0000   Sun, 01 Mar 2026 09:01:00 +0000   KubeletReady   kubelet is posting ready status
`,
      'pods.txt': `NAMESPACE   NAME                     READY   STATUS    RESTARTS   AGE
reef        pearl-5c8f9bd5f7-6gv2c   0/1     Pending   0          55m
`,
    },
    check: 'cloud-node-uninitialized',
    words: ['node.cluster.x-k8s.io/uninitialized', 'Cluster API'],
  },
  'an update of EKS for which its subnets are too full': {
    files: {
      'apply.txt': `Error: error updating EKS Cluster (reef) version: InvalidRequestException: Provided subnets subnet-0a1b2c3d4e5f60718 Free IPs: 1 , need at least 5 IPs in each subnet to be free for this operation
`,
    },
    check: 'cloud-subnet-full',
    words: ['subnet-0a1b2c3d4e5f60718'],
  },
  'a budget that a cloud will not upgrade against': {
    files: {
      'activity.txt': `(UnsatisfiablePDB) Upgrade is blocked due to invalid Pod Disruption Budgets (PDBs). Invalid PDBs details: 1 error occurred:
	* PDB reef/pearl-store has minAvailable(2) >= expectedPods(2)  can't proceed with put operation
`,
    },
    check: 'pdb-misconfigured',
    words: ['reef/pearl-store', 'minAvailable(2)'],
  },
  'a pool of nodes whose subnet is full': {
    files: {
      'upgrade.txt': `$ az aks nodepool upgrade -g reef --cluster-name reef -n divers
Operation failed with status: 'Conflict'. Details: Category: ClientError; SubCode: SubnetIsFull; OrginalError: Code="SubnetIsFull" Message="Subnet reef-nodes with address prefix 192.0.2.0/25 does not have enough capacity for 31 IP addresses." Details=[]
`,
    },
    check: 'cloud-subnet-full',
    words: ['reef-nodes'],
  },
  'a control plane whose calls go to a proxy': {
    files: {
      'scheduler.log': [11, 24, 37]
        .map(
          (at) =>
            `E0301 10:00:${at}.306871       1 leaderelection.go:325] error retrieving resource lock kube-system/kube-scheduler: Get "https://192.0.2.4:6443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler?timeout=5s": proxyconnect tcp: dial tcp 192.0.2.99:3128: i/o timeout`,
        )
        .join('\n'),
      'curl.txt': `$ curl -k https://192.0.2.4:6443/healthz
curl: (7) Failed to connect to 192.0.2.99 port 3128 after 21004 ms: Connection timed out
`,
    },
    check: 'app-proxy-refused',
    words: ['192.0.2.99:3128'],
  },
  'a node that its cloud does not know, and that comes back': {
    files: {
      'ccm.log': [1, 2, 3]
        .flatMap(() => [
          klog('I', 'node_controller.go:415', 'Initializing node barge-2 with cloud provider'),
          klog(
            'E',
            'node_controller.go:229',
            "error syncing 'barge-2': failed to get instance metadata for node barge-2: instance not found, requeuing",
          ),
          klog(
            'I',
            'node_lifecycle_controller.go:164',
            'deleting node since it is no longer present in cloud provider: barge-2',
          ),
        ])
        .join('\n'),
    },
    check: 'cloud-node-deleted-again',
    words: ['barge-2'],
  },
  'a ClusterVersion that its own schema refuses': {
    files: {
      'ticket.txt': `$ oc adm upgrade --to-latest
The ClusterVersion "version" is invalid:
* status.capabilities.enabledCapabilities[2]: Unsupported value: "Ingress": supported values: "baremetal", "Console"
`,
    },
    check: 'clusterversion-refused',
    words: ['enabledCapabilities[2]', 'ClusterVersion'],
  },
  'two masters of one name that write one lock': {
    files: {
      'controller-manager.log': [1, 3, 5, 7, 9]
        .map(
          (at) =>
            `E0301 10:00:0${at}.306871       1 leaderelection.go:318] err: Operation cannot be fulfilled on endpoints "press-lock": the object has been modified; please apply your changes to the latest version and try again`,
        )
        .join('\n'),
    },
    check: 'leader-election-lost',
    words: ['press-lock', 'same identity'],
  },
  'a client of the API that shows a token of another cluster': {
    files: {
      'kube-apiserver.log': [1, 2, 3, 4]
        .map(() =>
          klog(
            'E',
            'authentication.go:62',
            'Unable to authenticate the request due to an error: [invalid bearer token, [invalid bearer token, square/go-jose: error in cryptographic primitive]]',
          ),
        )
        .join('\n'),
    },
    check: 'api-cert-problem',
    words: ['another key'],
  },
  'CoreDNS that waits, and nodes that no cloud controller manager initialises': {
    files: {
      'ticket.txt': `me@desk:~$ kubectl get pods -n kube-system
NAME                       READY   STATUS    RESTARTS   AGE
coredns-6d4b75cb6d-4xk2n   0/1     Pending   0          41m
coredns-6d4b75cb6d-vz7rq   0/1     Pending   0          41m
me@desk:~$ kubectl describe pod -n kube-system coredns-6d4b75cb6d-4xk2n
...
Tolerations:     CriticalAddonsOnly
                 node-role.kubernetes.io/control-plane:NoSchedule
me@desk:~$ kubectl describe node cp-1
...
Taints:             node-role.kubernetes.io/control-plane:NoSchedule
                    node.cloudprovider.kubernetes.io/uninitialized=true:NoSchedule
`,
    },
    check: 'cloud-node-uninitialized',
    words: ['cp-1', 'uninitialized'],
  },
  'two that hold one lock in turn': {
    files: {
      'press.log': [1, 3, 5, 7, 9]
        .map(
          (at) =>
            `E0301 10:00:0${at}.306871      10 leaderelection.go:263] Failed to update lock: Operation cannot be fulfilled on endpoints "press-leader": the object has been modified; please apply your changes to the latest version and try again`,
        )
        .join('\n'),
    },
    check: 'leader-election-lost',
    words: ['press-leader', 'has been modified'],
  },
  'an excerpt of seconds in which etcd applies each entry slowly': {
    files: {
      'etcd.log': [21, 22, 24, 25]
        .map((at) => `2026-03-01 10:00:${at}.1 W | etcdserver: apply entries took too long [2${at}.5ms for 1 entries]`)
        .join('\n'),
    },
    check: 'etcd-apply-slow',
    words: ['4 requests', 'disk'],
  },
  'a pod of a virtual cluster that the cluster below refuses': {
    files: {
      'pod.txt': `Name:           till-0
Namespace:      market
Node:           <none>
Status:         Pending
IP:             
Controlled By:  StatefulSet/till
Events:
  Type     Reason     Age                  From        Message
  ----     ------     ----                 ----        -------
  Warning  SyncError  31s (x17 over 7m59s) pod-syncer  Error syncing to physical cluster: pods "till-0-x-market-x-v" is forbidden: failed quota: floor: must specify limits.cpu
`,
    },
    check: 'quota-exceeded',
    words: ['floor', 'limits.cpu', 'till'],
  },
  'an operator of OpenShift whose claim gets no volume from a share': {
    files: {
      'co.txt': `$ oc get co image-registry
NAME             VERSION   AVAILABLE   PROGRESSING   DEGRADED   SINCE
image-registry   4.14.1    False       True          True       22m
$ oc get pods -n openshift-image-registry
NAME                                               READY   STATUS    RESTARTS   AGE
cluster-image-registry-operator-6c8b9b5d9f-8rvpn   1/1     Running   0          48m
image-registry-7f5c9b6d8c-l2mvq                    0/1     Pending   0          22m
`,
      'pvc.txt': `Name:          layers
Namespace:     openshift-image-registry
StorageClass:  shelf
Status:        Pending
Used By:       image-registry-7f5c9b6d8c-l2mvq
Events:
  Type     Reason              Age                From         Message
  ----     ------              ----               ----         -------
  Warning  ProvisioningFailed  3m2s (x9 over 21m) shelf_1      failed to provision volume with StorageClass "shelf": unable to create directory to provision new pv: mkdir /persistentvolumes/layers-pvc-1: permission denied
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['layers', 'mkdir /persistentvolumes/layers-pvc-1: permission denied'],
  },
  'an operator of OpenShift whose program has a log, and no namespace': {
    files: {
      'co.txt': `NAME             VERSION   AVAILABLE   PROGRESSING   DEGRADED   SINCE
image-registry   4.14.1    False       True          False      52m
`,
      'image-registry-6b7d9c4c55-9ktxq.log': `time="2026-03-01T10:00:00.698512303Z" level=info msg="start registry" distribution_version=v2.6.0
panic: Swift authentication failed: Post https://store.example.org:5000/v3/auth/tokens: x509: certificate signed by unknown authority
`,
    },
    check: 'log-tls-failure',
    words: ['image-registry-6b7d9c4c55-9ktxq', 'signed by unknown authority'],
  },
  'a login that waits for the router, which finds no node': {
    files: {
      'co.txt': `$ oc get co
NAME             VERSION   AVAILABLE   PROGRESSING   DEGRADED   SINCE   MESSAGE
authentication   4.14.1    False       False         True       41m     ReadyIngressNodesAvailable: Authentication requires functional ingress which requires at least one schedulable and ready node. Got 0 worker nodes, 1 master nodes.
ingress          4.14.1    False       True          True       38m     The "default" ingress controller reports Available=False
$ oc get events -n openshift-ingress
LAST SEEN   TYPE      REASON             OBJECT                               MESSAGE
37s         Warning   FailedScheduling   pod/router-default-6f6c7d8f4b-kq5cv   0/1 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/master: }.
$ oc get pods -n openshift-ingress
NAME                              READY   STATUS    RESTARTS   AGE
router-default-6f6c7d8f4b-kq5cv   0/1     Pending   0          38m
`,
    },
    check: 'sched-taint-untolerated',
    words: ['router-default-6f6c7d8f4b-kq5cv'],
  },
  'a server of k3s whose address changed, and its node': {
    files: {
      'k3s.log': `Mar 01 10:00:01 hut-2 k3s[1120]: time="2026-03-01T10:00:01Z" level=info msg="Starting k3s v1.30.6+k3s1 (1829eaae)"
Mar 01 10:00:14 hut-2 k3s[1120]: time="2026-03-01T10:00:14Z" level=error msg="Failed to test data store connection: this server is a not a member of the etcd cluster. Found [hut-1-9e=https://192.0.2.11:2380 hut-2-c5=https://192.0.2.12:2380], expect: hut-2-c5=https://192.0.2.19:2380"
`,
      'nodes.txt': `NAME    STATUS     ROLES                       AGE   VERSION
hut-1   Ready      control-plane,etcd,master   86d   v1.30.6+k3s1
hut-2   NotReady   control-plane,etcd,master   86d   v1.30.6+k3s1
`,
    },
    check: 'distribution-datastore-fatal',
    words: ['hut-2', 'https://192.0.2.19:2380'],
  },
  'a metrics-server that is not ready because no kubelet shows it a certificate for its address': {
    files: {
      'session.txt': `$ kubectl describe pod -n kube-system metrics-server-6f7c9d8b5-x2k9q
Name:             metrics-server-6f7c9d8b5-x2k9q
Namespace:        kube-system
Labels:           k8s-app=metrics-server
Status:           Running
Containers:
  metrics-server:
    Image:          registry.example.org/metrics-server:v0.7.1
    State:          Running
      Started:      Sun, 01 Mar 2026 09:00:00 +0000
    Ready:          False
    Restart Count:  0
    Readiness:      http-get https://:https/readyz delay=20s timeout=1s period=10s #success=1 #failure=3
Conditions:
  Type              Status
  Ready             False
  ContainersReady   False
Events:
  Type     Reason     Age                 From     Message
  ----     ------     ----                ----     -------
  Warning  Unhealthy  4s (x90 over 15m)   kubelet  Readiness probe failed: HTTP probe failed with statuscode: 500
$ kubectl logs -n kube-system metrics-server-6f7c9d8b5-x2k9q
E0301 09:14:01.421315       1 scraper.go:149] "Failed to scrape node" err="Get \\"https://192.0.2.14:10250/metrics/resource\\": tls: failed to verify certificate: x509: cannot validate certificate for 192.0.2.14 because it doesn't contain any IP SANs" node="wk-1"
E0301 09:14:16.421315       1 scraper.go:149] "Failed to scrape node" err="Get \\"https://192.0.2.14:10250/metrics/resource\\": tls: failed to verify certificate: x509: cannot validate certificate for 192.0.2.14 because it doesn't contain any IP SANs" node="wk-1"
E0301 09:14:31.421315       1 scraper.go:149] "Failed to scrape node" err="Get \\"https://192.0.2.14:10250/metrics/resource\\": tls: failed to verify certificate: x509: cannot validate certificate for 192.0.2.14 because it doesn't contain any IP SANs" node="wk-1"
`,
    },
    check: 'metrics-server-broken',
    words: ['IP SANs'],
  },
  'a controller manager that has no key for tokens': {
    files: {
      'kubectl.txt': `$ kubectl create -f web.yaml
Error from server (ServerTimeout): error when creating "web.yaml": No API token found for service account "default", retry after the token is automatically created and added to the service account
`,
    },
    check: 'api-request-refused',
    words: ['No API token found', 'default', '--service-account-private-key-file'],
  },
  'a controller manager that does not know a flag and says nothing else': {
    files: {
      'pods.txt': `$ kubectl -n kube-system get pods
NAME                        READY   STATUS             RESTARTS   AGE
k8s-controller-manager-m1   0/1     CrashLoopBackOff   7          14m
$ kubectl -n kube-system logs k8s-controller-manager-m1
unknown flag: --frobnicate
`,
    },
    check: 'controlplane-fatal',
    words: ['unknown flag: --frobnicate', 'k8s-controller-manager'],
  },
  'a control plane that cannot join, because a machine that is gone is still a member': {
    files: {
      'kubectl.txt': `$ kubectl get nodes
NAME   STATUS   ROLES           AGE   VERSION
c0     Ready    control-plane   61m   v1.31.5
c1     Ready    control-plane   58m   v1.31.5
$ etcdctl member list
a1b2c3d4e5f60718, started, c0, https://192.0.2.10:2380, https://192.0.2.10:2379, false
b1b2c3d4e5f60718, started, c1, https://192.0.2.11:2380, https://192.0.2.11:2379, false
c1b2c3d4e5f60718, started, c2, https://192.0.2.12:2380, https://192.0.2.12:2379, false
`,
      'kubeadm.txt':
        'error execution phase control-plane-join/etcd: error creating local etcd static pod manifest file: etcdserver: re-configuration failed due to not enough started members\n',
    },
    check: 'etcd-member-unhealthy',
    words: ['c2', 'https://192.0.2.12:2380', 'c1b2c3d4e5f60718'],
  },
  'a controller manager that panics where it makes a load balancer': {
    files: {
      'journal.txt': `Mar 01 10:00:00 s1 kube-controller-manager[7]: E0301 10:00:00.100000       7 runtime.go:66] Observed a panic: "invalid memory address or nil pointer dereference" (runtime error: invalid memory address or nil pointer dereference)
Mar 01 10:00:00 s1 kube-controller-manager[7]: /workspace/src/pkg/cloud/lb_maker.go:613
Mar 01 10:00:00 s1 systemd[1]: kube-controller-manager.service: Main process exited, code=exited, status=2/INVALIDARGUMENT
`,
    },
    check: 'controlplane-panic',
    words: ['nil pointer dereference', 'lb_maker.go:613'],
  },
  'Secrets that were written with another key': {
    files: {
      'kubectl.txt': `$ kubectl get secret -A
Error from server (InternalError): Internal error occurred: unable to transform key "/registry/secrets/shop/db": invalid padding on input
`,
    },
    check: 'api-request-refused',
    words: ['/registry/secrets/shop/db', 'invalid padding on input', 'EncryptionConfiguration'],
  },
  'a KMS plugin without credentials': {
    files: {
      'kube-apiserver.log': `${klog('E', 'status.go:71', 'apiserver received an error that is not an metav1.Status: &status.statusError{Code:2, Message:"failed to encrypt NoCredentialProviders: no valid providers in chain. Deprecated."}')}
`,
    },
    check: 'api-kms-failing',
    words: ['failed to encrypt NoCredentialProviders'],
  },
  'an error of the API server that no other check knows': {
    files: {
      'kubectl.txt': `$ kubectl create -f job.yaml
Error from server (InternalError): error when creating "job.yaml": Internal error occurred: quota evaluation timed out
`,
    },
    check: 'api-request-refused',
    words: ['quota evaluation timed out'],
  },
  'a controller that names the call which its cloud refused one line before': {
    files: {
      'kube-controller-manager.log': `${klog('E', 'azure_backoff.go:701', `backoff failure, will retry: StatusCode=403 -- Original Error: Code="LinkedAuthorizationFailed" Message="The client 'c1' does not have permission to perform action 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) 's1'"`)}
${klog('E', 'service_controller.go:234', 'error processing service shop/web (will retry): failed to ensure load balancer: ensure(shop/web): "StatusCode=403 -- Original Error: Code=LinkedAuthorizationFailed"')}
`,
    },
    check: 'cloud-api-refused',
    words: ['LinkedAuthorizationFailed', 'subnets/join/action', 'shop/web'],
  },
  'places of backups that hold what is not theirs': {
    files: {
      'velero.log': `time="2026-03-01T10:00:00Z" level=warning msg="Unavailable backup storage locations detected: available/unavailable/unknown: 1/1/0, Backup storage location \\"registry\\" is unavailable: Backup store contains invalid top-level directories: [dumps])" controller=backup-storage-location
`,
    },
    check: 'backup-storage-unavailable',
    words: ['registry', 'invalid top-level directories: [dumps]'],
  },
  'a client of Velero that does not trust the object store': {
    files: {
      'velero.txt': `$ velero backup logs b1
An error occurred: Get "https://s3.example.org/velero/backups/b1/b1-logs.gz?X-Amz-Expires=600": x509: certificate signed by unknown authority
`,
    },
    check: 'backup-results-unreadable',
    words: ['s3.example.org', 'certificate signed by unknown authority'],
  },
  'a controller of etcd machines that logs in columns': {
    files: {
      'controller.log': `1.77236e+09	INFO	controllers.EtcdadmCluster.e1	Rolling out Etcd machines	{"needRollout": ["e1-2q5k8"]}
1.77236e+09	ERROR	controller.etcdadmcluster	Reconciler error	{"reconciler group": "etcdcluster.cluster.x-k8s.io", "reconciler kind": "EtcdadmCluster", "name": "e1", "error": "etcd endpoint port is not open"}
`,
    },
    check: 'infrastructure-log-error',
    words: ['etcd endpoint port is not open', 'e1'],
  },
  'an aggregated API without pods, which Argo CD meets as OpenAPI that cannot be read': {
    files: {
      'argo.txt':
        'Failed to load live state: failed to get cluster info for "https://kubernetes.default.svc": error synchronizing cache state : failed to load open api schema while syncing cluster cache: error getting openapi resources: the server is currently unable to handle the request\n',
      'apiservices.txt': `NAME                       SERVICE            AVAILABLE                  AGE
v1.apps                    Local              True                       3h
v1alpha1.things.example    tools/things-api   False (MissingEndpoints)   2h
`,
    },
    check: 'apiservice-unavailable',
    words: ['v1alpha1.things.example', 'MissingEndpoints', 'things-api'],
  },
  'a joining etcd member that reaches none of the others': {
    files: {
      'kubeadm.txt':
        'error execution phase control-plane-join/etcd: error creating local etcd static pod manifest file: timeout waiting for etcd cluster to be available\n',
      'etcd.log': `{"level":"warn","ts":"2026-03-01T10:00:00.1Z","caller":"etcdserver/cluster_util.go:79","msg":"failed to get cluster response","address":"https://192.0.2.4:2380/members","error":"dial tcp 192.0.2.4:2380: connect: no route to host"}
{"level":"fatal","ts":"2026-03-01T10:00:00.2Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs"}
`,
    },
    check: 'etcd-members-unanswered',
    words: ['192.0.2.4:2380', 'no route to host'],
  },
  'a restore of etcd that ends in a panic': {
    files: {
      'restore.txt': `$ etcdctl snapshot restore s.db --name m1
2026-03-01 10:00:00.100000 I | mvcc: restore compact to 71
panic: no lessor to attach lease

goroutine 1 [running]:
`,
    },
    check: 'etcd-storage-failure',
    words: ['no lessor to attach lease'],
  },
  'a controller manager whose role may not see load balancers': {
    files: {
      'k8s-controller-manager.log':
        `${klog('E', 'service_controller.go:749', 'Failed to process service. Retrying in 5m0s: Error getting LB for service shop/web: AccessDenied: User: arn:aws:sts::000000000000:assumed-role/ctl/i-0 is not authorized to perform: elasticloadbalancing:DescribeLoadBalancers')}
`.repeat(3),
    },
    check: 'cloud-api-refused',
    words: ['AccessDenied', 'elasticloadbalancing:DescribeLoadBalancers', 'shop/web', 'kube-controller-manager'],
  },
  'a controller of machines that may not make one': {
    files: {
      'machine-controller.log': `${klog('E', 'machine_controller.go:379', 'Failed to reconcile machine "w-7": failed to create machine at cloudprovider, due to failed create instance at aws, due to UnauthorizedOperation: You are not authorized to perform this operation.')}
`,
    },
    check: 'cloud-api-refused',
    words: ['UnauthorizedOperation', 'w-7', 'lacks a permission'],
  },
  "a playbook's look at etcd, which refuses its certificate": {
    files: {
      'playbook.txt': `TASK [etcd : Check if etcd is healthy] ****
fatal: [s1]: FAILED! => {"changed": false, "cmd": "/usr/local/bin/etcdctl --endpoints=https://192.0.2.4:2379 cluster-health | grep -q healthy", "rc": 1, "stderr": ""}
`,
      'etcdctl.txt': `# etcdctl --endpoints=https://192.0.2.4:2379 cluster-health
cluster may be unhealthy: failed to list members
Error:  client: etcd cluster is unavailable or misconfigured; error #0: remote error: tls: bad certificate
`,
    },
    check: 'etcd-member-unhealthy',
    words: ['https://192.0.2.4:2379', 'refuses the certificate of this client'],
  },
  'a controller of k0s that cannot fetch the CA of the first one': {
    files: {
      'k0s.log': `2026-03-01 10:00:00.100000 I | CA sync failed: failed to sync CA: Get "https://192.0.2.4:9443/v1beta1/ca": dial tcp 192.0.2.4:9443: connect: connection refused
2026-03-01 10:00:01.100000 I | CA sync failed: failed to sync CA: Get "https://192.0.2.4:9443/v1beta1/ca": dial tcp 192.0.2.4:9443: connect: connection refused
`,
    },
    check: 'distribution-server-unreachable',
    words: ['192.0.2.4:9443', 'connection refused'],
  },
  'an audit log in which one account asks the same again and again': {
    files: {
      'audit.json': Array.from({ length: 80 }, (_, n) => audited(`a${n}`, 'system:serviceaccount:tools:scout', n)).join(
        '',
      ),
    },
    check: 'api-client-floods',
    words: ['system:serviceaccount:tools:scout', 'watch configmaps', '80 of 80', '"scout"'],
  },
  'an API server whose own log shows that it rejects one program, which lists without a pause': {
    files: {
      'kube-apiserver.log': Array.from({ length: 90 }, (_, n) =>
        klog(
          'I',
          'httplog.go:132',
          `"HTTP" verb="LIST" URI="/api/v1/pods?limit=500&continue=${n}" latency="3.1ms" userAgent="scout/v0.4 (linux/amd64) kubernetes/$Format" audit-ID="0d${n}" srcIP="192.0.2.7:41${n}" resp=${n % 3 === 0 ? 200 : 429}\n`,
        ),
      ).join(''),
    },
    check: 'api-client-floods',
    words: ['scout/v0.4', 'list /api/v1/pods', '60 of the 60 requests', 'rejected with 429'],
  },
  'a service called etcd2 whose member the cluster knows already': {
    files: {
      'journal.txt': `Mar 01 10:00:00 s1 etcd2[7]: member 1f2e3d4c5b6a7988 has already been bootstrapped
Mar 01 10:00:00 s1 systemd[1]: etcd2.service: Main process exited, code=exited, status=1/FAILURE
`,
    },
    check: 'etcd-cluster-id-mismatch',
    words: ['1f2e3d4c5b6a7988', 'initial-cluster-state existing'],
  },
  "an operator of the API server that tries a custom resource's webhook itself": {
    files: {
      'operator.log': `${klog('W', 'degraded_webhook.go:135', 'failed to connect to webhook "boxes.example.io" via service "hook.tools.svc:443": tls: failed to verify certificate: x509: certificate signed by unknown authority')}
${klog('W', 'degraded_webhook.go:135', 'failed to connect to webhook "boxes.example.io" via service "hook.tools.svc:443": tls: failed to verify certificate: x509: certificate signed by unknown authority')}
`,
    },
    check: 'webhook-failing',
    words: ['boxes.example.io', 'tools', 'certificate signed by unknown authority'],
  },
  'API servers of two releases, of which one does not serve what the other announces': {
    files: {
      'kube-controller-manager.log': `${klog('E', 'namespace_controller.go:162', 'deletion of namespace n7 failed: unable to retrieve the complete list of server APIs: events.k8s.io/v1: the server could not find the requested resource')}
${klog('E', 'namespace_controller.go:162', 'deletion of namespace n7 failed: unable to retrieve the complete list of server APIs: events.k8s.io/v1: the server could not find the requested resource')}
${klog('W', 'garbagecollector.go:644', 'failed to discover some groups: map[events.k8s.io/v1:the server could not find the requested resource]')}
`,
      'nodes.txt': `NAME   STATUS   ROLES           AGE   VERSION
s1     Ready    control-plane   90d   v1.30.2
s2     Ready    control-plane   90d   v1.29.6
`,
    },
    check: 'api-removed-in-use',
    words: ['events.k8s.io/v1', 'v1.29.6 and v1.30.2', 'n7'],
  },
  'a service of k3s that could not unpack its programs': {
    files: {
      'journal.txt': `Mar 01 10:00:00 s1 k3s[7]: time="2026-03-01T10:00:00Z" level=fatal msg="exec: \\"k3s-agent\\": executable file not found in $PATH"
Mar 01 10:00:00 s1 systemd[1]: k3s-agent.service: Main process exited, code=exited, status=1/FAILURE
`,
    },
    check: 'distribution-fatal',
    words: ['k3s-agent', 'executable file not found', '/var/lib/rancher/k3s/data'],
  },
  'a backup whose log says why a volume failed': {
    files: {
      'node-agent.txt': `time="2026-03-01T10:00:00Z" level=info msg="Backup starting" name=b1-x namespace=velero
time="2026-03-01T10:00:09Z" level=error msg="Error running command=restic backup --repo=s3:b:/r --tag=volume=data, stdout=, stderr=" controller=pod-volume-backup error="signal: killed" name=b1-x namespace=velero
`,
      'describe.txt': `Name:         b1
Namespace:    velero

Phase:  PartiallyFailed (run \`velero backup logs b1\` for more information)
`,
    },
    check: 'backup-failed',
    words: ['signal: killed', 'volume=data', 'Phase:  PartiallyFailed'],
  },
  'Cluster API that finds no identity on a node': {
    files: {
      'capi.txt': `${klog('E', 'machine_controller_noderef.go:98', 'controllers/Machine "msg"="Failed to parse ProviderID" "error"="providerID is empty" "providerID"={} "node"="m7.example"')}
${klog('E', 'machine_controller.go:232', 'controllers/Machine "msg"="Reconciliation for Machine asked to requeue" "error"="no matching Node: requeue in 10s" "machine"="m7"')}
`,
    },
    check: 'infrastructure-log-error',
    words: ['providerID is empty', 'm7.example'],
  },
  'an API server whose gRPC tells in several lines that the certificate of etcd is over': {
    files: {
      'kube-apiserver.log': `2026-03-01T10:00:00.1Z stderr F W0301 10:00:00.100000       1 logging.go:59] [core] [Channel #3 SubChannel #4] grpc: addrConn.createTransport failed to connect to {
2026-03-01T10:00:00.1Z stderr F   "Addr": "192.0.2.4:2379",
2026-03-01T10:00:00.1Z stderr F   "ServerName": "192.0.2.4",
2026-03-01T10:00:00.1Z stderr F   "Attributes": null
2026-03-01T10:00:00.1Z stderr F }. Err: connection error: desc = "transport: authentication handshake failed: x509: certificate has expired or is not yet valid: current time 2026-03-01T10:00:00Z is after 2026-02-20T09:00:00Z"
2026-03-01T10:00:20.1Z stderr F ${klog('F', 'instance.go:290', 'Error creating leases: error creating storage factory: context deadline exceeded')}
`,
    },
    check: 'cert-expired-controlplane',
    words: ['etcd', '2026-02-20'],
  },
  'a token whose claims are not those that the API server is told to look at': {
    files: {
      'kubectl.txt': '$ kubectl get pods\nerror: You must be logged in to the server (Unauthorized)\n',
      'kube-apiserver.log': `${klog('E', 'authentication.go:62', 'Unable to authenticate the request due to an error: [invalid bearer token, invalid bearer token]')}
${klog('E', 'authentication.go:62', 'Unable to authenticate the request due to an error: [invalid bearer token, [invalid bearer token, oidc: parse username claims "mail": claim not present]]')}
`,
    },
    check: 'api-cert-problem',
    words: ['oidc: parse username claims \\"mail\\": claim not present', '--oidc-username-claim'],
  },
  'a controller whose token the API server does not know': {
    files: {
      'releases.txt': `$ flux get helmreleases -A
NAMESPACE  NAME   REVISION  SUSPENDED  READY  MESSAGE
shop       cart   1.2.0     False      False  reconciliation failed: failed to get last release revision: query: failed to query with labels: Unauthorized
`,
      'helm-controller.log': `{"level":"error","ts":"2026-03-01T10:00:00.000Z","msg":"Reconciler error","controller":"helmrelease","name":"cart","error":"failed to get last release revision: query: failed to query with labels: Unauthorized"}
{"level":"error","ts":"2026-03-01T10:05:00.000Z","msg":"Reconciler error","controller":"helmrelease","name":"cart","error":"failed to get last release revision: query: failed to query with labels: Unauthorized"}
`,
    },
    check: 'api-cert-problem',
    words: ['Unauthorized', 'cart'],
  },
  'an aggregated API whose requests a proxy answers': {
    files: {
      'apiservice.yaml': `apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata:
  name: v1beta1.metrics.k8s.io
spec:
  group: metrics.k8s.io
  service: { name: metrics-server, namespace: kube-system, port: 443 }
  version: v1beta1
status:
  conditions:
    - type: Available
      status: 'False'
      reason: FailedDiscoveryCheck
      message: 'failing or missing response from https://10.96.7.7:443/apis/metrics.k8s.io/v1beta1: Get https://10.96.7.7:443/apis/metrics.k8s.io/v1beta1: Forbidden'
`,
      'top.txt':
        '$ kubectl top nodes\nError from server (ServiceUnavailable): the server is currently unable to handle the request (get nodes.metrics.k8s.io)\n',
    },
    check: 'net-proxy-in-the-way',
    words: ['10.96.7.7', 'NO_PROXY', 'v1beta1.metrics.k8s.io'],
  },
  'a namespace that an API without a server holds, though nothing in it says so': {
    files: {
      'session.txt': `$ kubectl api-resources | tail -1
error: unable to retrieve the complete list of server APIs: custom.metrics.k8s.io/v1beta1: the server is currently unable to handle the request
`,
      'ns.yaml': `apiVersion: v1
kind: Namespace
metadata:
  name: team-b
  creationTimestamp: '2026-01-01T00:00:00Z'
  deletionTimestamp: '2026-02-01T00:00:00Z'
spec:
  finalizers: [kubernetes]
status:
  phase: Terminating
`,
    },
    check: 'apiservice-unavailable',
    words: ['custom.metrics.k8s.io', 'team-b'],
  },
  'a console that waits for the operator of authentication, whose log says why it fails': {
    files: {
      'operators.txt': `NAME             VERSION   AVAILABLE   PROGRESSING   DEGRADED   SINCE
authentication             Unknown     Unknown       True       31m
console          4.2.0     False       True          False      33m
dns              4.2.0     True        False         False      47m
`,
      'authentication-operator.log':
        'I0301 10:00:00.000000       1 status_controller.go:165] clusteroperator/authentication diff {"status":{"conditions":[{"lastTransitionTime":"2026-03-01T09:00:00Z","message":"ConfigObservationDegraded: secret \\"idp\\" not found","reason":"ConfigObservationDegradedError","status":"True","type":"Degraded"}]}}\n',
    },
    check: 'clusteroperator-degraded',
    words: ['authentication', 'ConfigObservationDegraded'],
  },
  'a webhook whose Service stands in another namespace': {
    files: {
      'apply.txt': `$ kubectl apply -f bundle.yaml
Error from server (InternalError): error when creating "bundle.yaml": Internal error occurred: failed calling webhook "bundles.example.org": failed to call webhook: Post "https://bundler.charts.svc:443/validate?timeout=5s": service "bundler" not found
$ kubectl get svc -A
NAMESPACE   NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
default     kubernetes   ClusterIP   10.96.0.1    <none>        443/TCP   9d
trust       bundler      ClusterIP   10.96.3.3    <none>        443/TCP   3m
`,
    },
    check: 'webhook-failing',
    words: ['charts/bundler', 'but in namespace trust'],
  },
  'a CustomResourceDefinition that stops a sync': {
    files: {
      'sync.txt':
        'one or more synchronization tasks completed unsuccessfully, reason: error when patching "/dev/shm/17": CustomResourceDefinition.apiextensions.k8s.io "things.example.org" is invalid: status.storedVersions[1]: Invalid value: "v1beta2": missing from spec.versions\n',
    },
    check: 'crd-update-refused',
    words: ['things.example.org', 'storedVersions'],
  },
  'a CustomResourceDefinition without a version that is stored, in a chart': {
    files: {
      'helm.txt': `$ helm install edge ./edge -n edge
Error: INSTALLATION FAILED: failed to install CRD crds/things.yaml: CustomResourceDefinition.apiextensions.k8s.io "things.example.org" is invalid: [spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion(nil): must have exactly one version marked as storage version, status.storedVersions: Invalid value: []string(nil): must have at least one stored version]
`,
    },
    check: 'crd-update-refused',
    words: ['things.example.org', 'must have exactly one version marked as storage version'],
  },
  'a manifest that stops a release of Flux': {
    files: {
      'flux.txt': `$ flux get helmreleases -n shop
NAME  READY  MESSAGE                    REVISION  SUSPENDED
cart  False  install retries exhausted            False
`,
      'helm-controller.log':
        '{"level":"error","ts":"2026-03-01T10:00:00.000Z","msg":"Reconciler error","name":"cart","namespace":"shop","error":"Helm install failed: Deployment in version \\"v1\\" cannot be handled as a Deployment: json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string"}\n',
    },
    check: 'manifest-refused',
    words: ['cannot unmarshal number', 'cart'],
  },
  'a program that ends because the API server cannot check its token': {
    files: {
      'pods.txt': `$ kubectl get pods
NAME                      READY   STATUS             RESTARTS   AGE
lister-5b7c8dd5c4-pk2sd   0/1     CrashLoopBackOff   7          12m
$ kubectl logs lister-5b7c8dd5c4-pk2sd
FATA[0000] Error list pod: Unauthorized
`,
      'kube-apiserver.log': [1, 2, 3]
        .map(
          () =>
            `${klog('E', 'authentication.go:65', 'Unable to authenticate the request due to an error: [invalid bearer token, square/go-jose: error in cryptographic primitive]')}\n`,
        )
        .join(''),
    },
    check: 'api-cert-problem',
    words: ['error in cryptographic primitive', 'lister-5b7c8dd5c4-pk2sd'],
  },
  'a subscription of OLM that names a package which the catalog has not': {
    files: {
      'subscription.yaml': `apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: { name: watcher, namespace: watch }
spec: { channel: stable, name: stable, source: catalog, sourceNamespace: olm }
status:
  conditions:
    - type: CatalogSourcesUnhealthy
      status: 'False'
      reason: AllCatalogSourcesHealthy
      message: all available catalogsources are healthy
    - type: ResolutionFailed
      status: 'True'
      reason: ConstraintsNotSatisfiable
      message: 'constraints not satisfiable: no operators found in package stable in the catalog referenced by subscription watcher, subscription watcher exists'
`,
    },
    check: 'infrastructure-resource-not-ready',
    words: ['watcher', 'no operators found in package stable', 'packagemanifests'],
  },
  'a prompt that tells the time': {
    files: {
      'session.txt': `[10:01 root@cp-1 ~] > kubectl get nodes
Unable to connect to the server: x509: certificate is valid for 10.96.0.1, 192.0.2.4, not 192.0.2.9
`,
    },
    check: 'api-cert-problem',
    words: ['192.0.2.9'],
  },
  'a role that does not trust the ServiceAccount, as the AWS CLI says': {
    files: {
      'session.txt': `$ kubectl -n shop exec -it probe-7c8b5d8f9d-2gqmx -- aws sts get-caller-identity

An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
command terminated with exit code 254
`,
    },
    check: 'app-cloud-credentials',
    words: ['AssumeRoleWithWebIdentity', 'trust policy'],
  },
  'an agent of Rancher whose server is no URL': {
    files: {
      'cattle-node-agent.log': `INFO: Environment: CATTLE_ADDRESS=192.0.2.4 CATTLE_NODE_NAME=w1 CATTLE_SERVER=rancher.example.org
time="2026-03-01T10:00:00Z" level=info msg="Connecting to proxy" url="wss:///v3/connect"
time="2026-03-01T10:00:00Z" level=error msg="Failed to connect to proxy" error="dial tcp :443: connect: connection refused"
time="2026-03-01T10:00:10Z" level=error msg="Failed to connect to proxy" error="dial tcp :443: connect: connection refused"
`,
    },
    check: 'rancher-agent-server-unset',
    words: ['CATTLE_SERVER', 'rancher.example.org'],
  },
  'members of etcd that hold different data': {
    files: {
      'status.json': JSON.stringify(
        [41_000_000, 93_000_000].map((revision, at) => ({
          Endpoint: `https://192.0.2.${at + 1}:2379`,
          Status: {
            header: { cluster_id: 7, member_id: at + 1, revision, raft_term: 9 },
            version: '3.5.9',
            dbSize: 88_000_000,
            leader: 1,
            raftIndex: 52_000_010,
            raftAppliedIndex: 52_000_010,
            raftTerm: 9,
          },
        })),
      ),
    },
    check: 'etcd-members-inconsistent',
    words: ['41000000', '93000000', '192.0.2.2'],
  },
  'a webhook whose address the control plane does not serve': {
    files: {
      'job.txt': `$ kubectl apply -f x.yaml
Error from server (InternalError): Internal error occurred: failed calling webhook "labels.example.org": Post "https://gate.gate-system.svc:443/v1?timeout=3s": Address is not allowed
`,
    },
    check: 'webhook-failing',
    words: ['Address is not allowed', 'hostNetwork: true'],
  },
  'a bucket whose address only the cluster knows': {
    files: {
      'velero.txt': `[root@deploy ~]# velero backup describe nightly
Name:         nightly
Namespace:    velero
Phase:  Completed
Warnings:  <error getting warnings: Get "http://store.velero.svc:9000/b/nightly-results.gz": dial tcp: lookup store.velero.svc on 192.0.2.53:53: no such host>
`,
    },
    check: 'backup-results-unreadable',
    words: ['store.velero.svc', 'publicUrl'],
  },
  'a bucket that is full': {
    files: {
      'velero.log':
        'time="2026-03-01T10:00:00Z" level=error msg="Error uploading restore results to backup storage" controller=restore error="rpc error: code = Unknown desc = error putting object restores/r1/results.gz: XMinioStorageFull: Storage backend has reached its minimum free disk threshold" restore=velero/r1\n',
    },
    check: 'backup-failed',
    words: ['XMinioStorageFull', 'r1'],
  },
  'a host key that Argo CD does not know, and the command that met it': {
    files: {
      'cli.txt': `$ argocd app create shop --repo git@git.example.org:shop.git --path . --dest-server https://kubernetes.default.svc
FATA[0000] rpc error: code = InvalidArgument desc = application spec is invalid: InvalidSpecError: Unable to determine app source type: rpc error: code = Unknown desc = ssh: handshake failed: knownhosts: key is unknown
`,
    },
    check: 'argocd-target-state',
    words: ['knownhosts: key is unknown', 'argocd app create shop', 'argocd-ssh-known-hosts-cm'],
  },
  'a controller that ends because a kind is not there, told once before its end': {
    files: {
      'pods.txt': `NAME                              READY   STATUS             RESTARTS       AGE
forge-controller-59b6c8b7-qx7vw   0/1     CrashLoopBackOff   12 (2m ago)    49m
`,
      'forge-controller.log': `2026-03-01T10:00:00Z	ERROR	controller-runtime.source	if kind is a CRD, it should be installed before calling Start	{"kind": "Task.forge.example.org", "error": "no matches for kind \\"Task\\" in version \\"forge.example.org/v1\\""}
2026-03-01T10:00:00Z	INFO	one
2026-03-01T10:00:01Z	INFO	two
2026-03-01T10:00:02Z	INFO	three
2026-03-01T10:02:00Z	ERROR	setup	problem running manager	{"error": "failed to wait for task caches to sync: timed out waiting for cache to be synced"}
`,
    },
    check: 'controller-crd-missing',
    words: ['Task', 'forge.example.org/v1'],
  },
  'a component that minikube shows with its error': {
    files: {
      'minikube.txt': `$ minikube start --extra-config=apiserver.Old.Flag=1
*   Waiting for pods: apiserver
!   Error starting cluster: wait: waiting for component=kube-apiserver: timed out waiting for the condition
X   Problems detected in "kube-apiserver":
    - error: unknown flag: --Old.Flag
`,
    },
    check: 'minikube-component-failed',
    words: ['kube-apiserver', 'unknown flag: --Old.Flag'],
  },
  'an API server under another name in the journal': {
    files: {
      'journal.txt': `Mar 01 10:00:00 cp1 systemd[1]: Started Kubernetes API Server.
Mar 01 10:00:01 cp1 apiserver[27615]: error: enable-admission-plugins plugin "ImagePolicyWebhok" is unknown
Mar 01 10:00:01 cp1 systemd[1]: kube-apiserver.service: main process exited, code=exited, status=1/FAILURE
Mar 01 10:00:01 cp1 systemd[1]: kube-apiserver.service failed.
`,
    },
    check: 'api-config-refused',
    words: ['ImagePolicyWebhok', 'is unknown'],
  },
  'members of dqlite with different certificates': {
    files: {
      'journal.txt': [1, 2, 3]
        .map(
          (second) =>
            `Mar 01 10:00:0${second} n1 microk8s.daemon-k8s-dqlite[22]: time="2026-03-01T10:00:0${second}Z" level=error msg="dqlite: proxy: first: remote -> local: remote error: tls: bad certificate"\n`,
        )
        .join(''),
    },
    check: 'dqlite-certificate-refused',
    words: ['bad certificate', 'remove-node'],
  },
  'an agent of an early k3s whose password the server does not know': {
    files: {
      'agent.txt': `root@w2:~# k3s agent --server https://192.0.2.9:6443 --token abc
INFO[2026-03-01T10:00:00.100000000Z] Starting k3s agent v0.5.0 (8c0116dd)
ERRO[2026-03-01T10:00:03.100000000Z] https://192.0.2.9:6443/v1-k3s/node.crt: 403 Forbidden
`,
      'server.txt': 'ERRO[2026-03-01T10:00:03.200000000Z] Node password validation failed for [w2]\n',
    },
    check: 'distribution-token-rejected',
    words: ['w2', 'node-passwd'],
  },
  'a member of etcd that another one does not answer, so that reads wait': {
    files: {
      'etcd.log': `2026-03-01 03:12:10.114510 W | rafthttp: lost the TCP streaming connection with peer 8eb5241a08959f0d (stream Message reader)
2026-03-01 03:12:10.114580 E | rafthttp: failed to read 8eb5241a08959f0d on stream Message (read tcp 192.0.2.5:41892->192.0.2.6:2380: i/o timeout)
2026-03-01 03:12:15.901280 E | rafthttp: failed to read 8eb5241a08959f0d on stream MsgApp v2 (read tcp 192.0.2.5:41890->192.0.2.6:2380: i/o timeout)
2026-03-01 03:12:22.114510 W | etcdserver: read-only range request "key:\\"/registry/health\\" " with result "error:context deadline exceeded" took too long (2.000121s) to execute
`,
    },
    check: 'etcd-peer-network',
    words: ['192.0.2.6:2380'],
  },
  'a tool of another release than the definitions in the cluster': {
    files: {
      'flux.txt': `# flux reconcile helmrelease queue
✗ failed to get API group resources: unable to retrieve the complete list of server APIs: helm.toolkit.fluxcd.io/v2beta2: the server could not find the requested resource
`,
    },
    check: 'api-removed-in-use',
    words: ['helm.toolkit.fluxcd.io/v2beta2', 'of another release'],
  },
  'a controller of Cluster API that cannot go on': {
    files: {
      'capi-controller-manager.log': `${klog('I', 'machine_controller.go:100', 'controllers/Machine "msg"="Reconciling" "machine"="m1"')}
${klog('E', 'machine_controller_noderef.go:68', 'controllers/Machine "msg"="Failed to parse ProviderID" "error"="providerID is empty" "machine"="m1"')}
`,
    },
    check: 'infrastructure-log-error',
    words: ['Failed to parse ProviderID', 'm1'],
  },
  'the file that was shown says whose log it is': {
    files: {
      'session.txt': `root@cp-1:/var/log/pods/kube-system_kube-apiserver-cp-1_0a1b# cat kube-apiserver/3.log
2026-03-01T10:00:00.000000001Z stderr F Error: unknown flag: --insecure-port
`,
    },
    check: 'controlplane-fatal',
    words: ['kube-apiserver', 'unknown flag: --insecure-port'],
  },
  'a namespace that its own finalizer holds': {
    files: {
      'ns.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: 'team-a',
          creationTimestamp: '2026-01-01T00:00:00Z',
          deletionTimestamp: '2026-02-01T00:00:00Z',
          finalizers: ['tenants.example.org/cleanup'],
        },
        spec: {},
        status: { phase: 'Terminating' },
      }),
    },
    check: 'namespace-terminating-stuck',
    words: ['team-a', 'tenants.example.org/cleanup'],
  },
  'a bucket that the backups may not write to': {
    files: {
      'velero.log':
        'time="2026-03-01T10:00:00Z" level=error msg="Current BackupStorageLocations available/unavailable/unknown: 0/1/0, BackupStorageLocation \\"main\\" is unavailable: rpc error: code = Unknown desc = InvalidAccessKeyId: The key you provided does not exist" controller=backup-storage-location\n',
    },
    check: 'backup-storage-unavailable',
    words: ['main', 'InvalidAccessKeyId: The key you provided'],
  },
  'a cloud controller manager whose configuration is wrong': {
    files: {
      'ccm.log': `${klog('E', 'config.go:73', 'ReadConfigINI failed: 3:1: expected section header')}
${klog('F', 'main.go:249', 'Cloud provider could not be initialized: could not init cloud provider "vsphere": 3:1: expected section header')}
`,
    },
    check: 'cloud-provider-failed',
    words: ['could not init cloud provider'],
  },
  'an autoscaler whose role does not trust it': {
    files: {
      'pods.txt': `NAME                                  READY   STATUS             RESTARTS   AGE
cluster-autoscaler-6bcf5b58b4-rm2xq   0/1     CrashLoopBackOff   12         41m
coredns-59b69b4849-4rdkk              1/1     Running            0          3h
`,
      'logs.txt': `${klog('F', 'aws_cloud_provider.go:389', 'Failed to create AWS Manager: cannot autodiscover ASGs: WebIdentityErr: failed to retrieve credentials')}
caused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity
	status code: 403, request id: 0a1b2c
`,
    },
    check: 'cloud-identity-refused',
    words: ['cluster-autoscaler', 'AssumeRoleWithWebIdentity'],
  },
  'a garbage collector that may not list what an aggregated API serves': {
    files: {
      'kube-controller-manager.log': `${klog('W', 'reflector.go:561', 'metadatainformer/informer.go:138: failed to list *v1.PartialObjectMetadata: networkpolicies.projectcalico.org is forbidden: Operation on Calico tiered policy is forbidden')}
${klog('E', 'reflector.go:158', '"Unhandled Error" err="metadatainformer/informer.go:138: Failed to watch *v1.PartialObjectMetadata: failed to list *v1.PartialObjectMetadata: networkpolicies.projectcalico.org is forbidden: Operation on Calico tiered policy is forbidden"')}
${klog('E', 'garbagecollector.go:268', '"Unhandled Error" err="timed out waiting for dependency graph builder sync during GC sync (attempt 6)"')}
`,
    },
    check: 'component-list-watch-denied',
    words: ['networkpolicies.projectcalico.org is forbidden', 'garbage collector'],
  },
  'a controller that may not read its lease': {
    files: {
      'vip.log': `${klog('I', 'leaderelection.go:257', 'attempting to acquire leader lease kube-system/vip-lock...')}
${klog('E', 'leaderelection.go:436', 'error retrieving resource lock kube-system/vip-lock: leases.coordination.k8s.io "vip-lock" is forbidden: User "kubernetes-admin" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "kube-system"')}
`,
    },
    check: 'component-lease-denied',
    words: ['vip-lock', 'kubernetes-admin'],
  },
  'lines that a terminal cut': {
    files: {
      'logs.txt': `${terminal(`${klog('E', 'leaderelection.go:321', 'error retrieving resource lock kube-system/op-lock: etcdserver: request timed out')}
${klog('E', 'leaderelection.go:322', 'error retrieving resource lock kube-system/op-lock: etcdserver: request timed out')}`)}\n`,
    },
    check: 'api-etcd-latency-high',
    words: ['etcdserver: request timed out'],
  },
  'an API server that issues no tokens, in events that a terminal cut': {
    files: {
      'describe.txt': `${terminal('  Warning  FailedMount  4m36s (x45 over 79m)  kubelet, n1  MountVolume.SetUp failed for volume "tokens" : failed to fetch token: the server could not find the requested resource')}\n`,
    },
    check: 'token-request-failed',
    words: ['failed to fetch token: the server could not find', 'service-account-signing-key-file'],
  },
  'a pod that was made anew under its name': {
    files: {
      'event.txt':
        'MountVolume.SetUp failed for volume "kube-api-access-x6hpj" : failed to fetch token: serviceaccounts "runner" is forbidden: the UID in the bound object reference (4d8d96fd-b40a-484d-90ad-a55e46df2f01) does not match the UID in record. The object might have been deleted and then recreated\n',
    },
    check: 'token-request-failed',
    words: ['serviceaccounts', 'runner', 'does not match the UID'],
  },
  'an old kubeadm that is refused where it looks for the cluster': {
    files: {
      'join.txt': `[preflight] Running pre-flight checks.
[discovery] Created cluster-info discovery client, requesting info from "https://192.0.2.9:6443"
[discovery] Failed to request cluster info, will try again: [Get https://192.0.2.9:6443/api/v1/namespaces/kube-public/configmaps/cluster-info: dial tcp 192.0.2.9:6443: getsockopt: connection refused]
`,
    },
    check: 'kubeadm-discovery-failed',
    words: ['192.0.2.9:6443', 'connection refused'],
  },
  'a join whose anonymous look at cluster-info is not admitted': {
    files: {
      'join.txt': `[discovery] Created cluster-info discovery client, requesting info from "https://192.0.2.9:6443"
[discovery] Failed to request cluster info, will try again: [Unauthorized]
[discovery] Failed to request cluster info, will try again: [Unauthorized]
`,
    },
    check: 'kubeadm-discovery-refused',
    words: ['Unauthorized', 'ConfigMap cluster-info'],
  },
  'a control plane that joins without the certificate authority': {
    files: {
      'join.txt': `$ kubeadm join --config join.yaml
[preflight] Running pre-flight checks
error execution phase preflight:
One or more conditions for hosting a new control plane instance is not satisfied.

failure loading key for service account: couldn't load the private key file /etc/kubernetes/pki/sa.key: open /etc/kubernetes/pki/sa.key: no such file or directory
`,
    },
    check: 'kubeadm-phase-failed',
    words: ['/etc/kubernetes/pki/sa.key'],
  },
  'a server of k3s under a name that is taken': {
    files: {
      'journal.txt': `Mar 01 10:00:00 s2 k3s[95]: time="2026-03-01T10:00:00Z" level=fatal msg="ETCD join failed: duplicate node name found, please use a unique name for this node"
Mar 01 10:00:00 s2 systemd[1]: k3s.service: Main process exited, code=exited, status=1/FAILURE
`,
    },
    check: 'distribution-datastore-fatal',
    words: ['duplicate node name'],
  },
  'a controller manager whose log is a file of Docker': {
    files: {
      'kube-controller-manager.log': `{"log":"Error: unknown flag: --allocate-all\\n","stream":"stderr","time":"2026-03-01T10:00:00.100000001Z"}
{"log":"Usage:\\n","stream":"stderr","time":"2026-03-01T10:00:00.100000002Z"}
{"log":"  kube-controller-manager [flags]\\n","stream":"stderr","time":"2026-03-01T10:00:00.100000003Z"}
`,
    },
    check: 'controlplane-fatal',
    words: ['kube-controller-manager', '--allocate-all'],
  },
  'a tool of the distribution that does not fit its library': {
    files: {
      'status.txt': `$ microk8s status
microk8s is running
/snap/microk8s/1001/bin/dqlite: symbol lookup error: /snap/microk8s/1001/bin/dqlite: undefined symbol: sqlite3_new_thing
`,
    },
    check: 'distribution-library-missing',
    words: ['sqlite3_new_thing', 'snap'],
  },
  'a storage location of Velero without credentials': {
    files: {
      'velero.log':
        'time="2026-03-01T10:00:00Z" level=error msg="Error getting a backup store" backup-storage-location=velero/b2 controller=backup-storage-location error="rpc error: code = Unknown desc = NoCredentialProviders: no valid providers in chain. Deprecated." logSource="pkg/controller/backup_storage_location_controller.go:134"\n',
    },
    check: 'backup-storage-unavailable',
    words: ['NoCredentialProviders', 'velero/b2'],
  },
  'a storage location that is a row of a table only': {
    files: {
      'bsl.txt': `$ kubectl get backupstoragelocation -n velero
NAME   PHASE         LAST VALIDATED   AGE   DEFAULT
b2     Unavailable   13s              2d    true
`,
    },
    check: 'infrastructure-resource-not-ready',
    words: ['b2', 'Unavailable'],
  },
  'a node whose machine the cloud controller manager does not find': {
    files: {
      'ccm.log': `I0301 10:00:00.100000       1 node_controller.go:427] Initializing node w4 with cloud provider
E0301 10:00:01.100000       1 node_controller.go:236] error syncing 'w4': failed to get instance metadata for node w4: error getting metadata from the node w4: rpc error: code = NotFound desc = no such resource, requeuing
`,
    },
    check: 'cloud-provider-failed',
    words: ['w4', 'NotFound'],
  },
  'an update of OpenShift that waits for an operator': {
    files: {
      'status.txt': `= Control Plane =
Assessment:      Progressing
Target Version:  4.20.4 (from 4.20.1)
Operator Health: 33 Healthy, 1 Available but degraded

= Update Health =
SINCE       LEVEL     IMPACT             MESSAGE
38m10s      Error     API Availability   Cluster Operator dns is degraded (DNSOperator_NotAllReady)
37m51s      Warning   Unknown            Alert is firing: Cluster operator has been degraded for 30 minutes.
`,
    },
    check: 'cluster-operator-reported',
    words: ['Cluster Operator dns', 'DNSOperator_NotAllReady'],
  },
  'clients whose certificates have run out, and nodes that are silent since': {
    files: {
      'kube-apiserver.log': [1, 2, 3]
        .map(
          (second) =>
            `{"log":"E0301 10:00:0${second}.100000       1 authentication.go:65] Unable to authenticate the request due to an error: x509: certificate has expired or is not yet valid\\n","stream":"stderr","time":"2026-03-01T10:00:0${second}.1Z"}\n`,
        )
        .join(''),
      'nodes.txt': `$ kubectl get nodes
NAME   STATUS     ROLES           AGE    VERSION
cp-1   Ready      control-plane   366d   v1.30.1
w-1    NotReady   <none>          366d   v1.30.1
`,
    },
    check: 'api-cert-problem',
    words: ['certificate has expired', 'w-1'],
  },
  'RKE whose health check of etcd says why': {
    files: {
      'rancher.log': `2026/03/01 15:04:18 [WARNING] [etcd] host [192.0.2.23] failed to check etcd health: failed to get /health for host [192.0.2.23]: Get https://192.0.2.23:2379/health: remote error: tls: bad certificate
2026/03/01 15:04:18 [ERROR] cluster [c-1] provisioning: [etcd] Failed to bring up Etcd Plane: etcd cluster is unhealthy: hosts [192.0.2.23] failed to report healthy. Check etcd container logs on each host for more information
`,
    },
    check: 'rke-plane-failed',
    words: ['bad certificate', '192.0.2.23'],
  },
  'an etcd of Docker that was killed': {
    files: {
      'docker.txt': `$ docker ps -a | grep etcd
c7e3f01b9d42        registry.example/etcd:v3.5.9            "/usr/local/bin/et..."   34 minutes ago      Exited (137) 30 minutes ago                       etcd
`,
    },
    check: 'etcd-member-unhealthy',
    words: ['Exited (137)'],
  },
  'an embedded etcd without space': {
    files: {
      'k3s.log':
        'Mar 01 10:00:00 s1 k3s[7]: {"level":"warn","ts":"2026-03-01T10:00:00.525Z","caller":"etcdserver/util.go:123","msg":"failed to apply request","took":"1.391µs","error":"etcdserver: no space"}\n',
    },
    check: 'etcd-nospace-alarm',
    words: ['etcdserver: no space\\"'],
  },
  'requests of a node before signers had names': {
    files: {
      'csr.txt': `$ kubectl logs -n kube-system kube-proxy-q7w4m
Error from server: Get https://192.0.2.34:10250/containerLogs/kube-system/kube-proxy-q7w4m/kube-proxy: remote error: tls: internal error
$ kubectl get csr
NAME        AGE       REQUESTOR                CONDITION
csr-q4t7n   6h        system:node:n-c.example  Pending
`,
    },
    check: 'csr-pending',
    words: ['csr-q4t7n', 'tls: internal error'],
  },
  'a learner that was never promoted, and the controller of Cluster API beside it': {
    files: {
      'manager.log': `E0301 13:25:32.114870       1 controller.go:316] "Reconciler error" err="failed to create etcd client: etcd leader is reported as 94e0d7b2c61f38a5 with name \\"m-2\\", but we couldn't find a corresponding Node in the cluster" controller="kubeadmcontrolplane" controllerGroup="controlplane.cluster.x-k8s.io" controllerKind="KubeadmControlPlane" namespace="t" name="c1"\n`,
      'members.txt': `# etcdctl member list -w table
+------------------+---------+------+--------------------------+--------------------------+------------+
|        ID        | STATUS  | NAME |        PEER ADDRS        |       CLIENT ADDRS       | IS LEARNER |
+------------------+---------+------+--------------------------+--------------------------+------------+
| 3f9a1c7e5b20d486 | started |  m-1 | https://192.0.2.21:2380  | https://192.0.2.21:2379  |      false |
| 94e0d7b2c61f38a5 | started |  m-2 | https://192.0.2.24:2380  | https://192.0.2.24:2379  |       true |
+------------------+---------+------+--------------------------+--------------------------+------------+
`,
    },
    check: 'etcd-member-unhealthy',
    words: ['m-2', 'learner', '192.0.2.24'],
  },
  'an add-on of EKS without nodes': {
    files: {
      'apply.txt': `Error: creating EC2 EIP: AddressLimitExceeded: The maximum number of addresses has been reached.
Error: waiting for EKS Add-On (c1:coredns) create: timeout while waiting for state to become 'ACTIVE' (last state: 'DEGRADED', timeout: 20m0s)
Error: waiting for EKS Node Group (c1:ng) to create: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: 1 error occurred:
	* i-0a: NodeCreationFailure: Instances failed to join the kubernetes cluster
`,
    },
    check: 'cloud-quota-exceeded',
    words: ['AddressLimitExceeded', 'add-on of EKS'],
  },
  'an add-on of EKS with too few pods': {
    files: {
      'addon.log': `  |   "addonName" : "csi-x",
  |     "status" : "DEGRADED",
  |         "code" : "InsufficientNumberOfReplicas",
  |         "message" : "The add-on is unhealthy because it doesn't have the desired number of replicas.",
`,
    },
    check: 'eks-addon-unhealthy',
    words: ['desired number of replicas'],
  },
  'a controller that may not become the leader, and the webhook whose trust it keeps': {
    files: {
      'apply.txt':
        'Error from server (InternalError): error when creating "a.yaml": Internal error occurred: failed calling webhook "hook.trust.example": failed to call webhook: Post "https://hook.trust.svc:443/mutate?timeout=10s": x509: certificate signed by unknown authority\n',
      'injector.log': [1, 2, 3]
        .map(
          (second) =>
            `E0301 07:10:1${second}.220911       1 leaderelection.go:329] error initially creating leader election record: configmaps is forbidden: User "system:serviceaccount:trust:injector" cannot create resource "configmaps" in API group "" in the namespace "kube-system": the namespace "kube-system" is managed\n`,
        )
        .join(''),
    },
    check: 'component-lease-denied',
    words: ['injector', 'kube-system', 'hook.trust.example'],
  },
  'a machine of kops that finds only the placeholder': {
    files: {
      'nodeup.txt': [1, 2]
        .map(
          (minute) =>
            `Mar 01 10:1${minute}:04 ip-192-0-2-77 nodeup[1201]: W0301 10:1${minute}:04.517320    1201 executor.go:139] error running task "BootstrapClientTask/BootstrapClient" (5m22s remaining to succeed): Task "BootstrapClientTask/BootstrapClient" not ready: kops-controller DNS not setup yet (placeholder IP found: [203.0.113.77])\n`,
        )
        .join(''),
    },
    check: 'kops-bootstrap-failed',
    words: ['203.0.113.77', 'dns-controller'],
  },
  'a join with another version of kubeadm': {
    files: {
      'join.txt': `[kubelet] Downloading configuration for the kubelet from the "kubelet-config-1.12" ConfigMap in the kube-system namespace
configmaps "kubelet-config-1.12" is forbidden: User "system:bootstrap:07401b" cannot get configmaps in the namespace "kube-system"
`,
    },
    check: 'kubelet-bootstrap-forbidden',
    words: ['kubelet-config-1.12', 'system:bootstrap:07401b'],
  },
  'a join with a token that is over': {
    files: {
      'join.txt': `[preflight] Running pre-flight checks
[discovery] Failed to connect to API Server "api.example:6443": token id "abcdef" is invalid for this cluster or it has expired. Use "kubeadm token create" on the control-plane node to create a new valid token
`,
    },
    check: 'kubeadm-join-token-invalid',
    words: ['abcdef', 'kubeadm token create'],
  },
  'components of an old release that do not answer': {
    files: {
      'cs.txt': `$ kubectl get cs
NAME                 STATUS      MESSAGE                                                                                     ERROR
scheduler            Unhealthy   Get http://127.0.0.1:10251/healthz: dial tcp 127.0.0.1:10251: connect: connection refused
controller-manager   Unhealthy   Get http://127.0.0.1:10252/healthz: dial tcp 127.0.0.1:10252: connect: connection refused
etcd-0               Healthy     {"health":"true"}
$ kubectl version --short
Client Version: v1.13.2
Server Version: v1.13.2
`,
    },
    check: 'kcm-down',
    words: ['10252', 'connection refused', 'scheduler as well'],
  },
  'a user of a certificate without rights': {
    files: {
      'controller.log': [1, 2, 3]
        .map(
          (second) =>
            `W0301 10:22:1${second}.110231       1 reflector.go:324] failed to list rbac.authorization.k8s.io/v1, Kind=Role: roles.rbac.authorization.k8s.io is forbidden: User "robot" cannot list resource "roles" in API group "rbac.authorization.k8s.io" at the cluster scope\n`,
        )
        .join(''),
    },
    check: 'log-rbac-forbidden',
    words: ['User robot may not list roles', 'roles.rbac.authorization.k8s.io is forbidden'],
  },
  'an upgrade of Talos whose only etcd member may not leave': {
    files: {
      'dmesg.txt': `192.0.2.31: user: warning: [2026-03-01T10:01:58.503317204Z]: [talos] leaving etcd cluster
192.0.2.31: user: warning: [2026-03-01T10:01:58.509920417Z]: [talos] [phase]: cordon and drain node error running task: etcdserver: re-configuration failed due to not enough started members
`,
    },
    check: 'etcd-member-change-refused',
    words: ['not enough started members'],
  },
  'an upgrade that Talos refuses for the state of etcd': {
    files: {
      'apply.txt': `│ "192.0.2.1": waiting for actor ID
│ "192.0.2.1": rpc error: code = DeadlineExceeded desc = error validating etcd for upgrade: etcd member 8e9e05c52164694d is not healthy; all members must be healthy to perform an upgrade: context deadline exceeded
`,
    },
    check: 'talos-etcd-unhealthy',
    words: ['8e9e05c52164694d'],
  },
  'a bootkube that stumbles over a container of its last try': {
    files: {
      'bootkube.txt': `Mar 01 10:10:18 boot bootkube.sh[6553]: Waiting for CEO to finish...
Mar 01 10:10:19 boot bootkube.sh[6560]: Error: name "wait-for-ceo" is in use: container already exists
Mar 01 10:10:19 boot systemd[1]: bootkube.service: Failed with result 'exit-code'.
`,
    },
    check: 'openshift-bootstrap-failed',
    words: ['wait-for-ceo', 'bootkube'],
  },
  'a Rancher that publishes no certificate under cacerts': {
    files: {
      'agent.log': `INFO: https://rancher.example/ping is accessible
ERROR: Value from https://rancher.example/v3/settings/cacerts does not look like an x509 certificate (exited with 1)
`,
    },
    check: 'rancher-agent-ca-mismatch',
    words: ['https://rancher.example', 'x509'],
  },
  'a cloud controller manager whose password vCenter does not take': {
    files: {
      'cpi.log': `${klog('I', 'controllermanager.go:244', 'Started "cloud-node-lifecycle"')}
${klog('E', 'connection.go:63', 'Failed to create govmomi client. err: ServerFaultCode: Cannot complete login due to an incorrect user name or password.')}
`,
    },
    check: 'vcenter-login-refused',
    words: ['incorrect user name or password'],
  },
  'a cloud controller manager that stern shows': {
    files: {
      'stern.txt': `cloud-cm-bkh25 cloud-cm ${klog('I', 'node_controller.go:415', 'Initializing node n7 with cloud provider')}
cloud-cm-bkh25 cloud-cm ${klog('E', 'node_controller.go:229', "error syncing 'n7': failed to get provider ID for node n7 at cloudprovider: failed to get instance ID from cloud provider: No VM found, requeuing")}
`,
    },
    check: 'cloud-provider-failed',
    words: ['No VM found', 'n7'],
  },
  'a bucket that the snapshots of RKE may not enter': {
    files: {
      'etcd-rolling-snapshots.log': `time="2026-03-01T10:45:47Z" level=info msg="Initializing Rolling Backups" creation=6h0m0s retention=24h0m0s
time="2026-03-01T10:45:48Z" level=fatal msg="failed to set s3 server: failed to check s3 bucket:snaps, err:Access Denied."
`,
    },
    check: 'etcd-snapshot-failed',
    words: ['snaps', 'Access Denied'],
  },
  'a certificate that kubeadm finds and that lacks the address of the machine': {
    files: {
      'join.txt': `I0301 10:05:23.640218   9731 certs.go:519] validating certificate period for apiserver certificate
x509: certificate is valid for 10.96.0.1, 192.0.2.3, not 192.0.2.8
certificate apiserver is invalid
`,
    },
    check: 'kubeadm-cert-not-usable',
    words: ['apiserver', '192.0.2.8'],
  },
  'a log asked for with a search for the container, on the machine of minikube': {
    files: {
      'terminal.txt': `$ minikube start --extra-config=apiserver.NodePorts=80-32000
$ kubectl get pods -n kube-system
NAME                      READY   STATUS             RESTARTS   AGE
kube-apiserver-minikube   0/1     CrashLoopBackOff   5          4m
$ minikube ssh 'docker logs $(docker ps -a -f name=k8s_kube-api --format={{.ID}})'
error: unknown flag: --NodePorts
`,
    },
    check: 'controlplane-fatal',
    words: ['kube-apiserver', '--NodePorts'],
  },
  'a log asked for with a search for the container, by ssh': {
    files: {
      'terminal.txt': `$ ssh cp-1 'crictl logs $(crictl ps -a --name kube-scheduler -q | head -1)'
Error: unknown flag: --address
`,
    },
    check: 'controlplane-fatal',
    words: ['kube-scheduler', '--address'],
  },
  'a server of k3s with other options': {
    files: {
      'k3s.log': `critical configuration mismatched: cluster-cidr
 preparing server: failed to validate server configuration: critical configuration value mismatch between servers
`,
    },
    check: 'distribution-config-mismatch',
    words: ['cluster-cidr'],
  },
  'machines that did not join, says kops': {
    files: {
      'validate.txt': `NODE STATUS
NAME	ROLE	READY

VALIDATION ERRORS
KIND	NAME	MESSAGE
Machine	i-01	machine "i-01" has not yet joined cluster
Pod	kube-system/coredns-7d4f8b9c6-x2k9q	system-cluster-critical pod "coredns-7d4f8b9c6-x2k9q" is pending

Validation Failed
`,
    },
    check: 'kops-validation-failed',
    words: ['1 machine that did not join', 'i-01'],
  },
  'a new member of etcd that stays a learner': {
    files: {
      'dmesg.log': `192.0.2.5: [talos] etcd is waiting to join the cluster, if this node is the first node in the cluster, please run \`talosctl bootstrap\` against one of the following IPs:
192.0.2.5: [talos] retrying error: error adding member: etcdserver: too many learner members in cluster
192.0.2.5: [talos] service[etcd](Running): Started task etcd (PID 2108) for container etcd
192.0.2.5: [talos] service[etcd](Running): Health check failed: etcdserver: rpc not supported for learner
`,
    },
    check: 'etcd-learner-stuck',
    words: ['learner'],
  },
  'etcd of Talos without an address that fits': {
    files: {
      'services.txt': `NODE          SERVICE      STATE     HEALTH   LAST CHANGE   LAST EVENT
192.0.2.9     apid         Running   OK       40m38s ago    Health check successful
192.0.2.9     etcd         Waiting   ?        34m24s ago    Waiting for etcd spec
`,
    },
    check: 'talos-etcd-failed',
    words: ['Waiting for etcd spec'],
  },
  'a snapshot that is not complete': {
    files: {
      'restore.txt': `root@s1:~# k3s server --cluster-reset --cluster-reset-restore-path=/tmp/snap.zip
INFO[2026-03-01T10:00:00Z] Managed etcd cluster initializing
FATA[2026-03-01T10:00:01Z] starting kubernetes: preparing server: start managed database: snapshot missing hash but --skip-hash-check=false
`,
    },
    check: 'distribution-datastore-fatal',
    words: ['snapshot missing hash'],
  },
  'a CustomResourceDefinition that drops a stored version, with a list of reasons': {
    files: {
      'apply.txt': `The CustomResourceDefinition "things.example.org" is invalid: 
* spec.conversion.strategy: Required value
* status.storedVersions[0]: Invalid value: "v1beta1": must appear in spec.versions
`,
    },
    check: 'crd-update-refused',
    words: ['things.example.org', 'v1beta1', 'must appear in spec.versions'],
  },
  'an aggregated API whose certificate is of another name': {
    files: {
      'log.txt':
        'loading OpenAPI spec for "v1beta1.metrics.k8s.io" failed with: failed to retrieve openAPI spec, http error: ResponseCode: 503, Body: error trying to reach service: x509: certificate is valid for localhost, not metrics-server.kube-system.svc\n',
    },
    check: 'apiservice-openapi-failed',
    words: ['certificate is valid for localhost'],
  },
  'a machine of OpenShift with the ignition file of another installation': {
    files: {
      'console.txt': `[   93.204518] ignition[712]: GET error: Get "https://192.0.2.100:22623/config/worker": tls: failed to verify certificate: x509: certificate signed by unknown authority
[   98.211790] ignition[712]: GET error: Get "https://192.0.2.100:22623/config/worker": tls: failed to verify certificate: x509: certificate signed by unknown authority
`,
    },
    check: 'machine-config-server-unreachable',
    words: ['unknown authority', 'of another installation'],
  },
  'machines of OpenShift that get no configuration': {
    files: {
      'console.txt': `[   98.072241] ignition[533]: GET error: Get "https://api-int.c1.example:22623/config/master": EOF
[  103.092241] ignition[533]: GET error: Get "https://api-int.c1.example:22623/config/master": EOF
`,
    },
    check: 'machine-config-server-unreachable',
    words: ['22623/config/master'],
  },
  'a clock behind the certificates': {
    files: {
      'init.txt': `W0301 05:14:28.472391    2649 certs.go:521] WARNING: could not validate bounds for certificate CA: the certificate is not valid yet: NotBefore: 2026-03-01 09:32:39 +0000 UTC, NotAfter: 2036-02-28 09:32:39 +0000 UTC
error execution phase certs/apiserver: failed to write or validate certificate "apiserver": failure loading apiserver certificate: the certificate is not valid yet
`,
    },
    check: 'kubeadm-cert-not-yet-valid',
    words: ['2026-03-01 09:32:39'],
  },
  'a kubelet under another name than its certificate': {
    files: {
      'kubelet.log': `Mar 01 10:00:00 n1 kubelet[7]: E0301 10:00:00.000000       7 controller.go:135] failed to ensure node lease exists, will retry in 7s, error: leases.coordination.k8s.io "n1" is forbidden: User "system:node:n1.example" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "kube-node-lease"
`,
    },
    check: 'node-identity-mismatch',
    words: ['system:node:n1.example', 'write n1'],
  },
  'the section of minikube logs says whose it is': {
    files: {
      'logs.txt': `==> kube-apiserver <==
${klog('E', 'authentication.go:65', 'Unable to authenticate the request due to an error: x509: certificate has expired or is not yet valid')}
${klog('E', 'authentication.go:65', 'Unable to authenticate the request due to an error: x509: certificate has expired or is not yet valid')}
${klog('E', 'authentication.go:65', 'Unable to authenticate the request due to an error: x509: certificate has expired or is not yet valid')}
`,
    },
    check: 'api-cert-problem',
    words: ['kube-apiserver', 'certificate has expired'],
  },
  'a scheduler whose configuration is of an old version, run by a snap': {
    files: {
      'journal.txt': `Mar 01 10:00:00 n1 kube-scheduler.daemon[7]: E0301 10:00:00.000000       7 run.go:120] "command failed" err="no kind \\"KubeSchedulerConfiguration\\" is registered for version \\"kubescheduler.config.k8s.io/v1beta1\\" in scheme \\"scheme.go:30\\""
`,
    },
    check: 'component-config-refused',
    words: ['KubeSchedulerConfiguration', 'v1beta1'],
  },
  'a scheduler without a kubeconfig': {
    files: {
      'journal.txt': `Mar 01 10:00:00 n1 kube-scheduler[7]: invalid configuration: no configuration has been provided
Mar 01 10:00:00 n1 systemd[1]: kube-scheduler.service: Main process exited, code=exited, status=1/FAILURE
`,
    },
    check: 'component-config-refused',
    words: ['no configuration has been provided'],
  },
  'a controller manager that a pod CIDR ends': {
    files: {
      'kcm.log': `${klog('E', 'controllermanager.go:237', '"Error starting controllers" err="failed to mark cidr[192.0.2.0/24] at idx [0] as occupied for node: n1: cidr 192.0.2.0/24 is out the range of cluster cidr 10.244.0.0/16"')}\n`,
    },
    check: 'kcm-controllers-not-started',
    words: ['192.0.2.0/24', '10.244.0.0/16'],
  },
  'etcd that answers a playbook not at all': {
    files: {
      'play.log': `TASK [etcd : wait until it is healthy] ********************
fatal: [n1]: FAILED! => {"cmd": "/usr/local/bin/etcdctl --endpoints=https://192.0.2.1:2379 cluster-health | grep -q healthy", "rc": 1, "stderr": "", "stdout": ""}
`,
    },
    check: 'etcd-health-task-failed',
    words: ['192.0.2.1:2379'],
  },
  'a quota of the cloud, in a value of several lines': {
    files: {
      'capo.log': `${klog('E', 'controller.go:329', '"Reconciler error" err=<')}
	failed to reconcile network: got 409 instead
	{"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources: ['network']."}}
 > controller="openstackcluster" OpenStackCluster="default/c1"
`,
    },
    check: 'cloud-quota-exceeded',
    words: ['OverQuota', 'default/c1'],
  },
  'a client that does not know the version of its credential plugin': {
    files: {
      'viewer.txt': 'creating client, exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"\n',
    },
    check: 'client-exec-plugin',
    words: ['v1alpha1'],
  },
  'a full etcd that says so beside its status': {
    files: {
      'etcd.txt': `Error:  etcdserver: mvcc: database space exceeded

https://192.0.2.1:2379, 87e6a178ab5a0f63, 3.5.15, 2.1 GB, true, 28, 5948
`,
    },
    check: 'etcd-nospace-alarm',
    words: ['database space exceeded', '192.0.2.1:2379'],
  },
  'etcd whose certificate the API server refuses, at a port of its own': {
    files: {
      'kube-apiserver.log': `${klog('W', 'clientconn.go:1251', 'grpc: addrConn.createTransport failed to connect to {127.0.0.1:4001 0 }. Err :connection error: desc = "transport: authentication handshake failed: x509: certificate has expired or is not yet valid". Reconnecting...')}\n`,
    },
    check: 'cert-expired-controlplane',
    words: ['127.0.0.1:4001', 'certificate has expired'],
  },
  'a server of RKE2 whose etcd does not finish a handshake': {
    files: {
      'journal.txt': [1, 2, 3]
        .map(
          (second) =>
            `Mar 01 10:00:0${second} s1 rke2[7]: time="2026-03-01T10:00:0${second}Z" level=info msg="Failed to test data store connection: failed to get etcd status: rpc error: code = Unavailable desc = connection error: desc = \\"transport: authentication handshake failed: context deadline exceeded\\""\n`,
        )
        .join(''),
    },
    check: 'distribution-datastore-unreachable',
    words: ['etcd', 'handshake failed'],
  },
  'an upgrade of nodes that a budget holds, in the words of a cloud': {
    files: {
      'error.txt': `Error: Drain of pool-vmss000001 did not complete:
shop/web-749b9d5cc8-2chl9 blocked by pdb web with unready pods [].
`,
    },
    check: 'pdb-blocks-drain',
    words: ['web-749b9d5cc8-2chl9', 'PodDisruptionBudget web'],
  },
  'Argo CD that gets no schema': {
    files: {
      'app.txt':
        'Failed to load target state: failed to get cluster info: failed to load open api schema while syncing cluster cache: error getting openapi resources: the server is currently unable to handle the request\n',
    },
    check: 'api-openapi-unavailable',
    words: ['unable to handle the request'],
  },
  'a static pod of which only events are there': {
    files: {
      'describe.txt': `  Warning  Unhealthy       11h (x1101 over 21h)     kubelet  Readiness probe failed: Get "https://192.0.2.11:6443/readyz": dial tcp 192.0.2.11:6443: connect: connection refused
  Warning  BackOff         11h (x2320 over 21h)     kubelet  Back-off restarting failed container kube-apiserver in pod kube-apiserver-cp1_kube-system(5d7f1f1cb5ab9f6a6ee7b3c5e9a5e0e1)
`,
    },
    check: 'api-restarting',
    words: ['kube-apiserver is in a crash loop', '192.0.2.11:6443'],
  },
  'kubeadm that waits for an API server in vain': {
    files: {
      'init.log': `[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/etc/kubernetes/manifests". This can take up to 4m0s
${klog('I', 'round_trippers.go:553', 'GET https://192.0.2.4:6443/healthz?timeout=10s in 0 milliseconds')}
${klog('I', 'round_trippers.go:553', 'GET https://192.0.2.4:6443/healthz?timeout=10s in 0 milliseconds')}
`,
    },
    check: 'kubeadm-api-not-answering',
    words: ['192.0.2.4:6443'],
  },
  'names of a certificate, broken over lines by their author': {
    files: {
      'error.txt': `Unable to connect to the server: x509: certificate is valid for
  192.0.2.11, 127.0.0.1,
  10.96.0.1, not 192.0.2.30
`,
    },
    check: 'api-cert-problem',
    words: ['192.0.2.11', 'not 192.0.2.30'],
  },
  'a database of MicroK8s that finds its files damaged': {
    files: {
      'journal.txt': `Mar 01 10:00:01 m1 microk8s.daemon-k8s-dqlite[7]: k8s-dqlite: src/vfs.c:100: vfsRead: Assertion \`n >= 0' failed.
Mar 01 10:00:02 m1 systemd[1]: snap.microk8s.daemon-k8s-dqlite.service: Main process exited, code=killed, status=6/ABRT
`,
    },
    check: 'dqlite-assertion',
    words: ['vfsRead'],
  },
  'a database of MicroK8s that cannot unpack its snapshot': {
    files: {
      'journal.txt': `Mar 01 10:00:01 m1 microk8s.daemon-k8s-dqlite[7]: time="2026-03-01T10:00:01Z" level=fatal msg="Failed to start server: start node: raft_start(): io: LZ4F_decompress ERROR_frameType_unknown"
Mar 01 10:00:02 m1 systemd[1]: snap.microk8s.daemon-k8s-dqlite.service: Main process exited, code=exited, status=1/FAILURE
`,
    },
    check: 'distribution-datastore-fatal',
    words: ['raft_start', 'LZ4F_decompress'],
  },
  'aggregated APIs behind a tunnel without agents': {
    files: {
      'journal.txt': `Mar 01 10:00:01 c1 k0s[7]: time="2026-03-01 10:00:01" level=info msg="E0301 10:00:01.000000      90 remote_available_controller.go:448] v1beta1.metrics.k8s.io failed with: failing or missing response from https://192.0.2.31:443/apis/metrics.k8s.io/v1beta1: Get \\"https://192.0.2.31:443/apis/metrics.k8s.io/v1beta1\\": No agent available" component=kube-apiserver stream=stderr
Mar 01 10:00:09 c1 k0s[7]: time="2026-03-01 10:00:09" level=info msg="E0301 10:00:09.000000      91 server.go:528] \\"Failed to get a backend\\" err=\\"No agent available\\" dialID=1" component=konnectivity stream=stderr
`,
    },
    check: 'konnectivity-broken',
    words: ['No agent available', 'konnectivity'],
  },
  'an operator of kubebuilder is no kube-controller-manager': {
    files: {
      'session.txt': `$ kubectl logs press-controller-manager-0 -n press-system -c manager
flag provided but not defined: -leader-namespace
Usage of /manager:
  -kubeconfig string
    	Paths to a kubeconfig. Only required if out-of-cluster.
`,
    },
    check: 'log-config-invalid',
    words: ['-leader-namespace'],
  },
  'a cloud controller manager in k3s that may not read whom to trust': {
    files: {
      'journal.txt': `Mar 01 10:00:04 e1 k3s[7]: Error: unable to load configmap based request-header-client-ca-file: configmaps "extension-apiserver-authentication" is forbidden: User "k3s-cloud-controller-manager" cannot get resource "configmaps" in API group "" in the namespace "kube-system"
Mar 01 10:00:04 e1 k3s[7]: time="2026-03-01T10:00:04Z" level=fatal msg="cloud-controller-manager exited: unable to load configmap based request-header-client-ca-file: configmaps \\"extension-apiserver-authentication\\" is forbidden"
`,
    },
    check: 'api-auth-reader-missing',
    words: ['extension-apiserver-authentication', 'forbidden', 'cloud-controller-manager'],
  },
  'a server of RKE2 whose etcd is never started': {
    files: {
      'journal.txt': Array.from(
        { length: 12 },
        (_, index) =>
          `Mar 01 10:${String(10 + index)}:00 s1 rke2[7]: time="2026-03-01T10:${String(10 + index)}:00Z" level=info msg="Pod for etcd not synced (no current running pod found), retrying"\n`,
      ).join(''),
    },
    check: 'rke2-static-pod-missing',
    words: ['Pod for etcd', 'no current running pod found'],
  },
  'a gate that the release has locked': {
    files: {
      'error.txt':
        'task failed, logs of newest pod:\nError: invalid argument "Blue=false,Red=true" for "--feature-gates" flag: cannot set feature gate Blue to false, feature is locked to true\n',
    },
    check: 'component-feature-gate-refused',
    words: ['Blue', 'locked to true'],
  },
  'a kubelet that does not know the API server': {
    files: {
      'session.txt': `$ kubectl logs web-0 -n shop
error: You must be logged in to the server (the server has asked for the client to provide credentials ( pods/log web-0))
`,
    },
    check: 'apiserver-to-kubelet-failed',
    words: ['does not accept the credentials', 'kubelet-client-certificate'],
  },
  'Talos that finds a kubelet without a certificate': {
    files: {
      'dmesg.txt':
        '192.0.2.9: user: warning: [2026-03-01T10:00:33.332576166Z]: [talos] controller failed {"component": "controller-runtime", "controller": "k8s.KubeletStaticPodController", "error": "error refreshing pod status: error fetching pod status: Get \\x5c"https://127.0.0.1:10250/pods/?timeout=30s\\x5c": remote error: tls: internal error"}\n',
    },
    check: 'apiserver-to-kubelet-failed',
    words: ['no serving certificate', 'CSR'],
  },
  'RKE without etcd': {
    files: {
      'up.txt': `INFO[0041] [etcd] Building up etcd plane..
FATA[0095] [etcd] Failed to bring up Etcd Plane: etcd cluster is unhealthy: hosts [192.0.2.4] failed to report healthy. Check etcd container logs on each host for more information
`,
    },
    check: 'rke-plane-failed',
    words: ['192.0.2.4', 'failed to report healthy'],
  },
  'RKE without a kubelet': {
    files: {
      'up.txt':
        'FATA[0180] [workerPlane] Failed to bring up Worker Plane: Failed to verify healthcheck: Failed to check http://localhost:10248/healthz for service [kubelet] on host [192.0.2.5]: Get "http://localhost:10248/healthz": EOF\n',
    },
    check: 'rke-worker-plane-failed',
    words: ['192.0.2.5'],
  },
  'minikube without an API server': {
    files: {
      'start.txt': `* Relaunching Kubernetes using kubeadm ...
X Exiting due to K8S_APISERVER_MISSING: wait 6m0s for node: wait for apiserver proc: apiserver process never appeared
`,
    },
    check: 'local-cluster-apiserver-missing',
    words: ['never appeared'],
  },
  'a machine that kubeadm waits for in vain': {
    files: {
      'join.log': [1, 2, 3, 4, 5]
        .map(() =>
          klog(
            'I',
            'round_trippers.go:553',
            'GET https://192.0.2.1:6443/api/v1/nodes/w2?timeout=10s 404 Not Found in 2 milliseconds',
          ),
        )
        .join('\n'),
    },
    check: 'kubeadm-node-missing',
    words: ['nodes/w2'],
  },
  'a policy that goes on below its first line, under a prompt of an odd form': {
    files: {
      'apply.txt': `~/src/shop k apply -f svc.yaml
Error from server: error when creating "svc.yaml": admission webhook "validate.kyverno.svc-fail" denied the request:

resource Service/shop/web was blocked due to the following policies

no-nodeports: the type NodePort is not allowed
`,
    },
    check: 'webhook-denied',
    words: ['Service/shop/web', 'NodePort is not allowed'],
  },
  'a controller that says only that its CRDs are not there': {
    files: {
      'controller.log': [1, 2]
        .map(() => klog('E', 'main.go:121', 'setup "msg"="Failed to access CRDs" "error"="CRDs not installed"'))
        .join('\n'),
    },
    check: 'controller-crd-missing',
    words: ['CRDs not installed'],
  },
  'requests for certificates in a table without signers': {
    files: {
      'csr.txt': `NAME        AGE       REQUESTOR        CONDITION
csr-7b2xk   14m       system:node:n3   Pending
`,
    },
    check: 'csr-pending',
    words: ['csr-7b2xk', 'pending for 14 min'],
  },
  'a kubelet whose certificate nobody signs': {
    files: {
      'kubelet.log':
        'Mar 01 10:15:00 n3 kubelet[7]: E0301 10:15:00.000000       7 certificate_manager.go:562] "Certificate request was not signed" err="timed out waiting for the condition"\n',
    },
    check: 'kubelet-csr-not-signed',
    words: ['not signed'],
  },
  'a database behind kine that answers late, in the words of newer releases': {
    files: {
      'journal.txt': [1, 2, 3, 4, 5]
        .map(
          (second) =>
            `Mar 01 10:00:0${second} s1 k3s[7]: time="2026-03-01T10:00:0${second}Z" level=info msg="Slow SQL: SELECT id, name FROM kine WHERE name LIKE '%' AND id > 3311 ORDER BY id ASC LIMIT 500" duration=1.6${second}s started="2026-03-01T10:00:00.5Z"\n`,
        )
        .join(''),
    },
    check: 'kine-slow-sql',
    words: ['Slow SQL', 'duration=1.61s'],
  },
  'a database behind kine without free connections': {
    files: {
      'server.log': [1, 2, 3]
        .map(
          (second) =>
            `time="2026-03-01T10:00:0${second}Z" level=error msg="error while range on /registry/pods/ /registry/pods/: Error 1040: Too many connections"\n`,
        )
        .join(''),
    },
    check: 'dqlite-query-failed',
    words: ['Too many connections'],
  },
  'a controller of k0s that may not join': {
    files: {
      'journal.txt': `Mar 01 10:00:00 c4 k0s[7]: time="2026-03-01 10:00:00" level=info msg="starting Etcd"
Mar 01 10:00:11 c4 k0s[7]: Error: failed to start controller node components: failed to sync etcd config: unexpected response status when trying to join etcd cluster: 503 Service Unavailable
Mar 01 10:00:11 c4 systemd[1]: k0scontroller.service: Main process exited, code=exited, status=1/FAILURE
`,
    },
    check: 'k0s-datastore-fatal',
    words: ['join etcd cluster', '503'],
  },
  'a worker of k0s that ends': {
    files: {
      'journal.txt': `Mar 01 10:00:11 w4 k0s[7]: Error: failed to start worker components: failed to get worker config from API: Unauthorized
Mar 01 10:00:11 w4 systemd[1]: k0sworker.service: Main process exited, code=exited, status=1/FAILURE
`,
    },
    check: 'k0s-fatal',
    words: ['worker config from API: Unauthorized'],
  },
  'a machine that MicroK8s refuses': {
    files: {
      'join.txt': `Contacting cluster at 192.0.2.1
Connection failed. The hostname (m3) of the joining node does not resolve to the IP "192.0.2.3". Refusing join (400).
`,
    },
    check: 'join-refused',
    words: ['m3', 'does not resolve'],
  },
  'what the cluster version operator says of an operator': {
    files: {
      'upgrade.txt':
        'Cluster operator kube-apiserver is reporting a failure: NodeInstallerDegraded: 1 nodes are failing on revision 7: static pod of revision 7 has been installed, but is not ready\n',
    },
    check: 'cluster-operator-reported',
    words: ['kube-apiserver', 'revision 7'],
  },
  'machines that started and did not join': {
    files: {
      'eksctl.txt':
        '[x]  timed out (after 25m0s) waiting for at least 2 nodes to join the cluster and become ready in "blue"\n',
    },
    check: 'machines-not-joined',
    words: ['2 nodes to join the cluster'],
  },
  'metrics-server that reads no kubelet, and its Deployment that is short of a replica for it': {
    files: {
      'ms.log': Array.from(
        { length: 4 },
        (_, n) =>
          `E0301 10:0${n}:00.000000       1 scraper.go:149] "Failed to scrape node" err="Get \\"https://192.0.2.21:10250/metrics/resource\\": tls: failed to verify certificate: x509: cannot validate certificate for 192.0.2.21 because it doesn't contain any IP SANs" node="wk-1"\n`,
      ).join(''),
      't.txt': `$ kubectl top pods
Error from server (ServiceUnavailable): the server is currently unable to handle the request (get pods.metrics.k8s.io)
$ kubectl get deploy -n kube-system metrics-server
NAME             READY   UP-TO-DATE   AVAILABLE   AGE
metrics-server   0/1     1            0           20m
`,
    },
    check: 'metrics-server-broken',
    words: ['IP SANs', 'metrics.k8s.io'],
  },
  'a cloud controller manager that knows no machine of that name, and a pod that waits for the taint': {
    files: {
      'cloud-controller-manager.log': [1, 2, 3]
        .map((n) =>
          klog(
            'E',
            'node_controller.go:240',
            `error syncing 'wk-${n}': failed to get instance metadata: instance not found, requeuing\n`,
          ),
        )
        .join(''),
      't.txt': `$ kubectl get events -n shop
LAST SEEN   TYPE      REASON             OBJECT      MESSAGE
9m          Warning   FailedScheduling   pod/web-0   0/3 nodes are available: 3 node(s) had untolerated taint {node.cloudprovider.kubernetes.io/uninitialized: true}.
`,
    },
    check: 'cloud-provider-failed',
    words: ['wk-3', 'instance not found'],
  },
  'an agent of konnectivity that a firewall keeps from the control plane': {
    files: {
      'konnectivity-agent.log': [1, 2, 3, 4]
        .map(
          (n) =>
            `E0301 10:0${n}:00.000000       1 clientset.go:204] "cannot connect once" err="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 192.0.2.10:8132: i/o timeout\\""\n`,
        )
        .join(''),
      't.txt': `$ kubectl logs web-0
Error from server: Get "https://192.0.2.31:10250/containerLogs/default/web-0/web": No agent available
`,
    },
    check: 'konnectivity-agent-cut-off',
    words: ['192.0.2.10:8132'],
  },
  'requests that the API server rejected, by its counter and by what a client was told': {
    files: {
      't.txt': `$ kubectl get --raw /metrics | grep rejected_requests
apiserver_flowcontrol_rejected_requests_total{flow_schema="ferry-bots",priority_level="harbour-low",reason="queue-full"} 40122
`,
      'ferry.log': Array.from(
        { length: 4 },
        (_, n) =>
          `time="2026-03-01T10:00:0${n}Z" level=error msg="the server has received too many requests and has asked us to try again later (get ferries.tides.example)"\n`,
      ).join(''),
    },
    check: 'api-apf-rejecting',
    words: ['40122', 'ferry-bots', 'harbour-low', '4 times'],
  },
  'a Talos machine whose time server does not answer': {
    files: {
      't.txt': `$ talosctl -n 192.0.2.41 services
NODE         SERVICE   STATE     HEALTH   LAST CHANGE   LAST EVENT
192.0.2.41   apid      Running   OK       9m2s ago      Health check successful
192.0.2.41   etcd      Waiting   ?        9m1s ago      Waiting for time sync
192.0.2.41   kubelet   Waiting   ?        9m1s ago      Waiting for time sync
`,
    },
    check: 'talos-time-unsynced',
    words: ['Waiting for time sync', '192.0.2.41'],
  },
  'clients that ask etcd for what it had before it was restored': {
    files: {
      'ferry-watcher.log': Array.from(
        { length: 5 },
        (_, n) =>
          `2026-03-01 10:00:0${n} [INFO] list of ferries failed error=Timeout: Too large resource version: 820031${n}, current: 5120\n`,
      ).join(''),
    },
    check: 'etcd-revision-behind-clients',
    words: ['current: 5120'],
  },
  'a k3s whose member of etcd was removed': {
    files: {
      'k3s.log': `Mar 01 10:00:00 s2 k3s[812]: {"level":"warn","ts":"2026-03-01T10:00:00.000Z","caller":"etcdserver/server.go:1144","msg":"server error","error":"the member has been permanently removed from the cluster"}
Mar 01 10:00:00 s2 k3s[812]: time="2026-03-01T10:00:00Z" level=fatal msg="etcd server stopped unexpectedly"
Mar 01 10:00:00 s2 systemd[1]: k3s.service: Main process exited, code=exited, status=1/FAILURE
`,
    },
    check: 'etcd-member-removed',
    words: ['permanently removed'],
  },
  'an add-on of EKS that is not healthy': {
    files: {
      't.txt': `$ aws eks describe-addon --cluster-name tides --addon-name harbour-dns
${JSON.stringify(
  {
    addon: {
      addonName: 'harbour-dns',
      clusterName: 'tides',
      status: 'DEGRADED',
      health: {
        issues: [
          {
            code: 'InsufficientNumberOfReplicas',
            message: "The add-on is unhealthy because it doesn't have the desired number of replicas.",
            resourceIds: [],
          },
        ],
      },
      addonArn: 'arn:aws:eks:eu-west-9:000000000000:addon/tides/harbour-dns/1',
    },
  },
  null,
  4,
)}
`,
    },
    check: 'infrastructure-resource-not-ready',
    words: ['harbour-dns', 'InsufficientNumberOfReplicas'],
  },
  'a join of which kubeadm says that it goes through a proxy': {
    files: {
      'ticket.txt': `root@dock-7:~# kubeadm join 192.0.2.40:6443 --token abcdef.0123456789abcdef
[preflight] Running pre-flight checks
	[WARNING HTTPProxy]: Connection to "https://192.0.2.40" uses proxy "http://198.51.100.3:8080". If that is not intended, adjust your proxy settings
error execution phase preflight: couldn't validate the identity of the API Server: Get "https://192.0.2.40:6443/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": Service Unavailable
`,
    },
    check: 'kubeadm-discovery-failed',
    words: ['198.51.100.3:8080'],
  },
  'a join with the hash of another CA, in the words of older versions': {
    files: {
      'ticket.txt': `root@dock-7:~# kubeadm join 192.0.2.40:6443 --token abcdef.0123456789abcdef
[discovery] Failed to connect to API Server "192.0.2.40:6443": cluster CA found in cluster-info configmap is invalid: none of the public keys "sha256:77aa" are pinned
`,
    },
    check: 'kubeadm-join-token-invalid',
    words: ['sha256:77aa'],
  },
  'a script that curl hands to a shell': {
    files: {
      'ticket.txt': `ops@dock-7:~$ curl -fsSL https://rancher.web.example/system-agent-install.sh | sudo sh -s - --server https://rancher.web.example --ca-checksum 11aa
[INFO]  Using default agent configuration directory /etc/rancher/agent
[ERROR]  Configured cacerts checksum (22bb) does not match given --ca-checksum (11aa)
`,
    },
    check: 'rancher-agent-ca-mismatch',
    words: ['22bb'],
  },
  'a machine approver that finds a machine too late': {
    files: {
      'ticket.txt': `$ oc get csr
NAME        AGE   SIGNERNAME                                    REQUESTOR                                                                   CONDITION
csr-p2q4z   21m   kubernetes.io/kube-apiserver-client-kubelet   system:serviceaccount:openshift-machine-config-operator:node-bootstrapper   Pending
$ oc logs -n openshift-cluster-machine-approver deploy/machine-approver
I0301 10:00:00.000000       1 main.go:132] CSR csr-p2q4z not authorized: CSR csr-p2q4z creation time 2026-03-01 10:00:00 +0000 UTC not in range (2026-03-01 07:00:00 +0000 UTC, 2026-03-01 09:10:00 +0000 UTC)
`,
    },
    check: 'machine-csr-refused',
    words: ['csr-p2q4z', 'not in range'],
  },
  'ignition files of last week': {
    files: {
      'install.log': `INFO Waiting up to 20m0s for the Kubernetes API at https://api.pier.web.example:6443...
WARNING Bootstrap Ignition-Config Certificate kube-ca.crt expired at 2026-02-21T09:00:00Z.
ERROR Bootstrap failed to complete: Get "https://api.pier.web.example:6443/version": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-01T10:00:00Z is after 2026-02-21T09:00:00Z
`,
    },
    check: 'openshift-bootstrap-certs-expired',
    words: ['kube-ca.crt', '2026-02-21T09:00:00Z'],
  },
  'dqlite with a flag that it does not have': {
    files: {
      'journal.txt': `Mar 01 10:00:01 dock-7 microk8s.daemon-k8s-dqlite[8120]: Error: unknown flag: --quorum-size
Mar 01 10:00:01 dock-7 microk8s.daemon-k8s-dqlite[8120]: Usage:
Mar 01 10:00:01 dock-7 microk8s.daemon-k8s-dqlite[8120]:   k8s-dqlite [flags]
Mar 01 10:00:01 dock-7 systemd[1]: snap.microk8s.daemon-k8s-dqlite.service: Main process exited, code=exited, status=1/FAILURE
Mar 01 10:00:01 dock-7 systemd[1]: snap.microk8s.daemon-k8s-dqlite.service: Failed with result 'exit-code'.
`,
    },
    check: 'controlplane-fatal',
    words: ['--quorum-size', 'k8s-dqlite'],
  },
  'a database that is too slow for the first roles': {
    files: {
      'k3s.log': `Mar 01 10:00:44 dock-7 k3s[8120]: time="2026-03-01T10:00:44Z" level=info msg="Slow SQL (started: 2026-03-01 10:00:11 +0000 UTC m=+60) (total time: 33.1s):  SELECT * FROM kine : [[/registry/roles/% false]]"
Mar 01 10:00:45 dock-7 k3s[8120]: F0301 10:00:45.000000    8120 hooks.go:203] PostStartHook "rbac/bootstrap-roles" failed: unable to initialize roles: timed out waiting for the condition
`,
    },
    check: 'kine-slow-sql',
    words: ['33.1s'],
  },
  'an API server and the etcd beside it, both gone': {
    files: {
      'ticket.txt': `root@dock-7:~# crictl ps -a
CONTAINER           IMAGE               CREATED             STATE               NAME                      ATTEMPT             POD ID              POD
9d27e05f3b6a1       4e82d06cb1f35       3 minutes ago       Exited              etcd                      9                   6a83f94e2d71c       etcd-dock-7
b14d82c79e50f       1c40aa1290b7d       4 minutes ago       Exited              kube-apiserver            8                   c58a07e31f46b       kube-apiserver-dock-7
`,
    },
    check: 'etcd-member-unhealthy',
    words: ['dock-7'],
  },
  'a kubelet that is newer than the API server behind the load balancer': {
    files: {
      'nodes.txt': `NAME     STATUS   ROLES           AGE   VERSION
reef-1   Ready    control-plane   90d   v1.31.2
reef-2   Ready    control-plane   90d   v1.30.9
`,
      'pods.txt': `NAMESPACE     NAME               READY   STATUS                       RESTARTS   AGE   IP           NODE
kube-system   kube-proxy-2b7qz   0/1     CreateContainerConfigError   0          4m    192.0.2.11   reef-1
`,
      'describe.txt': `Name:         kube-proxy-2b7qz
Namespace:    kube-system
Node:         reef-1/192.0.2.11
Status:       Pending
Events:
  Type     Reason  Age               From     Message
  ----     ------  ----              ----     -------
  Warning  Failed  2m (x9 over 4m)   kubelet  Error: services have not yet been read at least once, cannot construct envvars
`,
      'kubelet.log': `Mar 01 10:00:00 reef-1 kubelet[820]: W0301 10:00:00.000000     820 reflector.go:561] k8s.io/client-go/informers/factory.go:160: failed to list *v1.Service: field label not supported: spec.clusterIP
Mar 01 10:00:40 reef-1 kubelet[820]: W0301 10:00:40.000000     820 reflector.go:561] k8s.io/client-go/informers/factory.go:160: failed to list *v1.Service: field label not supported: spec.clusterIP
`,
    },
    check: 'kubelet-newer-than-api',
    words: ['reef-1', 'spec.clusterIP', 'newer'],
  },
  'etcd on a snapshot that was restored for no member': {
    files: {
      'ticket.txt': `root@reef-1:~# kubectl get nodes
The connection to the server 192.0.2.11:6443 was refused - did you specify the right host or port?
root@reef-1:~# crictl logs 0a1b2c3d4e5f6
{"level":"panic","ts":"2026-03-01T10:00:00.000Z","caller":"membership/cluster.go:503","msg":"failed to update; member unknown","cluster-id":"1a2b3c4d5e6f7081","local-member-id":"8a9b0c1d2e3f4051","unknown-remote-peer-id":"8a9b0c1d2e3f4051"}
`,
    },
    check: 'etcd-member-unknown',
    words: ['member unknown', 'restore'],
  },
  'more ConfigMaps than one answer of etcd carries': {
    files: {
      'kube-apiserver.log': `E0301 10:00:00.000000       1 status.go:71] apiserver received an error that is not an metav1.Status: &status.statusError{Code:8, Message:"grpc: message too large (4402000000 bytes)", Details:[]*any.Any(nil)}
E0301 10:01:00.000000       1 wrap.go:32] apiserver panic'd on GET /api/v1/configmaps?limit=500&resourceVersion=0
`,
    },
    check: 'etcd-range-too-large',
    words: ['4402000000'],
  },
  'a controller manager that ends because Secrets cannot be decrypted': {
    files: {
      'ticket.txt': `$ kubectl get secrets -n reef
Error from server (InternalError): Internal error occurred: unable to transform key "/registry/secrets/reef/pearl": invalid padding on input
$ kubectl -n kube-system get pods
NAME                              READY   STATUS             RESTARTS   AGE
kube-apiserver-reef-1             1/1     Running            0          6m
kube-controller-manager-reef-1    0/1     CrashLoopBackOff   5          6m
`,
      'kube-apiserver.log': `E0301 10:00:00.000000       1 cacher.go:419] cacher (*core.Secret): unexpected ListAndWatch error: failed to list *core.Secret: unable to transform key "/registry/secrets/reef/pearl": invalid padding on input; reinitializing...
E0301 10:00:01.000000       1 cacher.go:419] cacher (*core.Secret): unexpected ListAndWatch error: failed to list *core.Secret: unable to transform key "/registry/secrets/reef/pearl": invalid padding on input; reinitializing...
E0301 10:00:02.000000       1 cacher.go:419] cacher (*core.Secret): unexpected ListAndWatch error: failed to list *core.Secret: unable to transform key "/registry/secrets/reef/pearl": invalid padding on input; reinitializing...
`,
    },
    check: 'api-kms-failing',
    words: ['invalid padding on input', 'pearl'],
  },
  'the API server of an old MicroK8s whose database has lost a segment': {
    files: {
      'journal.txt': `Mar 01 10:00:06 grange microk8s.daemon-apiserver[901]: Error: start node: raft_start(): io: closed segment 0000000000000187-0000000000000210 is past last snapshot snapshot-1-120-77
Mar 01 10:00:06 grange systemd[1]: snap.microk8s.daemon-apiserver.service: Main process exited, code=exited, status=1/FAILURE
Mar 01 10:00:06 grange systemd[1]: snap.microk8s.daemon-apiserver.service: Failed with result 'exit-code'.
`,
    },
    check: 'distribution-datastore-fatal',
    words: ['closed segment', 'past last snapshot'],
  },
  'an autoscaler without values behind a metrics-server that is not ready, nobody says why': {
    files: {
      'hpa.txt': `$ kubectl get hpa -n barn
NAME    REFERENCE          TARGETS         MINPODS   MAXPODS   REPLICAS   AGE
stall   Deployment/stall   <unknown>/60%   1         10        1          3h12m
$ kubectl get pods -n kube-system -l k8s-app=metrics-server
NAME                              READY   STATUS    RESTARTS   AGE
metrics-server-6d94bc8694-2xk9f   0/1     Running   0          9d
`,
    },
    check: 'metrics-server-broken',
    words: ['metrics-server-6d94bc8694-2xk9f'],
  },
  'a program that is newer than the cluster, and waits for kinds that are not served': {
    files: {
      'scaler.log': ['ResourceClaim', 'DeviceClass', 'ResourceSlice', 'ResourceClaim']
        .map((kind, i) =>
          klog(
            'E',
            'reflector.go:204',
            `"Failed to watch" err="failed to list *v1.${kind}: the server could not find the requested resource" type="*v1.${kind}"`,
          ).replace(':00.000', `:0${i}.000`),
        )
        .join('\n'),
    },
    check: 'client-kind-not-served',
    words: ['ResourceClaim'],
  },
};

describe('pasted texts of a control plane', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const [first] = (await paste(files)).rootCauses;
    expect(first?.check).toBe(check);
    for (const word of words) expect(JSON.stringify(first)).toContain(word);
  });

  it.each([
    [
      'kops that found the cluster ready in the end',
      {
        'validate.txt': `Machine	i-01	machine "i-01" has not yet joined cluster
Your cluster k1.example is ready
`,
      },
    ],
    [
      'an operator that throttles itself once',
      {
        'operator.log': `${klog('I', 'request.go:601', 'Waited for 1.79s due to client-side throttling, not priority and fairness, request: GET:https://172.30.0.1:443/api/v1/pods')}\n`,
      },
    ],
    [
      'etcd of Talos that waited while the machine came up',
      {
        'dmesg.log': `192.0.2.5: [talos] etcd is waiting to join the cluster, if this node is the first node in the cluster, please run \`talosctl bootstrap\` against one of the following IPs:
192.0.2.5: [talos] service[etcd](Running): Started task etcd (PID 2108) for container etcd
192.0.2.5: [talos] service[etcd](Running): Health check failed: context deadline exceeded
192.0.2.5: [talos] service[etcd](Running): Health check successful
`,
      },
    ],
    [
      'a kubelet that may not read the lease of its own name yet',
      {
        'kubelet.log':
          'Mar 01 10:00:00 n1 kubelet[7]: E0301 10:00:00.000000       7 controller.go:135] failed to ensure node lease exists, will retry in 7s, error: leases.coordination.k8s.io "n1" is forbidden: User "system:node:n1" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "kube-node-lease"\n',
      },
    ],
    [
      'requests for certificates that were approved',
      {
        'csr.txt': `NAME        AGE       REQUESTOR        CONDITION
csr-7b2xk   14m       system:node:n3   Approved,Issued
`,
      },
    ],
    [
      'a node that registered after a moment',
      {
        'join.log': [1, 2, 3, 4, 5]
          .map((time) =>
            klog(
              'I',
              'round_trippers.go:553',
              `GET https://192.0.2.1:6443/api/v1/nodes/w2?timeout=10s ${time === 5 ? '200 OK' : '404 Not Found'} in 2 milliseconds`,
            ),
          )
          .join('\n'),
      },
    ],
    [
      'machines that joined',
      {
        'eksctl.txt': `[i]  waiting for at least 2 node(s) to become ready in "blue"
[i]  nodegroup "blue" has 2 node(s)
`,
      },
    ],
    [
      'kubeadm that was answered in the end',
      {
        'init.log': `${klog('I', 'round_trippers.go:553', 'GET https://192.0.2.4:6443/healthz?timeout=10s in 0 milliseconds')}
${klog('I', 'round_trippers.go:553', 'GET https://192.0.2.4:6443/healthz?timeout=10s 200 OK in 3 milliseconds')}
`,
      },
    ],
    [
      'microk8s inspect that finds all services running, and one file less to copy',
      {
        'inspect.txt': `$ microk8s inspect
Inspecting services
  Service snap.microk8s.daemon-containerd is running
  Service snap.microk8s.daemon-kubelite is running
  Service snap.microk8s.daemon-k8s-dqlite is running
Gathering system information
cp: cannot stat '/var/snap/microk8s/1001/var/kubernetes/backend/info.yaml': No such file or directory
`,
      },
    ],
    [
      'a server of RKE2 that waited for its pods',
      {
        'journal.txt':
          Array.from(
            { length: 12 },
            (_, index) =>
              `Mar 01 10:${String(10 + index)}:00 s1 rke2[7]: time="2026-03-01T10:${String(10 + index)}:00Z" level=info msg="Pod for etcd not synced (no current running pod found), retrying"\n`,
          ).join('') +
          'Mar 01 10:22:00 s1 rke2[7]: time="2026-03-01T10:22:00Z" level=info msg="Pod for etcd is synced"\n',
      },
    ],
    [
      'a rolling update of kops that waited for a machine',
      {
        'kops.txt': `${klog('I', 'instancegroups.go:526', 'Cluster did not pass validation, will retry in "30s": machine "i-0a" has not yet joined cluster.')}
${klog('I', 'instancegroups.go:500', 'Cluster validated.')}
${klog('I', 'rollingupdate.go:214', 'Rolling update completed for cluster "k1.example"!')}
`,
      },
    ],
    [
      'a controller manager that writes an object again',
      {
        'kube-controller-manager.log': `${klog('I', 'controllermanager.go:100', 'Started "deployment"')}
${klog('E', 'horizontal.go:100', 'failed to update status for web: Operation cannot be fulfilled on horizontalpodautoscalers.autoscaling "web": the object has been modified; please apply your changes to the latest version and try again')}
`,
      },
    ],
    [
      'an API server that ended requests of clients that went away',
      {
        'kube-apiserver.log': `${klog('E', 'runtime.go:77', 'Observed a panic: &errors.errorString{s:"killing connection/stream because serving request timed out and response had been started"}')}
${klog('I', 'trace.go:236', 'Trace[1]: "List" url:/api/v1/pods (total time: 600ms)')}
`,
      },
    ],
    [
      'members of etcd in k0s of which some are no nodes',
      {
        'k0s.txt': `$ kubectl get nodes
NAME   STATUS   ROLES           AGE   VERSION
c0     Ready    control-plane   61m   v1.31.5+k0s
w0     Ready    <none>          58m   v1.31.5+k0s
$ k0s etcd member-list
{"members":{"c0":"https://192.0.2.10:2380","c1":"https://192.0.2.11:2380","c2":"https://192.0.2.12:2380"}}
`,
      },
    ],
    [
      'members of etcd in k3s',
      {
        'k3s.txt': `$ kubectl get nodes -o wide
NAME        STATUS   ROLES                       AGE   VERSION        INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME
s1.lan      Ready    control-plane,etcd,master   61m   v1.31.5+k3s1   192.0.2.10    <none>        Debian     6.1.0            containerd://1.7.23-k3s2
s2.lan      Ready    control-plane,etcd,master   58m   v1.31.5+k3s1   192.0.2.11    <none>        Debian     6.1.0            containerd://1.7.23-k3s2
s3.lan      Ready    control-plane,etcd,master   58m   v1.31.5+k3s1   192.0.2.12    <none>        Debian     6.1.0            containerd://1.7.23-k3s2
$ etcdctl member list
a1b2c3d4e5f60718, started, s1.lan-544582ca, https://192.0.2.10:2380, https://192.0.2.10:2379, false
b1b2c3d4e5f60718, started, s2.lan-b2f22de0, https://192.0.2.11:2380, https://192.0.2.11:2379, false
c1b2c3d4e5f60718, started, s3.lan-0d1ef37e, https://192.0.2.12:2380, https://192.0.2.12:2379, false
`,
      },
    ],
    [
      'a kubelet that has its serving certificate by now',
      {
        'kubelet.log': `${['09', '31', '52'].map((at) => `Mar 01 10:00:${at} reef-2 kubelet[820]: I0301 10:00:${at}.336189     820 log.go:194] http: TLS handshake error from 192.0.2.4:56340: no serving certificate available for the kubelet`).join('\n')}
Mar 01 10:00:58 reef-2 kubelet[820]: I0301 10:00:58.100211     820 csr.go:257] certificate signing request csr-7reef is issued
`,
      },
    ],
    [
      'the pods of a namespace that has gone since',
      {
        't.txt': `$ kubectl get pods -n tides-7
NAME                     READY   STATUS        RESTARTS   AGE
moon-6f7d9c5b8-jw2lq     1/1     Terminating   0          3d2h
$ kubectl get ns tides-7
Error from server (NotFound): namespaces "tides-7" not found
`,
      },
    ],
    [
      'a learner that becomes a voter',
      {
        'join.txt': `[etcd] Announced new etcd member joining to the existing etcd cluster
${[1, 2, 3, 4].map((n) => `{"level":"warn","ts":"2026-03-01T10:00:0${n}.110625Z","logger":"etcd-client","caller":"v3/retry_interceptor.go:63","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0xc000/192.0.2.4:2379","attempt":0,"error":"rpc error: code = FailedPrecondition desc = etcdserver: can only promote a learner member which is in sync with leader"}`).join('\n')}
This node has joined the cluster and a new control plane instance was created:
* A new etcd member was added to the local/stacked etcd cluster.
`,
      },
    ],
    [
      'an extension that watches settings of priority and fairness which this cluster has not',
      {
        'packer.log': [1, 2, 3]
          .map(() =>
            klog(
              'E',
              'reflector.go:138',
              'k8s.io/client-go@v0.22.4/tools/cache/reflector.go:167: Failed to watch *v1beta1.FlowSchema: failed to list *v1beta1.FlowSchema: the server could not find the requested resource (get flowschemas.flowcontrol.apiserver.k8s.io)',
            ),
          )
          .join('\n'),
        'state.txt': `$ kubectl get pods -n packer
NAME                      READY   STATUS    RESTARTS   AGE
packer-7c9c9b8d4c-x2vld   2/2     Running   0          9m12s
`,
      },
    ],
    [
      'a virtual address that moves and comes back',
      {
        'keepalived.log': `Mar 01 10:00:00 gate-2 Keepalived_vrrp[900]: (VI_REEF) Entering MASTER STATE
Mar 01 10:00:00 gate-2 Keepalived_vrrp[900]: VRRP_Script(check_api) failed (exited with status 7)
Mar 01 10:00:03 gate-2 Keepalived_vrrp[900]: (VI_REEF) Entering BACKUP STATE
Mar 01 10:00:09 gate-2 Keepalived_vrrp[900]: VRRP_Script(check_api) succeeded
`,
      },
    ],
    [
      'an autoscaler that takes nodes away',
      {
        'ccm.log': ['barge-3', 'barge-4', 'barge-5']
          .map((name) =>
            klog(
              'I',
              'node_lifecycle_controller.go:164',
              `deleting node since it is no longer present in cloud provider: ${name}`,
            ),
          )
          .join('\n'),
      },
    ],
    [
      'an audit log of several clients',
      {
        'audit.log': Array.from({ length: 90 }, (_, n) => audited(`a${n}`, `system:node:n${n % 9}`, n * 10)).join(''),
      },
    ],
    [
      'a namespace that was still there and then was not',
      {
        't.txt': `$ kubectl get ns
NAME      STATUS        AGE
default   Active        90d
tides-7   Terminating   4h
$ kubectl get ns tides-7
Error from server (NotFound): namespaces "tides-7" not found
`,
      },
    ],
    [
      'a cluster of EKS without issues',
      {
        'cluster.json': `{"cluster": {"name": "tides", "arn": "arn:aws:eks:eu-west-9:000000000000:cluster/tides", "status": "ACTIVE", "version": "1.31", "health": {"issues": []}}}\n`,
      },
    ],
    [
      'feature gates of which OpenShift only warns',
      {
        'kube-apiserver.log': `W0301 10:00:00.000000      17 feature_gate.go:223] unrecognized feature gate: ReefPearls
${klog('I', 'server.go:188', 'Version: v1.23.0')}
${klog('I', 'secure_serving.go:266', 'Serving securely on [::]:6443')}
`,
      },
    ],
    [
      'a join that found the cluster in the end',
      {
        'join.txt': `[discovery] Created cluster-info discovery client, requesting info from "https://192.0.2.9:6443"
[discovery] Failed to request cluster info, will try again: [Get https://192.0.2.9:6443/api/v1/namespaces/kube-public/configmaps/cluster-info: dial tcp 192.0.2.9:6443: getsockopt: connection refused]
[discovery] Successfully established connection with API Server "192.0.2.9:6443"

This node has joined the cluster:
* The Kubelet was informed of the new secure connection details.
`,
      },
    ],
    [
      'a cloud controller manager at work',
      {
        'ccm.log': `${klog('I', 'node_controller.go:392', 'Successfully initialized node n1 with cloud provider')}\n`,
      },
    ],
  ])('nothing current above info: %s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter((one) => one.severity !== 'info' && one.state === 'current')).toEqual([]);
  });
});
