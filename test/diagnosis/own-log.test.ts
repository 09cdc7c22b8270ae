import { expect, test } from 'vitest';
import { builtInChecks } from '../../src/checks/all.ts';
import { examine } from '../../src/checks/engine.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { links } from '../../src/diagnosis/links/registry.ts';
import { refutations } from '../../src/diagnosis/refutations.ts';
import { ago, aPod, snapshotOf } from '../build.ts';

const crashing = (name: string, namespace: string) =>
  aPod(name, {
    metadata: { namespace, ownerReferences: undefined },
    spec: { nodeName: undefined },
    status: {
      conditions: undefined,
      containerStatuses: [
        {
          name: '',
          ready: false,
          restartCount: 5,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { finishedAt: ago(60) } },
        },
      ],
    },
  });

async function roots(objects: readonly object[], lines: readonly string[]) {
  const snapshot = await snapshotOf({ objects, logs: [{ class: 'container', origin: { program: 'flannel' }, lines }] });
  const diagnosis = diagnose(examine(builtInChecks, snapshot).found, snapshot, links, refutations);
  return diagnosis.roots.map((root) => diagnosis.found[root.index]?.check.id);
}

test('what the log of a crashing agent says is the cause, for all pods that fail like it', async () => {
  const pods = [crashing('kube-flannel-ds-8x2nn', 'kube-flannel'), crashing('kube-flannel-ds-lt9zk', 'kube-flannel')];
  const line =
    'E0516 07:01:12.762210       1 main.go:332] Error registering network: failed to acquire lease: node "node-1" pod cidr not assigned';
  expect(await roots(pods, [line])).toEqual(['cni-podcidr-unassigned']);
});

test('a part of the platform that crashes for no known reason is told as what it is', async () => {
  expect(await roots([crashing('kube-proxy-8x2nn', 'kube-system')], ['hello'])).toEqual(['kube-proxy-down']);
  expect(await roots([crashing('web-8x2nn', 'shop')], ['hello'])).toEqual(['crashloop-app-error']);
});

test('an old token that the API server refuses to some client ends no controller', async () => {
  const manager = crashing('kube-controller-manager-cp-1', 'kube-system');
  const server = aPod('kube-apiserver-cp-1', { metadata: { namespace: 'kube-system', ownerReferences: undefined } });
  const log = (pod: string, container: string, line: string) => ({
    class: 'container' as const,
    origin: { namespace: 'kube-system', pod, container, program: container },
    lines: [line],
  });
  const snapshot = await snapshotOf({
    objects: [manager, server],
    logs: [
      log('kube-controller-manager-cp-1', 'kube-controller-manager', 'Error: unknown flag: --pod-eviction-timeout'),
      log(
        'kube-apiserver-cp-1',
        'kube-apiserver',
        'E0301 11:00:00.000000       1 authentication.go:73] "Unable to authenticate the request" err="[invalid bearer token, service account token has expired]"',
      ),
    ],
  });
  const { found, roots } = diagnose(examine(builtInChecks, snapshot).found, snapshot, links, refutations);
  const [first] = roots.map((root) => found[root.index]);
  expect(first?.check.id).not.toBe('api-cert-problem');
  expect(first?.message).toContain('--pod-eviction-timeout');
});

test('what stands in the same cluster does not explain a failure whose own log tells its cause', async () => {
  const pod = crashing('web-0', 'shop');
  const explains = async (line: string) => {
    const snapshot = await snapshotOf({
      objects: [pod],
      logs: [
        { class: 'container', origin: { namespace: 'shop', pod: 'web-0', container: 'app' }, lines: [line] },
        {
          class: 'host',
          origin: { node: 'node-1', program: 'kubelet' },
          lines: [
            'E0301 11:58:00.000000 812 run.go:74] "command failed" err="failed to run Kubelet: misconfiguration: kubelet cgroup driver: \\"cgroupfs\\" is different from docker cgroup driver: \\"systemd\\""',
          ],
        },
      ],
    });
    const { found, roots } = diagnose(examine(builtInChecks, snapshot).found, snapshot, links, refutations);
    const driver = roots.find((root) => found[root.index]?.check.id === 'kubelet-cgroup-driver-mismatch');
    return driver?.explains.map(({ index }) => found[index]?.check.id);
  };
  expect(await explains('ready')).toContain('crashloop-app-error');
  expect(await explains("KeyError: 'DATABASE_URL'")).not.toContain('crashloop-app-error');
});
