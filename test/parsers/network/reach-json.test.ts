import { expect, it } from 'vitest';
import parser from '../../../src/parsers/network/reach-json.ts';
import { run } from '../kubectl/run.ts';

const probes = (value: unknown) => run(parser, JSON.stringify(value)).facts.map(({ record }) => record);

it('whether a pod could look up a name', () => {
  const answer = (address: string) => ({
    kubernetesClusterIP: '10.96.0.1',
    query: { kubernetes: { name: 'kubernetes', address }, nonResolvableDomain: { name: '*', address: '' } },
  });
  expect(run(parser, JSON.stringify(answer(''))).sniffed).toBe(true);
  expect(probes(answer(''))).toMatchObject([{ tool: 'dig', target: 'kubernetes', outcome: 'unresolved' }]);
  expect(probes(answer('10.96.0.1'))).toMatchObject([{ outcome: 'ok', address: '10.96.0.1' }]);
});

it('every pod calls every other', () => {
  const result = (OK: boolean, error?: string) => ({
    OK,
    PodIP: '10.1.0.2',
    ...(error === undefined ? {} : { error }),
  });
  const value = {
    hosts: [{ podName: 'g-1' }],
    responses: {
      'g-1': { response: { podResults: { 'g-1': result(true), 'g-2': result(false, 'dial tcp: i/o timeout') } } },
    },
  };
  expect(run(parser, JSON.stringify(value)).sniffed).toBe(true);
  expect(probes(value)).toMatchObject([
    { from: { pod: 'g-1' }, outcome: 'ok' },
    { from: { pod: 'g-1' }, target: '10.1.0.2', outcome: 'timeout' },
  ]);
  expect(run(parser, '{"hosts": []}').unread).toHaveLength(1);
});
