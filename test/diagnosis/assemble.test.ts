import { expect, test } from 'vitest';
import { defineCheck } from '../../src/checks/check.ts';
import { examine } from '../../src/checks/engine.ts';
import { assemble } from '../../src/diagnosis/assemble.ts';
import { diagnose } from '../../src/diagnosis/graph.ts';
import type { Finding, Subject } from '../../src/result.ts';
import { anEvent, aPod, snapshotOf } from '../build.ts';

const bundle = { name: 'bundle', layouts: [], files: 1, bytes: 1, refused: [] };

/** The finding of a check with these texts about a subject. */
async function finding(subject: Subject, texts: { fix: string[]; next: string[] }, params = {}): Promise<Finding> {
  const check = defineCheck({
    id: 'one',
    layer: 1,
    title: 't',
    failureTitle: 'f',
    why: 'w',
    ...texts,
    severity: 'critical',
    confidence: 'high',
    needs: ['pods'],
    *run() {
      yield { subject, message: 'm', evidence: [{ file: 'f', text: 'x' }], params };
    },
  });
  const snapshot = await snapshotOf({ objects: [aPod()] });
  const examined = examine([check], snapshot);
  const { findings } = assemble(examined, diagnose(examined.found, snapshot, [], []), snapshot, bundle, 'test');
  return findings[0] as Finding;
}

test('places in texts are filled; in commands for a shell; one without a value stays visible', async () => {
  const { fix, next } = await finding(
    { kind: 'Pod', namespace: 'shop', name: 'we b' },
    {
      fix: ['Look at {name} in {namespace}.', 'No place.'],
      next: ['kubectl logs {name} -n {namespace} -c {container} {x}'],
    },
    { x: "it's" },
  );
  expect(fix).toEqual(['Look at we b in shop.', 'No place.']);
  expect(next).toEqual([`kubectl logs 'we b' -n shop -c CONTAINER 'it'\\''s'`]);
});

test('a place that is called like a part of every object is one without a value', async () => {
  const { next } = await finding({ kind: 'Pod', name: 'web' }, { fix: [], next: ['get {constructor} {toString}'] });
  expect(next).toEqual(['get CONSTRUCTOR TOSTRING']);
});

test('the timeline names the warnings about what was found, once, oldest first', async () => {
  const pod = aPod();
  const { name } = pod['metadata'] as { name: string };
  const subject = { kind: 'Pod', namespace: 'shop', name };
  const check = (id: string) =>
    defineCheck({
      id,
      layer: 1,
      title: 't',
      failureTitle: 'f',
      why: 'w',
      fix: [],
      next: [],
      severity: 'critical',
      confidence: 'high',
      needs: ['pods'],
      *run() {
        yield { subject, message: 'm', evidence: [{ file: 'f', text: 'x' }] };
      },
    });
  const at = (firstTimestamp: string, type = 'Warning') => ({ type, firstTimestamp: `2026-03-01T${firstTimestamp}Z` });
  const snapshot = await snapshotOf({
    objects: [
      pod,
      anEvent(subject, 'BackOff', 'Back-off restarting', at('11:50:00')),
      anEvent(subject, 'Failed', 'Error: boom', at('11:40:00')),
      anEvent(subject, 'Pulled', 'Pulled image', at('11:30:00', 'Normal')),
    ],
  });
  const examined = examine([check('a'), check('b')], snapshot);
  const { timeline } = assemble(examined, diagnose(examined.found, snapshot, [], []), snapshot, bundle, 'test');
  expect(timeline.map(({ time, text }) => [time, text])).toEqual([
    ['2026-03-01T11:40:00.000Z', `Pod shop/${name}: Failed: Error: boom`],
    ['2026-03-01T11:50:00.000Z', `Pod shop/${name}: BackOff: Back-off restarting`],
  ]);
});
