/** What people paste of a machine that fails: small texts through the whole pipeline, and what is said first. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const kubelet = (...messages: readonly string[]): string =>
  messages.map((message) => `Mar 01 10:00:00 n1 kubelet[812]: ${message}\n`).join('');
const klog = (level: string, place: string, message: string): string =>
  `${level}0301 10:00:00.000000     812 ${place}] ${message}`;

const CASES: Readonly<Record<string, Pasted>> = {
  'a runtime of the other cgroup driver refuses paths': {
    files: {
      'kubelet.log': kubelet(
        klog('E', 'kubelet.go:2183', 'node "n1" not found'),
        klog(
          'E',
          'remote_runtime.go:113',
          'RunPodSandbox from runtime service failed: rpc error: code = Unknown desc = cri-o configured with systemd cgroup manager, but did not receive slice as parent: /kubepods/besteffort/pod77aa',
        ),
        klog('E', 'kubelet.go:2183', 'node "n1" not found'),
      ),
    },
    check: 'kubelet-cgroup-driver-mismatch',
    words: ['cgroup driver', 'systemd', 'slice', '/kubepods/besteffort/pod77aa'],
  },
  'directories that only systemd should name': {
    files: {
      'cgls.txt': `$ systemd-cgls
Control group /:
-.slice
└─system.slice
  ├─kubepods-burstable-pod77aa.slice:cri-containerd:0011
  │ └─4711 /bin/sleep inf
`,
      'pods.txt': `NAME               READY   STATUS             RESTARTS     AGE   NODE
kube-proxy-7h2lx   0/1     CrashLoopBackOff   12 (2m ago)  41m   n1
`,
    },
    check: 'kubelet-cgroup-driver-mismatch',
    words: ['SystemdCgroup', 'containerd', 'kubepods-burstable-pod77aa.slice'],
  },
  'an error of a kubelet that no pattern knows': {
    files: {
      'kubelet.log': kubelet(
        klog('I', 'server.go:1.0', 'Started'),
        klog('E', 'frobnicate.go:12', '"Failed to frobnicate the widget" err="widget 7 is jammed"'),
        klog('E', 'frobnicate.go:12', '"Failed to frobnicate the widget" err="widget 8 is jammed"'),
      ),
    },
    check: 'node-log-error',
    words: ['n1', 'widget 8 is jammed', '2 lines'],
  },
  'a Node without a name': {
    files: {
      'kubelet.log': kubelet(
        klog(
          'I',
          'kubelet.go:1137',
          'Unable to register  with the apiserver: Node "" is invalid: metadata.name: Required value: name or generateName is required',
        ),
      ),
    },
    check: 'node-object-invalid',
    words: ['is invalid', 'metadata.name', 'Required value'],
  },
  'a container of Windows that ends': {
    files: {
      'pod.txt': `Name:         shop-0
Namespace:    default
Node:         win1/192.0.2.9
Status:       Running
Containers:
  shop:
    Image:          shop:1
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    -1073741515
    Ready:          False
    Restart Count:  21
`,
    },
    check: 'crashloop-app-error',
    words: ['-1073741515', '0xC0000135', 'DLL not found'],
  },
  'a sandbox that fails after the last run': {
    files: {
      'pod.txt': `Name:         shop-0
Namespace:    default
Node:         win1/192.0.2.9
Status:       Running
Containers:
  shop:
    Image:          shop:1
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    -1073741510
      Started:      Sun, 01 Mar 2026 10:00:00 +0000
      Finished:     Sun, 01 Mar 2026 10:00:09 +0000
    Ready:          False
    Restart Count:  21
Events:
  Type     Reason                  Age                 From           Message
  ----     ------                  ----                ----           -------
  Normal   Scheduled               45m                 scheduler      Successfully assigned default/shop-0 to win1
  Warning  FailedCreatePodSandBox  1s (x92 over 44m)   kubelet, win1  Failed create pod sandbox: rpc error: code = Unknown desc = NetworkPlugin cni failed to set up pod "shop-0_default" network: error while adding HostComputeEndpoint: hnsCall failed in Win32: The object already exists. (0x1392)
`,
      'date.txt': 'Sun Mar  1 11:00:00 UTC 2026\n',
    },
    check: 'cni-sandbox-failed',
    words: ['hnsCall', 'already exists', 'win1'],
  },
  'a disk that went offline': {
    files: {
      'messages.txt': `Mar  1 10:00:00 n1 kernel: device offline error, dev sdf, sector 1005856 op 0x1:(WRITE) flags 0x0 phys_seg 67 prio class 0
Mar  1 10:00:00 n1 kernel: sd 2:0:0:1: [sdf] tag#35 FAILED Result: hostbyte=DID_NO_CONNECT driverbyte=DRIVER_OK cmd_age=9s
Mar  1 10:00:01 n1 kernel: EXT4-fs (sdf): Remounting filesystem read-only
`,
    },
    check: 'disk-io-error',
    words: ['device offline error', 'sdf', 'DID_NO_CONNECT'],
  },
  'an iSCSI target that does not answer': {
    files: {
      'dmesg.txt': `[Sun Mar  1 10:00:00 2026]  connection5:0: ping timeout of 5 secs expired, recv timeout 5, last rx 1, last ping 2, now 3
[Sun Mar  1 10:00:00 2026]  connection5:0: detected conn error (1022)
`,
    },
    check: 'disk-iscsi-lost',
    words: ['ping timeout of 5 secs', 'connection5:0'],
  },
  'the watches of a machine, not the disk of etcd': {
    files: {
      'node.log':
        'Mar 22 14:28:46 n1 atomic-openshift-node[28414]: W0322 14:28:46.746575   28414 handler.go:562] Error while processing event ("/sys/fs/cgroup/cpu/a.scope": 0x40000100 == IN_CREATE|IN_ISDIR): inotify_add_watch /sys/fs/cgroup/cpu/a.scope: no space left on device\n',
    },
    check: 'kubelet-inotify-exhausted',
    words: ['max_user_watches'],
  },
  'somebody looked up the limit of inotify': {
    files: {
      'sysctl.txt': '$ sysctl fs.inotify.max_user_instances\nfs.inotify.max_user_instances = 128\n',
      'web.log':
        '{"level":"error","ts":"2026-03-01T08:10:02Z","msg":"unable to start","error":"too many open files"}\n',
    },
    check: 'kubelet-inotify-exhausted',
    words: ['max_user_instances=128', 'too many open files'],
  },
  'snapd without AppArmor': {
    files: {
      'status.txt':
        '$ microk8s status\nsnap-confine has elevated permissions and is not confined but should be. Refusing to continue to avoid permission escalation attacks\n',
    },
    check: 'snap-confinement-refused',
    words: ['AppArmor', 'snap-confine'],
  },
  'SELinux as setroubleshoot tells it': {
    files: {
      'sealert.txt': 'SELinux is preventing /bin/cp from write access on the directory acme.example~store.\n',
      'copy.log': "cp: cannot create directory '/mnt/acme.example~store': Permission denied\n",
    },
    check: 'selinux-preventing',
    words: ['/bin/cp', 'write', 'acme.example~store'],
  },
  'a hypervisor that is not there': {
    files: {
      'events.txt': `Events:
  Type     Reason                  Age               From     Message
  ----     ------                  ----              ----     -------
  Warning  FailedCreatePodSandBox  1s (x2 over 12s)  kubelet  Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to create shim: fork/exec /usr/local/bin/qemu-system-x86_64: no such file or directory: not found
`,
    },
    check: 'runtime-vm-unavailable',
    words: ['/usr/local/bin/qemu-system-x86_64', 'o such file'],
  },
  'a module that rbd needs': {
    files: {
      'message.txt': `MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = rbd: map failed exit status 2, rbd output: modinfo: ERROR: Module rbd not found.
modprobe: FATAL: Module rbd not found.
rbd: map failed: (2) No such file or directory
`,
    },
    check: 'kernel-storage-module-missing',
    words: ['rbd', 'odule'],
  },
};

describe('what is pasted of a machine', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const [first] = (await paste(files)).rootCauses;
    expect(first?.check).toBe(check);
    const said = JSON.stringify(first);
    for (const word of words) expect(said).toContain(word);
  });
});

describe('nothing is wrong with', () => {
  const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'what every kubelet complains of while it starts': {
      'kubelet.log': kubelet(
        klog('I', 'server.go:484', '"Kubelet version" kubeletVersion="v1.31.3"'),
        klog(
          'E',
          'kubelet.go:1305',
          'Image garbage collection failed once. Stats initialization may not have completed yet',
        ),
        klog('E', 'cpu_manager.go:12', '"Failed to read data from checkpoint" err="checkpoint is not found"'),
      ),
    },
    'a node described hours after its reboot': {
      'node.txt': `Name:               n1
Conditions:
  Type    Status  LastHeartbeatTime                 LastTransitionTime                Reason        Message
  ----    ------  -----------------                 ------------------                ------        -------
  Ready   True    Sun, 01 Mar 2026 10:30:07 +0000   Sun, 01 Mar 2026 01:30:10 +0000   KubeletReady  kubelet is posting ready status
Events:
  Type     Reason     Age  From     Message
  ----     ------     ---- ----     -------
  Warning  Rebooted   9h   kubelet  Node n1 has been rebooted, boot id: 6c45a63e-d319-49c9-9560-f861d6b76ac0
  Normal   NodeReady  9h   kubelet  Node n1 status is now: NodeReady
`,
      'date.txt': 'Sun Mar  1 10:31:00 UTC 2026\n',
    },
  };
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity, state }) => severity !== 'info' && state === 'current')).toEqual([]);
  });
});
