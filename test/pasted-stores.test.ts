/** What people paste of databases, stores and controllers that do not come up, and of those that did. */
import { describe, expect, it, test } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const crashing = (name: string): string => `NAME                       READY   STATUS             RESTARTS        AGE
${name}   0/1     CrashLoopBackOff   6 (2m10s ago)   14m
`;

const CASES: Readonly<Record<string, Pasted>> = {
  'a member of Cassandra whose address the ring remembers': {
    files: {
      'pods.txt': `NAME      READY   STATUS    RESTARTS        AGE
ring-0    1/1     Running   0               20m
ring-1    0/1     Running   6 (2m10s ago)   20m
`,
      'ring-1.log': `INFO  [main] 2026-03-01 10:00:01,101 StorageService.java:864 - Cassandra version: 4.1.3
ERROR [main] 2026-03-01 10:00:03,002 CassandraDaemon.java:911 - Exception encountered during startup
java.lang.RuntimeException: A node with address /192.0.2.21:7000 already exists, cancelling join. Use cassandra.replace_address if you want to replace this node.
	at org.apache.cassandra.service.StorageService.checkForEndpointCollision(StorageService.java:749)
`,
    },
    check: 'db-member-identity',
    words: ['192.0.2.21', 'already exists'],
  },
  'an index of Lucene that a crash left locked': {
    files: {
      'pods.txt': `NAME     READY   STATUS    RESTARTS   AGE
tome-0   0/1     Running   0          3m
`,
      'tome-0.log': `2026-03-01 10:00:01.101 ERROR (coreLoadExecutor-11-thread-1) [ ] o.a.s.c.CoreContainer SolrCore failed to load on startup
org.apache.solr.common.SolrException: Unable to create core [tome_shard1]
Caused by: org.apache.lucene.store.LockObtainFailedException: Lock held by another program: /var/solr/data/tome_shard1/data/index/write.lock
`,
    },
    check: 'db-data-locked',
    words: ['/var/solr/data/tome_shard1/data/index/write.lock'],
  },
  'a volume of an earlier Kafka of that name': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('pulse-broker-2')}$ kubectl logs pulse-broker-2
2026-03-01 10:00:02,160 ERROR [main] Encountered fatal fault: caught exception (org.apache.kafka.server.fault.ProcessTerminatingFaultHandler)
java.lang.RuntimeException: Invalid cluster.id in: /data/log2/meta.properties. Expected AAAA1111, but read BBBB2222
	at org.apache.kafka.metadata.properties.MetaPropertiesEnsemble.verify(MetaPropertiesEnsemble.java:509)
`,
    },
    check: 'db-member-identity',
    words: ['meta.properties', 'BBBB2222'],
  },
  'Galera that nobody may bootstrap, and the program that asks it in vain': {
    files: {
      'out.txt': `$ kubectl get pods -n ink
NAME                    READY   STATUS             RESTARTS   AGE
ink-mariadb-galera-0    0/1     CrashLoopBackOff   12         41m
press-5f6d7c9b4c-x2x4l  0/1     CrashLoopBackOff   9          41m
$ kubectl logs -n ink ink-mariadb-galera-0
mariadb 10:00:01.33 INFO  ==> ** Starting MariaDB setup **
mariadb 10:00:02.33 ERROR ==> It is not safe to bootstrap form this node ('safe_to_bootstrap=0' is set in 'grastate.dat'). If you want to force bootstrap, set the environment variable MARIADB_GALERA_FORCE_SAFETOBOOTSTRAP=yes
$ kubectl logs -n ink press-5f6d7c9b4c-x2x4l --tail=1
2026/03/01 10:00:09 [F] cannot open the store: dial tcp 192.0.2.7:3306: connect: connection refused
`,
    },
    check: 'db-cluster-identity',
    words: ['safe_to_bootstrap'],
  },
  'a ring of Mimir with too few members': {
    files: {
      'mimir-read-0.log': `ts=2026-03-01T10:00:01.22Z caller=mimir.go:499 level=info msg="Mimir started"
