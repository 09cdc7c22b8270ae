import { expect, test } from 'vitest';
import eksHealth from '../../../src/parsers/control-plane/eks-health.ts';
import { collect } from '../collect.ts';

const group = (issues: readonly object[]): string =>
  JSON.stringify({
    nodegroup: {
      nodegroupName: 'quay',
      nodegroupArn: 'arn:aws:eks:eu-west-9:000000000000:nodegroup/tides/quay/1',
      status: 'DEGRADED',
      health: { issues },
    },
  });
const FULL = {
  code: 'InsufficientFreeAddresses',
  message: 'The subnets have no free addresses.',
  resourceIds: ['s-1'],
};

test('each issue is a condition that is not met', async () => {
  const { facts } = await collect(eksHealth, group([FULL]));
  expect(facts.customResources).toMatchObject([
    {
      resourceKind: 'Nodegroup',
      name: 'quay',
      state: 'DEGRADED',
      conditions: [{ type: 'Healthy', status: 'False', reason: 'InsufficientFreeAddresses' }],
    },
  ]);
});

test('without issues there is only a state', async () => {
  const { facts } = await collect(eksHealth, group([]));
  expect(facts.customResources).toMatchObject([{ name: 'quay', conditions: [] }]);
});

test('other documents, and machines that never became nodes, are left to others', () => {
  const recognised = (text: string) => eksHealth.sniff?.(text.split('\n'), { file: 'a.txt', firstLine: 1 });
  expect(recognised(group([FULL]))).toBe(true);
  expect(recognised(group([{ ...FULL, code: 'NodeCreationFailure' }]))).toBe(false);
  expect(recognised('{"cluster": {"name": "tides"}}')).toBe(false);
});

test('what is cut is said to be unread', async () => {
  expect((await collect(eksHealth, '{"addon": {')).unread).toEqual(['no add-on, node group or cluster of EKS in it']);
});
