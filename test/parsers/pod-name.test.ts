import { expect, test } from 'vitest';
import { firstPodIn, podNamedIn, podOfWord } from '../../src/parsers/pod-name.ts';

const UID = '0f1c2d3e-4a5b-6c7d-8e9f-0a1b2c3d4e5f';

test.each([
  ['"Error syncing pod" err="x" pod="shop/web-0" podUID="1"', { namespace: 'shop', name: 'web-0' }],
  [`Back-off restarting failed container=app pod=web-0_shop(${UID})`, { namespace: 'shop', name: 'web-0', uid: UID }],
  [`err="... pod=\\"web-0_shop(${UID})\\""`, { namespace: 'shop', name: 'web-0', uid: UID }],
  [`MountVolume.SetUp failed for volume "data" pod "web-0" (UID: "${UID}") : no`, { name: 'web-0', uid: UID }],
  ['Killing container with a grace period', undefined],
])('%s', (line, expected) => expect(podNamedIn(line)).toEqual(expected));

test('words', () => {
  expect(podOfWord(`web-0_shop(${UID})`)).toEqual({ namespace: 'shop', name: 'web-0' });
  expect(podOfWord('shop/web-0')).toEqual({ namespace: 'shop', name: 'web-0' });
  expect(podOfWord('web-0')).toEqual({ name: 'web-0' });
});

test('of lines the first pod that has a namespace', () => {
  const lines = [`pod "web-0" (UID: "${UID}")`, `pod db-0_shop(${UID})`, 'pod="shop/late-0"'];
  expect(firstPodIn(lines)).toEqual({ kind: 'Pod', namespace: 'shop', name: 'db-0' });
  expect(firstPodIn(['nothing'])).toBeUndefined();
});
