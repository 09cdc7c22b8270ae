import { expect, it } from 'vitest';
import { podsWithEvent, podsWithNews } from '../../../src/snapshot/pods/pods-seen.ts';
import { snapshotOf } from '../../build.ts';

const event = (name: string, reason: string, message: string) => ({
  kind: 'Event',
  metadata: { namespace: 'shop', name: `${name}.${reason}.${message}` },
  involvedObject: { kind: 'Pod', namespace: 'shop', name },
  reason,
  message,
});
const pod = (name: string) => ({ kind: 'Pod', metadata: { namespace: 'shop', name }, status: { phase: 'Pending' } });
const snapshot = await snapshotOf({
  objects: [
    pod('quiet'),
    pod('web'),
    pod('worker'),
    event('gone', 'BackOff', 'one'),
    event('worker', 'BackOff', 'two'),
    event('worker', 'BackOff', 'three'),
    event('worker', 'FailedMount', 'four'),
    event('web', 'FailedMount', 'five'),
  ],
});
const names = (...reasons: string[]) => podsWithEvent(snapshot, reasons).map(({ ref }) => ref.name);

it('finds the pods that have events of a reason, in the order of those with news and each once', () => {
  expect(podsWithNews(snapshot).map(({ ref }) => ref.name)).toEqual(['quiet', 'web', 'worker', 'gone']);
  expect(names('BackOff')).toEqual(['worker', 'gone']);
  expect(names('FailedMount', 'BackOff')).toEqual(['web', 'worker', 'gone']);
  expect(names('BackOff', 'FailedMount')).toEqual(['web', 'worker', 'gone']);
  expect(names('Evicted')).toEqual([]);
});
