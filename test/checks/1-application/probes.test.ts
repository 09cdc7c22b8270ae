import { describe, expect, it } from 'vitest';
import gate from '../../../src/checks/1-application/pod-readiness-gate-blocked.ts';
import livenessKilling from '../../../src/checks/1-application/liveness-probe-killing.ts';
import missing from '../../../src/checks/1-application/probe-missing.ts';
import readiness from '../../../src/checks/1-application/readiness-probe-failing.ts';
import slowStart from '../../../src/checks/1-application/probe-slow-start.ts';
import startupKilling from '../../../src/checks/1-application/startup-probe-killing.ts';
import timeoutTooShort from '../../../src/checks/1-application/probe-timeout-too-short.ts';
import tooAggressive from '../../../src/checks/1-application/probe-too-aggressive.ts';
import wrongTarget from '../../../src/checks/1-application/probe-wrong-target.ts';
import { classifyProbe, timingOf } from '../../../src/snapshot/pods/probes.ts';
import { ago, anEvent, aPod, aService, run } from '../../build.ts';

const POD = 'web-5d9c7b8f6d-k2xvq';
const about = { kind: 'Pod', name: POD };
type Fields = Record<string, unknown>;

/** A pod whose container has the given probes; `restarts` > 0: it was killed by SIGKILL after `ran` seconds. */
const probed = (probes: Fields, state: { ready?: boolean; restarts?: number; ran?: number; exitCode?: number } = {}) =>
  aPod(POD, {
    spec: { containers: [{ name: 'app', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }], ...probes }] },
    status: {
      containerStatuses: [
        {
          name: 'app',
          ready: state.ready ?? false,
          restartCount: state.restarts ?? 0,
          state: { running: { startedAt: ago(60) } },
          ...((state.restarts ?? 0) > 0
            ? {
                lastState: {
                  terminated: {
                    exitCode: state.exitCode ?? 137,
                    reason: 'Error',
                    startedAt: ago(70 + (state.ran ?? 20)),
                    finishedAt: ago(70),
                  },
                },
              }
            : {}),
        },
      ],
    },
  });
const unhealthy = (kind: string, detail: string, count = 9) =>
  anEvent(about, 'Unhealthy', `${kind} probe failed: ${detail}`, { count });
const killing = (kind: string) =>
  anEvent(about, 'Killing', `Container app failed ${kind} probe, will be restarted`, { type: 'Normal' });
const listening = (port: number, time?: string) => ({
  class: 'container' as const,
  origin: { namespace: 'shop', pod: POD, container: 'app' },
  lines: [`${time === undefined ? '' : `${time} `}Server listening on port ${port}`],
});
const http = (port: number | string, more: Fields = {}) => ({ httpGet: { path: '/healthz', port }, ...more });

