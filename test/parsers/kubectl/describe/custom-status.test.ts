import { expect, it } from 'vitest';
import { kubectlDescribe } from '../../../../src/parsers/kubectl/describe.ts';
import { run } from '../run.ts';

it('reads the conditions, the state and the events of a kind without a shape', () => {
  const text = `Name:         shop-tls
Namespace:    shop
Labels:       <none>
API Version:  cert-manager.io/v1
Kind:         Certificate
Status:
  Conditions:
    Message:  Referenced "ClusterIssuer" not found
    Reason:   IssuerNotFound
    Status:   False
    Type:     Ready
    Message:  Issuing
    Status:   True
    Type:     Issuing
  State:      pending
  Reason:     waits
Events:
  Type     Reason  Age  From          Message
  ----     ------  ---  ----          -------
  Warning  Failed  2m   cert-manager  no issuer`;
  const { facts, of, unread } = run(kubectlDescribe, text);
  expect(facts).toMatchObject([
    {
      area: 'customResources',
      record: {
        resourceKind: 'Certificate',
        apiVersion: 'cert-manager.io/v1',
        name: 'shop-tls',
        namespace: 'shop',
        state: 'pending',
        message: 'waits',
        conditions: [
          { type: 'Ready', status: 'False', reason: 'IssuerNotFound', source: { line: 8 } },
          { type: 'Issuing', status: 'True' },
        ],
      },
    },
  ]);
  expect(of('Event')).toMatchObject([{ reason: 'Failed', involvedObject: { kind: 'Certificate', name: 'shop-tls' } }]);
  expect(unread).toEqual([]);
  expect(run(kubectlDescribe, 'Name:    x\nLabels:  <none>\nKind:    Gadget\n').unread).toHaveLength(1);
});
