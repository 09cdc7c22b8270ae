import { describe, expect, it } from 'vitest';
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

describe('a description says as much as the object', () => {
  const told = (text: string) => run(kubectlDescribe, text).facts[0]?.record;

  it('of what it waits for, how long it holds, and that it goes', () => {
    expect(
      told(`Name:         shop-tls
Namespace:    shop
API Version:  cert-manager.io/v1
Kind:         Certificate
Metadata:
  Deletion Timestamp:  2026-03-01T10:00:00Z
  Finalizers:
    keep.example.com/tls
Spec:
  Dns Names:
    shop.example.com
  Queue Name:  slow
  Secret Store Ref:
    Name:  vault
Status:
  Not After:  2026-03-02T00:00:00Z
Events:  <none>`),
    ).toMatchObject({
      hosts: ['shop.example.com'],
      queue: 'slow',
      store: 'vault',
      validUntil: Date.parse('2026-03-02T00:00:00Z'),
      deletion: { since: '2026-03-01T10:00:00Z', finalizers: ['keep.example.com/tls'], source: { line: 6 } },
    });
  });

  it('of what went wrong below a condition, and in several lines', () => {
    expect(
      told(`Name:         web
Namespace:    shop
API Version:  projectcontour.io/v1
Kind:         HTTPProxy
Status:
  Conditions:
    Errors:
      Message:  Secret shop/web-tls not found
      Status:   True
      Type:     TLSError
    Message:    At least one error
present, see Errors
    Reason:     ErrorPresent
    Status:     False
    Type:       Valid
Events:  <none>`),
    ).toMatchObject({
      conditions: [
        {
          type: 'Valid',
          status: 'False',
          message: 'At least one error present, see Errors; Secret shop/web-tls not found',
          source: { line: 8 },
        },
      ],
    });
  });

  it('of a snapshot what went wrong last, of a certificate the hosts that failed', () => {
    expect(
      told(`Name:         nightly
Namespace:    shop
API Version:  snapshot.storage.k8s.io/v1
Kind:         VolumeSnapshot
Status:
  Error:
    Message:     no driver
  Ready To Use:  false
Events:  <none>`),
    ).toMatchObject({ state: 'error', message: 'no driver', source: { line: 7 } });
    expect(
      told(`Name:         web
Namespace:    shop
API Version:  networking.gke.io/v1
Kind:         ManagedCertificate
Status:
  Domain Status:
    Domain:  a.example.com
    Status:  Active
    Domain:  b.example.com
    Status:  FailedNotVisible
Events:  <none>`),
    ).toMatchObject({ state: 'failed', message: 'b.example.com FailedNotVisible', source: { line: 10 } });
  });
});
