/** What people paste of delivery and CI: Argo CD, Flux, Helm, Crossplane, runners of jobs. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const CASES: Readonly<Record<string, Pasted>> = {
  'a policy that shuts out who asks a Service by its address': {
    files: {
      'herald.log': `time="2026-03-01T10:00:20Z" level=error msg="no manifests: rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing dial tcp 10.96.0.77:8081: i/o timeout\\""
time="2026-03-01T10:03:20Z" level=error msg="no manifests: rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing dial tcp 10.96.0.77:8081: i/o timeout\\""
time="2026-03-01T10:06:20Z" level=error msg="no manifests: rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing dial tcp 10.96.0.77:8081: i/o timeout\\""
time="2026-03-01T10:09:20Z" level=error msg="no manifests: rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing dial tcp 10.96.0.77:8081: i/o timeout\\""
`,
      'ns.txt': `$ kubectl get pods,svc -n press --show-labels
NAME                         READY   STATUS    RESTARTS   AGE   LABELS
pod/editor-66d4c8b7f-m2v8z   1/1     Running   0          14d   part=editor,pod-template-hash=66d4c8b7f
pod/herald-5c7c6d9b9b-wr2nk  1/1     Running   0          14m   part=herald,pod-template-hash=5c7c6d9b9b
pod/setter-7d4f8b9c6-x2k9q   1/1     Running   0          14d   part=setter,pod-template-hash=7d4f8b9c6

NAME             TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE   LABELS
service/setter   ClusterIP   10.96.0.77   <none>        8081/TCP   14d   part=setter
`,
      'policy.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: setter-doors
  namespace: press
spec:
  podSelector:
    matchLabels:
      part: setter
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels:
          part: editor
    ports:
    - port: 8081
`,
    },
    check: 'netpol-blocks-flow',
    words: ['setter-doors', '10.96.0.77:8081', 'herald'],
  },
  'an application that is deleted in vain, and why': {
    files: {
      'app.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: quill
  namespace: gitops
  deletionTimestamp: "2026-03-01T10:00:00Z"
  finalizers:
  - post-delete-finalizer.argocd.argoproj.io
status:
  conditions:
  - lastTransitionTime: "2026-03-01T09:50:00Z"
    message: 'the destination can''t be found: there are no clusters with this name: attic'
    type: InvalidSpecError
`,
      'apps.txt': `NAME    SYNC STATUS   HEALTH STATUS
quill   Unknown       Unknown
`,
    },
    check: 'custom-resource-not-ready',
    words: ['quill is being deleted', 'post-delete-finalizer.argocd.argoproj.io', 'no clusters with this name: attic'],
  },
  'an object of a kind of its own whose controller is gone': {
    files: {
      'lamp.yaml': `apiVersion: light.example.com/v1
kind: Lamp
metadata:
  name: desk
  namespace: press
  deletionTimestamp: "2026-03-01T10:00:00Z"
  finalizers:
  - light.example.com/unplug
spec:
  colour: warm
`,
      'date.txt': '$ date -u\nSun Mar  1 11:00:00 UTC 2026\n',
    },
    check: 'finalizer-orphaned',
    words: ['Lamp desk', 'light.example.com/unplug'],
  },
  'a Redis that was not restarted with its new password': {
    files: {
      'repo.log': `time="2026-03-01T10:00:01Z" level=error msg="finished unary call with code Unknown" error="failed to list refs: WRONGPASS invalid username-password pair or user is disabled."
time="2026-03-01T10:00:04Z" level=error msg="finished unary call with code Unknown" error="failed to list refs: WRONGPASS invalid username-password pair or user is disabled."
time="2026-03-01T10:00:07Z" level=error msg="finished unary call with code Unknown" error="failed to list refs: WRONGPASS invalid username-password pair or user is disabled."
`,
      'pods.txt': `NAME                                 READY   STATUS    RESTARTS   AGE
argocd-redis-5f6bd5d6b9-7xkq2        1/1     Running   0          30d
argocd-repo-server-6d4c8b7f9-m2v8z   1/1     Running   0          2h
`,
      'apps.txt': `NAME    SYNC STATUS   HEALTH STATUS
quill   Unknown       Healthy
`,
    },
    check: 'log-db-access-denied',
    words: ['argocd-redis-5f6bd5d6b9-7xkq2 has run for 30 d', 'until Redis is restarted'],
  },
  'a package that another one does not let have its kinds': {
    files: {
      'ticket.txt': `$ kubectl get providers
NAME          INSTALLED   HEALTHY   PACKAGE                            AGE
quarry-new    True        False     registry.example.com/quarry:v2     2d
$ kubectl describe providerrevision quarry-new-1c2d3e4f5a6b | tail -12
Status:
  Conditions:
    Last Transition Time:  2026-03-01T10:00:00Z
    Message:               cannot establish control of object: stones.quarry.example.com is already controlled by ProviderRevision quarry-0a1b2c3d4e5f (UID 1)
    Reason:                UnhealthyPackageRevision
    Status:                False
    Type:                  Healthy
Events:
  Type     Reason       Age                  From                                         Message
  ----     ------       ----                 ----                                         -------
  Warning  SyncPackage  2m (x99 over 2d)     packages/providerrevision.pkg.crossplane.io  cannot establish control of object: stones.quarry.example.com is already controlled by ProviderRevision quarry-0a1b2c3d4e5f (UID 1)
`,
    },
    check: 'infrastructure-resource-not-ready',
    words: ['ProviderRevision quarry-new-1c2d3e4f5a6b', 'stones.quarry.example.com', 'ownerReference'],
  },
  'a quota that leaves no pod for the job': {
    files: {
      'job.log': `2026-03-01T10:00:01.1034418Z ##[group]Run '/home/runner/k8s/index.js'
2026-03-01T10:00:02.7759933Z ##[error]Error: failed to create job pod: HttpError: HTTP request failed
`,
      'quota.yaml': `apiVersion: v1
kind: ResourceQuota
metadata:
  name: presses
  namespace: runners
spec:
  hard:
    pods: "3"
status:
  hard:
    pods: "3"
  used:
    pods: "3"
`,
    },
    check: 'quota-nearly-full',
    words: ['presses', 'runners', '3 of 3 pods'],
  },
  'agents of Jenkins that nobody removed': {
    files: {
      'jenkins.log': `Mar 01, 2026 10:00:00 AM org.csanchez.jenkins.plugins.kubernetes.KubernetesCloud addProvisionedSlave
INFO: Total container cap of 2 reached, not provisioning: 2 running or errored in namespace forge {}
Mar 01, 2026 10:00:10 AM org.csanchez.jenkins.plugins.kubernetes.KubernetesCloud addProvisionedSlave
INFO: Total container cap of 2 reached, not provisioning: 2 running or errored in namespace forge {}
`,
      'pods.txt': `NAME            READY   STATUS    RESTARTS   AGE
agent-0k3tr     0/1     Error     0          5d
agent-1m5vw     0/1     Error     0          5d
`,
    },
    check: 'ci-agents-capped',
    words: ['container cap of 2'],
  },
  'a field that another manager owns': {
    files: {
      'ticket.txt': `$ kubectl apply --server-side -f press.yaml
serviceaccount/press serverside-applied
error: Apply failed with 1 conflict: conflict with "ink-operator" using apps/v1: .spec.replicas
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
`,
    },
    check: 'apply-conflict',
    words: ['ink-operator', '.spec.replicas'],
  },
  'a manifest that Terraform cannot plan': {
    files: {
      'plan.txt': `╷
│ Error: Failed to determine GroupVersionResource for manifest
│
│   with kubernetes_manifest.lamp,
│   on main.tf line 3, in resource "kubernetes_manifest" "lamp":
│
│ no matches for kind "Lamp" in group "light.example.com"
╵
`,
    },
    check: 'api-removed-in-use',
    words: ['Lamp in light.example.com', 'Install the CRDs of light.example.com'],
  },
  'what a pipe leaves of an object of a kind of its own': {
    files: {
      'ticket.txt': `$ kubectl get app ink -n press -o yaml | sed -n '/^status/,$p'
status:
  conditions:
  - message: 'Deploying: Error (see .status.usefulErrorMessage for details)'
    status: "True"
    type: ReconcileFailed
  friendlyDescription: 'Reconcile failed: Deploying: Error (see .status.usefulErrorMessage for details)'
  usefulErrorMessage: |-
    kapp: Error: Ownership errors:
    - Resource 'configmap/quills (v1) namespace: press' is already associated with a different app 'paper'
`,
    },
    check: 'custom-resource-not-ready',
    words: ['App ink is not ready', "already associated with a different app 'paper'"],
  },
  'a Docker in a pod that sends larger packets than the pod may': {
    files: {
      'job.txt': `* Connected to example.org (192.0.2.7) port 443
* OpenSSL SSL_connect: Connection reset by peer in connection to example.org:443
curl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to example.org:443
`,
      'links.txt': `$ kubectl exec runner-0 -c dind -- ip link
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
2: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default
9: eth0@if41: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 qdisc noqueue state UP mode DEFAULT group default qlen 1000
`,
    },
    check: 'net-large-packets-fail',
    words: ['MTU of 1500 (docker0)', 'eth0 of the pod carries 1400', '--mtu=1400'],
  },
  'a pod that must be near one on a cordoned node': {
    files: {
      'ticket.txt': `$ kubectl get nodes
NAME   STATUS                     ROLES    AGE   VERSION
wk-1   Ready                      <none>   90d   v1.31.2
wk-2   Ready,SchedulingDisabled   <none>   90d   v1.31.2
$ kubectl get pods -n press -o wide
NAME       READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES
anchor-0   1/1     Running   0          47m   10.42.5.81   wk-2     <none>           <none>
fold-pod   0/2     Pending   0          31m   <none>       <none>   <none>           <none>
$ kubectl describe pod fold-pod -n press
Name:             fold-pod
Namespace:        press
Node:             <none>
Status:           Pending
Conditions:
  Type           Status
  PodScheduled   False
Events:
  Type     Reason            Age                From               Message
  ----     ------            ----               ----               -------
  Warning  FailedScheduling  56s (x6 over 26m)  default-scheduler  0/2 nodes are available: 1 node(s) didn't match pod affinity rules, 1 node(s) were unschedulable. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.
`,
    },
    check: 'node-cordoned',
    words: ['fold-pod', 'wk-2', 'anchor-0 of the same namespace'],
  },
};

describe('pasted texts of delivery and CI', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const [root] = (await paste(files)).rootCauses;
    expect(root?.check).toBe(check);
    const text = [root?.summary, ...(root?.fix ?? [])].join('\n');
    for (const word of words) expect(text).toContain(word);
  });
});

const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'an object that is deleted a moment ago': {
    'lamp.yaml': `apiVersion: light.example.com/v1
kind: Lamp
metadata:
  name: desk
  namespace: press
  deletionTimestamp: "2026-03-01T10:59:00Z"
  finalizers:
  - light.example.com/unplug
status:
  conditions:
  - type: Ready
    status: "False"
    reason: Deleting
`,
    'date.txt': '$ date -u\nSun Mar  1 11:00:00 UTC 2026\n',
  },
  'a Docker on a node': {
    'links.txt': `# ip link
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1460 qdisc mq state UP mode DEFAULT group default qlen 1000
3: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default
`,
  },
  'two writers that met': {
    'ticket.txt': `$ kubectl describe policies.store.example.com shelf | sed -n '/^Status/,$p'
Status:
  Conditions:
    Reason:                Available
    Status:                True
    Type:                  Ready
Events:
  Type     Reason        Age    From               Message
  ----     ------        ----   ----               -------
  Warning  CannotUpdate  6m51s  policy-controller  Operation cannot be fulfilled on policies.store.example.com "shelf": the object has been modified; please apply your changes to the latest version and try again
`,
  },
  'packages of which all are healthy': {
    'ticket.txt': `$ kubectl get providers
NAME     INSTALLED   HEALTHY   PACKAGE                          AGE
quarry   True        True      registry.example.com/quarry:v2   2d
`,
  },
};

describe('pasted texts of delivery that works', () => {
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});

it('a kind that an operator does not find at its start is information; Terraform was refused', async () => {
  const line = 'no matches for kind "Lamp" in group "light.example.com"';
  const severities = async (files: Readonly<Record<string, string>>) =>
    (await paste(files)).findings.filter(({ check }) => check === 'api-removed-in-use').map(({ severity }) => severity);
  expect(
    await severities({
      'session.txt': `$ kubectl get pods -n light
NAME                             READY   STATUS    RESTARTS   AGE
lamp-operator-6f7c9d8b5-x2k9q    1/1     Running   0          5d
$ kubectl logs -n light lamp-operator-6f7c9d8b5-x2k9q
2026-03-01T10:00:00Z INFO starting
2026-03-01T10:00:00Z ERROR cannot watch: ${line}
2026-03-01T10:00:05Z INFO started
`,
    }),
  ).toEqual(['info']);
  expect(await severities({ 'plan.txt': `│ Error: Failed to determine GroupVersionResource\n│\n│ ${line}\n` })).toEqual(
    ['warning'],
  );
});

it('tells of a sync what became of the object that failed', async () => {
  const { rootCauses, findings } = await paste({
    'app.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: quill, namespace: gitops}
status:
  conditions:
  - lastTransitionTime: "2026-03-01T09:50:00Z"
    message: 'Failed sync attempt to 1a2b3c: one or more objects failed to apply (retried 5 times).'
    type: SyncError
  operationState:
    message: one or more objects failed to apply (retried 5 times).
    phase: Failed
    syncResult:
      resources:
      - kind: ConfigMap
        message: configmap/nib unchanged
        name: nib
        status: Synced
      - kind: Deployment
        message: 'Deployment.apps "nib-holder" is invalid: spec.selector: field is immutable'
        name: nib-holder
        status: SyncFailed
  sync: {status: OutOfSync}
`,
  });
  expect(rootCauses[0]).toMatchObject({ check: 'custom-resource-not-ready', subject: { name: 'quill' } });
  expect(rootCauses[0]?.summary).toMatch(/nib-holder.*field is immutable/);
  expect(findings[0]?.evidence[0]?.text).toContain('nib-holder');
});