ts=2026-03-01T10:00:07.71Z caller=retry.go:73 level=error msg="error processing request" try=0 err="rpc error: code = Code(500) desc = too many unhealthy instances in the ring"
ts=2026-03-01T10:00:07.72Z caller=retry.go:73 level=error msg="error processing request" try=1 err="rpc error: code = Code(500) desc = too many unhealthy instances in the ring"
ts=2026-03-01T10:00:07.73Z caller=retry.go:73 level=error msg="error processing request" try=2 err="rpc error: code = Code(500) desc = too many unhealthy instances in the ring"
`,
      'pods.txt': `NAME            READY   STATUS    RESTARTS   AGE
mimir-read-0    1/1     Running   0          34m
mimir-write-0   1/1     Running   0          34m
`,
    },
    check: 'app-ring-unhealthy',
    words: ['mimir-read-0', 'too many unhealthy instances'],
  },
  'workers that are killed while their master lives on': {
    files: {
      'worker.log': `[2026-03-01 10:00:11,001: INFO/MainProcess] celery@queue-1 ready.
[2026-03-01 10:09:12,123: ERROR/MainProcess] Process 'ForkPoolWorker-2' pid:31 exited with 'signal 9 (SIGKILL)'
[2026-03-01 10:09:44,123: ERROR/MainProcess] Process 'ForkPoolWorker-3' pid:44 exited with 'signal 9 (SIGKILL)'
`,
    },
    check: 'app-worker-killed',
    words: ['ForkPoolWorker'],
  },
  '.NET on a root file system that nobody may write': {
    files: {
      'out.txt': `$ kubectl get pods\n${crashing('mirror-7f8f8dff88-x2x4l')}$ kubectl logs mirror-7f8f8dff88-x2x4l\nFailed to create CoreCLR, HRESULT: 0x80004005\n`,
    },
    check: 'app-dotnet-clr',
    words: ['0x80004005'],
  },
  'a variable that the image does not accept, behind which its supervisor says more': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('forum-7f8f8dff88-x2x4l')}$ kubectl logs forum-7f8f8dff88-x2x4l
❌ You provided an invalid option for the environment variable "CACHE_MODE". Valid options are "off" and "full".
s6-rc: warning: unable to start service configure: command exited 1
/run/s6/basedir/scripts/rc.init: warning: s6-rc failed to properly bring all the services up! Check your logs (in /run/uncaught-logs/current if you have in-container logging) for more information.
/run/s6/basedir/scripts/rc.init: fatal: stopping the container.
`,
    },
    check: 'log-config-invalid',
    words: ['CACHE_MODE'],
  },
  'the variable of a Service that an image of Confluent takes for its own': {
    files: {
      'out.txt': `~/work % kubectl get pods
${crashing('kafka-rest-7f8f8dff88-x2x4l')}~/work % kubectl logs kafka-rest-7f8f8dff88-x2x4l
===> Configuring ...
PORT is deprecated. Please use KAFKA_REST_LISTENERS instead.
`,
    },
    check: 'log-config-invalid',
    words: ['KAFKA_REST_LISTENERS', 'Service'],
  },
  'a server of CloudNativePG whose volume has no room': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('ledger-2')}$ kubectl logs ledger-2
{"level":"info","ts":"2026-03-01T10:00:01.9Z","logger":"instance-manager","msg":"Checking for free disk space for WALs before starting PostgreSQL","logging_pod":"ledger-2"}
{"level":"info","ts":"2026-03-01T10:00:01.9Z","logger":"instance-manager","msg":"Detected low-disk space condition, avoid starting the instance","logging_pod":"ledger-2"}
`,
    },
    check: 'log-no-space',
    words: ['ledger-2'],
  },
  'a recovery into an archive that an earlier cluster filled': {
    files: {
      'out.txt': `$ kubectl get pods
