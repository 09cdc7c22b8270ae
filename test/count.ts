/**
 * An account of a bundle that shares no code with the readers: files by `find`, objects by JSON.parse and js-yaml, log
 * lines by counting line ends. What it finds is what the snapshot must hold.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { load, loadAll, JSON_SCHEMA } from 'js-yaml';

type Json = Readonly<Record<string, unknown>>;

/** A file on disk and the name under which a report speaks of it (archives are folders). */
export interface RawFile {
  readonly path: string;
  readonly at: string;
}

const ARCHIVE = /\.(?:tar|tgz|tar\.gz|tar\.xz)$/;

/** All files of a folder, archives unpacked by tar; `done` removes what was unpacked. */
export function rawFiles(folder: string): { readonly files: readonly RawFile[]; readonly done: () => void } {
  const unpacked: string[] = [];
  const files: RawFile[] = [];
  const walk = (at: string, name: (path: string) => string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path, name);
      else if (entry.isFile() && ARCHIVE.test(entry.name) && at === folder) {
        const into = mkdtempSync(join(tmpdir(), 'kubestrata-count-'));
        unpacked.push(into);
        execFileSync('tar', ['-xf', path, '-C', into]);
        walk(into, (inner) => `${entry.name}/${relative(into, inner)}`);
      } else if (entry.isFile()) files.push({ path: name(path), at: path });
    }
  };
  walk(folder, (path) => relative(folder, path));
  return { files, done: () => unpacked.forEach((path) => rmSync(path, { recursive: true })) };
}

/** Groups whose kinds share a name with one of Kubernetes' own: `Service` of Knative, `Ingress` of OpenShift. */
const OWN_GROUP = /^(?:apps|extensions|batch|policy|autoscaling|(?:[a-z0-9.-]+\.)?k8s\.io)\//;
const FOREIGN = new Map([
  ['VirtualService', 'networking.istio.io/'],
  ['DestinationRule', 'networking.istio.io/'],
  ['Gateway.networking.istio.io', 'networking.istio.io/'],
  ['CiliumNetworkPolicy', 'cilium.io/'],
  ['AuthorizationPolicy', 'security.istio.io/'],
  ['ClusterPolicy', 'nvidia.com/'],
  ['PeerAuthentication', 'security.istio.io/'],
  ['IPAddressPool', 'metallb.io/'],
  ['L2Advertisement', 'metallb.io/'],
  ['BGPAdvertisement', 'metallb.io/'],
  ['Route', 'route.openshift.io/'],
  ['ServiceMonitor', 'monitoring.coreos.com/'],
  ['ClusterOperator', 'config.openshift.io/'],
  ['MachineConfigPool', 'machineconfiguration.openshift.io/'],
]);

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Fields that only one kind has. */
function shapeOf(value: Json): string | undefined {
  if (isObject(value['involvedObject'])) return 'Event';
  return isObject(value['spec']) && Array.isArray(value['spec']['containers']) ? 'Pod' : undefined;
}

/** Objects of known kinds, each name once; an event's name is its subject, reason and message. */
function countObjects(documents: readonly { value: unknown; kind: string | undefined }[], kinds: ReadonlySet<string>) {
  const names = new Map<string, Set<string>>();
  const note = (value: unknown, listKind?: string, listVersion?: unknown): void => {
    if (!isObject(value)) return;
    if (Array.isArray(value)) return value.forEach((item) => note(item, listKind));
    const stated = text(value['kind']) ?? shapeOf(value) ?? listKind;
    // A kind whose name is one of Kubernetes' as well is counted under its group.
    const qualified = `${stated ?? ''}.${(text(value['apiVersion']) ?? '').replace(/\/.*$/, '')}`;
    const kind = kinds.has(qualified) ? qualified : stated;
    const items = value['items'] ?? (value['kind'] === undefined ? value['Items'] : undefined);
    const link = text(value['selfLink'])?.split('/').at(-1);
    if (Array.isArray(items)) {
      const each = kind === 'List' ? undefined : (kind?.replace(/List$/, '') ?? kindOf(link, kinds));
      return items.forEach((item) => note(item, each ?? listKind, value['apiVersion']));
    }
    const inner = value['metadata'] ?? value['ObjectMeta'];
    const meta = isObject(inner) ? inner : value['creationTimestamp'] === undefined ? {} : value;
    if (kind === undefined || !kinds.has(kind)) return;
    const own = /^\/apis\/([^/]+\/[^/]+)\//.exec(text(meta['selfLink']) ?? '')?.[1];
    const version = text(value['apiVersion']) ?? text(listVersion) ?? own ?? '';
    const group = FOREIGN.get(kind);
    if (version.includes('/') && (group === undefined ? !OWN_GROUP.test(version) : !version.startsWith(group))) return;
    const about = value['involvedObject'] ?? value['regarding'] ?? value['InvolvedObject'];
    const field = (object: unknown, name: string): unknown =>
      isObject(object) ? (object[name] ?? object[name[0]?.toUpperCase() + name.slice(1)]) : undefined;
    const words = String(field(value, 'message') ?? field(value, 'note') ?? '').trim();
    const key =
      kind === 'Event'
        ? [
            ...['kind', 'namespace', 'name'].map((name) => field(about, name)),
            field(value, 'reason'),
            words.replaceAll(/\s+/g, ' '),
          ].join()
        : `${text(meta['namespace']) ?? ''}/${text(meta['name']) ?? ''}`;
    if (kind !== 'Event' && text(meta['name']) === undefined) return;
    (names.get(kind) ?? names.set(kind, new Set()).get(kind))?.add(key);
  };
  for (const { value, kind } of documents) note(value, kind);
  return Object.fromEntries([...names].map(([kind, set]) => [kind, set.size]).sort());
}

