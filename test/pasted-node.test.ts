/** What people paste of a machine that fails: small texts through the whole pipeline, and what is said first. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const kubelet = (...messages: readonly string[]): string =>
  messages.map((message) => `Mar 01 10:00:00 n1 kubelet[812]: ${message}\n`).join('');
const klog = (level: string, place: string, message: string): string =>
  `${level}0301 10:00:00.000000     812 ${place}] ${message}`;

const CASES: Readonly<Record<string, Pasted>> = {
  'a kubelet whose local proxy to the API servers gets no sandbox': {
    files: {
      'ticket.txt': `$ kubectl get nodes
NAME   STATUS     ROLES    AGE    VERSION
cp-1   Ready      master   122d   v1.16.7
wk-4   NotReady   <none>   122d   v1.16.7
[root@wk-4 ~]# journalctl -u kubelet | tail -3
Mar 01 10:00:01 wk-4 kubelet[1204]: E0301 10:00:01.100112    1204 kubelet_node_status.go:94] Unable to register node "wk-4" with API server: Post https://localhost:6443/api/v1/nodes: dial tcp 127.0.0.1:6443: connect: connection refused
Mar 01 10:00:01 wk-4 kubelet[1204]: E0301 10:00:01.200112    1204 kubelet.go:2267] node "wk-4" not found
Mar 01 10:00:01 wk-4 kubelet[1204]: E0301 10:00:01.300112    1204 reflector.go:123] k8s.io/client-go/informers/factory.go:134: Failed to list *v1beta1.RuntimeClass: Get https://localhost:6443/apis/node.k8s.io/v1beta1/runtimeclasses?limit=500&resourceVersion=0: dial tcp 127.0.0.1:6443: connect: connection refused

$ kubectl -n kube-system describe pod haproxy-wk-4
...
Events:
  Type     Reason                  Age                From           Message
  ----     ------                  ----               ----           -------
  Warning  FailedCreatePodSandBox  2m (x270 over 1h)  kubelet, wk-4  Failed create pod sandbox: open /run/resolvconf/resolv.conf: no such file or directory
`,
    },
    check: 'runtime-sandbox-failed',
    words: ['haproxy-wk-4', 'resolvConf', 'no such file'],
  },
  'a k3s that refuses its own certificate after its clock was set back': {
    files: {
      'journal.txt': `Mar 01 10:00:01 box k3s[812]: E0301 10:00:01.543714     812 runtime.go:76] Observed a panic: F0301 10:00:01.543496 812 controller.go:170] Unable to perform initial IP allocation check: unable to refresh the service IP block: Get "https://127.0.0.1:6444/api/v1/services": x509: certificate has expired or is not yet valid: current time 2026-03-01T10:00:01Z is before 2026-03-01T12:30:55Z
Mar 01 10:00:01 box k3s[812]: goroutine 5142 [running]:
Mar 01 10:00:02 box systemd[1]: k3s.service: Main process exited, code=exited, status=2/INVALIDARGUMENT
Mar 01 10:00:02 box systemd[1]: k3s.service: Failed with result 'exit-code'.
`,
    },
    check: 'node-time-unsynced',
    words: ['box', '2026-03-01T12:30:55Z', 'behind'],
  },
  'an agent of k3s that was not told its token': {
    files: {
      'syslog.txt': `Mar 01 10:00:01 box-2 systemd[1]: Started Lightweight Kubernetes.
Mar 01 10:00:02 box-2 k3s[6054]: time="2026-03-01T10:00:02Z" level=fatal msg="--token is required"
Mar 01 10:00:02 box-2 systemd[1]: k3s-agent.service: Main process exited, code=exited, status=1/FAILURE
Mar 01 10:00:02 box-2 systemd[1]: k3s-agent.service: Failed with result 'exit-code'.
`,
    },
    check: 'distribution-setting-missing',
    words: ['box-2', '--token is required'],
  },
  'a virtual network that is switched off on the machine that kubectl runs on': {
    files: {
      'ticket.txt': `me@desk:~$ kubectl get nodes
Unable to connect to the server: dial tcp 192.168.60.10:8443: i/o timeout
me@desk:~$ ip addr
2: enp1s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    inet 192.0.2.37/24 brd 192.0.2.255 scope global dynamic enp1s0
7: vboxnet1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000
    link/ether 0a:00:27:00:00:01 brd ff:ff:ff:ff:ff:ff
`,
    },
    check: 'nic-link-down',
    words: ['vboxnet1 of desk is down', '192.168.60.10'],
  },
  'a datastore of k3s below whose writes the CPUs wait': {
    files: {
      'journal.txt': `Mar 01 10:00:00 n1 k3s[812]: time="2026-03-01T10:00:00Z" level=info msg="Slow SQL (started: 2026-03-01 09:59:51 +0000 UTC) (total time: 8.5s): INSERT INTO kine(name, created) values(?, ?) : [[/registry/leases/a 0]]"
Mar 01 10:00:09 n1 k3s[812]: ${klog('F', 'controllermanager.go:290', 'leaderelection lost')}
Mar 01 10:00:09 n1 systemd[1]: k3s.service: Main process exited, code=exited, status=255/EXCEPTION
`,
      'vmstat.txt': `$ vmstat 5 2
procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st
 1  6      0  71204  22120 401220    0    0    31    40  220  390 11  6 60 23  0
 0  9      0  70112  22120 401408    0    0   121   611 1804 3311  7  4  2 87  0
`,
    },
    check: 'cpu-load-high',
    words: ['87 %', 'iowait'],
  },
  'a disk that vSphere does not number': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON        OBJECT      MESSAGE
19s         Warning   FailedMount   pod/db-0    MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = NotFound desc = disk: 6000c29a0b1c2d3e4f506172 not attached to node
`,
    },
    check: 'volume-mount-failed',
    words: ['does not find the disk', '6000c29a0b1c2d3e4f506172'],
  },
  'an old Rook that finds no disk for Ceph': {
    files: {
      'prepare.log': `2026-03-01 10:00:00.000001 I | cephosd: skipping device "sdq1" because it contains a filesystem "ext4"
2026-03-01 10:00:00.000002 W | cephosd: skipping OSD configuration as no devices matched the storage settings for this node
`,
      'ceph.txt': `  cluster:
    id:     11112222-3333-4444-5555-666677778888
    health: HEALTH_WARN
            OSD count 0 < osd_pool_default_size 3

  services:
    mon: 1 daemons, quorum a (age 6m)
    osd: 0 osds: 0 up, 0 in
`,
    },
    check: 'storage-backend-unhealthy',
    words: ['sdq1', 'no devices matched'],
  },
  'an edge node whose address the cloud does not have in its certificate': {
    files: {
      'journal.txt': `Mar 01 10:00:00 n1 edgecore[812]: ${klog('F', 'certmanager.go:94', 'Error: failed to get edge certificate from the cloudcore, error: Get "https://192.0.2.5:10002/edge.crt": x509: certificate is valid for 198.51.100.5, not 192.0.2.5')}
Mar 01 10:00:00 n1 systemd[1]: edgecore.service: Main process exited, code=exited, status=255/EXCEPTION
`,
    },
    check: 'kubeedge-edge-refused',
    words: ['192.0.2.5', '198.51.100.5'],
  },
  'copies of one machine that Weave cannot tell apart': {
    files: {
      'nodes.yaml': `apiVersion: v1
kind: List
items:
${['n1', 'n2'].map((name) => `- {apiVersion: v1, kind: Node, metadata: {name: ${name}}, status: {conditions: [{type: Ready, status: "True"}], nodeInfo: {machineID: 0123456789abcdef0123456789abcdef}}}\n`).join('')}`,
      'weave.log':
        'INFO: 2026/03/01 10:00:00.1 ->[192.0.2.7:6783|2a:2a:2a:2a:2a:2a(n2)]: connection shutting down due to error: local "2a:2a:2a:2a:2a:2a" and remote "2a:2a:2a:2a:2a:2a" peer names collision\n',
    },
    check: 'node-machine-id-shared',
    words: ['n1, n2', '0123456789abcdef0123456789abcdef'],
  },
  'a DRBD without quorum, and the taint it leaves': {
    files: {
      'drbd.txt': `root@n1:/# drbdadm status
plates-1 role:Secondary suspended:quorum
  disk:UpToDate quorum:no blocked:upper
  n2 connection:StandAlone
  n3 connection:Connecting

`,
      'events.txt': `LAST SEEN   TYPE      REASON             OBJECT      MESSAGE
19s         Warning   FailedScheduling   pod/db-0    0/3 nodes are available: 3 node(s) had untolerated taint {drbd.linbit.com/lost-quorum: }. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.
`,
    },
    check: 'drbd-quorum-lost',
    words: ['plates-1', 'StandAlone'],
  },
  'a replica of Longhorn on a full disk': {
    files: {
      'manager.log': `[pvc-1-e-0] time="2026-03-01T10:00:00Z" level=error msg="Failed to write to replica" error="tcp://10.42.1.9:10000: write /host/var/lib/longhorn/replicas/pvc-11112222-5f1c/volume-head-003.img: no space left on device"
[pvc-1-e-0] time="2026-03-01T10:00:00Z" level=error msg="Setting replica tcp://10.42.1.9:10000 to mode ERR due to: tcp://10.42.1.9:10000: no space left on device"
`,
    },
    check: 'csi-longhorn-replica-no-space',
    words: ['10.42.1.9', 'pvc-11112222'],
  },
  'a board whose supply is too weak': {
    files: {
      'dmesg.txt': `[  100.000000] hwmon hwmon1: Undervoltage detected!
[  104.000000] hwmon hwmon1: Voltage normalised
[  200.000000] hwmon hwmon1: Undervoltage detected!
`,
      'nodes.txt': `NAME   STATUS     ROLES    AGE   VERSION
n1     Ready      <none>   40d   v1.31.0
n2     NotReady   <none>   40d   v1.31.0
`,
    },
    check: 'board-undervoltage',
    words: ['under-voltage'],
  },
  'a container that does not end, which the kubelet calls a failed call': {
    files: {
      'journal.txt': [1, 2, 3]
        .map(
          (i) =>
            `Mar 01 10:0${i}:00 n1 kubelet[812]: ${klog('E', 'remote_runtime.go:366', '"StopContainer from runtime service failed" err="rpc error: code = DeadlineExceeded desc = an error occurs during waiting for container \\"0a1b\\" to be killed: wait container \\"0a1b\\": context deadline exceeded" containerID="0a1b"')}\n`,
        )
        .join(''),
    },
    check: 'pod-kill-failed',
    words: ['0a1b'],
  },
  'a kubelet that comes back under another name': {
    files: {
      'journal.txt': `Mar 01 10:00:00 localhost kubelet[812]: ${klog('E', 'kubelet_node_status.go:96', '"Unable to register node with API server" err="nodes \\"localhost\\" is forbidden: node \\"n1\\" is not allowed to modify node \\"localhost\\"" node="localhost"')}
Mar 01 10:00:02 localhost kubelet[812]: ${klog('E', 'controller.go:145', '"Failed to ensure lease exists, will retry" err="leases.coordination.k8s.io \\"localhost\\" is forbidden: User \\"system:node:n1\\" cannot get resource \\"leases\\" in API group \\"coordination.k8s.io\\" in the namespace \\"kube-node-lease\\": can only access node lease with the same name as the requesting node" interval="7s"')}
`,
    },
    check: 'node-identity-mismatch',
    words: ['system:node:n1', 'localhost'],
  },
  'the kubelet of a snap': {
    files: {
      'ticket.txt': `Mar 01 10:00:00 n1 k8s.kubelet[812]: ${klog('E', 'kubelet.go:1559', '"Failed to start ContainerManager" err="failed to initialize top level QOS containers: root container [kubepods] doesn\'t exist"')}
Mar 01 10:00:00 n1 systemd[1]: snap.k8s.kubelet.service: Main process exited, code=exited, status=1/FAILURE
Mar 01 10:00:00 n1 systemd[1]: snap.k8s.kubelet.service: Failed with result 'exit-code'.
`,
    },
    check: 'kubelet-cgroups-unusable',
    words: ['kubepods'],
  },
  'a copy of a file system that XFS does not mount beside its original': {
    files: {
      'describe.txt': `Events:
  Type     Reason       Age               From     Message
  ----     ------       ----              ----     -------
  Normal   Scheduled    80s               default-scheduler  Successfully assigned shop/db-0 to n1
  Warning  FailedMount  3s (x8 over 68s)  kubelet  MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = mount failed: exit status 32
Mounting command: mount
Mounting arguments: -t xfs -o defaults /dev/sdq /var/lib/kubelet/plugins/kubernetes.io/csi/pv/pvc-1/globalmount
Output: mount: /var/lib/kubelet/plugins/kubernetes.io/csi/pv/pvc-1/globalmount: wrong fs type, bad option, bad superblock on /dev/sdq, missing codepage or helper program, or other error.
`,
      'dmesg.txt':
        "[  12.000000] XFS (sdq): Filesystem has duplicate UUID 11112222-3333-4444-5555-666677778888 - can't mount\n",
    },
    check: 'disk-fs-uuid-doubled',
    words: ['sdq', '11112222-3333-4444-5555-666677778888'],
  },
  'a bond that loses its cards again and again': {
    files: {
      'dmesg.txt': `[  10.000000] bond3: (slave eno7): link status definitely down, disabling slave
[  10.000001] bond3: (slave eno8): link status definitely down, disabling slave
[  10.000002] bond3: now running without any active interface!
[  14.000000] bond3: (slave eno7): link status definitely up, 10000 Mbps full duplex
[  14.000001] bond3: first active interface up!
[  30.000000] bond3: (slave eno7): link status definitely down, disabling slave
[  30.000001] bond3: now running without any active interface!
`,
      'nodes.txt': `NAME   STATUS     ROLES    AGE   VERSION
n1     Ready      <none>   40d   v1.31.0
n2     NotReady   <none>   40d   v1.31.0
`,
    },
    check: 'nic-link-down',
    words: ['bond3', 'eno7'],
  },
  'a disk made larger than its machine reads': {
    files: {
      'dmesg.txt':
        '[  12.000000] attempt to access beyond end of device\n[  12.000001] sdq: rw=4096, want=62914568, limit=41943040\n[  12.000002] Buffer I/O error on dev sdq, logical block 7864320, async page read\n',
    },
    check: 'disk-io-error',
    words: ['sdq', 'limit=41943040'],
  },
  'a unit that systemd cannot give its mounts': {
    files: {
      'status.txt': `$ systemctl status chronyd
● chronyd.service - NTP
     Loaded: loaded (/etc/systemd/system/chronyd.service; enabled)
     Active: failed (Result: exit-code) since Sun 2026-03-01 10:00:00 UTC; 4min ago
    Process: 812 ExecStart=/usr/sbin/chronyd (code=exited, status=226/NAMESPACE)
   Main PID: 812 (code=exited, status=226/NAMESPACE)
`,
    },
    check: 'systemd-units-failed',
    words: ['chronyd', '226/NAMESPACE'],
  },
  'a pod that the kubelet alone refuses': {
    files: {
      'kubelet.log': kubelet(
        klog(
          'I',
          'kubelet.go:2306',
          '"Pod admission denied" podUID="77aa" pod="shop/shop-0" reason="SMTAlignmentError" message="SMT Alignment Error: requested 3 cpus not multiple cpus per core = 2"',
        ),
      ),
    },
    check: 'pod-admission-rejected',
    words: ['shop-0', 'requested 3 cpus'],
  },
  'a Docker whose xfs has no types of directory entries': {
    files: {
      'info.txt': `$ docker info
Containers: 3
Server Version: 19.03.4
Storage Driver: overlay2
 Backing Filesystem: xfs
 Supports d_type: false
Cgroup Driver: cgroupfs
Kernel Version: 3.10.0-957.el7.x86_64
Operating System: CentOS Linux 7 (Core)
Architecture: x86_64
Name: n1
Docker Root Dir: /srv/docker
WARNING: overlay2: the backing xfs filesystem is formatted without d_type support, which leads to incorrect behavior.
         Reformat the filesystem with ftype=1 to enable d_type support.
`,
    },
    check: 'runtime-overlayfs-unusable',
    words: ['formatted without d_type'],
  },
  'a volume group without room': {
    files: {
      'plugin.log':
        'E0301 10:00:00.000000       1 lvm.go:13] could not create volume pool/pvc-7:   Volume group "pool" has insufficient free space (80 extents): 2560 required.\n',
      'claims.txt':
        'NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE\nshop   Pending                                      local-lvm      6m\n',
    },
    check: 'disk-volume-group-full',
    words: ['pool', '80 extents', '2560 required'],
  },
  'a mount that is to be handed on from a private one': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON   OBJECT       MESSAGE
41s         Warning   Failed   pod/shop-0   Error: failed to generate container "77aa" spec: failed to generate spec: path "/srv/data" is mounted on "/srv" but it is not a shared mount
`,
    },
    check: 'runtime-kernel-refused',
    words: ['/srv/data', 'not a shared mount', 'rshared'],
  },
  'a driver for the kubelet of another distribution': {
    files: {
      'pods.txt':
        'NAME     READY   STATUS              RESTARTS   AGE\nshop-0   0/1     ContainerCreating   0          12m\n',
      'csi-node.log':
        '2026-03-01T10:00:00.000Z\tERROR\tdriver.go:7\tFailed to publish volume\t{"volumeID": "csi-77", "error": "rpc error: code = Internal desc = unable to create target path \\"/var/lib/k0s/kubelet/pods/77/mount\\": mkdir /var/lib/k0s/kubelet/pods/77/mount: no such file or directory"}\n',
    },
    check: 'csi-kubelet-directory',
    words: ['/var/lib/k0s/kubelet', 'no such file or directory'],
  },
  'a dead path under a volume that is set up anew': {
    files: {
      'paths.txt': `$ multipath -ll
mpathq (3600140500aa00bb00cc00dd00ee00ff0) dm-4 EXAMPLE,DISK
size=20G features='1 queue_if_no_path' hwhandler='1 alua' wp=rw
|-+- policy='service-time 0' prio=50 status=active
| \`- 3:0:0:7 sdk 8:160 active ready running
\`-+- policy='service-time 0' prio=0 status=enabled
  \`- 4:0:0:7 sdl 8:176 failed faulty offline
`,
      'events.txt': `LAST SEEN   TYPE      REASON        OBJECT       MESSAGE
41s         Warning   FailedMount   pod/shop-0   MountVolume.WaitForAttach failed for volume "disk-7" : open /sys/class/iscsi_host/host9/device/session2/connection2:0/iscsi_connection/connection2:0/address: no such file or directory
`,
    },
    check: 'disk-multipath-path-failed',
    words: ['mpathq', 'sdl (failed faulty offline)', '1 of 2 paths'],
  },
  'a kubelet in a loop, and what it says at the end': {
    files: {
      'kubelet.log': `${'Mar 01 10:00:00 n1 systemd[1]: kubelet.service: Scheduled restart job, restart counter is at 41.\n'}${kubelet(
        klog('E', 'server.go:292', '"Failed to run kubelet" err="failed to run Kubelet: the widget 7 is jammed"'),
      )}`,
    },
    check: 'kubelet-restart-loop',
    words: ['n1', '41 times', 'widget 7 is jammed'],
  },
  'a root of all cgroups that is not there': {
    files: {
      'kubelet.log': `${kubelet(
        klog(
          'E',
          'server.go:292',
          '"Failed to run kubelet" err="failed to run Kubelet: invalid configuration: cgroup-root [\\"pods-root\\"] doesn\'t exist"',
        ),
      )}Mar 01 10:00:01 n1 systemd[1]: kubelet.service: Scheduled restart job, restart counter is at 41.\n`,
    },
    check: 'kubelet-config-invalid',
    words: ['cgroup-root', 'pods-root', "doesn't exist"],
  },
  'a device that the group of the container is not in': {
    files: {
      'transcode.log': 'Device creation failed: -13.\nFailed to open /dev/dri/renderD129: Permission denied\n',
    },
    check: 'gpu-render-device-denied',
    words: ['/dev/dri/renderD129', 'Permission denied', 'supplementalGroups'],
  },
  'a label that keeps iptables from its lock': {
    files: {
      'audit.txt':
        'type=AVC msg=audit(1406642881.113:28): avc:  denied  { read } for  pid=77 comm="iptables" name="xtables.lock" dev="tmpfs" ino=9 scontext=system_u:system_r:iptables_t:s0 tcontext=system_u:object_r:container_var_run_t:s0 tclass=file\n',
      'pods.txt':
        'NAME     READY   STATUS              RESTARTS   AGE\nshop-0   0/1     ContainerCreating   0          41m\n',
    },
    check: 'selinux-denied',
    words: ['xtables.lock', 'iptables_t'],
  },
  'crun, which writes a cgroup it may not': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON   OBJECT       MESSAGE
41s         Warning   Failed   pod/shop-0   Error: container create failed: opening file \`memory.swap.max\` for writing: No such file or directory
40s         Warning   Failed   pod/shop-1   Error: container create failed: writing file \`devices.allow\`: Operation not permitted
`,
    },
    check: 'runtime-kernel-refused',
    words: ['devices.allow', 'cgroup'],
  },
  'a profile that is not loaded, of a pod that runs': {
    files: {
      'pod.txt': `Name:         shop-0
Namespace:    shop
Node:         n1/192.0.2.7
Status:       Running
Reason:       AppArmor
Message:      Cannot enforce AppArmor: profile "shop-tight" is not loaded
`,
    },
    check: 'runtime-kernel-refused',
    words: ['shop-0', 'shop-tight', 'not loaded', 'n1'],
  },
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
kube-proxy-gqbt8   0/1     CrashLoopBackOff   12 (2m ago)  41m   n1
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
  'a kubelet that does not find its own disk': {
    files: {
      'kubelet.log':
        '192.0.2.4: {"ts":1673642752040.5974,"caller":"kubelet/kubelet.go:1466","msg":"Failed to start ContainerManager","err":"failed to get rootfs info: failed to get mount point for device \\"/dev/sda2\\": no partition info for device \\"/dev/sda2\\""}\n',
    },
    check: 'kubelet-rootfs-unknown',
    words: ['rootfs info', '/dev/sda2'],
  },
  'a Docker that its kubelet does not reach': {
    files: {
      'node.txt': `Name:               n1
Conditions:
  Type    Status  LastHeartbeatTime                 LastTransitionTime                Reason           Message
  ----    ------  -----------------                 ------------------                ------           -------
  Ready   False   Sun, 01 Mar 2026 10:30:07 +0000   Sun, 01 Mar 2026 01:30:10 +0000   KubeletNotReady  container runtime is down
Events:
  Type     Reason             Age                  From         Message
  ----     ------             ----                 ----         -------
  Warning  ContainerGCFailed  4m (x211 over 3h)    kubelet, n1  rpc error: code = Unknown desc = Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?
`,
    },
    check: 'runtime-down',
    words: ['n1', 'Cannot connect to the Docker daemon', '/var/run/docker.sock'],
  },
  'a blob that the store of containerd lost': {
    files: {
      'containerd.log':
        'containerd[15986]: time="2025-09-11T00:05:51.904195916Z" level=error msg="PullImage \\"acme.example/a:1\\" failed" error="rpc error: code = NotFound desc = failed to pull and unpack image \\"acme.example/a:1\\": failed to extract layer sha256:0011: failed to get reader from content store: blob sha256:2233 expected at /var/lib/containerd/io.containerd.content.v1.content/blobs/sha256/2233: blob not found: not found"\n',
    },
    check: 'runtime-image-store-corrupt',
    words: ['blob not found', 'content store'],
  },
  'a kernel that uses what it freed': {
    files: {
      'console.txt': `[  801.712125] refcount_t: underflow; use-after-free.
[  801.712800] WARNING: CPU: 10 PID: 13791 at lib/refcount.c:28 refcount_warn_saturate+0xa6/0xf0
[  801.713957] Modules linked in: overlay
[  801.720001] CPU: 10 PID: 13791 Comm: web Not tainted 5.10.37 #1
[  801.731001] Kernel panic - not syncing: Fatal exception in interrupt
`,
    },
    check: 'kernel-memory-corrupted',
    words: ['use-after-free', 'lib/refcount.c:28'],
  },
  'a shim that cannot be forked': {
    files: {
      'pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: shop-0, namespace: default}
spec: {nodeName: n1, containers: [{name: shop, image: 'shop:1'}]}
status:
  phase: Running
  containerStatuses:
    - name: shop
      ready: false
      restartCount: 9
      state: {waiting: {reason: CrashLoopBackOff}}
      lastState:
        terminated:
          exitCode: 128
          reason: ContainerCannotRun
          message: 'failed to start shim: fork/exec /usr/bin/containerd-shim: resource temporarily unavailable: unknown'
`,
    },
    check: 'runtime-fork-failed',
    words: ['shop-0', 'n1', 'fork/exec /usr/bin/containerd-shim'],
  },
  'an install disk that Talos does not find': {
    files: {
      'apply.txt': `$ talosctl apply-config --insecure -f worker.yaml --nodes 192.0.2.4
error applying new configuration: rpc error: code = Unknown desc = configuration validation failed: 1 error occurred:
        * specified install disk does not exist: "/dev/mmcblk1"
`,
    },
    check: 'talos-config-refused',
    words: ['install disk does not exist', '/dev/mmcblk1'],
  },
  'events of a Kubernetes before 1.2': {
    files: {
      'events.txt': `FIRSTSEEN   LASTSEEN   COUNT     NAME     KIND      SUBOBJECT                           REASON    SOURCE        MESSAGE
20m         2s         117       shop-0   Pod       implicitly required container POD   failed    {kubelet n1}  Failed to create docker container with error: API error (500): Can't set task name /dev/mapper/docker-252:0-1-pool
`,
    },
    check: 'runtime-image-store-corrupt',
    words: ['shop-0', 'n1', '/dev/mapper/docker-252:0-1-pool'],
  },
  'a capability that the kernel does not know': {
    files: {
      'pod.txt': `Name:         kube-proxy-xgbwk
Namespace:    kube-system
Node:         n1/192.0.2.9
Status:       Running
Containers:
  kube-proxy:
    Image:          kube-proxy:v1.20.2
    State:          Waiting
      Reason:       CrashLoopBackOff
    Ready:          False
    Restart Count:  12
Events:
  Type     Reason   Age                From     Message
  ----     ------   ----               ----     -------
  Warning  Failed   37m (x5 over 39m)  kubelet  Error: failed to create containerd task: OCI runtime create failed: container_linux.go:370: starting container process caused: apply caps: operation not permitted: unknown
  Warning  BackOff  4m (x170 over 39m) kubelet  Back-off restarting failed container
`,
    },
    check: 'runtime-kernel-refused',
    words: ['capabilities', 'kube-proxy-xgbwk', 'apply caps: operation not permitted'],
  },
  'a quota that the kernel does not take': {
    files: {
      'events.txt': `Events:
  Type     Reason  Age              From     Message
  ----     ------  ----             ----     -------
  Warning  Failed  2m (x4 over 3m)  kubelet  Error: failed to start container "web": Error response from daemon: OCI runtime create failed: container_linux.go:348: starting container process caused "setting cgroup config for procHooks process caused \\"failed to write 2000 to cpu.cfs_quota_us: write /sys/fs/cgroup/cpu/kubepods/a/cpu.cfs_quota_us: invalid argument\\"": unknown
`,
    },
    check: 'runtime-kernel-refused',
    words: ['cgroup', 'cpu.cfs_quota_us', 'invalid argument'],
  },
  'a period that only the journal tells of': {
    files: {
      'kubelet.log': `Sep 29 20:35:22 n1 kubelet[1341]: time="2020-09-29T20:35:22Z" level=error msg="container_linux.go:370: starting container process caused: setting cgroup config for procHooks process caused: failed to write \\"100000\\" to \\"/sys/fs/cgroup/cpu/a.scope/cpu.cfs_period_us\\": open /sys/fs/cgroup/cpu/a.scope/cpu.cfs_period_us: permission denied"
Sep 29 20:35:22 n1 kubelet[1341]: E0929 20:35:22.178274    1341 kuberuntime_manager.go:803] container start failed: CreateContainerError: container create failed: time="2020-09-29T20:35:22Z" level=warning msg="exit status 2"
`,
    },
    check: 'runtime-kernel-refused',
    words: ['n1', 'cpu.cfs_period_us', 'permission denied'],
  },
  'the disk behind a mount is gone': {
    files: {
      'csi-node.log':
        'E0128 18:57:21.467310 1 utils.go:31] GRPC error: rpc error: code = Internal desc = Heuristic determination of mount point failed:stat /var/lib/kubelet/pods/77aa/volumes/kubernetes.io~csi/pvc-1/mount: input/output error\n',
    },
    check: 'mount-endpoint-dead',
    words: ['/volumes/kubernetes.io~csi/pvc-1/mount', 'nput/output error'],
  },
  'containerd of a node in a container has no watcher': {
    files: {
      'node.txt': 'Failed to create inotify object: Too many open files\n',
      'kubeadm.txt':
        '\t[ERROR CRI]: container runtime is not running: output: time="2023-11-28T10:41:08Z" level=fatal msg="validate service connection: validate CRI v1 runtime API for endpoint \\"unix:///var/run/containerd/containerd.sock\\": rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial unix /var/run/containerd/containerd.sock: connect: no such file or directory\\""\n',
    },
    check: 'kubelet-inotify-exhausted',
    words: ['inotify', 'oo many open files'],
  },
  'a network card that its driver does not bring up': {
    files: {
      'console.txt': `[  131.671062] ena: reading reg failed for timeout. expected: req id[1] offset[88] actual: req id[57006] offset[0]
[  131.926173] ena 0000:00:04.0: Can not reset device
[  131.933268] ena 0000:00:04.0: ena device init failed
`,
    },
    check: 'device-init-failed',
    words: ['0000:00:04.0', 'ena'],
  },
  'the limit of a cgroup as old kernels tell it': {
    files: {
      'messages.txt': `Jan  5 02:12:02 n1 kernel: Task in /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1330b2c1_a15b_4cdd_b5e5_72d4a90bee82.slice/a.scope killed as a result of limit of /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1330b2c1_a15b_4cdd_b5e5_72d4a90bee82.slice/a.scope
Jan  5 02:12:02 n1 kernel: memory: usage 524288kB, limit 524288kB, failcnt 189
Jan  5 02:12:02 n1 kernel: Memory cgroup out of memory: Kill process 21310 (web) score 1974 or sacrifice child
`,
    },
    check: 'kernel-oom-memcg',
    words: ['killed web', 'limit 524288kB'],
  },
  'a RAID controller that no longer answers': {
    files: {
      'kern.log':
        'Mar 01 10:00:06 n1 kernel: megaraid_sas 0000:18:00.0: [15]waiting for 7 commands to complete for scsi2\n' +
        'Mar 01 10:00:11 n1 kernel: megaraid_sas 0000:18:00.0: [20]waiting for 7 commands to complete for scsi2\n',
      'nodes.txt': 'NAME   STATUS     ROLES    AGE   VERSION\nn1     NotReady   <none>   9d    v1.31.3\n',
    },
    check: 'disk-controller-stuck',
    words: ['n1', 'megaraid_sas', 'waiting for 7 commands'],
  },
  'what mount(8) said, which the event does not tell': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON        OBJECT      MESSAGE
5m          Warning   FailedMount   pod/web-0   MountVolume.SetUp failed for volume "pvc-77aa" : rpc error: code = Internal desc = exit status 1
`,
      'csi.log': `E0301 10:00:00.000000       1 mount_linux.go:143] Mount failed: exit status 32
Mounting command: mount
Mounting arguments: -t ext4 -o defaults /dev/box/pvc-77aa /plug/pvc-77aa/mount
Output: mount: /plug/pvc-77aa/mount: /dev/box/pvc-77aa already mounted or mount point busy.
`,
    },
    check: 'volume-mount-failed',
    words: ['web-0', 'pvc-77aa', 'mount point busy', 'multipath.conf'],
  },
  'a long message of mount(8), which ends with the reason': {
    files: {
      'events.txt': `  Warning  FailedMount  2m (x9 over 4m)  kubelet  MountVolume.SetUp failed for volume "vault" : rpc error: code = Internal desc = Could not mount "/var/lib/kubelet/plugins/kubernetes.io/csi/pv/vault/globalmount" at "/var/lib/kubelet/pods/00000000-0000-4000-8000-000000000001/volumes/kubernetes.io~csi/vault/mount": mount failed: exit status 32
Mounting command: mount
Mounting arguments: -t ext4 -o bind /var/lib/kubelet/plugins/kubernetes.io/csi/pv/vault/globalmount /var/lib/kubelet/pods/00000000-0000-4000-8000-000000000001/volumes/kubernetes.io~csi/vault/mount
Output: mount: /var/lib/kubelet/pods/00000000-0000-4000-8000-000000000001/volumes/kubernetes.io~csi/vault/mount: special device /var/lib/kubelet/plugins/kubernetes.io/csi/pv/vault/globalmount does not exist.
`,
    },
    check: 'volume-mount-failed',
    words: ['special device /var/lib/kubelet/plugins/kubernetes.io/csi/pv/vault/globalmount does not exist'],
  },
  'a file system that cannot be read, and the volume it is of some lines below': {
    files: {
      'kubelet.log': kubelet(
        klog('E', 'mount_linux.go:147', 'Mount failed: exit status 32'),
        'mount: wrong fs type, bad option, bad superblock on /dev/sdq,',
        '       missing codepage or helper program, or other error',
        klog(
          'E',
          'nestedpendingoperations.go:267',
          'Operation for "x" failed. Error: "MountVolume.WaitForAttach failed for volume "pvc-77aa" (UniqueName: "x") pod "web-0" (UID: "77aa") : mount failed: exit status 32"',
        ),
      ),
    },
    check: 'volume-fs-corrupt',
    words: ['/dev/sdq', 'pvc-77aa', 'web-0'],
  },
  'an attachment of which only one event says that it does not end': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON               OBJECT      MESSAGE
5m          Warning   FailedAttachVolume   pod/web-0   AttachVolume.Attach failed for volume "pvc-77aa" : attachment timeout for volume vol-0aa1
1m          Warning   FailedAttachVolume   pod/web-0   AttachVolume.Attach failed for volume "pvc-77aa" : rpc error: code = DeadlineExceeded desc = context deadline exceeded
`,
    },
    check: 'volume-attach-failed',
    words: ['vol-0aa1', 'attaching', 'pvc-77aa'],
  },
  'a kubelet that does not know cgroup v2': {
    files: {
      'journal.txt': kubelet(klog('F', 'server.go:273', 'failed to run Kubelet: mountpoint for cpu not found')),
    },
    check: 'kubelet-cgroups-unusable',
    words: ['n1', 'mountpoint for cpu not found', 'cgroup'],
  },
  'an event that could not be written, with the reason far behind its fields': {
    files: {
      'kubelet.log': kubelet(
        klog(
          'E',
          'event.go:142',
          `Unable to write event '&api.Event{TypeMeta:{Kind:"", APIVersion:""}, ObjectMeta:{Name:"n1.77aa", ${'Field:"", '.repeat(80)}}, Reason:"KubeletSetupFailed", Message:"Failed to start ContainerManager system validation failed - Following Cgroup subsystem not mounted: [memory]", Count:1}' (retry limit exceeded!)`,
        ),
      ),
    },
    check: 'kubelet-cgroups-unusable',
    words: ['n1', 'not mounted: [memory]'],
  },
  'a program of the node that systemd may not execute': {
    files: {
      'console.txt':
        'Mar 01 10:00:00 n1 systemd[1]: Starting kubelet.service - Kubelet...\n' +
        'Mar 01 10:00:00 n1 systemd[1]: nodeadm-run.service: Failed at step EXEC spawning /opt/bin/nodeadm: Permission denied\n',
    },
    check: 'node-program-refused',
    words: ['/opt/bin/nodeadm', 'Permission denied', 'SELinux'],
  },
  'a start script that the image does not fit': {
    files: {
      'cloud-init-output.log':
        '/var/lib/cloud/instance/scripts/part-002: line 3: /opt/join.sh: No such file or directory\n' +
        '2026-03-01 10:00:00,324 - cc_scripts_user.py[WARNING]: Failed to run module scripts-user (scripts in /var/lib/cloud/instance/scripts)\n',
    },
    check: 'node-start-script-failed',
    words: ['/opt/join.sh', 'No such file or directory'],
  },
  'SELinux that does not let the runtime start a container': {
    files: {
      'journal.txt':
        'Mar 01 10:00:00 n1 kernel: type=1400 audit(1550550000.1:9): avc:  denied  { transition } for  pid=7 comm="runc:[2:INIT]" path="/bin/app" dev="vda2" ino=4 scontext=system_u:system_r:unconfined_service_t:s0 tcontext=system_u:system_r:container_t:s0:c3,c6 tclass=process permissive=0\n',
    },
    check: 'selinux-denied',
    words: ['n1', 'transition', 'runc:[2:INIT]', 'container_t'],
  },
  'a machine of OpenShift whose daemon and pool tell the same': {
    files: {
      'mcd.log': 'E0301 10:00:00.000000    1200 writer.go:200] Marking Degraded due to: failed to drain the cellar\n',
      'mcp.txt': '    Message:               Node n1 is reporting: "failed to drain the cellar"\n',
    },
    check: 'machineconfig-log-degraded',
    words: ['"kind":"Node"', '"n1"', 'mcd.log', 'mcp.txt'],
  },
  'a list of programs that lets none of the runtime run': {
    files: {
      'journal.txt':
        'Mar 01 10:00:00 n1 rke2[9]: containerd: fork/exec /opt/data/v1-77aa/bin/containerd: operation not permitted\n' +
        'Mar 01 10:00:00 n1 systemd[1]: rke2-agent.service: Main process exited, code=exited, status=1/FAILURE\n',
    },
    check: 'node-program-refused',
    words: ['n1', '/opt/data/v1-77aa/bin/containerd', 'operation not permitted', 'fapolicyd'],
  },
  'layers that the kernel does not stack': {
    files: {
      'events.txt': `  Type     Reason     Age              From               Message
  ----     ------     ----             ----               -------
  Normal   Scheduled  18s              default-scheduler  Successfully assigned shop/web-0 to n1
  Warning  Failed     4s (x3 over 17s) kubelet, n1        Error: Error response from daemon: mkdir /data/docker/overlay2/77aa-init/merged/dev/shm: invalid argument
`,
    },
    check: 'runtime-overlayfs-unusable',
    words: ['web-0', 'n1', 'invalid argument', 'ftype=1'],
  },
  'a node cut before its conditions, and the pod that its taint keeps away': {
    files: {
      'node.txt': `Name:               n1
Taints:             node.kubernetes.io/disk-pressure:NoSchedule
Events:
  Type     Reason         Age   From     Message
  ----     ------         ----  ----     -------
  Warning  ImageGCFailed  59m   kubelet  failed to garbage collect required amount of images. Wanted to free 4711 bytes, but freed 0 bytes
  Warning  ImageGCFailed  4m    kubelet  failed to garbage collect required amount of images. Wanted to free 8822 bytes, but freed 0 bytes
`,
      'pod.txt': `Events:
  Type     Reason            Age  From               Message
  ----     ------            ---- ----               -------
  Warning  FailedScheduling  10m  default-scheduler  0/1 nodes are available: 1 node(s) had taint {node.kubernetes.io/disk-pressure: }, that the pod didn't tolerate.
`,
    },
    check: 'node-disk-pressure',
    words: ['n1', 'DiskPressure', 'disk-pressure', '8822 bytes'],
  },
  'an image file system that the kubelet cannot empty, behind the names of Compose': {
    files: {
      'compose.log': [
        klog(
          'I',
          'image_gc_manager.go:300',
          '[imageGCManager]: Disk usage on image filesystem is at 96% which is over the high threshold (85%). Trying to free 4711 bytes down to the low threshold (80%).',
        ),
        klog(
          'E',
          'kubelet.go:1246',
          'Image garbage collection failed multiple times in a row: failed to garbage collect required amount of images. Wanted to free 4711 bytes, but freed 0 bytes',
        ),
        klog('W', 'eviction_manager.go:333', 'eviction manager: attempting to reclaim ephemeral-storage'),
      ]
        .map((line) => `node_1    | ${line}\n`)
        .join(''),
    },
    check: 'kubelet-image-gc-failing',
    words: ['96 %', '4711 bytes'],
  },
  'a runtime that hung up on the kubelet': {
    files: {
      'kubelet.log': kubelet(
        ...['kubelet.go:2356', 'kubelet.go:1279', 'remote_runtime.go:549'].map((place) =>
          klog(
            'E',
            place,
            '"It failed" err="rpc error: code = Unavailable desc = error reading from server: read unix @->/run/containerd/containerd.sock: read: connection reset by peer"',
          ),
        ),
      ),
    },
    check: 'kubelet-runtime-not-responding',
    words: ['n1', '/run/containerd/containerd.sock', 'connection reset by peer'],
  },
  'a volume that is still in use when its pod is to go': {
    files: {
      'kubelet.log': kubelet(
        klog(
          'E',
          'nestedpendingoperations.go:335',
          'Operation for "x" failed. Error: UnmountVolume.TearDown failed for volume "seal" (UniqueName: "kubernetes.io/secret/77aa-seal") pod "77aa" (UID: "77aa") : unmount failed: exit status 32',
        ),
        'Unmounting arguments: /var/lib/kubelet/pods/77aa/volumes/kubernetes.io~secret/seal',
        'Output: umount: /var/lib/kubelet/pods/77aa/volumes/kubernetes.io~secret/seal: target is busy.',
      ),
      'pods.txt':
        'NAME    READY   STATUS        RESTARTS   AGE   NODE\nweb-0   0/1     Terminating   0          3d    n1\n',
    },
    check: 'volume-unmount-failed',
    words: ['n1', 'seal', 'target is busy'],
  },
  'clocks of monitors, by the code that Ceph gives it': {
    files: {
      'ceph.txt':
        'MON_CLOCK_SKEW: clock skew detected on mon.q\n' +
        '2026-03-01 10:00:00.1 [WRN]  mon.2 192.0.2.7:6790/0 clock skew 0.0791s > max 0.05s\n',
    },
    check: 'storage-backend-unhealthy',
    words: ['Ceph', 'clock skew', 'mon.q', '0.0791s'],
  },
  'an event of the monitor of the kernel, whose table names no object': {
    files: {
      'events.txt': `Events:
  Type     Reason    Age  From                 Message
  ----     ------    ---- ----                 -------
  Warning  TaskHung  2m   kernel-monitor, n1   INFO: task mixer:77 blocked for more than 300 seconds.
`,
    },
    check: 'node-npd-condition',
    words: ['"kind":"Node"', 'n1', 'task mixer:77 blocked for more than 300 seconds'],
  },
  'a program that does not know the pages of its machine': {
    files: {
      'describe.txt': `Name:             web-0
Namespace:        shop
Node:             n1/192.0.2.4
Status:           Running
Containers:
  web:
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    134
    Ready:          False
    Restart Count:  4
`,
      'logs.txt': '<jemalloc>: Unsupported system page size\nmemory allocation of 5 bytes failed\n',
    },
    check: 'app-page-size-unsupported',
    words: ['web-0', 'Unsupported system page size', 'kernel8.img'],
  },
  'an oops, by the instruction that old kernels name': {
    files: {
      'console.txt': `[ 12.871697] BUG: unable to handle kernel NULL pointer dereference at           (null)
[ 12.873733] IP: [<ffffffffa01c3d58>] box_unpack_fn+0x34/0x50 [box_mod]
[ 12.874205] Oops: 0000 [#1] SMP
`,
    },
    check: 'kernel-panic-oops',
    words: ['box_unpack_fn'],
  },
  'the process that the kernel killed, by its number and size': {
    files: {
      'dmesg.txt':
        '[ 90.422720] Out of memory: Killed process 4711 (mixer) total-vm:28417320kB, anon-rss:12582912kB, file-rss:1904kB\n',
    },
    check: 'kernel-oom-node',
    words: ['mixer', 'process 4711', '12Gi'],
  },
  'what mount(8) said, where the lines around it name the volume': {
    files: {
      'kubelet.log': kubelet(
        klog('E', 'mount_linux.go:133', 'Mount failed: exit status 32'),
        'Mounting arguments: /var/lib/kubelet/plugins/kubernetes.io/disk/mounts/77aa /var/lib/kubelet/pods/77aa/volumes/kubernetes.io~disk/pvc-77aa  [bind]',
        'Output: mount: special device /var/lib/kubelet/plugins/kubernetes.io/disk/mounts/77aa does not exist',
      ),
    },
    check: 'volume-mount-failed',
    words: ['n1', 'pvc-77aa', 'special device', 'does not exist', 'Mounting arguments'],
  },
  'a disk that a controller before CSI says is attached': {
    files: {
      'kubelet.log': kubelet(
        klog(
          'E',
          'nestedpendingoperations.go:264',
          'Operation for "x" failed. Error: Volume not attached according to node status for volume "press-home" (UniqueName: "kubernetes.io/cinder/77aa") pod "press-0" (UID: "77aa")',
        ),
        klog('E', 'attacher.go:240', 'Error: could not find attached Cinder disk "77aa" (path: "")'),
      ),
    },
    check: 'volume-mount-failed',
    words: ['press-0', 'press-home', 'could not find attached Cinder disk'],
  },
  'a static pod whose layers are gone': {
    files: {
      'pod.txt': `NAME                READY   STATUS             RESTARTS       AGE
kube-scheduler-n1   0/1     CrashLoopBackOff   23 (58m ago)   55m
`,
      'events.txt': `LAST SEEN   TYPE      REASON   OBJECT                  MESSAGE
34m         Warning   Failed   pod/kube-scheduler-n1   Error: failed to create containerd container: failed to create prepare snapshot dir: failed to create temp dir: stat /box/io.containerd.snapshotter.v1.overlayfs/snapshots: no such file or directory
`,
    },
    check: 'runtime-image-store-corrupt',
    words: ['kube-scheduler-n1', '/box/io.containerd.snapshotter.v1.overlayfs/snapshots'],
  },
  'a kubelet that does not come through, with the address in one line of several': {
    files: {
      'kubelet.log': kubelet(
        klog(
          'E',
          'controller.go:145',
          '"Failed to ensure lease exists, will retry" err="Get \\"https://api.example.net:6443/apis/leases/n1\\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"',
        ),
        klog(
          'E',
          'kubelet_node_status.go:95',
          '"Unable to register node with API server" err="Post \\"https://api.example.net:6443/api/v1/nodes\\": dial tcp 192.0.2.4:6443: i/o timeout" node="n1"',
        ),
      ),
    },
    check: 'kubelet-api-unreachable',
    words: ['n1', 'dial tcp 192.0.2.4:6443: i/o timeout'],
  },
  'what a driver of NFS was told, and which share it asked for': {
    files: {
      'nfs.log': `E0301 10:00:00.959637       1 mount_linux.go:230] Mount failed: exit status 32
Mounting command: mount
Mounting arguments: -t nfs -o nfsvers=4.1 nas.example:/press /tmp/pvc-77aa00
Output: mount.nfs: Resource temporarily unavailable
`,
    },
    check: 'volume-mount-failed',
    words: ['nas.example:/press', 'pvc-77aa00', 'Resource temporarily unavailable'],
  },
  'a machine that came back under another host name': {
    files: {
      'ticket.txt': `$ kubectl get nodes -o wide
NAME     STATUS     ROLES    AGE    VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE             KERNEL-VERSION     CONTAINER-RUNTIME
dock-1   Ready      <none>   300d   v1.30.1   192.0.2.1     <none>        Ubuntu 24.04.1 LTS   6.8.0-40-generic   containerd://1.7.20
dock-2   NotReady   <none>   300d   v1.30.1   192.0.2.2     <none>        Ubuntu 24.04.1 LTS   6.8.0-40-generic   containerd://1.7.20
ubuntu   Ready      <none>   3h     v1.30.1   192.0.2.2     <none>        Ubuntu 24.04.1 LTS   6.8.0-40-generic   containerd://1.7.20
$ kubectl logs -n shop web-0
Error from server: Get "https://192.0.2.2:10250/containerLogs/shop/web-0/app": tls: failed to verify certificate: x509: certificate is valid for ubuntu, not dock-2
`,
    },
    check: 'node-renamed',
    words: ['dock-2', 'ubuntu', '192.0.2.2'],
  },
  'a node whose kernel makes no more control groups, and a container that cannot start there': {
    files: {
      'ticket.txt': `root@dock-2:~# cat /proc/cgroups
#subsys_name	hierarchy	num_cgroups	enabled
cpuset	4	210	1
memory	9	65499	1
`,
      'events.txt': `LAST SEEN   TYPE      REASON   OBJECT                     MESSAGE
2m          Warning   Failed   pod/web-7c9d8f6b5-x2x4l   Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unable to apply cgroup configuration: mkdir /sys/fs/cgroup/memory/kubepods/burstable/pod3c5d/4f2a: cannot allocate memory: unknown
`,
    },
    check: 'kernel-cgroups-many',
    words: ['dock-2', '65499'],
  },
  'a container for which the kernel makes no control group': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON   OBJECT                     MESSAGE
2m          Warning   Failed   pod/web-7c9d8f6b5-x2x4l   Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unable to apply cgroup configuration: mkdir /sys/fs/cgroup/memory/kubepods/burstable/pod3c5d/4f2a: cannot allocate memory: unknown
`,
    },
    check: 'runtime-kernel-refused',
    words: ['web-7c9d8f6b5-x2x4l', 'makes no more control groups'],
  },
  'a card whose driver hangs, and its node': {
    files: {
      'dmesg.txt': `Mar 01 10:00:00 dock-2 kernel: igb 0000:02:00.0 eno1: Detected Tx Unit Hang
Mar 01 10:00:00 dock-2 kernel: e1000e 0000:00:1f.6 eno2: Detected Hardware Unit Hang:
Mar 01 10:00:02 dock-2 kernel: e1000e 0000:00:1f.6 eno2: Reset adapter unexpectedly
`,
      'nodes.txt': `NAME     STATUS     ROLES           AGE    VERSION
dock-1   Ready      control-plane   300d   v1.30.1
dock-2   NotReady   <none>          300d   v1.30.1
`,
    },
    check: 'nic-driver-reset',
    words: ['dock-2', 'eno'],
  },
  'a service of the network that was restarted by an upgrade, and a pod that reaches nothing since': {
    files: {
      'syslog.txt': `Mar 01 10:00:00 dock-2 systemd[1]: Stopping Network Configuration...
Mar 01 10:00:00 dock-2 systemd[1]: Stopped Network Configuration.
Mar 01 10:00:01 dock-2 systemd[1]: Starting Network Configuration...
Mar 01 10:00:01 dock-2 systemd[1]: Started Network Configuration.
`,
      'pod.log': Array.from(
        { length: 4 },
        (_, n) =>
          `E0301 10:0${n + 2}:02.115300       1 reflector.go:150] Failed to watch *v1.Secret: failed to list *v1.Secret: Get "https://10.96.0.1:443/api/v1/secrets?limit=500&resourceVersion=0": dial tcp 10.96.0.1:443: i/o timeout\n`,
      ).join(''),
    },
    check: 'networkd-restarted',
    words: ['dock-2'],
  },
  'a machine that lost its default route': {
    files: {
      'paste.txt': `root@dock-2:~# ip route
192.0.2.0/24 dev ens4 proto kernel scope link src 192.0.2.7
10.42.1.0/24 dev cni0 proto kernel scope link src 10.42.1.1
root@dock-2:~# ping -c1 198.51.100.9
ping: connect: Network is unreachable
`,
      'events.txt': `LAST SEEN   TYPE      REASON   OBJECT    MESSAGE
41s         Warning   Failed   pod/web   Failed to pull image "registry.example.com/web:2": rpc error: code = Unknown desc = failed to pull and unpack image "registry.example.com/web:2": failed to resolve reference "registry.example.com/web:2": failed to do request: Head "https://registry.example.com/v2/web/manifests/2": dial tcp 198.51.100.9:443: connect: network is unreachable
`,
    },
    check: 'node-no-default-route',
    words: ['dock-2', '2 rows and no default route'],
  },
  'a kubelet that ends before it logs': {
    files: {
      'kubelet.txt': `Mar 01 10:00:01 dock-2 systemd[1]: Started kubelet: The Kubernetes Node Agent.
Mar 01 10:00:02 dock-2 kubelet[811]: I0301 10:00:02.003211     811 feature_gate.go:156] feature gates: map[]
Mar 01 10:00:02 dock-2 kubelet[811]: error: failed to run Kubelet: invalid kubeconfig: unable to read client-cert /run/k/client.crt
Mar 01 10:00:02 dock-2 systemd[1]: kubelet.service: main process exited, code=exited, status=1/FAILURE
Mar 01 10:00:02 dock-2 systemd[1]: Unit kubelet.service entered failed state.
`,
    },
    check: 'kubelet-down',
    words: ['ended with an error: failed to run Kubelet: invalid kubeconfig', '/run/k/client.crt'],
  },
  'containerd 2 that refuses its images plug-in for what an old file sets': {
    files: {
      'kubelet.log': `Mar 01 10:00:00 reef-4 kubelet[21]: E0301 10:00:00.000000      21 run.go:72] "command failed" err="failed to run Kubelet: validate service connection: validate CRI v1 runtime API for endpoint \\"unix:///run/containerd/containerd.sock\\": rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService"
`,
      'containerd.log': `Mar 01 09:59:50 reef-4 containerd[19]: time="2026-03-01T09:59:50Z" level=warning msg="failed to load plugin" error="invalid cri image config: \`mirrors\` cannot be set when \`config_path\` is provided" id=io.containerd.cri.v1.images type=io.containerd.cri.v1
`,
    },
    check: 'runtime-cri-disabled',
    words: ['config_path', 'mirrors', 'reef-4'],
  },
  'inotify instances that a shell without a name counted': {
    files: {
      'watcher.log': `panic: failed to create watcher: too many open files
`,
      'pods.txt': `NAME                       READY   STATUS             RESTARTS   AGE   IP           NODE
watcher-67f9c9d6f4-vz7t5   0/1     CrashLoopBackOff   61         4h    192.0.2.40   reef-7
tide-67f9c9d6f4-8k2lm      1/1     Running            0          6d    192.0.2.41   reef-8
`,
      'shell.txt': `sh-4.2$ sysctl fs.inotify
fs.inotify.max_queued_events = 16384
fs.inotify.max_user_instances = 128
fs.inotify.max_user_watches = 8192
`,
    },
    check: 'kubelet-inotify-exhausted',
    words: ['reef-7', 'fs.inotify.max_user_instances=128'],
  },
  'a JVM that takes the node for its own since the kernel was updated': {
    files: {
      'describe.txt': `Name:         pearl-5c7c6d9b9b-wr2nk
Namespace:    reef
Node:         reef-7/192.0.2.17
Status:       Running
Containers:
  pearl:
    State:          Running
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Ready:          True
    Restart Count:  14
    Limits:
      memory:  2Gi
`,
      'shell.txt': `$ kubectl -n reef exec -it pearl-5c7c6d9b9b-wr2nk -- bash
bash-5.2$ uname -a
Linux pearl-5c7c6d9b9b-wr2nk 6.14.0-9-generic #9 SMP x86_64 GNU/Linux
bash-5.2$ java -Xlog:os+container=trace -XshowSettings:vm -version
[0.001s][debug][os,container] controller memory is not enabled

[0.001s][debug][os,container] One or more required controllers disabled at kernel level.
VM settings:
    Max. Heap Size (Estimated): 7.75G
`,
    },
    check: 'jvm-limits-unseen',
    words: ['7.75G', 'does not see the limits'],
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
    'a machine that went down and came up again, with its network service': {
      'syslog.txt': `Mar 01 10:00:00 dock-2 systemd[1]: Stopping Network Configuration...
Mar 01 10:00:00 dock-2 systemd[1]: Stopped Network Configuration.
Mar 01 10:02:31 dock-2 systemd[1]: Starting Network Configuration...
`,
    },
    'an upgrade that restarted the service of the network, and nothing else': {
      'syslog.txt': `Mar 01 10:00:00 dock-2 systemd[1]: Stopped systemd-networkd.service - Network Configuration.
Mar 01 10:00:01 dock-2 systemd[1]: Starting systemd-networkd.service - Network Configuration...
`,
    },
    'a machine without a way out, where nobody wants one': {
      'paste.txt': `root@dock-2:~# ip route
192.0.2.0/24 dev ens4 proto kernel scope link src 192.0.2.7
10.42.1.0/24 dev cni0 proto kernel scope link src 10.42.1.1
`,
    },
    'two nodes behind the address that VirtualBox gives every machine': {
      'nodes.txt': `NAME     STATUS   ROLES    AGE    VERSION   INTERNAL-IP
dock-1   Ready    <none>   300d   v1.30.1   192.0.2.1
dock-2   Ready    <none>   3h     v1.30.1   192.0.2.1
`,
    },
    'a kubelet that had just started, of one of the nodes that are ready': {
      'kubelet.log': [
        klog('I', 'server.go:944', 'Started kubelet'),
        klog('I', 'kubelet.go:1794', 'skipping pod synchronization - [container runtime is down]'),
        klog('I', 'reconciler.go:154', 'Reconciler: start to sync state'),
      ].join('\n'),
      'nodes.txt':
        'NAME   STATUS   ROLES    AGE   VERSION\nn1     Ready    <none>   3d    v1.9.4\nn2     Ready    <none>   3d    v1.9.4\n',
    },
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
    'a start that complains of many things once': {
      'kubelet.log': kubelet(
        klog('E', 'server.go:754', 'kubelet needs to run as uid `0`. It is being run as -1'),
        klog('E', 'sundry.go:2', 'Watching the sundries is not possible yet'),
        klog('E', 'widget.go:3', 'Could not get the widget'),
      ),
    },
    'what a kubelet complained of before it registered': {
      'kubelet.log': kubelet(
        klog('E', 'widget.go:3', 'Could not get the widget'),
        klog('I', 'kubelet_node_status.go:73', '"Successfully registered node" node="n1"'),
      ),
    },
    'an inspection whose script lacks a tool of its own': {
      'inspect.txt':
        'Inspecting services\n  Service snap.microk8s.daemon-kubelite is running\n\n/snap/microk8s/77/inspect.sh: line 101: ufw: command not found\nBuilding the report tarball\n',
    },
    'a kubelet that was up before its API server': {
      'kubelet.log': [
        klog(
          'E',
          'controller.go:145',
          '"Failed to ensure lease exists, will retry" err="Get \\"https://127.0.0.1:6443/apis/leases/n1\\": dial tcp 127.0.0.1:6443: connect: connection refused"',
        ),
        klog(
          'E',
          'kubelet_node_status.go:92',
          '"Unable to register node with API server" err="Post \\"https://127.0.0.1:6443/api/v1/nodes\\": dial tcp 127.0.0.1:6443: connect: connection refused" node="n1"',
        ),
        klog('I', 'kubelet_node_status.go:73', '"Successfully registered node" node="n1"'),
      ].join('\n'),
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
