import { describe, expect, it } from 'vitest';
import apfRejecting from '../../../src/checks/4-control-plane/api-apf-rejecting.ts';
import certProblem from '../../../src/checks/4-control-plane/api-cert-problem.ts';
import errors5xx from '../../../src/checks/4-control-plane/api-errors-5xx.ts';
import etcdLatency from '../../../src/checks/4-control-plane/api-etcd-latency-high.ts';
import eventStorm from '../../../src/checks/4-control-plane/api-event-storm.ts';
import inflight from '../../../src/checks/4-control-plane/api-inflight-saturated.ts';
import kubeletFailed from '../../../src/checks/4-control-plane/apiserver-to-kubelet-failed.ts';
import latency from '../../../src/checks/4-control-plane/api-latency-high.ts';
import notReady from '../../../src/checks/4-control-plane/api-not-ready.ts';
import objectBloat from '../../../src/checks/4-control-plane/api-object-bloat.ts';
import queueBacklog from '../../../src/checks/4-control-plane/scheduler-queue-backlog.ts';
import removedInUse from '../../../src/checks/4-control-plane/api-removed-in-use.ts';
import schedulerLatency from '../../../src/checks/4-control-plane/scheduler-latency-high.ts';
import slow from '../../../src/checks/4-control-plane/api-slow.ts';
import unreachable from '../../../src/checks/4-control-plane/api-unreachable.ts';
import workqueue from '../../../src/checks/4-control-plane/kcm-workqueue-backlog.ts';
import { ago, anEvent, aNode, run } from '../../build.ts';
import { buckets, scrape } from '../../scrape.ts';

type Reason =
  'refused' | 'timeout' | 'certificate' | 'unauthorized' | 'server-error' | 'throttled' | 'other' | 'no-such-resource';
const failures = (...list: readonly (readonly [Reason, string])[]) => ({
  facts: { commandFailures: list.map(([reason, message]) => ({ reason, message })) },
});
const refused = (server: string) =>
  `The connection to the server ${server} was refused - did you specify the right host or port?`;

describe('api-unreachable', () => {
  it('names the server and how it fails', async () => {
    const { first } = await run(unreachable, failures(['refused', refused('192.0.2.5:6443')]));
    expect(first).toMatchObject({ variant: 'refused', severity: 'critical' });
    expect(first?.message).toContain('192.0.2.5:6443 refuses connections');
    const late = await run(
      unreachable,
      failures(['timeout', 'Unable to connect to the server: dial tcp 192.0.2.5:6443: i/o timeout']),
    );
    expect(late.first?.variant).toBe('timeout');
  });
  it('is told by a connection to its port as well, tried from a machine and never answered', async () => {
    const probe = (outcome: 'ok' | 'refused' | 'timeout', from?: object) => ({
      tool: 'nc',
      target: '192.0.2.5',
      port: 6443,
      outcome,
      ...(from === undefined ? {} : { from }),
    });
    const by = (...probes: readonly object[]) => run(unreachable, { facts: { probes: probes as never } });
    const { first } = await by(probe('refused'));
    expect(first).toMatchObject({ variant: 'refused' });
    expect(first?.message).toContain('192.0.2.5:6443 refuses connections');
    expect((await by(probe('timeout'))).first?.variant).toBe('timeout');
    expect((await by(probe('refused'), probe('ok'))).found).toEqual([]);
    expect((await by(probe('refused', { pod: 'web-1' }))).found).toEqual([]);
  });
  it('is a warning when other commands were answered', async () => {
    const { first } = await run(unreachable, {
      ...failures(['refused', refused('192.0.2.5:6443')]),
      objects: [aNode()],
    });
    expect(first?.severity).toBe('warning');
  });
  it('knows kubectl without a kubeconfig', async () => {
    const { first } = await run(unreachable, failures(['refused', refused('localhost:8080')]));
    expect(first).toMatchObject({ variant: 'no-kubeconfig', severity: 'info' });
  });
  it('leaves kubelets and webhooks to others, and is not checked without facts', async () => {
    const log =
      'Error from server: Get "https://192.0.2.7:10250/containerLogs/shop/web/app": dial tcp 192.0.2.7:10250: i/o timeout';
    expect((await run(unreachable, failures(['timeout', log]))).outcome).toBe('passed');
    expect((await run(unreachable, {})).outcome).toBe('not-checked');
  });
});

