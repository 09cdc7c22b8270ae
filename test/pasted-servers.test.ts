/** Servers, brokers and autoscalers, and what their probes, hooks and controllers say: texts as people paste them. */
import { describe, expect, it, test } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const pods = (name: string, status = 'CrashLoopBackOff'): string =>
  `NAME   READY   STATUS   RESTARTS   AGE\n${name}   0/1   ${status}   6   9m\n`;

const CASES: Readonly<Record<string, Pasted>> = {
  'an autoscaler of a scaled object without its kind, with the frames of zap below': {
    files: {
      'keda-operator.log': `2026-03-01T10:00:00Z\tINFO\tReconciling ScaledObject\t{"name":"press-so"}
2026-03-01T10:00:01Z\tERROR\tscale_resolvers\ttarget of the scaled object cannot be made out\t{"scaledObject.Name": "press-so", "error": "no kind at all"}
github.com/kedacore/keda/v2/pkg/scaling/resolver.ResolveScaleTargetPodSpec
\t/workspace/pkg/scaling/resolver/scale_resolvers.go:125
github.com/kedacore/keda/v2/pkg/scaling.(*scaleHandler).performGetScalersCache
\t/workspace/pkg/scaling/scale_handler.go:355
`,
    },
    check: 'log-stacktrace-other',
    words: ['press-so', 'no kind at all'],
  },
  'an autoscaler of KEDA that a listing calls not ready': {
    files: {
      'so.txt': `$ kubectl -n ink get scaledobject
NAME    SCALETARGETKIND      SCALETARGETNAME   MIN   MAX   READY   ACTIVE    FALLBACK   PAUSED   TRIGGERS   AGE
press   apps/v1.Deployment   press             1     3     False   Unknown   False      False    kafka      45m
`,
    },
    check: 'custom-resource-not-ready',
    words: ['ScaledObject press is not ready (Ready=False)'],
  },
  'what stands in the way of an object, in the log of its controller only': {
    files: {
      'so.yaml': `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: press
  namespace: ink
status:
  conditions:
  - type: Ready
    status: "False"
    reason: ScaledObjectCheckFailed
    message: the autoscaler was not made
`,
      'operator.log': `2026-03-01T10:00:01Z\tERROR\tReconciler error\t{"controllerKind": "ScaledObject", "namespace": "ink", "name": "drum", "error": "no drum"}
2026-03-01T10:00:02Z\tERROR\tReconciler error\t{"controllerKind": "ScaledObject", "namespace": "ink", "name": "press", "error": "broker \\"ink-7:9092\\" hung up"}
2026-03-01T10:00:03Z\tERROR\tReconciler error\t{"controllerKind": "ScaledObject", "namespace": "ink", "name": "press", "error": "Operation cannot be fulfilled: the object has been modified"}
`,
    },
    check: 'custom-resource-not-ready',
    words: ['ScaledObject press', 'the autoscaler was not made: broker "ink-7:9092" hung up'],
  },
  'MySQL names the cause first, and ends with Aborting': {
    files: {
      'pods.txt': pods('mill-0'),
      'mill.log': `2026-03-01T10:00:00.1Z 0 [System] [MY-010931] [Server] mysqld: ready for connections. Version: '8.0.31'
2026-03-01T10:00:00.2Z 0 [ERROR] [MY-011947] [InnoDB] Cannot open '/var/lib/mysql/ib_buffer_pool' for reading: No such file
2026-03-01T10:00:01.1Z 1 [ERROR] [MY-012962] [InnoDB] The plates cannot be read.
2026-03-01T10:00:01.2Z 1 [ERROR] [MY-010334] [Server] Failed to initialize DD Storage Engine
2026-03-01T10:00:01.3Z 0 [ERROR] [MY-010119] [Server] Aborting
2026-03-01T10:00:01.4Z 0 [System] [MY-010910] [Server] mysqld: Shutdown complete
`,
    },
    check: 'crashloop-app-error',
    words: ['its log ends with: 1 [ERROR] [MY-012962] [InnoDB] The plates cannot be read.'],
  },
  'an error that goes on in an indented line': {
    files: {
      'pods.txt': pods('mill-0'),
      'mill.log': `2026-03-01 10:00:00+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
    You need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and MYSQL_RANDOM_ROOT_PASSWORD
`,
    },
    check: 'log-config-missing',
    words: ['MYSQL_RANDOM_ROOT_PASSWORD'],
  },
  'a hook that ended with its container': {
    files: {
      'events.txt': `LAST SEEN   TYPE      REASON                OBJECT       MESSAGE
9s          Warning   FailedPostStartHook   pod/mill-0   Exec lifecycle hook ([sh -c wait]) for Container "mill" in Pod "mill-0_ink(1)" failed - error: command 'sh -c wait' exited with 137: , message: "waiting"
8s          Warning   BackOff               pod/mill-0   Back-off restarting failed container
`,
      'mill.log': `Error: no paper in tray 7\n`,
      'pods.txt': pods('mill-0'),
    },
    check: 'crashloop-app-error',
    words: ['no paper in tray 7'],
  },
  'a node of RabbitMQ with another cookie': {
    files: {
      'out.txt': `$ kubectl get pods
${pods('post-0')}$ kubectl logs post-0
Error: unable to perform an operation on node 'rabbit@post-0.post.ink.svc.cluster.local'. Please see diagnostics information and suggestions below.

 * Target node is not running

  * TCP connection succeeded but Erlang distribution failed
  * Authentication failed (rejected by the remote node), please check the Erlang cookie
`,
    },
    check: 'db-cluster-identity',
    words: ['rejected by the remote node', 'post-0'],
  },
  'the configuration of a program, not the sidecar that asks it in vain': {
    files: {
      'out.txt': `$ kubectl logs press-0 -c reloader
level=error ts=2026-03-01T10:00:05Z caller=a.go:1 msg="function failed. Retrying" err="Post http://127.0.0.1:9090/-/reload: dial tcp 127.0.0.1:9090: connect: connection refused"
level=error ts=2026-03-01T10:00:09Z caller=a.go:1 msg="function failed. Retrying" err="Post http://127.0.0.1:9090/-/reload: dial tcp 127.0.0.1:9090: connect: connection refused"
$ kubectl logs press-0 -c press
level=error ts=2026-03-01T10:00:01Z caller=b.go:2 err="error loading config from \\"/etc/press/config_out/press.env.yaml\\": couldn't load configuration (--config.file=\\"/etc/press/config_out/press.env.yaml\\"): parsing YAML file /etc/press/config_out/press.env.yaml, which is long enough: yaml: unmarshal errors:\\n  line 7: field drum not found in type config.plain"
`,
    },
    check: 'log-config-invalid',
    words: ['field drum not found', 'container press of press-0'],
  },
  'a refusal of a server above the word that something failed': {
    files: {
      'out.txt': `$ kubectl get pods
${pods('press-0')}$ kubectl logs press-0
2026-03-01 10:00:01.1  DEBUG --- Registering.
Http response code: NotFound from 'POST https://ink.example.com/presses'
Response status code does not indicate success: 404 (Not Found).
2026-03-01 10:00:02.1  DEBUG --- Registration failed. Retrying
2026-03-01 10:00:03.1  ERROR --- Registration failed!
`,
    },
    check: 'crashloop-app-error',
    words: ['does not indicate success: 404 (Not Found).'],
  },
  'the advice of Quarkus to ask for more is not what went wrong': {
    files: {
      'pods.txt': pods('press-0'),
      'press.log': `2026-03-01 10:00:01,933 ERROR [org.example.press.Main] (main) ERROR: No drum of size 7
2026-03-01 10:00:01,934 ERROR [org.example.press.Main] (main) For more details run the same command passing the '--verbose' option. Also you can use '--help'.
`,
    },
    check: 'crashloop-app-error',
    words: ['ERROR: No drum of size 7'],
  },
  'a volume that the kubelet no longer has for a pod that was just made': {
    files: {
      'out.txt': `$ kubectl get pods
NAME      READY   STATUS        RESTARTS   AGE
press-0   0/2     Terminating   0          1s
$ kubectl describe pods press-0
Events:
  Type     Reason     Age   From              Message
  ----     ------     ----  ----              -------
  Warning  Failed     2s    kubelet, node-7   Error: cannot find volume "plates" to mount into container "drum"
`,
    },
    check: 'container-create-error',
    words: ['cannot find volume "plates"'],
  },
  'a job of GitLab whose pod did not start': {
    files: {
      'job.txt': `Preparing environment
Waiting for pod ci/runner-press-0 to be running, status is Pending
Waiting for pod ci/runner-press-0 to be running, status is Pending
ERROR: Job failed (system failure): prepare environment: waiting for pod running: timed out waiting for pod to start. Check the documents
`,
    },
    check: 'ci-job-system-failure',
    words: ['timed out waiting for pod to start', 'ci/runner-press-0'],
  },
  'kubectl by a short name, without the head of its table': {
    files: {
      'out.txt': `➜  ~ kc get po -n ink
press-0                                                0/1     Init:CrashLoopBackOff   5 (60s ago)   4m13s
➜  ~ kc logs -f press-0 -c prepare -n ink
chown: /plates/log: Operation not permitted
`,
    },
    check: 'log-permission-denied',
    words: ['container prepare of press-0', '/plates/log'],
  },
  'a panic with the place in the program, below what caught it': {
    files: {
      'pods.txt': pods('press-0'),
      'press.log': `panic: assignment to entry in nil map [recovered]
        panic: assignment to entry in nil map

goroutine 368 [running]:
sigs.k8s.io/controller-runtime/pkg/internal/controller.(*Controller).Reconcile.func1()
        /go/pkg/mod/sigs.k8s.io/controller-runtime@v0.13.1/pkg/internal/controller/controller.go:118 +0x22c
panic({0x100aa0aa0, 0x100bb0bb0})
        /usr/local/go/src/runtime/panic.go:890 +0x21c
example.com/ink/press/internal/drum.(*Drum).Turn(0x14000200200, {0x100cc0cc0, 0x14000300300})
        /src/internal/drum/drum.go:77 +0x718
`,
    },
    check: 'crashloop-app-error',
    words: ['assignment to entry in nil map (drum.(*Drum).Turn, drum.go:77)'],
  },
  'MongoDB of old days ends without the word error': {
    files: {
      'pods.txt': pods('press-0'),
      'press.log': `2026-03-01T10:00:01.513+0000 I STORAGE  [initandlisten] exception in initAndListen: IllegalOperation: no drum at /plates, terminating
2026-03-01T10:00:01.513+0000 I CONTROL  [initandlisten] now exiting
2026-03-01T10:00:01.513+0000 I CONTROL  [initandlisten] shutting down with code:100
`,
    },
    check: 'crashloop-app-error',
    words: ['no drum at /plates, terminating'],
  },
  'the one object that is refused, behind those that were accepted': {
    files: {
      'controller.log': `{"level":"error","ts":"2026-03-01T10:00:00.5Z","msg":"Reconciler error","reconciler kind":"Kustomization","name":"ink","namespace":"flux-system","error":"validation failed: kustomization.kustomize.toolkit.fluxcd.io/a created (dry run)\\nkustomization.kustomize.toolkit.fluxcd.io/b created (dry run)\\nerror: error validating \\"7.yaml\\": error validating data: ValidationError(Kustomization.spec): missing required field \\"interval\\" in x"}
`,
    },
    check: 'manifest-refused',
    words: ['Kustomization ink: error: error validating "7.yaml"', 'missing required field "interval"'],
  },
  'the line with the path, not the property of the error below it': {
    files: {
      'pods.txt': pods('press-0'),
      'press.log': `Error: EACCES: permission denied, open '/plates/7.pem'
    at Object.openSync (fs.js:476:3) {
  errno: -13,
  syscall: 'open',
  code: 'EACCES',
  path: '/plates/7.pem'
}
`,
    },
    check: 'log-permission-denied',
    words: ["permission denied, open '/plates/7.pem'"],
  },
  'a program that asks itself for what a Service has': {
    files: {
      'out.txt': `$ kubectl get pods,svc
NAME          READY   STATUS             RESTARTS   AGE
pod/press-0   0/1     CrashLoopBackOff   6          9m

NAME          TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)    AGE
service/ink   ClusterIP   10.43.90.4   <none>        6379/TCP   10m
`,
      'press.log': 'Error: connect ECONNREFUSED 127.0.0.1:6379\n',
    },
    check: 'log-upstream-unreachable',
    words: ['127.0.0.1:6379', 'Service ink has port 6379'],
  },
  'a script that went on past its error and ended well': {
    files: {
      'out.txt': `$ kubectl get pods
NAME           READY   STATUS      RESTARTS   AGE
dump-1-8wxtk   0/1     Completed   0          3m
$ kubectl logs dump-1-8wxtk
Starting
mysqldump: Got error: 2005: "Unknown MySQL server host 'ink-db' (-2)" when trying to connect
./dump.sql
`,
    },
    check: 'log-dns-failure',
    words: ['cannot resolve ink-db'],
  },
};

