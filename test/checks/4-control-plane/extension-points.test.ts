import { describe, expect, it } from 'vitest';
import apiServiceUnavailable from '../../../src/checks/4-control-plane/apiservice-unavailable.ts';
import backendAbsent from '../../../src/checks/4-control-plane/webhook-backend-absent.ts';
import caBundleInvalid from '../../../src/checks/4-control-plane/webhook-cabundle-invalid.ts';
import clusterOperator from '../../../src/checks/4-control-plane/clusteroperator-degraded.ts';
import crdUnhealthy from '../../../src/checks/4-control-plane/crd-unhealthy.ts';
import csrPending from '../../../src/checks/4-control-plane/csr-pending.ts';
import failing from '../../../src/checks/4-control-plane/webhook-failing.ts';
import finalizerOrphaned from '../../../src/checks/4-control-plane/finalizer-orphaned.ts';
import metricsServer from '../../../src/checks/4-control-plane/metrics-server-broken.ts';
import namespaceStuck from '../../../src/checks/4-control-plane/namespace-terminating-stuck.ts';
import tooBroad from '../../../src/checks/4-control-plane/webhook-too-broad-or-slow.ts';
import { ago, anEvent, aPod, aService, run, someEndpoints } from '../../build.ts';
import { buckets, scrape } from '../../scrape.ts';

const webhook = (over: object = {}) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'checks' },
  webhooks: [
    {
      name: 'check.example.com',
      failurePolicy: 'Fail',
      timeoutSeconds: 5,
      clientConfig: { service: { namespace: 'shop', name: 'hook', port: 443 } },
      rules: [{ operations: ['CREATE'], resources: ['pods'] }],
      namespaceSelector: { matchLabels: { checked: 'true' } },
      ...over,
    },
  ],
});
const hook = aService('hook', { spec: { ports: [{ port: 443, targetPort: 9443, protocol: 'TCP' }] } });
const REFUSED =
  'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://hook.shop.svc:443/v?timeout=10s": context deadline exceeded';
const PEM_MISSING =
  'failed calling webhook "check.example.com": an error on the server ("tls: failed to find \\"CERTIFICATE\\" PEM block in certificate input after skipping PEM blocks of the following types: [PUBLIC KEY]") has prevented the request from succeeding';
const apiLog = (...lines: readonly string[]) => [
  { class: 'host' as const, origin: { program: 'kube-apiserver', node: 'cp-1' }, lines },
];

describe('webhook-failing', () => {
  it('names webhook, Service and reason, and whom it hits', async () => {
    const event = anEvent({ kind: 'ReplicaSet', name: 'web-5d9c7b8f6d' }, 'FailedCreate', `Error creating: ${REFUSED}`);
    const { first } = await run(failing, { objects: [event, webhook(), hook] });
    expect(first).toMatchObject({
      variant: 'timeout',
      severity: 'critical',
      subject: { kind: 'ValidatingWebhookConfiguration', name: 'checks' },
    });
    expect(first?.message).toMatch(/"check\.example\.com" \(Service shop\/hook, port 443\).*context deadline exceeded/);
    expect(first?.related).toContainEqual({ kind: 'Service', namespace: 'shop', name: 'hook' });
    expect(first?.related).toContainEqual({ kind: 'Deployment', namespace: 'shop', name: 'web' });
  });
  it('judges from what kubectl printed alone', async () => {
    const { first } = await run(failing, {
      facts: { commandFailures: [{ reason: 'timeout', message: `Error from server (InternalError): ${REFUSED}` }] },
    });
    expect(first).toMatchObject({ subject: { kind: 'Webhook', name: 'check.example.com' } });
  });
  it('is a warning when the requests passed', async () => {
    const line = `W0301 11:00:00.000000       1 dispatcher.go:205] Failed calling webhook, failing open check.example.com: ${REFUSED}`;
    expect((await run(failing, { logs: apiLog(line, line, line) })).first?.severity).toBe('warning');
    expect((await run(failing, { logs: apiLog(line) })).first?.severity).toBe('info');
  });
  it('leaves webhooks that deny to others', async () => {
    const event = anEvent(
      { kind: 'ReplicaSet', name: 'web-5d9c7b8f6d' },
      'FailedCreate',
      'admission webhook "check.example.com" denied the request: no label',
    );
    expect((await run(failing, { objects: [event] })).outcome).toBe('passed');
    expect((await run(failing, {})).outcome).toBe('not-checked');
  });
});

