import { expect, test } from 'vitest';
import { parseCommand } from '../../src/parsers/command.ts';
import parser from '../../src/parsers/helm.ts';
import { collect, sniffs } from './collect.ts';

const releases = async (text: string, command?: string) =>
  (await collect(parser, text, command === undefined ? {} : { command: parseCommand(command)! })).facts.releases?.map(
    ({ source, ...rest }) => [source.line, rest],
  );

test('a list, with the tabs that helm prints and with blanks', async () => {
  const rows = [
    ['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'],
    ['web', 'shop', '3', '2026-03-01 12:00:00.1 +0000 UTC', 'failed', 'web-1.2.0', '1.0.0'],
    ['db', 'shop', '1', '2026-03-01 11:00:00.1 +0000 UTC', 'deployed', 'db-0.3.1', '16.2'],
  ];
  const tabs = rows.map((cells) => cells.map((cell, i) => cell.padEnd([6, 10, 9, 32, 9, 10, 11][i] ?? 0)).join('\t'));
  const expected = [
    [2, { name: 'web', namespace: 'shop', revision: 3, status: 'failed' }],
    [3, { name: 'db', namespace: 'shop', revision: 1, status: 'deployed' }],
  ];
  expect(sniffs(parser, tabs.join('\n'))).toBe(true);
  expect(await releases(tabs.join('\n'))).toEqual(expected);
  expect(await releases(tabs.map((line) => line.replaceAll('\t', '  ')).join('\n'))).toEqual(expected);
});

test('of a history the last row, named by its command', async () => {
  const text = `REVISION  UPDATED                   STATUS           CHART      APP VERSION  DESCRIPTION
1         Sun Mar  1 11:00:00 2026  superseded       web-1.1.0  1.0.0        Install complete
2         Sun Mar  1 12:00:00 2026  pending-upgrade  web-1.2.0  1.0.0        Preparing upgrade`;
  expect(await releases(text, 'helm history web -n shop')).toEqual([
    [3, { name: 'web', namespace: 'shop', revision: 2, status: 'pending-upgrade', description: 'Preparing upgrade' }],
  ]);
});

test('status, and what a failed upgrade says', async () => {
  const status = `NAME: web
LAST DEPLOYED: Sun Mar  1 12:00:00 2026
NAMESPACE: shop
STATUS: failed
REVISION: 3
DESCRIPTION: Upgrade "web" failed: timed out waiting for the condition`;
  expect(sniffs(parser, status)).toBe(true);
  expect(await releases(status)).toMatchObject([
    [
      4,
      {
        name: 'web',
        namespace: 'shop',
        revision: 3,
        status: 'failed',
        description: 'Upgrade "web" failed: timed out waiting for the condition',
      },
    ],
  ]);
  const failed = 'Error: UPGRADE FAILED: cannot patch "web" with kind Deployment: field is immutable';
  expect(sniffs(parser, failed)).toBe(true);
  expect(await releases(failed, 'helm upgrade web ./chart -n shop')).toEqual([
    [
      1,
      {
        name: 'web',
        namespace: 'shop',
        status: 'failed',
        description: 'cannot patch "web" with kind Deployment: field is immutable',
      },
    ],
  ]);
});

test('what is no release is unread', async () => {
  expect((await collect(parser, 'hello')).unread).toHaveLength(1);
});

test('an error names its release; --debug writes it in a line of its own', async () => {
  const text = 'Error: UPGRADE FAILED: release web failed, and has been rolled back due to atomic being set: timed out';
  expect(await releases(text)).toMatchObject([[1, { name: 'web', status: 'failed' }]]);
  const debug =
    'helm.go:84: [debug] post-upgrade hooks failed: job failed: BackoffLimitExceeded\nUPGRADE FAILED\nmain.run';
  expect(sniffs(parser, debug)).toBe(true);
  expect(await releases(debug)).toMatchObject([
    [1, { status: 'failed', description: 'post-upgrade hooks failed: job failed: BackoffLimitExceeded' }],
  ]);
});

test('what a command ends with that has no heading', async () => {
  const text =
    'Error: error validating "": error validating data: unknown field "limits" in io.k8s.api.core.v1.Container';
  expect(await releases(text, 'helm install web ./web -n shop')).toMatchObject([
    [1, { name: 'web', namespace: 'shop', status: 'failed' }],
  ]);
  expect(await releases(text, 'helm list')).toBeUndefined();
});

test('a single error of several objects says all by itself', async () => {
  const text = `Error: INSTALLATION FAILED: 1 error occurred:
\t* admission webhook "validate.nginx.ingress.kubernetes.io" denied the request: host "web.example.com" and path "/" is already defined in ingress shop/web
`;
  expect(await releases(text, 'helm -n shop install web charts/web')).toMatchObject([
    [
      1,
      {
        name: 'web',
        description:
          'admission webhook "validate.nginx.ingress.kubernetes.io" denied the request: host "web.example.com" and path "/" is already defined in ingress shop/web',
      },
    ],
  ]);
  const two = text.replace('1 error', '2 errors').replace(/\n$/, '\n\t* services "web" already exists\n');
  expect(await releases(two, 'helm -n shop install web charts/web')).toMatchObject([
    [
      1,
      {
        description: expect.stringMatching(/^2 errors occurred: admission .* services "web" already exists$/) as string,
      },
    ],
  ]);
});