describe('apiserver-to-kubelet-failed', () => {
  const get = 'Error from server: Get "https://192.168.1.11:10250/containerLogs/shop/web/app": ';
  it('names the node by its address', async () => {
    const { first } = await run(kubeletFailed, {
      ...failures(['timeout', `${get}dial tcp 192.168.1.11:10250: i/o timeout`]),
      objects: [aNode()],
    });
    expect(first).toMatchObject({ variant: 'timeout', subject: { kind: 'Node', name: 'node-1' } });
  });
  it('tells the missing serving certificate', async () => {
    const { first } = await run(kubeletFailed, failures(['other', `${get}remote error: tls: internal error`]));
    expect(first?.variant).toBe('no-serving-certificate');
  });
  it('is silent about other failures', async () => {
    expect((await run(kubeletFailed, failures(['refused', refused('192.0.2.5:6443')]))).outcome).toBe('passed');
  });
});

describe('api-cert-problem', () => {
  it.each([
    [
      'certificate',
      'Unable to connect to the server: x509: certificate signed by unknown authority',
      'unknown-authority',
    ],
    [
      'certificate',
      'Unable to connect to the server: x509: certificate is valid for 10.96.0.1, not 192.0.2.5',
      'wrong-name',
    ],
    ['unauthorized', 'error: You must be logged in to the server (Unauthorized)', 'unauthorized'],
    [
      'certificate',
      'Unable to connect to the server: x509: certificate has expired or is not yet valid: current time 2026-03-01T12:00:00Z is before 2026-03-01T14:00:00Z',
      'not-yet-valid',
    ],
  ] as const)('%s: %s', async (reason, message, variant) => {
    const { first } = await run(certProblem, failures([reason, message]));
    expect(first?.variant).toBe(variant);
    // Renewing a certificate does not help against a clock, and a clock not against a wrong name.
    expect(/clock/.test((first?.fix ?? []).join())).toBe(variant === 'not-yet-valid');
  });
  it('leaves expired certificates to their check', async () => {
    const message =
      'Unable to connect to the server: x509: certificate has expired or is not yet valid: current time 2026-03-01T12:00:00Z is after 2026-02-27T04:30:00Z';
    expect((await run(certProblem, failures(['certificate', message]))).outcome).toBe('passed');
  });
});

describe('api-slow', () => {
  const took = (command: string, seconds: number) => ({ facts: { commandTimings: [{ command, seconds }] } });
  it('grades small requests', async () => {
    expect((await run(slow, took('kubectl get nodes', 7.2))).first).toMatchObject({ severity: 'critical' });
    expect((await run(slow, took('kubectl get --raw /livez', 2.5))).first?.severity).toBe('warning');
    expect((await run(slow, took('kubectl get nodes', 0.4))).outcome).toBe('passed');
    expect((await run(slow, took('kubectl get pods -A -o json', 9))).outcome).toBe('passed');
  });
});

describe('api-not-ready', () => {
  const checks = (...list: readonly (readonly [string, boolean])[]) => ({
    facts: { healthChecks: list.map(([check, ok]) => ({ endpoint: '/readyz', check, ok })) },
  });
  it('says what the failed check means', async () => {
    const { first } = await run(notReady, checks(['ping', true], ['etcd', false]));
    expect(first).toMatchObject({ variant: 'etcd' });
    expect(first?.message).toContain('fails at etcd: etcd does not answer it');
  });
  it('takes the last answer of whoever waits for it', async () => {
    const asked = (...list: readonly (readonly [string, boolean])[]) => ({
      facts: {
        healthChecks: list.map(([check, ok], i) => ({
          endpoint: '/healthz',
          check,
          ok,
          source: { file: 'start.log', line: i + 1, text: check, kind: 'quote' as const },
        })),
      },
    });
    expect((await run(notReady, asked(['poststarthook/rbac', false], ['all', true]))).outcome).toBe('passed');
    expect((await run(notReady, asked(['etcd', false], ['etcd', true]))).outcome).toBe('passed');
    expect((await run(notReady, asked(['etcd', true], ['etcd', false]))).found).toHaveLength(1);
  });
  it('is silent when all pass', async () => {
    expect((await run(notReady, checks(['ping', true], ['etcd', true]))).outcome).toBe('passed');
    expect((await run(notReady, {})).outcome).toBe('not-checked');
  });
});

