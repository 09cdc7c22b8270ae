import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/cni-cilium-status-bad.ts';
import { run } from '../../build.ts';

const text = (...lines: string[]) => ({ logs: [{ class: 'text' as const, lines }] });

it('tells which nodes Cilium does not reach', async () => {
  const { first } = await run(
    check,
    text(
      'Cluster health:   1/3 reachable   (2026-03-01T10:00:00Z)',
      '  Name            IP              Node          Endpoints',
      '  shop/node-2     192.0.2.7       unreachable   reachable',
      '  shop/node-3     192.0.2.8       unreachable   reachable',
    ),
  );
  expect(first).toMatchObject({ severity: 'critical', variant: 'nodes' });
  expect(first?.message).toContain('reaches 1 of 3 nodes, not shop/node-2, shop/node-3');
  expect(first?.related).toContainEqual({ kind: 'Node', name: 'node-3' });
  expect(first?.evidence).toHaveLength(3);
});

it('tells which part fails', async () => {
  const { first } = await run(
    check,
    text(
      'Cluster health:   3/3 reachable   (2026-03-01T10:00:00Z)',
      'Kubernetes:             Failure   Get "https://10.96.0.1:443/version": dial tcp 10.96.0.1:443: i/o timeout',
    ),
  );
  expect(first).toMatchObject({ severity: 'warning', variant: 'part' });
  expect(first?.message).toContain('Kubernetes: Get "https://10.96.0.1:443/version"');
});

it('is silent on a healthy status, and on tables of others', async () => {
  const healthy = text(
    'Cilium:                 Ok   1.15.1',
    'Controller Status:      22/22 healthy',
    '  ipcache-bpf-garbage-collection              51s ago        never        0       no error',
    'Cluster health:         3/3 reachable   (2026-03-01T10:00:00Z)',
  );
  expect((await run(check, healthy)).found).toEqual([]);
  expect((await run(check, text('  node-2          192.0.2.7     false       true'))).found).toEqual([]);
});
