/** What people paste of pods that are not placed and volumes that do not come: small texts through the whole pipeline. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const klog = (level: string, place: string, message: string): string =>
  `${level}0301 10:00:00.000000       1 ${place}] ${message}`;

const CASES: Readonly<Record<string, Pasted>> = {
  'a claim that waits for a provisioner that may not hold its lease': {
    files: {
      'claim.txt': `$ kubectl describe pvc -n mill ledger
Name:          ledger
Namespace:     mill
StorageClass:  quick
Status:        Pending
Events:
  Type    Reason                Age                   From                         Message
  ----    ------                ----                  ----                         -------
  Normal  ExternalProvisioning  12s (x90 over 22m)    persistentvolume-controller  Waiting for a volume to be created either by the external provisioner 'spinfs.csi.example.com' or manually by the system administrator.
`,
      'pods.txt': `$ kubectl get pods -A
NAMESPACE     NAME                          READY   STATUS             RESTARTS        AGE
kube-system   csi-spinfs-7d8d8c6c54-mg2x5   0/1     CrashLoopBackOff   9 (2m10s ago)   2d
`,
      'csi-spinfs-7d8d8c6c54-mg2x5.log': `E0301 10:00:01.000000       1 leaderelection.go:340] error retrieving resource lock kube-system/spinfs-csi-example-com: leases.coordination.k8s.io "spinfs-csi-example-com" is forbidden: User "system:serviceaccount:kube-system:csi-spinfs" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "kube-system"
F0301 10:00:02.000000       1 leader_election.go:182] leader election lost
`,
    },
    check: 'component-lease-denied',
    words: ['spinfs-csi-example-com', 'is forbidden'],
  },
  'a node group that is smaller than its minimum': {
    files: {
      'cluster-autoscaler.log': [
        klog('I', 'scale_up.go:472', 'Estimated 1 nodes needed in MachineDeployment/mill/grinders'),
        klog('I', 'scale_up.go:586', 'Final scale-up plan: [{MachineDeployment/mill/grinders 1->2 (max: 9)}]'),
        klog(
          'E',
          'static_autoscaler.go:427',
          'Failed to scale up: failed to increase node group size: size decrease too large - desired:2 min:3',
        ),
      ].join('\n'),
    },
    check: 'autoscaler-no-scale-up',
    words: ['smaller than its minimum', 'MachineDeployment/mill/grinders 1->2', 'min:3'],
  },
  'a share of a card that only the scheduler of HAMi counts': {
    files: {
      'ticket.txt': `$ kubectl describe pod press-0
Name:             press-0
Namespace:        ml
Node:             <none>
Status:           Pending
Containers:
  press:
    Image:      registry.example.test/ml/press:1
    Limits:
      nvidia.com/gpu:     1
      nvidia.com/gpumem:  4000
    Requests:
      nvidia.com/gpu:     1
      nvidia.com/gpumem:  4000
Conditions:
  Type           Status
  PodScheduled   False
Events:
  Type     Reason            Age                From               Message
  ----     ------            ----               ----               -------
  Warning  FailedScheduling  11s (x4 over 14m)  default-scheduler  0/3 nodes are available: 3 Insufficient nvidia.com/gpumem. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.
`,
    },
    check: 'sched-insufficient-extended',
    words: ['nvidia.com/gpumem', 'HAMi', 'hami-scheduler'],
  },
  'a claim that is deleted and used, in its description': {
    files: {
      'ticket.txt': `Name:          data-db-0
Namespace:     shop
StorageClass:  fast
Status:        Terminating (lasts 3h12m)
Volume:        pvc-0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0
Labels:        app=db
Annotations:   pv.kubernetes.io/bind-completed: yes
Finalizers:    [kubernetes.io/pvc-protection]
Capacity:      20Gi
Access Modes:  RWO
VolumeMode:    Filesystem
Used By:       db-0
Events:        <none>
`,
    },
    check: 'pvc-deleting-in-use',
    words: ['data-db-0', 'used by db-0'],
  },
  'a claim that is deleted, in a table': {
    files: {
      'ticket.txt': `$ kubectl get pvc -n shop
NAME        STATUS        VOLUME                                     CAPACITY   ACCESS MODES   STORAGECLASS   VOLUMEATTRIBUTESCLASS   AGE
data-db-0   Terminating   pvc-0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0   20Gi       RWO            fast           <unset>                 41d
$ kubectl describe pvc data-db-0 -n shop | grep Used
Used By:       db-0
`,
    },
    check: 'pvc-deleting-in-use',
    words: ['data-db-0 is being deleted', 'used by db-0'],
  },
  'a preempted pod that does not go': {
    files: {
      'ticket.txt': `$ kubectl get pods -n calc -o wide
NAME         READY   STATUS        RESTARTS   AGE   IP            NODE     NOMINATED NODE   READINESS GATES
batch-hi-0   0/1     Pending       0          14m   <none>        <none>   wk-3             <none>
batch-lo-7   1/1     Terminating   0          2d    10.42.3.77    wk-3     <none>           <none>
`,
    },
    check: 'sched-nominated-waiting',
    words: ['wk-3', 'batch-lo-7'],
  },
  'an exclusive claim on the node of another pod, and nodes where the volume is not': {
    files: {
      'ticket.txt': `$ kubectl get pods,pvc -n ledger
NAME                  READY   STATUS    RESTARTS   AGE
pod/report-writer-1   1/1     Running   0          3d
pod/report-writer-2   0/1     Pending   0          11m

NAME                               STATUS   VOLUME                                     CAPACITY   ACCESS MODES   STORAGECLASS   VOLUMEATTRIBUTESCLASS   AGE
persistentvolumeclaim/report-out   Bound    pvc-1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9   8Gi        RWOP           csi-fast       <unset>                 3d
$ kubectl get events -n ledger
LAST SEEN   TYPE      REASON             OBJECT                MESSAGE
11m         Warning   FailedScheduling   pod/report-writer-2   0/3 nodes are available: 1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode, 2 node(s) had volume node affinity conflict. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.
`,
    },
    check: 'sched-rwop-in-use',
    words: ['ReadWriteOncePod'],
  },
  'the taint of GPU nodes, in the words of the scheduler alone': {
    files: {
      'ticket.txt': `$ kubectl describe pod infer-0 -n ml
Name:             infer-0
Namespace:        ml
Node:             <none>
Status:           Pending
Containers:
  infer:
    Image:      registry.example.test/ml/infer:2
    Limits:
      nvidia.com/gpu:  1
    Requests:
      nvidia.com/gpu:  1
Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  4m    default-scheduler  0/3 nodes are available: 1 node(s) had untolerated taint {nvidia.com/gpu: present}, 2 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.
`,
    },
    check: 'sched-gpu-taint-untolerated',
    words: ['nvidia.com/gpu', '1 of 3 nodes'],
  },
  'a drain that two budgets hold up': {
    files: {
      'ticket.txt': `$ kubectl drain wk-1 --ignore-daemonsets
node/wk-1 cordoned
error when evicting pods/"web-7c9d8f6b5-abcde" -n "shop" (will retry after 5s): This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.
`,
    },
    check: 'pdb-misconfigured',
    words: ['more than one PodDisruptionBudget'],
  },
  'a claim that an operator may not change': {
    files: {
      'ticket.txt': `$ kubectl logs -n ops operator-6d5f8c7b9-x2x4l
2026-03-01T10:00:01Z	ERROR	Reconciler error	{"controller": "db", "error": "PersistentVolumeClaim \\"data\\" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"}
`,
    },
    check: 'claim-refused',
    words: ['spec is immutable after creation'],
  },
  'a volume for many writers that the driver does not have, and the pod that waits for it': {
    files: {
      'error.txt': `Failed to provision volume with StorageClass "paper": invalid AccessModes [ReadWriteMany]: only AccessModes [ReadWriteOnce] are supported
`,
      'pods.txt': `$ kubectl get pods -n ink
NAME      READY   STATUS    RESTARTS   AGE
press-0   0/1     Pending   0          12m
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['ReadWriteMany', 'press-0', 'shared storage'],
  },
  'a claim of which only its driver knows what is wrong with its access mode': {
    files: {
      'pvc.yaml': `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: plates
  namespace: ink
spec:
  accessModes: [ReadWriteMany]
  storageClassName: paper
status:
  phase: Pending
`,
      'events.txt': `$ kubectl get events -n ink
LAST SEEN   TYPE      REASON               OBJECT                         MESSAGE
34s         Warning   ProvisioningFailed   persistentvolumeclaim/plates   failed to provision volume with StorageClass "paper": rpc error: code = InvalidArgument desc = capability at index 0 is not supported
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['plates', 'capability at index 0', 'asks for ReadWriteMany'],
  },
  'a scale of a target that tells no selector': {
    files: {
      'hpa.txt': `$ kubectl get hpa -n ink
NAME    REFERENCE     TARGETS               MINPODS   MAXPODS   REPLICAS   AGE
press   Press/inker   <unknown>/100 (avg)   1         50        0          28m
$ kubectl describe hpa -n ink | tail -4
Events:
  Type     Reason            Age                   From                       Message
  ----     ------            ----                  ----                       -------
  Warning  SelectorRequired  3m (x100 over 28m)    horizontal-pod-autoscaler  selector is required
`,
    },
    check: 'hpa-metrics-unavailable',
    words: ['press', 'selector is required', 'labelSelectorPath'],
  },
  'the node of a pod of a DaemonSet is full, in words of 1.20': {
    files: {
      'term.txt': `$ kubectl get ds -n ink press
NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE
press   2         2         1       2            1           <none>          3h
$ kubectl get pods -n ink -o wide
NAME          READY   STATUS    RESTARTS   AGE   IP          NODE      NOMINATED NODE   READINESS GATES
press-2kx8p   1/1     Running   0          3h    10.0.0.11   quill-1   <none>           <none>
press-9vq4m   0/1     Pending   0          3h    <none>      <none>    <none>           <none>
$ kubectl describe pod -n ink press-9vq4m | tail -4
Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  4m    default-scheduler  0/2 nodes are available: 1 Insufficient memory, 1 node(s) didn't satisfy plugin(s) [NodeAffinity].
`,
    },
    check: 'sched-insufficient-memory',
    words: ['press-9vq4m', '1 of 2 nodes'],
  },
  'a row of events without its first column, and without a table': {
    files: {
      'events.txt': `Normal    NotTriggerScaleUp        pod/press-1                  pod didn't trigger scale-up: 1 node(s) had volume node affinity conflict

Warning   FailedScheduling       pod/press-1                0/8 nodes are available: 3 Insufficient memory, 5 node(s) had volume node affinity conflict.
`,
    },
    check: 'sched-volume-node-affinity-conflict',
    words: ['press-1', '5 of 8 nodes'],
  },
  'what a spawner tells its user of the events of a pod': {
    files: {
      'spawn.txt': `Your server is starting up.
Server requested
2026-03-01 05:43:14+00:00 [Warning] 0/9 nodes are available: 4 Insufficient example.com/press, 5 node(s) didn't match node selector.
Spawn failed: pod/press-ann did not start in 30 seconds!
`,
    },
    check: 'sched-insufficient-extended',
    words: ['press-ann', 'example.com/press', '4 of 9'],
  },
  'a claim that its provisioner names when it begins, and the reason before the echo': {
    files: {
      'csi-provisioner.log': `${klog('I', 'controller.go:1332', 'provision "ink/plates" class "paper": started')}
${klog('E', 'controller.go:981', 'error syncing claim "u1": failed to provision volume with StorageClass "paper": rpc error: code = DeadlineExceeded desc = context deadline exceeded')}
${klog('I', 'controller.go:1332', 'provision "ink/plates" class "paper": started')}
${klog('E', 'controller.go:981', 'error syncing claim "u1": failed to provision volume with StorageClass "paper": rpc error: code = Aborted desc = an operation with the given Volume ID pvc-u1 already exists')}
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['claim plates', 'DeadlineExceeded'],
  },
  'volumes that the driver gives up, in its own log': {
    files: {
      'ebs-plugin.log': `${klog('E', 'driver.go:108', '"GRPC error" err="rpc error: code = Internal desc = Could not create volume \\"pvc-u1\\": could not create volume: request canceled"')}
${klog('E', 'driver.go:108', '"GRPC error" err="rpc error: code = Internal desc = Could not create volume \\"pvc-u2\\": could not create volume: request canceled"')}
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['pvc-u1', 'pvc-u2', 'request canceled'],
  },
  'an operator that makes objects of a kind that nobody has installed': {
    files: {
      'operator.log': `time="2026-03-01T10:00:00Z" level=info msg="Reconciling for job press-7"
time="2026-03-01T10:00:01Z" level=warning msg="Sync Gang ink/press-7: unable to create Gang: the server could not find the requested resource (post gangs.press.example)"
time="2026-03-01T10:00:01Z" level=warning msg="Gang ink/press-7 unschedulable"
`,
    },
    check: 'controller-crd-missing',
    words: ['gangs.press.example', 'press-7'],
  },
  'the last pod of a DaemonSet, which its events do not name': {
    files: {
      'ds.txt': `$ kubectl get daemonset press -n ink
NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE
press   3         3         2       3            2           <none>          29m

  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  43s   default-scheduler  0/3 nodes are available: 2 Insufficient pods, 1 node(s) didn't match node selector.
`,
    },
    check: 'sched-too-many-pods',
    words: ['2 of 3 nodes', 'DaemonSet ink/press'],
  },
  'a node without room where affinity wants the pod': {
    files: {
      'describe.txt': `Name:         press-0
Namespace:    ink
Node:         <none>
Status:       Pending
Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  43s   default-scheduler  0/3 nodes are available: 1 Too many pods, 2 node(s) didn't match pod affinity rules.
`,
      'node.yaml': `apiVersion: v1
kind: Node
metadata:
  name: quill-1
status:
  allocatable:
    pods: "17"
`,
    },
    check: 'sched-too-many-pods',
    words: ['1 of 3 nodes', 'quill-1 may have 17'],
  },
  'a claim that is lost, by a kubelet behind a wrapper': {
    files: {
      'kubelet.log': `Mar 01 10:00:00 quill-1 kubelet-wrapper[913]: ${klog('E', 'desired_state_of_world_populator.go:274', 'Error processing volume "data" for pod "press-1_ink(u1)": error processing PVC "ink"/"plates-1": PVC ink/plates-1 has non-bound phase ("Lost") or empty pvc.Spec.VolumeName ("pvc-u1")')}
Mar 01 10:00:01 quill-1 kubelet-wrapper[913]: ${klog('E', 'desired_state_of_world_populator.go:274', 'Error processing volume "data" for pod "press-1_ink(u1)": error processing PVC "ink"/"plates-1": PVC ink/plates-1 has non-bound phase ("Lost") or empty pvc.Spec.VolumeName ("pvc-u1")')}
`,
    },
    check: 'volume-claim-unusable',
    words: ['ink/plates-1', 'Lost', 'pvc-u1'],
  },
  'machines that an autoscaler ordered and that never became nodes': {
    files: {
      'status.yaml': `apiVersion: v1
data:
  status: |+
    Cluster-autoscaler status at 2026-03-01 10:00:00.0 +0000 UTC:
    Cluster-wide:
      Health:      Healthy (ready=6 unready=0 registered=6 longUnregistered=4)
    NodeGroups:
      Name:        quills
      Health:      Healthy (ready=1 unready=0 registered=1 longUnregistered=4 cloudProviderTarget=5 (minSize=3, maxSize=12))
      ScaleUp:     InProgress (ready=1 cloudProviderTarget=5)
kind: ConfigMap
metadata:
  name: cluster-autoscaler-status
`,
    },
    check: 'scheduling-resource-not-ready',
    words: ['quills', 'longUnregistered=4', 'cloudProviderTarget=5', 'maxSize=12'],
  },
  'a scale-up that the cloud refused, beside a selector that only the new node would have met': {
    files: {
      'describe.txt': `Name:         press-0
Namespace:    ink
Node:         <none>
Status:       Pending
Events:
  Type     Reason            Age    From                Message
  ----     ------            ----   ----                -------
  Warning  FailedScheduling  11m    default-scheduler   0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.
  Normal   TriggeredScaleUp  10m    cluster-autoscaler  pod triggered scale-up: [{plates-group 0->1 (max: 10)}]
  Warning  FailedScaleUp     8m12s  cluster-autoscaler  Node scale up in zones north-1c associated with this pod failed: GCE quota exceeded. Pod is at risk of not being scheduled.
`,
    },
    check: 'autoscaler-no-scale-up',
    words: ['press-0', 'GCE quota exceeded', 'north-1c'],
  },
  'a queue of YuniKorn without room, in an event that calls itself normal': {
    files: {
      'describe.txt': `Name:         press-driver
Namespace:    ink
Node:         <none>
Status:       Pending
Events:
  Type    Reason         Age    From      Message
  ----    ------         ----   ----      -------
  Normal  Scheduling     2m45s  yunikorn  ink/press-driver is queued and waiting for allocation
  Normal  Informational  2m44s  yunikorn  Request 'a1' does not fit in queue 'root.paper' (requested map[vcore:4000], available map[vcore:1200])
`,
    },
    check: 'pod-unschedulable',
    words: ['press-driver', 'does not fit in queue', 'root.paper', 'vcore:1200'],
  },
  'two claims of a class that is not there, and a pod without a name that waits': {
    files: {
      'events.txt': `Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  17m   default-scheduler  0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.
`,
      'pvc.txt': `$ kubectl get pvc
NAME      STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE
plates    Pending                                      quick          18m
proofs    Pending                                      quick          18m
$ kubectl get sc
NAME              PROVISIONER     RECLAIMPOLICY   VOLUMEBINDINGMODE   ALLOWVOLUMEEXPANSION   AGE
paper (default)   paper.example   Delete          Immediate           false                  48d
`,
    },
    check: 'pvc-pending-class-missing',
    words: ['quick', 'does not exist', 'unbound'],
  },
  'a volume that goes while its claim is bound': {
    files: {
      'pv.txt': `$ kubectl get pv plates-1
NAME       CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS        CLAIM        STORAGECLASS   REASON   AGE
plates-1   10Gi       RWX            Retain           Terminating   ink/plates                           415d
$ kubectl get pvc plates -n ink
NAME     STATUS   VOLUME     CAPACITY   ACCESS MODES   STORAGECLASS   AGE
plates   Bound    plates-1   10Gi       RWX                           415d
`,
    },
    check: 'pvc-deleting-in-use',
    words: ['plates-1', 'Terminating', 'ink/plates'],
  },
  'a host port that the policy of the cloud forbids, told below what helm says': {
    files: {
      'helm.txt': `$ helm upgrade --install press ./press -n ink
Error: UPGRADE FAILED: failed to create resource: admission webhook "warden.example" denied the request: it violates one or more constraints.
Violations details: {"[denied by no-host-port]":["container press specifies host ports [9101], which are disallowed."]}
Requested by user: 'someone'.
$ helm list -n ink
`,
    },
    check: 'webhook-denied',
    words: ['no-host-port', '9101'],
  },
  'an adapter of metrics whose series have no name of the object': {
    files: {
      'prometheus-adapter.log': `${klog('E', 'provider.go:164', 'None of the results returned by when fetching metric services/sheets_per_second(namespaced) for "ink/press" matched the resource name')}
${klog('I', 'wrap.go:42', 'GET /apis/custom.metrics.k8s.io/v1beta1/namespaces/ink/services/press/sheets_per_second: (5.7ms) 404')}
`,
    },
    check: 'metrics-adapter-failing',
    words: ['sheets_per_second', 'ink/press', 'overrides'],
  },
  'an autoscaler that cannot read its nodes': {
    files: {
      'cluster-autoscaler.log': `${klog('I', 'leaderelection.go:258', 'successfully acquired lease kube-system/cluster-autoscaler')}
${klog('E', 'static_autoscaler.go:298', 'Failed to get node infos for groups: failed to check if server ink://quill-1 exists')}
${klog('I', 'paper_node_group.go:437', 'Set node group pool1 size from 0 to 0, expected delta 0')}
`,
    },
    check: 'autoscaler-no-scale-up',
    words: ['Failed to get node infos for groups', 'ink://quill-1'],
  },
  'no disk of Longhorn with room for a replica': {
    files: {
      'longhorn-manager.log': `time="2026-03-01T10:00:00Z" level=warning msg="Precheck failed for creating new replica plates-r-1: insufficient storage: disk disk-3 on node quill-1 does not have enough storage available for replica plates with size 2147483648" controller=longhorn-volume
`,
    },
    check: 'csi-longhorn-volume-unusable',
    words: ['insufficient storage', 'disk-3', 'quill-1', '2147483648'],
  },
  'a run of an operator whose pod exceeds the quota, told in its status only': {
    files: {
      'run.yaml': `apiVersion: press.example/v1
kind: PressRun
metadata:
  name: proof-7
  namespace: ink
status:
  conditions:
  - type: Succeeded
    status: Unknown
    reason: ExceededResourceQuota
    message: 'PressRun Pod exceeded available resources: pods "proof-7-pod" is forbidden:
      exceeded quota: ink-cap, requested: limits.memory=9Gi, used: limits.memory=2Gi,
      limited: limits.memory=10Gi'
`,
    },
    check: 'quota-exceeded',
    words: ['exceeded quota: ink-cap', 'requested 9Gi', 'proof-7'],
  },
  'a system class that no quota of the namespace admits': {
    files: {
      'rs.txt': `Name:           press-6f4b7d6c9d
Namespace:      ink
Controlled By:  Deployment/press
Replicas:       0 current / 2 desired
Events:
  Type     Reason        Age                 From                   Message
  ----     ------        ----                ----                   -------
  Warning  FailedCreate  5m (x18 over 16m)   replicaset-controller  Error creating: insufficient quota to match these scopes: [{PriorityClass In [system-node-critical system-cluster-critical]}]
`,
    },
    check: 'pod-forbidden',
    words: ['insufficient quota to match these scopes', 'press', 'scopeSelector'],
  },
  'a machine of Karpenter that does not come for a pod': {
    files: {
      'events.txt': `Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  15m   default-scheduler  0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.
  Normal   Nominated         15m   karpenter          Pod should schedule on: nodeclaim/plates-x1
`,
      'claim.yaml': `apiVersion: karpenter.sh/v1
kind: NodeClaim
metadata:
  name: plates-x1
status:
  conditions:
  - type: Launched
    status: "False"
    reason: LaunchFailed
    message: creating instance, the image is not to be had in this region
`,
    },
    check: 'scheduling-resource-not-ready',
    words: ['plates-x1', 'not to be had in this region', 'Pending'],
  },
  'a provisioner too old for the cluster, by its log': {
    files: {
      'pods.txt': `NAME                       READY   STATUS    RESTARTS   AGE
press-79f84f8697-rmmzw     0/1     Pending   0          10m

Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  5m8s  default-scheduler  0/3 nodes are available: 3 pod has unbound immediate PersistentVolumeClaims.
`,
      'provisioner.log': `${klog('I', 'controller.go:987', 'provision "ink/plates" class "paper": started')}
${klog('E', 'controller.go:1004', `provision "ink/plates" class "paper": unexpected error getting claim reference: selfLink was empty, can't make reference`)}
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['claim plates failed', 'selfLink was empty', '1.20', 'press-79f84f8697-rmmzw'],
  },
  'the scheduler of a pod that is not named, beside a pod of another workload that is not ready': {
    files: {
      'pods.txt': `NAME            READY   STATUS    RESTARTS   AGE
press-p46hz     0/1     Running   0          74m
plates-0        0/1     Pending   0          78m
plates-1        0/1     Pending   0          78m

and they have this:
Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  74s   default-scheduler  0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.
`,
    },
    check: 'sched-pod-anti-affinity-conflict',
    words: ['plates-0', 'anti-affinity'],
  },
  'a scheduler that cannot read a group, with the frames of zap below': {
    files: {
      'kueue-controller-manager.log': `2026-03-01T10:00:00Z\tINFO\tworkload-reconciler\tWorkload update event\t{"name":"press"}
2026-03-01T10:00:01Z\tERROR\tworkload-reconciler\tthe shape of the job cannot be made out\t{"workload": "press", "error": "no drum at all"}
sigs.k8s.io/kueue/pkg/controller/core.(*WorkloadReconciler).Reconcile
\t/workspace/pkg/controller/core/workload_controller.go:125
`,
    },
    check: 'scheduling-log-error',
    words: ['press', 'no drum at all'],
  },
  'a storage system without enough pools': {
    files: {
      'cvc-operator.log': `${klog('I', 'controller.go:298', 'creating cstorvolume service resource')}
${klog('E', 'controller_base.go:320', `error syncing 'ink/pvc-77': not enough pools are available of provided CSPC: "paper", usable pool count: 2 pending replica count: 3`)}
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['not enough pools', 'paper', 'pvc-77'],
  },
  'a CronJob that has missed too many starts, by the log of the controller manager': {
    files: {
      'kube-controller-manager.log': `${klog('E', 'controller.go:163', 'Cannot determine if ink/proofs needs to be started: Too many missed start times to list')}
${klog('E', 'controller.go:163', 'Cannot determine if ink/proofs needs to be started: Too many missed start times to list')}
`,
    },
    check: 'cronjob-missed',
    words: ['CronJob proofs', 'missed start time', 'startingDeadlineSeconds'],
  },
  'a kubelet that takes no pods while its disk is full, of old days': {
    files: {
      'logs.txt': `==> kubelet <==
Mar 01 10:00:00 quill-1 kubelet[2278]: ${klog('W', 'eviction_manager.go:159', 'Failed to admit pod press-jpzzf_ink(uid-1) - node has conditions: [DiskPressure]')}
Mar 01 10:00:02 quill-1 kubelet[2278]: ${klog('W', 'eviction_manager.go:159', 'Failed to admit pod press-x8kqw_ink(uid-2) - node has conditions: [DiskPressure]')}
`,
    },
    check: 'kubelet-eviction-active',
    words: ['quill-1', 'DiskPressure', 'press-jpzzf'],
  },
  'an autoscaler whose last events say another thing than its first, without a date': {
    files: {
      'hpa.txt': `$ kubectl get hpa -n ink
NAME    REFERENCE          TARGETS        MINPODS   MAXPODS   REPLICAS   AGE
press   Deployment/press   <unknown>/6%   1         4         1          4m19s
$ kubectl describe hpa press -n ink | tail -6
Events:
  Type     Reason                   Age                  From                       Message
  ----     ------                   ----                 ----                       -------
  Warning  FailedGetResourceMetric  4m4s                 horizontal-pod-autoscaler  unable to get metrics for resource cpu: no metrics returned from resource metrics API
  Warning  FailedGetResourceMetric  61s (x12 over 3m17s) horizontal-pod-autoscaler  missing request for cpu
`,
    },
    check: 'hpa-metrics-unavailable',
    words: ['press', 'missing request for cpu'],
  },
  'a drain of a node that a budget stops': {
    files: {
      'drain.txt': `$ kubectl drain quill-2 --ignore-daemonsets
node/quill-2 already cordoned
evicting pod ink/press-0
error when evicting pods/"press-0" -n "ink" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
`,
    },
    check: 'pdb-blocks-drain',
    words: ['press-0', 'disruption budget', 'quill-2'],
  },
  'a pod that the scheduler cannot bind, by its log': {
    files: {
      'kube-scheduler.log': klog(
        'E',
        'scheduler.go:282',
        'Internal error binding pod: pod ink/press-0 was lost on the way',
      ),
      'pods.txt': `NAME      READY   STATUS    RESTARTS   AGE
press-0   0/1     Pending   0          2h
`,
    },
    check: 'infrastructure-log-error',
    words: ['Internal error binding pod', 'ink/press-0'],
  },
  'events whose objects have shorter names than their column is wide for': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON               OBJECT                                                  MESSAGE
22s         Normal    Provisioning         persistentvolumeclaim/plates-press-0   External provisioner is provisioning volume for claim "ink/plates-press-0"
22s         Warning   ProvisioningFailed   persistentvolumeclaim/plates-press-0   failed to provision volume with StorageClass "quill": snapshot old-plates is not Ready
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['claim plates-press-0 failed', 'old-plates is not Ready'],
  },
  'an event of several lines in the log of a provisioner': {
    files: {
      'csi-provisioner.log': `${klog('I', 'event.go:389', '"Event occurred" object="ink/plates" fieldPath="" kind="PersistentVolumeClaim" apiVersion="v1" type="Warning" reason="ProvisioningFailed" message=<')}
	failed to provision volume with StorageClass "quill": rpc error: code = ResourceExhausted desc = Not enough nodes fulfil:
	* has a storage pool named [wet]
 >
`,
    },
    check: 'pvc-provisioning-failed',
    words: ['claim plates failed', 'storage pool named [wet]'],
  },
  'a claim that goes while a pod waits for it': {
    files: {
      'describe.txt': `$ kubectl describe pod press-1 | tail -3
  Type     Reason            Age                From               Message
  ----     ------            ----               ----               -------
  Warning  FailedScheduling  39s (x2 over 39s)  default-scheduler  persistentvolumeclaim "plates-press-1" is being deleted
`,
    },
    check: 'pvc-missing',
    words: ['that is being deleted', 'plates-press-1'],
  },
  'a drain that kubectl refuses, with the node in a line of its own': {
    files: {
      'drain.txt': `There are pending nodes to be drained:
 quill-7
error: pods with local storage (use --delete-local-data to override): press-5d9c7b8f6d-k2xvq
`,
    },
    check: 'drain-refused',
    words: ['press-5d9c7b8f6d-k2xvq', 'quill-7'],
  },
  'Karpenter gets no machine': {
    files: {
      'karpenter.log': ['wet-1', 'wet-2']
        .map(
          (name) =>
            `{"level":"ERROR","time":"2026-03-01T10:00:00.000Z","logger":"controller","message":"failed launching nodeclaim","controller":"nodeclaim.lifecycle","NodeClaim":{"name":"${name}"},"namespace":"","name":"${name}","error":"insufficient capacity, all requested instance types were unavailable during launch"}`,
        )
        .join('\n'),
    },
    check: 'node-provisioning-failed',
    words: ['insufficient capacity', 'wet-1'],
  },
  'an attachment that Azure refuses, in the log of the controllers before CSI': {
    files: {
      'kube-controller-manager.log': [1, 2]
        .map(() =>
          klog(
            'E',
            'azure_storage.go:65',
            'azure attach failed, err: compute.VirtualMachinesClient#CreateOrUpdate: Code="AttachDiskWhileBeingDetached" Message="Cannot attach data disk \'plates\'"',
          ),
        )
        .join('\n'),
    },
    check: 'csi-attach-failed',
    words: ['AttachDiskWhileBeingDetached', 'plates'],
  },
  'a pod of a DaemonSet that the controller did not place, of old kubectl': {
    files: {
      'ds.txt': `Name:           inker
Selector:       app=inker
Node-Selector:  <none>
Labels:         app=inker
Desired Number of Nodes Scheduled: 2
Current Number of Nodes Scheduled: 2
Number of Nodes Misscheduled: 0
Pods Status:    2 Running / 0 Waiting / 0 Succeeded / 0 Failed
Events:
  FirstSeen   LastSeen   Count   From                    SubObjectPath   Type     Reason            Message
  ---------   --------   -----   ----                    -------------   ------   ------            -------
  9m          1m         20      daemonset-controller                    Normal   FailedPlacement   failed to place pod on "quill-3": Node didn't have enough resource: memory, requested: 512, used: 900, capacity: 1000
`,
    },
    check: 'daemonset-pod-unschedulable',
    words: ['DaemonSet inker', 'quill-3', 'memory'],
  },
  'a quota in the log of a program that makes pods': {
    files: {
      'hub.log': `[I 2022-03-01 10:00:00.000 Hub spawner:1] Attempting to create pod press-ann
[E 2022-03-01 10:00:00.200 Hub user:2] Unhandled error
    HTTP response body: {"kind":"Status","message":"pods \\"press-ann\\" is forbidden: failed quota: ink: must specify limits.memory","reason":"Forbidden","code":403}
`,
    },
    check: 'app-pod-refused',
    words: ['failed quota: ink: must specify limits.memory'],
  },
  'a pod that fits nowhere, summed up by the log of an old scheduler': {
    files: {
      'kube-scheduler.log': `${klog('I', 'event.go:217', `Event(api.ObjectReference{Kind:"Pod", Namespace:"ink", Name:"press-0", UID:"1", APIVersion:"v1", ResourceVersion:"1", FieldPath:""}): type: 'Warning' reason: 'FailedScheduling' pod (press-0) failed to fit in any node`)}
fit failure summary on nodes : NoVolumeZoneConflict (2), PodToleratesNodeTaints (1)
`,
    },
    check: 'sched-volume-node-affinity-conflict',
    words: ['press-0', 'on 2 nodes'],
  },
  'a node without the kernel module of iSCSI': {
    files: {
      'describe.txt': `Events:
  Type     Reason       Age                 From     Message
  ----     ------       ----                ----     -------
  Warning  FailedMount  2m5s (x6 over 12m)  kubelet  MountVolume.WaitForAttach failed for volume "plates" : failed to get any path for iscsi disk, last err seen:
iscsi: failed to attach disk: Error: iscsiadm: Could not login to [iface: default, target: iqn.2020-01.test:plates, portal: 192.0.2.7,3260].
iscsiadm: initiator reported error (12 - iSCSI driver not found. Please make sure it is loaded, and retry the operation)
`,
    },
    check: 'volume-mount-failed',
    words: ['has not loaded the kernel module of iSCSI'],
  },
  'a volume that the agent of Rook gave to another pod': {
    files: {
      'describe.txt': `Events:
  Type     Reason       Age                From           Message
  ----     ------       ----               ----           -------
  Warning  FailedMount  6m (x82 over 2h)   kubelet, q-1   MountVolume.SetUp failed for volume "plates" : mount command failed, status: Failure, reason: Rook: Mount volume failed: failed to attach volume plates for pod ink/press-b. Volume is already attached by pod ink/press-a. Status Running
`,
    },
    check: 'volume-mount-failed',
    words: ['another pod or node still holds the volume'],
  },
  'a disk in another zone, by the controller of old days': {
    files: {
      'kube-controller-manager.log': klog(
        'E',
        'goroutinemap.go:155',
        `Operation for "kubernetes.io/aws-ebs/vol-1a" failed. No retries permitted until 2016-03-01 10:00:32.000000 +0000 UTC (durationBeforeRetry 32s). error: AttachVolume.Attach failed for volume "kubernetes.io/aws-ebs/vol-1a" (spec.Name: "plates") from node "quill-1.example.net" with: Error attaching EBS volume: InvalidVolume.ZoneMismatch: The volume 'vol-1a' is not in the same availability zone as instance 'i-2b'`,
      ),
    },
    check: 'attach-detach-failed',
    words: ['not in the same availability zone'],
  },
  'a driver that cannot mount, with what mount said two lines below': {
    files: {
      'csi-rbdplugin.log': `${klog('E', 'utils.go:171', 'ID: 7 GRPC error: rpc error: code = Internal desc = mount failed: exit status 32')}
Mounting command: mount
Output: mount: /var/lib/kubelet/pods/1/mount: special device /var/lib/kubelet/plugins/plates does not exist.
`,
    },
    check: 'volume-mount-failed',
    words: ['does not appear on the node', 'special device'],
  },
  'a pod that the kubelet ended for a critical one': {
    files: {
      'describe.txt': `Name:           press-5d9c7b8f6d-k2xvq
Namespace:      ink
Priority:       0
Node:           quill-1/
Status:         Failed
Reason:         Preempting
Message:        Preempted in order to admit critical pod
Controlled By:  ReplicaSet/press-5d9c7b8f6d
Containers:
  press:
    Image:      example.net/press:1
`,
    },
    check: 'pod-preempted',
    words: ['Preempted in order to admit critical pod'],
  },
  'an autoscaler of v1, whose conditions stand in an annotation': {
    files: {
      'hpa.yaml': `apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata:
  annotations:
    autoscaling.alpha.kubernetes.io/conditions: '[{"type":"AbleToScale","status":"True","lastTransitionTime":"2019-03-01T10:00:00Z","reason":"SucceededGetScale","message":"fine"},{"type":"ScalingActive","status":"False","lastTransitionTime":"2019-03-01T10:00:00Z","reason":"FailedGetResourceMetric","message":"the
      HPA was unable to compute the replica count: missing request for cpu"}]'
  name: press
  namespace: ink
spec:
  scaleTargetRef: { kind: Deployment, name: press }
`,
    },
    check: 'hpa-metrics-unavailable',
    words: ['press cannot read its metrics', 'missing request for cpu'],
  },
  'a group of pods of which the description says Pending and no more': {
    files: {
      'pg.txt': `Name:         plates
Namespace:    ink
API Version:  scheduling.volcano.sh/v1beta1
Kind:         PodGroup
Status:
  Phase:  Pending
Events:
  Type     Reason         Age                 From     Message
  ----     ------         ----                ----     -------
  Warning  Unschedulable  18s (x12 over 29s)  volcano  1/1 tasks in gang unschedulable: pod group is not ready, 1 Pending, 1 minAvailable; Pending: 1 Unschedulable
  Normal   Unschedulable  17s (x13 over 29s)  volcano  resource in cluster is overused
`,
    },
    check: 'scheduling-resource-not-ready',
    words: ['PodGroup plates', 'overused'],
  },
  'a disk that the controller of old days could not attach': {
    files: {
      'describe.txt': `Name:		press-0
Namespace:	ink
Node:		quill-1/192.0.2.7
Status:		Pending
Events:
  FirstSeen	LastSeen	Count	From			SubObjectPath	Type		Reason		Message
  ---------	--------	-----	----			-------------	--------	------		-------
  17s		17s		1	{controller-manager }			Warning		FailedMount	Failed to attach volume "plates" on node "quill-1" with: Expected HTTP response code [200] when accessing [POST http://192.0.2.1:8774/v2/1/servers/2/os-volume_attachments], but got 400 instead
{"badRequest": {"message": "Invalid volume: volume '09c6' status must be 'available'. Currently in 'in-use'", "code": 400}}
`,
    },
    check: 'volume-attach-failed',
    words: ['of pod press-0 cannot be attached', 'another node holds the volume'],
  },
  'a DaemonSet without pods, and the taint of the only node': {
    files: {
      'term.txt': `$ kubectl describe node quill-1 | grep Taints
Taints:             role=ink:NoSchedule
$ kubectl get nodes
NAME      STATUS   AGE
quill-1   Ready    2h
$ kubectl get ds
NAME    DESIRED   CURRENT   READY   NODE-SELECTOR   AGE
inker   0         0         0       <none>          3m
`,
    },
    check: 'daemonset-pod-unschedulable',
    words: ['DaemonSet inker gets no pods', 'node quill-1 has the taint role=ink:NoSchedule'],
  },
  'pods and their claims of one class that is not there, in events alone': {
    files: {
      'ev.txt': `LAST SEEN   TYPE      REASON               OBJECT                            MESSAGE
40s         Warning   ProvisioningFailed   persistentvolumeclaim/blotter     storageclass.storage.k8s.io "paper" not found
40s         Warning   ProvisioningFailed   persistentvolumeclaim/inkwell     storageclass.storage.k8s.io "paper" not found
3m2s        Warning   FailedScheduling     pod/inkwell-6c9d8f7b5-x2k4m       0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.
`,
    },
    check: 'pvc-pending-class-missing',
    words: ['inkwell', 'paper'],
  },
  'a tool whose pod has a limit too far above its request': {
    files: {
      'shell.log': `$ inktool attach --claim sheets
Error: cannot start helper: pods "inktool-helper-7" is forbidden: memory max limit to request ratio per Container is 4, but provided ratio is 16.000000
`,
    },
    check: 'app-pod-refused',
    words: ['inktool-helper-7', 'max limit to request ratio'],
  },
  'an operator whose pod an admission policy denies': {
    files: {
      'operator.log': `{"level":"info","ts":"2026-03-01T10:00:00Z","msg":"Creating pod","press":"inker"}
{"level":"error","ts":"2026-03-01T10:00:01Z","msg":"Reconciler error","error":"pods \\"inker-1\\" is forbidden: ValidatingAdmissionPolicy 'paper-only' with binding 'paper-only-all' denied request: expression 'object.spec.x == 1' resulted in error: no such key: x"}
`,
    },
    check: 'app-pod-refused',
    words: ['inker-1', "ValidatingAdmissionPolicy 'paper-only'"],
  },
  'a pool of OpenShift that waits for a drain which a budget forbids': {
    files: {
      'mcp.txt': `$ oc describe mcp press | grep -B1 -A3 'is reporting'
    Message:               Node quill-2 is reporting: "failed to drain node: quill-2 after 1 hour. Please see machine-config-controller logs for more information"
    Reason:                1 nodes are reporting degraded status on sync
    Status:                True
    Type:                  NodeDegraded
`,
      'mcc.log': `I0301 10:00:00.000000       1 drain_controller.go:182] node quill-2: initiating drain
E0301 10:00:02.000000       1 drain_controller.go:144] error when evicting pods/"inker-0" -n "ink" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
E0301 10:00:07.000000       1 drain_controller.go:144] error when evicting pods/"inker-0" -n "ink" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
I0301 10:01:30.000000       1 drain_controller.go:182] node quill-2: Drain failed. Waiting 1 minute then retrying. Error message from drain: error when evicting pods/"inker-0" -n "ink": global timeout reached: 1m30s
`,
    },
    check: 'pdb-blocks-drain',
    words: ['inker-0', 'disruption budget'],
  },
  'nodes that their cloud does not know, and the pod that waits for them': {
    files: {
      'describe.txt': `Events:
  Type     Reason            Age                 From               Message
  ----     ------            ----                ----               -------
  Warning  FailedScheduling  2m (x9 over 31m)    default-scheduler  0/2 nodes are available: 2 node(s) had untolerated taint {node.cloudprovider.kubernetes.io/uninitialized: true}. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.
`,
      'ccm.log': `I0301 10:00:00.000000       1 node_controller.go:425] Initializing node quill-1 with cloud provider
E0301 10:00:01.000000       1 node_controller.go:229] error syncing 'quill-1': failed to get provider ID for node quill-1 at cloudprovider: failed to get instance ID from cloud provider: instance not found, requeuing
E0301 10:05:01.000000       1 node_controller.go:229] error syncing 'quill-1': failed to get provider ID for node quill-1 at cloudprovider: failed to get instance ID from cloud provider: instance not found, requeuing
E0301 10:10:01.000000       1 node_controller.go:229] error syncing 'quill-1': failed to get provider ID for node quill-1 at cloudprovider: failed to get instance ID from cloud provider: instance not found, requeuing
`,
    },
    check: 'cloud-provider-failed',
    words: ['quill-1', 'instance not found'],
  },
  'a pod that was placed without its resource claim': {
    files: {
      'events.txt': `$ kubectl get events -n ink
LAST SEEN   TYPE      REASON                          OBJECT      MESSAGE
9s          Warning   FailedPrepareDynamicResources   pod/inker   Failed to prepare dynamic resources: pod inker(0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0) is not allowed to use resource claim inker-nib(1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9)
80s         Normal    Scheduled                       pod/inker   Successfully assigned ink/inker to quill-2
`,
    },
    check: 'sched-dra-unavailable',
    words: ['inker-nib', 'DynamicResourceAllocation'],
  },
  'an application that YuniKorn rejects': {
    files: {
      'ticket.txt': `$ kubectl get pods -n ink
NAME       READY   STATUS    RESTARTS   AGE
press-dr   0/1     Pending   0          40m
$ kubectl describe pod press-dr -n ink | tail -5
Events:
  Type     Reason               Age   From      Message
  ----     ------               ----  ----      -------
  Normal   Scheduling           40m   yunikorn  ink/press-dr is queued and waiting for allocation
  Warning  ApplicationRejected  40m   yunikorn  Application ink-app-7 rejected by scheduler: queue root.ink is draining
`,
    },
    check: 'pod-unschedulable',
    words: ['press-dr', 'root.ink is draining'],
  },
  'the end of the description of a workload of Kueue, and its gated pod': {
    files: {
      'ticket.txt': `$ kubectl get pods -n ink
NAME      READY   STATUS            RESTARTS   AGE
inker-0   0/1     SchedulingGated   0          9m
$ kubectl describe workload -n ink pod-inker-0-5f8a1 | tail -9
Status:
  Conditions:
    Last Transition Time:  2026-03-01T10:00:01Z
    Message:               ClusterQueue press-cq is inactive
    Observed Generation:   1
    Reason:                Inadmissible
    Status:                False
    Type:                  QuotaReserved
Events:                    <none>
`,
    },
    check: 'scheduling-resource-not-ready',
    words: ['pod-inker-0-5f8a1', 'press-cq is inactive'],
  },
  'the end of the description of a pod, from its node selector on': {
    files: {
      'ticket.txt': `$ kubectl -n ink describe pod inker-1 | sed -n '/Node-Sel/,$p'
Node-Selectors:              paper=glossy
Tolerations:                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                             node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
Events:
  Type     Reason            Age                 From               Message
  ----     ------            ----                ----               -------
  Warning  FailedScheduling  2m (x90 over 2h)    default-scheduler  0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.
$ kubectl get nodes --show-labels
NAME      STATUS   ROLES    AGE   VERSION   LABELS
quill-1   Ready    <none>   2h    v1.30.0   kubernetes.io/hostname=quill-1,paper=matte
quill-2   Ready    <none>   2h    v1.30.0   kubernetes.io/hostname=quill-2,paper=matte
quill-3   Ready    <none>   2h    v1.30.0   kubernetes.io/hostname=quill-3,paper=matte
`,
    },
    check: 'sched-node-selector-mismatch',
    words: ['inker-1', 'paper=glossy'],
  },
  'nodes that Karpenter may not replace because of a budget': {
    files: {
      'ticket.txt': `$ kubectl get events -A
NAMESPACE   LAST SEEN   TYPE     REASON              OBJECT          MESSAGE
default     9m          Normal   DisruptionBlocked   node/quill-3    Cannot disrupt Node: PDB "ink/inker" prevents pod evictions
$ kubectl get pdb -n ink
NAME    MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE
inker   1               N/A               0                     80d
press   1               N/A               1                     80d
`,
    },
    check: 'pdb-blocks-drain',
    words: ['inker', 'Karpenter cannot disrupt quill-3'],
  },
  'a device plugin whose label no node has, and the pod that waits for a device': {
    files: {
      'ticket.txt': `$ kubectl get ds -n gfx
NAME               DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR        AGE
amd-device-plugin  0         0         0       0            0           amd.com/device=yes   25m
$ kubectl get nodes --show-labels
NAME      STATUS   ROLES    AGE   VERSION   LABELS
quill-1   Ready    <none>   2h    v1.30.0   kubernetes.io/hostname=quill-1
quill-2   Ready    <none>   2h    v1.30.0   kubernetes.io/hostname=quill-2
$ kubectl get events -n ink
LAST SEEN   TYPE      REASON             OBJECT      MESSAGE
40s         Warning   FailedScheduling   pod/inker   0/2 nodes are available: 2 Insufficient amd.com/gpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.
`,
    },
    check: 'daemonset-pod-unschedulable',
    words: ['amd-device-plugin', 'amd.com/device=yes', 'inker'],
  },
  'a device plugin whose node affinity no node meets': {
    files: {
      'ticket.txt': `$ kubectl get nodes --show-labels
NAME      STATUS   ROLES    AGE   VERSION   LABELS
quill-1   Ready    <none>   2h    v1.30.0   kubernetes.io/hostname=quill-1
quill-2   Ready    <none>   2h    v1.30.0   kubernetes.io/hostname=quill-2
$ kubectl get events -n ink
LAST SEEN   TYPE      REASON             OBJECT      MESSAGE
40s         Warning   FailedScheduling   pod/inker   0/2 nodes are available: 2 Insufficient nvidia.com/gpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.
`,
      'plugin.yaml': `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: quill-device-plugin
  namespace: gfx
spec:
  template:
    spec:
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - {key: feature.node.kubernetes.io/pci-10de.present, operator: In, values: ['true']}
              - matchExpressions:
                  - {key: nvidia.com/gpu.present, operator: In, values: ['true']}
      containers:
        - name: plugin
          image: registry.example.test/plugin:1
status:
  currentNumberScheduled: 0
  desiredNumberScheduled: 0
  numberReady: 0
`,
    },
    check: 'daemonset-pod-unschedulable',
    words: ['quill-device-plugin', 'nvidia.com/gpu.present=true', 'inker'],
  },
  'a node group that may not grow, in the words of autoscalers before 1.16': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON              OBJECT             MESSAGE
41s         Warning   FailedScheduling    pod/inker-1a2b3c   0/3 nodes are available: 3 Insufficient cpu.
31s         Normal    NotTriggerScaleUp   pod/inker-1a2b3c   pod didn't trigger scale-up (it wouldn't fit if a new node is added): 1 max limit reached
`,
    },
    check: 'autoscaler-no-scale-up',
    words: ['max limit reached', 'inker-1a2b3c'],
  },
  'a full node, of which only what is asked for was cut out, below commands without prompts': {
    files: {
      'notes.txt': `kubectl get pods -n ink | grep -v "Running"
NAME          READY   STATUS    RESTARTS   AGE
inker-x2x4l   0/1     Pending   0          3d

kubectl describe pod -n ink inker-x2x4l | tail -4
Events:
  Type     Reason            Age                 From               Message
  ----     ------            ----                ----               -------
  Warning  FailedScheduling  2m (x880 over 3d)   default-scheduler  0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/4 nodes are available: 1 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.

kubectl describe node quill-4 | grep -A4 "Allocated resources"
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource           Requests      Limits
  --------           --------      ------
  cpu                3900m (97%)   6 (150%)
`,
    },
    check: 'sched-insufficient-cpu',
    words: ['inker-x2x4l', 'node quill-4 3900m of cpu'],
  },
  'events that somebody cut out without the name of the pod, and two pods that wait': {
    files: {
      'pods.txt': `$ kubectl get pods -n quarry
NAME                     READY   STATUS    RESTARTS   AGE
chisel-6f79f57bdf-hpjn7  0/1     Pending   0          50m
hammer-554c88bff5-s99lp  0/1     Pending   0          50m
wedge-7c9d8b5f6d-k4q2z   1/1     Running   0          5h
`,
      'events.txt': `Events:
  Type     Reason             Age                 From                Message
  ----     ------             ----                ----                -------
  Warning  FailedScheduling   7m (x121 over 43m)  default-scheduler   0/2 nodes are available: 1 node(s) had no available volume zone, 1 node(s) had taints that the pod didn't tolerate.
`,
    },
    check: 'sched-volume-node-affinity-conflict',
    words: ['chisel-6f79f57bdf-hpjn7', 'hammer-554c88bff5-s99lp', 'volume zone'],
  },
  'a verdict of the scheduler in a field of a program that waits for the pod': {
    files: {
      'answer.txt': `"failure_reason": "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
`,
    },
    check: 'sched-node-condition-taints',
    words: ['disk-pressure'],
  },
};

describe('what is said first of pasted texts of scheduling and storage', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const [root] = (await paste(files)).rootCauses;
    expect(root?.check).toBe(check);
    for (const word of words) expect(JSON.stringify(root)).toContain(word);
  });
});

const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a disk that was formatted when it was first mounted': {
    'agent.log': `Output: mount: wrong fs type, bad option, bad superblock on /dev/sdq,
       missing codepage or helper program, or other error
${klog('E', 'mount_linux.go:481', 'Disk "/dev/sdq" appears to be unformatted, attempting to format as type: "xfs"')}
${klog('I', 'mount_linux.go:485', 'Disk successfully formatted (mkfs): xfs - /dev/sdq')}
`,
  },
  'a gang that runs and keeps the condition of its wait': {
    'group.txt': `Name:         ink-7
Namespace:    press
API Version:  scheduling.volcano.sh/v1beta1
Kind:         PodGroup
Status:
  Conditions:
    Message:  2/2 tasks in gang unschedulable: pod group is not ready
    Reason:   NotEnoughResources
    Status:   True
    Type:     Unschedulable
    Reason:   tasks in gang are ready to be scheduled
    Status:   True
    Type:     Scheduled
  Phase:      Running
Events:
  Type     Reason         Age  From     Message
  ----     ------         ---- ----     -------
  Warning  Unschedulable  9m   volcano  2/2 tasks in gang unschedulable: pod group is not ready
  Normal   Scheduled      8m   volcano  pod group is ready
`,
  },
  'a DaemonSet that got its pod when there was room': {
    'ds.txt': `$ kubectl describe ds inker -n ink
Name:           inker
Selector:       app=inker
Desired Number of Nodes Scheduled: 2
Current Number of Nodes Scheduled: 2
Number of Nodes Scheduled with Available Pods: 2
Number of Nodes Misscheduled: 0
Pods Status:    2 Running / 0 Waiting / 0 Succeeded / 0 Failed
Events:
  Type     Reason            Age   From                  Message
  ----     ------            ----  ----                  -------
  Warning  FailedPlacement   9m    daemonset-controller  failed to place pod on "quill-3": Node didn't have enough resource: cpu, requested: 250, used: 1970, capacity: 2000
  Normal   SuccessfulCreate  5m    daemonset-controller  Created pod: inker-k2xvq
`,
  },
  'an autoscaler of KEDA that sleeps': {
    'so.txt': `$ kubectl -n ink get scaledobject,hpa
NAME                         SCALETARGETKIND      SCALETARGETNAME   MIN   MAX   READY   ACTIVE   FALLBACK   PAUSED    TRIGGERS   AGE
scaledobject.keda.sh/press   apps/v1.Deployment   press             0     20    True    False    False      Unknown   kafka      12d

NAME                                                 REFERENCE          TARGETS             MINPODS   MAXPODS   REPLICAS   AGE
horizontalpodautoscaler.autoscaling/keda-hpa-press   Deployment/press   <unknown>/5 (avg)   1         20        0          12d
`,
  },
  'DaemonSets without pods for nodes that are not there': {
    'term.txt': `$ kubectl describe node quill-1 | grep Taints
Taints:             role=ink:NoSchedule
$ kubectl get nodes
NAME      STATUS   ROLES    AGE   VERSION
quill-1   Ready    <none>   2h    v1.28.0
quill-2   Ready    <none>   2h    v1.28.0
$ kubectl get ds
NAME        DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR             AGE
inker-win   0         0         0       0            0           kubernetes.io/os=windows  3m
inker       0         0         0       0            0           <none>                    3m
`,
  },
  'placeholders that gave way, and the node that the autoscaler has ordered for them': {
    'ticket.txt': `$ kubectl get pods -n spare
NAME                     READY   STATUS    RESTARTS   AGE
spare-6d5f8c7b9-x2x4l   0/1     Pending   0          50s
$ kubectl get events -n spare
LAST SEEN   TYPE      REASON             OBJECT                       MESSAGE
52s         Normal    Preempted          pod/spare-6d5f8c7b9-b7k9q   Preempted by pod 0f6a1f2e-1a1a-4b4b-8c8c-d0d0e0e0f0f0 on node quill-2
49s         Warning   FailedScheduling   pod/spare-6d5f8c7b9-x2x4l   0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.
45s         Normal    TriggeredScaleUp   pod/spare-6d5f8c7b9-x2x4l   pod triggered scale-up: [{pool-a 3->4 (max: 9)}]
`,
  },
  'a pod of negative priority that waits for a free place': {
    'pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: spare-0
  namespace: spare
spec:
  priority: -5
  priorityClassName: spare
  containers:
  - name: pause
    resources:
      requests:
        cpu: "2"
status:
  phase: Pending
  conditions:
  - type: PodScheduled
    status: "False"
    reason: Unschedulable
    message: '0/3 nodes are available: 3 Insufficient cpu.'
`,
  },
};

it('does not say of a ready pod in a row of a table that it is not', async () => {
  const { findings } = await paste(CASES['the node of a pod of a DaemonSet is full, in words of 1.20']?.files ?? {});
  const set = findings.find(({ check }) => check === 'daemonset-incomplete');
  expect(set?.message).toBe('DaemonSet press is ready on 1 of 2 nodes');
  expect(findings.map(({ check }) => check)).not.toContain('sched-message-unparsed');
});

describe('pasted texts of scheduling that works', () => {
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