describe('probe-wrong-target', () => {
  it('port: nothing listens there while the container declares another', async () => {
    const { first } = await run(wrongTarget, {
      objects: [
        probed({ livenessProbe: http(8081), readinessProbe: http(8080) }, { ready: true, restarts: 2 }),
        unhealthy(
          'Liveness',
          'Get "http://10.0.1.5:8081/healthz": dial tcp 10.0.1.5:8081: connect: connection refused',
        ),
        killing('liveness'),
      ],
    });
    expect(first).toMatchObject({ variant: 'liveness-port', severity: 'critical', confidence: 'high' });
    expect(first?.message).toContain('port 8081');
    expect(first?.message).toContain('declares port 8080');
    expect(first?.message).toContain('readiness probe works on 8080');
    expect(first?.evidence[0].text).toContain('connection refused');
  });
  it('port: a gRPC probe that finds no connection, with the log as witness', async () => {
    const { first } = await run(wrongTarget, {
      objects: [
        probed({ readinessProbe: { grpc: { port: 9091 } } }),
        unhealthy(
          'Readiness',
          'timeout: failed to connect service "10.0.1.5:9091" within 1s: context deadline exceeded',
        ),
      ],
      logs: [listening(8080)],
    });
    expect(first).toMatchObject({ variant: 'readiness-port', confidence: 'high' });
    expect(first?.message).toContain('listens on 8080');
  });
  it('port: a name that no port has', async () => {
    const { first } = await run(wrongTarget, {
      objects: [
        probed({ readinessProbe: http('web') }),
        unhealthy('Readiness', 'strconv.Atoi: parsing "web": invalid syntax'),
      ],
    });
    expect(first).toMatchObject({ variant: 'readiness-port' });
  });
  it('protocol: HTTP asked of a gRPC port', async () => {
    const { first } = await run(wrongTarget, {
      objects: [
        probed({ livenessProbe: http(8080), readinessProbe: { grpc: { port: 8080 } } }, { ready: true, restarts: 1 }),
        unhealthy(
          'Liveness',
          String.raw`Get "http://10.0.1.5:8080/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x00\x00\x06\x04"`,
        ),
        killing('liveness'),
      ],
    });
    expect(first).toMatchObject({ variant: 'liveness-protocol', confidence: 'high' });
    expect(first?.message).toContain('readiness probe uses grpc');
  });
  it('protocol: gRPC asked of a port where the other probe gets its HTTP answer', async () => {
    const silent = 'timeout: failed to connect service "10.0.1.5:8080" within 1s: context deadline exceeded';
    const grpc = { livenessProbe: { grpc: { port: 8080 } }, readinessProbe: http(8080) };
    const { first } = await run(wrongTarget, {
      objects: [probed(grpc, { ready: true, restarts: 2 }), unhealthy('Liveness', silent), killing('liveness')],
    });
    expect(first).toMatchObject({ variant: 'liveness-protocol', confidence: 'high' });
    expect(first?.message).toContain('speaks no gRPC');
    // Both fail: the program may be slow or down.
    const down = await run(wrongTarget, {
      objects: [
        probed(grpc),
        unhealthy('Liveness', silent),
        unhealthy('Readiness', 'Get "http://10.0.1.5:8080/healthz": context deadline exceeded'),
      ],
    });
    expect(down.found).toEqual([]);
  });
  it('protocol: gRPC asked of a port that the Service calls http, and on which the program listens', async () => {
    const objects = (name: string) => [
      probed({ livenessProbe: { grpc: { port: 8080 } } }, { ready: true, restarts: 2 }),
      aService('web', { spec: { selector: { app: 'web' }, ports: [{ name, port: 80, targetPort: 8080 }] } }),
      unhealthy('Liveness', 'timeout: failed to connect service "10.0.1.5:8080" within 1s: context deadline exceeded'),
      killing('liveness'),
    ];
    const { first } = await run(wrongTarget, { objects: objects('http'), logs: [listening(8080)] });
    expect(first).toMatchObject({ variant: 'liveness-protocol', confidence: 'medium' });
    expect((await run(wrongTarget, { objects: objects('grpc'), logs: [listening(8080)] })).found).toEqual([]);
  });
  it('protocol: from the event alone', async () => {
    const { first } = await run(wrongTarget, {
      objects: [
        unhealthy('Readiness', 'Get "https://10.0.1.5:8080/": http: server gave HTTP response to HTTPS client'),
      ],
    });
    expect(first).toMatchObject({ variant: 'readiness-protocol', subject: { kind: 'Pod', name: POD } });
  });
  it('path: 404 each time', async () => {
    const { first } = await run(wrongTarget, {
      objects: [
        probed({ readinessProbe: http(8080) }),
        unhealthy('Readiness', 'HTTP probe failed with statuscode: 404'),
      ],
    });
    expect(first).toMatchObject({ variant: 'readiness-path' });
    expect(first?.message).toContain('/healthz');
  });
  it('is silent when the program crashes by itself, when the port is right, behind a mesh, and after a blip', async () => {
    const refused = (port: number) => unhealthy('Readiness', `dial tcp 10.0.1.5:${port}: connect: connection refused`);
    const crashed = aPod(POD, {
      spec: {
        containers: [{ name: 'app', ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 9000 } } }],
      },
      status: {
        containerStatuses: [
          {
            name: 'app',
            ready: false,
            restartCount: 3,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error' } },
          },
        ],
      },
    });
    expect((await run(wrongTarget, { objects: [crashed, refused(9000)] })).found).toEqual([]);
    expect(
      (await run(wrongTarget, { objects: [probed({ readinessProbe: { tcpSocket: { port: 8080 } } }), refused(8080)] }))
        .found,
    ).toEqual([]);
    const mesh = { httpGet: { path: '/app-health/app/readyz', port: 15020 } };
    expect((await run(wrongTarget, { objects: [probed({ readinessProbe: mesh }), refused(15020)] })).found).toEqual([]);
    expect(
      (
        await run(wrongTarget, {
          objects: [probed({ readinessProbe: { tcpSocket: { port: 9000 } } }, { ready: true }), refused(9000)],
        })
      ).found,
    ).toEqual([]);
    expect((await run(wrongTarget, { objects: [aPod()] })).outcome).toBe('not-checked');
  });
});

