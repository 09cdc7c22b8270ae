/** Results for the report tests: a cascade from a full disk up to a Service, a hostile one, and big ones. */
import { LAYER_NAMES, LAYERS, SCHEMA, type Finding, type Layer, type Result } from '../../src/result.ts';

const finding = (id: string, layer: Layer, title: string, more: Partial<Finding> = {}): Finding => ({
  id,
  check: id.split('/')[0] as string,
  layer,
  severity: 'critical',
  confidence: 0.9,
  title,
  message: `${title}, as seen in the bundle`,
  subject: {
    kind: 'Pod',
    namespace: 'shop',
    name: 'web-1',
    workload: { kind: 'Deployment', name: 'web' },
    node: 'node-a',
  },
  count: 1,
  also: [],
  evidence: [{ file: 'logs/kubelet.log', line: 7, text: 'first line\n  second line' }],
  fix: ['Free space on the disk'],
  next: ['df -h'],
  causedBy: [],
  state: 'current',
  ...more,
});

const VERDICT: Readonly<Record<Layer, Result['path'][number]['verdict']>> = {
  1: 'symptoms',
  2: 'clear',
  3: 'symptoms',
  4: 'unknown',
  5: 'cause',
};

/** A result around the findings; the first finding without a cause is the root. */
export function resultOf(findings: readonly Finding[]): Result {
  const root = findings.find((one) => one.causedBy.length === 0) as Finding;
  const effects = findings.filter((one) => one.causedBy.length > 0);
  return {
    schema: SCHEMA,
    tool: { name: 'kubestrata', version: '0' },
    bundle: {
      name: 'example',
      layouts: ['loose'],
      collectedAt: '2026-03-01T12:00:00.000Z',
      kubernetesVersion: 'v1.33.1',
      nodes: 2,
      pods: 3,
      files: 4,
      bytes: 5000,
      refused: [{ path: '../etc/shadow', reason: 'leaves the bundle' }],
      unread: [{ file: 'notes.txt', line: 3, reason: 'not recognised' }],
    },
    verdict: {
      status: 'problems',
      layer: root.layer,
      headline: `${root.title}: Node node-a (layer ${root.layer}, ${LAYER_NAMES[root.layer]})`,
      nearTies: [],
    },
    rootCauses: [
      {
        rank: 1,
        finding: root.id,
        check: root.check,
        layer: root.layer,
        severity: root.severity,
        confidence: 0.95,
        title: root.title,
        summary: root.message,
        subject: root.subject,
        evidence: root.evidence,
        explains: effects.map((one) => one.id),
        chain: effects.slice(0, 12).map((one) => ({
          finding: one.id,
          cause: root.id,
          because: 'Node node-a → Pod shop/web-1: same node',
          strength: 0.9,
        })),
        share: 1,
        fix: root.fix,
        next: root.next,
      },
    ],
    path: LAYERS.map((layer) => ({
      layer,
      name: LAYER_NAMES[layer],
      verdict: VERDICT[layer],
      seen: layer === 4 ? 'could not be judged: the bundle has no etcd endpoint health' : 'something was seen',
      signals:
        layer === 5 ? [] : [{ id: `s${layer}`, question: 'Go down?', fired: layer === 1, evidence: root.evidence }],
    })),
    layers: LAYERS.map((layer) => ({
      layer,
      name: LAYER_NAMES[layer],
      checks: [...new Set(findings.filter((one) => one.layer === layer).map((one) => one.check))]
        .map((id): Result['layers'][number]['checks'][number] => ({
          id,
          title: `All is well with ${id}`,
          outcome: 'failed',
          findings: findings.filter((one) => one.check === id).map((one) => one.id),
        }))
        .concat([
          { id: `quiet-${layer}`, title: 'Nothing to see', outcome: 'passed', findings: [] },
          {
            id: `blind-${layer}`,
            title: 'Not seen',
            outcome: 'not-checked',
            reason: 'no etcd',
            collectWith: ['etcdctl endpoint health'],
            findings: [],
          },
        ]),
    })),
    findings: [...findings],
    coverage: [
      { area: 'pods', title: 'Pod objects', state: 'present', count: 3 },
      {
        area: 'etcdHealth',
        title: 'etcd endpoint health',
        state: 'absent',
        count: 0,
        reason: 'not in the bundle',
        collectWith: 'etcdctl endpoint health',
      },
    ],
    tables: {
      nodes: {
        total: 2,
        rows: [
          {
            name: 'node-a',
            ready: false,
            roles: [],
            cordoned: false,
            conditions: ['Ready=Unknown', 'DiskPressure'],
            taints: ['node.kubernetes.io/unreachable:NoExecute'],
            pods: 2,
            cpu: { requested: 1.5, allocatable: 2 },
            memory: { requested: 1e9, allocatable: 4e9 },
            gpus: { capacity: 8, allocatable: 7 },
          },
          {
            name: 'node-b',
            ready: true,
            roles: ['control-plane'],
            version: 'v1.33.1',
            cordoned: true,
            conditions: [],
            taints: [],
            pods: 1,
            cpu: {},
            memory: { allocatable: 4e9 },
          },
        ],
      },
      workloads: { total: 1, rows: [{ kind: 'Deployment', namespace: 'shop', name: 'web', ready: 0, desired: 1 }] },
      pods: {
        total: 1,
        rows: [
          { namespace: 'shop', name: 'web-1', ready: '0/1', status: 'CrashLoopBackOff', restarts: 9, node: 'node-a' },
        ],
      },
      claims: {
        total: 1,
        rows: [{ namespace: 'shop', name: 'data', status: 'Pending', volume: '', storageClass: 'fast' }],
      },
      gpus: {
        total: 1,
        rows: [{ node: 'node-a', index: 3, name: 'H100', temperatureC: 91, troubles: ['GPU is lost'] }],
      },
      scheduling: {
        total: 1,
        rows: [
          {
            namespace: 'shop',
            name: 'big-1',
            message: '0/2 nodes are available',
            nodes: 2,
            feasible: 0,
            reasons: [
              { reason: 'Insufficient cpu', count: 1, nodes: ['node-b'] },
              { reason: 'node(s) had untolerated taint', count: 1, nodes: ['node-a'] },
            ],
          },
        ],
      },
    },
    timeline: [
      { time: '2026-03-01T11:00:00.000Z', layer: 5, text: 'The disk is full: Node node-a', finding: root.id },
      { time: '2026-03-01T11:30:00.000Z', layer: 1, text: 'Pod shop/web-1: BackOff' },
    ],
  };
}

