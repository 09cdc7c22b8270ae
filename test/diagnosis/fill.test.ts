import { expect, test } from 'vitest';
import type { FindingDraft } from '../../src/checks/check.ts';
import { fill } from '../../src/diagnosis/fill.ts';

const draft = (name: string, over: Partial<FindingDraft> = {}): FindingDraft => ({
  subject: { kind: 'Pod', namespace: 'shop', name },
  message: '',
  evidence: [{ file: 'f', text: '' }],
  ...over,
});

test.each([
  ['web-0', 'kubectl logs web-0 -n shop'],
  ['web 0; reboot', "kubectl logs 'web 0; reboot' -n shop"],
  ["$(id)'`id`", "kubectl logs '$(id)'\\''`id`' -n shop"],
  // A line end in a pasted command would start it.
  ['web\nreboot\n', "kubectl logs 'web reboot ' -n shop"],
])('%j is one word of a command', (name, command) => {
  expect(fill(['kubectl logs {name} -n {namespace}'], draft(name), true)).toEqual([command]);
});

test('in prose a name stands as it is', () => {
  expect(fill(['Look at {name}.'], draft('web 0'), false)).toEqual(['Look at web 0.']);
});

test('a place without a value stays visible, also one that every object has', () => {
  expect(fill(['kubectl get {thing} {constructor}'], draft('web-0'), true)).toEqual(['kubectl get THING CONSTRUCTOR']);
  expect(fill(['{thing}'], draft('web-0', { params: { thing: 'pvc' } }), true)).toEqual(['pvc']);
});

test('what nothing names stays a place in commands', () => {
  const unnamed: Partial<FindingDraft> = {
    subject: { kind: 'Pod', name: '(unnamed)', container: '(unnamed)', node: '(unnamed)' },
  };
  const next = ['kubectl logs {name} -c {container}', 'ssh {node}'];
  expect(fill(next, draft('', unnamed), true)).toEqual(['kubectl logs POD -c CONTAINER', 'ssh NODE']);
  expect(fill(['Look at {name}.'], draft('', unnamed), false)).toEqual(['Look at (unnamed).']);
  expect(fill(['On {node}: look'], draft('', unnamed), false)).toEqual(['On the node: look']);
});
