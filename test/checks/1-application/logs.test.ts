import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/checks/check.ts';
import accessDenied from '../../../src/checks/1-application/log-db-access-denied.ts';
import addressInUse from '../../../src/checks/1-application/log-address-in-use.ts';
import configInvalid from '../../../src/checks/1-application/log-config-invalid.ts';
import configMissing from '../../../src/checks/1-application/log-config-missing.ts';
import dns from '../../../src/checks/1-application/log-dns-failure.ts';
import exhausted from '../../../src/checks/1-application/log-db-connections-exhausted.ts';
import gpu from '../../../src/checks/1-application/log-gpu-runtime-error.ts';
import memory from '../../../src/checks/1-application/log-memory-exhausted-runtime.ts';
import noSpace from '../../../src/checks/1-application/log-no-space.ts';
import openFiles from '../../../src/checks/1-application/log-too-many-open-files.ts';
import { parseCommand } from '../../../src/parsers/command.ts';
import other from '../../../src/checks/1-application/log-stacktrace-other.ts';
import permission from '../../../src/checks/1-application/log-permission-denied.ts';
import rbac from '../../../src/checks/1-application/log-rbac-forbidden.ts';
import readOnly from '../../../src/checks/1-application/log-db-read-only.ts';
import tls from '../../../src/checks/1-application/log-tls-failure.ts';
import upstream from '../../../src/checks/1-application/log-upstream-unreachable.ts';
import { ago, aPod, aService, run, someEndpoints } from '../../build.ts';

const POD = 'web-5d9c7b8f6d-k2xvq';
type Fields = Record<string, unknown>;
const crashing = (over: Fields = {}, spec: Fields = {}) =>
  aPod(POD, {
    spec,
    status: {
      containerStatuses: [
        {
          name: 'app',
          ready: false,
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(30) } },
        },
      ],
      ...over,
    },
  });
const log = (...lines: string[]) => ({
  class: 'container' as const,
  origin: { namespace: 'shop', pod: POD, container: 'app' },
  lines,
});
const loose = (...lines: string[]) => ({ class: 'container' as const, lines });

it('a port of the host network is held by the pod that declares it there', async () => {
  const line = 'listen tcp :9100: bind: address already in use';
  const onHost = (name: string, port: number) =>
    aPod(name, {
      metadata: { ownerReferences: [] },
      spec: { hostNetwork: true, containers: [{ name: 'app', ports: [{ containerPort: port }] }] },
    });
  const mine = crashing({}, { hostNetwork: true });
  const told = async (...others: readonly object[]) =>
    (await run(addressInUse, { objects: [mine, ...others], logs: [log('starting', line)] })).first;
  expect((await told(onHost('meter', 9100)))?.message).toContain('pod meter on the same host network uses port 9100');
  expect((await told(onHost('meter', 9101)))?.message).toContain('a process of node node-1 holds port 9100');
});

