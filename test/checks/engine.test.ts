import { expect, test } from 'vitest';
import { defineCheck } from '../../src/checks/check.ts';
import { examine } from '../../src/checks/engine.ts';
import { aDeployment, aPod, snapshotOf } from '../build.ts';

const texts = {
  layer: 1,
  title: 'fine',
  failureTitle: 'broken',
  why: 'because',
  fix: [],
  next: [],
  severity: 'critical',
  confidence: 'high',
} as const;
const broken = defineCheck({
  ...texts,
  id: 'broken',
  needs: ['pods'],
  *run({ pods }, { snapshot }) {
    for (const pod of pods)
      yield {
        subject: snapshot.subject(pod),
        message: pod.metadata.name,
        evidence: [snapshot.quote(pod, '/status/phase')],
      };
  },
});

test('a check without its facts is not checked, with the reason and the command', async () => {
  const { outcomes } = examine([broken], await snapshotOf({}));
  expect(outcomes[0]).toMatchObject({
    outcome: 'not-checked',
    reason: 'not in the bundle: Pod objects',
    collectWith: ['kubectl get pods -A -o json'],
  });
});

test('an empty listing is an answer', async () => {
  expect(examine([broken], await snapshotOf({ complete: ['Pod'] })).outcomes[0]?.outcome).toBe('passed');
});

test('a check that throws is crashed, and the others go on', async () => {
  const crashing = defineCheck({
    ...texts,
    id: 'crashing',
    needs: ['pods'],
    // oxlint-disable-next-line require-yield
    *run() {
      throw new TypeError('oops');
    },
  });
  const { outcomes, found } = examine([crashing, broken], await snapshotOf({ objects: [aPod()] }));
  expect(outcomes.map((o) => o.outcome)).toEqual(['crashed', 'failed']);
  expect(outcomes[0]?.reason).toBe('TypeError: oops');
  expect(found).toHaveLength(1);
});

test('the same finding on the pods of one workload is one finding with a count', async () => {
  const { found } = examine(
    [broken],
    await snapshotOf({
      objects: [
        aPod('web-5d9c7b8f6d-aaaaa'),
        aPod('web-5d9c7b8f6d-bbbbb'),
        aPod('pay-5d9c7b8f6d-ccccc', { metadata: { ownerReferences: [] } }),
      ],
    }),
  );
  expect(found.map((one) => [one.id, one.also.length])).toEqual([
    ['broken/shop/pay-5d9c7b8f6d-ccccc', 0],
    ['broken/shop/web', 1],
  ]);
});

test('a critical pod is a warning while its Deployment has all its replicas ready', async () => {
  const severity = async (readyReplicas: number) =>
    examine([broken], await snapshotOf({ objects: [aPod(), aDeployment('web', { status: { readyReplicas } })] }))
      .found[0]?.severity;
  expect(await severity(2)).toBe('warning');
  expect(await severity(1)).toBe('critical');
});

test('what has recovered is info', async () => {
  const recovered = defineCheck({
    ...texts,
    id: 'recovered',
    needs: ['pods'],
    *run({ pods }, { snapshot }) {
      for (const pod of pods)
        yield {
          subject: snapshot.subject(pod),
          message: 'm',
          state: 'recovered' as const,
          evidence: [snapshot.quote(pod, '/status/phase')],
        };
    },
  });
  expect(examine([recovered], await snapshotOf({ objects: [aPod()] })).found[0]?.severity).toBe('info');
});

test('of a rule that meets everything the worst are listed, and its outcome counts them', async () => {
  const pods = (n: number) =>
    Array.from({ length: n }, (_, i) => aPod(`job-${i}`, { metadata: { ownerReferences: [] } }));
  const graded = defineCheck({
    ...texts,
    id: 'graded',
    needs: ['pods'],
    *run({ pods: all }, { snapshot }) {
      for (const [i, pod] of all.entries())
        yield {
          subject: snapshot.subject(pod),
          message: 'm',
          severity: i === 250 ? ('critical' as const) : ('warning' as const),
          evidence: [snapshot.quote(pod, '/status/phase')],
        };
    },
  });
  const some = examine([graded], await snapshotOf({ objects: pods(300) }));
  expect(some.outcomes[0]?.reason).toBe('the worst 200 of 300 findings are listed');
  expect(some.found.map(({ severity }) => severity)).toEqual([
    ...Array.from({ length: 199 }, () => 'warning'),
    'critical',
  ]);
  const all = examine([graded], await snapshotOf({ objects: pods(1200) }));
  expect(all.outcomes[0]?.reason).toBe('the worst 200 of more than 1000 findings are listed');
  expect(examine([graded], await snapshotOf({ objects: pods(200) })).outcomes[0]?.reason).toBeUndefined();
});
