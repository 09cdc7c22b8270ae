import { expect, test } from 'vitest';
import { paste } from '../../paste.ts';

const EVENTS = `$ kubectl get events -n ink
LAST SEEN   TYPE     REASON         OBJECT                        MESSAGE
31m         Normal   EvictedByVPA   pod/inker-6d5f8c7b9-x2x4l   Pod was evicted by VPA Updater to apply resource recommendation.
21m         Normal   EvictedByVPA   pod/inker-6d5f8c7b9-b7k9q   Pod was evicted by VPA Updater to apply resource recommendation.
11m         Normal   EvictedByVPA   pod/inker-6d5f8c7b9-zz4vd   Pod was evicted by VPA Updater to apply resource recommendation.
`;
const configurations = (...names: readonly string[]): string =>
  `$ kubectl get mutatingwebhookconfigurations
NAME                   WEBHOOKS   AGE
${names.map((name) => `${name.padEnd(23)}1          41d`).join('\n')}
`;
const told = async (text: string): Promise<readonly string[]> =>
  (await paste({ 'ticket.txt': text })).findings
    .filter(({ check }) => check === 'vpa-evicts-in-vain')
    .map(({ message }) => message);

test('evictions again and again, and no webhook that would change the new pods', async () => {
  expect(await told(`${EVENTS}${configurations('mesh-injector', 'pod-identity')}`)).toEqual([
    'The VPA has evicted 3 pods of inker one after the other, and no MutatingWebhookConfiguration of the VPA is among the 2 that there are: new pods keep the requests of their template',
  ]);
});

test('says nothing where the webhook is there, or where the configurations are not shown', async () => {
  expect(await told(`${EVENTS}${configurations('mesh-injector', 'vpa-webhook-config')}`)).toEqual([]);
  expect(await told(EVENTS)).toEqual([]);
});

test('a webhook that leaves the namespace out, and the log of the updater', async () => {
  const { rootCauses } = await paste({
    'updater.log': ['x2x4z', 'b7k9q', 'zz4vd']
      .map(
        (end, minute) =>
          `I0301 10:0${minute}:12.118380       1 updater.go:245] "Evicting pod" pod="quill/inker-6d5f8c7b9-${end}"\n`,
      )
      .join(''),
    'webhook.yaml': `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: vpa-webhook-config
webhooks:
  - name: vpa.k8s.io
    namespaceSelector:
      matchExpressions:
        - {key: tier, operator: NotIn, values: [own]}
    rules:
      - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}
---
apiVersion: v1
kind: Namespace
metadata:
  name: quill
  labels: {tier: own}
`,
  });
  expect(rootCauses[0]).toMatchObject({ check: 'vpa-evicts-in-vain', variant: 'namespace-left-out' });
  expect(rootCauses[0]?.summary).toContain('webhook vpa.k8s.io passes over namespace quill (label tier=own)');
});