describe('each log check: fires on a crashing pod, on a pasted log, and is quiet about other lines', () => {
  it.each<readonly [Check, string, string | undefined, string]>([
    [configMissing, "KeyError: 'STRIPE_API_KEY'", undefined, 'STRIPE_API_KEY'],
    [configMissing, 'open /etc/app/config.yaml: no such file or directory', undefined, '/etc/app/config.yaml'],
    [configMissing, 'open /tmp/certs/tls.crt: no such file or directory', undefined, 'tls.crt'],
    [configMissing, 'RuntimeError: no secret key was set.', undefined, 'secret key'],
    [configInvalid, 'invalid value "12x" for flag -period: parse error', undefined, '-period'],
    [configInvalid, 'Invalid value for env var named PRESS_RETRIES', undefined, 'PRESS_RETRIES'],
    [configInvalid, 'strconv.Atoi: parsing "tcp://10.96.4.5:9090": invalid syntax', 'service-link', '10.96.4.5'],
    [configInvalid, 'error parsing config: json: cannot unmarshal string into Go value', undefined, 'cannot unmarshal'],
    [permission, 'groupadd: cannot lock /etc/group; try again later.', 'needs-root', '/etc/group'],
    [tls, 'x509: certificate signed by unknown authority', 'untrusted', 'unknown authority'],
    [
      tls,
      'x509: certificate has expired or is not yet valid: current time 2026-03-01T12:00:00Z is after 2026-02-01T00:00:00Z',
      'dates',
      '2026-02-01',
    ],
    [noSpace, 'write /data/seg.1: no space left on device', undefined, '/data/seg.1'],
    [memory, 'java.lang.OutOfMemoryError: Java heap space', 'heap', 'Java heap space'],
    [memory, 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB', 'gpu', 'GPU memory'],
    [openFiles, 'accept tcp [::]:80: accept4: too many open files', 'process', 'too many open files'],
    [
      gpu,
      'RuntimeError: Unexpected error from cudaGetDeviceCount(). Error 802: system not yet initialized',
      'fabric',
      '802',
    ],
    [
      rbac,
      'pods is forbidden: User "system:serviceaccount:shop:agent" cannot list resource "pods" in API group "" at the cluster scope',
      undefined,
      'shop/agent may not list pods',
    ],
    [permission, 'chown: /data: Operation not permitted', 'not-permitted', '/data'],
    [permission, "Fatal error: can't open the file state.db for reading: Permission denied", 'denied', 'state.db'],
    [permission, 'mkdir /cache/x: read-only file system', 'read-only', '/cache/x'],
    [addressInUse, 'listen tcp :9100: bind: address already in use', undefined, 'port 9100'],
    [addressInUse, 'Web server failed to start. Port 8085 was already in use.', undefined, 'port 8085'],
    [upstream, 'dial tcp 192.0.2.7:5432: connect: connection refused', 'refused', '192.0.2.7:5432'],
    [upstream, 'Error: connect ETIMEDOUT 192.0.2.7:6379', 'timeout', '192.0.2.7:6379'],
    [upstream, 'connection to server at "db" (192.0.2.7), port 5432 failed: Connection refused', 'refused', 'db:5432'],
    [dns, 'dial tcp: lookup paymentz on 10.96.0.10:53: no such host', 'nxdomain', 'paymentz'],
    [dns, 'java.net.UnknownHostException: ledger: Temporary failure in name resolution', 'timeout', 'ledger'],
    [
      accessDenied,
      "java.sql.SQLException: Access denied for user 'app'@'10.0.1.5' (using password: YES)",
      undefined,
      'user app',
    ],
    [readOnly, 'ERROR: cannot execute INSERT in a read-only transaction', undefined, 'read-only'],
    [exhausted, 'psycopg2.OperationalError: FATAL:  sorry, too many clients already', undefined, 'too many clients'],
  ])('$id: %s', async (check, line, variant, words) => {
    const { first } = await run(check, { objects: [crashing()], logs: [log('starting', line)] });
    expect(first).toMatchObject({ severity: check.severity, state: 'current' });
    if (variant !== undefined) expect(first?.variant).toBe(variant);
    expect(first?.message).toContain(words);
    expect(first?.evidence[0]).toMatchObject({ file: 'log-0.txt', line: 2 });
    // Pasted without any pod.
    expect((await run(check, { logs: [loose(line)] })).first?.subject.kind).toBe('Log');
    // Pasted beside `kubectl get pods`: the one that fails.
    expect((await run(check, { objects: [crashing()], logs: [loose(line)] })).first?.subject.name).toMatch(/web/);
    expect((await run(check, { objects: [crashing()], logs: [log('ready', 'GET /healthz 200')] })).outcome).toBe(
      'passed',
    );
    expect((await run(check, { objects: [crashing()] })).outcome).toBe('not-checked');
    // A ready pod that wrote it once, long ago, has recovered.
    const old = await run(check, { objects: [aPod(POD)], logs: [log(`${ago(7200)} ${line}`, `${ago(10)} GET / 200`)] });
    for (const found of old.found) expect(found.severity).toBe('info');
  });

  it('tells the beginning and the end of a long line: the reason of a wrapped error stands last', async () => {
    const line = `cannot print: ${'while printing page: '.repeat(30)}x509: certificate is valid for ink, not press`;
    const { first } = await run(tls, { objects: [crashing()], logs: [log(line)] });
    expect(first?.message).toMatch(/cannot print: .* … .*certificate is valid for ink, not press$/);
  });

  it('takes what a client of the database says for the client’s, also beside the database', async () => {
    const line =
      'psql: error: connection to server at "postgresql" (192.0.2.7), port 5432 failed: FATAL:  password authentication failed for user "press"';
    const { first } = await run(accessDenied, {
      logs: [{ class: 'container', origin: { pod: 'postgresql-0' }, lines: [line] }],
    });
    expect(first?.message).toContain('user press');
  });

  it('takes a short pasted log that ends with an error for what hurts, though its pod runs', async () => {
    const line = 'dial tcp: lookup ledger on 10.96.0.10:53: no such host';
    const { first } = await run(dns, { objects: [aPod(POD)], logs: [loose('starting', line)] });
    expect(first?.severity).toBe('warning');
    const passed = await run(dns, { objects: [aPod(POD)], logs: [loose(line, 'ok', 'GET / 200', 'GET / 200')] });
    expect(passed.first?.severity).toBe('info');
  });

  it('takes the run before the last restart for what hurts while restarts go on', async () => {
    const restarted = (finishedAt: string, metadata: Fields = {}) =>
      aPod(POD, {
        metadata,
        status: {
          containerStatuses: [
            {
              name: 'app',
              ready: true,
              restartCount: 6,
              state: { running: { startedAt: finishedAt } },
              lastState: { terminated: { exitCode: 134, reason: 'Error', finishedAt } },
            },
          ],
        },
      });
    const before = { ...log('java.lang.OutOfMemoryError: Java heap space') };
    const logs = [{ ...before, origin: { ...before.origin, previous: true } }];
    expect((await run(memory, { objects: [restarted(ago(300))], logs })).first?.severity).not.toBe('info');
    expect((await run(memory, { objects: [restarted(ago(90_000))], logs })).first?.severity).toBe('info');
    // Six restarts in the first minutes of a pod that has run well since: it waited for something.
    const started = restarted(ago(1200), { creationTimestamp: ago(1500) });
    expect((await run(memory, { objects: [started], logs })).first?.severity).toBe('info');
  });

  it('takes for over what a running program wrote often and then, while its log went on, no more', async () => {
    const failed = [70, 69, 68, 67, 66].map((s) => `${ago(s)} dial tcp: lookup ledger on 10.96.0.10:53: no such host`);
    const unready = aPod(POD, {
      status: {
        containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { running: { startedAt: ago(80) } } }],
      },
    });
    for (const objects of [[aPod(POD)], [unready]]) {
      const over = await run(dns, { objects, logs: [log(...failed, `${ago(5)} GET / 200`)] });
      expect(over.first).toMatchObject({ severity: 'info', state: 'recovered' });
      const goesOn = await run(dns, { objects, logs: [log(...failed, `${ago(62)} GET / 500`)] });
      expect(goesOn.first?.severity).not.toBe('info');
    }
  });

  it('leaves the programs of the platform to the other layers', async () => {
    const line = 'dial tcp 127.0.0.1:2379: connect: connection refused';
    const logs = [
      {
        class: 'container' as const,
        origin: { pod: 'kube-apiserver-cp-1', container: 'kube-apiserver', program: 'kube-apiserver' },
        lines: [line],
      },
    ];
    expect((await run(upstream, { logs })).found).toEqual([]);
  });
});