describe('probe-too-aggressive', () => {
  const hasty = { livenessProbe: http(8080, { initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 }) };
  it('kills before the program is up', async () => {
    const { first } = await run(tooAggressive, {
      objects: [
        probed(hasty, { ready: true, restarts: 1, ran: 4 }),
        unhealthy('Liveness', 'dial tcp 10.0.1.5:8080: connect: connection refused', 1),
        killing('liveness'),
      ],
      logs: [listening(8080, ago(57))],
    });
    expect(first).toMatchObject({ variant: 'liveness', severity: 'critical' });
    expect(first?.message).toContain('gives up 2 s after the start');
    expect(first?.message).toContain('start-up takes 3.0 s');
  });
  it('waits too short for an answer', async () => {
    const { first } = await run(tooAggressive, {
      objects: [
        probed({ livenessProbe: http(8080) }, { ready: true, restarts: 4, ran: 300 }),
        unhealthy(
          'Liveness',
          'Get "http://10.0.1.5:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        ),
        killing('liveness'),
      ],
    });
    expect(first?.message).toContain('waits 1 s for an answer');
  });
  it('is silent with a generous budget, with a startupProbe, and when the target is wrong', async () => {
    const refused = unhealthy('Liveness', 'dial tcp 10.0.1.5:8080: connect: connection refused', 3);
    const ok = { restarts: 1, ran: 400, ready: true };
    expect(
      (
        await run(tooAggressive, {
          objects: [
            probed({ livenessProbe: http(8080, { initialDelaySeconds: 60 }) }, ok),
            refused,
            killing('liveness'),
          ],
        })
      ).found,
    ).toEqual([]);
    expect(
      (
        await run(tooAggressive, {
          objects: [probed({ ...hasty, startupProbe: http(8080) }, { ...ok, ran: 4 }), refused, killing('liveness')],
        })
      ).found,
    ).toEqual([]);
    const wrong = { livenessProbe: http(9, { periodSeconds: 1, failureThreshold: 1 }) };
    expect(
      (
        await run(tooAggressive, {
          objects: [
            probed(wrong, { ...ok, ran: 3 }),
            unhealthy('Liveness', 'dial tcp 10.0.1.5:9: connect: connection refused'),
            killing('liveness'),
          ],
        })
      ).found,
    ).toEqual([]);
  });
});

describe('what probes do', () => {
  it('liveness-probe-killing counts kills and quotes the failure', async () => {
    const { first } = await run(livenessKilling, {
      objects: [
        probed({ livenessProbe: http(8080) }, { restarts: 5 }),
        unhealthy('Liveness', 'HTTP probe failed with statuscode: 503'),
        killing('liveness'),
      ],
    });
    expect(first?.message).toContain('statuscode: 503');
    expect(first?.message).toContain('5 restarts');
  });
  it('readiness-probe-failing: a pod that is being stopped is no news', async () => {
    const failed = anEvent(about, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
    const stopping = anEvent(about, 'Killing', 'Stopping container app');
    expect((await run(readiness, { objects: [failed] })).first?.severity).toBe('warning');
    expect((await run(readiness, { objects: [failed, stopping] })).found.map((f) => f.severity)).not.toContain(
      'warning',
    );
  });

  it('liveness-probe-killing knows the failure by its pod when only the kill names the container', async () => {
    const rows = [
      anEvent(about, 'Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500'),
      anEvent(about, 'Killing', 'Container app failed liveness probe, will be restarted'),
    ];
    const { first } = await run(livenessKilling, { objects: rows });
    expect(first?.message).toBe(
      'The liveness probe made the kubelet restart container app 3 times: HTTP probe failed with statuscode: 500',
    );
  });

  it('liveness-probe-killing is recovered when the pod has run well for long since', async () => {
    const old = { lastTimestamp: ago(3000), firstTimestamp: ago(3300), type: 'Normal' };
    const kill = anEvent(about, 'Killing', 'Container app failed liveness probe, will be restarted', old);
    expect(
      (
        await run(livenessKilling, {
          objects: [probed({ livenessProbe: http(8080) }, { ready: true, restarts: 1 }), kill],
        })
      ).first?.state,
    ).toBe('recovered');
  });
  it('reads the kill event of old kubelets', async () => {
    const kill = anEvent(
      about,
      'Killing',
      'Killing container with id docker://app:Container failed liveness probe.. Container will be killed and recreated.',
      { type: 'Normal' },
    );
    expect((await run(livenessKilling, { objects: [kill] })).found).toHaveLength(1);
  });
  it('startup-probe-killing', async () => {
    expect(
      (
        await run(startupKilling, {
          objects: [probed({ startupProbe: http(8080) }, { restarts: 2 }), killing('startup')],
        })
      ).found,
    ).toHaveLength(1);
    expect(
      (
        await run(livenessKilling, {
          objects: [probed({ startupProbe: http(8080) }, { restarts: 2 }), killing('startup')],
        })
      ).found,
    ).toEqual([]);
  });
  it('probe-slow-start: each run as long as the probe allows', async () => {
    const parts = (ran: number) => ({
      objects: [
        probed({ livenessProbe: http(8080) }, { restarts: 3, ran }),
        unhealthy('Liveness', 'dial tcp 10.0.1.5:8080: connect: connection refused'),
        killing('liveness'),
      ],
    });
    expect((await run(slowStart, parts(45))).found).toHaveLength(1);
    expect((await run(slowStart, parts(4000))).found).toEqual([]);
  });
  it('probe-timeout-too-short: slow answers that hide the pod', async () => {
    const slow = unhealthy('Readiness', 'Get "http://10.0.1.5:8080/healthz": context deadline exceeded', 12);
    expect(
      (await run(timeoutTooShort, { objects: [probed({ readinessProbe: http(8080) }), slow] })).first,
    ).toMatchObject({ variant: 'readiness', severity: 'warning' });
    expect(
      (await run(timeoutTooShort, { objects: [probed({ readinessProbe: http(8080, { timeoutSeconds: 5 }) }), slow] }))
        .found,
    ).toEqual([]);
  });
  it('readiness-probe-failing: current, recovered, and without events', async () => {
    const failing = unhealthy('Readiness', 'HTTP probe failed with statuscode: 503');
    expect((await run(readiness, { objects: [probed({ readinessProbe: http(8080) }), failing] })).first).toMatchObject({
      variant: 'status',
      state: 'current',
    });
    expect(
      (await run(readiness, { objects: [probed({ readinessProbe: http(8080) }, { ready: true }), failing] })).first
        ?.state,
    ).toBe('recovered');
    expect(
      (
        await run(readiness, {
          objects: [probed({ readinessProbe: http(8080) }, { ready: true }), unhealthy('Readiness', 'x', 1)],
        })
      ).found,
    ).toEqual([]);
    const long = aPod(POD, {
      status: { containerStatuses: [{ name: 'app', ready: false, state: { running: { startedAt: ago(1800) } } }] },
    });
    expect((await run(readiness, { objects: [long] })).first).toMatchObject({ variant: 'unknown' });
    expect((await run(readiness, { objects: [aPod()] })).outcome).toBe('passed');
  });
  it('pod-readiness-gate-blocked', async () => {
    const conditions = [
      { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' },
      { type: 'target-health.example.com/lb', status: 'False' },
    ];
    const pod = aPod(POD, {
      spec: { readinessGates: [{ conditionType: 'target-health.example.com/lb' }] },
      status: { conditions },
    });
    expect((await run(gate, { objects: [pod] })).first?.message).toContain('target-health.example.com/lb is False');
    expect((await run(gate, { objects: [aPod()] })).found).toEqual([]);
  });
  it('probe-missing of the container that the Service sends to, by number and by name', async () => {
    const proxy = { name: 'proxy', image: 'proxy:1', ports: [{ name: 'metrics', containerPort: 9000 }] };
    const app = { name: 'app', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }] };
    const told = async (targetPort: string | number): Promise<string | undefined> => {
      const pod = aPod(POD, { spec: { containers: [proxy, app] } });
      const service = aService('web', { spec: { ports: [{ port: 80, targetPort }] } });
      return (await run(missing, { objects: [pod, service] })).first?.subject.container;
    };
    expect([await told(8080), await told('http')]).toEqual(['app', 'app']);
    expect([await told(9000), await told('metrics')]).toEqual(['proxy', 'proxy']);
    expect(await told('grpc')).toBeUndefined();
  });
  it('probe-missing only behind a Service', async () => {
    expect((await run(missing, { objects: [aPod(), aService()] })).first).toMatchObject({
      severity: 'info',
      subject: { container: 'app' },
    });
    expect((await run(missing, { objects: [probed({ readinessProbe: http(8080) }), aService()] })).found).toEqual([]);
    expect((await run(missing, { objects: [aPod()] })).outcome).toBe('not-checked');
  });
});

describe('wordings of probe failures', () => {
  it.each([
    ['dial tcp 10.0.0.1:80: connect: connection refused', 'refused'],
    ['Get "http://10.0.0.1:80/": dial tcp 10.0.0.1:80: connect: no route to host', 'no-route'],
    ['HTTP probe failed with statuscode: 400: Client sent an HTTP request to an HTTPS server.', 'protocol'],
    ['timeout: health rpc did not complete within 1s', 'timeout'],
    ['command "/bin/check" timed out', 'timeout'],
    ['service unhealthy (responded with "NOT_SERVING")', 'not-serving'],
    ['Get "http://10.0.0.1:80/": EOF', 'protocol'],
    ['cat: /tmp/ready: No such file or directory', 'exec'],
  ])('%s', (detail, expected) => {
    expect(classifyProbe(detail).class).toBe(expected);
  });
  it('fills in the defaults of the API', () => {
    expect(timingOf({})).toEqual({ delay: 0, period: 10, timeout: 1, threshold: 3, budget: 30 });
  });
});

it('readiness-probe-failing: one failure at a start long ago, of a pod that only its events tell of, has passed', async () => {
  const once = (over: Fields) =>
    anEvent(about, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', {
      count: 1,
      ...over,
    });
  const undated = { firstTimestamp: undefined, lastTimestamp: undefined };
  expect((await run(readiness, { objects: [once({ ...undated, seenAgo: 1140 })] })).found).toEqual([]);
  expect((await run(readiness, { objects: [once({ lastTimestamp: ago(1140) })] })).found).toEqual([]);
  expect((await run(readiness, { objects: [once({ ...undated, seenAgo: 30 })] })).outcome).toBe('failed');
  expect((await run(readiness, { objects: [once({ ...undated, seenAgo: 1140, count: 40 })] })).outcome).toBe('failed');
});

