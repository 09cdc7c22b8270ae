/** What people paste of GPUs and other accelerators: small texts through the whole pipeline, and what is said first. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const CASES: Readonly<Record<string, Pasted>> = {
  'a fabric manager that does not take its file': {
    files: { 'logs.txt': '192.0.2.7: fabric manager config file item: BIND_INTERFACE_IP has an invalid value\n' },
    check: 'gpu-fabricmanager-down',
    words: ['BIND_INTERFACE_IP', 'invalid value'],
  },
  'switches whose driver is of another release than the fabric manager': {
    files: {
      'dmesg.txt': `[   61.100001] nvidia-nvswitch0: using MSI
[   84.200002] nvidia-nvswitch: Version mismatch, kernel version 535.161.08 user version 535.154.05
`,
    },
    check: 'gpu-fabricmanager-down',
    words: ['535.161.08', '535.154.05'],
  },
  'a card without an interrupt': {
    files: {
      'dmesg.txt': `[   97.714308] NVRM: Can't find an IRQ for your NVIDIA card!
[   97.714790] NVRM: Please check your BIOS settings.
[   97.716251] nvidia: probe of 0000:00:07.0 failed with error -1
[   97.716817] NVRM: The NVIDIA probe routine failed for 1 device(s).
`,
    },
    check: 'gpu-driver-not-loaded',
    words: ['find an IRQ'],
  },
  'an MPS daemon that does not start, in a log alone': {
    files: {
      'mps.log': `I0301 10:00:00.100000      41 main.go:197] Retrieving MPS daemons.
E0301 10:00:00.200000      41 main.go:213] Failed to start MPS daemon: error setting SELinux context: lsetxattr /mps/example.com/gpu/pipe: permission denied
I0301 10:00:00.300000      41 main.go:132] Failed to start one or more MPS deamons. Retrying in 30s...
`,
    },
    check: 'gpu-device-plugin-failing',
    words: ['SELinux', 'lsetxattr'],
  },
  'memory of a GPU that the network card does not take': {
    files: {
      'paste.txt': `$ kubectl exec rdma-a -- ib_write_bw -d mlx5_1 --use_cuda=0 192.0.2.7
cuMemAlloc() of a 131072 bytes GPU buffer
allocated GPU buffer address at 00007f0000000000 pointer=0x7f0000000000
Couldn't allocate MR
failed to create mr
`,
    },
    check: 'rdma-verbs-failed',
    words: ['allocated GPU buffer', 'nvidia_peermem'],
  },
  'a program that finds its port down': {
    files: {
      'term.txt': `$ kubectl exec rdma-a -- ib_send_bw -d mlx5_3
 Port number 1 state is Down
 Couldn't set the link layer
 Couldn't get context for the device
`,
    },
    check: 'rdma-verbs-failed',
    words: ['state is Down'],
  },
  'a virtual function of InfiniBand without a GUID': {
    files: {
      'ibstat.txt': `CA 'mlx5_6'
	CA type: MT4124
	Number of ports: 1
	Node GUID: 0x0000000000000000
	Port 1:
		State: Down
		Physical state: LinkUp
		Rate: 100
		Base lid: 65535
		SM lid: 4
		Port GUID: 0x0000000000000000
		Link layer: InfiniBand
`,
    },
    check: 'ib-port-not-active',
    words: ['mlx5_6 port 1', 'without a GUID'],
  },
  'a port that the subnet manager left alone, in rdma': {
    files: {
      'term.txt': `wk-1:~# rdma link
link mlx5_0/1 subnet_prefix fe80:0000:0000:0000 lid 7 sm_lid 1 lmc 0 state ACTIVE physical_state LINK_UP
link mlx5_1/1 subnet_prefix fe80:0000:0000:0000 lid 65535 sm_lid 0 lmc 0 state INIT physical_state LINK_UP
link mlx5_2/1 state ACTIVE physical_state LINK_UP netdev eth0
`,
    },
    check: 'ib-port-not-active',
    words: ['mlx5_1 port 1', 'subnet manager'],
  },
  'virtual functions that vfio-pci does not take': {
    files: {
      'daemon.log': `I0301 10:00:00.100000       1 driver.go:25] BindDpdkDriver(): bind device 0000:3b:0a.1 to driver vfio-pci
E0301 10:00:00.200000       1 driver.go:48] BindDpdkDriver(): fail to bind driver for device 0000:3b:0a.1: write /sys/bus/pci/drivers/vfio-pci/bind: no such device
`,
    },
    check: 'vfio-bind-refused',
    words: ['0000:3b:0a.1', 'IOMMU'],
  },
  'a module of another build of Talos': {
    files: {
      'dmesg.txt':
        '192.0.2.7: user: warning: [2026-03-01T10:00:00.000000000Z]: [talos] controller failed {"component": "controller-runtime", "controller": "runtime.KernelModuleSpecController", "error": "error loading module \\"nvidia_uvm\\": load nvidia_uvm failed: key was rejected by service"}\n',
    },
    check: 'gpu-nouveau-or-secureboot',
    words: ['key was rejected by service', 'Talos'],
  },
  'an operator that finds no node of its own': {
    files: {
      'gpu-operator.log':
        '{"level":"info","ts":1770000000.1,"logger":"controllers.ClusterPolicy","msg":"Could not get any nodes to match nvidia.com/gpu.present label","Request.Name":"Node"}\n{"level":"info","ts":1770000000.2,"msg":"Could not pre-process","DaemonSet":"nvidia-driver-daemonset","Error":"ERROR: Could not find kernel full version: (\'\', \'\')"}\n',
    },
    check: 'gpu-nfd-labels-missing',
    words: ['nvidia.com/gpu.present', 'Could not find kernel full version'],
  },
  'code for other cards': {
    files: {
      'pod.log': 'starting\nRuntimeError: CUDA error: no kernel image is available for execution on the device\n',
    },
    check: 'log-gpu-runtime-error',
    words: ['no kernel image is available'],
  },
  'code for other cards, and which card it is': {
    files: {
      'pod.log': `/opt/torch/cuda/__init__.py:235: UserWarning:
NVIDIA Card 9 with CUDA capability sm_99 is not compatible with the current PyTorch installation.
The current PyTorch install supports CUDA capabilities sm_50 sm_60 sm_70.
ERROR 03-01 10:00:26 [core.py:396] RuntimeError: CUDA error: no kernel image is available for execution on the device
`,
    },
    check: 'log-gpu-runtime-error',
    words: ['no kernel image is available', 'sm_99'],
  },
  'a fault of the memory of a card of AMD': {
    files: {
      'serve.log': `INFO 03-01 10:00:31 [api_server.py:1202] Starting vLLM API server on http://0.0.0.0:8000
Memory access fault by GPU node-2 (Agent handle: 0x5a) on address 0x7f0000000000. Reason: Page not present or supervisor privilege.
`,
    },
    check: 'log-gpu-runtime-error',
    words: ['Memory access fault by GPU node-2'],
  },
  'a driver that Secure Boot refuses, in a pod of a table': {
    files: {
      'term.txt': `$ kubectl get pods -n gpus
NAME                            READY   STATUS             RESTARTS        AGE
nvidia-driver-daemonset-x2x4z   0/1     CrashLoopBackOff   9 (3m12s ago)   38m
$ kubectl logs -n gpus nvidia-driver-daemonset-x2x4z -c nvidia-driver-ctr --tail=3
-> Kernel module load error: Operation not permitted
ERROR: Unable to load the kernel module 'nvidia.ko'.  This happens most frequently when this kernel module was built against the wrong or improperly configured kernel sources
[ 1207.101223] Loading of unsigned module is rejected
`,
    },
    check: 'gpu-nouveau-or-secureboot',
    words: ['unsigned module is rejected'],
  },
  'machines that do not reach each other over EFA': {
    files: {
      'rank.log': `press-1:41:73 [1] NCCL INFO NET/OFI Selected Provider is efa (found 4 nics)
press-1:41:73 [1] nccl_net_ofi_ep_connect:2712 NCCL WARN NET/OFI Unable to insert remote address into address vector for device 0. RC: -22
[rank9]: torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:2251, internal error - please report this issue to the NCCL developers, NCCL version 2.21.5
[rank9]: ncclInternalError: Internal check failed.
`,
    },
    check: 'efa-peer-unreachable',
    words: ['Unable to insert remote address', 'security group'],
  },
  'a machine without a device of AMD, seen by kubectl debug': {
    files: {
      'term.txt': `$ kubectl get events -n ml
LAST SEEN   TYPE      REASON             OBJECT       MESSAGE
2m          Warning   FailedScheduling   pod/press-0  0/2 nodes are available: 2 Insufficient amd.com/gpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.
$ kubectl get pods -n ml
NAME      READY   STATUS    RESTARTS   AGE
press-0   0/1     Pending   0          9m
$ kubectl debug node/quill-3 -it --image=busybox -- sh
/ # ls /dev/kfd
ls: /dev/kfd: No such file or directory
`,
    },
    check: 'gpu-amd-driver-unavailable',
    words: ['/dev/kfd', 'quill-3', 'press-0'],
  },
  'a toolkit that wrote what no runtime reads': {
    files: {
      'term.txt': `$ kubectl get events -n gpus
LAST SEEN   TYPE      REASON                   OBJECT                                 MESSAGE
2m          Warning   FailedCreatePodSandBox   pod/nvidia-operator-validator-x2x4z    Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "nvidia" is configured
$ kubectl logs -n gpus nvidia-container-toolkit-daemonset-b2b4z
time="2026-03-01T10:00:22Z" level=info msg="Loading config from /runtime/config-dir/config.toml"
time="2026-03-01T10:00:22Z" level=info msg="Config file does not exist; using empty config"
time="2026-03-01T10:00:22Z" level=info msg="Flushing config to /runtime/config-dir/config.toml"
time="2026-03-01T10:00:22Z" level=info msg="Successfully signaled containerd"
`,
    },
    check: 'runtime-handler-missing',
    words: ['toolkit', 'using empty config', 'CONTAINERD_CONFIG'],
  },
  'a tainted machine that the device plugin leaves out': {
    files: {
      'term.txt': `$ kubectl get pods -n kube-system -o wide
NAME                                   READY   STATUS    RESTARTS   AGE   IP          NODE      NOMINATED NODE   READINESS GATES
nvidia-device-plugin-daemonset-x2x4z   1/1     Running   0          41d   10.0.0.31   quill-1   <none>           <none>
$ kubectl get pods -n ml
NAME      READY   STATUS    RESTARTS   AGE
press-0   0/1     Pending   0          9m
$ kubectl get events -n ml
LAST SEEN   TYPE      REASON             OBJECT        MESSAGE
22s         Warning   FailedScheduling   pod/press-0   0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) didn't match Pod's node affinity/selector.
$ kubectl describe node quill-2
Name:               quill-2
Labels:             node.kubernetes.io/instance-type=g6.xlarge
                    kubernetes.io/hostname=quill-2
Taints:             team=press:NoSchedule
Conditions:
  Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message
  ----             ------  -----------------                 ------------------                ------                       -------
  Ready            True    Sun, 01 Mar 2026 10:00:10 +0000   Sun, 01 Mar 2026 09:00:05 +0000   KubeletReady                 kubelet is posting ready status
Capacity:
  cpu:                4
  memory:             16069460Ki
  pods:               58
Allocatable:
  cpu:                3920m
  memory:             15052628Ki
  pods:               58
`,
    },
    check: 'gpu-allocatable-zero',
    words: ['quill-2', 'team=press:NoSchedule', 'device plugin'],
  },
  'cards that take one program at a time': {
    files: {
      'logs.txt':
        '$ kubectl logs train-7\nRuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable\n',
      'nvidia-smi.txt': `+-----------------------------------------------------------------------------+
| NVIDIA-SMI 470.82.01    Driver Version: 470.82.01    CUDA Version: 11.4     |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|                               |                      |               MIG M. |
|===============================+======================+======================|
|   0  Tesla T4            On   | 00000000:07:00.0 Off |                    0 |
| N/A   35C    P0    33W /  70W |     74MiB / 15109MiB |      0%   E. Process |
|                               |                      |                  N/A |
+-------------------------------+----------------------+----------------------+
`,
    },
    check: 'gpu-cuda-program-fails',
    words: ['busy or unavailable', 'Exclusive_Process', 'train-7'],
  },
  'the GPU operator is killed at its memory limit': {
    files: {
      'describe.txt': `Name:         gpu-operator-5d9c7b7b8-x2x4z
Namespace:    gpus
Node:         n1/10.0.0.1
Status:       Running
Controlled By:  ReplicaSet/gpu-operator-5d9c7b7b8
Containers:
  gpu-operator:
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Ready:          False
    Restart Count:  6
    Limits:
      memory:  96Mi
`,
    },
    check: 'crashloop-oomkilled',
    words: ['96Mi', 'gpu-operator-5d9c7b7b8-x2x4z'],
  },
  'the GPU operator loses its lease': {
    files: {
      'pods.txt': `NAME                           READY   STATUS             RESTARTS      AGE
gpu-operator-5d9c7b7b8-x2x4z   0/1     CrashLoopBackOff   9 (80s ago)   2h
`,
      'gpu-operator.log': `E0301 10:00:08.240117       1 leaderelection.go:332] error retrieving resource lock gpus/1.example.com: Get "https://10.96.0.1:443/apis/coordination.k8s.io/v1/namespaces/gpus/leases/1.example.com": context deadline exceeded
I0301 10:00:08.240251       1 leaderelection.go:285] failed to renew lease gpus/1.example.com: timed out waiting for the condition
{"level":"error","ts":1772359208.1,"logger":"setup","msg":"problem running manager","error":"leader election lost"}
`,
    },
    check: 'leader-election-lost',
    words: ['gpu-operator-5d9c7b7b8-x2x4z', 'failed to renew lease'],
  },
  'the toolkit pod asks for a CDI device that is not there': {
    files: {
      'pods.txt': `NAME                                       READY   STATUS             RESTARTS     AGE
nvidia-container-toolkit-daemonset-c5x6r   0/1     CrashLoopBackOff   7 (2m ago)   13m
nvidia-device-plugin-daemonset-w4r7f       0/1     Init:0/1           0            13m
`,
      'describe.txt': `Name:         nvidia-container-toolkit-daemonset-c5x6r
Namespace:    gpus
Node:         n1/10.0.0.1
Status:       Running
Containers:
  nvidia-container-toolkit-ctr:
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       StartError
      Message:      failed to create containerd task: could not apply required modification to OCI specification: error modifying OCI spec: failed to inject CDI devices: unresolvable CDI devices management.nvidia.com/gpu=all: unknown
      Exit Code:    128
    Ready:          False
    Restart Count:  7
`,
    },
    check: 'gpu-container-cli-error',
    words: ['management.nvidia.com/gpu=all', 'nvidia-container-toolkit-daemonset-c5x6r', 'n1'],
  },
  'the driver toolkit of OpenShift is of another release': {
    files: {
      'pods.txt': `NAME                            READY   STATUS             RESTARTS      AGE
nvidia-driver-daemonset-9h4kd   1/2     CrashLoopBackOff   30 (2m ago)   3h
`,
      'driver.log': `$ oc logs nvidia-driver-daemonset-9h4kd -c nvidia-driver-ctr
Running nv-ctr-run-with-dtk
WARNING: broken driver toolkit detected, using entitlement-based fallback
+ dnf -q makecache
FATAL: failed to reach RHEL package repositories. Ensure that the cluster can access the proper networks.
`,
    },
    check: 'gpu-driver-pod-failing',
    words: ['broken driver toolkit detected', 'failed to reach RHEL package repositories'],
  },
  'the MIG manager gives its reason in its last error': {
    files: {
      'mig.log': `$ kubectl logs nvidia-mig-manager-p8x4d
Applying the selected MIG config to the node
time="2026-03-01T10:00:04Z" level=error msg="\\nError setting MIGConfig: error attempting multiple config orderings: all orderings failed"
time="2026-03-01T10:00:04Z" level=fatal msg="Error applying MIG configuration with hooks: error setting MIGConfig: error getting GPU instance profile info for '2g.9gb': ERROR_NOT_SUPPORTED"
Changing the 'nvidia.com/mig.config.state' node label to 'failed'
node/n7 labeled
`,
    },
    check: 'gpu-mig-config-failed',
    words: ['2g.9gb', 'ERROR_NOT_SUPPORTED', '"name":"n7"'],
  },
  'an engine says that the reason stands above': {
    files: {
      'pods.txt': `NAME                     READY   STATUS             RESTARTS     AGE
press-6f9c5b8f7d-2kd9t   0/1     CrashLoopBackOff   5 (2m ago)   11m
`,
      'vllm.log': `$ kubectl logs press-6f9c5b8f7d-2kd9t
INFO 03-01 10:00:00 [__init__.py:244] Automatically detected platform cuda.
(EngineCore_DP0 pid=316) ERROR 03-01 10:00:09 [core.py:936] EngineCore failed to start.
(EngineCore_DP0 pid=316) ERROR 03-01 10:00:09 [core.py:936] ValueError: Free memory on device (7.5/11.0 GiB) on startup is less than desired GPU memory utilization (0.9, 9.9 GiB).
RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}
`,
    },
    check: 'crashloop-app-error',
    words: ['Free memory on device (7.5/11.0 GiB)'],
  },
  'a virtual machine asks for a device that KubeVirt does not permit': {
    files: {
      'apply.txt': `$ kubectl apply -f vm.yaml
The request is invalid: spec.template.spec.GPUs: GPU nvidia.com/GA100_SLICE is not permitted in kubevirt-host-device-plugin-config
`,
    },
    check: 'vm-device-not-permitted',
    words: ['nvidia.com/GA100_SLICE', 'permittedHostDevices'],
  },
  'an operator without the object that configures it': {
    files: {
      'operator.log': `$ kubectl logs deploy/sriov-network-operator -n sriov
2026-03-01T10:00:53.6Z  INFO    controller/controller.go:119    default SriovOperatorConfig object not found, cannot reconcile SriovNetworkNodePolicies. Requeue.      {"controller": "sriovnetworknodepolicy"}
`,
    },
    check: 'operator-config-absent',
    words: ['SriovOperatorConfig'],
  },
  'the card of a program has an ECC error': {
    files: {
      'train.log': `$ kubectl logs train-0
step 12 loss 3.1
RuntimeError: CUDA error: uncorrectable ECC error encountered
`,
      'pods.txt': `NAME      READY   STATUS             RESTARTS     AGE
train-0   0/1     CrashLoopBackOff   5 (2m ago)   11m
`,
    },
    check: 'gpu-cuda-program-fails',
    words: ['"layer":5', 'train-0', 'uncorrectable ECC error'],
  },
  'a program sees no AMD card': {
    files: {
      'run.log': `$ kubectl logs run-0
RuntimeError: HIP error: no ROCm-capable device is detected
`,
    },
    check: 'gpu-cuda-program-fails',
    words: ['"layer":5', 'run-0', 'no-device'],
  },
  'a program without a device, whose pod asks for none': {
    files: {
      'pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: run-0
spec:
  containers:
    - name: app
      image: example.org/run:1
      resources:
        limits:
          cpu: '1'
status:
  phase: Running
  containerStatuses:
    - name: app
      ready: false
      restartCount: 7
      state:
        waiting:
          reason: CrashLoopBackOff
`,
      'run.log': `$ kubectl logs run-0
RuntimeError: No CUDA GPUs are available
`,
    },
    check: 'log-gpu-runtime-error',
    words: ['"layer":1', 'run-0', 'No CUDA GPUs are available'],
  },
  'a driver too old for the PTX of an image': {
    files: {
      'serve.log': `$ kubectl logs serve-0
RuntimeError: CUDA error: the provided PTX was compiled with an unsupported toolchain.
`,
    },
    check: 'gpu-driver-too-old',
    words: ['serve-0', 'unsupported toolchain'],
  },
  'a card that must be reset, and a program on it': {
    files: {
      'dmesg.txt': `root@n9:~# dmesg | tail -1
[218804.117352] NVRM: nvAssertOkFailedNoLog: Assertion failed: Reset required [NV_ERR_RESET_REQUIRED] (0x00000062) returned from status @ kernel_channel.c:2827
`,
      'torch.txt': `>>> torch.zeros(1, device="cuda:0")
torch.AcceleratorError: CUDA error: CUDA-capable device(s) is/are busy or unavailable
`,
    },
    check: 'gpu-driver-not-loaded',
    words: ['n9', 'NV_ERR_RESET_REQUIRED'],
  },
  'a handler whose binary is not there': {
    files: {
      'pods.txt': `NAME                                  READY   STATUS     RESTARTS   AGE
gpu-feature-discovery-7d2xw           0/1     Init:0/1   0          11m
nvidia-operator-validator-k4x9z       0/1     Init:0/4   0          11m
`,
      'events.txt': `$ kubectl describe pod nvidia-operator-validator-k4x9z | tail -4
Events:
  Type     Reason                  Age   From     Message
  ----     ------                  ----  ----     -------
  Warning  FailedCreatePodSandBox  20s   kubelet  Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to create shim task: OCI runtime create failed: fork/exec /opt/kit/nvidia-container-runtime: no such file or directory: unknown
`,
    },
    check: 'gpu-container-cli-error',
    words: ['runtime-missing', '/opt/kit/nvidia-container-runtime', 'nvidia-operator-validator-k4x9z'],
  },
  'a virtual machine of Kata without a port for the device': {
    files: {
      'describe.txt': `Name:         slice-0
Namespace:    lab
Node:         n3/10.0.0.3
Status:       Pending
Containers:
  app:
    State:          Waiting
      Reason:       CreateContainerError
    Ready:          False
Events:
  Type     Reason  Age                 From     Message
  ----     ------  ----                ----     -------
  Warning  Failed  50s (x12 over 2m)   kubelet  Error: CreateContainer failed: cold_plug_vfio= or hot_plug_vfio= port is not set for device: /dev/vfio/7 (BridgePort | RootPort | SwitchPort): unknown
`,
    },
    check: 'vfio-passthrough-failed',
    words: ['slice-0', '/dev/vfio/7', 'hot_plug_vfio'],
  },
  'a license that is refused, and why': {
    files: {
      'syslog.txt': `Mar  1 10:00:37 n5 nvidia-gridd: Failed to update local trusted store - Maximum buffer size exceeded
Mar  1 10:00:37 n5 nvidia-gridd: Failed to register client (2)
Mar  1 10:00:37 n5 nvidia-gridd: Failed to acquire license from lic.example.org
`,
    },
    check: 'gpu-vgpu-unlicensed',
    words: ['n5', 'lic.example.org', 'Maximum buffer size exceeded'],
  },
  'events and a log, no pod': {
    files: {
      'events.txt': `$ kubectl describe pod ray-head-4kd9x | tail -4
Events:
  Type     Reason   Age                 From     Message
  ----     ------   ----                ----     -------
  Warning  BackOff  5m (x213 over 3h)   kubelet  Back-off restarting failed container ray-head in pod ray-head-4kd9x_lab(5c1e7d20-8a4b-4f63-9d2e-1b7a6c3f0e48)
`,
      'head.log': `$ kubectl logs ray-head-4kd9x
[2026-03-01 10:00:52,953 W 1 43] retryable_grpc_client.cc:83: GCS has been unavailable for more than 60 seconds
[2026-03-01 10:00:52,953 E 1 43] gcs_rpc_client.h:196: Failed to connect to GCS within 60 seconds. The program will terminate.
`,
    },
    check: 'crashloop-app-error',
    words: ['ray-head-4kd9x', 'its log ends with: Failed to connect to GCS within 60 seconds'],
  },
  'a fabric manager on a machine without switches': {
    files: {
      'fm.txt': `root@n8:~# systemctl status nvidia-fabricmanager
× nvidia-fabricmanager.service - NVIDIA fabric manager service
     Active: failed (Result: exit-code) since Sun 2026-03-01 03:19:01 UTC; 12s ago

Mar 01 03:19:01 n8 nvidia-fabricmanager-start.sh[4756]: request to query NVSwitch device information from NVSwitch driver failed with error:WARNING Nothing to do [NV_WARN_NOTHING_TO_DO]
`,
    },
    check: 'gpu-fabricmanager-down',
    words: ['n8', 'finds no NVSwitch', 'NV_WARN_NOTHING_TO_DO'],
  },
  'a port of InfiniBand that comes and goes': {
    files: {
      'rank.log': `$ kubectl logs press-2
[2026-03-01 10:16:23] press-2:311:405 [0] transport/net_ib.cc:199 NCCL WARN NET/IB : mlx5_4:1 Got async error event: port error
[2026-03-01 10:16:31] press-2:311:405 [0] transport/net_ib.cc:199 NCCL WARN NET/IB : mlx5_4:1 Got async error event: port active
RuntimeError: NCCL error: remote process exited or there was a network error
`,
    },
    check: 'gpu-nccl-transport-failed',
    words: ['press-2', 'mlx5_4:1', 'port error'],
  },
  'verbs of a card fail below NCCL': {
    files: {
      'rank.log': `$ kubectl logs press-0
(press_fn pid=9223, ip=10.0.0.7) mlx5: host_unknown: got completion with error: [repeated 2x across cluster]
(press_fn pid=9223, ip=10.0.0.7) [rank1]:[E301 13:23:05.391107244 ProcessGroupNCCL.cpp:542] [Rank 1] raised the following async exception: NCCL error: remote process exited or there was a network error
`,
    },
    check: 'rdma-verbs-failed',
    words: ['press-0', 'got completion with error'],
  },
  'a toolkit that waits for the driver holds the handler back': {
    files: {
      'pods.txt': `NAME                                       READY   STATUS     RESTARTS   AGE
nvidia-container-toolkit-daemonset-b4x7k   0/1     Init:0/1   0          17m
nvidia-device-plugin-daemonset-h9k4d       0/1     Init:0/1   0          17m
`,
      'toolkit.log': `$ kubectl logs nvidia-container-toolkit-daemonset-b4x7k -c driver-validation
time="2026-03-01T09:13:02Z" level=info msg="Attempting to validate a pre-installed driver on the host"
failed to validate the driver, retrying after 5 seconds
`,
      'events.txt': `LAST SEEN   TYPE      REASON                   OBJECT                                     MESSAGE
64s         Warning   FailedCreatePodSandBox   pod/nvidia-device-plugin-daemonset-h9k4d   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "nvidia" is configured
`,
    },
    check: 'gpu-toolkit-not-ready',
    words: ['driver-validation', 'failed to validate the driver', 'nvidia-container-toolkit-daemonset-b4x7k'],
  },
  'a card that lspci cannot read': {
    files: {
      'lspci.txt': `root@n9:~# lspci -d 10de:
18:00.0 3D controller: NVIDIA Corporation GH100 [H100 SXM5 80GB] (rev ff)
3b:00.0 3D controller: NVIDIA Corporation GH100 [H100 SXM5 80GB] (rev a1)
`,
    },
    check: 'gpu-xid-79-off-bus',
    words: ['n9', '18:00.0'],
  },
  'what DCGM finds': {
    files: {
      'dcgmi.txt': `root@n9:~# dcgmi diag -r 1
| Page Retirement/Row Remap | Fail                                           |
| Error                     | GPU 3 had uncorrectable memory errors and row remapping failed. Run a field diagnostic on the GPU. |
`,
    },
    check: 'gpu-dcgm-health-failed',
    words: ['n9', 'GPU 3', 'row remapping failed'],
  },
  'an Intel card that hangs': {
    files: {
      'dmesg.txt': `root@n4:~# dmesg -T | tail -1
[Sun Mar  1 10:00:00 2026] i915 0000:03:00.0: [drm] GPU HANG: ecode 12:1:85dffffb, in python3 [2210]
`,
    },
    check: 'gpu-amd-hang',
    words: ['n4', '0000:03:00.0'],
  },
  'a driver that GPU pods hold': {
    files: {
      'manager.log': `$ kubectl logs nvidia-driver-daemonset-8x2rk -c k8s-driver-manager -n gpus
GPU pod - press-0 in namespace ml is still running on the node
unloading the driver failed, could not unload NVIDIA driver kernel modules, driver is in use
Unable to cleanup driver modules, attempting again with node drain...
error: unable to drain node "n3" due to error: cannot delete Pods declare no controller (use --force to override): ml/debug, continuing command...
Failed to uninstall nvidia driver components
`,
    },
    check: 'gpu-driver-pod-failing',
    words: ['nvidia-driver-daemonset-8x2rk', 'press-0', 'driver components'],
  },
  'a claim whose template does not exist': {
    files: {
      'describe.txt': `$ kubectl describe pod press-0
Name:             press-0
Namespace:        ml
Status:           Pending
Events:
  Type     Reason                       Age   From            Message
  ----     ------                       ----  ----            -------
  Warning  FailedResourceClaimCreation  21s   resource_claim  PodResourceClaim card: resource claim template "two-cards": resourceclaimtemplate.resource.k8s.io "two-cards" not found
`,
    },
    check: 'sched-dra-unavailable',
    words: ['press-0', 'two-cards'],
  },
  'the row of a ClusterPolicy': {
    files: {
      'policy.txt': `$ kubectl get clusterpolicy
NAME             STATUS     AGE
cluster-policy   notReady   2026-03-01T10:00:00Z
`,
    },
    check: 'gpu-clusterpolicy-not-ready',
    words: ['cluster-policy', 'notReady'],
  },
};

describe('what is pasted of accelerators', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const [first] = (await paste(files)).rootCauses;
    expect(first?.check).toBe(check);
    const said = JSON.stringify(first);
    for (const word of words) expect(said).toContain(word);
  });
});

describe('nothing is wrong with', () => {
  const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'a machine of a type with GPUs that is used for its processors': {
      'node.txt': `$ kubectl describe node quill-2
Name:               quill-2
Labels:             node.kubernetes.io/instance-type=g6.xlarge
                    kubernetes.io/hostname=quill-2
Taints:             <none>
Conditions:
  Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message
  ----             ------  -----------------                 ------------------                ------                       -------
  Ready            True    Sun, 01 Mar 2026 10:00:10 +0000   Sun, 01 Mar 2026 09:00:05 +0000   KubeletReady                 kubelet is posting ready status
Capacity:
  cpu:                4
  memory:             16069460Ki
  pods:               58
Allocatable:
  cpu:                3920m
  memory:             15052628Ki
  pods:               58
`,
    },
    'a launcher that began again until its workers were there': {
      'pods.txt': `NAME                   READY   STATUS      RESTARTS      AGE
press-launcher-x2x4z   0/1     Completed   3 (21m ago)   22m
`,
      'launcher-previous.log':
        'ssh: Could not resolve hostname press-worker-1.press.ml.svc: Name or service not known\n',
    },
    'what the entry point of an image may not search': {
      'serve.log': `== Triton Inference Server ==
find: '/usr/lib/ssl/private': Permission denied
I0301 10:00:31.7 1 http_server.cc:167] Started Metrics Service at 0.0.0.0:8002
`,
    },
  };
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity, state }) => severity !== 'info' && state === 'current')).toEqual([]);
  });
});
