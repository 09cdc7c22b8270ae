/** Logs of applications beside a table of pods, as people paste them. */
import { expect, test } from 'vitest';
import { paste } from './paste.ts';

const rootOf = async (files: Readonly<Record<string, string>>) => (await paste(files)).rootCauses[0];

test('a session in a file that is named for one of its commands', async () => {
  const root = await rootOf({
    'oc-logs.txt': `[dev@bastion ~]$ oc get pods
NAME                    READY     STATUS             RESTARTS   AGE
cart-db-6f7d8c9b5-x2k9q   0/1       CrashLoopBackOff   8          19m
[dev@bastion ~]$ oc logs -f cart-db-6f7d8c9b5-x2k9q
chmod: changing permissions of '/proc/self/fd/1': Permission denied
`,
  });
  expect(root).toMatchObject({ check: 'log-permission-denied', subject: { kind: 'Pod' } });
  expect(root?.subject.name).toBe('cart-db-6f7d8c9b5-x2k9q');
});

test('a prompt that is an angle bracket', async () => {
  const root = await rootOf({
    'pods.txt': `NAME     READY   STATUS                  RESTARTS      AGE
db-0     0/1     Init:CrashLoopBackOff   7 (41s ago)   12m
`,
    'output.txt': `> kubectl logs db-0 -c prepare
preparing the directory
install: cannot change permissions of '/data/pg': No such file or directory
`,
  });
  expect(root?.check).toBe('crashloop-init-container');
  expect(root?.summary).toContain('Init container prepare fails');
  expect(root?.summary).toContain("cannot change permissions of '/data/pg'");
});

test('kubectl inside an init container, and what it does not find', async () => {
  const root = await rootOf({
    'session.txt': `$ kubectl get pods -n qa
NAME                   READY   STATUS                  RESTARTS        AGE
api-587bc87f4-8bqnx    0/1     Init:CrashLoopBackOff   30 (3m12s ago)  134m
$ kubectl logs -n qa api-587bc87f4-8bqnx -c wait-for-schema
Error from server (NotFound): jobs.batch "schema" not found
`,
  });
  expect(root?.summary).toContain('jobs.batch "schema" not found');
  const missed = await paste({
    'session.txt': `$ kubectl logs -n qa api-587bc87f4-8bqnx
Error from server (NotFound): pods "api-587bc87f4-8bqnx" not found
`,
  });
  expect(missed.rootCauses.filter(({ layer }) => layer === 1)).toEqual([]);
});

test('a table without namespaces, and the log of a pod that has one', async () => {
  const root = await rootOf({
    'get-pod.txt': `NAME                    READY   STATUS             RESTARTS         AGE
audit-6c7b8f5d6f-hz7mk   0/1     CrashLoopBackOff   16 (4m12s ago)   61m
`,
    'logs.txt': `$ kubectl -n audit logs audit-6c7b8f5d6f-hz7mk --previous
{"t":{"$date":"2026-03-01T11:03:21.899+00:00"},"s":"E","c":"WT","id":22435,"ctx":"initandlisten","msg":"WiredTiger error message","attr":{"error":0,"message":{"session_name":"connection","msg":"__wt_block_read_off:283:WiredTiger.wt: potential hardware corruption, read checksum error for 4096B block at offset 12288"}}}
{"t":{"$date":"2026-03-01T11:03:21.900+00:00"},"s":"F","c":"-","id":23090,"ctx":"initandlisten","msg":"\\n\\n***aborting after fassert() failure\\n\\n"}
`,
  });
  expect(root).toMatchObject({ check: 'db-pages-damaged', subject: { name: 'audit-6c7b8f5d6f-hz7mk' } });
  expect(root?.summary).toContain('read checksum error for 4096B block');
});

test('the log of a pod in a file with a shorter name', async () => {
  const root = await rootOf({
    'get-pods.txt': `NAME          READY   STATUS             RESTARTS   AGE
team-wiki-0   0/1     CrashLoopBackOff   9          23m
`,
    'wiki-0.log': `INFO:root:User is currently root. Will downgrade run user
su: System error
`,
  });
  expect(root?.subject.name).toBe('team-wiki-0');
  expect(root?.summary).toContain('su: System error');
});

test('a database that may not open its files says that no version fits them', async () => {
  const root = await rootOf({
    'mongodb.log': `2026-03-01T10:21:02.725+0000 E STORAGE  [initandlisten] WiredTiger error (1) [1542709262:725514][32:0x7f], connection: /data/db/WiredTiger.wt: handle-open: open: Operation not permitted
2026-03-01T10:21:02.749+0000 W STORAGE  [initandlisten] Failed to start up WiredTiger under any compatibility version.
2026-03-01T10:21:02.749+0000 F STORAGE  [initandlisten] Reason: 1: Operation not permitted
`,
  });
  expect(root?.check).toBe('log-permission-denied');
});

test('an operator that asks for what Kubernetes has removed', async () => {
  const root = await rootOf({
    'pods.txt': `NAME                       READY   STATUS             RESTARTS   AGE
cache-operator-7d4f8b9c6-x2k9q   0/1     CrashLoopBackOff   5          4m
`,
    'operator.log': `2026-03-01T08:52:39.603Z        INFO    setup   starting manager
2026-03-01T08:52:41.796Z        ERROR   setup   problem running manager {"error": "no matches for kind \\"PodDisruptionBudget\\" in version \\"policy/v1beta1\\""}
`,
  });
  expect(root).toMatchObject({ check: 'api-removed-in-use', subject: { kind: 'Pod' } });
});

test('a sandbox for which the memory limit is too small', async () => {
  const root = await rootOf({
    'describe.txt': `Name:           probe-2nmcd
Namespace:      net
Node:           n1/10.0.0.1
Status:         Pending
Containers:
  agent:
    Image:          agent:1
    State:          Waiting
      Reason:       ContainerCreating
    Ready:          False
    Restart Count:  0
    Limits:
      memory:  8Mi
Events:
  Type     Reason                  Age                    From          Message
  ----     ------                  ----                   ----          -------
  Warning  FailedCreatePodSandBox  2m53s (x100 over 7m)   kubelet, n1   Failed create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox container for pod "probe-2nmcd": Error response from daemon: OCI runtime create failed: container_linux.go:345: starting container process caused "process_linux.go:297: getting the final child's pid from pipe caused \\"read init-p: connection reset by peer\\"": unknown
`,
  });
  expect(root).toMatchObject({ check: 'crashloop-oomkilled', variant: 'at-start', layer: 1 });
  expect(root?.summary).toContain('8Mi');
});