NAME                          READY   STATUS   RESTARTS   AGE
tide-1-full-recovery-4zmkp    0/1     Error    0          2m11s
tide-1-full-recovery-jx2vd    0/1     Error    0          101s
$ kubectl logs tide-1-full-recovery-jx2vd
{"level":"info","ts":"2026-03-01T10:00:01.4Z","logger":"barman-cloud-check-wal-archive","msg":"ERROR: WAL archive check failed for server tide: Expected empty archive","pipe":"stderr"}
{"level":"error","ts":"2026-03-01T10:00:01.5Z","msg":"Error while restoring a backup","error":"unexpected failure invoking barman-cloud-wal-archive: exit status 1"}
`,
    },
    check: 'db-data-not-empty',
    words: ['Expected empty archive'],
  },
  'a CI job whose image is not there': {
    files: {
      'job.txt': `Preparing environment
Waiting for pod ci/runner-x2x4l-project-7-concurrent-0-abcde to be running, status is Pending
	ContainersNotReady: "containers with unready status: [build]"
ERROR: Job failed (system failure): prepare environment: waiting for pod running: timed out waiting for pod to start. Check https://docs.gitlab.com/runner/shells/index.html#shell-profile-loading for more information
`,
      'events.txt': `LAST SEEN   TYPE      REASON      OBJECT                                            MESSAGE
90s         Normal    Pulling     pod/runner-x2x4l-project-7-concurrent-0-abcde     Pulling image "registry.example.org/ci/tools:9"
89s         Warning   Failed      pod/runner-x2x4l-project-7-concurrent-0-abcde     Failed to pull image "registry.example.org/ci/tools:9": rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.org/ci/tools:9": failed to resolve reference "registry.example.org/ci/tools:9": registry.example.org/ci/tools:9: not found
75s         Warning   Failed      pod/runner-x2x4l-project-7-concurrent-0-abcde     Error: ImagePullBackOff
`,
    },
    check: 'image-pull-not-found',
    words: ['registry.example.org/ci/tools:9'],
  },
  'what Flux waits for, and why that does not come': {
    files: {
      'out.txt': `$ kubectl get kustomizations,gitrepositories -A
NAMESPACE     NAME                                                AGE   READY   STATUS
flux-system   kustomization.kustomize.toolkit.fluxcd.io/apps      23m   False   Source artifact not found, retrying in 30s

NAMESPACE     NAME                                             URL                                     AGE   READY   STATUS
flux-system   gitrepository.source.toolkit.fluxcd.io/apps      ssh://git@git.example.org/apps.git      23m   False   failed to checkout and determine revision: unable to clone 'ssh://git@git.example.org/apps.git': ssh: handshake failed: ssh: unable to authenticate
`,
    },
    check: 'custom-resource-not-ready',
    words: ['GitRepository apps', 'unable to authenticate'],
  },
  'an event whose columns have moved, with a log in its message': {
    files: {
      'describe.txt': `Name:             desk-db-0
Namespace:        desk
Node:             n1/192.0.2.4
Status:           Running
IP:               192.0.2.99
Containers:
  agent:
    Image:          registry.example.org/agent:1
    State:          Running
    Ready:          False
    Restart Count:  0
    Readiness:      exec [/opt/probe] delay=5s timeout=1s period=10s #success=1 #failure=40
Events:
  Type     Reason     Age                  From               Message
  ----     ------     ----                 ----               -------
  Normal   Started    6m36s                kubelet            Started container agent
  Warning  Unhealthy  100s (x32 over 6m20s) kubelet           Readiness probe failed: {"level":"info","msg":"${'logging configuration '.repeat(12)}"}
2026-03-01T10:00:20.013Z write error: can't open new logfile: open /var/log/agent/probe.log: permission denied
`,
    },
    check: 'readiness-probe-failing',
    words: ['32 times', '/var/log/agent/probe.log: permission denied'],
  },
  'a standby that came back too late for the log of its primary': {
    files: {
      'out.txt': `$ kubectl get pods
