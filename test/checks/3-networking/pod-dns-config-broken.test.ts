import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/pod-dns-config-broken.ts';
import { aPod, aService, run } from '../../build.ts';

const dns = aService('kube-dns', { metadata: { namespace: 'kube-system' }, spec: { clusterIP: '10.96.0.10' } });
const pod = (spec: Record<string, unknown>, ready = 'False') =>
  aPod('web-5d9c7b8f6d-k2xvq', { spec, status: { conditions: [{ type: 'Ready', status: ready }] } });

it('tells a nameserver that is not the cluster DNS', async () => {
  const lines = ['dial tcp: lookup db.shop.svc on 192.0.2.9:53: read udp 10.0.1.5:4->192.0.2.9:53: i/o timeout'];
  const { first } = await run(check, {
    objects: [dns, pod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.9'] } })],
    logs: [{ class: 'container', origin: { pod: 'web-5d9c7b8f6d-k2xvq', namespace: 'shop' }, lines }],
  });
  expect(first).toMatchObject({ variant: 'nameserver', severity: 'critical', subject: { workload: { name: 'web' } } });
  expect(first?.message).toContain('192.0.2.9');
  expect(first?.message).toContain('10.96.0.10');
  expect(first?.evidence.some((e) => e.text.includes('i/o timeout'))).toBe(true);
});

it('is silent with the cluster DNS among the servers, the node-local cache, and on the default', async () => {
  for (const server of ['10.96.0.10', '169.254.20.10'])
    expect(
      (await run(check, { objects: [dns, pod({ dnsPolicy: 'None', dnsConfig: { nameservers: [server] } })] })).outcome,
    ).toBe('passed');
  expect((await run(check, { objects: [dns, pod({ dnsPolicy: 'ClusterFirst' })] })).outcome).toBe('passed');
  expect((await run(check, { objects: [dns] })).outcome).toBe('not-checked');
});

it('does not mind a healthy pod that needs no cluster names', async () => {
  expect(
    (
      await run(check, {
        objects: [dns, pod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.9'] } }, 'True')],
      })
    ).outcome,
  ).toBe('passed');
});
