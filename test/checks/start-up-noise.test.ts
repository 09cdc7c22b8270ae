/** What components say while they start, or once in hours, is no finding on a cluster whose pods are ready. */
import { expect, test } from 'vitest';
import { builtInChecks } from '../../src/checks/all.ts';
import { ago, aNode, aPod, aService, run } from '../build.ts';

const check = (id: string) => {
  const found = builtInChecks.find((one) => one.id === id);
  if (found === undefined) throw new Error(`${id} is gone`);
  return found;
};

/** A ready pod of kube-system that has run since `seconds`, and its log. */
const component = (
  name: string,
  container: string,
  seconds: number,
  lines: readonly string[],
  program = container,
) => ({
  objects: [
    aPod(name, {
      metadata: { namespace: 'kube-system', labels: { component: container }, ownerReferences: [] },
      spec: { nodeName: 'node-1', containers: [{ name: container, image: 'x:1' }] },
      status: {
        containerStatuses: [
          {
            name: container,
            ready: true,
            started: true,
            restartCount: 0,
            state: { running: { startedAt: ago(seconds) } },
          },
        ],
      },
    }),
  ],
  logs: [{ class: 'container' as const, origin: { namespace: 'kube-system', pod: name, container, program }, lines }],
});
/** klog's time, `seconds` before NOW (2026-03-01T12:00:00Z). */
const klog = (seconds: number): string => `0301 ${ago(seconds).slice(11, 19)}.000000       1`;

test('a scheduler that waits for its roles to be made', async () => {
  const denied = (seconds: number) =>
    `W${klog(seconds)} reflector.go:561] failed to list *v1.Node: nodes is forbidden: User "system:kube-scheduler" cannot list resource "nodes" in API group "" at the cluster scope`;
  const state = async (...lines: readonly string[]) =>
    (await run(check('component-list-watch-denied'), component('kube-scheduler-n1', 'kube-scheduler', 7200, lines)))
      .first?.state;
  const later = `I${klog(100)} leaderelection.go:254] attempting to acquire leader lease kube-system/kube-scheduler...`;
  expect(await state(denied(7190), denied(7189), later)).toBe('recovered');
  expect(await state(denied(60), denied(30), denied(10))).toBe('current');
});

test('an API server that starts before etcd', async () => {
  const refused = (seconds: number) =>
    `W${klog(seconds)} logging.go:55] [core] grpc: addrConn.createTransport failed to connect to {Addr: "127.0.0.1:2379", ServerName: "127.0.0.1:2379", }. Err: connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"`;
  const state = async (seconds: number) => {
    const lines = [0, 1, 2].map((n) => refused(seconds - n));
    return (await run(check('api-etcd-unreachable'), component('kube-apiserver-n1', 'kube-apiserver', 7200, lines)))
      .first?.state;
  };
  expect(await state(7190)).toBe('recovered');
  expect(await state(20)).toBe('current');
});

test('a controller whose lease was out of reach for its first seconds', async () => {
  const failed = (seconds: number) =>
    `E${klog(seconds)} leaderelection.go:332] error retrieving resource lock kube-system/certs: Get "https://10.96.0.1:443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/certs": dial tcp 10.96.0.1:443: connect: connection refused`;
  const state = async (seconds: number) =>
    (await run(check('leader-election-lost'), component('certs-n1', 'certs', 7200, [failed(seconds)]))).first?.state;
  expect(await state(7190)).toBe('recovered');
  expect(await state(20)).toBe('current');
});

test('an agent that waits for the range that its node has by now', async () => {
  const line =
    'level=warning msg="Waiting for k8s node information" error="required IPv4 PodCIDR not available" subsys=daemon';
  const { objects, logs } = component('cilium-x', 'cilium-agent', 7200, [line]);
  const found = async (podCIDR: string | undefined) =>
    (
      await run(check('cni-podcidr-unassigned'), {
        objects: [...objects, aNode('node-1', { spec: { podCIDR } })],
        logs,
      })
    ).found;
  expect(await found('10.244.1.0/24')).toEqual([]);
  expect(await found(undefined)).toMatchObject([{ subject: { kind: 'Node', name: 'node-1' } }]);
});

test('a kubelet that metrics-server did not reach for half a minute, hours ago', async () => {
  const lines = (seconds: number) => [
    `I${klog(seconds)} server.go:191] "Failed probe" probe="metric-storage-ready" err="no metrics to serve"`,
    ...[0, 15, 30].map(
      (n) =>
        `E${klog(seconds - n)} scraper.go:149] "Failed to scrape node" err="Get \\"https://192.0.2.7:10250/metrics/resource\\": dial tcp 192.0.2.7:10250: connect: connection refused" node="node-2"`,
    ),
  ];
  const state = async (seconds: number) => {
    const parts = component('metrics-server-5d9c7b8f6d-k2xvq', 'metrics-server', 90_000, lines(seconds));
    return (await run(check('metrics-server-broken'), parts)).first?.state;
  };
  expect(await state(7200)).toBe('recovered');
  expect(await state(60)).toBe('current');
});

