import { expect, test } from 'vitest';
import { collect, sniffs } from '../collect.ts';
import parser from '../../../src/parsers/host/systemctl-status.ts';
import journal from '../../../src/parsers/logs/journal.ts';

const FAILED = `● kubelet.service - kubelet: The Kubernetes Node Agent
     Loaded: loaded (/usr/lib/systemd/system/kubelet.service; enabled; preset: enabled)
    Drop-In: /usr/lib/systemd/system/kubelet.service.d
             └─10-kubeadm.conf
     Active: activating (auto-restart) (Result: exit-code) since Tue 2025-03-04 10:11:12 UTC; 1min 3s ago
       Docs: https://kubernetes.io/docs/
    Process: 4711 ExecStart=/usr/bin/kubelet $KUBELET_ARGS (code=exited, status=1/FAILURE)
   Main PID: 4711 (code=exited, status=1/FAILURE)
        CPU: 91ms

Mar 04 10:11:12 n1 systemd[1]: kubelet.service: Scheduled restart job, restart counter is at 57.
Mar 04 10:11:12 n1 kubelet[4711]: E0304 10:11:12.000001    4711 run.go:72] "command failed" err="swap"

× containerd.service - containerd container runtime
     Loaded: loaded (/lib/systemd/system/containerd.service; disabled; vendor preset: enabled)
     Active: failed (Result: signal) since Tue 2025-03-04 10:00:00 CST; 2h 5min ago
   Main PID: 900 (code=killed, signal=KILL)
Unit crio.service could not be found.
`;

test('reads every unit of the text and hands the journal on', async () => {
  expect(sniffs(parser, FAILED)).toBe(true);
  const { facts, texts } = await collect(parser, FAILED, { node: 'n1', firstLine: 10 });
  const [missing, kubelet, containerd] = facts.units ?? [];
  expect(missing).toMatchObject({ unit: 'crio.service', load: 'not-found' });
  expect(kubelet).toMatchObject({
    node: 'n1',
    unit: 'kubelet.service',
    load: 'loaded',
    enabled: 'enabled',
    active: 'activating',
    sub: 'auto-restart',
    result: 'exit-code',
    exitCode: 1,
    since: Date.UTC(2025, 2, 4, 10, 11, 12),
    ageSeconds: 63,
    restarts: 57,
  });
  expect(kubelet?.source.line).toBe(14);
  // CST is three zones: no instant, but the age stands.
  expect(containerd).toMatchObject({
    active: 'failed',
    result: 'signal',
    signal: 'KILL',
    enabled: 'disabled',
    ageSeconds: 7500,
  });
  expect(containerd).not.toHaveProperty('since');
  expect(texts).toHaveLength(1);
  expect(texts[0]?.origin).toMatchObject({ program: 'kubelet', node: 'n1', firstLine: 20 });
  expect(texts[0]?.lines).toHaveLength(2);
});

test('a fine unit with another bullet, and the flags of its process', async () => {
  const fine = `* kubelet.service - Kubernetes Kubelet
   Loaded: loaded (/etc/systemd/system/kubelet.service; enabled; vendor preset: enabled)
   Active: active (running) since Fri 2025-11-28 16:06:00 UTC; 39min ago
 Main PID: 2918 (kubelet)
   CGroup: /system.slice/kubelet.service
           └─2918 /usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --cpu-manager-policy=static`;
  const { facts } = await collect(parser, fine);
  expect(facts.units).toMatchObject([{ active: 'active', sub: 'running' }]);
  expect(facts.units?.[0]).not.toHaveProperty('result');
  expect(facts.hostValues?.map(({ key, value }) => [key, value])).toEqual([
    ['config', '/var/lib/kubelet/config.yaml'],
    ['cpu-manager-policy', 'static'],
  ]);
});

test('what is no status is said so', async () => {
  const bus = await collect(parser, 'Failed to connect to bus: No such file or directory');
  expect(bus.facts.toolFailures).toMatchObject([{ tool: 'systemctl' }]);
  expect((await collect(parser, '')).unread).toHaveLength(1);
  expect(sniffs(parser, 'kubelet.service failed yesterday\nLoaded words')).toBe(false);
});

test('is asked before the journal, whose lines it ends with', () => {
  expect(parser.priority ?? 0).toBeGreaterThan(journal.priority ?? 0);
});
