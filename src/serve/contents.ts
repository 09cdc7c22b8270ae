/** What the stand-in serves: a bundle's objects as complete as they are known, its logs and what the API server said. */
import { join } from 'node:path';
import { openBundle, type OpenOptions } from '../bundle/open.ts';
import { createRecorder } from '../convert/recorder.ts';
import { createSpool, type Stretch } from '../convert/spool.ts';
import { parseManifest } from '../layouts/manifest-file.ts';
import { originOf } from '../layouts/manifest.ts';
import { append, groupBy } from '../lib/group-by.ts';
import type { Fields } from '../lib/untyped.ts';
import { temporaryFolder } from '../lib/temporary-folder.ts';
import { ownKind } from '../parsers/kubernetes/kind-of.ts';
import type { Origin } from '../parsers/records.ts';
import { readBundle, type ReadOptions } from '../read/read.ts';
import { compileSignatures } from '../signatures/signature.ts';
import { isDeclaredOnly } from '../snapshot/declared.ts';
import { apiVersionOf } from '../snapshot/kinds/api-versions.ts';
import { areaOfKind, OBJECT_AREAS, type AnyObject } from '../snapshot/kinds/index.ts';
import { mergeAccounts } from '../snapshot/merge.ts';
import { createSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { METRICS, METRICS_VERSION } from './resources.ts';

export interface Contents {
  /** By kind, sorted by namespace and name. */
  readonly objects: ReadonlyMap<string, readonly Fields[]>;
  /** Whether the bundle says that it has all objects of the kind there; undefined: it says nothing of the kind. */
  listed(kind: string, namespace: string | undefined): boolean | undefined;
  /** The log of a container; any of the pod's when the container is not given. */
  log(at: LogRequest): AsyncIterable<Uint8Array> | undefined;
  /** What `kubectl get --raw PATH` printed. */
  raw(path: string): AsyncIterable<Uint8Array> | undefined;
  readonly version: string;
  readonly now: number | undefined;
  close(): void;
}
export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | undefined;
  readonly previous: boolean;
}

interface Log extends LogRequest {
  readonly at: Stretch;
}

