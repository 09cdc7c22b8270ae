/**
 * Real bundles of others, which are not part of the project: found through KUBESTRATA_DATA, else beside the checkout.
 * For each: the layout, no crash, the numbers of objects by an independent count, and what is wrong there.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analyze.ts';

const data = process.env['KUBESTRATA_DATA'] ?? join(import.meta.dirname, '../../shared/data');
const present = existsSync(join(data, 'clusters'));
if (!present) process.stderr.write(`skipped: no data in ${data} (set KUBESTRATA_DATA)\n`);

interface Case {
  readonly layout: string;
  /** Checks of which each must be among the first three root causes. */
  readonly causes?: readonly string[];
  /** One of these at least must be. */
  readonly anyOf?: readonly string[];
  /** Nothing critical. */
  readonly healthy?: true;
  /** Pods, nodes, Services and Deployments of the raw JSON and YAML. */
  readonly counted?: true;
  /** Files in its archive. */
  readonly archive?: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'clusters/cid-vagrant-v1.9': { layout: 'cluster-info-dump', healthy: true },
  'clusters/insights-archive-ocp': {
    layout: 'insights',
    causes: ['sched-hostport-conflict', 'crashloop-init-container'],
    counted: true,
  },
  'clusters/istio-bug-report': { layout: 'istio', anyOf: ['metrics-server-broken', 'hpa-metrics-unavailable'] },
  'clusters/minikube-apiserver-reconfigure': { layout: 'minikube', causes: ['api-etcd-unreachable'] },
  'clusters/mustgather-explorer-2nodes': { layout: 'must-gather', healthy: true, counted: true },
  'clusters/mustgather-ocp-aws': { layout: 'must-gather', healthy: true, archive: 'must-gather-aws.tar.xz' },
  'clusters/nri-minikube-1_31': { layout: 'loose', causes: ['sched-node-selector-mismatch'], counted: true },
  'clusters/nri-minikube-1_33': { layout: 'loose', causes: ['sched-node-selector-mismatch'], counted: true },
  'clusters/oc-upgrade-degraded': { layout: 'loose', causes: ['node-notready-reported'], counted: true },
  'clusters/oc-upgrade-healthy': { layout: 'loose', healthy: true, counted: true },
  'clusters/sbctl-kurl-longhorn-velero': { layout: 'troubleshoot', causes: ['crashloop-app-error'], counted: true },
  'clusters/sonobuoy-results-4-e2e-failures': {
    layout: 'sonobuoy',
    causes: ['sched-node-selector-mismatch'],
    archive: 'results-4-e2e-failures.tar.gz',
  },
  'clusters/sonobuoy-results-quick-no-failures': {
    layout: 'sonobuoy',
    causes: ['sched-node-selector-mismatch'],
    archive: 'results-quick-no-failures.tar.gz',
  },
  'clusters/talos-support-4nodes-v1.35-ceph-oom': { layout: 'talos', causes: ['kernel-oom-memcg'], counted: true },
  'clusters/talos-support-5nodes-v1.31-slow-etcd': { layout: 'talos', causes: ['etcd-fsync-slow'], counted: true },
  'clusters/troubleshoot-analyze-files': {
    layout: 'troubleshoot',
    causes: ['sched-insufficient-extended', 'sched-node-affinity-mismatch'],
    counted: true,
  },
  'clusters/troubleshoot-k3d': { layout: 'troubleshoot', healthy: true, archive: 'support-bundle.tar.gz' },
  'clusters/troubleshoot-k3s-baseline': { layout: 'troubleshoot', healthy: true },
  'outputs/argocd-health-objects': { layout: 'loose', causes: ['image-pull-failed', 'svc-lb-pending'] },
  'outputs/etcd-website-nospace': { layout: 'loose', causes: ['etcd-nospace-alarm'] },
  'outputs/gpud-dmesg-xid-nvlink': { layout: 'loose', causes: ['gpu-xid-reset-required'] },
  'outputs/holmes-01-oom-kill': { layout: 'loose', causes: ['crashloop-oomkilled'] },
  'outputs/holmes-02-crashloop-backoff': { layout: 'loose', causes: ['exit-128-start-error'] },
  'outputs/holmes-04-image-pull-backoff': { layout: 'loose', anyOf: ['image-pull-auth', 'image-pull-not-found'] },
  'outputs/holmes-15-dns-resolution': { layout: 'loose', anyOf: ['log-dns-failure', 'netpol-dns-egress-blocked'] },
  'outputs/holmes-65-health-check-followup': { layout: 'loose', healthy: true },
  'outputs/insights-core-strings': { layout: 'loose' },
  'outputs/k9s-objects': { layout: 'loose' },
  'outputs/kubeadm-certs-ok-2026': { layout: 'loose', healthy: true },
  'outputs/npd-kernel-log-problems': { layout: 'loose', causes: ['disk-readonly-remount', 'kernel-hung-task'] },
  'outputs/nvidia-bug-report-xid45-62-109-rminit': { layout: 'nvidia-bug-report', causes: ['gpu-xid-reset-required'] },
  'outputs/nvidia-smi-captures': { layout: 'loose', healthy: true },
  'outputs/nvidia-smi-rtx4090': { layout: 'loose', healthy: true },
  'outputs/nvidia-smi-xml-telegraf': { layout: 'loose', healthy: true },
  'outputs/pod-describe-istio': { layout: 'loose', healthy: true },
};

