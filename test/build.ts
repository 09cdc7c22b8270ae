/** Builders for tests: a snapshot out of API objects, facts and log lines, through the real store and scanner. */
import { examine, type Examined } from '../src/checks/engine.ts';
import type { Check } from '../src/checks/check.ts';
import type { FactArea, FactTable, LogClass, Marks, Origin } from '../src/parsers/records.ts';
import { createScanner } from '../src/parsers/logs/scan.ts';
import { compileSignatures } from '../src/signatures/signature.ts';
import { signatures } from '../src/signatures/registry.ts';
import { createStore } from '../src/snapshot/store.ts';
import { createSnapshot, type Snapshot } from '../src/snapshot/snapshot.ts';
import { areaOfKind, KINDS } from '../src/snapshot/kinds/index.ts';

/** The time of collection in tests. */
export const NOW = Date.parse('2026-03-01T12:00:00Z');
/** An instant before NOW, as the API writes it. */
export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

interface Parts {
  /** API objects with kind and metadata. */
  readonly objects?: readonly object[];
  readonly facts?: { readonly [A in FactArea]?: readonly Omit<FactTable[A], 'source'>[] };
  /** Logs: lines with their origin. */
  readonly logs?: readonly {
    readonly class: LogClass;
    readonly origin?: Partial<Origin>;
    readonly lines: readonly string[];
  }[];
  /** Areas that were listed in full; `true`: every area that has objects. Default true. */
  readonly complete?: boolean | readonly string[];
  readonly now?: number | null;
  readonly marks?: Marks;
}

/** A snapshot of what is given. Objects come as from `kubectl get -o json`, facts quote their own JSON. */
export async function snapshotOf(parts: Parts): Promise<Snapshot> {
  const store = createStore();
  const origin: Origin = { file: 'bundle.json', firstLine: 1 };
  for (const [i, object] of (parts.objects ?? []).entries()) {
    store.object(origin, object, { detail: 'full', pointer: `/items/${i}` });
    const area = areaOfKind((object as { kind: string }).kind);
    if (area !== undefined && (parts.complete ?? true) === true)
      store.listing({ kind: KINDS[area].kind, complete: true, file: origin.file });
  }
  if (Array.isArray(parts.complete))
    for (const kind of parts.complete as string[]) store.listing({ kind, complete: true, file: origin.file });
  for (const [area, records] of Object.entries(parts.facts ?? {}))
    for (const [i, record] of (records as object[]).entries())
      store.fact(
        area as FactArea,
        { source: { file: `${area}.txt`, line: i + 1, text: JSON.stringify(record) }, ...record } as never,
      );
  const scan = createScanner(compileSignatures(signatures));
  for (const [i, log] of (parts.logs ?? []).entries()) {
    const bytes = new TextEncoder().encode(`${log.lines.join('\n')}\n`);
    store.log(
      await scan(
        (async function* () {
          yield bytes;
        })(),
        { file: `log-${i}.txt`, firstLine: 1, ...log.origin },
        log.class,
      ),
    );
  }
  if (parts.now !== null)
    store.clock(parts.now ?? NOW, { file: 'date.txt', text: new Date(parts.now ?? NOW).toISOString() });
  return createSnapshot(store.finish());
}

/** Runs one check on a snapshot. */
export async function run(
  check: Check,
  parts: Parts,
): Promise<Examined & { readonly outcome: string | undefined; readonly first: Examined['found'][number] | undefined }> {
  const examined = examine([check], await snapshotOf(parts));
  return { ...examined, outcome: examined.outcomes[0]?.outcome, first: examined.found[0] };
}

type Deep = Record<string, unknown>;
const meta = (name: string, extra: Deep = {}): Deep => ({
  name,
  namespace: 'shop',
  uid: `uid-${name}`,
  creationTimestamp: ago(3600),
  ...extra,
});

/** A running, ready pod of Deployment `web`; parts are laid over it (spec and status one level deep). */
export function aPod(name = 'web-5d9c7b8f6d-k2xvq', over: { metadata?: Deep; spec?: Deep; status?: Deep } = {}): Deep {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, {
      labels: { app: 'web' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d9c7b8f6d', controller: true }],
      ...over.metadata,
    }),
    spec: {
      nodeName: 'node-1',
      restartPolicy: 'Always',
      containers: [{ name: 'app', image: 'registry.example.com/web:1.4', ports: [{ containerPort: 8080 }] }],
      ...over.spec,
    },
    status: {
      phase: 'Running',
      podIP: '10.0.1.5',
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: 'True' },
      ],
      containerStatuses: [
        {
          name: 'app',
          ready: true,
          started: true,
          restartCount: 0,
          image: 'registry.example.com/web:1.4',
          state: { running: { startedAt: ago(3500) } },
        },
      ],
      ...over.status,
    },
  };
}

/** A Ready node with 4 CPU and 16 GiB. */
export function aNode(name = 'node-1', over: { metadata?: Deep; spec?: Deep; status?: Deep } = {}): Deep {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `uid-${name}`,
      creationTimestamp: ago(864000),
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/arch': 'amd64' },
      ...over.metadata,
    },
    spec: { ...over.spec },
    status: {
      capacity: { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' },
      allocatable: { cpu: '4', memory: '15Gi', pods: '110', 'ephemeral-storage': '90Gi' },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          lastHeartbeatTime: ago(20),
          lastTransitionTime: ago(864000),
        },
      ],
      addresses: [{ type: 'InternalIP', address: '192.168.1.11' }],
      nodeInfo: {
        kubeletVersion: 'v1.31.4',
        architecture: 'amd64',
        containerRuntimeVersion: 'containerd://1.7.24',
        kernelVersion: '6.1.0',
      },
      ...over.status,
    },
  };
}

/** Service `web` on port 80 to 8080, selecting `app: web`. */
export function aService(name = 'web', over: { metadata?: Deep; spec?: Deep } = {}): Deep {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name, over.metadata),
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.20',
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
      ...over.spec,
    },
  };
}

/** Endpoints of a Service; ready addresses, then not ready ones. */
export function someEndpoints(
  name: string,
  ready: readonly string[],
  notReady: readonly string[] = [],
  port = 8080,
): Deep {
  const addresses = (ips: readonly string[]) => ips.map((ip) => ({ ip }));
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: meta(name),
    subsets:
      ready.length + notReady.length === 0
        ? []
        : [{ addresses: addresses(ready), notReadyAddresses: addresses(notReady), ports: [{ port, protocol: 'TCP' }] }],
  };
}

/** Deployment `web`, two replicas. */
export function aDeployment(name = 'web', over: { metadata?: Deep; spec?: Deep; status?: Deep } = {}): Deep {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(name, over.metadata),
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'app', image: 'registry.example.com/web:1.4' }] },
      },
      ...over.spec,
    },
    status: { replicas: 2, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2, ...over.status },
  };
}

/** A Warning event about an object, last seen a minute ago. */
export function anEvent(
  about: { kind: string; name: string; namespace?: string },
  reason: string,
  message: string,
  over: Deep = {},
): Deep {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about.name}.${reason}`, namespace: about.namespace ?? 'shop' },
    involvedObject: { namespace: 'shop', ...about },
    type: 'Warning',
    reason,
    message,
    count: 3,
    firstTimestamp: ago(600),
    lastTimestamp: ago(60),
    source: { component: 'kubelet' },
    ...over,
  };
}
