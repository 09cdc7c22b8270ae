import { describe, expect, it } from 'vitest';
import { alertViews } from '../../src/snapshot/alerts.ts';
import { aNode, aPod, aService, snapshotOf } from '../build.ts';

const source = { file: 'alerts.json', line: 1, text: '' };
const objects = [
  aNode('node-1'),
  aPod('web-5d9c7b8f6d-k2xvq'),
  aService('web'),
  aService('node-exporter', { metadata: { namespace: 'monitoring' } }),
  aPod('node-exporter-k2xvq', { metadata: { namespace: 'monitoring' }, spec: { nodeName: 'node-1' } }),
];

/** Whom an alert with these labels is about. */
async function about(labels: Record<string, string>) {
  const alert = { name: 'Slow', labels, annotations: {}, state: 'firing', source };
  const [view] = alertViews(await snapshotOf({ objects, facts: { alerts: [alert] } }));
  const { service, workload, node } = view ?? {};
  return workload ?? (service ?? node)?.metadata.name;
}

describe('whom an alert is about', () => {
  it.each([
    [{ namespace: 'shop', service: 'web' }, 'web'],
    [{ namespace: 'shop', pod: 'web-5d9c7b8f6d-k2xvq' }, 'web'],
    [{ node: 'node-1' }, 'node-1'],
    // What measures a machine runs as a pod behind a Service of its own.
    [{ instance: 'node-1:9100', job: 'node-exporter', namespace: 'monitoring', pod: 'node-exporter-k2xvq' }, 'node-1'],
    [{ instance: 'node-1:9100', service: 'node-exporter' }, 'node-1'],
    [
      { namespace: 'shop', statefulset: 'db', job: 'kube-state-metrics' },
      { kind: 'StatefulSet', namespace: 'shop', name: 'db' },
    ],
    [
      { namespace: 'shop', workload: 'agent', workload_type: 'daemonset' },
      { kind: 'DaemonSet', namespace: 'shop', name: 'agent' },
    ],
    [
      { namespace: 'shop', owner_kind: 'Job', owner_name: 'nightly' },
      { kind: 'Job', namespace: 'shop', name: 'nightly' },
    ],
    [{ severity: 'info' }, undefined],
  ])('%o', async (labels, expected) => {
    expect(await about(labels)).toEqual(expected);
  });
});
