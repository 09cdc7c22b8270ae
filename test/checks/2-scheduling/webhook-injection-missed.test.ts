import { expect, test } from 'vitest';
import check from '../../../src/checks/2-scheduling/webhook-injection-missed.ts';
import { aPod, run } from '../../build.ts';

const ASKS = 'vault.hashicorp.com/agent-inject';
const waiting = { containerStatuses: [{ name: 'web', ready: false, state: { running: {} } }] };
const asking = (...init: readonly string[]) =>
  aPod('web-0', {
    metadata: { annotations: { [ASKS]: 'true' } },
    spec: {
      containers: [{ name: 'web', image: 'registry.example.test/web:1' }],
      initContainers: init.map((name) => ({ name, image: 'registry.example.test/agent:1' })),
    },
    status: waiting,
  });
const webhook = (namespaceSelector: object) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'quill-vault-injector' },
  webhooks: [{ name: 'vault.hashicorp.com', rules: [{ resources: ['pods'] }], namespaceSelector }],
});
const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { tier: 'own' } } };

test('a namespace that the webhook leaves out', async () => {
  const leavesOut = webhook({ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] });
  const { first } = await run(check, { objects: [asking(), leavesOut, shop] });
  expect(first?.subject.name).toBe('web-0');
  expect(first?.message).toContain('webhook vault.hashicorp.com passes over namespace shop (label tier=own)');
});

test('nobody says why', async () => {
  const { first } = await run(check, { objects: [asking(), webhook({}), shop] });
  expect(first?.confidence).toBe('medium');
  expect(first?.message).toContain('does not cover the namespace, did not answer');
});

test('stays silent on a pod that has what it asks for', async () => {
  expect((await run(check, { objects: [asking('vault-agent-init'), webhook({}), shop] })).outcome).toBe('passed');
});

test('says so when it cannot know', async () => {
  expect((await run(check, {})).outcome).toBe('not-checked');
});

const cloudAccount = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'quill', namespace: 'shop', annotations: { 'azure.workload.identity/client-id': 'c-1' } },
};
const ofAccount = (env: readonly object[], status: Record<string, object[]>) =>
  aPod('web-0', {
    spec: {
      serviceAccountName: 'quill',
      containers: [{ name: 'web', image: 'registry.example.test/web:1', env }],
    },
    status,
  });

test('an identity in the cloud that the pod has no label for', async () => {
  const { first } = await run(check, { objects: [ofAccount([], waiting), cloudAccount] });
  expect(first?.variant).toBe('azure-identity');
  expect(first?.message).toContain('the pod lacks the label azure.workload.identity/use: "true"');
});

test('stays silent on a pod that has its identity, and on one that has not begun', async () => {
  const token = { name: 'AZURE_FEDERATED_TOKEN_FILE', value: '/var/run/token' };
  const pulling = {
    containerStatuses: [{ name: 'web', ready: false, state: { waiting: { reason: 'ErrImagePull' } } }],
  };
  for (const pod of [ofAccount([token], waiting), ofAccount([], pulling)])
    expect((await run(check, { objects: [pod, cloudAccount] })).outcome).toBe('passed');
});
