/** What tools of a machine print of its disks, memory, runtime and kubelet, and what is said first of it. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const minute = (i: number): string => String(i).padStart(2, '0');
const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');
const kubelet = (i: number, message: string): string =>
  `Mar 01 10:${minute(i)}:00 pier-4 kubelet[812]: E0301 10:${minute(i)}:00.123456     812 ${message}`;
const described = (reason: string, message: string): string => `$ kubectl describe pod quay-0 -n ferry
Name:             quay-0
Namespace:        ferry
Node:             pier-4/192.0.2.14
Status:           Pending
Events:
  Type     Reason                  Age                From     Message
  ----     ------                  ----               ----     -------
  Warning  ${reason}  3s (x26 over 5m)   kubelet  ${message}
`;

const CASES: Readonly<Record<string, Pasted>> = {
  'probes without an answer in time, of a container that uses all the CPU of its limit': {
    files: {
      'pod.txt': `$ kubectl describe pod kiln-5c6d7b8f9d-x8k2w -n mill
Name:             kiln-5c6d7b8f9d-x8k2w
Namespace:        mill
Node:             n-2/192.0.2.12
Status:           Running
IP:               10.3.2.24
Controlled By:    ReplicaSet/kiln-5c6d7b8f9d
Containers:
  kiln:
    Image:          example/kiln
    Port:           8080/TCP
    State:          Running
      Started:      Sun, 01 Mar 2026 10:00:00 +0000
    Last State:     Terminated
      Reason:       Error
      Exit Code:    137
      Started:      Sun, 01 Mar 2026 09:56:00 +0000
      Finished:     Sun, 01 Mar 2026 09:59:59 +0000
    Ready:          False
    Restart Count:  6
    Limits:
      cpu:     200m
      memory:  1Gi
    Liveness:     http-get http://:8080/live delay=15s timeout=1s period=10s #success=1 #failure=3
Conditions:
  Type              Status
  Ready             False
Events:
  Type     Reason     Age                 From     Message
  ----     ------     ----                ----     -------
  Warning  Unhealthy  30s (x30 over 25m)  kubelet  Liveness probe failed: Get "http://10.3.2.24:8080/live": context deadline exceeded (Client.Timeout exceeded while awaiting headers)
  Normal   Killing    4m (x6 over 24m)    kubelet  Container kiln failed liveness probe, will be restarted
`,
      'top.txt': `$ kubectl top pods -n mill
NAME                    CPU(cores)   MEMORY(bytes)
kiln-5c6d7b8f9d-x8k2w   199m         310Mi
`,
    },
    check: 'cpu-throttled',
    words: ['kiln', '200m', '199m', 'liveness'],
  },
  'a load beside the number of CPUs': {
    files: {
      't.txt': `root@pier-4:~# uptime
 11:00:00 up 41 days,  3:12,  2 users,  load average: 88.41, 80.22, 71.01
root@pier-4:~# nproc
16
`,
    },
    check: 'cpu-load-high',
    words: ['88.41', '16 CPUs', 'pier-4'],
  },
  'a disk of the kubelet that findmnt shows': {
    files: {
      't.txt': `root@pier-4:~# findmnt -t ext4,xfs
TARGET               SOURCE    FSTYPE OPTIONS
/                    /dev/sda2 ext4   rw,relatime,errors=remount-ro
└─/var/lib/kubelet   /dev/sdb1 xfs    ro,relatime,attr2,inode64,noquota
`,
    },
    check: 'filesystem-mounted-read-only',
    words: ['/var/lib/kubelet', '/dev/sdb1', 'pier-4'],
  },
  'an array that mdadm tells of': {
    files: {
      't.txt': `root@pier-4:~# mdadm --detail /dev/md0
/dev/md0:
           Version : 1.2
        Raid Level : raid1
             State : clean, degraded 
    Active Devices : 1
    Failed Devices : 1

    Number   Major   Minor   RaidDevice State
       -       0        0        0      removed
       1       8       18        1      active sync   /dev/sdb2

       0       8        2        -      faulty   /dev/sda2
`,
    },
    check: 'disk-raid-degraded',
    words: ['pier-4', 'md0 (raid1)', 'clean, degraded', 'sda2 is faulty'],
  },
  'what grep let through of an array': {
    files: {
      't.txt': `root@pier-4:~# mdadm --detail /dev/md3 | grep State
             State : clean, degraded
    Number   Major   Minor   RaidDevice State
`,
    },
    check: 'disk-raid-degraded',
    words: ['pier-4', 'md3', 'clean, degraded'],
  },
  'an array in /proc/mdstat': {
    files: {
      't.txt': `root@pier-4:~# cat /proc/mdstat
Personalities : [raid1]
md7 : active raid1 sda1[0] sdb1[1](F)
      523264 blocks super 1.2 [2/1] [U_]

unused devices: <none>
`,
    },
    check: 'disk-raid-degraded',
    words: ['md7 (raid1)', '1 of 2', 'sdb1 is faulty'],
  },
  'errors of memory that rasdaemon counts': {
    files: {
      't.txt': `root@pier-4:~# ras-mc-ctl --summary
Memory controller events summary:
	Corrected on DIMM Label(s): 'P0_DIMM_C1' location: 0:1:0:-1 errors: 4711
	Uncorrected on DIMM Label(s): 'P0_DIMM_C1' location: 0:1:0:-1 errors: 2

No PCIe AER errors.
`,
    },
    check: 'mem-ecc-ue',
    words: ['P0_DIMM_C1', 'errors: 2'],
  },
  'paths that multipathd checks': {
    files: {
      't.txt': `root@pier-4:~# journalctl -u multipathd --no-pager
Mar 01 10:00:00 pier-4 multipathd[811]: mpathq: sdc - tur checker reports path is down
Mar 01 10:00:01 pier-4 multipathd[811]: checker failed path 8:32 in map mpathq
`,
    },
    check: 'disk-multipath-path-failed',
    words: ['mpathq', 'path'],
  },
  'a bond with a member that is down': {
    files: {
      't.txt': `root@pier-4:~# cat /proc/net/bonding/bond0
Ethernet Channel Bonding Driver: v5.15.0-97-generic

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
MII Status: up

Slave Interface: ens2f1
MII Status: down
Speed: Unknown
`,
    },
    check: 'bond-degraded',
    words: ['ens2f1', 'bond0', 'pier-4'],
  },
  'a bond that does not look at its links, read with talosctl': {
    files: {
      't.txt': `$ talosctl -n 192.0.2.14 read /proc/net/bonding/bond3
Ethernet Channel Bonding Driver: v6.12.1-talos

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
MII Status: up
MII Polling Interval (ms): 0
Up Delay (ms): 0

Slave Interface: ens4f0
MII Status: up
Link Failure Count: 0

Slave Interface: ens4f1
MII Status: down
Link Failure Count: 1
`,
    },
    check: 'bond-degraded',
    words: ['ens4f1', 'bond3', 'miimon'],
  },
  'a pool of ZFS with a disk that failed': {
    files: {
      't.txt': `root@pier-4:~# zpool status
  pool: cellar
 state: DEGRADED
status: One or more devices are faulted in response to persistent errors.
config:

        NAME        STATE     READ WRITE CKSUM
        cellar      DEGRADED     0     0     0
          mirror-0  DEGRADED     0     0     0
            sdk     ONLINE       0     0     0
            sdl     FAULTED      3    11     0  too many errors

errors: No known data errors
`,
    },
    check: 'disk-raid-degraded',
    words: ['pier-4', 'cellar', 'DEGRADED', 'sdl FAULTED'],
  },
  'a RAID controller with a disk that failed': {
    files: {
      't.txt': `root@pier-4:~# perccli64 /c0 show
DG/VD TYPE  State Access Consist Cache Cac sCC       Size Name
0/0   RAID1 Dgrd  RW     Yes     NRWTD -   OFF 446.625 GB os
EID:Slt DID State DG       Size Intf Med SED PI SeSz Model            Sp
252:0     8 Onln   0 446.625 GB SATA SSD N   N  512B EXAMPLE DISK 480 U
252:1     9 UBad   - 446.625 GB SATA SSD N   N  512B EXAMPLE DISK 480 U
`,
    },
    check: 'disk-raid-degraded',
    words: ['pier-4', 'RAID1 Dgrd', '252:1 9 UBad'],
  },
  'modules of a kernel that waits for its reboot': {
    files: {
      't.txt': `root@pier-4 [ ~ ]# modprobe ip_vs_rr
modprobe: FATAL: Module ip_vs_rr not found in directory /lib/modules/6.1.27
root@pier-4 [ ~ ]# dmesg | grep vs_rr
[ 811.000001] ip_vs_rr: version magic '6.1.30 SMP mod_unload ' should be '6.1.27 SMP mod_unload '
`,
    },
    check: 'kernel-modules-of-another-version',
    words: ['ip_vs_rr', '6.1.30', '6.1.27'],
  },
  'a clock without a battery': {
    files: {
      't.txt': `$ k3s agent
time="1970-01-01T00:00:41Z" level=info msg="Starting k3s agent v1.30.0+k3s1"
time="1970-01-01T00:00:41Z" level=fatal msg="server time isn't set properly: 1970-01-01 00:00:41.1 +0000 UTC m=+0.1"
`,
    },
    check: 'clock-not-set',
    words: ['1970'],
  },
  'a task that waits for monitors of Ceph, in the words of an old kernel': {
    files: {
      'kern.log': `Mar 01 10:00:01 pier-4 kernel: libceph: mon1 192.0.2.31:6789 socket closed (con state CONNECTING)
Mar 01 10:00:05 pier-4 kernel: libceph: mon1 192.0.2.31:6789 socket closed (con state CONNECTING)
Mar 01 10:02:05 pier-4 kernel: INFO: task umount:4711 blocked for more than 120 seconds.
`,
    },
    check: 'ceph-unreachable',
    words: ['mon1'],
  },
  'processors more than the kubelet has written down, in the words of an old one': {
    files: {
      'kubelet.log': `${kubelet(1, `kubelet.go:1345] Failed to start cpuManager current set of available CPUs "0-15" doesn't match with CPUs in state "0-7"`)}
`,
      'events.txt': `12m  Warning  FailedMount  Pod  MountVolume.SetUp failed for volume "default-token-x8k2w" : couldn't propagate object cache: timed out waiting for the condition
`,
    },
    check: 'kubelet-state-file-stale',
    words: ['0-15', '0-7', 'pier-4'],
  },
  'a runtime that starts again and again, by a journal without a year': {
    files: {
      't.txt': `root@pier-4:~# journalctl -u containerd --no-pager
${lines(8, (i) => `Mar 01 10:${minute(i * 2)}:05 pier-4 systemd[1]: Started containerd container runtime.`)}`,
    },
    check: 'runtime-restarting',
    words: ['pier-4', '8 times', '14 min'],
  },
  'a database of containerd that frees a page twice': {
    files: {
      't.txt': `root@pier-4:~# journalctl -u containerd -n 6
Mar 01 10:00:00 pier-4 containerd[812]: panic: page 41 already freed
Mar 01 10:00:00 pier-4 containerd[812]: goroutine 71 [running]:
Mar 01 10:00:00 pier-4 containerd[812]: go.etcd.io/bbolt.(*freelist).free(0xc00001, 0x29, 0x7f)
Mar 01 10:00:00 pier-4 systemd[1]: containerd.service: Main process exited, code=exited, status=2/INVALIDARGUMENT
`,
    },
    check: 'runtime-metadata-corrupt',
    words: ['already freed'],
  },
  'a unit in which systemd-oomd killed': {
    files: {
      't.txt': `root@pier-4:~# journalctl -u kubelet -n 3
Mar 01 10:00:00 pier-4 systemd[1]: kubelet.service: systemd-oomd killed 41 process(es) in this unit.
Mar 01 10:00:00 pier-4 systemd[1]: kubelet.service: Main process exited, code=killed, status=9/KILL
`,
    },
    check: 'systemd-oomd-kill',
    words: ['kubelet.service', '41 process'],
  },
  'a kubelet without its node': {
    files: {
      't.txt': `root@pier-4:~# journalctl -u kubelet --no-pager
${lines(9, (i) => kubelet(i, 'eviction_manager.go:282] "Eviction manager: failed to get summary stats" err="failed to get node info: node \\"pier-4\\" not found"'))}`,
    },
    check: 'node-not-registered',
    words: ['pier-4'],
  },
  'an address that the machine does not have': {
    files: {
      'kubelet.log': lines(4, (i) =>
        kubelet(
          i,
          'kubelet_node_status.go:539] "Error updating node status, will retry" err="failed to validate nodeIP: node IP: \\"192.0.2.99\\" not found in the host\'s network interfaces"',
        ),
      ),
    },
    check: 'kubelet-node-ip-invalid',
    words: ['192.0.2.99'],
  },
  'a plugin that the kubelet does not register': {
    files: {
      'kubelet.log': lines(3, (i) =>
        kubelet(
          i,
          'goroutinemap.go:150] Operation for "/var/lib/kubelet/plugins_registry/tide.csi.example-reg.sock" failed. No retries permitted until later (durationBeforeRetry 32s). Error: RegisterPlugin error -- failed to get plugin info using RPC GetInfo at socket /var/lib/kubelet/plugins_registry/tide.csi.example-reg.sock, err: rpc error: code = Unimplemented desc = unknown service pluginregistration.Registration',
        ),
      ),
    },
    check: 'csi-registration-failed',
    words: ['tide.csi.example', 'GetInfo'],
  },
  'a sidecar that never met its driver': {
    files: {
      't.txt': `$ kubectl logs deploy/tide-controller -c csi-provisioner --previous
I0301 10:00:00.123456       1 csi-provisioner.go:154] Version: v3.6.3
E0301 10:00:30.123456       1 csi-provisioner.go:196] Failed to connect to the CSI driver: context deadline exceeded
`,
    },
    check: 'csi-socket-missing',
    words: ['Failed to connect to the CSI driver'],
  },
  'a boot partition without room for the next kernel': {
    files: {
      'mcp.txt': `$ oc get mcp
NAME     CONFIG               UPDATED   UPDATING   DEGRADED   MACHINECOUNT   READYMACHINECOUNT   UPDATEDMACHINECOUNT   DEGRADEDMACHINECOUNT   AGE
worker   rendered-worker-2f   False     True       True       2              1                   1                     1                      51d
`,
      'machine-config-daemon-8xk2l.log': `I0301 10:00:16.857552   87423 daemon.go:853] State: idle
Warning: failed to finalize previous deployment
         error: Installing kernel: regfile copy: No space left on device
E0301 10:00:17.301207   87423 writer.go:135] Marking Degraded due to: unexpected on-disk state validating against rendered-worker-2f: expected target osImageURL "registry.example.org/os@sha256:1", have "registry.example.org/os@sha256:2"
`,
      'df.txt': `[root@dock-3 ~]# df -h
Filesystem      Size  Used Avail Use% Mounted on
/dev/vda4       120G   46G   74G  39% /sysroot
/dev/vda3       364M  364M     0 100% /boot
`,
    },
    check: 'disk-full',
    words: ['dock-3', '/boot'],
  },
  'a boot partition of which only the words of the update tell': {
    files: {
      'journal.txt': `Mar 01 10:00:01 dock-3 ostree[901]: Finalizing staged deployment
Mar 01 10:00:03 dock-3 ostree[901]: error: Installing kernel: regfile copy: No space left on device
Mar 01 10:00:03 dock-3 systemd[1]: ostree-finalize-staged.service: Failed with result 'exit-code'.
`,
    },
    check: 'boot-space-exhausted',
    words: ['dock-3', 'Installing kernel'],
  },
  'an emulator that the profile of the host denies': {
    files: {
      'handler.txt': `root@barn-1:~# kubectl get pods -n kubevirt
NAME                 READY   STATUS                  RESTARTS       AGE
virt-handler-6nlgt   0/1     Init:CrashLoopBackOff   29 (107s ago)  3h
root@barn-1:~# kubectl logs -n kubevirt virt-handler-6nlgt -c virt-launcher
error: failed to get emulator capabilities
error: internal error: Failed to start QEMU binary /usr/libexec/qemu-kvm for probing: libvirt:  error : cannot execute binary /usr/libexec/qemu-kvm: Permission denied
`,
      'dmesg.txt': `[  453.602001] audit: type=1400 audit(1772359453.602:1187): apparmor="DENIED" operation="exec" profile="libvirtd" name="/usr/libexec/qemu-kvm" pid=2884 comm="rpc-worker" requested_mask="x" denied_mask="x" fsuid=107 ouid=0
`,
    },
    check: 'apparmor-denied',
    words: ['libvirtd', '/usr/libexec/qemu-kvm'],
  },
  'a kubelet in a container without the log of the kernel': {
    files: {
      'journal.txt': `Mar 01 10:00:12 cell-1 k0s[214]: time="2026-03-01 10:00:12" level=info msg="F0301 10:00:12.417720     580 server.go:269] failed to run Kubelet: failed to create kubelet: open /dev/kmsg: no such file or directory" component=kubelet
`,
    },
    check: 'kubelet-host-denied',
    words: ['cell-1', 'LXC', '/dev/kmsg'],
  },
  'a local cluster as a user who may not divide the processor': {
    files: {
      'start.txt': `$ minikube start --driver=docker
📌  Using rootless Docker driver
🤦  StartHost failed, but will try again: creating host: create: creating: prepare kic ssh: container name "minikube" state Stopped: log: 2026-03-01T10:00:11.404191Z
ERROR: UserNS: cpu controller needs to be delegated
❌  Exiting due to GUEST_PROVISION: Failed to start host: container exited unexpectedly
`,
    },
    check: 'kubelet-host-denied',
    words: ['cpu controller needs to be delegated'],
  },
  'an extension of Talos that does not start, and a volume that needs it': {
    files: {
      'dmesg.txt': `192.0.2.3: user: warning: [2026-03-01T10:00:00.474Z]: [talos] service[ext-iscsid](Preparing): Creating service runner
192.0.2.3: user: warning: [2026-03-01T10:00:00.558Z]: [talos] service[ext-iscsid](Failed): Failed to create runner: mkdir /usr/local/etc/iscsi: not a directory
`,
      'events.txt': `Events:
  Type     Reason       Age                From     Message
  ----     ------       ----               ----     -------
  Warning  FailedMount  14s (x9 over 3m)   kubelet  MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = Failed to login with target iqn [iqn.2000-01.org.example:shelf], err: chroot: can't execute '/usr/bin/env': No such file or directory
`,
    },
    check: 'talos-service-failed',
    words: ['192.0.2.3', 'ext-iscsid'],
  },
  'a pause image of another Windows': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON                   OBJECT                      MESSAGE
90s         Normal    Scheduled                pod/till-6b7c8d9f5c-k2x4l   Successfully assigned shop/till-6b7c8d9f5c-k2x4l to pane-2
12s         Warning   FailedCreatePodSandBox   pod/till-6b7c8d9f5c-k2x4l   Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox container for pod "till-6b7c8d9f5c-k2x4l": Error response from daemon: hcsshim::CreateComputeSystem 1111: The container operating system does not match the host operating system.
`,
    },
    check: 'runtime-sandbox-failed',
    words: ['pane-2', 'pause image was built for another build of Windows'],
  },
  'an image of another Windows': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON      OBJECT                      MESSAGE
90s         Normal    Scheduled   pod/till-6b7c8d9f5c-k2x4l   Successfully assigned shop/till-6b7c8d9f5c-k2x4l to pane-2
12s         Warning   Failed      pod/till-6b7c8d9f5c-k2x4l   Error: failed to create containerd task: failed to create shim task: hcs::CreateComputeSystem till: The container operating system does not match the host operating system.: unknown
`,
    },
    check: 'exec-format-error',
    words: ['till-6b7c8d9f5c-k2x4l', 'built for another version of Windows'],
  },
  'answers to pods that take the table of a cloud': {
    files: {
      'pods.txt': `$ kubectl get pods -n kube-system
NAME                       READY   STATUS    RESTARTS   AGE
coredns-86c668fbfd-7l2pf   0/1     Running   9          25m
$ kubectl get events -n kube-system
LAST SEEN   TYPE      REASON      OBJECT                         MESSAGE
3m11s       Warning   Unhealthy   pod/coredns-86c668fbfd-7l2pf   Readiness probe failed: Get "http://10.42.0.4:8181/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)
`,
      'net.txt': `[root@quay-1 ~]# ip rule
0:	from all lookup local
30400:	from 192.0.2.5 lookup 30400
32766:	from all lookup main
32767:	from all lookup default
[root@quay-1 ~]# ip route
default via 192.0.2.1 dev eth0 proto dhcp metric 100
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.5
10.42.0.4 dev cali1 scope link
`,
    },
    check: 'nm-cloud-setup-active',
    words: ['quay-1', 'from 192.0.2.5 to table 30400'],
  },
  'a sandbox without the resolver file of the kubelet': {
    files: {
      't.txt': described(
        'FailedCreatePodSandBox',
        'Failed to create pod sandbox: open /run/systemd/resolve/resolv.conf: no such file or directory',
      ),
    },
    check: 'runtime-sandbox-failed',
    words: ['quay-0', 'pier-4', 'resolvConf', '/run/systemd/resolve/resolv.conf'],
  },
  'a mount without an initiator': {
    files: {
      't.txt': described(
        'FailedMount           ',
        'MountVolume.MountDevice failed for volume "pvc-7" : rpc error: code = Internal desc = exit status 20, iscsiadm: can not connect to iSCSI daemon (111)! iscsiadm: Cannot perform discovery. Initiatorname required.',
      ),
    },
    check: 'volume-mount-failed',
    words: ['pvc-7', 'the iSCSI initiator of the node does not work', 'iscsid does not run'],
  },
  'a machine that last(1) shows going down again and again': {
    files: {
      't.txt': `root@pier-4:~# last -x reboot
reboot   system boot  5.15.0-97-generi Sun Mar  1 10:12   still running
reboot   system boot  5.15.0-97-generi Sun Mar  1 09:40 - 10:11  (00:31)
reboot   system boot  5.15.0-97-generi Sun Mar  1 09:02 - 09:39  (00:37)
reboot   system boot  5.15.0-97-generi Sun Mar  1 08:12 - 09:01  (00:49)
reboot   system boot  5.15.0-97-generi Thu Jan  8 08:12 - 08:11 (51+23:59)

wtmp begins Thu Jan  8 08:12:11 2026
`,
    },
    check: 'node-rebooted',
    words: ['pier-4', '4 times', '2 h'],
  },
  'a lease that was asked for alone': {
    files: {
      't.txt': `$ date -u
Sun Mar  1 11:00:00 UTC 2026
$ kubectl get lease -n kube-node-lease pier-4 -o yaml
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata:
  name: pier-4
  namespace: kube-node-lease
spec:
  holderIdentity: pier-4
  leaseDurationSeconds: 40
  renewTime: "2026-03-01T10:20:00.123456Z"
`,
    },
    check: 'node-lease-stale',
    words: ['pier-4', '2400 s before the bundle was collected'],
  },
  'a disk whose controller does not come back': {
    files: {
      't.txt': `root@pier-4:~# dmesg -T | tail -2
[Sun Mar  1 10:00:00 2026] nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10
[Sun Mar  1 10:01:00 2026] nvme nvme0: Removing after probe failure status: -19
`,
    },
    check: 'disk-nvme-failure',
    words: ['nvme0', 'controller is down'],
  },
  'a machine of Cluster API that says why it ended': {
    files: {
      't.txt': `$ kubectl get machine harbour-md-0-x2k9p -n clusters -o yaml
apiVersion: cluster.x-k8s.io/v1beta1
kind: Machine
metadata:
  name: harbour-md-0-x2k9p
  namespace: clusters
status:
  conditions:
  - message: 0 of 2 completed
    reason: InstanceProvisionFailed
    status: "False"
    type: Ready
  failureMessage: instance state "terminated" is unexpected
  failureReason: UpdateError
  phase: Failed
`,
    },
    check: 'infrastructure-resource-not-ready',
    words: ['harbour-md-0-x2k9p', '"terminated" is unexpected', 'InstanceProvisionFailed'],
  },
  'etcd at the memory limit of its container': {
    files: {
      'kern.log': `Mar  1 10:00:00 vault-a kernel: Task in /docker/4f1c killed as a result of limit of /docker/4f1c
Mar  1 10:00:00 vault-a kernel: memory: usage 262144kB, limit 262144kB, failcnt 77
Mar  1 10:00:00 vault-a kernel: Memory cgroup out of memory: Kill process 901 (etcd) score 1002 or sacrifice child
Mar  1 10:00:00 vault-a kernel: Killed process 901 (etcd) total-vm:9880216kB, anon-rss:258232kB, file-rss:0kB, shmem-rss:0kB
`,
      'ps.txt': `[root@vault-a ~]# docker ps -a --filter name=etcd
CONTAINER ID        IMAGE                        COMMAND                  CREATED             STATUS                       PORTS               NAMES
4f1c20efb83c        quay.io/coreos/etcd:v3.4.9   "/usr/local/bin/etcd "   9 days ago          Exited (137) 2 minutes ago                       etcd
`,
    },
    check: 'kernel-oom-memcg',
    words: ['vault-a', 'etcd', 'limit 262144kB'],
  },
};

describe('a machine, as its tools tell', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const { rootCauses, findings } = await paste(files);
    const first = findings.find(({ id }) => id === rootCauses[0]?.finding);
    expect(first?.check).toBe(check);
    for (const word of words) expect(`${first?.subject.name} ${first?.subject.node} ${first?.message}`).toContain(word);
  });
});

describe('silent', () => {
  const QUIET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'a machine that is well': {
      't.txt': `root@pier-4:~# uptime
 11:00:00 up 41 days,  3:12,  2 users,  load average: 8.41, 8.22, 7.01
root@pier-4:~# nproc
16
root@pier-4:~# findmnt -t ext4,xfs,squashfs
TARGET               SOURCE     FSTYPE   OPTIONS
/                    /dev/sda2  ext4     rw,relatime,errors=remount-ro
├─/var/lib/kubelet   /dev/sdb1  xfs      rw,relatime,attr2,inode64,noquota
└─/snap/core20/2105  /dev/loop3 squashfs ro,nodev,relatime
root@pier-4:~# mdadm --detail /dev/md0
/dev/md0:
             State : clean 
    Active Devices : 2
root@pier-4:~# cat /proc/mdstat
Personalities : [raid1]
md1 : active raid1 sdb3[1] sda3[0]
      41909248 blocks super 1.2 [2/2] [UU]
      [=>...................]  check =  5.1% (2137484/41909248) finish=3.3min speed=197000K/sec

root@pier-4:~# cat /proc/net/bonding/bond0
Ethernet Channel Bonding Driver: v6.1.0-27-amd64

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
MII Status: up
MII Polling Interval (ms): 100
	Partner Mac Address: 02:00:00:00:00:07

Slave Interface: ens2f0
MII Status: up
root@pier-4:~# dmesg
[ 811.000001] mce: CPU3: Package temperature above threshold, cpu clock throttled (total events = 7)
[ 811.003001] mce: CPU3: Package temperature/speed normal
root@pier-4:~# zpool status
  pool: cellar
 state: ONLINE
config:

        NAME        STATE     READ WRITE CKSUM
        cellar      ONLINE       0     0     0
          sdk       ONLINE       0     0     0
root@pier-4:~# ssacli ctrl all show config
      logicaldrive 1 (447.1 GB, RAID 1, OK)
      physicaldrive 1I:3:1 (port 1I:box 3:bay 1, SATA SSD, 480 GB, OK)
root@pier-4:~# ras-mc-ctl --summary
No Memory errors.
root@pier-4:~# journalctl -u multipathd --no-pager
Mar 01 10:00:00 pier-4 multipathd[811]: mpathq: sdc - tur checker reports path is up
Mar 01 10:00:01 pier-4 multipathd[811]: 8:32: reinstated
Mar 01 10:00:01 pier-4 multipathd[811]: mpathq: remaining active paths: 2
`,
    },
    'a lease of a minute ago': {
      't.txt': `$ date -u
Sun Mar  1 11:00:00 UTC 2026
$ kubectl get lease -n kube-node-lease pier-4 -o yaml
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata:
  name: pier-4
  namespace: kube-node-lease
spec:
  leaseDurationSeconds: 40
  renewTime: "2026-03-01T10:58:59.123456Z"
$ last reboot
reboot   system boot  5.15.0-97-generi Sun Mar  1 10:12   still running
reboot   system boot  5.15.0-97-generi Thu Jan  8 08:12 - 10:11 (51+23:59)
`,
    },
    'a runtime that was updated four times in a month': {
      't.txt': `root@pier-4:~# journalctl -u containerd --no-pager
${lines(6, (i) => `Mar ${minute(i + 1)} 10:00:05 pier-4 systemd[1]: Started containerd container runtime.`)}`,
    },
  };
  it.each(Object.entries(QUIET))('%s', async (_name, files) => {
    const { findings } = await paste(files);
    expect(findings.filter(({ severity, state }) => severity !== 'info' && state === 'current')).toEqual([]);
  });
});