describe('webhook-backend-absent', () => {
  const variant = async (...objects: readonly object[]) =>
    (await run(backendAbsent, { objects: [webhook(), ...objects] })).first?.variant;
  it('tells Service, port and endpoints apart', async () => {
    expect(await variant(aService('web'))).toBe('service-missing');
    expect(await variant(aService('hook'))).toBe('port-missing');
    expect(await variant(hook, someEndpoints('hook', [], ['10.0.0.9'], 9443))).toBe('no-endpoints');
    expect(await variant(hook, someEndpoints('hook', ['10.0.0.9'], [], 9443))).toBeUndefined();
  });
  it('says nothing without listings, and nothing of failurePolicy Ignore', async () => {
    expect((await run(backendAbsent, { objects: [webhook()], complete: [] })).outcome).toBe('passed');
    expect(
      (await run(backendAbsent, { objects: [webhook({ failurePolicy: 'Ignore' }), aService('web')] })).outcome,
    ).toBe('passed');
    expect((await run(backendAbsent, {})).outcome).toBe('not-checked');
  });
});

describe('webhook-cabundle-invalid', () => {
  const bundle = (text: string) => webhook({ clientConfig: { caBundle: Buffer.from(text).toString('base64') } });
  it('sees another kind of key in the object', async () => {
    const { first } = await run(caBundleInvalid, {
      objects: [bundle('-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n')],
    });
    expect(first?.message).toContain('holds PUBLIC KEY instead of a CERTIFICATE');
    expect(first?.evidence[0].text).not.toContain('MFkw');
  });
  it('reads it from the log, and what it does to the API server', async () => {
    const { first } = await run(caBundleInvalid, {
      logs: apiLog(
        `E0301 11:00:00.000000       1 client_ca_hook.go:72] Internal error occurred: ${PEM_MISSING}`,
        'F0301 11:00:30.000000       1 hooks.go:188] PostStartHook "ca-registration" failed: unable to initialize client CA configmap: timed out waiting for the condition',
      ),
    });
    expect(first?.subject).toEqual({ kind: 'Webhook', name: 'check.example.com' });
    expect(first?.message).toMatch(/holds a PUBLIC KEY instead of a CERTIFICATE.*PostStartHook "ca-registration"/);
  });
  it('is silent about blanked bundles and other failures', async () => {
    expect((await run(caBundleInvalid, { objects: [bundle('xxxxxxxxxxxxxxxx')] })).outcome).toBe('passed');
    expect((await run(caBundleInvalid, { logs: apiLog(REFUSED) })).outcome).toBe('passed');
  });
});

describe('webhook-too-broad-or-slow', () => {
  it('notes what may block the control plane, warns of slow calls', async () => {
    // The API server stores an empty selector where none was written.
    for (const namespaceSelector of [undefined, {}]) {
      const broad = await run(tooBroad, { objects: [webhook({ namespaceSelector })] });
      expect(broad.first).toMatchObject({ variant: 'broad', severity: 'info' });
    }
    const page = scrape('kube-apiserver', {
      apiserver_admission_webhook_admission_duration_seconds_bucket: buckets(
        [
          [0.1, 10],
          [5, 100],
        ],
        { name: 'check.example.com' },
      ),
    });
    expect((await run(tooBroad, { facts: { metrics: [page] } })).first).toMatchObject({
      variant: 'slow',
      severity: 'warning',
      subject: { name: 'check.example.com' },
    });
  });
  it('is silent about a narrow one', async () => {
    expect((await run(tooBroad, { objects: [webhook()] })).outcome).toBe('passed');
  });
});

