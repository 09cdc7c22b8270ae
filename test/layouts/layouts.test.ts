import { describe, expect, it, test } from 'vitest';
import { compilePath, defineLayout } from '../../src/layouts/layout.ts';
import { layouts } from '../../src/layouts/registry.ts';
import { AREAS } from '../../src/snapshot/areas.ts';

const layout = (id: string) => {
  const found = layouts.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no layout ${id}`);
  return found;
};

describe('paths', () => {
  test.each([
    ['a/<pod>/x.log', 'root/a/web-0/x.log', { pod: 'web-0' }],
    ['a/<pod>/x.log', 'a/b/web-0/x.log', undefined],
    ['<container>/<container>/logs/**', 'p/app/app/logs/rotated/0.log', { container: 'app' }],
    ['<container>/<container>/logs/**', 'p/app/side/logs/current.log', undefined],
    ['{x,y}.json', 'k/y.json', {}],
    ['{x,y}.json', 'k/xy.json', undefined],
    ['nodes/<node>.zip/**', 'b/nodes/n.1.zip/n.1/logs/kernel.log', { node: 'n.1' }],
    [
      '<pod>_<namespace>_<container>-<id>.log',
      'web-0_shop_app-77f.log',
      { pod: 'web-0', namespace: 'shop', container: 'app' },
    ],
    ['a.b', 'aXb', undefined],
  ])('%s of %s', (pattern, path, names) => {
    const groups = compilePath(pattern).exec(path)?.groups;
    expect(compilePath(pattern).test(path)).toBe(names !== undefined);
    expect({ ...groups }).toEqual(names ?? {});
  });

  it('takes a hostile name in no time', () => {
    const long = `${'a_'.repeat(500)}x`;
    for (const one of layouts) expect([undefined, {}]).toContainEqual(one.classify(`${long}/${long}`) && {});
  });

  it('gives what a rule says besides the names', () => {
    const one = defineLayout({
      id: 'x',
      title: 'x',
      marks: ['mark'],
      rules: [{ path: 'a/<pod>', holds: 'x', kind: 'kubectl-logs', previous: true, program: 'etcd', command: 'df -h' }],
    });
    expect(one.recognises('b/mark')).toBe(true);
    expect(one.recognises('b/marked')).toBe(false);
    expect(one.classify('b/c')).toBeUndefined();
    expect(one.classify('a/web')).toMatchObject({
      kind: 'kubectl-logs',
      origin: { pod: 'web', previous: true, program: 'etcd', command: { tool: 'df' } },
    });
  });
});

/** One real path of each family: what it is, and whether it shows the layout. */
test.each([
  [
    'must-gather',
    'mg/img/namespaces/shop/pods/web-0/app/app/logs/previous.log',
    { kind: 'kubectl-logs', origin: { namespace: 'shop', pod: 'web-0', container: 'app', previous: true } },
  ],
  [
    'must-gather',
    'mg/img/namespaces/shop/pods/web-0/app/app/logs/current.log',
    { kind: 'kubectl-logs', origin: { namespace: 'shop', pod: 'web-0', container: 'app' } },
  ],
  [
    'must-gather',
    'mg/img/host_service_logs/masters/kubelet_service.log',
    { kind: 'journal', origin: { program: 'kubelet' } },
  ],
  ['must-gather', 'mg/img/nodes/n1/n1_logs_kubelet', { kind: 'journal', origin: { node: 'n1', program: 'kubelet' } }],
  ['must-gather', 'mg/img/timestamp', { kind: 'collection-time' }],
  ['must-gather', 'mg/event-filter.html', { kind: 'ignore' }],
  [
    'troubleshoot',
    'b/cluster-resources/pods/logs/shop/web-0/app-previous.log',
    { kind: 'kubectl-logs', origin: { namespace: 'shop', pod: 'web-0', container: 'app', previous: true } },
  ],
  ['troubleshoot', 'b/cluster-resources/auth-cani-list/shop.json', { kind: 'ignore' }],
  ['troubleshoot', 'b/etcd/alarm-list.json', { origin: { command: { tool: 'etcdctl' } } }],
  ['troubleshoot', 'b/host-collectors/n1/system/memory.json', { origin: { node: 'n1' } }],
  ['must-gather', 'mg/img/namespaces/shop/core/pods.yaml', { origin: { namespace: 'shop' } }],
  [
    'support-bundle-kit',
    's/yamls/namespaced/shop/v1/pods.yaml',
    { kind: 'kubernetes-yaml', origin: { namespace: 'shop' } },
  ],
  ['support-bundle-kit', 's/yamls/namespaced/shop/apps/v1/deployments.yaml', { origin: { namespace: 'shop' } }],
  ['troubleshoot', 'b/cluster-resources/pods/shop.json', { origin: { namespace: 'shop' } }],
  ['sonobuoy', 's/resources/ns/shop/core_v1_pods.json', { origin: { namespace: 'shop' } }],
  ['cluster-info-dump', 'd/shop/web-0/logs.txt', { kind: 'dump-logs', origin: { namespace: 'shop', pod: 'web-0' } }],
  ['support-bundle-kit', 's/nodes/n1.zip/n1/logs/kernel.log', { kind: 'kernel-log', origin: { node: 'n1' } }],
  ['support-bundle-kit', 's/logs/shop/web-0/app.log.1', { origin: { pod: 'web-0', container: 'app', previous: true } }],
  [
    'gpu-operator',
    'g/gpu_operand_pod_nvidia-driver-daemonset-x2k9q.previous.log',
    { origin: { pod: 'nvidia-driver-daemonset-x2k9q', previous: true } },
  ],
  ['gpu-operator', 'g/gpu_nodes.descr', { origin: { command: { words: ['describe', 'nodes'] } } }],
  ['eks', 'e/kernel/dmesg.current', { kind: 'kernel-log' }],
  ['eks', 'e/ipamd/metrics.json', { kind: 'metrics' }],
  [
    'eks',
    'e/var_log/kube-system_coredns-5d78c9869d-abcde_coredns.log',
    { origin: { pod: 'coredns-5d78c9869d-abcde', container: 'coredns' } },
  ],
  [
    'sos',
    's/var/log/pods/shop_web-0_6f7c/app/2.log',
    { origin: { namespace: 'shop', pod: 'web-0', container: 'app' } },
  ],
  ['rancher2', 'r/journald/rke2-server', { kind: 'journal', origin: { program: 'rke2-server' } }],
  ['rancher2', 'r/rke2/podlogs/kube-system-etcd-n1-previous', { kind: 'kubectl-logs', origin: { previous: true } }],
  ['talos', 't/10.0.0.1/dmesg.log', { kind: 'kernel-log' }],
  ['talos', 't/10.0.0.1/service-logs/kubelet.log', { kind: 'component-log' }],
  [
    'talos',
    't/10.0.0.1/kubernetes-logs/kube-system/coredns.log',
    { kind: 'kubectl-logs', origin: { namespace: 'kube-system' } },
  ],
  ['talos', 't/10.0.0.1/mounts', { kind: 'talos-mounts' }],
  ['minikube', 'm/minikube.log', {}],
  [
    'kind',
    'k/kind-worker/pods/shop_web-0_6f7c/app/0.log',
    { origin: { node: 'kind-worker', namespace: 'shop', pod: 'web-0', container: 'app' } },
  ],
  ['microk8s', 'i/snap.microk8s.daemon-kubelite/journal.log', { kind: 'journal', origin: { program: 'kubelite' } }],
  ['sonobuoy', 's/podlogs/shop/web-0/logs/app.txt', { origin: { namespace: 'shop', pod: 'web-0', container: 'app' } }],
  ['sonobuoy', 's/plugins/systemd-logs/results/n1/systemd_logs', { kind: 'journal', origin: { node: 'n1' } }],
  [
    'insights',
    'i/config/pod/shop/logs/web-0/errors.log',
    { kind: 'kubectl-logs', origin: { namespace: 'shop', pod: 'web-0' } },
  ],
  [
    'istio',
    'bug-report/proxies/shop/web-0/istio-proxy.log',
    { origin: { namespace: 'shop', pod: 'web-0', container: 'istio-proxy' } },
  ],
  ['istio', 'bug-report/proxies/shop/web-0/clusters', { kind: 'ignore' }],
  ['nvidia-bug-report', 'nvidia-bug-report_n1.log', { kind: 'nvidia-bug-report' }],
  [
    'crust-gather',
    'c/namespaces/shop/v1/pod/web-0/app/previous.log',
    { kind: 'kubectl-logs', origin: { namespace: 'shop', pod: 'web-0', container: 'app', previous: true } },
  ],
  ['crust-gather', 'c/cluster/v1/node/n1/kubelet.log', { kind: 'journal', origin: { node: 'n1', program: 'kubelet' } }],
  ['crust-gather', 'c/cluster/v1/node/n1/rke2-agent/current.log', { kind: 'journal', origin: { node: 'n1' } }],
  [
    'cilium-sysdump',
    's/logs-cilium-operator-5d9c-x2k9q-cilium-operator-20261101-120000.log',
    { kind: 'kubectl-logs', origin: { pod: 'cilium-operator-5d9c-x2k9q' } },
  ],
  [
    'cilium-sysdump',
    's/logs-cilium-7xk2p-cilium-agent-20261101-120000-prev.log',
    { kind: 'kubectl-logs', origin: { pod: 'cilium-7xk2p', previous: true } },
  ],
  [
    'crashd',
    'c/kubecapture/core_v1/shop/web-0/app/app.log',
    { kind: 'kubectl-logs', origin: { namespace: 'shop', pod: 'web-0', container: 'app' } },
  ],
  ['loose', 'nodes/n1/df.txt', { origin: { node: 'n1' } }],
  ['loose', 'hosts/n1.txt', { origin: { node: 'n1' } }],
] as const)('%s: %s', (id, path, expected) => {
  expect(layout(id).classify(path)).toMatchObject(expected);
});

test.each([
  ['must-gather', 'x/cluster-scoped-resources/core/nodes/n1.yaml'],
  ['must-gather', 'x/namespaces/shop/core/pods.yaml'],
  ['troubleshoot', 'x/cluster-resources/pods/shop.json'],
  ['cluster-info-dump', 'x/shop/web-0/logs.txt'],
  ['support-bundle-kit', 'x/yamls/namespaced/shop/apps/v1/deployments.yaml'],
  ['gpu-operator', 'x/cluster_policy.missing'],
  ['eks', 'x/system/instance-id.txt'],
  ['sos', 'x/sos_commands/kernel/dmesg'],
  ['rancher2', 'x/collector-output.log'],
  ['talos', 'x/10.0.0.1/service-logs/kubelet.state'],
  ['minikube', 'minikube-logs.txt'],
  ['kind', 'x/kind-version.txt'],
  ['microk8s', 'x/snap.microk8s.daemon-kubelite/systemctl.log'],
  ['sonobuoy', 'x/meta/query-time.json'],
  ['insights', 'x/insights-operator/gathers.json'],
  ['istio', 'bug-report/bug-report.log'],
  ['nvidia-bug-report', 'nvidia-bug-report.log'],
  ['crust-gather', 'x/namespaces/shop/v1/pod/web-0.yaml'],
  ['crust-gather', 'x/cluster/v1/node/n1.yaml'],
  ['cilium-sysdump', 'cilium-sysdump-20261101-120000/k8s-nodes-20261101-120000.yaml'],
  ['crashd', 'x/kubecapture/core_v1/shop/pods-202611011200.json'],
  ['cilium-sysdump', 'x/cilium-bugtool-1/cmd/ip-r.md'],
])('%s is shown by %s, and by that alone', (id, path) => {
  expect(layouts.filter((one) => one.recognises(path)).map((one) => one.id)).toEqual([id]);
});

test('every rule names a parser there is', async () => {
  const { parsers } = await import('../../src/parsers/registry.ts');
  const kinds = new Set(['ignore', ...parsers.map((parser) => parser.kind)]);
  for (const { rules } of layouts)
    for (const rule of rules) if (rule.kind !== undefined) expect(kinds, rule.path).toContain(rule.kind);
});

describe('loose files', () => {
  it.each([
    ['b/hosts/worker-a.txt', 'worker-a'],
    ['b/hosts/worker-a', 'worker-a'],
    ['b/host/worker-a/df.txt', 'worker-a'],
    ['b/host/dmesg.txt', undefined],
    ['b/host/os-release', undefined],
  ])('%s is of machine %s', (path, node) => {
    expect(layout('loose').classify(path)?.origin?.node).toBe(node);
  });
});

describe('gaps', () => {
  it('are known of every layout but loose files', () => {
    expect(layouts.filter(({ gaps }) => gaps === undefined).map(({ id }) => id)).toEqual(['loose']);
  });

  it.each(layouts.map((one) => [one.id, one.gaps ?? []] as const))('%s names areas that there are', (_, gaps) => {
    const known = new Set<string>(AREAS);
    expect(gaps.flatMap(({ areas }) => areas).filter((area) => !known.has(area))).toEqual([]);
    expect(gaps.filter(({ why, ask }) => why === '' || ask === '')).toEqual([]);
  });
});
