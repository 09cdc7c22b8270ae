/**
 * Real bundles of others, which are not part of the project: found through KUBESTRATA_DATA, else beside the checkout.
 * For each: the layout, no crash, objects, logs and files by an independent count (count.ts), what was not read, and
 * the verdict of the data's own README.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analyze.ts';
import { KINDS } from '../src/snapshot/kinds/index.ts';
import { linesIn, linesOf, linesOfBlocks, objectsIn, rawFiles, type RawFile } from './count.ts';

const data = process.env['KUBESTRATA_DATA'] ?? join(import.meta.dirname, '../../shared/data');
const present = existsSync(join(data, 'clusters'));
if (!present) process.stderr.write(`skipped: no data in ${data} (set KUBESTRATA_DATA)\n`);

interface Case {
  readonly layout: string;
  /** Checks of which each must be among the first three root causes. */
  readonly causes?: readonly string[];
  /** One of these at least must be. */
  readonly anyOf?: readonly string[];
  /** Findings that are past or of no weight now, but must be there. */
  readonly found?: readonly string[];
  /** Nothing critical. */
  readonly healthy?: true;
  /** Objects of the raw JSON and YAML, and of files that the pattern names besides. */
  readonly counted?: true | RegExp;
  /** Kinds that only texts tell of: the file and what `grep -c` counts in it. */
  readonly inTexts?: Readonly<Record<string, readonly [file: string, row: RegExp]>>;
  /** Kinds of which logs tell. */
  readonly inLogs?: readonly string[];
  /** A text with logs in it: between which lines each stands. */
  readonly blocks?: readonly [start: RegExp, end: RegExp];
  /** Logs that are left out on purpose, of those that LOG finds. */
  readonly noLogs?: RegExp;
  /** What may stay unread, and why. */
  readonly unread?: readonly (readonly [file: RegExp, why: string])[];
}

/** Files that are logs or journals by their names. */
const LOG = /\.log(?:\.\d)?$|\/systemd_logs$|\/podlogs\/.*\.txt$/;

