/** What tables, single events and pasted logs show without the objects they are about. */
import { expect, test } from 'vitest';
import sandbox from '../../../src/checks/3-networking/cni-sandbox-failed.ts';
import lookup from '../../../src/checks/3-networking/dns-lookup-failed.ts';
import gateway from '../../../src/checks/3-networking/gateway-not-programmed.ts';
import targetPort from '../../../src/checks/3-networking/svc-target-port-mismatch.ts';
import calico from '../../../src/checks/3-networking/cni-calico-not-ready.ts';
import backendMissing from '../../../src/checks/3-networking/ingress-backend-missing.ts';
import unclaimed from '../../../src/checks/3-networking/ingress-class-unclaimed.ts';
import proxyDown from '../../../src/checks/3-networking/kube-proxy-down.ts';
import defaultDeny from '../../../src/checks/3-networking/netpol-default-deny.ts';
import allocation from '../../../src/checks/3-networking/svc-ip-or-port-allocation.ts';
import pending from '../../../src/checks/3-networking/svc-lb-pending.ts';
import { aDeployment, anEvent, aPod, aService, run } from '../../build.ts';
import { examine } from '../../../src/checks/engine.ts';

const agent = (name: string, ready: boolean) =>
  aPod(name, {
    metadata: { namespace: 'kube-system', ownerReferences: undefined },
    spec: { nodeName: undefined },
    status: {
      conditions: undefined,
      containerStatuses: [{ name: '', ready, restartCount: 0, state: { running: {} } }],
    },
  });

test('cni-calico-not-ready: the probe of an agent that runs', async () => {
  const event = anEvent(
    { kind: 'Pod', namespace: 'kube-system', name: 'calico-node-x2k9q' },
    'Unhealthy',
    'Readiness probe failed: calico/node is not ready: felix is not ready: readiness probe reporting 503',
  );
  const { first } = await run(calico, { objects: [agent('calico-node-x2k9q', false), event] });
  expect(first?.message).toContain('felix is not ready');
  expect((await run(calico, { objects: [agent('calico-node-x2k9q', true), event] })).found).toEqual([]);
});

test('kube-proxy-down: a table without the node column', async () => {
  const { first } = await run(proxyDown, { objects: [agent('kube-proxy-x2k9q', false)] });
  expect(first).toMatchObject({ variant: 'pod', subject: { name: 'kube-proxy-x2k9q' } });
  expect(first?.message).toBe(
    'kube-proxy pod kube-proxy-x2k9q is not ready: Service addresses go stale or do not work there',
  );
  expect((await run(proxyDown, { objects: [agent('kube-proxy-x2k9q', true)] })).found).toEqual([]);
});

test('ingress-class-unclaimed: the controller says whom it ignores', async () => {
  const line =
    'I0305 11:20:08.511111       7 store.go:429] "Ignoring ingress because of error while validating ingress class" ingress="shop/web" error="ingress does not contain a valid IngressClass"';
  const logs = [{ class: 'text' as const, lines: [line] }];
  const { first } = await run(unclaimed, { logs });
  expect(first).toMatchObject({ variant: 'ignored', severity: 'warning', subject: { kind: 'Ingress', name: 'web' } });
  expect(first?.message).toContain('does not contain a valid IngressClass');
  const served = {
    kind: 'Ingress',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { ingressClassName: 'other' },
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
  };
  expect((await run(unclaimed, { objects: [served], logs })).first?.severity).toBe('info');
});

test('svc-lb-pending: events without the Service', async () => {
  const event = anEvent(
    { kind: 'Service', name: 'web' },
    'SyncLoadBalancerFailed',
    'Error syncing load balancer: failed to ensure load balancer: no subnet',
  );
  const { first } = await run(pending, { objects: [event] });
  expect(first?.subject).toMatchObject({ kind: 'Service', name: 'web' });
  expect(first?.message).toContain('no subnet');
  // The Service is known and has its address: the event is old.
  const well = aService('web', { spec: { type: 'LoadBalancer' } });
  const served = { ...well, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } };
  expect((await run(pending, { objects: [served, event] })).found).toEqual([]);
});

test('svc-ip-or-port-allocation: what kubectl was answered', async () => {
  const message =
    'Error from server (Invalid): error when creating "svc.yaml": Service "web" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.9"}: failed to allocate IP 10.96.0.9: provided IP is already allocated';
  const { first } = await run(allocation, { facts: { commandFailures: [{ reason: 'other', message }] } });
  expect(first).toMatchObject({ variant: 'taken', subject: { kind: 'Service', name: 'web' } });
  expect(first?.message).toContain('10.96.0.9');
  const other = 'Error from server (NotFound): services "web" not found';
  expect(
    (await run(allocation, { facts: { commandFailures: [{ reason: 'not-found', message: other }] } })).found,
  ).toEqual([]);
});

