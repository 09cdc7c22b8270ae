import { eventMessage } from '../../../src/snapshot/events.ts';
import { describe, expect, test } from 'vitest';
import type { LogClass, Origin } from '../../../src/parsers/records.ts';
import { anEvent, snapshotOf } from '../../build.ts';

async function events(lines: readonly string[], cls: LogClass = 'text', origin: Partial<Origin> = {}) {
  const snapshot = await snapshotOf({ logs: [{ class: cls, origin, lines }] });
  return snapshot
    .list('events')
    .map((event) => ({
      about: `${event.involvedObject?.kind ?? ''} ${event.involvedObject?.namespace ?? '-'}/${event.involvedObject?.name ?? ''}`,
      part: event.involvedObject?.fieldPath,
      reason: event.reason,
      message: eventMessage(event),
      quoted: snapshot.quoteEvent(event).line,
    }))
    .sort((a, b) => (a.quoted ?? 0) - (b.quoted ?? 0));
}
const kubelet = { program: 'kubelet', node: 'node-1' } as const;

describe('the kubelet', () => {
  test('containers that do not start', async () => {
    const found = await events(
      [
        String.raw`E0203 12:44:10.511842    2291 remote_image.go:238] "PullImage from image service failed" err="rpc error: code = Unknown desc = failed to do request: Head \"https://registry.example/v2/api\": x509: certificate has expired" image="registry.example/api:2"`,
        String.raw`E0203 12:44:21.102119    2291 pod_workers.go:951] "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"api\" with ImagePullBackOff: \"Back-off pulling image \\\"registry.example/api:2\\\"\"" pod="shop/api-0" podUID=1f4f`,
        String.raw`E0203 12:44:22.102119    2291 pod_workers.go:191] Error syncing pod 9c1 ("web-0_shop(9c1)"), skipping: failed to "StartContainer" for "web" with CreateContainerConfigError: "secret \"web-key\" not found"`,
      ],
      'host',
      kubelet,
    );
    expect(found).toEqual([
      {
        about: 'Pod shop/api-0',
        part: 'spec.containers{api}',
        reason: 'Failed',
        message:
          'Failed to pull image "registry.example/api:2": rpc error: code = Unknown desc = failed to do request: Head "https://registry.example/v2/api": x509: certificate has expired',
        quoted: 1,
      },
      {
        about: 'Pod shop/api-0',
        part: 'spec.containers{api}',
        reason: 'BackOff',
        message: 'Back-off pulling image "registry.example/api:2"',
        quoted: 2,
      },
      {
        about: 'Pod shop/web-0',
        part: 'spec.containers{web}',
        reason: 'Failed',
        message: 'Error: secret "web-key" not found',
        quoted: 3,
      },
    ]);
  });

  test('probes, of both styles, from the third failure on', async () => {
    const line =
      'I0711 10:00:00.100000 900 prober.go:107] "Probe failed" probeType="Liveness" pod="shop/api-0" podUID=1 containerName="api" probeResult=failure output="HTTP probe failed with statuscode: 500"';
    const old =
      'I0711 10:00:01.100000 900 prober.go:117] Readiness probe for "web-0_shop(1f4fa84d):web" failed (failure): Get http://10.0.0.9:80/: EOF';
    const found = await events([line, line, line, old, old, old], 'host', kubelet);
    expect(found.map(({ about, reason, message }) => [about, reason, message])).toEqual([
      ['Pod shop/api-0', 'Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500'],
      ['Pod shop/web-0', 'Unhealthy', 'Readiness probe failed: Get http://10.0.0.9:80/: EOF'],
    ]);
    expect(await events([line, line, old], 'host', kubelet)).toEqual([]);
  });

  test('what it has stopped saying is over', async () => {
    const line = (time: string) =>
      `I0301 ${time}.100000 900 prober.go:107] "Probe failed" probeType="Liveness" pod="shop/api-0" containerName="api" output="refused"`;
    const last = 'I0301 12:00:00.100000 900 kubelet.go:1] "SyncLoop" pods="none"';
    const three = (time: string) => [line(time), line(time), line(time)];
    expect(await events([...three('11:50:00'), last], 'host', kubelet)).toHaveLength(1);
    expect(await events([...three('11:40:00'), last], 'host', kubelet)).toHaveLength(0);
  });
});

