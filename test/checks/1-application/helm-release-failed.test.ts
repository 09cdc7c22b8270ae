import { expect, test } from 'vitest';
import check from '../../../src/checks/1-application/helm-release-failed.ts';
import { NOW, run } from '../../build.ts';

const secret = (version: number, status: string, secondsAgo = 3600) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'helm.sh/release.v1',
  metadata: {
    name: `sh.helm.release.v1.web.v${version}`,
    namespace: 'shop',
    labels: {
      owner: 'helm',
      name: 'web',
      status,
      version: String(version),
      modifiedAt: String(NOW / 1000 - secondsAgo),
    },
  },
});

test('the newest revision counts; a failed one in a Secret is no more than a remark', async () => {
  const { found } = await run(check, { objects: [secret(9, 'deployed'), secret(10, 'failed')] });
  expect(found).toMatchObject([
    {
      severity: 'info',
      variant: 'failed',
      subject: { kind: 'HelmRelease', namespace: 'shop', name: 'web' },
      message: 'Helm release web, revision 10, is failed',
      since: NOW - 3_600_000,
    },
  ]);
  expect((await run(check, { objects: [secret(2, 'failed'), secret(10, 'deployed')] })).outcome).toBe('passed');
});

test('an operation that is still within its time is none', async () => {
  expect((await run(check, { objects: [secret(2, 'pending-upgrade', 60)] })).outcome).toBe('passed');
  expect((await run(check, { objects: [secret(2, 'pending-upgrade', 3600)] })).first).toMatchObject({
    variant: 'pending',
  });
});

test('what helm printed says why, and wins', async () => {
  const releases = [
    { name: 'web', namespace: 'shop', status: 'failed', description: 'timed out waiting for the condition' },
  ];
  const { found } = await run(check, { objects: [secret(2, 'deployed')], facts: { releases } });
  expect(found).toMatchObject([
    {
      severity: 'warning',
      message:
        'Helm release web is failed, its objects did not become ready within --timeout: timed out waiting for the condition',
    },
  ]);
});

test.each([
  ['post-upgrade hooks failed: job failed: BackoffLimitExceeded', 'the Job of a hook failed'],
  ['another operation (install/upgrade/rollback) is in progress', 'left the release pending'],
  ['warning: Hook pre-upgrade web/templates/job.yaml failed: jobs.batch "web-migrate" already exists', 'left over'],
  ['"web" has no deployed releases', 'ever deployed'],
])('%s', async (description, words) => {
  const releases = [{ name: 'web', namespace: 'shop', status: 'failed', description }];
  expect((await run(check, { facts: { releases } })).first?.message).toContain(words);
});