describe('api-etcd-latency-high', () => {
  const line = (n: number) =>
    `E0301 11:0${n}:00.000000       1 status.go:71] "Unhandled Error" err="apiserver received an error that is not an metav1.Status: etcdserver: request timed out"`;
  const logs = (count: number) => [
    {
      class: 'container' as const,
      origin: { program: 'kube-apiserver', pod: 'kube-apiserver-cp-1', namespace: 'kube-system' },
      lines: Array.from({ length: count }, (_, n) => line(n)),
    },
  ];
  it('counts the timeouts', async () => {
    const { first } = await run(etcdLatency, { logs: logs(4) });
    expect(first).toMatchObject({ variant: 'errors', severity: 'critical', subject: { name: 'etcd' } });
    expect(first?.message).toContain('"etcdserver: request timed out" 4 times');
    expect((await run(etcdLatency, { logs: logs(1) })).first?.severity).toBe('info');
  });
  it('grades single-object requests', async () => {
    const page = (operation: string) =>
      scrape('kube-apiserver', {
        etcd_request_duration_seconds_bucket: buckets(
          [
            [0.1, 10],
            [2, 1000],
          ],
          { operation, type: 'pods' },
        ),
      });
    expect((await run(etcdLatency, { facts: { metrics: [page('update')] } })).first).toMatchObject({
      variant: 'metrics',
      severity: 'warning',
    });
    expect((await run(etcdLatency, { facts: { metrics: [page('list')] } })).outcome).toBe('passed');
  });
});

describe('metrics of the API server', () => {
  const duration = (verb: string, slowOnes: number, labels: Record<string, string> = {}) =>
    scrape('kube-apiserver', {
      process_start_time_seconds: [[{}, 5]],
      apiserver_request_duration_seconds_bucket: buckets(
        [
          [0.5, 1000 - slowOnes],
          [3, 1000],
        ],
        { verb, scope: 'resource', ...labels },
      ),
      apiserver_request_duration_seconds_count: [[{ verb }, 1000 + slowOnes]],
    });
  it('latency: the slow start of a process is a note, a slow tenth or growth between scrapes a warning', async () => {
    expect((await run(latency, { facts: { metrics: [duration('PUT', 30)] } })).first).toMatchObject({
      variant: 'write',
      severity: 'info',
    });
    expect((await run(latency, { facts: { metrics: [duration('PUT', 300)] } })).first?.severity).toBe('warning');
    const before = scrape('kube-apiserver', {
      process_start_time_seconds: [[{}, 5]],
      apiserver_request_duration_seconds_bucket: buckets(
        [
          [0.5, 1],
          [3, 1],
        ],
        { verb: 'PUT', scope: 'resource' },
      ),
      apiserver_request_duration_seconds_count: [[{ verb: 'PUT' }, 1]],
    });
    expect((await run(latency, { facts: { metrics: [before, duration('PUT', 300)] } })).first?.severity).toBe(
      'warning',
    );
    expect((await run(latency, { facts: { metrics: [duration('PUT', 0)] } })).outcome).toBe('passed');
    expect((await run(latency, { facts: { metrics: [duration('GET', 300, { subresource: 'log' })] } })).outcome).toBe(
      'passed',
    );
  });
  it('inflight, rejections, errors, objects, deprecated versions', async () => {
    const page = scrape('kube-apiserver', {
      apiserver_current_inflight_requests: [
        [{ request_kind: 'mutating' }, 190],
        [{ request_kind: 'readOnly' }, 10],
      ],
      apiserver_flowcontrol_rejected_requests_total: [[{ flow_schema: 'global-default', reason: 'queue-full' }, 30]],
      apiserver_request_total: [
        [{ code: '200', resource: 'pods' }, 900],
        [{ code: '503', resource: 'nodes.metrics' }, 100],
      ],
      apiserver_storage_objects: [
        [{ resource: 'events' }, 90_000],
        [{ resource: 'pods' }, 200],
      ],
      apiserver_requested_deprecated_apis: [
        [{ group: 'policy', version: 'v1beta1', resource: 'podsecuritypolicies', removed_release: '1.25' }, 1],
        [{ group: '', version: 'v1', resource: 'endpoints', removed_release: '' }, 1],
      ],
    });
    const parts = { facts: { metrics: [page] } };
    expect((await run(inflight, parts)).found.map((one) => one.variant)).toEqual(['mutating']);
    expect((await run(apfRejecting, parts)).first?.message).toContain('30 requests of flow schema global-default');
    expect((await run(errors5xx, parts)).first?.message).toMatch(/100 of 1000 .*10 %.* nodes\.metrics/);
    expect((await run(objectBloat, parts)).found.map((one) => one.variant)).toEqual(['events']);
    expect((await run(removedInUse, parts)).found.map((one) => one.message)).toEqual([
      'A client requested podsecuritypolicies in policy/v1beta1, which Kubernetes 1.25 no longer serves',
    ]);
  });
  it('is silent about a quiet one and not checked without a page', async () => {
    const page = scrape('kube-apiserver', {
      apiserver_current_inflight_requests: [[{ request_kind: 'mutating' }, 1]],
      apiserver_flowcontrol_rejected_requests_total: [[{ flow_schema: 'exempt' }, 0]],
      apiserver_request_total: [
        [{ code: '200', resource: 'pods' }, 900],
        [{ code: '500', resource: 'pods' }, 1],
      ],
      apiserver_storage_objects: [[{ resource: 'events' }, 300]],
      apiserver_requested_deprecated_apis: [],
    });
    for (const check of [inflight, apfRejecting, errors5xx, objectBloat, removedInUse]) {
      expect((await run(check, { facts: { metrics: [page] } })).outcome).toBe('passed');
      expect((await run(check, {})).outcome).toBe('not-checked');
    }
  });
});