describe('what the snapshot knows of an address', () => {
  const refused = log('dial tcp 10.96.0.20:80: connect: connection refused');
  it('a failure without an address is the one above it with its address', async () => {
    const lines = ['Error: connect ECONNREFUSED 192.0.2.7:3307', '  errno: -111,', "  code: 'ECONNREFUSED',"];
    const { found } = await run(upstream, { logs: [{ class: 'container', lines }] });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('192.0.2.7:3307')]);
  });

  it('a Service without ready endpoints', async () => {
    const { first } = await run(upstream, {
      objects: [crashing(), aService(), someEndpoints('web', [], ['10.0.1.5'])],
      logs: [refused],
    });
    expect(first?.message).toContain('Service web has no ready endpoint');
    expect(first?.related).toContainEqual({ kind: 'Service', namespace: 'shop', name: 'web' });
  });
  it('a Service that lacks the port', async () => {
    const { first } = await run(upstream, {
      objects: [crashing(), aService()],
      logs: [log('dial tcp 10.96.0.20:8443: i/o timeout')],
    });
    expect(first).toMatchObject({ variant: 'wrong-port' });
    expect(first?.message).toContain('has no port 8443, it has 80');
  });
  it('does not take a time or a source file for an address', async () => {
    const { first } = await run(upstream, {
      objects: [crashing()],
      logs: [log('2026-03-01T11:59 client.go:88 connect failed: connection refused')],
    });
    expect(first?.message).toContain('cannot reach a dependency');
  });
  it('DNS: the nearest name, and the namespace where it is', async () => {
    const near = await run(dns, {
      objects: [crashing(), aService('payments')],
      logs: [log('lookup payment on 10.96.0.10:53: no such host')],
    });
    expect(near.first?.message).toContain('nearest Service is payments');
    const away = aService('ledger', { metadata: { namespace: 'bank' } });
    expect(
      (await run(dns, { objects: [crashing(), away], logs: [log('getaddrinfo ENOTFOUND ledger')] })).first?.message,
    ).toContain('in namespace bank');
  });
});

