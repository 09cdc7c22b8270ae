import { expect, test } from 'vitest';
import { paste } from '../paste.ts';

const rootOf = async (text: string) => (await paste({ 'out.txt': text })).rootCauses[0];

test('argocd app get: the condition before the health, and the health where there is none', async () => {
  const app = (health: string, rest: string): string => `Name:               argocd/press
Project:            default
Server:             https://kubernetes.default.svc
Namespace:          ink
Sync Status:        OutOfSync from main (7bdf816)
Health Status:      ${health}
${rest}
GROUP  KIND        NAMESPACE  NAME   STATUS     HEALTH    HOOK  MESSAGE
apps   Deployment  ink        press  OutOfSync  Healthy
`;
  const condition = `
CONDITION        MESSAGE                          LAST TRANSITION
ComparisonError  no chart is called rotary        2026-03-01 10:00:00 +0000 UTC
`;
  const root = await rootOf(app('Healthy', condition));
  expect(root).toMatchObject({
    check: 'custom-resource-not-ready',
    subject: { kind: 'Application', name: 'press', namespace: 'argocd' },
  });
  expect(root?.summary).toContain('ComparisonError: no chart is called rotary');
  expect(root?.summary).not.toContain('2026-03-01');
  expect((await rootOf(app('Degraded', '')))?.summary).toContain(
    'Application press is not ready (Healthy=False): Degraded',
  );
  for (const health of ['Progressing', 'Suspended'])
    expect(
      (await paste({ 'out.txt': app(health, '').replace('OutOfSync from', 'Synced to') })).findings.filter(
        ({ severity }) => severity !== 'info',
      ),
    ).toEqual([]);
  expect(await rootOf(app('Healthy', ''))).toBeUndefined();
});

test('argo get: the innermost step that failed, with its pod', async () => {
  const flow = (status: string, step: string): string => `Name:                press-7
Namespace:           ink
ServiceAccount:      unset
Status:              ${status}
Created:             Sun Mar 01 10:00:00 +0000 (1 minute ago)

STEP         TEMPLATE  PODNAME         DURATION  MESSAGE
 ${step}
`;
  const root = await rootOf(
    flow(
      'Failed',
      "✖ press-7  main                                child 'press-7-1' failed\n └─✖ turn    turn      press-7-1412    1s        Error (exit code 64): no drum",
    ),
  );
  expect(root).toMatchObject({ subject: { kind: 'Workflow', name: 'press-7', namespace: 'ink' } });
  expect(root?.summary).toContain('turn (pod press-7-1412): Error (exit code 64): no drum');
  expect(await rootOf(flow('Succeeded', '✔ press-7  main'))).toBeUndefined();
  expect(await rootOf(flow('Running', '● press-7  main'))).toBeUndefined();
});

test('tkn describe: the reason of the run and its message', async () => {
  const described = (status: string): string => `Name:              press-7
Namespace:         ink
Pipeline Ref:      press
Service Account:   pipeline

🌡️  Status
STARTED          DURATION    STATUS
41 seconds ago   0 seconds   ${status}

💌 Message
Task turn depends on ink, which is not there

Taskruns
No taskrun
`;
  const root = await rootOf(described('Failed(PipelineInvalidGraph)'));
  expect(root).toMatchObject({ subject: { kind: 'PipelineRun', name: 'press-7' } });
  expect(root?.summary).toContain('PipelineInvalidGraph: Task turn depends on ink');
  expect(await rootOf(described('Succeeded'))).toBeUndefined();
  expect(await rootOf(described('Running'))).toBeUndefined();
});
