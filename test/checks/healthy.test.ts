/** A small healthy cluster in which everything is listed: no check says more than info. */
import { expect, test } from 'vitest';
import { examine } from '../../src/checks/engine.ts';
import { writtenChecks } from '../../src/checks/registry.ts';
import { aDeployment, ago, anEvent, aNode, aPod, aService, snapshotOf, someEndpoints } from '../build.ts';

const pods = ['web-5d9c7b8f6d-k2xvq', 'web-5d9c7b8f6d-m4znp'].map((name, i) =>
  aPod(name, { status: { podIP: `10.0.1.${5 + i}` } }),
);
const snapshot = await snapshotOf({
  objects: [
    ...pods,
    aNode(),
    aService(),
    someEndpoints('web', ['10.0.1.5', '10.0.1.6']),
    aDeployment(),
    anEvent(
      { kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' },
      'Pulled',
      'Successfully pulled image "registry.example.com/web:1.4" in 1.2s (1.2s including waiting)',
      { type: 'Normal', count: 1 },
    ),
    anEvent(
      { kind: 'Pod', name: 'web-5d9c7b8f6d-m4znp' },
      'Scheduled',
      'Successfully assigned shop/web-5d9c7b8f6d-m4znp to node-1',
      { type: 'Normal', count: 1 },
    ),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
      status: { currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 2 },
    },
  ],
  complete: [
    'Pod',
    'Node',
    'Service',
    'Endpoints',
    'Deployment',
    'Event',
    'Secret',
    'ConfigMap',
    'ServiceAccount',
    'ReplicaSet',
    'Job',
    'StatefulSet',
    'DaemonSet',
  ],
  logs: [
    {
      class: 'container',
      origin: { namespace: 'shop', pod: 'web-5d9c7b8f6d-k2xvq', container: 'app' },
      lines: [`${ago(60)} INFO serving on :8080`],
    },
    {
      class: 'container',
      origin: { namespace: 'kube-system', pod: 'coredns-6d4b75cb6d-x2k9q', container: 'coredns', program: 'coredns' },
      lines: ['.:53', '[INFO] plugin/reload: Running configuration SHA512 = 1b22'],
    },
    {
      class: 'host',
      origin: { node: 'node-1', program: 'kubelet' },
      lines: [
        'Mar 01 11:59:00 node-1 kubelet[812]: I0301 11:59:00.000000     812 kubelet.go:2421] "SyncLoop (PLEG): event for pod" pod="shop/web-5d9c7b8f6d-k2xvq"',
      ],
    },
    { class: 'kernel', origin: { node: 'node-1', program: 'kernel' }, lines: ['[    0.000000] Linux version 6.1.0'] },
  ],
});
const { outcomes, found } = examine(writtenChecks, snapshot);

test('no check says more than info', () => {
  expect(found.filter((one) => one.severity !== 'info').map((one) => `${one.id}: ${one.message}`)).toEqual([]);
  expect(outcomes.filter((outcome) => outcome.outcome === 'crashed')).toEqual([]);
});