describe('api-event-storm', () => {
  const event = (count: number, seconds: number) =>
    anEvent({ kind: 'Pod', name: 'web-1' }, 'BackOff', 'Back-off', {
      count,
      firstTimestamp: ago(seconds),
      lastTimestamp: ago(0),
    });
  it('takes the rate, not the count', async () => {
    expect((await run(eventStorm, { objects: [event(5000, 1800)] })).first?.message).toContain(
      '5000 times, 167 a minute',
    );
    expect((await run(eventStorm, { objects: [event(5000, 30 * 86_400)] })).outcome).toBe('passed');
  });
});

describe('scheduler and controller queues', () => {
  it('sees slow attempts and the plugin', async () => {
    const page = (slowOnes: number) =>
      scrape('kube-scheduler', {
        scheduler_scheduling_attempt_duration_seconds_bucket: buckets(
          [
            [0.1, 100 - slowOnes],
            [8, 100],
          ],
          { result: 'scheduled' },
        ),
        scheduler_plugin_execution_duration_seconds_bucket: [
          ...buckets([[0.01, 10]], { plugin: 'NodeAffinity' }),
          ...buckets(
            [
              [0.01, 1],
              [4, 10],
            ],
            { plugin: 'VolumeBinding' },
          ),
        ],
      });
    expect((await run(schedulerLatency, { facts: { metrics: [page(40)] } })).first?.message).toContain('VolumeBinding');
    expect((await run(schedulerLatency, { facts: { metrics: [page(0)] } })).outcome).toBe('passed');
  });
  it('tells pods not tried yet from pods that fit nowhere', async () => {
    const page = (active: number, unschedulable: number) =>
      scrape('kube-scheduler', {
        scheduler_pending_pods: [
          [{ queue: 'active' }, active],
          [{ queue: 'unschedulable' }, unschedulable],
        ],
      });
    expect((await run(queueBacklog, { facts: { metrics: [page(400, 0)] } })).first?.variant).toBe('backlog');
    expect((await run(queueBacklog, { facts: { metrics: [page(0, 400)] } })).outcome).toBe('passed');
  });
  it('names the queue of the controller', async () => {
    const page = (component: string, depth: number) =>
      scrape(component, {
        workqueue_depth: [
          [{ name: 'replicaset' }, depth],
          [{ name: 'job' }, 0],
        ],
      });
    expect(
      (await run(workqueue, { facts: { metrics: [page('kube-controller-manager', 700)] } })).found.map(
        (one) => one.variant,
      ),
    ).toEqual(['replicaset']);
    expect((await run(workqueue, { facts: { metrics: [page('kube-controller-manager', 3)] } })).outcome).toBe('passed');
    expect((await run(workqueue, { facts: { metrics: [page('kube-apiserver', 700)] } })).outcome).toBe('passed');
  });
});

