/** Which line of a program's log is the decisive one, and whose it is: texts as people paste them. */
import { describe, expect, it, test } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const crashing = (name: string): string =>
  `NAME                     READY   STATUS             RESTARTS   AGE\n${name}   0/1     CrashLoopBackOff   6          9m\n`;

const CASES: Readonly<Record<string, Pasted & { readonly subject?: string }>> = {
  'a command copied without its prompt, with two blanks in it': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'out.txt':
        'kubectl  logs -f  mill-6f7d8c9b5-x2k9q\n warn --- reading paper.yaml\n warn --- no such tray: tcp://10.96.0.77:9100\n',
    },
    check: 'crashloop-app-error',
    words: ['no such tray: tcp://10.96.0.77:9100'],
  },
  'an exception whose message goes on before its first frame': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'mill.txt': `[10:00:01 INF] starting
[10:00:02 FTL] The press ended
System.ArgumentNullException: Value cannot be null.
Parameter name: inkUrl
   at Press.Ink..ctor(String inkUrl)
   at Press.Program.Main(String[] args)
`,
    },
    check: 'crashloop-app-error',
    words: ['Value cannot be null. Parameter name: inkUrl'],
  },
  'what a program ends with, not what it did without': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'mill.log': `PRESS_ADDRESS is not set, setting it to 10.1.1.1
2026-03-01T10:00:00Z	ERROR	Unable to make the store.	{"error": "pq: permission denied to create database"}
Unable to start the press. Error: plates of version 1.4, need 1.6
`,
    },
    check: 'crashloop-app-error',
    words: ['plates of version 1.4, need 1.6'],
  },
  'the lines below a line that ends in a colon': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'mill.log': `time="2026-03-01T10:00:00Z" level=error msg="Error loading config: couldn't load configuration (/etc/press.yml): yaml: unmarshal errors:
  line 14: cannot unmarshal !!str \`[ink\` into press.Tray" source="main.go:16"
`,
    },
    check: 'log-config-invalid',
    words: ['line 14: cannot unmarshal'],
  },
  'advice in the line below': {
    files: {
      'pods.txt':
        'NAME                   READY   STATUS    RESTARTS   AGE\nmill-6f7d8c9b5-x2k9q   0/1     Running   0          21m\n',
      'mill.log': `Sun Mar  1 10:00:00 UTC 2026 WARN: An older press failed to clean its drum
Sun Mar  1 10:00:00 UTC 2026 INFO: Correct that, remove '/press/ink.lock', and try again
`,
    },
    check: 'readiness-probe-failing',
    words: ["remove '/press/ink.lock'"],
  },
  'the innermost cause of a trace inside JSON': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'mill.log':
        '{"@timestamp":"2026-03-01T10:00:00Z","level":"ERROR","message":"Application run failed","stack_trace":"org.press.TrayException: no tray\\n\\tat org.press.Tray.of(Tray.java:4)\\nCaused by: org.press.InkException: drum 7 is dry\\n\\tat org.press.Drum.turn(Drum.java:9)\\n"}\n',
    },
    check: 'crashloop-app-error',
    words: ['Application run failed', 'drum 7 is dry'],
  },
  'pods of a Job, and the log of one whose last line only passes on how another program ended': {
    files: {
      'pods.txt':
        'NAME           READY   STATUS   RESTARTS   AGE\nprint-k2xvq    0/1     Error    0          4m\nprint-x9fbt    0/1     Error    0          3m\n',
      'job.log': `time="2026-03-01T10:00:00Z" level=info msg="plates are sent"
time="2026-03-01T10:00:01Z" level=info msg="stderr=[WARN: no margin is set\\n   HINT: set one.\\nERROR: [039]: HTTP request failed with 403 (Forbidden):\\n   host: plates.example]"
time="2026-03-01T10:00:01Z" level=fatal msg="command terminated with exit code 39"
`,
    },
    check: 'job-pods-failed',
    words: ['HTTP request failed with 403 (Forbidden)'],
  },
  'an error of several lines, of which the last alone says nothing': {
    files: {
      'pods.txt':
        'NAME                   READY   STATUS     RESTARTS   AGE\nmill-6f7d8c9b5-x2k9q   0/1     Init:0/1   0          23m\n',
      'agent.log': `2026-03-01T10:00:00.000Z [INFO] (runner) starting
2026-03-01T10:00:01.000Z [WARN] (view) vault.read(press/ink): Error making API request.

URL: GET https://keys.example:8200/v1/press/ink
Code: 403. Errors:

* permission denied
`,
    },
    check: 'app-vault-refused',
    words: ['keys.example:8200/v1/press/ink', 'Code: 403'],
  },
  'the file of a log says which of several pods that fail it is of': {
    files: {
      'pods.txt': `NAME           READY   STATUS             RESTARTS   AGE
press-ink-0    0/1     CrashLoopBackOff   5          9m
press-tray-0   0/1     CrashLoopBackOff   5          9m
`,
      'press-tray.log': '2026-03-01 10:00:00 FATAL: no plate is left\n',
    },
    check: 'crashloop-app-error',
    words: ['no plate is left'],
    subject: 'press-tray-0',
  },
  'and so do its lines': {
    files: {
      'pods.txt': `NAME           READY   STATUS             RESTARTS   AGE
press-ink-0    0/1     CrashLoopBackOff   5          9m
press-tray-0   0/1     CrashLoopBackOff   5          9m
`,
      'broken.log': '2026-03-01 10:00:00 [press-ink-0] FATAL: no plate is left\n',
    },
    check: 'crashloop-app-error',
    words: ['no plate is left'],
    subject: 'press-ink-0',
  },
  'a controller says in its own log what it could not do for a pod': {
    files: {
      'session.txt': `$ kubectl logs keys-7f9d8b6c4-x8zlt
time="2026-03-01T10:00:00Z" level=debug msg="asking for pod (mill-6f7d8c9b5-x2k9q)."
time="2026-03-01T10:00:01Z" level=error msg="no key for pod (mill-6f7d8c9b5-x2k9q): the store answers 403"
$ kubectl get pods
NAME                    READY   STATUS     RESTARTS   AGE
keys-7f9d8b6c4-x8zlt    1/1     Running    0          3h
mill-6f7d8c9b5-x2k9q    0/1     Init:0/1   0          23m
`,
    },
    check: 'log-stacktrace-other',
    words: ['the store answers 403', 'mill-6f7d8c9b5-x2k9q'],
  },
  'a dependency that came, and what stood in the way after it': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'mill.log': `Waiting for database to be ready...
PostgreSQL is ready!
PostgreSQL is up - executing command
bin/rails aborted!
ActiveRecord::ConcurrentMigrationError: (ActiveRecord::ConcurrentMigrationError)

Another press prints the plates.

Tasks: TOP => db:migrate
(See full trace by running task with --trace)
`,
    },
    check: 'crashloop-app-error',
    words: ['ActiveRecord::ConcurrentMigrationError', 'Another press prints the plates.'],
  },
  'lines of which each has the time that kubectl puts in front': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'mill.log': `2026-03-01T10:00:00.944791737Z Starting the press
2026-03-01T10:00:00.947095845Z panic: yaml: unmarshal errors:
2026-03-01T10:00:00.954024281Z   line 7: no tray is called ink
2026-03-01T10:00:00.954038352Z goroutine 1 [running]:
`,
    },
    check: 'crashloop-app-error',
    words: ['line 7: no tray is called ink'],
  },
  'the variable of a Service': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'mill.log':
        'starting\nmill: we expected a number\nmill: invalid address - http://0.0.0.0:tcp://10.96.0.77:9100\n',
    },
    check: 'log-config-invalid',
    words: ['tcp://10.96.0.77:9100', 'enableServiceLinks'],
  },
  'what Node prints of every rejection': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'mill.log': `(node:1) UnhandledPromiseRejectionWarning: Error: no ink in drum 7
    at Drum.turn (/app/drum.js:4:2)
(node:1) UnhandledPromiseRejectionWarning: Unhandled promise rejection. This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). (rejection id: 1)
(node:1) [DEP0018] DeprecationWarning: Unhandled promise rejections are deprecated.
`,
    },
    check: 'crashloop-app-error',
    words: ['no ink in drum 7'],
  },
  'a broker that refuses the virtual host': {
    files: {
      'worker.log': `[2026-03-01 10:00:00,911: ERROR/MainProcess] consumer: Cannot connect to amqp://press:**@broker:5672//: Connection.open: (541) INTERNAL_ERROR - access to vhost '/ink' refused for user 'press': vhost '/ink' is down
Trying to reconnect...
`,
    },
    check: 'app-broker-refuses',
    words: ["vhost '/ink' is down"],
  },
  'a password for a server that has none': {
    files: {
      'pods.txt': crashing('mill-6f7d8c9b5-x2k9q'),
      'mill.log': 'starting\npanic: ERR Client sent AUTH, but no password is set\n',
    },
    check: 'log-db-access-denied',
    words: ['A server refuses the credentials', 'no password is set'],
  },
  'flux on the command line': {
    files: {
      'session.txt': `$ flux reconcile kustomization press
► annotating Kustomization press in flux-system namespace
✗ Kustomization reconciliation failed: ConfigMap/shop/tray dry-run failed, error: failed to create typed patch object (shop/tray; /v1, Kind=ConfigMap): .ink: field not declared in schema
`,
    },
    check: 'flux-apply-failed',
    words: ['ConfigMap/shop/tray', '.ink: field not declared in schema'],
  },
  'a condition that is called by what is not': {
    files: {
      'press.yaml':
        'apiVersion: press.example.com/v1\nkind: Press\nmetadata:\n  name: rotary\nstatus:\n  conditions:\n  - type: NotReady\n    status: "True"\n    reason: TimeoutException\n    message: no drum turned within 300000ms\n',
    },
    check: 'custom-resource-not-ready',
    words: ['no drum turned within 300000ms'],
  },
  'probe failures without the name of their container, beside a kill that has it': {
    files: {
      'describe.txt': `    Liveness:   http-get http://:8080/ delay=5s timeout=1s period=10s #success=1 #failure=3
Events:
  Type     Reason     Age                     From               Message
  ----     ------     ----                    ----               -------
  Normal   Scheduled  9m4s                    default-scheduler  Successfully assigned shop/mill-6f7d8c9b5-x2k9q to node-1
  Warning  Unhealthy  6m02s (x10 over 7m41s)  kubelet            Liveness probe failed: Get "http://10.42.1.88:8080/": dial tcp 10.42.1.88:8080: connect: connection refused
  Normal   Killing    6m02s (x4 over 8m33s)   kubelet            Container mill failed liveness probe, will be restarted
`,
    },
    check: 'liveness-probe-killing',
    words: ['4 times: Get', 'connection refused'],
  },
  'an event without its pod, and the pods that it is of': {
    files: {
      'pods.txt': `NAME     READY   STATUS                       RESTARTS   AGE
ink-0    0/2     CreateContainerConfigError   0          4m
tray-0   0/1     CreateContainerConfigError   0          4m
`,
      'events.txt':
        '  Warning  Failed     4m11s (x6 over 4m20s)  kubelet, node-1  Error: secrets "plates-2" not found\n',
    },
    check: 'config-ref-missing',
    words: ['plates-2', 'Pod ink-0', 'Pod tray-0'],
  },
  'the frames below an error of a controller': {
    files: {
      'controller.log': `2026-03-01T10:00:00.000Z	INFO	setup	starting
2026-03-01T10:00:01.000Z	ERROR	Reconciler error	{"controllerKind": "Press", "namespace": "shop", "name": "rotary", "error": "drum 7 is dry"}
sigs.k8s.io/controller-runtime/pkg/internal/controller.(*Controller).reconcileHandler
	/go/pkg/mod/sigs.k8s.io/controller-runtime@v0.14.5/pkg/internal/controller/controller.go:329
sigs.k8s.io/controller-runtime/pkg/internal/controller.(*Controller).processNextWorkItem
	/go/pkg/mod/sigs.k8s.io/controller-runtime@v0.14.5/pkg/internal/controller/controller.go:274
`,
    },
    check: 'log-stacktrace-other',
    words: ['Reconciler error: drum 7 is dry', 'rotary'],
  },
};

