import { expect, test } from 'vitest';
import parser from '../../../../src/parsers/kubectl/resource-table.ts';
import { paste } from '../../../paste.ts';
import { run } from '../run.ts';

const facts = (text: string, command?: string) => run(parser, text, command).facts.map(({ record }) => record);
const condition = (type: string, status: string, more = {}) => ({ conditions: [{ type, status, ...more }] });

test('runs of Tekton, by the name of the row, by what was asked for, and by its own tool', () => {
  const text = `NAME                            SUCCEEDED   REASON              STARTTIME   COMPLETIONTIME
taskrun.tekton.dev/press-1-ink  False       TaskRunTimeout      12m         11m
pipelinerun.tekton.dev/press-1  True        Succeeded           12m         11m
pipelinerun.tekton.dev/press-2  Unknown     Running             1m`;
  expect(run(parser, text).sniffed).toBe(true);
  expect(facts(text)).toMatchObject([
    { resourceKind: 'TaskRun', name: 'press-1-ink', ...condition('Succeeded', 'False', { reason: 'TaskRunTimeout' }) },
    { resourceKind: 'PipelineRun', name: 'press-1', ...condition('Succeeded', 'True') },
    { resourceKind: 'PipelineRun', name: 'press-2', conditions: [] },
  ]);
  const short =
    'NAME      SUCCEEDED   REASON   STARTTIME   COMPLETIONTIME\npress-3   False       Failed   9m          8m';
  expect(facts(short, 'kubectl get tr -n ink')).toMatchObject([{ resourceKind: 'TaskRun', namespace: 'ink' }]);
  const own =
    'NAME      STARTED          DURATION   STATUS\npress-3   41 minutes ago   ---        Failed(TaskRunImagePullFailed)';
  expect(facts(own, 'tkn tr ls')).toMatchObject([
    {
      resourceKind: 'TaskRun',
      name: 'press-3',
      ...condition('Succeeded', 'False', { reason: 'TaskRunImagePullFailed' }),
    },
  ]);
});

test('Argo: what is degraded or cannot be told is trouble, a change to come is none', () => {
  const apps = `NAMESPACE   NAME     SYNC STATUS   HEALTH STATUS
argocd      press    Synced        Degraded
argocd      drum     Unknown       Healthy
argocd      paper    OutOfSync     Healthy
argocd      ink      Synced        Progressing
argocd      tray     Synced        Healthy`;
  expect(facts(apps)).toMatchObject([
    {
      resourceKind: 'Application',
      name: 'press',
      namespace: 'argocd',
      ...condition('Healthy', 'False', { reason: 'Degraded' }),
    },
    { name: 'drum', ...condition('Synced', 'False') },
    { name: 'paper', conditions: [] },
    { name: 'ink', conditions: [] },
    { name: 'tray', ...condition('Healthy', 'True') },
  ]);
  const listed = `NAME          CLUSTER     NAMESPACE  PROJECT  STATUS     HEALTH    SYNCPOLICY  CONDITIONS       REPO  PATH  TARGET
argocd/press  in-cluster  ink        default  Unknown    Healthy   Auto        ComparisonError  r     p     main`;
  expect(facts(listed)).toMatchObject([
    { name: 'press', ...condition('Synced', 'False', { reason: 'ComparisonError' }) },
  ]);
  const flows = `NAME      STATUS      AGE   MESSAGE
press-7   Failed      12m   child 'press-7-1' failed
press-8   Succeeded   2h`;
  expect(facts(flows)).toMatchObject([
    { resourceKind: 'Workflow', ...condition('Succeeded', 'False', { message: "child 'press-7-1' failed" }) },
    condition('Succeeded', 'True'),
  ]);
});

test.each([
  [
    'NAME    AGE   INSTANCES   READY   STATUS                   PRIMARY',
    'press   47h   3           2       Not enough disk space    press-1',
    'press   47h   3           3       Cluster in healthy state press-1',
  ],
  [
    'NAME    TEAM   VERSION   PODS   VOLUME   CPU-REQUEST   MEMORY-REQUEST   AGE   STATUS',
    'press   ink    15        2      10Gi                                    3d    CreateFailed',
    'press   ink    15        2      10Gi                                    3d    Running',
  ],
  [
    'NAME    STATUS            ONLINE   INSTANCES   ROUTERS   AGE',
    'press   OFFLINE           0        3           1         3d',
    'press   ONLINE            3        3           1         3d',
  ],
  ['NAME    STATE         HEALTH   AGE', 'press   Initialized   red      3d', 'press   Initialized   green    3d'],
  ['NAME    PHASE     VERSION', 'press   Failed    7.0.2', 'press   Running   7.0.2'],
  [
    'NAME    HEALTH   NODES   VERSION   PHASE   AGE',
    'press   red      3       8.1.0     Ready   3d',
    'press   green    3       8.1.0     Ready   3d',
  ],
  [
    'NAME    ALLREPLICASREADY   RECONCILESUCCESS   AGE',
    'press   False              False              3d',
    'press   True               True               3d',
  ],
  [
    'NAME    STATUS                                        SYNCED   AGE',
    'press   no key could decrypt secret (ink, password)   False    3d',
    'press                                                 True     3d',
  ],
  [
    'NAME    ENDPOINT      STATUS   PXC   PROXYSQL   HAPROXY   AGE',
    'press   press.ink     error    1                2         3d',
    'press   press.ink     ready    3                3         3d',
  ],
  [
    'NAME    CLUSTER-DEFINITION   VERSION   TERMINATION-POLICY   STATUS    AGE',
    'press   postgresql           15        Delete               Failed    3d',
    'press   postgresql           15        Delete               Running   3d',
  ],
  [
    'NAME    STATUS   ATTEMPTS   START   FINISH   AGE',
    'press   FAILED   1          12m     11m      3d',
    'press   RUNNING  1          12m     11m      3d',
  ],
])('%s', async (header, bad, good) => {
  const told = await paste({ 'table.txt': `${header}\n${bad}\n` });
  expect(told.rootCauses[0]).toMatchObject({ check: 'custom-resource-not-ready', subject: { name: 'press' } });
  expect(
    (await paste({ 'table.txt': `${header}\n${good}\n` })).findings.filter(({ severity }) => severity !== 'info'),
  ).toEqual([]);
});

test('a new cluster of a database is on its way; a line that is no row is told', () => {
  expect(
    facts(
      'NAME    AGE   INSTANCES   READY   STATUS               PRIMARY\npress   2m    3           1       Setting up primary   press-1',
    ),
  ).toMatchObject([{ conditions: [] }]);
  expect(run(parser, 'NAME   STATUS   AGE   MESSAGE\n\n        x').unread).toHaveLength(1);
});