type Json = Record<string, unknown>;
const COUNTED = { Pod: 'pods', Node: 'nodes', Service: 'services', Deployment: 'deployments' } as const;

/** Collectors that write objects without their kind name it in the path. */
const BY_PATH: readonly (readonly [RegExp, string])[] = [
  [/\/config\/(?:pod|node)\/.*\/logs\//, 'Log'],
  [/\/(?:config\/pod\/[^/]+\/|pods\/[^/]+\/)[^/]+\.json$|\/systemPods\.yaml$/, 'Pod'],
  [/\/config\/node\/[^/]+\.json$|\/kubernetesResources\/nodes\.yaml$/, 'Node'],
];

/** Objects by kind in the raw files, each name once, without any code of ours. */
function countRaw(folder: string): Record<string, number> {
  const names = new Map<string, Set<string>>(Object.keys(COUNTED).map((kind) => [kind, new Set<string>()]));
  const note = (value: unknown, kindOfList?: string, group?: unknown): void => {
    const object = value as Json | null;
    if (typeof object !== 'object' || object === null) return;
    if (Array.isArray(object)) return object.forEach((item) => note(item));
    const kind = (object['kind'] as string | undefined) ?? kindOfList;
    if (Array.isArray(object['items']))
      return object['items'].forEach((item) =>
        note(item, kind === 'List' ? undefined : kind?.replace(/List$/, ''), object['apiVersion']),
      );
    const version = object['apiVersion'] ?? group;
    const foreign = typeof version === 'string' && /\//.test(version) && !/^(?:apps|extensions)\//.test(version);
    const meta = object['metadata'] as Json | undefined;
    if (kind === undefined || foreign || typeof meta?.['name'] !== 'string') return;
    names.get(kind)?.add(`${String(meta['namespace'] ?? '')}/${meta['name']}`);
  };
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const at = join(path, entry.name);
      if (entry.isDirectory()) walk(at);
      else if (/\.(?:json|ya?ml)$/.test(entry.name)) {
        const text = readFileSync(at, 'utf8');
        try {
          const kind = BY_PATH.find(([pattern]) => pattern.test(at))?.[1];
          for (const document of entry.name.endsWith('json') ? [JSON.parse(text)] : loadAll(text)) note(document, kind);
        } catch {
          // What is no JSON or YAML holds no object for this count.
        }
      }
    }
  };
  walk(folder);
  return Object.fromEntries([...names].map(([kind, set]) => [kind, set.size]));
}

describe.skipIf(!present)('real bundles', () => {
  it('are all in the table', () => {
    const there = ['clusters', 'outputs'].flatMap((kind) =>
      readdirSync(join(data, kind)).map((name) => `${kind}/${name}`),
    );
    expect(there.filter((name) => CASES[name] === undefined && !KNOWN_GAPS.has(name))).toEqual([]);
  });

  it.each(Object.entries(CASES))(
    '%s',
    { timeout: 120_000 },
    async (name, { layout, causes, anyOf, healthy, counted, archive }) => {
      const { result, snapshot } = await analyze([join(data, name)], { version: 'test' });
      expect(result.bundle.layouts).toEqual([layout]);
      expect(result.bundle.unread.filter(({ reason }) => reason.startsWith('could not be read'))).toEqual([]);
      expect(result.layers.flatMap(({ checks }) => checks).filter(({ outcome }) => outcome === 'crashed')).toEqual([]);
      const first = result.rootCauses.slice(0, 3).map(({ check }) => check);
      for (const cause of causes ?? []) expect(first).toContain(cause);
      if (anyOf !== undefined)
        expect(
          anyOf.some((cause) => first.includes(cause)),
          first.join(', '),
        ).toBe(true);
      if (healthy) {
        const critical = result.findings.filter(({ severity }) => severity === 'critical');
        expect(critical.map(({ check, message }) => `${check}: ${message}`)).toEqual([]);
      }
      if (counted) {
        const ours = Object.entries(COUNTED).map(([kind, area]) => [kind, snapshot.list(area).length]);
        expect(Object.fromEntries(ours)).toEqual(countRaw(join(data, name)));
      }
      if (archive !== undefined) {
        const listing = execFileSync('tar', ['-tvf', join(data, name, archive)], { maxBuffer: 1 << 26 }).toString();
        const files = listing.split('\n').filter((line) => line.startsWith('-')).length;
        const beside = readdirSync(join(data, name)).length - 1;
        expect(result.bundle.files).toBe(files + beside);
      }
    },
  );
});

/** Folders whose verdict is not met yet, each with the reason. */
const KNOWN_GAPS = new Set([
  // The output of several commands in one file, with prose between them.
  'outputs/holmes-01-crashpod-wl',
  // Tables of a whole namespace beside the workload that was asked about: several workloads fail.
  'outputs/holmes-06-job-failure',
  'outputs/holmes-10-kubedeploymentreplicasmismatch',
  // "Too many pods" is said nowhere in the outputs.
  'outputs/holmes-08-memory-pressure',
]);
