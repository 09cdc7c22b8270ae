import { expect, test } from 'vitest';
import { examine } from '../../src/checks/engine.ts';
import { assemble } from '../../src/diagnosis/assemble.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Finding, Severity, Subject } from '../../src/result.ts';
import { anEvent, aNode, aPod, snapshotOf } from '../build.ts';
import { says } from './says.ts';

const bundle = { name: 'bundle', layouts: [], files: 1, bytes: 1, refused: [] };

/** The finding of a check that says this about a subject. */
async function finding(subject: Subject, options: Parameters<typeof says>[2]): Promise<Finding> {
  const snapshot = await snapshotOf({ objects: [aPod()] });
  const examined = examine([says('one', subject, options)], snapshot);
  const { findings } = assemble(examined, diagnose(examined.found, snapshot, [], []), snapshot, bundle, 'test');
  return findings[0] as Finding;
}

test('a message begins like a sentence, unless it begins with a name', async () => {
  const told = async (message: string): Promise<string> =>
    (await finding({ kind: 'Pod', name: 'web' }, { message })).message;
  expect(await told('container app of web ended')).toBe('Container app of web ended');
  expect(await told('the log ends')).toBe('The log ends');
  expect(await told('api-1 is the only one')).toBe('api-1 is the only one');
});

test('a second cause that weighs about as much ends the walk at its own layer', async () => {
  const snapshot = await snapshotOf({ objects: [aPod(), aNode()] });
  const verdicts = (weak: Severity) => {
    const checks = [
      says('app', { kind: 'Pod', namespace: 'shop', name: 'web' }, { severity: weak }),
      says('disk', { kind: 'Node', name: 'node-1' }, { layer: 5 }),
    ];
    const examined = examine(checks, snapshot);
    const { path } = assemble(examined, diagnose(examined.found, snapshot, [], []), snapshot, bundle, 'test');
    return [path[0]?.verdict, path[4]?.verdict];
  };
  expect(verdicts('critical')).toEqual(['cause', 'cause']);
  expect(verdicts('warning')).toEqual(['symptoms', 'cause']);
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