it('a liveness probe that failed often enough counts also where events alone know the pod', async () => {
  const failed = (count: number) =>
    anEvent(
      { kind: 'Pod', name: 'press-0' },
      'Unhealthy',
      'Liveness probe failed: dial tcp 10.0.0.1:80: connection refused',
      { count },
    );
  const backOff = {
    ...anEvent({ kind: 'Pod', name: 'press-0' }, 'BackOff', 'Back-off restarting failed container'),
    metadata: { name: 'e2', namespace: 'shop' },
  };
  expect((await run(livenessKilling, { objects: [failed(2)] })).found).toEqual([]);
  const { first } = await run(livenessKilling, { objects: [failed(9)] });
  expect(first).toMatchObject({ severity: 'warning', confidence: 'medium' });
  expect(first?.message).toMatch(/failed 9 times.*connection refused/);
  expect((await run(livenessKilling, { objects: [failed(9), backOff] })).first?.severity).toBe('critical');
});

it('what curl prints of its progress is no part of why a probe failed', async () => {
  const meter =
    '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0';
  const event = anEvent(
    { kind: 'Pod', name: 'press-0' },
    'Unhealthy',
    `Liveness probe failed: ${meter}curl: (7) Failed to connect to localhost port 80: Connection refused`,
    { count: 9 },
  );
  expect((await run(livenessKilling, { objects: [event] })).first?.message).toMatch(/: curl: \(7\) Failed to connect/);
});