/** Layer 5 causes layer 1, layer 1 causes layer 3. */
export const cascade = (): Result =>
  resultOf([
    finding('disk-full/node-a', 5, 'The disk is full', {
      subject: { kind: 'Node', name: 'node-a' },
      check: 'disk-full',
    }),
    finding('crashloop/shop/web', 1, 'The container crashes', { causedBy: ['disk-full/node-a'] }),
    finding('svc-dead/shop/web', 3, 'The Service has no endpoint', {
      subject: { kind: 'Service', namespace: 'shop', name: 'web' },
      severity: 'warning',
      causedBy: ['crashloop/shop/web', 'disk-full/node-a'],
    }),
    finding('probe-missing/other/api', 1, 'No readiness probe', {
      severity: 'info',
      subject: { kind: 'Pod', namespace: 'other', name: 'api' },
    }),
  ]);

/** As many findings as asked for, all of them caused by the first. */
export const big = (count: number): Result =>
  resultOf([
    finding('disk-full/node-a', 5, 'The disk is full', { subject: { kind: 'Node', name: 'node-a' } }),
    ...Array.from({ length: count - 1 }, (_, i) =>
      finding(`crashloop/ns-${i % 50}/web-${i}`, LAYERS[i % 4] as Layer, 'The container crashes', {
        causedBy: ['disk-full/node-a'],
        subject: {
          kind: 'Pod',
          namespace: `ns-${i % 50}`,
          name: `web-${i}`,
          workload: { kind: 'Deployment', name: 'web' },
        },
        evidence: Array.from({ length: 5 }, (__, k) => ({
          file: `logs/web-${i}.log`,
          line: k + 1,
          text: 'x'.repeat(600),
        })),
      }),
    ),
  ]);

export const HOSTILE =
  '<script>alert(1)</script>```\n{noformat}[x](http://evil.example)@team #12 !5 www.evil.example GH-9 &lt;b&gt;\u001b[31m"\'`|\u202e';

/** Every text of the cascade replaced by something that wants to get out. */
export function hostile(): Result {
  const keep = new Set([
    'schema',
    'layer',
    'severity',
    'verdict',
    'outcome',
    'state',
    'status',
    'time',
    'collectedAt',
    'id',
    'finding',
    'causedBy',
    'explains',
  ]);
  const poison = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return keep.has(key) ? value : HOSTILE;
    if (Array.isArray(value)) return value.map((entry) => poison(entry, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [
        name,
        keep.has(name) && typeof entry === 'string' ? entry : poison(entry, name),
      ]),
    );
  };
  const result = cascade();
  return poison(
    {
      ...result,
      findings: result.findings.map((one, i) => ({
        ...one,
        id: `${HOSTILE}${i}`,
        causedBy: i === 0 ? [] : [`${HOSTILE}0`],
      })),
    },
    '',
  ) as Result;
}
