import { describe, expect, it } from 'vitest';
import eol from '../../../src/checks/4-control-plane/version-eol.ts';
import skewControlPlane from '../../../src/checks/4-control-plane/version-skew-controlplane.ts';
import skewNode from '../../../src/checks/4-control-plane/version-skew-node.ts';
import { parseVersion, tagOf } from '../../../src/snapshot/control-plane/versions.ts';
import { aNode, aPod, run } from '../../build.ts';

const node = (name: string, kubeletVersion: string) => aNode(name, { status: { nodeInfo: { kubeletVersion } } });
const server = (value: string) => ({ hostValues: [{ topic: 'version', key: 'server', value }] });
const pod = (component: string, name: string, version: string) =>
  aPod(`${component}-${name}`, {
    metadata: { namespace: 'kube-system', labels: { component }, ownerReferences: [] },
    spec: { nodeName: name, containers: [{ name: component, image: `registry.k8s.io/${component}:${version}` }] },
  });

describe('versions', () => {
  it('are read with vendor suffixes and out of image tags', () => {
    expect(parseVersion('v1.31.4+k3s1')).toMatchObject({ major: 1, minor: 31 });
    expect(parseVersion('v1.30.2-eks-1a2b3c')).toMatchObject({ minor: 30 });
    expect(parseVersion('latest')).toBeUndefined();
    expect(tagOf('registry.example.com:5000/kube-apiserver:v1.31.4')).toBe('v1.31.4');
    expect(tagOf('registry.example.com:5000/kube-apiserver')).toBeUndefined();
  });
});

describe('version-skew-node', () => {
  const variants = async (kubelet: string, api: string) =>
    (await run(skewNode, { objects: [node('n-1', kubelet)], facts: server(api) })).found.map((one) => one.variant);
  it('allows three minors back, two before 1.28, none ahead', async () => {
    expect(await variants('v1.28.9', 'v1.31.4')).toEqual([]);
    expect(await variants('v1.27.9', 'v1.31.4')).toEqual(['older']);
    expect(await variants('v1.24.9', 'v1.27.1')).toEqual(['older']);
    expect(await variants('v1.32.0', 'v1.31.4')).toEqual(['newer']);
  });
  it('takes the newest kubelet for the least that the API server can be', async () => {
    const { first } = await run(skewNode, { objects: [node('n-1', 'v1.31.1'), node('n-2', 'v1.26.1')] });
    expect(first).toMatchObject({ variant: 'older', subject: { name: 'n-2' } });
    expect(first?.message).toContain('(at least v1.31.1)');
  });
  it('asks no node that no machine stands behind', async () => {
    const api = server('v1.31.4');
    const vk = node('vk-1', 'v1.25.0-vk-azure-aci-1.6.2');
    expect((await run(skewNode, { objects: [node('n-1', 'v1.31.1'), vk], facts: api })).found).toEqual([]);
    const fake = {
      ...node('n-2', 'v1.32.0'),
      metadata: { name: 'n-2', labels: { 'vcluster.loft.sh/fake-node': 'true' } },
    };
    expect((await run(skewNode, { objects: [fake], facts: api })).found).toEqual([]);
    const tainted = {
      ...node('n-3', 'v1.14.3'),
      spec: { taints: [{ key: 'virtual-kubelet.io/provider', effect: 'NoSchedule' }] },
    };
    expect((await run(skewNode, { objects: [tainted], facts: api })).found).toEqual([]);
  });
  it('notes mixed minors', async () => {
    const { first } = await run(skewNode, { objects: [node('n-1', 'v1.31.1'), node('n-2', 'v1.30.1')] });
    expect(first).toMatchObject({ variant: 'mixed', severity: 'info' });
    expect((await run(skewNode, {})).outcome).toBe('not-checked');
  });
});

describe('version-skew-controlplane', () => {
  it('compares with the API servers', async () => {
    const objects = [pod('kube-apiserver', 'cp-1', 'v1.31.4'), pod('kube-scheduler', 'cp-1', 'v1.32.0')];
    const { first } = await run(skewControlPlane, { objects });
    expect(first).toMatchObject({ variant: 'newer', subject: { name: 'kube-scheduler', node: 'cp-1' } });
    const apart = [pod('kube-apiserver', 'cp-1', 'v1.31.4'), pod('kube-apiserver', 'cp-2', 'v1.29.0')];
    expect((await run(skewControlPlane, { objects: apart })).first?.variant).toBe('apiservers');
    const fine = [pod('kube-apiserver', 'cp-1', 'v1.31.4'), pod('kube-controller-manager', 'cp-1', 'v1.30.9')];
    expect((await run(skewControlPlane, { objects: fine })).outcome).toBe('passed');
  });
});

describe('version-eol', () => {
  it('is judged by the time of collection', async () => {
    expect((await run(eol, { facts: server('v1.31.4') })).first?.message).toContain('since 2025-10-28');
    expect((await run(eol, { facts: server('v1.35.1') })).outcome).toBe('passed');
    expect((await run(eol, { facts: server('v1.31.4'), now: Date.parse('2025-01-01T00:00:00Z') })).outcome).toBe(
      'passed',
    );
  });
});
