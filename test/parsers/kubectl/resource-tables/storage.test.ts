import { expect, test } from 'vitest';
import parser from '../../../../src/parsers/kubectl/resource-table.ts';
import { run } from '../run.ts';

const facts = (text: string, command?: string) => run(parser, text, command).facts.map(({ record }) => record);

test('volumes of Longhorn: degraded ones say so, detached ones of which nobody knows anything are well', () => {
  const text = `NAME    DATA ENGINE   STATE      ROBUSTNESS   SCHEDULED   SIZE         NODE   AGE
pvc-a   v1            attached   degraded     False       1073741824   reed   9d
pvc-b   v1            detached   unknown                  1073741824          9d
pvc-c   v1            detached   faulted                  1073741824          9d`;
  expect(run(parser, text).sniffed).toBe(true);
  expect(facts(text, 'kubectl get volumes.longhorn.io -n longhorn-system')).toMatchObject([
    {
      resourceKind: 'Volume',
      name: 'pvc-a',
      namespace: 'longhorn-system',
      state: 'degraded',
      message: 'STATE attached, ROBUSTNESS degraded, SCHEDULED False, NODE reed',
    },
    { name: 'pvc-b', state: 'unknown' },
    { name: 'pvc-c', state: 'faulted', message: 'STATE detached, ROBUSTNESS faulted' },
  ]);
  expect(facts(text)[1]).not.toHaveProperty('message');
});

test('several tables of one command; names with their kind before them', () => {
  const text = `NAME                           STATE     NODE   DISK   INSTANCEMANAGER   IMAGE   AGE
replica.longhorn.io/pvc-a-r-1  error     reed   d1     im-1              x       9d

NAME                      READY   ALLOWSCHEDULING   SCHEDULABLE   AGE
node.longhorn.io/reed     True    true              False         9d
node.longhorn.io/sedge    True    false             False         9d
node.longhorn.io/willow   False   true              False         9d`;
  expect(facts(text)).toMatchObject([
    { resourceKind: 'Replica', name: 'pvc-a-r-1', state: 'error' },
    { resourceKind: 'Node.longhorn.io', name: 'reed', conditions: [{ type: 'Ready', status: 'False' }] },
    { name: 'sedge', conditions: [] },
    { name: 'willow', conditions: [{ message: 'READY False, ALLOWSCHEDULING true, SCHEDULABLE False' }] },
  ]);
});

test('what is new may still be in the making', () => {
  const rows = (age: string): string =>
    `NAME   STATUS    MINMEMBER   RUNNINGS   AGE   QUEUE\nink    Pending   2                      ${age}   press\n`;
  expect(facts(rows('40m'))).toMatchObject([
    { resourceKind: 'PodGroup', state: 'Pending', message: 'STATUS Pending, MINMEMBER 2, QUEUE press' },
  ]);
  expect(facts(rows('40s'))[0]).not.toHaveProperty('message');
});

test('snapshots, claims of devices, machines', () => {
  expect(
    facts(
      'NAME   READYTOUSE   SOURCEPVC   SOURCESNAPSHOTCONTENT   RESTORESIZE   SNAPSHOTCLASS   SNAPSHOTCONTENT   CREATIONTIME   AGE\ns1     false        data                                              quick           content-1                        3h\n',
    ),
  ).toMatchObject([{ resourceKind: 'VolumeSnapshot', conditions: [{ status: 'False' }] }]);
  expect(facts('NAME   STATE     AGE\none    pending   5h\n')).toMatchObject([{ resourceKind: 'ResourceClaim' }]);
  expect(facts('NAME   AGE   STATUS               READY\nbox    5h    ErrorUnschedulable   False\n')).toMatchObject([
    { resourceKind: 'VirtualMachine', state: 'ErrorUnschedulable' },
  ]);
});

test('pools of cStor; an empty cell is no state', () => {
  const text = `NAME     ALLOCATED   FREE    CAPACITY   STATUS               TYPE      AGE
pool-a   272K        24.9G   24.9G      Healthy              striped   83m
pool-b                                  PoolCreationFailed   striped   83m`;
  expect(facts(text)).toMatchObject([
    { resourceKind: 'CStorPool', state: 'Healthy' },
    { name: 'pool-b', state: 'PoolCreationFailed', message: 'STATUS PoolCreationFailed' },
  ]);
});

test('tables of other kinds are not its own', () => {
  for (const heading of [
    'NAME   STATUS   AGE',
    'NAME   STATUS   VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE',
    'NAME   READY   STATUS   RESTARTS   AGE',
    'NAME   STATUS   ROLES   AGE   VERSION',
  ])
    expect(run(parser, `${heading}\nx   y   z\n`).sniffed).toBe(false);
});