describe('apiservice-unavailable', () => {
  const api = (name: string, status: string, reason: string) => ({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name },
    spec: { service: { namespace: 'shop', name: 'api' } },
    status: {
      conditions: [{ type: 'Available', status, reason, message: 'no response', lastTransitionTime: ago(600) }],
    },
  });
  it('names Service and reason', async () => {
    const { first } = await run(apiServiceUnavailable, {
      objects: [api('v1.orders.example.com', 'False', 'MissingEndpoints')],
    });
    expect(first).toMatchObject({ variant: 'MissingEndpoints', severity: 'critical' });
    expect(first?.message).toContain('(Service shop/api)');
    const metrics = await run(apiServiceUnavailable, {
      objects: [api('v1beta1.metrics.k8s.io', 'False', 'FailedDiscoveryCheck')],
    });
    expect(metrics.first?.severity).toBe('warning');
  });
  it('reads a row that a web page has squeezed, once', async () => {
    const line = 'v1beta1.metrics.k8s.io monitoring/prometheus-adapter False (FailedDiscoveryCheck) 44s';
    const logs = [{ class: 'text' as const, origin: {}, lines: [line, line] }];
    const { found } = await run(apiServiceUnavailable, { logs });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      subject: { kind: 'APIService', name: 'v1beta1.metrics.k8s.io' },
      variant: 'FailedDiscoveryCheck',
      severity: 'warning',
    });
    const objects = [api('v1beta1.metrics.k8s.io', 'False', 'FailedDiscoveryCheck')];
    expect((await run(apiServiceUnavailable, { logs, objects })).found).toHaveLength(1);
  });
  it('is silent about available ones', async () => {
    expect(
      (await run(apiServiceUnavailable, { objects: [api('v1.orders.example.com', 'True', 'Passed')] })).outcome,
    ).toBe('passed');
    expect((await run(apiServiceUnavailable, {})).outcome).toBe('not-checked');
  });
});

describe('metrics-server-broken', () => {
  const hpa = (message: string) => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { minReplicas: 2, maxReplicas: 9 },
    status: { conditions: [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message }] },
  });
  const absent = {
    facts: { commandFailures: [{ reason: 'no-such-resource' as const, message: 'error: Metrics API not available' }] },
  };
  const server = (ready: boolean) =>
    aPod('metrics-server-5d9c7b8f6d-k2xvq', {
      metadata: { namespace: 'kube-system', labels: { 'k8s-app': 'metrics-server' } },
      status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    });
  it('does not mind a pod that is being deleted while another has taken its place', async () => {
    const leaving = server(false) as { metadata: object };
    const gone = { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: '2026-03-01T11:50:00Z' } };
    const ready = server(true) as { metadata: object };
    const other = { ...ready, metadata: { ...ready.metadata, name: 'metrics-server-5d9c7b8f6d-zzzzz' } };
    expect((await run(metricsServer, { objects: [gone, other] })).outcome).toBe('passed');
    expect((await run(metricsServer, { objects: [gone] })).first?.variant).toBe('not-ready');
  });
  it('says that it is not installed and who is blind', async () => {
    const { first } = await run(metricsServer, {
      ...absent,
      objects: [
        aPod(),
        hpa(
          'unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
        ),
      ],
    });
    expect(first).toMatchObject({ variant: 'not-installed', severity: 'warning' });
    expect(first?.message).toMatch(/metrics-server is not installed; HorizontalPodAutoscaler web is blind/);
    expect(first?.related).toEqual([{ kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'web' }]);
  });
  it('is a note when nobody needs it', async () => {
    expect((await run(metricsServer, absent)).first?.severity).toBe('info');
  });
  it('names the pod that is not ready', async () => {
    expect((await run(metricsServer, { ...absent, objects: [server(false)] })).first).toMatchObject({
      variant: 'not-ready',
    });
  });
  it('is silent when the pod is ready and nobody complains', async () => {
    expect((await run(metricsServer, { objects: [server(true), hpa('the HPA was able to compute')] })).outcome).toBe(
      'passed',
    );
    expect((await run(metricsServer, {})).outcome).toBe('not-checked');
  });
});