NAME       READY   STATUS    RESTARTS   AGE
quill-0    1/1     Running   0          3d
quill-1    0/1     Running   0          3d
$ kubectl logs quill-1
2026-03-01 10:00:05.006 UTC [482] LOG:  started streaming WAL from primary at 2/7000000 on timeline 3
2026-03-01 10:00:05.006 UTC [482] FATAL:  could not receive data from WAL stream: ERROR:  requested WAL segment 000000030000000200000007 has already been removed
2026-03-01 10:00:05.007 UTC [21] LOG:  waiting for WAL to become available at 2/7000028
`,
    },
    check: 'db-replica-cannot-follow',
    words: ['quill-1', '000000030000000200000007'],
  },
  'a member of ZooKeeper that no list names': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('keeper-4')}$ kubectl logs keeper-4
2026-03-01 10:00:01,635 [myid:5] - ERROR [main:QuorumPeerMain@113] - Unexpected exception, exiting abnormally
java.lang.RuntimeException: My id 5 not in the peer list
	at org.apache.zookeeper.server.quorum.QuorumPeer.start(QuorumPeer.java:1073)
2026-03-01 10:00:01,639 [myid:5] - ERROR [main:ServiceUtils@42] - Exiting JVM with code 1
`,
    },
    check: 'db-cluster-identity',
    words: ['keeper-4', 'My id 5 not in the peer list'],
  },
  'tables of ClickHouse that ZooKeeper has forgotten': {
    files: {
      'clicks-0.log': `2026.03.01 10:00:02.102 [ 1 ] {} <Information> Application: Ready for connections.
2026.03.01 10:00:02.492 [ 106 ] {} <Warning> press.pages (aaaa-1): No metadata in ZooKeeper for /clickhouse/tables/0/press/pages: table will be in readonly mode.
2026.03.01 10:00:03.086 [ 52 ] {bbbb-2} <Error> TCPHandler: Code: 242. DB::Exception: Table is in readonly mode (replica path: /clickhouse/tables/0/press/pages/replicas/clicks-0). (TABLE_IS_READ_ONLY)
`,
      'pods.txt': `NAME        READY   STATUS    RESTARTS   AGE
clicks-0    0/1     Running   3          9m
`,
    },
    check: 'db-state-inconsistent',
    words: ['No metadata in ZooKeeper', 'readonly mode'],
  },
  'a member list that finds no private address': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('pager-0')}$ kubectl logs pager-0
ts=2026-03-01T10:00:00.943Z caller=main.go:231 level=info msg="Starting Alertmanager" version="(version=0.27.0)"
ts=2026-03-01T10:00:00.950Z caller=main.go:262 level=error msg="unable to initialize gossip mesh" err="create memberlist: Failed to get final advertise address: no private IP address found, and explicit IP not provided"
`,
    },
    check: 'app-no-private-address',
    words: ['pager-0', 'no private IP address found'],
  },
  'a snapshot of LVM without its module': {
    files: {
      'node.log': `E0301 10:00:17.512345       1 lvm_util.go:512] lvm: could not create volume vg1/pages error:   /usr/sbin/modprobe failed: 1
  thin-pool: Required device-mapper target(s) not detected in your kernel.
  Run \`lvcreate --help' for more information.
`,
    },
    check: 'kernel-device-mapper-target-missing',
    words: ['thin-pool'],
  },
  'data that a newer release has written': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('folio-7f8f8dff88-x2x4l')}$ kubectl logs folio-7f8f8dff88-x2x4l
Can't start Nextcloud because the version of the data (31.0.2.1) is higher than the docker image version (30.0.8.1) and downgrading is not supported. Are you sure you have pulled the newest image version?
`,
    },
    check: 'db-release-skipped',
    words: ['31.0.2.1', 'folio'],
  },
  'shared memory, not the disk': {
    files: {
      'out.txt': `$ kubectl get pods
