/** A pasted `kubectl get pods` and nothing else: no clock, no events, no spec. What is plainly wrong in it must be said. */
import { expect, test } from 'vitest';
import { paste } from './paste.ts';

const TABLE = 'kubectl-get-pods.txt';
const table = (text: string): string => `${line('NAMESPACE', 'NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE')}\n${text}\n`;

/** The verdict on a table and a log pasted beside it, as it is read together. */
async function withLog(text: string, log: string) {
  return (await paste({ [TABLE]: table(text), 'kubectl-logs.txt': log })).rootCauses[0];
}

async function first(text: string) {
  const result = await paste({ [TABLE]: table(text) });
  return (result.rootCauses[0] ?? result.findings.find(({ severity }) => severity !== 'info'))?.check;
}
const line = (...cells: readonly string[]): string =>
  cells
    .map((cell, i) => cell.padEnd([12, 25, 8, 30, 15][i] ?? 0))
    .join('')
    .trimEnd();
const row = (ready: string, status: string, age: string, restarts = '0') =>
  line('press', 'ink-7d9c8b6f5-k2k2k', ready, status, restarts, age);

test.each([
  ['Pending', '0/1', 'pod-unschedulable'],
  ['ContainerCreating', '0/1', 'pod-containercreating-stuck'],
  ['Init:0/1', '0/1', 'pod-containercreating-stuck'],
  ['SchedulingGated', '0/1', 'sched-gated'],
  ['CreateContainerConfigError', '0/1', 'container-create-error'],
  ['Running', '0/1', 'readiness-probe-failing'],
  ['ImagePullBackOff', '0/1', 'image-pull-failed'],
  ['Terminating', '1/1', 'pod-terminating-stuck'],
  ['Error', '0/1', 'pod-ended-with-error'],
])('%s for an hour', async (status, ready, check) => {
  expect(await first(row(ready, status, '59m'))).toBe(check);
});

test('a pod that goes while another takes its place is no trouble, nor one that failed before another did the work', async () => {
  const peer = (name: string, ready: string, status: string, age: string) =>
    line('press', name, ready, status, '0', age);
  expect(
    await first(`${row('1/1', 'Terminating', '9d')}\n${peer('ink-58bf9f6d4-x9x2p', '1/1', 'Running', '40s')}`),
  ).toBeUndefined();
  expect(
    await first(
      `${peer('count-29123040-k2k2k', '0/1', 'Error', '2h')}\n${peer('count-29123100-x9x2p', '0/1', 'Completed', '1h')}`,
    ),
  ).toBeUndefined();
});

test('what is young, or well, or ended long ago is no trouble', async () => {
  expect(await first(row('0/1', 'ContainerCreating', '9s'))).toBeUndefined();
  expect(await first(row('0/1', 'Running', '40s'))).toBeUndefined();
  expect(await first(row('1/1', 'Running', '41d'))).toBeUndefined();
  expect(await first(row('1/1', 'Running', '90d', '3 (41d ago)'))).toBeUndefined();
  expect(await first(row('0/1', 'Completed', '41d'))).toBeUndefined();
});

test('a Pending pod whose workload is in the bundle: what it asks for is said', async () => {
  const container = { name: 'ink', image: 'ink:1', resources: { requests: { 'nvidia.com/gpu': '5' } } };
  const deployment = JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'ink', namespace: 'press', uid: 'u-1' },
    spec: { replicas: 1, template: { spec: { containers: [container] } } },
  });
  const result = await paste({ [TABLE]: table(row('0/1', 'Pending', '59m')), 'deployment.json': deployment });
  expect(result.rootCauses[0]).toMatchObject({ check: 'pod-unschedulable', severity: 'critical' });
  expect(result.rootCauses[0]?.summary).toContain('5 of nvidia.com/gpu');
});

test('the log pasted beside the table says what an init container, or a pod that is not ready, waits for', async () => {
  const log = 'connecting to ledger\nError: ledger says 403: no role for press\n';
  const waiting = await withLog(row('0/2', 'Init:0/1', '12m'), log);
  expect(waiting).toMatchObject({ check: 'pod-containercreating-stuck' });
  expect(waiting?.summary).toContain('no role for press');
  const unready = await withLog(row('0/1', 'Running', '6m'), log);
  expect(unready).toMatchObject({ check: 'readiness-probe-failing' });
  expect(unready?.summary).toContain('no role for press');
  expect(await withLog(row('0/1', 'Running', '6m'), 'warming up\n')).toBeUndefined();
});