describe('api-cert-problem of components', () => {
  const kubelet = (...lines: string[]) => ({
    logs: [{ class: 'host' as const, origin: { node: 'node-1', program: 'kubelet' }, lines }],
  });
  it('tells a kubelet that the API server does not know from one that may not', async () => {
    const { first } = await run(
      certProblem,
      kubelet(
        'E0301 11:59:00.000000    3214 kubelet_node_status.go:96] "Unable to register node with API server" err="Unauthorized" node="node-1"',
        'E0301 11:59:01.000000    3214 reflector.go:205] kubelet.go:461: Failed to list *v1.Node: Unauthorized',
        'E0301 11:59:02.000000    3214 controller.go:145] "Failed to ensure lease exists, will retry" err="Unauthorized" interval="7s"',
      ),
    );
    expect(first).toMatchObject({
      variant: 'unauthorized',
      severity: 'critical',
      subject: { kind: 'Node', name: 'node-1' },
    });
    expect(first?.message).toContain('kubelet of node node-1 (401 Unauthorized, 3 lines)');
    const denied = await run(
      certProblem,
      kubelet('E0301 11:59:01.000000    3214 reflector.go:205] Failed to list *v1.Node: nodes is forbidden: User "x"'),
    );
    expect(denied.found).toEqual([]);
  });
  it('leaves certificates of kubelets to the check of kubelets', async () => {
    const { found } = await run(
      certProblem,
      failures(['certificate', 'Error from server: error dialing backend: x509: certificate is valid for a, not b']),
    );
    expect(found).toEqual([]);
  });
});

describe('apiserver-to-kubelet-failed without an address', () => {
  it('is of the one kubelet that is named beside it', async () => {
    const { found } = await run(
      kubeletFailed,
      failures(
        [
          'certificate',
          'Error from server: Get https://node-1:10250/containerLogs/a/b/c: x509: certificate is valid for a, not node-1',
        ],
        ['certificate', 'Error from server: error dialing backend: x509: certificate is valid for a, not node-1'],
      ),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain("the kubelet's certificate is for another name or address (2 times)");
  });
  it('names no machine for what a machine asks of itself', async () => {
    const { first } = await run(
      kubeletFailed,
      failures(['other', 'Get "https://127.0.0.1:10250/pods/?timeout=30s": remote error: tls: internal error']),
    );
    expect(first).toMatchObject({ variant: 'no-serving-certificate', subject: { kind: 'Component' } });
  });
});

describe('whom a kubelet does not know', () => {
  it('is the API server, when it asks as nobody', async () => {
    const message =
      'Error from server (Forbidden): Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy) ( pods/log web-0)';
    const { first } = await run(kubeletFailed, failures(['other', message]));
    expect(first).toMatchObject({ variant: 'anonymous' });
    expect(first?.message).toContain('--kubelet-client-certificate');
  });
});

describe('why a token is not accepted', () => {
  it('is said in words that name the key', async () => {
    const line =
      'E0301 11:59:00.000000    1 authentication.go:63] "Unable to authenticate the request" err="[invalid bearer token, square/go-jose: error in cryptographic primitive]"';
    const { first } = await run(certProblem, {
      logs: [{ class: 'host', origin: { program: 'kube-apiserver' }, lines: [line, line, line] }],
    });
    expect(first?.message).toContain('the token was signed with another key');
  });
});

describe('a certificate of the API server that its clients do not accept', () => {
  const line = (url: string, reason: string) =>
    `E0301 11:59:00.000000    1 reflector.go:140] Failed to list *v1.Service: Get "${url}": tls: failed to verify certificate: x509: ${reason}`;
  const met = (...lines: string[]) =>
    run(certProblem, { logs: [{ class: 'container', origin: { namespace: 'shop', pod: 'web-0' }, lines }] });
  it('is told from any program that calls the API', async () => {
    const name = line(
      'https://10.96.0.1:443/api/v1/services?limit=500',
      'certificate is valid for 10.0.0.1, not 10.96.0.1',
    );
    const { first } = await met(name);
    expect(first).toMatchObject({ variant: 'wrong-name', subject: { kind: 'Component', name: 'kube-apiserver' } });
    expect(first?.message).toContain('at 10.96.0.1:443: certificate is valid for 10.0.0.1, not 10.96.0.1');
    expect(first?.related).toContainEqual({ kind: 'Pod', namespace: 'shop', name: 'web-0' });
    const authority = await met(line('https://10.96.0.1:443/version', 'certificate signed by unknown authority'));
    expect(authority.first?.variant).toBe('unknown-authority');
  });
  it('is none of kubelets, webhooks and other servers', async () => {
    const reason = 'certificate signed by unknown authority';
    for (const url of [
      'https://10.0.0.7:10250/metrics/resource',
      'https://hook.shop.svc:443/api/v1',
      'https://pay.example.org/orders',
    ])
      expect((await met(line(url, reason))).found).toEqual([]);
  });
});