describe('objects that do not go', () => {
  it('namespace-terminating-stuck quotes the condition that matters first', async () => {
    const namespace = (seconds: number) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'old', deletionTimestamp: ago(seconds) },
      status: {
        phase: 'Terminating',
        conditions: [
          {
            type: 'NamespaceContentRemaining',
            status: 'True',
            message: 'Some resources are remaining: orders.example.com has 3 resource instances',
          },
          {
            type: 'NamespaceDeletionDiscoveryFailure',
            status: 'True',
            message: 'Discovery failed for some groups: metrics.k8s.io/v1beta1',
          },
        ],
      },
    });
    const { first } = await run(namespaceStuck, { objects: [namespace(3600)] });
    expect(first?.variant).toBe('NamespaceDeletionDiscoveryFailure');
    expect(first?.message).toContain('metrics.k8s.io/v1beta1');
    expect((await run(namespaceStuck, { objects: [namespace(60)] })).outcome).toBe('passed');
  });
  it("finalizer-orphaned names the finalizer, and leaves the cluster's own alone", async () => {
    const claim = (finalizer: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'shop', deletionTimestamp: ago(3600), finalizers: [finalizer] },
    });
    expect((await run(finalizerOrphaned, { objects: [claim('cleanup.example.com/orders')] })).first?.message).toContain(
      'cleanup.example.com/orders',
    );
    expect((await run(finalizerOrphaned, { objects: [claim('kubernetes.io/pvc-protection')] })).outcome).toBe('passed');
  });
  it('crd-unhealthy tells conditions and lost versions', async () => {
    const crd = (established: string, stored: readonly string[]) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'orders.example.com' },
      spec: { group: 'example.com', versions: [{ name: 'v1', served: true, storage: true }] },
      status: { conditions: [{ type: 'Established', status: established }], storedVersions: stored },
    });
    expect(
      (await run(crdUnhealthy, { objects: [crd('False', ['v1alpha1', 'v1'])] })).found.map((one) => one.variant),
    ).toEqual(['established', 'stored-version']);
    expect((await run(crdUnhealthy, { objects: [crd('True', ['v1'])] })).outcome).toBe('passed');
  });
});

describe('csr-pending', () => {
  const csr = (
    seconds: number,
    conditions: readonly object[],
    signerName = 'kubernetes.io/kube-apiserver-client-kubelet',
  ) => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'csr-1', creationTimestamp: ago(seconds) },
    spec: { signerName, username: 'system:node:node-1' },
    status: { conditions },
  });
  it('grades by signer and names the node', async () => {
    expect((await run(csrPending, { objects: [csr(900, [])] })).first).toMatchObject({
      variant: 'kubelet-client',
      severity: 'critical',
      subject: { node: 'node-1' },
    });
    expect((await run(csrPending, { objects: [csr(900, [], 'kubernetes.io/kubelet-serving')] })).first?.severity).toBe(
      'warning',
    );
    expect(
      (await run(csrPending, { objects: [csr(900, [{ type: 'Denied', status: 'True' }])] })).first?.message,
    ).toContain('is Denied');
  });
  it('tells the oldest request of a kubelet for all of its own', async () => {
    const asked = (name: string, seconds: number, username: string) => ({
      ...csr(seconds, [], 'kubernetes.io/kubelet-serving'),
      metadata: { name, creationTimestamp: ago(seconds) },
      spec: { signerName: 'kubernetes.io/kubelet-serving', username },
    });
    const { found } = await run(csrPending, {
      objects: [
        asked('a', 900, 'system:node:n1'),
        asked('b', 1800, 'system:node:n1'),
        asked('c', 900, 'system:node:n2'),
      ],
    });
    expect(found.map(({ subject }) => subject.name)).toEqual(['b', 'c']);
    expect(found[0]?.message).toContain('as 1 later one of the same');
  });
  it('is silent about young and approved ones', async () => {
    expect((await run(csrPending, { objects: [csr(30, [])] })).outcome).toBe('passed');
    expect((await run(csrPending, { objects: [csr(900, [{ type: 'Approved', status: 'True' }])] })).outcome).toBe(
      'passed',
    );
  });
});