test('events that controllers log, of both styles', async () => {
  const found = await events(
    [
      'I0711 10:00:00.100000 1 event.go:294] "Event occurred" object="shop/api" fieldPath="" kind="ReplicaSet" apiVersion="apps/v1" type="Warning" reason="FailedCreate" message="Error creating: pods \\"api-\\" is forbidden"',
      `I0711 10:00:00.100000 1 event.go:221] Event(v1.ObjectReference{Kind:"Job", Namespace:"shop", Name:"sum", UID:"1"}): type: 'Warning' reason: 'BackoffLimitExceeded' Job has reached the specified backoff limit`,
      `I0711 10:00:00.100000 1 event.go:211] Event(api.ObjectReference{Kind:"Pod", Namespace:"shop", Name:"sum-1", UID:"1"}): type: 'Warning' reason: 'FailedScheduling' no nodes available`,
    ],
    'host',
    { program: 'kube-controller-manager' },
  );
  expect(found.map(({ about, reason, message }) => [about, reason, message])).toEqual([
    ['ReplicaSet shop/api', 'FailedCreate', 'Error creating: pods "api-" is forbidden'],
    ['Job shop/sum', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'],
    ['Pod shop/sum-1', 'FailedScheduling', 'no nodes available'],
  ]);
});

test('pods that the scheduler found no node for', async () => {
  const line =
    'I0514 08:00:01.000000       1 schedule_one.go:867] "Unable to schedule pod; no fit; waiting" pod="shop/web-1" err="0/3 nodes are available: 3 Insufficient memory."';
  const found = await events([line], 'host', { program: 'kube-scheduler' });
  expect(found.map(({ about, reason, message }) => [about, reason, message])).toEqual([
    ['Pod shop/web-1', 'FailedScheduling', '0/3 nodes are available: 3 Insufficient memory.'],
  ]);
});

test('a message that stands alone; in the log of a container it is that program’s own', async () => {
  const lines = [
    "    message: '0/3 nodes are available: 3 Insufficient cpu.'",
    'Error creating: pods "api-7f6c-" is forbidden: exceeded quota: team',
  ];
  expect((await events(lines)).map(({ about, reason, message }) => [about, reason, message])).toEqual([
    ['Pod -/(unnamed)', 'FailedScheduling', '0/3 nodes are available: 3 Insufficient cpu.'],
    ['ReplicaSet -/api-7f6c', 'FailedCreate', 'Error creating: pods "api-7f6c-" is forbidden: exceeded quota: team'],
  ]);
  expect(await events(lines, 'container')).toEqual([]);
});

test('where the API server has its say, logs add nothing', async () => {
  const line = String.raw`E0203 12:44:22.102119    2291 pod_workers.go:191] Error syncing pod 9c1 ("web-0_shop(9c1)"), skipping: failed to "StartContainer" for "web" with CreateContainerConfigError: "secret \"web-key\" not found"`;
  const logs = [{ class: 'host' as const, origin: kubelet, lines: [line] }];
  const other = anEvent({ kind: 'Pod', name: 'db-0' }, 'BackOff', 'Back-off restarting failed container');
  expect((await snapshotOf({ logs })).list('events')).toHaveLength(1);
  expect((await snapshotOf({ objects: [other], logs })).list('events')).toHaveLength(1);
  expect((await snapshotOf({ objects: [other], logs })).list('events')[0]?.involvedObject?.name).toBe('db-0');
});

test('what the kubelet says beside a failed sync, with and without the pod', async () => {
  const found = await events(
    [
      'E0203 12:44:21.102119    2291 kuberuntime_manager.go:1256] container &Container{Name:web,Image:web:1,Command:[],} start failed in pod web-0_shop(1f4f): CreateContainerConfigError: secret "web-key" not found',
      "E0203 12:44:22.102119    2291 kuberuntime_manager.go:784] container start failed: CreateContainerConfigError: failed to prepare subPath for volumeMount 'a' of container 'b'",
    ],
    'host',
    kubelet,
  );
  expect(found).toMatchObject([
    {
      about: 'Pod shop/web-0',
      part: 'spec.containers{web}',
      reason: 'Failed',
      message: 'Error: secret "web-key" not found',
    },
    {
      about: 'Pod -/(unnamed)',
      reason: 'Failed',
      message: "Error: failed to prepare subPath for volumeMount 'a' of container 'b'",
    },
  ]);
});

test('pulls that the runtimes log: the image stands in the words or in the address', async () => {
  const found = await events(
    [
      'time="2026-03-01T11:00:00Z" level=error msg="PullImage \\"hub.test/press:1\\" failed" error="rpc error: code = NotFound desc = no such tag"',
      'level=error msg="Attempting next endpoint for pull after error: Get https://hub.test:444/v2/ink/press/manifests/1.0: no basic auth credentials"',
      'level=error msg="Not continuing with pull after error: Error: image ink/press:1.0 not found"',
    ],
    'host',
    { program: 'containerd' },
  );
  expect(found.map(({ message }) => message)).toEqual([
    'Failed to pull image "hub.test/press:1": rpc error: code = NotFound desc = no such tag',
    'Failed to pull image "hub.test:444/ink/press:1.0": Get https://hub.test:444/v2/ink/press/manifests/1.0: no basic auth credentials',
  ]);
});