/** Reads one bundle (several paths are one) and keeps it until `close`. Throws a UserError when nothing can be read. */
export async function readContents(
  paths: readonly string[],
  options: OpenOptions & Pick<ReadOptions, 'progress'> = {},
): Promise<Contents> {
  const bundle = await openBundle(paths, options);
  const folder = temporaryFolder('kubestrata-serve-');
  const texts = createSpool(join(folder.path, 'texts'));
  const lists = createSpool(join(folder.path, 'objects'));
  const close = (): void => {
    texts.close();
    lists.close();
    folder.remove();
  };
  try {
    const recording = createRecorder(texts, lists, false);
    const read = await readBundle(bundle, {
      ...(options.progress ? { progress: options.progress } : {}),
      // Nobody asks what the logs say.
      signatures: compileSignatures([]),
      recorder: recording.recorder,
    });
    const snapshot = createSnapshot(read.collected);
    const written = await recording.finish(snapshot.now, read.layouts, []);
    const manifest = parseManifest(written.manifest.split('\n'));
    const logs: Log[] = [];
    const raw = new Map<string, Stretch>();
    for (const { path, at } of written.files) {
      const entry = manifest?.entries.get(path);
      if (manifest === undefined || entry === undefined) continue;
      const origin: Origin = { file: path, firstLine: 1, ...originOf(entry, manifest.header) };
      if (entry.kind === 'kubectl-logs') logs.push(...logOf(origin, at, snapshot));
      const asked = origin.command?.tool === 'kubectl' ? origin.command.flags['raw'] : undefined;
      if (typeof asked === 'string' && (entry.exit ?? 0) === 0) raw.set(pathOf(asked), at);
    }
    const full = new Map<string, Fields[]>();
    for (const { kind, at } of written.lists) {
      const { items } = JSON.parse(await texts.text(at)) as { items: Fields[] };
      for (const item of items) append(full, kind, item);
    }
    const objects = objectsOf(snapshot, full);
    return {
      objects,
      listed(kind, namespace) {
        const area = areaOfKind(kind);
        if (Object.hasOwn(METRICS, kind)) return objects.has(kind) ? true : undefined;
        if (area === undefined) return objects.has(kind) ? false : undefined;
        if (snapshot.listed(area, namespace)) return true;
        return snapshot.has(area) ? false : undefined;
      },
      log(request) {
        const container = request.container === NAMELESS ? undefined : request.container;
        const found = logs.find((log) => fits(log, { ...request, container }));
        return found === undefined ? undefined : texts.bytes(found.at);
      },
      raw(path) {
        const at = raw.get(path);
        return at === undefined ? undefined : texts.bytes(at);
      },
      version:
        snapshot
          .list('nodes')
          .map((node) => node.status?.nodeInfo?.kubeletVersion)
          .find((one) => one !== undefined) ?? 'v0.0.0',
      now: snapshot.now,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

const pathOf = (asked: string): string => asked.replace(/\?.*$/, '').replace(/\/$/, '');

function fits(log: LogRequest, { namespace, pod, container, previous }: LogRequest): boolean {
  return (
    log.namespace === namespace &&
    log.pod === pod &&
    log.previous === previous &&
    (log.container === undefined || container === undefined || log.container === container)
  );
}

/** A log named after its pod, or after a workload: then it is given for each of its pods, because nobody knows whose. */
function logOf(origin: Origin, at: Stretch, snapshot: Snapshot): Log[] {
  const { pod, workload } = snapshot.ownerOfLog(origin);
  const pods = pod !== undefined ? [pod] : workload === undefined ? [] : snapshot.podsOf(workload);
  const shared = { container: origin.container, previous: origin.previous === true, at };
  if (pods.length > 0)
    return pods.map(({ metadata }) => ({ ...shared, namespace: metadata.namespace ?? 'default', pod: metadata.name }));
  if (origin.pod === undefined) return [];
  return [{ ...shared, namespace: origin.namespace ?? 'default', pod: origin.pod }];
}

/** Every object with all that is known of it: its fields from JSON and YAML, completed by descriptions and tables. */
function objectsOf(snapshot: Snapshot, full: ReadonlyMap<string, readonly Fields[]>): Map<string, readonly Fields[]> {
  const out = new Map<string, Map<string, Fields>>();
  const put = (kind: string, object: Fields): void => {
    const meta = object['metadata'] as { namespace?: string; name?: string } | undefined;
    const key = `${meta?.namespace ?? ''}\u0000${meta?.name ?? ''}`;
    const byKey = out.get(kind) ?? new Map<string, Fields>();
    const named = { ...object, kind: ownKind(kind, object['apiVersion']) };
    out.set(kind, byKey.set(key, mergeAccounts(byKey.get(key), named) as Fields));
  };
  for (const [kind, items] of full) for (const object of items) put(kind, object);
  for (const area of OBJECT_AREAS) {
    let nameless = 0;
    for (const object of snapshot.list(area)) {
      const known = snapshot.sourcesOf(object);
      // One event under several names was read as one.
      if (area === 'events' && known.some((source) => source.detail === 'full')) continue;
      if (known.every((source) => source.detail === 'full') && isDeclaredOnly(snapshot, object)) continue;
      const plain: Record<string, unknown> = { apiVersion: apiVersionOf(area), ...onTheWire(object) };
      if (area === 'events') plain['metadata'] = { ...object.metadata, name: eventName(plain, ++nameless) };
      put(object.kind, plain);
    }
  }
  for (const object of usage(snapshot)) put(object.kind, object);
  const ordered = [...out].map(([kind, byKey]): [string, readonly Fields[]] => [
    kind,
    [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object),
  ]);
  return new Map(ordered);
}

/** `kubectl top` as metrics-server tells it. A row without a container is of all the pod's. */
function usage(snapshot: Snapshot): (Fields & { readonly kind: keyof typeof METRICS })[] {
  const timestamp = new Date(snapshot.now ?? 0).toISOString();
  const shared = { apiVersion: METRICS_VERSION, timestamp, window: '30s' };
  const amounts = ({ cpuMilli, memoryBytes }: { readonly cpuMilli?: number; readonly memoryBytes?: number }) => ({
    cpu: `${cpuMilli ?? 0}m`,
    memory: String(memoryBytes ?? 0),
  });
  const nodes = snapshot
    .facts('nodeUsage')
    .map((row) => ({ ...shared, kind: 'NodeMetrics' as const, metadata: { name: row.name }, usage: amounts(row) }));
  const byPod = groupBy(snapshot.facts('podUsage'), (row) => `${row.namespace ?? 'default'}\u0000${row.pod}`);
  const pods = [...byPod].map(([key, rows]) => {
    const [namespace = '', name = ''] = key.split('\u0000');
    const each = rows.some((row) => row.container !== undefined)
      ? rows.filter((row) => row.container !== undefined)
      : rows.slice(0, 1);
    const containers = each.map((row) => ({ name: row.container ?? name, usage: amounts(row) }));
    return { ...shared, kind: 'PodMetrics' as const, metadata: { namespace, name }, containers };
  });
  return [...nodes, ...pods];
}

/** Events in tables and descriptions have no name that another tool could ask for. */
function eventName(event: Fields, number: number): string {
  const about = event['involvedObject'] as { name?: string } | undefined;
  return `${about?.name ?? 'event'}.${number.toString(16).padStart(16, '0')}`;
}

/** What a container is called of which a table only counts the restarts; every real one has a name. */
const NAMELESS = 'unknown';

/** Fields that tables print and the API does not have. */
const OURS = new Set(['createdAgo', 'deletedAgo', 'finishedAgo', 'seenAgo']);

/** A kept object as JSON; of a Secret the snapshot keeps `true` for a value. */
function onTheWire(object: AnyObject): Record<string, unknown> {
  const plain = JSON.parse(
    JSON.stringify(object, (key, value: unknown) => (typeof value === 'number' && OURS.has(key) ? undefined : value)),
  ) as Record<string, unknown>;
  if (object.kind === 'Pod') nameContainers(plain);
  if (object.kind === 'Secret')
    for (const field of ['data', 'stringData']) {
      const values = plain[field] as Record<string, unknown> | undefined;
      for (const [key, value] of Object.entries(values ?? {}))
        if (values !== undefined)
          values[key] =
            typeof value !== 'string' ? '' : field === 'data' ? Buffer.from(value).toString('base64') : value;
    }
  return plain;
}

/** kubectl asks for the log of a container that the pod's spec names. */
function nameContainers(pod: Record<string, unknown>): void {
  const status = (pod['status'] ?? {}) as Record<string, unknown>;
  const spec = (pod['spec'] ?? {}) as Record<string, unknown>;
  for (const [field, of] of [
    ['containers', 'containerStatuses'],
    ['initContainers', 'initContainerStatuses'],
  ] as const) {
    const statuses = (Array.isArray(status[of]) ? status[of] : []) as { name?: string; image?: string }[];
    for (const one of statuses) one.name ||= NAMELESS;
    if (statuses.length > 0 && !(Array.isArray(spec[field]) && spec[field].length > 0))
      spec[field] = statuses.map(({ name, image }) => ({ name, ...(image === undefined ? {} : { image }) }));
  }
  pod['spec'] = spec;
}
