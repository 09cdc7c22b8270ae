import { expect, it } from 'vitest';
import allocation from '../../../src/checks/3-networking/svc-ip-or-port-allocation.ts';
import mismatch from '../../../src/checks/3-networking/dns-clusterdns-mismatch.ts';
import { anEvent, aPod, aService, run } from '../../build.ts';

it('svc-ip-or-port-allocation', async () => {
  const event = anEvent(
    { kind: 'Service', name: 'web' },
    'ClusterIPOutOfRange',
    'Cluster IP 10.99.0.4 is not within the service CIDR',
  );
  const { first } = await run(allocation, { objects: [event] });
  expect(first?.subject).toMatchObject({ kind: 'Service', name: 'web' });
  expect(first?.message).toContain('10.99.0.4');
  const other = anEvent({ kind: 'Service', name: 'web' }, 'EnsuredLoadBalancer', 'Ensured load balancer');
  expect((await run(allocation, { objects: [other] })).outcome).toBe('passed');
  expect((await run(allocation, { objects: [aPod()] })).outcome).toBe('not-checked');
});

it('dns-clusterdns-mismatch', async () => {
  const dns = aService('kube-dns', { metadata: { namespace: 'kube-system' }, spec: { clusterIP: '10.96.0.10' } });
  const flag = (value: string) => [{ topic: 'kubelet-flag', key: 'cluster-dns', value, node: 'n7' }];
  const { first } = await run(mismatch, { objects: [dns], facts: { hostValues: flag('10.0.0.10') } });
  expect(first?.subject).toMatchObject({ kind: 'Node', name: 'n7' });
  expect(first?.message).toContain('10.0.0.10');
  for (const right of ['10.96.0.10', '169.254.20.10'])
    expect((await run(mismatch, { objects: [dns], facts: { hostValues: flag(right) } })).outcome).toBe('passed');
  const file = {
    path: '/var/lib/kubelet/config.yaml',
    node: 'n7',
    text: 'kind: KubeletConfiguration\nclusterDNS:\n- 10.0.0.10\nclusterDomain: cluster.local\n',
  };
  expect((await run(mismatch, { objects: [dns], facts: { configFiles: [file] } })).outcome).toBe('failed');
  expect((await run(mismatch, {})).outcome).toBe('not-checked');
});

it('dns-clusterdns-mismatch: the resolv.conf inside of a pod', async () => {
  const dns = aService('kube-dns', { metadata: { namespace: 'kube-system' }, spec: { clusterIP: '10.96.0.10' } });
  const file = (server: string, search = 'shop.svc.cluster.local svc.cluster.local') => ({
    path: '/etc/resolv.conf',
    pod: { namespace: 'shop', name: 'web-1' },
    text: `nameserver ${server}\nsearch ${search}\noptions ndots:5\n`,
  });
  const by = (one: ReturnType<typeof file>, ...pods: readonly object[]) =>
    run(mismatch, { objects: [dns, ...pods], facts: { configFiles: [one] } });
  const { first } = await by(file('10.0.0.10'));
  expect(first?.subject).toMatchObject({ kind: 'Pod', namespace: 'shop', name: 'web-1' });
  expect(first?.message).toBe('Pod web-1 asks the DNS server 10.0.0.10, but the cluster DNS is 10.96.0.10');
  expect((await by(file('10.96.0.10'))).outcome).toBe('passed');
  expect((await by(file('10.0.0.10', 'example.com'))).outcome).toBe('passed');
  expect((await by(file('10.0.0.10'), aPod('web-1', { spec: { dnsPolicy: 'None' } }))).outcome).toBe('passed');
});
