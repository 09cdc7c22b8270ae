import { expect, it } from 'vitest';
import { whyNoRight } from '../../../src/snapshot/control-plane/rbac.ts';
import { snapshotOf } from '../../build.ts';
import { paste } from '../../paste.ts';

const list = { verb: 'list', resource: 'secrets', group: '' };
const role = (rules: readonly object[], kind = 'ClusterRole', metadata: object = { name: 'reader' }) => ({
  kind,
  metadata,
  rules,
});
const binding = (subject: object, kind = 'ClusterRoleBinding', namespace?: string, ref = 'ClusterRole') => ({
  kind,
  metadata: { name: 'b', ...(namespace === undefined ? {} : { namespace }) },
  roleRef: { kind: ref, name: 'reader' },
  subjects: [{ kind: 'ServiceAccount', name: 'sync', ...subject }],
});
const why = async (...objects: readonly object[]) =>
  whyNoRight(await snapshotOf({ objects }), 'tools', 'sync', list)?.words;
const secrets = (verbs: readonly string[], extra: object = {}) => ({
  apiGroups: [''],
  resources: ['secrets'],
  verbs,
  ...extra,
});

it('tells what lies between an account and its right', async () => {
  const own = { namespace: 'tools' };
  expect(await why(binding({ namespace: 'old' }))).toBe(
    'ClusterRoleBinding b is made for ServiceAccount old/sync, which is another one',
  );
  expect(await why(binding(own), role([secrets(['get'])]))).toContain('allows get on secrets and not list');
  expect(await why(binding(own), role([{ apiGroups: [''], resources: ['pods'], verbs: ['*'] }]))).toContain(
    'has no rule for secrets',
  );
  expect(await why(binding(own), role([], 'ClusterRole', { name: 'other' }))).toContain('reader, which does not exist');
  expect(await why(binding(own), role([secrets(['list'], { resourceNames: ['a'] })]))).toContain('of a only');
  expect(await why(binding({}, 'RoleBinding', 'tools'), role([secrets(['list'])]))).toContain(
    'in namespace tools only',
  );
});

it('says nothing where nothing is wrong or nothing is shown', async () => {
  expect(await why(binding({ namespace: 'tools' }), role([secrets(['*'])]))).toBeUndefined();
  expect(await why(binding({ namespace: 'tools' }))).toBeUndefined();
  expect(await why()).toBeUndefined();
});

it('reads tables and descriptions of roles and bindings', async () => {
  const log = `W0301 10:00:00.000000       1 reflector.go:561] failed to list *v1.Secret: secrets is forbidden: User "system:serviceaccount:tools:sync" cannot list resource "secrets" in API group "" at the cluster scope
`;
  const said = async (files: Readonly<Record<string, string>>) =>
    (await paste({ 'sync.log': log.repeat(3), ...files })).findings.find(({ check }) => check === 'log-rbac-forbidden')
      ?.message;
  expect(
    await said({
      'bindings.txt': `$ kubectl get clusterrolebindings -o wide
NAME   ROLE                 AGE   USERS   GROUPS   SERVICEACCOUNTS
b      ClusterRole/reader   1h                     old/sync
`,
    }),
  ).toContain('is made for ServiceAccount old/sync');
  expect(
    await said({
      'describe.txt': `$ kubectl describe clusterrolebinding b
Name:         b
Labels:       <none>
Annotations:  <none>
Role:
  Kind:  ClusterRole
  Name:  reader
Subjects:
  Kind            Name  Namespace
  ----            ----  ---------
  ServiceAccount  sync  tools
$ kubectl describe clusterrole reader
Name:         reader
Labels:       <none>
Annotations:  <none>
PolicyRule:
  Resources         Non-Resource URLs  Resource Names  Verbs
  ---------         -----------------  --------------  -----
  secrets           []                 []              [get watch]
  deployments.apps  []                 []              [get list]
`,
    }),
  ).toContain('allows get, watch on secrets and not list');
});
