import { expect, test } from 'vitest';
import type { PolicyPod } from '../../../src/simulation/network-policy/evaluate.ts';
import { policyPath } from '../../../src/simulation/network-policy/path.ts';
import type { NetworkPolicy } from '../../../src/snapshot/kinds/index.ts';

const pod = (name: string): PolicyPod => ({
  kind: 'pod',
  namespace: 'bank',
  name,
  labels: { app: name },
  namespaceLabels: {},
  hostNetwork: false,
  ports: [],
});
const policy = (name: string, spec: object): NetworkPolicy => ({
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'bank' },
  spec,
});
const only = (app: string) => ({ podSelector: { matchLabels: { app } } });
const deny = policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const out = policy('web-out', { ...only('web'), policyTypes: ['Egress'], egress: [{ to: [only('db')] }] });
const wrongPort = policy('db-in', { ...only('db'), ingress: [{ from: [only('web')], ports: [{ port: 80 }] }] });
const flow = { from: pod('web'), to: pod('db'), protocol: 'TCP', port: 5432 } as const;

test('names at each station what decides: the rule that lets through, all policies that do not', () => {
  const { port, steps } = policyPath([deny, out, wrongPort], flow, { service: 'Service bank/db' });
  expect(port).toBe('5432/TCP');
  expect(steps.map(({ at, verdict, policies }) => [at, verdict, policies])).toEqual([
    ['source', undefined, []],
    ['egress', 'passes', ['bank/web-out']],
    ['service', undefined, []],
    ['ingress', 'drops', ['bank/deny', 'bank/db-in']],
    ['target', undefined, []],
  ]);
  expect(steps[3]?.says).toEqual([
    'deny: allows no ingress at all',
    'db-in: rule 1 fits the source, but not port 5432/TCP',
  ]);
});

test('a side that no policy isolates lets everything pass', () => {
  const { steps } = policyPath([wrongPort], flow);
  expect(steps.map(({ at }) => at)).toEqual(['source', 'egress', 'ingress', 'target']);
  expect(steps[1]).toMatchObject({
    verdict: 'passes',
    policies: [],
    says: ['no policy isolates the source for egress'],
  });
  expect(steps[0]?.name).toBe('Pod bank/web');
});

test('labels that are not known make a station unknown', () => {
  const { steps } = policyPath([wrongPort], { ...flow, port: 80, from: { ...pod('web'), labels: undefined } });
  expect(steps[2]?.verdict).toBe('unknown');
});