describe('what the pod adds', () => {
  it('the volume under the path', async () => {
    const spec = {
      securityContext: { runAsUser: 1000 },
      containers: [{ name: 'app', volumeMounts: [{ name: 'store', mountPath: '/data' }] }],
      volumes: [{ name: 'store', persistentVolumeClaim: { claimName: 'web-data' } }],
    };
    const { first } = await run(permission, {
      objects: [crashing({}, spec)],
      logs: [log('mkdir /data/wal: permission denied')],
    });
    expect(first?.message).toContain('/data is volume store (claim web-data)');
    expect(first?.message).toContain('runAsUser 1000');
    expect(first?.related).toContainEqual({ kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'web-data' });
  });
  it('the other container that uses the port', async () => {
    const spec = { containers: [{ name: 'app' }, { name: 'agent', ports: [{ containerPort: 9100 }] }] };
    const { first } = await run(addressInUse, {
      objects: [crashing({}, spec)],
      logs: [log('listen tcp :9100: bind: address already in use')],
    });
    expect(first?.message).toContain('container agent of the same pod');
  });
  it('watchers that run out are the node, not the program', async () => {
    expect(
      (
        await run(openFiles, {
          objects: [crashing()],
          logs: [log('panic: cannot start config watcher: too many open files')],
        })
      ).found,
    ).toEqual([]);
  });
});

describe('databases', () => {
  const server = (name: string, ip: string) =>
    aPod(name, {
      metadata: {
        labels: { app: 'orders-mysql' },
        ownerReferences: [{ kind: 'StatefulSet', name: 'orders-mysql', controller: true }],
      },
      spec: { containers: [{ name: 'mysql', ports: [{ containerPort: 3306 }] }] },
      status: {
        podIP: ip,
        containerStatuses: [{ name: 'mysql', ready: true, restartCount: 0, state: { running: {} } }],
      },
    });
  const service = aService('orders-mysql', {
    spec: { clusterIP: '10.96.0.30', selector: { app: 'orders-mysql' }, ports: [{ port: 3306, targetPort: 3306 }] },
  });
  const client = aPod(POD, {
    spec: {
      containers: [
        {
          name: 'app',
          image: 'web:1',
          env: [
            { name: 'DB_HOST', value: 'orders-mysql' },
            { name: 'DB_PORT', value: '3306' },
          ],
        },
      ],
    },
  });
  const writes = Array.from(
    { length: 5 },
    (_, i) =>
      `${ago(50 - i)} ERROR The MySQL server is running with the --read-only option so it cannot execute this statement`,
  );

  it('read-only: the database that the client is told to use', async () => {
    const { first } = await run(readOnly, {
      objects: [server('orders-mysql-0', '10.0.1.8'), service, client],
      logs: [log(...writes)],
    });
    expect(first).toMatchObject({ severity: 'critical', subject: { kind: 'StatefulSet', name: 'orders-mysql' } });
    expect(first?.message).toContain('refuses writes of web');
  });
  it('exhausted: the log of the server itself', async () => {
    const lines = Array.from({ length: 5 }, (_, i) => `${ago(50 - i)} 0 [Warning] Too many connections`);
    const logs = [
      { class: 'container' as const, origin: { namespace: 'shop', pod: 'orders-mysql-0', container: 'mysql' }, lines },
    ];
    expect(
      (await run(exhausted, { objects: [server('orders-mysql-0', '10.0.1.8')], logs })).first?.subject,
    ).toMatchObject({ kind: 'StatefulSet', name: 'orders-mysql' });
  });
  it('access denied: health checks without a password are noise, a client by its address is not', async () => {
    const at = (line: string) => [
      {
        class: 'container' as const,
        origin: { namespace: 'shop', pod: 'orders-mysql-0', container: 'mysql' },
        lines: Array.from({ length: 4 }, (_, i) => `${ago(40 - i)} 7 [Note] ${line}`),
      },
    ];
    const objects = [server('orders-mysql-0', '10.0.1.8'), client];
    expect(
      (await run(accessDenied, { objects, logs: at("Access denied for user 'root'@'::1' (using password: NO)") }))
        .found,
    ).toEqual([]);
    const { first } = await run(accessDenied, {
      objects,
      logs: at("Access denied for user 'app'@'10.0.1.5' (using password: YES)"),
    });
    expect(first).toMatchObject({ subject: { name: POD }, severity: 'warning' });
  });
});

