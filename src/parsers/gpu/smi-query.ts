/** Cards of `nvidia-smi -q`, `-q -x` and `--query-gpu=… --format=csv`. */
import { defined } from '../../lib/defined.ts';
import type { ParserContext } from '../parser.ts';
import { factBase, quote } from '../quote.ts';
import { GPU_FAULT, gpuFields, numberOf, throttleName } from './gpu-record.ts';
import type { GpuTree, TreeEntry } from './smi-tree.ts';

const THROTTLE = /^(?:Clocks (?:Event|Throttle) Reasons|clocks_(?:event|throttle)_reasons)\/(?:.*\/)?([^/]+)$/;
const PROCESS =
  /^(?:Processes\/(?:.*\/)?|processes\/process_info\/)(Process ID|Name|Used GPU Memory|pid|process_name|used_memory)$/;
/** A vGPU's license, under the names of -q and -x. */
const LICENSE = /^(?:vGPU Software Licensed Product\/License Status|vgpu_software_licensed_product\/license_status)$/;
const MIG =
  /^(?:MIG Device|mig_devices\/mig_device)\/(Index|GPU Instance ID|Compute Instance ID|index|gpu_instance_id|compute_instance_id)$/;

function processesOf(entries: readonly TreeEntry[]): readonly { pid?: number; name: string; memoryMiB?: number }[] {
  const found: { pid?: number | undefined; name: string; memoryMiB?: number | undefined }[] = [];
  for (const { path, value } of entries) {
    const key = PROCESS.exec(path)?.[1];
    if (key === 'Process ID' || key === 'pid') found.push({ pid: numberOf(value), name: '' });
    const last = found.at(-1);
    if (last === undefined) continue;
    if (key === 'Name' || key === 'process_name') last.name = value;
    else if (key === 'Used GPU Memory' || key === 'used_memory') last.memoryMiB = numberOf(value);
  }
  return found.map((process) => defined(process) as { pid?: number; name: string; memoryMiB?: number });
}

function migDevicesOf(entries: readonly TreeEntry[]): readonly string[] {
  const found: string[] = [];
  for (const { path, value } of entries) {
    const key = MIG.exec(path)?.[1]?.toLowerCase().replaceAll('_', ' ');
    if (key === 'index') found.push(`MIG ${value}`);
    else if (key !== undefined && found.length > 0)
      found[found.length - 1] += ` ${key === 'gpu instance id' ? 'GI' : 'CI'} ${value}`;
  }
  return found;
}

/** Emits one record per card. */
export function emitTrees(
  trees: readonly GpuTree[],
  lines: readonly string[],
  { origin, emit }: ParserContext,
): number {
  trees.forEach((tree, position) => {
    const byPath = new Map<string, TreeEntry>();
    // The first one counts: MIG devices repeat the card's own headings one level down.
    for (const entry of tree.entries) if (!byPath.has(entry.path)) byPath.set(entry.path, entry);
    const fault = tree.entries.find(({ value }) => GPU_FAULT.test(value));
    const at = fault?.at ?? tree.at;
    const throttle = tree.entries.flatMap(({ path, value }) => {
      const name = THROTTLE.exec(path)?.[1];
      return name !== undefined && value === 'Active' ? [throttleName(name)] : [];
    });
    const hasThrottle = tree.entries.some(({ path }) => THROTTLE.test(path));
    const processes = processesOf(tree.entries);
    const migDevices = migDevicesOf(tree.entries);
    const license = tree.entries.find(({ path, value }) => LICENSE.test(path) && value !== 'N/A');
    emit.fact('gpus', {
      ...factBase(origin, at, lines[at] ?? ''),
      // -q lists the cards in the order of their indexes.
      index: position,
      ...gpuFields((...names) => names.map((name) => byPath.get(name)?.value).find((value) => value !== undefined)),
      ...defined({
        throttleReasons: hasThrottle ? throttle : undefined,
        migDevices: migDevices.length > 0 ? migDevices : undefined,
        processes: processes.length > 0 ? processes : undefined,
        license:
          license === undefined
            ? undefined
            : { status: license.value, source: quote(origin, license.at, lines[license.at] ?? '') },
        fault: fault === undefined ? undefined : GPU_FAULT.exec(fault.value)?.[0],
      }),
    });
  });
  return trees.length;
}

/** `index, name, uuid, memory.total [MiB]` and nothing else in such a line. */
export const CSV_HEADING =
  /^(?:[a-z][a-z_.A-Z]{1,80}(?: \[[A-Za-z%/]{1,8}\])?, ){1,300}[a-z][a-z_.A-Z]{1,80}(?: \[[A-Za-z%/]{1,8}\])?$/;
export const isCsvHeading = (line: string): boolean =>
  CSV_HEADING.test(line) &&
  /\b(?:index|uuid|gpu_uuid|pci\.bus_id|driver_version|memory\.total|utilization\.gpu)\b/.test(line);

/** Emits the cards of a CSV with a heading. Without one (`noheader`) nothing says what the columns are. */
export function parseCsv(lines: readonly string[], { origin, emit }: ParserContext): number {
  const start = lines.findIndex((line) => isCsvHeading(line.trim()));
  if (start < 0) return 0;
  const names = (lines[start] ?? '')
    .trim()
    .split(', ')
    .map((name) => name.replace(/ \[.*\]$/, ''));
  let count = 0;
  lines.slice(start + 1).forEach((line, n) => {
    const cells = line.trim().split(', ');
    if (cells.length !== names.length) return;
    const fields = new Map(names.map((name, i) => [name, cells[i] ?? '']));
    const reasons = names.filter(
      (name) => /^clocks_(?:event|throttle)_reasons\.(?!active|supported)/.test(name) && fields.get(name) === 'Active',
    );
    const fault = cells.find((cell) => GPU_FAULT.test(cell));
    count++;
    emit.fact('gpus', {
      ...factBase(origin, start + 1 + n, line),
      ...gpuFields((...wanted) => wanted.map((name) => fields.get(name)).find((value) => value !== undefined)),
      ...defined({
        throttleReasons: reasons.length > 0 ? reasons.map((name) => throttleName(name.split('.')[1] ?? '')) : undefined,
        fault,
      }),
    });
  });
  return count;
}
