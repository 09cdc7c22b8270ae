import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/net-address-not-answering.ts';
import { run } from '../../build.ts';

const tried = (
  target: string,
  port: number,
  outcome: 'ok' | 'timeout' | 'refused' | 'http-error',
  more: object = {},
) => ({
  tool: 'nc',
  target,
  port,
  outcome,
  ...more,
});

it('names the machine and the part of the cluster behind a port that lets no connection in', async () => {
  const objects = [
    {
      kind: 'Node',
      metadata: { name: 'node-2' },
      status: { addresses: [{ type: 'InternalIP', address: '10.8.0.12' }] },
    },
  ];
  const { first } = await run(check, {
    objects,
    facts: { probes: [tried('10.8.0.12', 10250, 'timeout', { node: 'cp-1' }), tried('10.8.0.13', 10250, 'ok')] },
  });
  expect(first).toMatchObject({ subject: { kind: 'Node', name: 'node-2' }, severity: 'warning', variant: 'timeout' });
  expect(first?.message).toBe('A connection from cp-1 to 10.8.0.12:10250 (the kubelet) times out (nc)');
});

it('tells a site that answers with an error of its server apart', async () => {
  const probes = [tried('shop.example.com', 443, 'http-error', { tool: 'curl', httpStatus: 504 })];
  const { first } = await run(check, { facts: { probes } });
  expect(first?.message).toBe('A connection to shop.example.com:443 answers HTTP 504 (curl)');
  expect(first?.fix?.[0]).toContain('ingress controller');
});

it('is quiet where most tries succeed, and about a page that is not there', async () => {
  const probes = [tried('10.8.0.12', 22, 'timeout'), tried('10.8.0.12', 22, 'ok')];
  expect((await run(check, { facts: { probes } })).first?.severity).toBe('info');
  const missing = [tried('shop.example.com', 443, 'http-error', { httpStatus: 404 })];
  expect((await run(check, { facts: { probes: missing } })).found).toEqual([]);
});

it('leaves the API server, Services and the outside of pods to their own checks', async () => {
  const from = { pod: 'web-1', namespace: 'shop' };
  const probes = [
    tried('10.8.0.10', 6443, 'refused'),
    tried('api', 80, 'timeout', { from }),
    tried('203.0.113.9', 443, 'timeout', { from }),
  ];
  expect((await run(check, { facts: { probes } })).found).toEqual([]);
});