describe('clusteroperator-degraded', () => {
  const operator = (...conditions: readonly object[]) => ({
    apiVersion: 'config.openshift.io/v1',
    kind: 'ClusterOperator',
    metadata: { name: 'etcd' },
    status: { conditions },
  });
  it('takes the one message of a table row for all its conditions', async () => {
    const { first } = await run(clusterOperator, {
      objects: [
        operator(
          { type: 'Available', status: 'False' },
          { type: 'Degraded', status: 'True', message: 'lookup of the route failed' },
        ),
      ],
    });
    expect(first).toMatchObject({ variant: 'unavailable', severity: 'critical' });
    expect(first?.message).toBe('ClusterOperator etcd is not available: lookup of the route failed');
  });
  it('quotes what the operator says of itself', async () => {
    const { first } = await run(clusterOperator, {
      objects: [
        operator(
          { type: 'Available', status: 'True' },
          {
            type: 'Degraded',
            status: 'True',
            reason: 'EtcdMembers_UnhealthyMembers',
            message: '1 of 3 members is unhealthy',
          },
        ),
      ],
    });
    expect(first).toMatchObject({ variant: 'degraded', severity: 'warning' });
    expect(first?.message).toContain('1 of 3 members is unhealthy');
    expect(
      (
        await run(clusterOperator, {
          objects: [operator({ type: 'Available', status: 'True' }, { type: 'Degraded', status: 'False' })],
        })
      ).outcome,
    ).toBe('passed');
  });
});

describe('what those say who meet an extension', () => {
  const DISCOVERY =
    'unable to retrieve the complete list of server APIs: things.example.org/v1alpha1: the server is currently unable to handle the request';
  it('names the aggregated API from the words of a client alone', async () => {
    const { first } = await run(apiServiceUnavailable, {
      facts: { commandFailures: [{ reason: 'server-error', message: `error: ${DISCOVERY}` }] },
    });
    expect(first).toMatchObject({
      variant: 'discovery',
      severity: 'critical',
      subject: { kind: 'APIService', name: 'v1alpha1.things.example.org' },
    });
    const condition = await run(apiServiceUnavailable, {
      logs: [{ class: 'text', lines: [`Discovery failed for some groups, 1 failing: ${DISCOVERY}`] }],
    });
    expect(condition.first?.message).toContain('v1alpha1.things.example.org');
  });
  it('leaves the Metrics API to its own check, and takes one line of a long log for a restart', async () => {
    const metrics = {
      reason: 'server-error' as const,
      message: DISCOVERY.replace('things.example.org', 'metrics.k8s.io'),
    };
    expect((await run(apiServiceUnavailable, { facts: { commandFailures: [metrics] } })).found).toEqual([]);
    const lines = [
      DISCOVERY,
      ...Array.from({ length: 60 }, (_, i) => `I0301 12:00:${String(i)}.1  1 a.go:1] going on`),
    ];
    const passed = await run(apiServiceUnavailable, { logs: [{ class: 'text', lines }] });
    expect(passed.first?.severity).toBe('info');
  });
  it('takes the Service for a webhook whose name was cut off', async () => {
    const { first } = await run(failing, {
      logs: [
        {
          class: 'text',
          lines: [
            'failed to call webhook: Post \\"https://hook.shop.svc:9443/v?timeout=10s\\": no endpoints available for service \\"hook\\"',
          ],
        },
      ],
    });
    expect(first).toMatchObject({ variant: 'no-endpoints', subject: { kind: 'Webhook', name: 'hook' } });
    expect(first?.message).toContain('(Service shop/hook, port 9443)');
  });
  it('says that a Service has endpoints, if for other ports', async () => {
    const message =
      'Error from server (InternalError): Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://hook.shop.svc:9443/v?timeout=10s": no endpoints available for service "hook"';
    const facts = { commandFailures: [{ reason: 'server-error' as const, message }] };
    const { first } = await run(failing, { facts, objects: [hook, someEndpoints('hook', ['10.1.0.7'])] });
    expect(first?.message).toContain('has 1 ready endpoint');
    expect((await run(failing, { facts, objects: [hook] })).first?.message).toContain('no ready pod stands behind');
  });
  it('says why metrics-server has no numbers', async () => {
    const line = (node: string) =>
      `E0301 11:59:00.000000       1 scraper.go:140] "Failed to scrape node" err="Get \\"https://192.0.2.7:10250/metrics/resource\\": x509: cannot validate certificate for 192.0.2.7 because it doesn't contain any IP SANs" node="${node}"`;
    const lines = [line('node-1'), ...Array.from({ length: 50 }, (_, i) => `I0301 12:00:${String(i)}.1  1 a.go:1] on`)];
    const logs = [{ class: 'container' as const, origin: { program: 'metrics-server' }, lines }];
    expect((await run(metricsServer, { logs })).first).toMatchObject({ variant: 'scrape', severity: 'warning' });
    const { first } = await run(metricsServer, {
      logs,
      facts: {
        commandFailures: [
          {
            reason: 'server-error',
            message:
              'Error from server (ServiceUnavailable): the server is currently unable to handle the request (get nodes.metrics.k8s.io)',
          },
        ],
      },
    });
    expect(first?.message).toContain("cannot read the kubelets: doesn't contain any IP SANs");
  });
});