NAME      READY   STATUS    RESTARTS   AGE
inkwell   0/1     Running   0          20m
$ kubectl logs inkwell
2026-03-01 10:00:02.120 UTC [77] ERROR:  could not resize shared memory segment "/PostgreSQL.4711" to 16777216 bytes: No space left on device
`,
    },
    check: 'app-shared-memory-full',
    words: ['/PostgreSQL.4711'],
  },
  'a log that fills the volume because nobody stores it elsewhere': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('archive-pg-0')}$ kubectl logs archive-pg-0
2026-03-01 10:00:02.120 UTC [31] LOG:  archive command failed with exit code 2
2026-03-01 10:00:03.120 UTC [31] LOG:  archive command failed with exit code 2
2026-03-01 10:00:04.120 UTC [31] LOG:  archive command failed with exit code 2
2026-03-01 10:00:04.121 UTC [31] WARNING:  archiving write-ahead log file "000000010000000000000007" failed too many times, will try again later
2026-03-01 10:00:09.120 UTC [40] PANIC:  could not write to file "pg_wal/xlogtemp.40": No space left on device
`,
    },
    check: 'db-archive-failing',
    words: ['archive command failed', 'archive-pg-0'],
  },
  'a search engine whose disk is at the flood stage': {
    files: {
      'press-0.log': `[2026-03-01T10:00:01,120][WARN ][o.e.c.r.a.DiskThresholdMonitor] [press-0] flood stage disk watermark [95%] exceeded on [a1][press-0][/data/nodes/0] free: 901mb[2.9%], all indices on this node will be marked read-only
[2026-03-01T10:00:31,120][WARN ][o.e.c.r.a.DiskThresholdMonitor] [press-0] flood stage disk watermark [95%] exceeded on [a1][press-0][/data/nodes/0] free: 899mb[2.9%], all indices on this node will be marked read-only
`,
    },
    check: 'log-no-space',
    words: ['press-0', 'flood stage'],
  },
  'a standby that replicates no more': {
    files: {
      'status.txt': `mysql> SHOW REPLICA STATUS\\G
*************************** 1. row ***************************
             Replica_IO_State: Waiting for source to send event
                  Source_Host: quill-0.quill
           Replica_IO_Running: Yes
          Replica_SQL_Running: No
                   Last_Errno: 1062
                 Last_SQL_Error: Could not execute Write_rows event on table ink.pages; Duplicate entry '7' for key 'PRIMARY'
`,
    },
    check: 'db-status-bad',
    words: ['Replica_SQL_Running: No', 'Duplicate entry'],
  },
  'what patronictl says of a member': {
    files: {
      'out.txt': `$ kubectl exec quill-0 -- patronictl list
+ Cluster: quill (7000000000000000001) --------+----+-----------+
| Member  | Host       | Role    | State        | TL | Lag in MB |
+---------+------------+---------+--------------+----+-----------+
| quill-0 | 192.0.2.6  | Leader  | running      |  3 |           |
| quill-1 | 192.0.2.7  | Replica | start failed |    |   unknown |
+---------+------------+---------+--------------+----+-----------+
`,
    },
    check: 'db-status-bad',
    words: ['quill-1', 'start failed'],
  },
  'SQLite on a volume that does not lock': {
    files: {
      'out.txt': `$ kubectl get pods
${crashing('charts-7f8f8dff88-x2x4l')}$ kubectl logs charts-7f8f8dff88-x2x4l
logger=migrator t=2026-03-01T10:00:01.4Z level=info msg="Starting DB migrations"
Error: ✗ failed to check table existence: database is locked
`,
    },
    check: 'app-sqlite-locked',
    words: ['charts', 'NFS'],
  },
  'secrets whose store cannot log in': {
    files: {
      'store.txt': `$ kubectl describe clustersecretstore safe
Name:         safe
API Version:  external-secrets.io/v1
Kind:         ClusterSecretStore
Status:
  Conditions:
    Message:               unable to create client
    Reason:                InvalidProviderConfig
    Status:                False
    Type:                  Ready
Events:
  Type     Reason                 Age                  From                  Message
  ----     ------                 ----                 ----                  -------
  Warning  InvalidProviderConfig  14s (x41 over 52m)   cluster-secret-store  unable to log in with Kubernetes auth: Error making API request.

URL: PUT https://safe.example.org:8200/v1/auth/kubernetes/login
Code: 403. Errors:

* permission denied
`,
      'secrets.txt': `NAMESPACE   NAME     STORE   REFRESH INTERVAL   STATUS              READY
ink         press    safe    1h                 SecretSyncedError   False
paper       drum     safe    1h                 SecretSyncedError   False
`,
    },
    check: 'custom-resource-not-ready',
    words: ['ClusterSecretStore safe', 'Code: 403'],
  },
  'a monitor of Rook whose stand-in has no place': {
    files: {
      'out.txt': `$ kubectl -n rook-ceph get pods
NAME                                    READY   STATUS             RESTARTS   AGE
rook-ceph-mon-a-64b9c8d7f5-k2v8n        1/1     Running            0          97d
rook-ceph-mon-b-58d4f6b9c7-t9z4h        0/1     CrashLoopBackOff   41         3h
rook-ceph-mon-d-canary-779bfb4fd-k2t4v  0/1     Pending            0          4m
$ kubectl -n rook-ceph get events
LAST SEEN   TYPE      REASON             OBJECT                                       MESSAGE
31s         Warning   FailedScheduling   pod/rook-ceph-mon-d-canary-779bfb4fd-k2t4v   0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.
$ kubectl -n rook-ceph logs rook-ceph-mon-b-58d4f6b9c7-t9z4h
debug 2026-03-01 10:00:01.141 7fa84c1e3640 -1 rocksdb: Corruption: missing start of fragmented record(2)
debug 2026-03-01 10:00:01.141 7fa84c1e3640 -1 error opening mon data directory at '/var/lib/ceph/mon/ceph-b': (22) Invalid argument
`,
    },
    check: 'db-pages-damaged',
    words: ['rook-ceph-mon-b'],
  },
  'the log of an operator beside that of the pod that it waits for': {
    files: {
      'pods.txt': crashing('hive-queen-7f8f8dff88-x2x4l'),
      'queen.log': `2026-03-01T10:00:01Z INFO starting
2026-03-01T10:00:02Z ERROR no room in the comb
`,
      'overseer.log': `2026-03-01T10:00:03Z ERROR gave up after 300 s: waiting for Deployment hive-queen to be ready
`,
    },
    check: 'crashloop-app-error',
    words: ['no room in the comb'],
  },
  'members that ask for each other before any of them is ready': {
    files: {
      'svc.yaml': `apiVersion: v1
kind: Service
metadata:
  name: hive-peers
  namespace: hive
spec:
  clusterIP: None
  selector:
    app: hive
  ports:
  - port: 7000
`,
      'out.txt': `$ kubectl get pods -n hive --show-labels
NAME     READY   STATUS    RESTARTS   AGE   LABELS
hive-0   0/1     Running   3          14m   app=hive
hive-1   0/1     Running   3          14m   app=hive
$ kubectl logs -n hive hive-0
2026-03-01T10:00:10Z WARN looking for peers
java.net.UnknownHostException: hive-peers: Name or service not known
2026-03-01T10:00:20Z WARN looking for peers
java.net.UnknownHostException: hive-peers: Name or service not known
`,
    },
    check: 'dns-service-name-fails',
    words: ['hive-peers', 'publishNotReadyAddresses'],
  },
};

