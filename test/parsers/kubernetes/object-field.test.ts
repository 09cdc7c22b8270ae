import { expect, it } from 'vitest';
import { parseCommand } from '../../../src/parsers/command.ts';
import parser from '../../../src/parsers/kubernetes/object-field.ts';
import { collect } from '../collect.ts';
import { paste } from '../../paste.ts';

const field = async (command: string, text: string) => {
  const origin = { file: 'x', firstLine: 1, command: parseCommand(command)! };
  if (!parser.sniff(text.split('\n'), origin)) return undefined;
  const { objects } = await collect(parser, text, origin);
  return objects.map(({ object }) => object);
};

it.each([
  ["kubectl get pod web-0 -n shop -o jsonpath='{.status.phase}'", 'Pending', { status: { phase: 'Pending' } }],
  [
    "kubectl get pod web-0 -n shop -o jsonpath='{.status.containerStatuses[0].lastState}'",
    '{"terminated":{"exitCode":137}}',
    { status: { containerStatuses: [{ name: '', lastState: { terminated: { exitCode: 137 } } }] } },
  ],
  ['kubectl get pod/web-0 -n shop -o json | jq .spec.nodeName', '"node-1"', { spec: { nodeName: 'node-1' } }],
  [
    "kubectl get pod web-0 -n shop -o json | jq '.status'",
    '{\n  "phase": "Failed"\n}',
    { status: { phase: 'Failed' } },
  ],
  [
    "kubectl get pod web-0 -n shop -o jsonpath='{.metadata.labels}'",
    '{"app":"web"}',
    { metadata: { labels: { app: 'web' } } },
  ],
])('%s', async (command, text, part) => {
  expect(await field(command, text)).toMatchObject([{ kind: 'Pod', ...part }]);
  expect(await field(command, text)).toMatchObject([{ metadata: { namespace: 'shop', name: 'web-0' } }]);
});

it.each([
  ["kubectl get pods -n shop -o jsonpath='{.items[*].status.phase}'", 'Running Running'],
  ['kubectl get pod web-0 -o jsonpath=\'{.status.conditions[?(@.type=="Ready")].status}\'', 'False'],
  ["kubectl get pod web-0 -o jsonpath='{.status.phase}'", 'Error from server (NotFound): pods "web-0" not found'],
  ['kubectl get pod web-0 -o json', '{}'],
])('leaves %s alone', async (command, text) => {
  expect(await field(command, text)).toBeUndefined();
});

it('is evidence like any other', async () => {
  const { rootCauses, findings } = await paste({
    'x.txt': `$ kubectl get pod web-0 -n shop -o jsonpath='{.status.containerStatuses[0].lastState}'
{"terminated":{"exitCode":137,"finishedAt":"2026-01-03T11:07:51Z","reason":"OOMKilled","startedAt":"2026-01-03T11:06:51Z"}}
`,
  });
  expect(rootCauses[0]?.check).toMatch(/oomkilled/);
  expect(findings[0]?.evidence[0]).toMatchObject({ file: 'x.txt', line: 2 });
});