test('tokens that each of three API servers refused once', async () => {
  const line = `E${klog(600)} authentication.go:73] "Unable to authenticate the request" err="[invalid bearer token, service account token has expired]"`;
  const parts = ['n1', 'n2', 'n3'].map((name) => component(`kube-apiserver-${name}`, 'kube-apiserver', 90_000, [line]));
  const all = { objects: parts.flatMap(({ objects }) => objects), logs: parts.flatMap(({ logs }) => logs) };
  expect((await run(check('api-cert-problem'), all)).first).toMatchObject({ variant: 'rejected', severity: 'info' });
  const often = component('kube-apiserver-n1', 'kube-apiserver', 90_000, [line, line, line]);
  expect((await run(check('api-cert-problem'), often)).first?.severity).toBe('warning');
});

test('look-ups that got lost in the days of a DNS server', async () => {
  const lost = '[ERROR] plugin/errors: 2 example.org. A: read udp 10.1.0.9:46193->192.0.2.53:53: i/o timeout';
  const severity = async (count: number, seconds: number) =>
    (
      await run(
        check('dns-coredns-upstream-timeout'),
        component(
          'coredns-a',
          'coredns',
          seconds,
          Array.from({ length: count }, () => lost),
        ),
      )
    ).first?.severity;
  expect(await severity(4, 90_000)).toBe('info');
  expect(await severity(12, 90_000)).toBe('critical');
  expect(await severity(4, 600)).toBe('critical');
});

test('an Ingress controller that came up before the pods behind a Service', async () => {
  const lines = ['Service "shop/web" does not have any active Endpoint.'];
  const logs = [{ class: 'container' as const, origin: { program: 'ingress' }, lines }];
  const state = async (ready: string) =>
    (
      await run(check('ingress-backend-missing'), {
        objects: [
          aService(),
          aPod('web-5d9c7b8f6d-k2xvq', { status: { conditions: [{ type: 'Ready', status: ready }] } }),
        ],
        logs,
      })
    ).first?.state;
  expect(await state('True')).toBe('recovered');
  expect(await state('False')).toBe('current');
});

test('a cluster operator that was not available while OpenShift was installed', async () => {
  const line = 'error running apply for clusteroperator "dns": Cluster operator dns is not available';
  const logs = [{ class: 'container' as const, origin: { program: 'cluster-version-operator' }, lines: [line] }];
  const dns = (status: string) => ({
    apiVersion: 'config.openshift.io/v1',
    kind: 'ClusterOperator',
    metadata: { name: 'dns' },
    status: { conditions: [{ type: 'Available', status }] },
  });
  const state = async (...objects: object[]) =>
    (await run(check('cluster-operator-reported'), { objects, logs })).first?.state;
  expect(await state(dns('True'))).toBe('recovered');
  expect(await state(dns('False'))).toBe('current');
  expect(await state()).toBe('current');
});

test('timeouts of etcd, slow requests and a lost lease while the other members joined an hour ago', async () => {
  const at = async (
    id: string,
    container: string,
    seconds: number,
    line: (seconds: number) => string,
    count: number,
  ) => {
    const lines = Array.from({ length: count }, (_, n) => line(seconds - n / 2));
    const parts = component(`${container}-n1`, container, 9000, lines);
    return (await run(check(id), { objects: parts.objects, logs: parts.logs })).first;
  };
  const timeout = (seconds: number) =>
    `E${klog(seconds)} status.go:71] apiserver received an error that is not an metav1.Status: rpc error: code = Unavailable desc = etcdserver: request timed out`;
  expect(await at('api-etcd-latency-high', 'kube-apiserver', 7200, timeout, 9)).toMatchObject({ state: 'recovered' });
  expect(await at('api-etcd-latency-high', 'kube-apiserver', 60, timeout, 9)).toMatchObject({ severity: 'critical' });
  const slow = (seconds: number) =>
    `{"level":"warn","ts":"${ago(seconds)}","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"180.1ms","expected-duration":"100ms","prefix":"read-only range "}`;
  expect(await at('etcd-apply-slow', 'etcd', 3600, slow, 60)).toMatchObject({ state: 'recovered' });
  expect(await at('etcd-apply-slow', 'etcd', 60, slow, 60)).toMatchObject({ severity: 'warning', state: 'current' });
  const lost = (seconds: number) =>
    `E${klog(seconds)} leaderelection.go:330] failed to renew lease kube-system/certs: timed out waiting for the condition`;
  expect(await at('leader-election-lost', 'certs', 7200, lost, 2)).toMatchObject({ state: 'recovered' });
  expect(await at('leader-election-lost', 'certs', 300, lost, 2)).toMatchObject({ state: 'current' });
});

test('a container that was restarted while its cluster came up', async () => {
  const state = async (ended: number) =>
    (
      await run(check('restart-count-high'), {
        objects: [
          aPod('router-1', {
            metadata: { creationTimestamp: ago(7200) },
            status: {
              containerStatuses: [
                {
                  name: 'app',
                  ready: true,
                  restartCount: 6,
                  state: { running: { startedAt: ago(ended - 1) } },
                  lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(ended) } },
                },
              ],
            },
          }),
        ],
      })
    ).first?.severity;
  expect(await state(5400)).toBe('info');
  expect(await state(600)).toBe('warning');
});
