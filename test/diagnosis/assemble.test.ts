import { expect, test } from 'vitest';
import { examine } from '../../src/checks/engine.ts';
import { assemble } from '../../src/diagnosis/assemble.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Finding, Subject } from '../../src/result.ts';
import { anEvent, aPod, snapshotOf } from '../build.ts';
import { says } from './says.ts';

const bundle = { name: 'bundle', layouts: [], files: 1, bytes: 1, refused: [] };

/** The finding of a check that says this about a subject. */
async function finding(subject: Subject, options: Parameters<typeof says>[2]): Promise<Finding> {
  const snapshot = await snapshotOf({ objects: [aPod()] });
  const examined = examine([says('one', subject, options)], snapshot);
  const { findings } = assemble(examined, diagnose(examined.found, snapshot, [], []), snapshot, bundle, 'test');
  return findings[0] as Finding;
}

test('places in texts are filled; in commands for a shell; one without a value stays visible', async () => {
  const { fix, next } = await finding(
    { kind: 'Pod', namespace: 'shop', name: 'we b' },
    {
      fix: ['Look at {name} in {namespace}.', 'No place.'],
      next: ['kubectl logs {name} -n {namespace} -c {container} {x}'],
      params: { x: "it's" },
    },
  );
  expect(fix).toEqual(['Look at we b in shop.', 'No place.']);
  expect(next).toEqual([`kubectl logs 'we b' -n shop -c CONTAINER 'it'\\''s'`]);
});

test('a place that is called like a part of every object is one without a value', async () => {
  const { next } = await finding({ kind: 'Pod', name: 'web' }, { next: ['get {constructor} {toString}'] });
  expect(next).toEqual(['get CONSTRUCTOR TOSTRING']);
});

test('what nothing names stays a place in commands', async () => {
  const { fix, next } = await finding(
    { kind: 'Pod', name: 'unnamed pod', container: 'unnamed', node: 'unnamed node' },
    { fix: ['Look at {name}.'], next: ['kubectl logs {name} -c {container}', 'ssh {node}'] },
  );
  expect(fix).toEqual(['Look at unnamed pod.']);
  expect(next).toEqual(['kubectl logs POD -c CONTAINER', 'ssh NODE']);
});

test('a message begins like a sentence, unless it begins with a name', async () => {
  const told = async (message: string): Promise<string> =>
    (await finding({ kind: 'Pod', name: 'web' }, { message })).message;
  expect(await told('container app of web ended')).toBe('Container app of web ended');
  expect(await told('the log ends')).toBe('The log ends');
  expect(await told('api-1 is the only one')).toBe('api-1 is the only one');
});

test('a quote that a check gives twice is there once', async () => {
  const pod = aPod();
  const snapshot = await snapshotOf({ objects: [pod] });
  const twice = says('one', { kind: 'Pod', name: 'web' });
  const quote = { file: 'f', line: 3, text: 'x' };
  const examined = examine(
    [
      {
        ...twice,
        *run() {
          yield { subject: { kind: 'Pod', name: 'web' }, message: 'm', evidence: [quote, quote] };
        },
      },
    ],
    snapshot,
  );
  const { findings } = assemble(examined, diagnose(examined.found, snapshot, [], []), snapshot, bundle, 'test');
  expect(findings[0]?.evidence).toEqual([quote]);
});

test('the timeline names the warnings about what was found, once, oldest first', async () => {
  const pod = aPod();
  const { name } = pod['metadata'] as { name: string };
  const subject = { kind: 'Pod', namespace: 'shop', name };
  const at = (firstTimestamp: string, type = 'Warning') => ({ type, firstTimestamp: `2026-03-01T${firstTimestamp}Z` });
  const snapshot = await snapshotOf({
    objects: [
      pod,
      anEvent(subject, 'BackOff', 'Back-off restarting', at('11:50:00')),
      anEvent(subject, 'Failed', 'Error: boom', at('11:40:00')),
      anEvent(subject, 'Pulled', 'Pulled image', at('11:30:00', 'Normal')),
    ],
  });
  const examined = examine([says('a', subject), says('b', subject)], snapshot);
  const { timeline } = assemble(examined, diagnose(examined.found, snapshot, [], []), snapshot, bundle, 'test');
  expect(timeline.map(({ time, text }) => [time, text])).toEqual([
    ['2026-03-01T11:40:00.000Z', `Pod shop/${name}: Failed: Error: boom`],
    ['2026-03-01T11:50:00.000Z', `Pod shop/${name}: BackOff: Back-off restarting`],
  ]);
});