describe('the first root cause', () => {
  for (const [name, { files, check, words }] of Object.entries(CASES))
    it(name, async () => {
      const [root] = (await paste(files)).rootCauses;
      expect(root?.check).toBe(check);
      for (const word of words) expect(JSON.stringify(root)).toContain(word);
    });
});

/** The severities of what is told of these files. */
const severities = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await paste(files)).findings.map(({ severity }) => severity).filter((severity) => severity !== 'info');

const RETRIED = `2026-03-01T10:00:19.602Z  WARN 1 --- [           main] o.example.desk.Source        : not reachable yet (attempt 1 of 10): Connection to desk-db:5432 refused. Check that the hostname and port are correct
2026-03-01T10:00:34.140Z  INFO 1 --- [           main] o.example.desk.DeskApplication : Started DeskApplication in 22.5 seconds (process running for 23.9)
`;
const podsOf = (ready: string): string => `NAME                     READY   STATUS    RESTARTS   AGE
desk-7c9dd8d5f8-zl5gk    ${ready}     Running   0          31m
`;

test('a program that came up got over what refused it, where all pods are ready', async () => {
  expect(await severities({ 'app.log': RETRIED, 'pods.txt': podsOf('1/1') })).toEqual([]);
  expect(await severities({ 'app.log': RETRIED, 'pods.txt': podsOf('0/1') })).not.toEqual([]);
  const [again] = RETRIED.split('\n');
  expect(await severities({ 'app.log': `${RETRIED}${again}\n`, 'pods.txt': podsOf('1/1') })).not.toEqual([]);
});

