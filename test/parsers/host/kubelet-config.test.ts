import { expect, it } from 'vitest';
import parser from '../../../src/parsers/host/kubelet-config.ts';
import { run } from '../kubectl/run.ts';

const YAML = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
clusterDNS:
- 10.96.0.10
cpuCFSQuota: true
evictionHard:
  memory.available: 100Mi
featureGates:
  NodeSwap: true
authentication:
  anonymous:
    enabled: false
`;
const flags = (text: string) => run(parser, text).facts.map(({ record }) => [record['key'], record['value']]);

it('settings are told under the names of the flags', () => {
  expect(run(parser, YAML).sniffed).toBe(true);
  expect(flags(YAML)).toEqual([
    ['cgroup-driver', 'systemd'],
    ['cluster-dns', '10.96.0.10'],
    ['cpu-cfs-quota', 'true'],
    ['eviction-hard', 'memory.available<100Mi'],
    ['feature-gates', 'NodeSwap=true'],
  ]);
});

it('configz', () => {
  const text = '{"kubeletconfig":{"cgroupDriver":"cgroupfs","maxPods":110}}';
  expect(run(parser, text).sniffed).toBe(true);
  expect(flags(text)).toEqual([
    ['cgroup-driver', 'cgroupfs'],
    ['max-pods', '110'],
  ]);
});

it('an object of the cluster is none, and broken text is listed', () => {
  expect(run(parser, 'apiVersion: v1\nkind: ConfigMap\n').sniffed).toBe(false);
  expect(run(parser, `configuring:\n${YAML}`).sniffed).toBe(false);
  expect(run(parser, 'kind: [').unread).toHaveLength(1);
});
