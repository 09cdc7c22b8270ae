import { expect, test } from 'vitest';
import check from '../../../src/checks/4-control-plane/iam-mapping-invalid.ts';
import { run } from '../../build.ts';

const awsAuth = (data: Readonly<Record<string, string>>) => ({
  objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'aws-auth', namespace: 'kube-system' }, data }],
});
const role = (arn: string, key = 'rolearn') => `- ${key}: ${arn}\n  username: diver\n  groups: [system:masters]\n`;

test.each([
  ['another key', { mapRoles: role('arn:aws:iam::111122223333:role/diver', 'roleArn') }, 'the key is rolearn'],
  ['a path', { mapRoles: role('arn:aws:iam::111122223333:role/reef/diver') }, 'has the path reef/'],
  ['a session', { mapRoles: role('arn:aws:sts::111122223333:assumed-role/diver/me') }, 'is that of a session'],
  [
    'a user among the roles',
    { mapRoles: role('arn:aws:iam::111122223333:user/diver') },
    'user diver is of no effect in mapRoles',
  ],
  [
    'a role among the users',
    { mapUsers: role('arn:aws:iam::111122223333:role/diver', 'userarn') },
    'role diver is of no effect in mapUsers',
  ],
  ['no YAML', { mapRoles: '- rolearn: [' }, 'no list in YAML'],
])('%s', async (_name, data, words) => {
  expect((await run(check, awsAuth(data))).first?.message).toContain(words);
});

test('entries that are found; none', async () => {
  const data = {
    mapRoles: role('arn:aws:iam::111122223333:role/diver'),
    mapUsers: role('arn:aws:iam::111122223333:user/reef/diver', 'userarn'),
  };
  expect((await run(check, awsAuth(data))).outcome).toBe('passed');
  expect((await run(check, awsAuth({}))).outcome).toBe('passed');
  expect((await run(check, { objects: [] })).outcome).toBe('not-checked');
});
