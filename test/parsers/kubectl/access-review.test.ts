import { expect, it } from 'vitest';
import check from '../../../src/checks/1-application/log-rbac-forbidden.ts';
import { parseCommand } from '../../../src/parsers/command.ts';
import parser from '../../../src/parsers/kubectl/access-review.ts';
import { run } from '../../build.ts';
import { collect } from '../collect.ts';

const AS = '--as=system:serviceaccount:shop:web';
const ask = async (command: string, answer: string) => {
  const origin = { command: parseCommand(command)! };
  if (!parser.sniff(answer.split('\n'), { file: 'x', firstLine: 1, ...origin })) return undefined;
  return (await collect(parser, answer, origin)).facts.accessReviews;
};

it('keeps who asked for what, and the answer', async () => {
  expect(await ask(`kubectl auth can-i list pods -n data ${AS}`, 'no - no RBAC policy matched')).toMatchObject([
    { verb: 'list', resource: 'pods', namespace: 'data', account: 'system:serviceaccount:shop:web', allowed: false },
  ]);
  expect(await ask('kubectl auth can-i create deployments', 'yes')).toMatchObject([{ allowed: true }]);
  expect(await ask('kubectl auth can-i --list', 'Resources  Non-Resource URLs\npods  []')).toBeUndefined();
  expect(await ask('kubectl get pods', 'no')).toBeUndefined();
});

it('is a finding where a ServiceAccount was refused', async () => {
  const by = async (command: string, answer: string) =>
    run(check, { facts: { accessReviews: (await ask(command, answer)) ?? [] } });
  const { first } = await by(`kubectl auth can-i list pods -n data ${AS}`, 'no');
  expect(first?.subject).toMatchObject({ kind: 'ServiceAccount', namespace: 'shop', name: 'web' });
  expect(first?.message).toContain('may not list pods in namespace data');
  expect((await by(`kubectl auth can-i list pods ${AS}`, 'yes')).found).toEqual([]);
  // Whoever holds the kubeconfig is no program.
  expect((await by('kubectl auth can-i list pods', 'no')).found).toEqual([]);
});