/** `network-policy`, `pvcs`, `pods`: how collectors call the files and folders of a kind. */
const SHORT: Readonly<Record<string, string>> = {
  pvcs: 'PersistentVolumeClaim',
  pvs: 'PersistentVolume',
  networkpolicy: 'NetworkPolicy',
  systempods: 'Pod',
  crd: 'CustomResourceDefinition',
  pdbs: 'PodDisruptionBudget',
};

function kindOf(name: string | undefined, kinds: ReadonlySet<string>): string | undefined {
  const plain = name?.toLowerCase().replaceAll(/[-_]/g, '') ?? '';
  const singular = (one: string): string[] => [one, `${one}s`, `${one}es`, one.replace(/y$/, 'ies')];
  return SHORT[plain] ?? [...kinds].find((kind) => singular(kind.toLowerCase()).includes(plain));
}

/** Collectors that write objects without their kind name it in the file's name or in its folder's. */
function kindOfPath(path: string, kinds: ReadonlySet<string>): string | undefined {
  const parts = path.split('/');
  const [base, folder, above] = [parts.at(-1)?.replace(/\.[a-z]+$/, ''), parts.at(-2), parts.at(-3)];
  return kindOf(base, kinds) ?? kindOf(folder, kinds) ?? kindOf(above, kinds);
}

/** JSON documents one after the other, with text between them: each begins and ends with a brace on a line of its own. */
const jsonStream = (source: string): unknown[] =>
  [...source.matchAll(/^\{\n(?:.*\n)*?\}$/gm)].map(([document]) => JSON.parse(document) as unknown);

/** All objects of the files, counted by kind. */
export function objectsIn(
  files: readonly RawFile[],
  kinds: ReadonlySet<string>,
  counted = /\.(?:json|ya?ml)$/,
): Record<string, number> {
  const documents = files.flatMap(({ path, at }) => {
    if (!counted.test(path)) return [];
    const source = readFileSync(at, 'utf8');
    const kind = kindOfPath(path, kinds);
    const each = (values: readonly unknown[]) => values.map((value) => ({ value, kind }));
    try {
      if (path.endsWith('.json')) return each([JSON.parse(source)]);
    } catch {
      return each(/cluster-info-dump/.test(path) ? jsonStream(source) : []);
    }
    try {
      return each(loadAll(source, { schema: JSON_SCHEMA }));
    } catch {
      // Masked values and several sections in one text are no YAML: each document by itself then.
      return each(
        source.split(/^---.*$/m).flatMap((part) => {
          try {
            return [load(part, { schema: JSON_SCHEMA })];
          } catch {
            return [];
          }
        }),
      );
    }
  });
  return countObjects(documents, kinds);
}

/** Line ends of each file that matches, and one for a last line without; empty files have no log. */
export function linesIn(files: readonly RawFile[], pattern: RegExp): ReadonlyMap<string, number> {
  return new Map(
    files.flatMap(({ path, at }) => {
      if (!pattern.test(path) || statSync(at).size === 0) return [];
      const bytes = readFileSync(at);
      let lines = 0;
      for (const byte of bytes) if (byte === 0x0a) lines++;
      return [[path, bytes.at(-1) === 0x0a ? lines : lines + 1] as const];
    }),
  );
}

/** A text's lines, whatever Unicode it is in. */
export function linesOf({ at }: RawFile): readonly string[] {
  const bytes = readFileSync(at);
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8').split(/\r?\n/);
}

/** Lines of the blocks of a text that hold logs, each from behind its first line to its last or to the next block. */
export function linesOfBlocks(lines: readonly string[], start: RegExp, end: RegExp): number {
  let sum = 0;
  let block: string[] | undefined;
  for (const line of [...lines, '']) {
    if (block !== undefined && (end.test(line) || start.test(line))) {
      while (block.at(-1)?.trim() === '') block.pop();
      sum += block.length;
      block = undefined;
    }
    if (start.test(line)) block = [];
    else block?.push(line);
  }
  return sum + (block?.findLastIndex((line) => line.trim() !== '') ?? -1) + 1;
}
