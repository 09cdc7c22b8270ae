import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/checks/check.ts';
import attachment from '../../../src/checks/3-networking/cni-attachment-failed.ts';
import binary from '../../../src/checks/3-networking/cni-binary-missing.ts';
import bridge from '../../../src/checks/3-networking/cni-bridge-ip-conflict.ts';
import calico from '../../../src/checks/3-networking/cni-calico-not-ready.ts';
import cilium from '../../../src/checks/3-networking/cni-cilium-agent-error.ts';
import conflict from '../../../src/checks/3-networking/cni-conf-conflict.ts';
import invalid from '../../../src/checks/3-networking/cni-config-invalid.ts';
import daemon from '../../../src/checks/3-networking/cni-daemon-down.ts';
import flannel from '../../../src/checks/3-networking/cni-flannel-subnet-env.ts';
import exhausted from '../../../src/checks/3-networking/cni-ip-exhausted.ts';
import uninitialized from '../../../src/checks/3-networking/cni-not-initialized.ts';
import podcidr from '../../../src/checks/3-networking/cni-podcidr-unassigned.ts';
import sandbox from '../../../src/checks/3-networking/cni-sandbox-failed.ts';
import { ago, aNode, anEvent, aPod, NOW, run } from '../../build.ts';

const waiting = aPod('web-5d9c7b8f6d-k2xvq', {
  status: {
    phase: 'Pending',
    containerStatuses: [
      { name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } },
    ],
  },
});
const event = (words: string) =>
  anEvent(
    { kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' },
    'FailedCreatePodSandBox',
    `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${'ab12'.repeat(16)}": ${words}`,
  );

it('cni-calico-not-ready: a token that is not accepted is renewed', async () => {
  const refused = event(
    'plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
  );
  expect((await run(calico, { objects: [waiting, refused] })).first?.fix?.[0]).toContain('Restart calico-node');
  const peers = event('plugin type="calico" failed (add): calico/node is not ready: BIRD is not ready');
  expect((await run(calico, { objects: [waiting, peers] })).first?.fix?.[0] ?? '').not.toContain('Restart');
});

it('cni-ip-exhausted: it began with the first of the events', async () => {
  const seen = {
    ...event('add cmd: failed to assign an IP address to container'),
    firstTimestamp: ago(1800),
    lastTimestamp: ago(20),
    count: 31,
  };
  expect((await run(exhausted, { objects: [waiting, seen] })).first?.since).toBe(NOW - 1_800_000);
});

it('cni-sandbox-failed: of a long message the end is told, not what cleaning up met', async () => {
  const words = `plugin type="ovn-k8s-cni-overlay" failed (add): ${'request of web '.repeat(30)}failed to configure pod interface: timed out, failed to clean up sandbox "x": again`;
  const { first } = await run(sandbox, { objects: [waiting, event(words)] });
  expect(first?.message).toMatch(
    / … .*failed to configure pod interface: timed out; it happens to pod web-5d9c7b8f6d-k2xvq$/,
  );
});

describe.each<[string, Check, string, string]>([
  ['cni-binary-missing', binary, 'failed to find plugin "portmap" in path [/opt/cni/bin]', 'portmap'],
  [
    'cni-bridge-ip-conflict',
    bridge,
    'plugin type="bridge" failed (add): failed to set bridge addr: "cni0" already has an IP address different from 10.9.3.1/24',
    '10.9.3.1/24',
  ],
  [
    'cni-calico-not-ready',
    calico,
    'plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory',
    'nodename',
  ],
  [
    'cni-cilium-agent-error',
    cilium,
    'plugin type="cilium-cni" failed (add): unable to connect to Cilium daemon: timeout',
    'Cilium',
  ],
  [
    'cni-flannel-subnet-env',
    flannel,
    'plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory',
    'subnet.env',
  ],
  [
    'cni-ip-exhausted',
    exhausted,
    'plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.9.3.1-10.9.3.254',
    '10.9.3.254',
  ],
  [
    'cni-attachment-failed',
    attachment,
    'Multus: [shop/web-0]: error loading k8s delegates: cannot find a network-attachment-definition (storage-net) in namespace (shop): not found',
    'storage-net',
  ],
  ['cni-sandbox-failed', sandbox, 'plugin type="strange" failed (add): something of its own', 'something of its own'],
])('%s', (_id, check, words, says) => {
  it('reads the event, names the node and the pod', async () => {
    const { first } = await run(check, { objects: [waiting, event(words)] });
    expect(first?.subject).toMatchObject({ kind: 'Node', name: 'node-1' });
    expect(first?.severity).toBe('critical');
    expect(first?.message).toContain(says);
    expect(first?.related).toContainEqual({ kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq', namespace: 'shop' });
    expect(first?.evidence[0].text).toContain(says);
  });
  it('is silent when the pod has started since, on other events, and not checked without any', async () => {
    expect((await run(check, { objects: [aPod(), event(words)] })).outcome).toBe('passed');
    const other = anEvent({ kind: 'Pod', name: 'web-5d9c7b8f6d-k2xvq' }, 'Pulling', 'Pulling image "x"');
    expect((await run(check, { objects: [waiting, other] })).outcome).toBe('passed');
    expect((await run(check, { objects: [aPod()] })).outcome).toBe('not-checked');
  });
});

const kubelet = (lines: string[]) => [{ class: 'host' as const, origin: { program: 'kubelet', node: 'n7' }, lines }];

it('cni-config-invalid: the file is there and is rejected', async () => {
  const lines = [
    'E0301 11:59:01.000000 1 cni.go:202] Error validating CNI config list {"cniVersion":"","name":"n"}: [plugin bridge does not support config version ""]',
  ];
  const { first } = await run(invalid, { logs: kubelet(lines) });
  expect(first?.subject).toMatchObject({ kind: 'Node', name: 'n7' });
  expect(first?.message).toContain('plugin bridge does not support config version ""');
  expect(first?.message).toContain('cniVersion is missing');
  expect(
    (await run(invalid, { logs: kubelet(['cni config load failed: no network config found in /etc/cni/net.d']) }))
      .outcome,
  ).toBe('passed');
});

it('cni-not-initialized: from the node condition', async () => {
  const message =
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';
  const node = aNode('n7', {
    status: { conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message }] },
  });
  expect((await run(uninitialized, { objects: [node] })).first?.message).toContain('n7');
  expect((await run(uninitialized, { objects: [aNode()] })).outcome).toBe('passed');
});

it('cni-ip-exhausted: a balancer that has no address left for Services says nothing of pods', async () => {
  const line =
    '{"caller":"service.go:143","error":"no available IPs","level":"error","msg":"IP allocation failed","op":"allocateIPs","ts":"2026-03-01T11:50:00Z"}';
  const logs = [{ class: 'container' as const, origin: { program: 'metallb' }, lines: [line, line] }];
  expect((await run(exhausted, { logs })).found).toEqual([]);
});

it('cni-ip-exhausted: full pools only', async () => {
  const stats = (assigned: number) => [
    `{"level":"debug","msg":"AssignPodIPv4Address: IP address pool stats: total 24, assigned ${assigned}"}`,
  ];
  const logs = (assigned: number) => [
    { class: 'container' as const, origin: { program: 'aws-node', node: 'n7' }, lines: stats(assigned) },
  ];
  expect((await run(exhausted, { logs: logs(24) })).first?.message).toContain('total 24, assigned 24');
  expect((await run(exhausted, { logs: logs(23) })).outcome).toBe('passed');
});

it('cni-daemon-down: an agent that is not ready, not on a node that is away', async () => {
  const agent = aPod('calico-node-x7k2q', {
    metadata: { namespace: 'kube-system' },
    status: { conditions: [{ type: 'Ready', status: 'False' }] },
  });
  expect((await run(daemon, { objects: [agent, aNode()] })).first?.message).toContain('node-1');
  const away = aNode('node-1', {
    status: { conditions: [{ type: 'Ready', status: 'Unknown', message: 'Kubelet stopped posting node status.' }] },
  });
  expect((await run(daemon, { objects: [agent, away] })).outcome).toBe('passed');
  expect((await run(daemon, { objects: [aPod()] })).outcome).toBe('passed');
});

it('cni-podcidr-unassigned and cni-conf-conflict', async () => {
  const lines = [
    'E0301 11:59:01.000000 1 main.go:333] Error registering network: failed to acquire lease: node "n7" pod cidr not assigned',
  ];
  const logs = [{ class: 'container' as const, origin: { program: 'flannel' }, lines }];
  expect((await run(podcidr, { logs })).first?.subject.name).toBe('n7');
  const file = (path: string, name: string) => ({
    path: `/etc/cni/net.d/${path}`,
    text: `{"name":"${name}"}`,
    node: 'n7',
  });
  const two = await run(conflict, {
    facts: { configFiles: [file('10-old.conflist', 'old'), file('20-new.conflist', 'new')] },
  });
  expect(two.first?.message).toContain('/etc/cni/net.d/10-old.conflist is used');
  expect((await run(conflict, { facts: { configFiles: [file('10-a.conflist', 'a')] } })).outcome).toBe('passed');
});