test('ingress-backend-missing: kubectl describe has looked the backend up', async () => {
  const ingress = (text: string) => ({
    kind: 'Ingress',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'api', port: { number: 80 } } } }] } }],
    },
    text,
  });
  const { createStore } = await import('../../../src/snapshot/store.ts');
  const { createSnapshot } = await import('../../../src/snapshot/snapshot.ts');
  const judge = (text: string) => {
    const store = createStore();
    const { text: _, ...object } = ingress(text);
    store.object({ file: 'a.txt', firstLine: 1 }, object, {
      detail: 'described',
      marks: { '/spec/rules/0/http/paths/0': { line: 9, text } },
    });
    return examine([backendMissing], createSnapshot(store.finish())).found;
  };
  const [found] = judge('/   api:80 (<error: services "api" not found>)');
  expect(found).toMatchObject({ variant: 'service', subject: { kind: 'Ingress', name: 'web' } });
  expect(found?.message).toContain('services "api" not found');
  expect(judge('/   api:80 (10.0.0.1:8080)')).toEqual([]);
});

test('svc-target-port-mismatch: manifests alone', async () => {
  const port = { name: 'web', containerPort: 3000 };
  const objects = (targetPort: string | number) => [
    aService('web', { spec: { ports: [{ port: 80, targetPort }] } }),
    aDeployment('web', {
      spec: {
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', ports: [port] }] } },
      },
    }),
  ];
  const named = await run(targetPort, { objects: objects('http-web'), complete: ['Service'] });
  expect(named.first).toMatchObject({ variant: 'named-port', subject: { kind: 'Service', name: 'web' } });
  expect(named.first?.message).toContain('"http-web"');
  expect((await run(targetPort, { objects: objects('web'), complete: ['Service'] })).found).toEqual([]);
  // A number that no container declares may be served all the same, until somebody is refused.
  expect((await run(targetPort, { objects: objects(80), complete: ['Service'] })).found).toEqual([]);
  const probe = { tool: 'curl', target: 'web', port: 80, outcome: 'refused' as const, from: { namespace: 'shop' } };
  const refused = await run(targetPort, { objects: objects(80), facts: { probes: [probe] } });
  expect(refused.first?.message).toContain('3000');
});

test('gateway-not-programmed: no controller takes it', async () => {
  const made = (status: string, reason: string) => ({
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'shop' },
    spec: { gatewayClassName: 'ngf' },
    status: { conditions: [{ type: 'Accepted', status, reason, message: 'Waiting for controller' }] },
  });
  expect((await run(gateway, { objects: [made('Unknown', 'Pending')] })).first?.message).toContain('no controller');
  expect((await run(gateway, { objects: [made('True', 'Accepted')] })).found).toEqual([]);
});

test('cni-sandbox-failed: the words of the kubelet with dockershim', async () => {
  const event = anEvent(
    { kind: 'Pod', name: 'web-1' },
    'FailedCreatePodSandBox',
    'Failed create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container "aa" network for pod "web-1": NetworkPlugin cni failed to set up pod "web-1_shop" network: unable to allocate IP address',
  );
  expect((await run(sandbox, { objects: [event] })).first?.message).toContain('unable to allocate IP address');
});

test('dns-lookup-failed: a server that refuses is at fault, a name that does not exist is an answer', async () => {
  const probe = (text: string) => ({
    tool: 'nslookup',
    target: 'api',
    outcome: 'unresolved' as const,
    source: { file: 'a', line: 1, text },
  });
  const judge = async (text: string) => (await run(lookup, { facts: { probes: [probe(text)] } })).first?.severity;
  expect(await judge("** server can't find api: REFUSED")).toBe('critical');
  expect(await judge("** server can't find api: NXDOMAIN")).toBe('info');
});

test('dns-lookup-failed: a bare name that a pod asks for in vain is a Service that is missing, or a broken search list', async () => {
  const judge = async (target: string, tool = 'nslookup') => {
    const probe = { tool, target, outcome: 'unresolved' as const, from: { pod: 'tools' } };
    return (await run(lookup, { facts: { probes: [probe] } })).first;
  };
  expect(await judge('orders')).toMatchObject({ severity: 'warning', confidence: 'low' });
  expect(await judge('orders', 'curl')).toMatchObject({ severity: 'warning', confidence: 'low' });
  expect(await judge('gone.example.com')).toMatchObject({ severity: 'info' });
});

test('netpol-default-deny: a timeout into the namespace makes good practice a cause', async () => {
  const policy = (name: string, spec: object) => ({
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec },
  });
  const log = {
    class: 'container' as const,
    origin: { pod: 'caller-0', namespace: 'shop' },
    lines: ['ERROR upstream http://web.shop.svc.cluster.local:80/ failed: dial tcp 10.96.0.20:80: i/o timeout'],
  };
  const caller = aPod('caller-0', { metadata: { ownerReferences: undefined } });
  const objects = [aService('web'), caller, policy('deny', {})];
  const { first } = await run(defaultDeny, { objects, logs: [log] });
  expect(first).toMatchObject({ severity: 'critical', variant: 'blocks' });
  expect(first?.message).toContain('connections to Service web time out');
  expect(first?.related).toContainEqual({ kind: 'Service', namespace: 'shop', name: 'web' });
  // Nobody suffers, or another policy lets something in: it stays a note.
  expect((await run(defaultDeny, { objects })).first).toMatchObject({ severity: 'info' });
  const open = policy('allow', { ingress: [{}] });
  expect((await run(defaultDeny, { objects: [...objects, open], logs: [log] })).first).toMatchObject({
    severity: 'info',
  });
});