describe('log-stacktrace-other', () => {
  it('shows the last error of a failing container only', async () => {
    expect(
      (await run(other, { objects: [crashing()], logs: [log('TypeError: x is not a function')] })).first?.message,
    ).toContain('x is not a function');
    expect((await run(other, { objects: [aPod(POD)], logs: [log('TypeError: x is not a function')] })).found).toEqual(
      [],
    );
  });
  it('shows the error above the help of a program, of a pod that only the command names', async () => {
    const lines = [
      'Error: unknown command "prnt" for "web"',
      'Usage:',
      '  web [flags]',
      '',
      'Flags:',
      '  --config string',
      '  -h',
    ];
    const typed = parseCommand('kubectl logs web-0 -n shop');
    const origin = { pod: 'web-0', namespace: 'shop', ...(typed === undefined ? {} : { command: typed }) };
    const { found } = await run(other, { logs: [{ class: 'container', origin, lines }] });
    expect(found).toMatchObject([{ severity: 'warning', subject: { kind: 'Pod', name: 'web-0' } }]);
    expect(found[0]?.message).toContain('unknown command "prnt"');
    // One of the many logs of a bundle is not what somebody means.
    const file = { pod: 'web-0', namespace: 'shop' };
    expect((await run(other, { logs: [{ class: 'container', origin: file, lines }] })).found).toEqual([]);
  });
});

describe('programs that can do without a GPU', () => {
  const line = 'time=2026-03-01T11:59:31Z level=INFO source=gpu.go:386 msg="no compatible GPUs were discovered"';
  const asks = (limits: Record<string, string>) => ({
    objects: [aPod('chat-0', { spec: { containers: [{ name: 'app', resources: { limits } }] } })],
    logs: [
      { class: 'container' as const, origin: { namespace: 'shop', pod: 'chat-0', container: 'app' }, lines: [line] },
    ],
  });
  it('say it of a pod that requests one', async () => {
    const { first } = await run(gpu, asks({ 'nvidia.com/gpu': '1' }));
    expect(first).toMatchObject({ variant: 'unseen', severity: 'warning' });
    expect(first?.message).toMatch(/requests nvidia\.com\/gpu: 1 \(and names no RuntimeClass\): no compatible GPUs/);
  });
  it('and of one that does not', async () => {
    expect((await run(gpu, asks({ cpu: '1' }))).outcome).toBe('passed');
  });
});

it('log checks: a retry of long before the pod stopped being ready is not why it is not ready now', async () => {
  const unready = (since: number) =>
    aPod(POD, {
      status: {
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(since) }],
        containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { running: {} } }],
      },
    });
  const retry = log(
    `${ago(3000)} WARN retrying after temporary error: read tcp 10.0.0.5:40000->10.0.9.9:443: read: connection reset by peer`,
    `${ago(60)} INFO still here`,
  );
  const stateAt = async (since: number) =>
    (await run(upstream, { objects: [unready(since)], logs: [retry] })).first?.state;
  expect(await stateAt(900)).toBe('recovered');
  expect(await stateAt(2900)).toBe('current');
});
