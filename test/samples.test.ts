import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analyze.ts';
import { markdown } from '../src/report/markdown.ts';
import { result as schema } from '../src/result-schema.ts';

const samples = join(import.meta.dirname, '..', 'samples');

/** What each sample is about: the root cause that must come first, and a check at the far end of its chain. */
const STORIES = [
  {
    name: 'application-missing-config',
    check: 'config-key-missing',
    layer: 1,
    subject: 'fare-engine',
    end: 'crashloop-app-error',
  },
  {
    name: 'scheduling-no-node-fits',
    check: 'sched-insufficient-cpu',
    layer: 2,
    subject: 'path-planner',
    end: 'svc-endpoints-all-unready',
  },
  {
    name: 'network-policy-blocks-dns',
    check: 'netpol-dns-egress-blocked',
    layer: 3,
    subject: 'claims-api-to-db',
    end: 'crashloop-app-error',
  },
  { name: 'etcd-out-of-space', check: 'etcd-nospace-alarm', layer: 4, subject: 'etcd', end: 'kubelet-api-unreachable' },
  {
    name: 'gpu-fell-off-the-bus',
    check: 'gpu-xid-79-off-bus',
    layer: 5,
    subject: 'hi-gpu-2',
    end: 'pod-unschedulable',
  },
  {
    name: 'cascade-disk-full',
    check: 'disk-consumer-identified',
    layer: 5,
    subject: 'pm-node-b',
    end: 'crashloop-app-error',
  },
  {
    name: 'cascade-certificate-expired',
    check: 'cert-expired-controlplane',
    layer: 4,
    subject: 'kube-apiserver',
    end: 'kubelet-api-unreachable',
  },
] as const;

const bundleOf = (name: string): string => join(samples, name, 'bundle');
const golden = (name: string, file: string): string => readFileSync(join(samples, name, file), 'utf8');
const analyzed = async (name: string) => (await analyze([bundleOf(name)], { version: 'golden' })).result;

describe.each(STORIES)('sample $name', ({ name, check, layer, subject, end }) => {
  it('names the true root cause first, with its chain', async () => {
    const result = await analyzed(name);
    const [first] = result.rootCauses;
    expect(first).toMatchObject({ check, layer });
    expect([first?.subject.name, first?.subject.workload?.name]).toContain(subject);
    const explained = result.findings.filter((finding) => first?.explains.includes(finding.id));
    expect(explained.map((finding) => finding.check)).toContain(end);
    expect(result.verdict).toMatchObject({ status: 'problems', layer });
  });
});

describe('sample healthy', () => {
  it('has no finding above info', async () => {
    const result = await analyzed('healthy');
    expect(result.findings.filter((finding) => finding.severity !== 'info').map((finding) => finding.message)).toEqual(
      [],
    );
    expect(result.rootCauses).toEqual([]);
    expect(['clear', 'inconclusive']).toContain(result.verdict.status);
  });
});

describe.each(readdirSync(samples).filter((name) => existsSync(bundleOf(name))))('golden reports of %s', (name) => {
  it('are what the analyzer says (npm run update writes them anew)', async () => {
    const result = await analyzed(name);
    schema.parse(result);
    expect(`${JSON.stringify(result, null, 2)}\n`).toBe(golden(name, 'report.json'));
    expect(markdown(result)).toBe(golden(name, 'report.md'));
  });

  it('cover a bundle that every file was read of', async () => {
    const { bundle } = await analyzed(name);
    expect(bundle.refused).toEqual([]);
    expect(bundle.unread.filter((one) => /could not be read|crash/.test(one.reason))).toEqual([]);
  });
});
