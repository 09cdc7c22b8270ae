import { expect, it } from 'vitest';
import parser from '../../src/parsers/collector-error.ts';
import { run } from './kubectl/run.ts';

it.each([
  [
    'one collector',
    { collector: 'etcd', error: 'not supported', timestamp: '2025-03-07T09:00:00Z' },
    ['etcd: not supported'],
  ],
  ['texts', ['secrets "a" not found', ''], ['secrets "a" not found']],
  ['by namespace', { shop: 'pods is forbidden' }, ['shop: pods is forbidden']],
  ['skipped', [{ collector: 'logs', reason: 'no rights', errors: ['x'] }], ['logs: no rights']],
])('%s', (_, value, complaints) => {
  expect(run(parser, JSON.stringify(value)).unread).toEqual(complaints.map((one) => `not collected: ${one}`));
});

it('lines of standard error', () => {
  expect(run(parser, 'tar: x: No such file\n\n').unread).toEqual(['not collected: tar: x: No such file']);
});

it('a long list is cut, and that is said', () => {
  expect(run(parser, JSON.stringify(Array.from({ length: 30 }, (_v, i) => `error ${i}`))).unread.at(-1)).toBe(
    '10 further errors of the collector',
  );
});

it('a database that was looked for on the machine of the collector', () => {
  const answer = (address: string) =>
    JSON.stringify({ isConnected: false, error: `dial tcp ${address}: connect: refused` });
  expect(run(parser, answer('[::1]:3306')).unread).toEqual(['not collected: dial tcp [::1]:3306: connect: refused']);
  expect(parser.sniff?.([answer('127.0.0.1:5432')], {} as never)).toBe(true);
  expect(parser.sniff?.([answer('10.1.0.4:5432')], {} as never)).toBe(false);
});
