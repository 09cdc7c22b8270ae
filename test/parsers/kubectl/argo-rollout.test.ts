import { expect, test } from 'vitest';
import parser from '../../../src/parsers/kubectl/argo-rollout.ts';
import { run } from './run.ts';

const text = (status: string, message = ''): string => `Name:            web
Namespace:       shop
Status:          ${status}
${message}Strategy:        Canary
  Step:          1/4

NAME                KIND      STATUS        AGE  INFO
⟳ web               Rollout   ${status}     9d`;

test('what a rollout says of itself', () => {
  const aborted = text('✖ Degraded', 'Message:         RolloutAborted: Rollout aborted update to revision 7\n');
  const { sniffed, facts } = run(parser, aborted);
  expect(sniffed).toBe(true);
  expect(facts[0]?.record).toMatchObject({
    resourceKind: 'Rollout',
    name: 'web',
    namespace: 'shop',
    state: 'Degraded',
    message: 'RolloutAborted: Rollout aborted update to revision 7',
    source: { line: 4 },
  });
  expect(run(parser, text('✔ Healthy')).facts[0]?.record).toMatchObject({ state: 'Healthy' });
});

test('other descriptions are not its own', () => {
  expect(run(parser, 'Name:   web-0\nNamespace:   shop\nStatus:   Running\n').sniffed).toBe(false);
});
