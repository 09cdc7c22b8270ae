import { expect, it } from 'vitest';
import check from '../../../src/checks/3-networking/svc-selector-matches-nothing.ts';
import { aDeployment, aPod, aService, run, someEndpoints } from '../../build.ts';

const odd = aService('web', { spec: { selector: { app: 'wed' } } });

it('names the closest pods and the label that differs', async () => {
  const { first, outcome } = await run(check, { objects: [odd, aPod(), someEndpoints('web', [])] });
  expect(outcome).toBe('failed');
  expect(first?.subject).toMatchObject({ kind: 'Service', name: 'web', namespace: 'shop' });
  expect(first?.severity).toBe('critical');
  expect(first?.message).toContain('app=wed');
  expect(first?.message).toContain('app=web instead of app=wed');
  expect(first?.evidence[0].text).toContain('"app":"wed"');
});

it('finds the value of the selector under another label', async () => {
  const keyed = aService('front', { spec: { selector: { name: 'web' } } });
  const { first } = await run(check, { objects: [keyed, aPod()] });
  expect(first?.severity).toBe('critical');
  expect(first?.message).toContain('with app=web instead of name=web');
});

it('is silent when the selector matches, or a template without pods carries the labels', async () => {
  expect((await run(check, { objects: [aService(), aPod()] })).outcome).toBe('passed');
  const scaled = aDeployment('wed', { spec: { replicas: 0 } });
  expect((await run(check, { objects: [odd, aPod(), scaled] })).outcome).toBe('passed');
});

it('says nothing of pods that were not listed in full, or whose labels are not known', async () => {
  expect((await run(check, { objects: [odd, aPod()], complete: ['Service'] })).outcome).toBe('passed');
  const unlabelled = aPod('web-5d9c7b8f6d-k2xvq', { metadata: { labels: undefined } });
  expect((await run(check, { objects: [odd, unlabelled] })).outcome).toBe('passed');
});

it('compares pasted tables that name no namespace, when the pods have the name of the Service', async () => {
  const bare = (object: object) => {
    const { metadata, ...rest } = object as { metadata: Record<string, unknown> };
    return { ...rest, metadata: { ...metadata, namespace: undefined } };
  };
  const objects = [bare(odd), bare(aPod())];
  const { first } = await run(check, { objects, complete: false });
  expect(first).toMatchObject({ severity: 'critical', confidence: 'medium' });
  expect(first?.message).toContain('which no pod that the bundle shows carries');
  const other = aService('shelf', { spec: { selector: { app: 'wed' } } });
  expect((await run(check, { objects: [bare(other), bare(aPod())], complete: false })).outcome).toBe('passed');
});

it('takes a Service that nobody misses for information only', async () => {
  const other = aService('queue', { spec: { selector: { role: 'broker' } } });
  expect((await run(check, { objects: [other, aPod()] })).first?.severity).toBe('info');
});

it('is not checked without Services', async () => {
  expect((await run(check, { objects: [aPod()] })).outcome).toBe('not-checked');
});