describe('what is said first of servers and autoscalers', () => {
  it.each(Object.entries(CASES))('%s', async (_, { files, check, words }) => {
    const [root] = (await paste(files)).rootCauses;
    expect(root?.check).toBe(check);
    for (const word of words) expect(root?.summary.toLowerCase()).toContain(word.toLowerCase());
  });
});

/** A pod of two containers whose probes are commands. */
const twoProbes = (restarts: number, events: string): string => `Name:             press-0
Namespace:        ink
Status:           Running
Controlled By:  StatefulSet/press
Containers:
  drum:
    Image:          drum:1
    State:          Running
    Ready:          True
    Restart Count:  ${restarts}
    Liveness:   exec [sh -c /turn.sh] delay=20s timeout=5s period=5s #success=1 #failure=5
  paper:
    Image:          paper:1
    State:          Running
    Ready:          True
    Restart Count:  0
    Liveness:   exec [sh -c /feed.sh] delay=20s timeout=3s period=5s #success=1 #failure=5
Conditions:
  Type              Status
  Ready             True
Events:
  Type     Reason     Age                      From     Message
  ----     ------     ----                     ----     -------
${events}`;

test('a probe that times out all day belongs to the container whose command it runs, with its own limit', async () => {
  const line = (age: string) =>
    `  Warning  Unhealthy  ${age}    kubelet  Liveness probe failed: command "sh -c /feed.sh" timed out\n`;
  const [root] = (await paste({ 'describe.txt': twoProbes(0, line('37m (x619 over 2d18h)')) })).rootCauses;
  expect(root).toMatchObject({ check: 'probe-timeout-too-short', subject: { container: 'paper' } });
  expect(root?.summary).toContain('of container paper got no answer within 3 s, 619 times');
  for (const age of ['37m (x19 over 2d18h)', '5h (x619 over 2d18h)'])
    expect((await paste({ 'describe.txt': twoProbes(0, line(age)) })).rootCauses).toEqual([]);
});