/** The first root cause of one pasted text. */
const alone = async (name: string, text: string) => (await paste({ [name]: text })).rootCauses[0];

test('a short pasted log speaks for itself, though no signature knows its error', async () => {
  const said = await alone('kubectl-logs.txt', 'starting ledger 4.2\nERROR ledger: quorum of clerks lost, giving up\n');
  expect(said).toMatchObject({ check: 'log-stacktrace-other' });
  expect(said?.summary).toContain('quorum of clerks lost');
  expect(await alone('kubectl-logs.txt', 'ERROR: retrying\nconnected\nready\nserving\n')).toBeUndefined();
  const dated = '2026-03-01 10:00:00 LOG: up\n2026-03-01 10:00:01 ERROR not yet\n2026-03-01 10:00:02 LOG: ready\n';
  expect(await alone('kubectl-logs.txt', dated)).toBeUndefined();
});

test('in a short pasted listing of events the last word counts, and a Normal event after it ends the matter', async () => {
  const events = (...rows: readonly string[]) =>
    ['LAST SEEN   TYPE      REASON   OBJECT           MESSAGE', ...rows].join('\n');
  const warning = '9s          Warning   Stalled  widget/lathe     no steel';
  expect(await alone('kubectl-get-events.txt', events(warning))).toMatchObject({
    check: 'unclassified-warning-events',
  });
  const before = '20s         Normal    Begun    widget/lathe     turning';
  expect(await alone('kubectl-get-events.txt', events(before, warning))).toMatchObject({
    check: 'unclassified-warning-events',
  });
  const over = '2s          Normal    Resumed  widget/lathe     steel has come';
  expect(await alone('kubectl-get-events.txt', events(warning, over))).toBeUndefined();
});

test('an autoscaler without a value and kubectl top without an API: the Metrics API is missed', async () => {
  const text = `$ kubectl get hpa
NAME   REFERENCE        TARGETS              MINPODS   MAXPODS   REPLICAS   AGE
ink    Deployment/ink   cpu: <unknown>/70%   2         6         2          3d
$ kubectl top pods
error: Metrics API not available
`;
  expect(await alone('issue.txt', text)).toMatchObject({ check: 'metrics-server-broken', severity: 'warning' });
});

test('the nameless log beside the description of a failed Job is that of the Job', async () => {
  const [root] = (
    await paste({
      'kubectl-describe-job.txt': `Name:           press
Namespace:      works
Parallelism:    1
Completions:    1
Pods Statuses:  0 Active / 0 Succeeded / 4 Failed
Events:
  Type     Reason                Age   From            Message
  ----     ------                ----  ----            -------
  Warning  BackoffLimitExceeded  2m    job-controller  Job has reached the specified backoff limit
`,
      'kubectl-logs.txt': 'rolling\nValueError: no ink in tank 7\n',
    })
  ).rootCauses;
  expect(root).toMatchObject({ check: 'job-failed' });
  expect(root?.summary).toContain('no ink in tank 7');
});

test('a manifest that the API server refuses, by its own words and by those of kubectl', async () => {
  const server = `$ kubectl apply -f press.yaml
Error from server (BadRequest): error when creating "press.yaml": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.inks"
`;
  const said = await alone('issue.txt', server);
  expect(said).toMatchObject({ check: 'manifest-refused', layer: 1 });
  expect(said?.summary).toContain('spec.inks');
  const own = await alone('issue.txt', 'The StatefulSet "press" is invalid: spec: Forbidden: updates are forbidden\n');
  expect(own).toMatchObject({ check: 'manifest-refused', subject: { kind: 'StatefulSet', name: 'press' } });
});

test('the detail that PostgreSQL writes below its last words belongs to them', async () => {
  const log =
    '2026-03-01 10:00:00.000 UTC [1] FATAL:  database files are incompatible with server\n2026-03-01 10:00:00.000 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 12.\n';
  const root = await withLog(row('0/1', 'CrashLoopBackOff', '9m', '5 (40s ago)'), log);
  expect(root?.summary).toContain('PostgreSQL version 12');
});