describe('the decisive line', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words, subject }) => {
    const [root] = (await paste(files)).rootCauses;
    expect(root?.check).toBe(check);
    for (const word of words) expect(JSON.stringify(root)).toContain(word);
    if (subject !== undefined) expect(root?.subject.name).toBe(subject);
  });

  it('is not followed by the frames of its trace', async () => {
    const [root] = (await paste(CASES['the frames below an error of a controller']?.files ?? {})).rootCauses;
    expect(root?.summary).not.toContain('reconcileHandler');
  });
});

test('a controller that the API server refuses a manifest names the object that it works on', async () => {
  const { rootCauses } = await paste({
    'controller.log':
      '{"level":"error","ts":"2026-03-01T10:00:00Z","msg":"Reconciler error","reconciler kind":"HelmRelease","name":"mill","namespace":"shop","error":"Helm install failed: Deployment in version \\"v1\\" cannot be handled as a Deployment: json: cannot unmarshal number into Go struct field EnvVar.value of type string"}\n',
  });
  expect(rootCauses[0]).toMatchObject({
    check: 'manifest-refused',
    subject: { kind: 'HelmRelease', name: 'mill', namespace: 'shop' },
  });
  expect(rootCauses[0]?.summary).not.toContain('"level"');
});

describe('custom resources say what stands in their way', () => {
  const press = (status: string): string =>
    `apiVersion: press.example.com/v1\nkind: Press\nmetadata:\n  name: rotary\n  namespace: shop\nstatus:\n${status}`;
  const listed = (yaml: string): string =>
    `apiVersion: v1\nitems:\n${yaml
      .split('\n')
      .map((line, i) => (line === '' ? '' : `${i === 0 ? '- ' : '  '}${line}`))
      .join('\n')}\nkind: List\nmetadata:\n  resourceVersion: ""\n`;
  const WRONG =
    '  conditions:\n  - type: InkReady\n    status: "False"\n    reason: DrumNotFound\n    message: no drum 7\n';

  it.each([
    ['in a List', { 'press.yaml': listed(press(WRONG)) }],
    [
      'as JSON',
      {
        'press.json':
          '{"apiVersion":"press.example.com/v1","kind":"Press","metadata":{"name":"rotary","namespace":"shop"},"status":{"conditions":[{"type":"InkReady","status":"False","reason":"DrumNotFound","message":"no drum 7"}]}}',
      },
    ],
    [
      'in a List as JSON',
      {
        'press.json':
          '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"press.example.com/v1","kind":"Press","metadata":{"name":"rotary","namespace":"shop"},"status":{"conditions":[{"type":"InkReady","status":"False","reason":"DrumNotFound","message":"no drum 7"}]}}]}',
      },
    ],
    ['in a state of their own', { 'press.yaml': press('  phase: InkingFailed\n  message: no drum 7\n') }],
  ])('%s', async (_name, files) => {
    const [root] = (await paste(files)).rootCauses;
    expect(root).toMatchObject({ check: 'custom-resource-not-ready', subject: { kind: 'Press', name: 'rotary' } });
    expect(root?.summary).toContain('no drum 7');
    expect(root?.evidence[0]?.text).toContain('no drum 7');
  });

  it('Argo CD lists the conditions that hold, and the last sync', async () => {
    const application = (status: string): string =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: mill\n  namespace: argocd\nstatus:\n${status}`;
    for (const status of [
      '  conditions:\n  - type: ComparisonError\n    message: no chart is called ink\n  sync:\n    status: Unknown\n',
      '  operationState:\n    phase: Failed\n    message: no chart is called ink\n  sync:\n    status: OutOfSync\n',
    ]) {
      const [root] = (await paste({ 'app.yaml': application(status) })).rootCauses;
      expect(root?.check).toBe('custom-resource-not-ready');
      expect(root?.summary).toContain('no chart is called ink');
    }
  });

  it.each([
    ['  conditions:\n  - type: InkMissing\n    status: "False"\n    reason: NoErrors\n'],
    ['  conditions:\n  - type: DrumError\n    status: "False"\n    reason: LastDrumNotFound\n'],
    ['  conditions:\n  - type: InkReady\n    status: "False"\n    reason: Progressing\n'],
    ['  phase: Running\n  message: all drums turn\n'],
  ])('and nothing when they are well', async (status) => {
    const { findings } = await paste({ 'press.yaml': listed(press(status)) });
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});

test('a program that is newer than the cluster asks for an API version that it does not serve yet', async () => {
  const { findings } = await paste({
    'operator.log': `{"level":"info","ts":1772359200.1,"msg":"starting"}
{"level":"error","ts":1772359201.2,"msg":"Manager exited non-zero","error":"no matches for kind \\"CronJob\\" in version \\"batch/v1\\""}
`,
  });
  const told = findings.find(({ check }) => check === 'api-removed-in-use');
  expect(told?.severity).toBe('warning');
  expect(told?.message).toContain('it is older than this version');
});