test('what a program was at when a probe ended it that printed nothing', async () => {
  const [root] = (
    await paste({
      'describe.txt': twoProbes(
        9,
        `  Warning  Unhealthy  61s (x63 over 34m)    kubelet  Liveness probe failed:
  Normal   Killing    61s (x9 over 33m)     kubelet  Container drum failed liveness probe, will be restarted\n`,
      ),
      'press-0_drum.log': `2026-03-01 10:00:01 INFO reading plate 20 of 89
2026-03-01 10:00:02 INFO Terminating process due to signal SIGTERM\n`,
    })
  ).rootCauses;
  expect(root?.check).toBe('liveness-probe-killing');
  expect(root?.summary).toContain('has before: INFO reading plate 20 of 89');
});

test.each([
  [
    'HelmRelease',
    '{"level":"error","ts":"2026-03-01T10:00:00.2Z","msg":"Reconciler error","reconcilerKind":"HelmRelease","name":"press","namespace":"ink","error":"Helm upgrade failed: another operation (install/upgrade/rollback) is in progress"}',
  ],
  [
    'Application',
    'time="2026-03-01T10:00:00Z" level=info msg="Sync operation to d099efa failed: one or more objects failed to apply" application=argocd/press reason=OperationCompleted type=Warning',
  ],
])('a controller whose pod nobody names speaks of its %s', async (kind, line) => {
  const [root] = (await paste({ 'controller.log': `${line}\n` })).rootCauses;
  expect(root?.subject).toMatchObject({ kind, name: 'press' });
});
