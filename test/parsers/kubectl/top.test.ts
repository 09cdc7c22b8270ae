import { describe, expect, it } from 'vitest';
import { kubectlTop } from '../../../src/parsers/kubectl/top.ts';
import { kubectlVersion } from '../../../src/parsers/kubectl/version.ts';
import { run } from './run.ts';

describe('kubectl-top', () => {
  it.each([
    'NAME     CPU(cores)   CPU%   MEMORY(bytes)   MEMORY%',
    'NAME     CPU(cores)   CPU(%)  MEMORY(bytes)   MEMORY(%)',
  ])('reads %s', (header) => {
    const out = run(
      kubectlTop,
      `${header}\nnode-1   250m         6%     5321Mi          68%\nnode-2   <unknown>    <unknown>   <unknown>   <unknown>`,
      'kubectl top nodes',
    );
    expect(out.sniffed).toBe(true);
    expect(out.facts).toMatchObject([
      {
        area: 'nodeUsage',
        record: { name: 'node-1', cpuMilli: 250, cpuPercent: 6, memoryBytes: 5321 * 2 ** 20, memoryPercent: 68 },
      },
      { area: 'nodeUsage', record: { name: 'node-2' } },
    ]);
    expect(out.facts[1]?.record['cpuMilli']).toBeUndefined();
  });
  it('reads pods and containers', () => {
    const pods = run(
      kubectlTop,
      'NAMESPACE   NAME    CPU(cores)   MEMORY(bytes)\nshop        web-1   1m           20Mi',
    );
    expect(pods.facts[0]?.record).toMatchObject({
      namespace: 'shop',
      pod: 'web-1',
      cpuMilli: 1,
      memoryBytes: 20 * 2 ** 20,
    });
    const containers = run(
      kubectlTop,
      'POD     NAME   CPU(cores)   MEMORY(bytes)\nweb-1   app    2            20Mi',
      'kubectl top pods -n shop --containers',
    );
    expect(containers.facts[0]?.record).toMatchObject({
      namespace: 'shop',
      pod: 'web-1',
      container: 'app',
      cpuMilli: 2000,
    });
  });
});

describe('kubectl-version', () => {
  it('reads new and old outputs', () => {
    const out = run(
      kubectlVersion,
      'Client Version: v1.31.4\nKustomize Version: v5.4.2\nUnable to connect to the server: x509: certificate has expired or is not yet valid',
    );
    expect(out.sniffed).toBe(true);
    expect(out.facts.filter((f) => f.area === 'hostValues').map((f) => [f.record['key'], f.record['value']])).toEqual([
      ['client', 'v1.31.4'],
      ['kustomize', 'v5.4.2'],
    ]);
    expect(out.failures).toMatchObject([{ reason: 'certificate' }]);
    const old = run(
      kubectlVersion,
      'Server Version: version.Info{Major:"1", Minor:"21", GitVersion:"v1.21.5", GitCommit:"a"}',
    );
    expect(old.facts[0]?.record).toMatchObject({ topic: 'version', key: 'server', value: 'v1.21.5' });
  });
  it('leaves docker’s version alone', () => {
    expect(run(kubectlVersion, 'Containers: 3\nServer Version: 20.10.7').sniffed).toBe(false);
  });
});

describe('kubectl-version as JSON', () => {
  const client =
    '  "clientVersion": {\n    "major": "1",\n    "gitVersion": "v1.30.2"\n  },\n  "kustomizeVersion": "v5.0.4"';
  it('reads whose version it is', () => {
    const out = run(
      kubectlVersion,
      `{\n${client},\n  "serverVersion": {\n    "major": "1",\n    "gitVersion": "v1.31.4"\n  }\n}`,
      'kubectl version -o json',
    );
    expect(out.sniffed).toBe(true);
    expect(out.facts.map((fact) => [fact.record['key'], fact.record['value']])).toEqual([
      ['client', 'v1.30.2'],
      ['server', 'v1.31.4'],
    ]);
  });
  it('tells no server version that is not there', () => {
    const out = run(kubectlVersion, `{\n${client}\n}`, 'kubectl version -o json');
    expect(out.facts.map((fact) => fact.record['key'])).toEqual(['client']);
  });
  it('reads YAML, and the bare answer of the API server in it', () => {
    const out = run(
      kubectlVersion,
      'clientVersion:\n  gitVersion: v1.30.2\n  major: "1"\nserverVersion:\n  gitVersion: v1.31.4\n  major: "1"',
      'kubectl version -o yaml',
    );
    expect(out.sniffed).toBe(true);
    expect(out.facts.map((fact) => [fact.record['key'], fact.record['value']])).toEqual([
      ['client', 'v1.30.2'],
      ['server', 'v1.31.4'],
    ]);
    const bare = run(
      kubectlVersion,
      "buildDate: '2026-01-01T00:00:00Z'\ncompiler: gc\ngitCommit: abc\ngitVersion: v1.31.2",
    );
    expect([bare.sniffed, bare.facts[0]?.record]).toMatchObject([true, { key: 'server', value: 'v1.31.2' }]);
    expect(run(kubectlVersion, 'platform: linux\nmajor: x\ncompiler: y\ngitTag: z').sniffed).toBe(false);
  });
});
