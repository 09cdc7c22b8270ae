import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/kube-proxy-down.ts';
import { aNode, aPod, run } from '../../build.ts';

const unit = (node: string, active: string, sub: string) => ({
  unit: 'kube-proxy.service',
  load: 'loaded',
  active,
  sub,
  node,
});

it('tells a stopped unit and where it runs', async () => {
  const { first } = await run(check, {
    facts: { units: [unit('n1', 'inactive', 'dead'), unit('n2', 'active', 'running')] },
  });
  expect(first?.subject).toMatchObject({ kind: 'Node', name: 'n1', node: 'n1' });
  expect(first?.message).toContain('inactive (dead)');
});

it('tells a pod that is not ready on a Ready node, not one on a lost node', async () => {
  const pod = aPod('kube-proxy-x7k2q', {
    metadata: { namespace: 'kube-system' },
    status: { conditions: [{ type: 'Ready', status: 'False' }] },
  });
  expect((await run(check, { objects: [pod, aNode()] })).first?.variant).toBe('pod');
  const lost = aNode('node-1', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } });
  expect((await run(check, { objects: [pod, lost] })).outcome).toBe('passed');
});

it('is silent where it runs and where there is no such unit', async () => {
  const none = { unit: 'kube-proxy.service', load: 'not-found', active: 'inactive', node: 'n1' };
  expect((await run(check, { facts: { units: [unit('n1', 'active', 'running'), none] } })).outcome).toBe('passed');
  expect((await run(check, {})).outcome).toBe('not-checked');
});
