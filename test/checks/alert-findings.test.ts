import { expect, test } from 'vitest';
import application from '../../src/checks/1-application/application-alert-firing.ts';
import scheduling from '../../src/checks/2-scheduling/scheduling-alert-firing.ts';
import network from '../../src/checks/3-networking/network-alert-firing.ts';
import infrastructure from '../../src/checks/4-control-plane/infrastructure-alert-firing.ts';
import node from '../../src/checks/5-node/node-alert-firing.ts';
import { run } from '../build.ts';

const alert = (name: string, severity: string, labels: object = {}, state = 'firing') => ({
  name,
  labels: { alertname: name, severity, ...labels },
  annotations: { description: `${name} has fired for 15 minutes.` },
  state,
});
const facts = {
  alerts: [
    alert('KubeNodeNotReady', 'warning', { node: 'node-1' }),
    alert('KubePodCrashLooping', 'warning', { namespace: 'shop', pod: 'web-0' }),
    alert('OrdersBacklog', 'critical', { namespace: 'shop', deployment: 'orders' }),
    alert('etcdInsufficientMembers', 'critical', { instance: '10.0.0.5:2379' }),
    alert('CoreDNSDown', 'critical'),
    alert('KubePodUnschedulable', 'critical', { namespace: 'shop', pod: 'batch-0' }),
    // Quiet ones, thresholds, and what is not firing.
    alert('Watchdog', 'critical'),
    alert('KubeCPUOvercommit', 'warning'),
    alert('NodeFilesystemSpaceFillingUp', 'warning', { instance: '10.0.0.6:9100' }),
    alert('KubeletDown', 'critical', {}, 'pending'),
  ],
};

test('firing alerts are told at their layer, with whom they name', async () => {
  const told = await Promise.all(
    [application, scheduling, network, infrastructure, node].map(async (check) =>
      (await run(check, { facts })).found.map(({ variant, subject }) => [variant, subject.kind, subject.name]),
    ),
  );
  expect(told).toEqual([
    [
      ['KubePodCrashLooping', 'Pod', 'web-0'],
      ['OrdersBacklog', 'Deployment', 'orders'],
    ],
    [['KubePodUnschedulable', 'Pod', 'batch-0']],
    [['CoreDNSDown', 'Alert', 'CoreDNSDown']],
    [['etcdInsufficientMembers', 'Node', '10.0.0.5']],
    [['KubeNodeNotReady', 'Node', 'node-1']],
  ]);
  const { first } = await run(node, { facts });
  expect(first).toMatchObject({
    confidence: 'low',
    message: 'Alert KubeNodeNotReady fires: KubeNodeNotReady has fired for 15 minutes.',
  });
});