const PROSE = [/(?:^|\/)(?:SOURCE|README\.md|metadata\.json)$/, 'about the data'] as const;
const MASKED = [/custom-resources\/.*\.yaml$/, 'a redactor’s mask is no YAML'] as const;
const HELD = [/(?:issue_data\.json|test_case\.yaml)$/, 'the question, and no output'] as const;
const TREE = [/kubectl_lineage/, 'trees of a plug-in of kubectl'] as const;
const OF_COLLECTOR = [/(?:error|errors|stderr)\b[^/]*$|-errors\//, 'what the collector could not collect'] as const;

const CASES: Readonly<Record<string, Case>> = {
  'clusters/cid-vagrant-v1.9': {
    layout: 'cluster-info-dump',
    healthy: true,
    counted: true,
    blocks: [/^==== START logs /, /^==== END logs /],
  },
  'clusters/insights-archive-ocp': {
    layout: 'insights',
    causes: ['sched-hostport-conflict', 'init-iptables-refused'],
    counted: true,
    inLogs: ['Event'],
    unread: [
      [
        /clusterrole|securitycontextconstraint|config\/(?:apiserver|image|oauth|proxy|featuregate|infrastructure)/,
        'kinds that no check reads',
      ],
      [
        /cephclusters|customresources|api_request_counts|aggregated\/|serviceaccounts|installplans/,
        'digests and status without kind',
      ],
    ],
  },
  'clusters/istio-bug-report': {
    layout: 'istio',
    anyOf: ['metrics-server-broken', 'hpa-metrics-unavailable'],
    // The probe of install-cni failed last 20 minutes before; the pod is ready again.
    found: ['readiness-probe-failing'],
    counted: /k8s-resources$|\/crs$/,
    inTexts: { Node: ['cluster/nodes', /^Name:/], Lease: ['cluster/nodes', /^Lease:/] },
    noLogs: /\/bug-report\.log$/,
    unread: [[/analyze\//, 'messages of istioctl analyze']],
  },
  'clusters/minikube-apiserver-reconfigure': {
    layout: 'minikube',
    causes: ['api-etcd-unreachable'],
    inTexts: { Node: ['minikube.log', /^Name: /] },
    blocks: [/^==> (?!container status|describe nodes|kernel )/, /^==> /],
    noLogs: /minikube\.log$/,
  },
  'clusters/mustgather-explorer-2nodes': { layout: 'must-gather', healthy: true, counted: true },
  'clusters/mustgather-ocp-aws': {
    layout: 'must-gather',
    healthy: true,
    counted: true,
    noLogs: /(?:gather-debug|event-filter)/,
    unread: [[/must-gather-aws-report\.yaml$/, 'a report of another program']],
  },
  'clusters/nri-minikube-1_31': {
    layout: 'loose',
    causes: ['sched-node-selector-mismatch', 'job-pods-failed'],
    counted: true,
  },
  'clusters/nri-minikube-1_33': {
    layout: 'loose',
    causes: ['sched-node-selector-mismatch', 'job-pods-failed'],
    counted: true,
  },
  'clusters/oc-upgrade-degraded': {
    layout: 'loose',
    causes: ['cni-not-initialized'],
    counted: true,
    unread: [[/output$/, 'reports of `oc adm upgrade status`']],
  },
  'clusters/oc-upgrade-healthy': {
    layout: 'loose',
    healthy: true,
    counted: true,
    unread: [[/output$/, 'reports of `oc adm upgrade status`']],
  },
  'clusters/sbctl-kurl-longhorn-velero': {
    layout: 'troubleshoot',
    causes: ['crashloop-app-error'],
    counted: true,
    unread: [MASKED],
  },
  'clusters/sonobuoy-results-4-e2e-failures': {
    layout: 'sonobuoy',
    causes: ['sched-node-selector-mismatch'],
    counted: true,
    noLogs: /\/(?:run|e2e)\.log$/,
  },
  'clusters/sonobuoy-results-quick-no-failures': {
    layout: 'sonobuoy',
    causes: ['sched-node-selector-mismatch'],
    counted: true,
    noLogs: /\/(?:run|e2e)\.log$/,
  },
  'clusters/talos-support-4nodes-v1.35-ceph-oom': {
    layout: 'talos',
    causes: ['ceph-unreachable'],
    // 25 hours before.
    found: ['kernel-oom-memcg'],
    counted: true,
  },
  'clusters/talos-support-5nodes-v1.31-slow-etcd': {
    layout: 'talos',
    causes: ['etcd-fsync-slow'],
    // 36 hours before.
    found: ['webhook-failing'],
    counted: true,
    inLogs: ['Event'],
  },
  'clusters/troubleshoot-analyze-files': {
    layout: 'troubleshoot',
    causes: ['sched-insufficient-extended', 'sched-node-affinity-mismatch'],
    counted: true,
  },
  'clusters/troubleshoot-k3d': { layout: 'troubleshoot', healthy: true, counted: true },
  'clusters/troubleshoot-k3s-baseline': {
    layout: 'troubleshoot',
    healthy: true,
    found: ['readiness-probe-failing'],
    counted: true,
    unread: [
      OF_COLLECTOR,
      [/certificates\.json$/, 'the Secret was not there'],
      [/archive\.tar$/, 'an empty archive'],
      [/(?:mysql|postgres|redis|mssql|http-get|registry)[^/]*\.json$/, 'what the collector’s own machine reached'],
      [/static-data$/, 'a text of the collector’s author'],
    ],
  },
  // Many states of one object, from several clusters: the newest counts; each file is judged by itself below.
  'outputs/argocd-health-objects': {
    layout: 'loose',
    causes: ['crashloop-app-error', 'job-failed'],
    found: ['image-pull-failed'],
  },
  'outputs/etcd-website-nospace': {
    layout: 'loose',
    causes: ['etcd-nospace-alarm'],
    unread: [[/\.md$/, 'pages of a manual']],
  },
  'outputs/gpud-dmesg-xid-nvlink': {
    layout: 'loose',
    causes: ['gpu-xid-reset-required'],
    unread: [[/lsblk|findmnt|lspci|file-|dmidecode|machine_id|vmallocinfo|sxid/, 'outputs that no check reads']],
  },
  'outputs/holmes-01-crashpod-wl': { layout: 'loose', causes: ['crashloop-app-error'], unread: [HELD] },
  'outputs/holmes-01-oom-kill': { layout: 'loose', causes: ['crashloop-oomkilled'], unread: [HELD] },
  'outputs/holmes-02-crashloop-backoff': { layout: 'loose', causes: ['exit-128-start-error'], unread: [HELD] },
  'outputs/holmes-04-image-pull-backoff': {
    layout: 'loose',
    anyOf: ['image-pull-auth', 'image-pull-not-found'],
    unread: [HELD],
  },
  'outputs/holmes-06-job-failure': { layout: 'loose', causes: ['log-upstream-unreachable'], unread: [HELD] },
  'outputs/holmes-08-memory-pressure': { layout: 'loose', causes: ['node-pods-near-max'], unread: [HELD] },
  // No event says so, but the pod that hangs asks for GPUs, and the finding tells it.
  'outputs/holmes-10-kubedeploymentreplicasmismatch': {
    layout: 'loose',
    causes: ['pod-unschedulable'],
    unread: [HELD],
  },
  'outputs/holmes-15-dns-resolution': {
    layout: 'loose',
    anyOf: ['netpol-dns-egress-blocked', 'netpol-default-deny'],
    unread: [HELD, TREE],
  },
  'outputs/holmes-65-health-check-followup': { layout: 'loose', healthy: true, unread: [HELD, TREE] },
  'outputs/insights-core-strings': {
    layout: 'loose',
    unread: [[/extracted\//, 'commands that no check reads, and broken outputs']],
  },
  'outputs/k9s-objects': { layout: 'loose', anyOf: ['cronjob-missed'] },
  'outputs/kubeadm-certs-ok-2026': { layout: 'loose', healthy: true, unread: [[/\.md$/, 'notes round the outputs']] },
  'outputs/npd-kernel-log-problems': {
    layout: 'loose',
    causes: ['disk-readonly-remount', 'kernel-hung-task'],
    unread: [
      [/problems\//, 'kernel messages without their prefix'],
      [/system\//, 'parts of /proc that no check reads'],
    ],
  },
  'outputs/nvidia-bug-report-xid45-62-109-rminit': { layout: 'nvidia-bug-report', causes: ['gpu-xid-reset-required'] },
  'outputs/nvidia-smi-captures': { layout: 'loose', healthy: true },
  'outputs/nvidia-smi-rtx4090': {
    layout: 'loose',
    healthy: true,
    noLogs: /./,
    unread: [[/lspci/, 'no check reads lspci']],
  },
  'outputs/nvidia-smi-xml-telegraf': { layout: 'loose', healthy: true },
  'outputs/pod-describe-istio': { layout: 'loose', healthy: true },
};

/** Objects of a test suite, all of one name: each file is a cluster of its own. Its first root cause; none: healthy. */
const FILES: Readonly<Record<string, string | undefined>> = {
  'apiservice-v1-false.yaml': 'apiservice-unavailable',
  'apiservice-v1-true.yaml': undefined,
  'deployment-degraded.yaml': 'deployment-progress-deadline',
  'deployment-progressing.yaml': undefined,
  'deployment-suspended.yaml': undefined,
  'hpa-v2-degraded.yaml': 'hpa-target-broken',
  'hpa-v2-healthy.yaml': undefined,
  'job-failed.yaml': 'job-failed',
  'job-running.yaml': undefined,
  'job-suspended.yaml': undefined,
  'pod-crashloop.yaml': 'crashloop-app-error',
  'pod-error.yaml': 'crashloop-app-error',
  'pod-imagepullbackoff.yaml': 'image-pull-failed',
  'pod-succeeded.yaml': undefined,
  'pvc-bound.yaml': undefined,
  'statefulset.yaml': undefined,
  'svc-loadbalancer-unassigned.yaml': 'svc-lb-pending',
  'svc-loadbalancer.yaml': undefined,
};

const kinds: ReadonlySet<string> = new Set(Object.values(KINDS).map(({ kind }) => kind));
const count = (files: readonly RawFile[], [name, row]: readonly [string, RegExp]): number =>
  files
    .filter(({ path }) => path.includes(name))
    .flatMap(linesOf)
    .filter((line) => row.test(line)).length;

describe.skipIf(!present)('real bundles', () => {
  it('are all in the table', () => {
    const there = ['clusters', 'outputs'].flatMap((kind) =>
      readdirSync(join(data, kind)).map((name) => `${kind}/${name}`),
    );
    expect(there.filter((name) => CASES[name] === undefined)).toEqual([]);
  });

  it.each(Object.entries(CASES))('%s', { timeout: 300_000 }, async (name, one) => {
    const { result, snapshot } = await analyze([join(data, name)], { version: 'test' });
    const { files, done } = rawFiles(join(data, name));
    try {
      expect(result.bundle.layouts).toEqual([one.layout]);
      expect(result.layers.flatMap(({ checks }) => checks).filter(({ outcome }) => outcome === 'crashed')).toEqual([]);

      expect(result.bundle.files).toBe(files.length);
      const inTexts = [...Object.keys(one.inTexts ?? {}), ...(one.inLogs ?? [])];
      const allowed = [PROSE, ...(one.unread ?? [])];
      expect(result.bundle.unread.filter(({ file }) => !allowed.some(([pattern]) => pattern.test(file)))).toEqual([]);
      if (one.counted !== undefined) {
        const named = one.counted === true ? [] : [one.counted.source];
        const raw = objectsIn(files, kinds, new RegExp(['\\.(?:json|ya?ml)$', ...named].join('|')));
        const ours = Object.entries(KINDS).flatMap(([area, { kind }]) => {
          const list = snapshot.list(area as keyof typeof KINDS);
          return list.length === 0 || inTexts.includes(kind) ? [] : [[kind, list.length] as const];
        });
        for (const kind of inTexts) delete raw[kind];
        expect(Object.fromEntries(ours)).toEqual(raw);
      }
      for (const [kind, grep] of Object.entries(one.inTexts ?? {})) {
        const area = Object.keys(KINDS).find((key) => KINDS[key as keyof typeof KINDS].kind === kind);
        expect(snapshot.list(area as 'nodes')).toHaveLength(count(files, grep));
      }
      const lines = new Map<string, number>();
      for (const { origin, lines: own } of snapshot.logs) lines.set(origin.file, (lines.get(origin.file) ?? 0) + own);
      for (const [file, wanted] of linesIn(files, LOG))
        if (one.noLogs?.test(file) !== true) expect([file, lines.get(file)]).toEqual([file, wanted]);

      if (one.blocks !== undefined) {
        const [start, end] = one.blocks;
        const named = snapshot.logs.filter((log) => log.class !== 'text');
        expect(named.reduce((sum, { lines: own }) => sum + own, 0)).toBe(
          files.reduce((sum, file) => sum + linesOfBlocks(linesOf(file), start, end), 0),
        );
      }

      const first = result.rootCauses.slice(0, 3).map(({ check }) => check);
      for (const cause of one.causes ?? []) expect(first).toContain(cause);
      const all = result.findings.map(({ check }) => check);
      for (const check of one.found ?? []) expect(all).toContain(check);
      if (one.anyOf !== undefined) expect(first.filter((cause) => one.anyOf?.includes(cause) === true)).not.toEqual([]);
      if (one.healthy === true) {
        const critical = result.findings.filter(({ severity }) => severity === 'critical');
        expect(critical.map(({ check, message }) => `${check}: ${message}`)).toEqual([]);
      }
    } finally {
      done();
    }
  });
});

describe.skipIf(!present)('single objects', () => {
  it.each(Object.entries(FILES))('%s: %s', async (file, cause) => {
    const path = join(data, 'outputs/argocd-health-objects', file);
    const { result } = await analyze([path], { version: 'test' });
    expect(result.rootCauses[0]?.check).toBe(cause);
    expect(result.bundle.unread).toEqual([]);
  });
});