const tries = (status: string): string => `$ kubectl -n desk get jobs,pods
NAME                     STATUS     COMPLETIONS   DURATION   AGE
job.batch/desk-migrate   ${status}   ${status === 'Complete' ? '1/1' : '0/1'}           48s        26m

NAME                        READY   STATUS      RESTARTS   AGE
pod/desk-migrate-4hq6w      0/1     Error       0          26m
$ kubectl -n desk logs desk-migrate-4hq6w
could not connect to server: Connection refused
	Is the server running on host "desk-db" (192.0.2.12) and accepting
	TCP/IP connections on port 5432?
`;

test('a try of a Job that completed afterwards', async () => {
  expect(await severities({ 'out.txt': tries('Complete') })).toEqual([]);
  expect(await severities({ 'out.txt': tries('Failed  ') })).not.toEqual([]);
});

const WAITED = `2026-03-01 10:00:42.560112+00:00 [warning] <0.254.0> Error while waiting for Mnesia tables: {timeout_waiting_for_tables,
2026-03-01 10:00:42.560112+00:00 [warning] <0.254.0>                                         [rabbit_durable_queue]}
`;

test('a broker that waited for its peers and found them', async () => {
  const pods = `NAME     READY   STATUS    RESTARTS   AGE
bus-0    1/1     Running   0          3h2m
`;
  const up = '2026-03-01 10:00:50.112331+00:00 [info] <0.254.0> Server startup complete; 5 plugins started.\n';
  expect(await severities({ 'bus-0.log': `${WAITED}${up}`, 'pods.txt': pods })).toEqual([]);
  expect(await severities({ 'bus-0.log': WAITED, 'pods.txt': pods })).not.toEqual([]);
});

test('a probe that asks a database as root', async () => {
  const line = '2026-03-01 10:00:12.102 UTC [41] FATAL:  role "root" does not exist\n';
  const up = '2026-03-01 10:00:01.470 UTC [1] LOG:  database system is ready to accept connections\n';
  const pods = 'NAME    READY   STATUS    RESTARTS   AGE\nquill   1/1     Running   0          9m\n';
  expect(await severities({ 'server.log': `${up}${line}${line}`, 'pods.txt': pods })).toEqual([]);
  expect(await severities({ 'server.log': `${up}${line.replaceAll('root', 'ink')}`, 'pods.txt': pods })).not.toEqual(
    [],
  );
});

test('drives that came online a moment later', async () => {
  const waits = `Unable to use the drive https://vat-1.vat-hl.vats.svc.cluster.local:9000/data0: drive not found
Waiting for a minimum of 2 drives to come online (elapsed 1s)
Waiting for a minimum of 2 drives to come online (elapsed 2s)
Waiting for a minimum of 2 drives to come online (elapsed 3s)
`;
  const pods = (ready: string): string => `NAME    READY   STATUS    RESTARTS   AGE
vat-0   ${ready}     Running   0          9m
`;
  const up = 'Status:         4 Online, 0 Offline. \n';
  expect(await severities({ 'vat-0.log': `${waits}${up}`, 'pods.txt': pods('1/1') })).toEqual([]);
  expect(await severities({ 'vat-0.log': waits, 'pods.txt': pods('0/1') })).not.toEqual([]);
});
