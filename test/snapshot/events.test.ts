import { expect, test } from 'vitest';
import { bySeen, eventCount, eventFirstTime, eventMessage, eventTime, inCoreTerms } from '../../src/snapshot/events.ts';
import { snapshotOf } from '../build.ts';

const newer = {
  kind: 'Event',
  apiVersion: 'events.k8s.io/v1',
  metadata: { name: 'ledger-0.17', namespace: 'books' },
  regarding: { kind: 'Pod', namespace: 'books', name: 'ledger-0', fieldPath: 'spec.containers{app}' },
  reason: 'BackOff',
  note: 'Back-off restarting failed container app',
  eventTime: '2026-03-01T11:00:00.000000Z',
  series: { count: 12, lastObservedTime: '2026-03-01T11:50:00.000000Z' },
  deprecatedSource: { component: 'kubelet', host: 'worker-3' },
  reportingController: 'kubelet',
};

test('an event of events.k8s.io is found, dated, counted and quoted like one of core/v1', async () => {
  const snapshot = await snapshotOf({ objects: [newer] });
  const [event, ...more] = snapshot.eventsAbout({ kind: 'Pod', namespace: 'books', name: 'ledger-0' });
  expect(more).toEqual([]);
  if (event === undefined) throw new Error('not found');
  expect(eventMessage(event)).toBe(newer.note);
  expect(eventCount(event)).toBe(12);
  expect(eventFirstTime(event)).toBe(Date.parse('2026-03-01T11:00:00Z'));
  expect(eventTime(event)).toBe(Date.parse('2026-03-01T11:50:00Z'));
  expect(event.source?.host).toBe('worker-3');
  expect(event.reportingComponent).toBe('kubelet');
  expect(snapshot.quoteEvent(event)).toMatchObject({
    pointer: '/items/0/note',
    text: 'Event ledger-0.17 note: Back-off restarting failed container app',
  });
});

test('an event of core/v1 stays the object that it is', () => {
  const event = {
    kind: 'Event',
    involvedObject: { kind: 'Node', name: 'worker-3' },
    message: 'Node worker-3 status is now: NodeNotReady',
    count: 2,
    firstTimestamp: '2026-03-01T11:00:00Z',
    lastTimestamp: '2026-03-01T11:10:00Z',
    source: { component: 'node-controller' },
    reportingComponent: 'node-controller',
  };
  expect(inCoreTerms(event)).toBe(event);
});

test('oldest first, and what tells no time by its age, then by its line', () => {
  const event = (name: string, more: object = {}) => ({ kind: 'Event', metadata: { name }, ...more });
  const sorted = [
    event('events.txt:9', { seenAgo: 60 }),
    event('events.txt:4', { seenAgo: 60 }),
    event('events.txt:2', { seenAgo: 600 }),
    event('a.1', { lastTimestamp: '2026-03-01T11:10:00Z' }),
  ].sort(bySeen);
  expect(sorted.map(({ metadata }) => metadata.name)).toEqual(['events.txt:2', 'events.txt:4', 'events.txt:9', 'a.1']);
});