describe('webhooks in texts that were cut', () => {
  const event = (name: string, message: string) =>
    anEvent({ kind: 'ReplicaSet', name: 'web-5d9c7b8f6d' }, 'FailedCreate', `Error creating: ${message}`, {
      metadata: { name },
    });
  it('a name that ends with its line is the beginning of another', async () => {
    const { found } = await run(failing, {
      objects: [event('a', REFUSED), event('b', 'Internal error occurred: failed calling webhook "check.exam')],
    });
    expect(found.map(({ subject }) => subject.name)).toEqual(['check.example.com']);
  });
  it('a call without the sentence before it is of the API server when it says how long it would have waited', async () => {
    const line =
      'Post https://hook.shop.svc:443/admission?timeout=30s: net/http: request canceled (Client.Timeout exceeded)';
    const logs = [{ class: 'text' as const, lines: [line] }];
    expect((await run(failing, { logs })).first).toMatchObject({ variant: 'timeout', subject: { name: 'hook' } });
    const own = [{ class: 'text' as const, lines: [line.replace('?timeout=30s', '')] }];
    expect((await run(failing, { logs: own })).found).toEqual([]);
  });
});

describe('the discovery cache of kubectl', () => {
  it('names the groups that do not answer', async () => {
    const message = (group: string) =>
      `couldn't get resource list for ${group}: the server is currently unable to handle the request`;
    const facts = {
      commandFailures: [
        { reason: 'server-error' as const, message: message('metrics.k8s.io/v1beta1') },
        { reason: 'server-error' as const, message: message('things.example.org/v3') },
      ],
    };
    expect((await run(apiServiceUnavailable, { facts })).found.map((one) => one.subject.name)).toEqual([
      'v3.things.example.org',
    ]);
    expect((await run(metricsServer, { facts })).first?.variant).toBe('unavailable');
  });
});

describe('a cluster operator that stops upgrades', () => {
  const operator = (reason: string) => ({
    apiVersion: 'config.openshift.io/v1',
    kind: 'ClusterOperator',
    metadata: { name: 'machine-config' },
    status: {
      conditions: [{ type: 'Upgradeable', status: 'False', reason, message: 'One or more pools are degraded' }],
    },
  });
  it('is told when a part of it is degraded', async () => {
    const { first } = await run(clusterOperator, { objects: [operator('DegradedPool')] });
    expect(first).toMatchObject({ variant: 'upgrade-blocked', severity: 'warning' });
    expect((await run(clusterOperator, { objects: [operator('MultipleReasons')] })).found).toEqual([]);
  });
});

describe('quotes of other programs', () => {
  it.each([
    ['in CSV', (text: string) => `"${text.replaceAll('"', '""')}"`],
    ['of a word processor', (text: string) => text.replace(/"([^"]*)"/g, '\u201c$1\u201d')],
  ])('%s', async (_where, quoted) => {
    const message = `W0301 11:59:00.000000  12 dispatcher.go:191] ${REFUSED}`;
    const { first } = await run(failing, { logs: [{ class: 'text', lines: [quoted(message)] }] });
    expect(first).toMatchObject({ variant: 'timeout', subject: { name: 'check.example.com' } });
    expect(first?.message).toContain('(Service shop/hook, port 443)');
  });
});
