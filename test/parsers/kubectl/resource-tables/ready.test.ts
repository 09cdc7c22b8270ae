import { expect, test } from 'vitest';
import parser from '../../../../src/parsers/kubectl/resource-table.ts';
import { run } from '../run.ts';

const facts = (text: string, command?: string) =>
  run(parser, text, command).facts.map(({ record }) => {
    const { source, ...rest } = record as { source: { line: number } };
    return { line: source.line, ...rest };
  });

test('External Secrets that are not synced', () => {
  const text = `NAMESPACE  NAME      STORE  REFRESH INTERVAL  STATUS             READY
shop       web-keys  vault  1h                SecretSyncedError  False
shop       db-keys   vault  1h                SecretSynced       True`;
  expect(run(parser, text).sniffed).toBe(true);
  expect(facts(text)).toMatchObject([
    {
      line: 2,
      resourceKind: 'ExternalSecret',
      name: 'web-keys',
      namespace: 'shop',
      conditions: [{ type: 'Ready', status: 'False', reason: 'SecretSyncedError' }],
    },
    { name: 'db-keys', conditions: [{ status: 'True', reason: 'SecretSynced' }] },
  ]);
});

test('the name of a row and the command say the kind; a sentence is a message', () => {
  const text = `NAME                                        AGE   READY   STATUS
helmrelease.helm.toolkit.fluxcd.io/web      5d    False   install retries exhausted`;
  expect(facts(text)).toMatchObject([
    {
      resourceKind: 'HelmRelease',
      name: 'web',
      conditions: [{ status: 'False', message: 'install retries exhausted' }],
    },
  ]);
  const certificates = 'NAME   READY   SECRET   AGE\nweb    False   web-tls  2d\nnew    False   new-tls  10s\n';
  expect(facts(certificates, 'kubectl get certificates -n shop')).toMatchObject([
    {
      resourceKind: 'Certificate',
      apiVersion: 'cert-manager.io/v1',
      name: 'web',
      namespace: 'shop',
      conditions: [{ status: 'False' }],
    },
    { name: 'new', conditions: [] },
  ]);
});

test('tables of Kubernetes’ own kinds are not its own', () => {
  expect(run(parser, 'NAME   READY   STATUS    RESTARTS   AGE\nweb-0  1/1     Running   0          1d\n').sniffed).toBe(
    false,
  );
  expect(
    run(parser, 'NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    1/1     1            1           1d\n').sniffed,
  ).toBe(false);
  expect(run(parser, 'NAME   READY   AGE\nweb    1/1     1d\n').sniffed).toBe(false);
});

test('tables that say how far an object is', () => {
  expect(
    facts('NAME   DISPLAY   VERSION   REPLACES   PHASE\nqueue.v1.2.0   Queue   1.2.0   queue.v1.1.0   Failed\n'),
  ).toMatchObject([{ resourceKind: 'ClusterServiceVersion', name: 'queue.v1.2.0', state: 'Failed', conditions: [] }]);
  expect(
    facts('NAME   PHASE         LAST VALIDATED   AGE   DEFAULT\nmain   Unavailable   13s              2d    true\n'),
  ).toMatchObject([
    { resourceKind: 'BackupStorageLocation', apiVersion: 'velero.io/v1', name: 'main', state: 'Unavailable' },
  ]);
  expect(
    facts(
      'NAMESPACE   NAME   STATE         CONSUMER   ONLINE   ERROR                AGE\nmetal       m-7    registering              true     registration error   9d\n',
    ),
  ).toMatchObject([
    {
      resourceKind: 'BareMetalHost',
      name: 'm-7',
      namespace: 'metal',
      state: 'registering',
      message: 'registration error',
    },
  ]);
});

test('packages of Crossplane are healthy or not', () => {
  const text = `NAME     INSTALLED   HEALTHY   PACKAGE                          AGE
quarry   True        False     registry.example.com/quarry:v2   2d
`;
  expect(facts(text)).toMatchObject([
    { resourceKind: 'Provider', name: 'quarry', conditions: [{ type: 'Healthy', status: 'False' }] },
  ]);
});

test('what its controller has not come to, or cannot tell, is neither well nor in trouble', () => {
  expect(
    facts(
      'NAME    READY     SECRET   AGE\nweb               web-tls  2d\nshop    Unknown   shop     2d\n',
      'kubectl get certificates',
    ),
  ).toMatchObject([
    { name: 'web', conditions: [] },
    { name: 'shop', conditions: [{ status: 'Unknown' }] },
  ]);
  expect(facts('NAME   STATUS   SYNCED   AGE\nink                      3d\n')).toMatchObject([
    { resourceKind: 'SealedSecret', name: 'ink', conditions: [] },
  ]);
});
