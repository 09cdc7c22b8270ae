import { describe, expect, it } from 'vitest';
import { kubectlDescribe } from '../../../../src/parsers/kubectl/describe.ts';
import { run } from '../run.ts';

const request = (status: string) =>
  run(
    kubectlDescribe,
    `Name:               csr-x7k2p
Labels:             <none>
CreationTimestamp:  Sun, 01 Mar 2026 11:00:00 +0000
Requesting User:    system:node:node-1
Signer:             kubernetes.io/kubelet-serving
Status:             ${status}
Subject:
         Common Name:    system:node:node-1
         Organization:   system:nodes
Events:  <none>`,
  ).of('CertificateSigningRequest')[0];

describe('described certificate requests', () => {
  it('tell who asked whom, and whether it was granted', () => {
    expect(request('Approved,Issued')).toMatchObject({
      metadata: { name: 'csr-x7k2p' },
      spec: { username: 'system:node:node-1', signerName: 'kubernetes.io/kubelet-serving' },
      status: { conditions: [{ type: 'Approved' }] },
    });
    expect(request('Pending').status.conditions).toEqual([]);
    expect(request('Denied').status.conditions).toMatchObject([{ type: 'Denied', status: 'True' }]);
  });
});

describe('described webhook configurations', () => {
  it('have their webhooks one below the other', () => {
    const text = `Name:         tools
Namespace:    
API Version:  admissionregistration.k8s.io/v1
Kind:         ValidatingWebhookConfiguration
Webhooks:
  Client Config:
    Service:
      Name:        hook
      Namespace:   tools
      Port:        443
  Failure Policy:  Fail
  Name:            a.example.org
  Client Config:
    Service:
      Name:        other
      Namespace:   tools
  Failure Policy:  Ignore
  Name:            b.example.org
Events:            <none>`;
    const object = run(kubectlDescribe, text, 'kubectl describe validatingwebhookconfiguration tools').of(
      'ValidatingWebhookConfiguration',
    )[0];
    expect(object.webhooks).toMatchObject([
      { name: 'a.example.org', failurePolicy: 'Fail', clientConfig: { service: { name: 'hook', namespace: 'tools' } } },
      { name: 'b.example.org', failurePolicy: 'Ignore' },
    ]);
  });
});

describe('described custom resource definitions', () => {
  it('tell since when they are deleted, and what holds them', () => {
    const text = `Name:         things.example.org
Namespace:
API Version:  apiextensions.k8s.io/v1
Kind:         CustomResourceDefinition
Metadata:
  Creation Timestamp:  2026-02-01T10:00:00Z
  Deletion Timestamp:  2026-03-01T10:00:00Z
  Finalizers:
    customresourcecleanup.apiextensions.k8s.io
  Generation:  1
Spec:
  Group:  example.org
Events:   <none>`;
    const object = run(kubectlDescribe, text, 'kubectl describe crd things.example.org').of(
      'CustomResourceDefinition',
    )[0];
    expect(object).toMatchObject({
      metadata: {
        deletionTimestamp: '2026-03-01T10:00:00Z',
        finalizers: ['customresourcecleanup.apiextensions.k8s.io'],
      },
      spec: { group: 'example.org' },
    });
  });
});
