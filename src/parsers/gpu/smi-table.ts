/** The table that `nvidia-smi` prints without arguments (drivers 390 to 610) and the list of `nvidia-smi -L`. */
import { defined } from '../../lib/defined.ts';
import type { ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import { GPU_FAULT, numberOf } from './gpu-record.ts';

export const SMI_HEADER =
  /^\|\s+NVIDIA-SMI\s+(\S{1,40})\s+(?:KMD Version|Driver Version):\s+(\S{1,40})(?:\s+CUDA (?:UMD )?Version:\s+(\S{1,40}))?/;
const FIRST = /^\s*(\d{1,3})\s+(\S.*?)\s+(?:On|Off|N\/A|ERR!|Enabled|Disabled|TCC|WDDM|WDDM\s+On|MCDM)\s*$/;
const BUS = /([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f])/;
const SENSORS = /(\d{1,3})C\s+(P\d{1,2})\s+(?:(\d{1,5})W|N\/A)\s*\/\s*(?:(\d{1,5})W|N\/A)/;
const MEMORY = /(\d{1,9})MiB\s*\/\s*(\d{1,9})MiB/;
const PROCESS =
  /^\|\s+(\d{1,3})\s+(?:(?:N\/A|\d{1,3})\s+(?:N\/A|\d{1,3})\s+)?(\d{1,10})\s+(?:C|G|M|C\+G|M\+C|M\+C\+G)\s+(\S.*?)\s+(\d{1,9}MiB|N\/A)?\s*\|$/;
const MIG = /^\|\s+(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+\|/;
/** How the narrow column abbreviates the modes. */
const COMPUTE_MODES: Readonly<Record<string, string>> = {
  'E. Process': 'Exclusive_Process',
  'E. Thread': 'Exclusive_Thread',
};
const LISTED = /^GPU (\d{1,3}): (\S.{0,120}?) \(UUID: (GPU-[0-9a-fA-F-]{1,60})\)/;
const LISTED_MIG = /^\s+MIG (\S{1,40})\s+Device\s+\d{1,3}: \(UUID: (MIG-\S{1,120})\)/;

interface Draft {
  readonly index: number;
  at: number;
  readonly fields: Record<string, unknown>;
  readonly migDevices: string[];
  readonly processes: { pid?: number; name: string; memoryMiB?: number }[];
  fault?: string | undefined;
}

function firstLine(draft: Draft, cells: readonly string[], name: string): void {
  draft.fields['name'] = name;
  draft.fields['busId'] = BUS.exec(cells[1] ?? '')?.[1];
  const ecc = cells[2]?.trim() ?? '';
  draft.fields['eccUncorrected'] = numberOf(ecc);
  // The count stands for an enabled mode; cards without ECC say N/A.
  draft.fields['eccMode'] = ecc === 'Off' ? 'Disabled' : /^\d{1,12}$/.test(ecc) ? 'Enabled' : undefined;
}

function nextLine(draft: Draft, cells: readonly string[]): void {
  const [left = '', middle = '', right = ''] = cells;
  const sensors = SENSORS.exec(left);
  if (sensors !== null) {
    draft.fields['temperatureC'] = numberOf(sensors[1]);
    draft.fields['pstate'] = sensors[2];
    draft.fields['powerW'] = numberOf(sensors[3]);
    draft.fields['powerLimitW'] = numberOf(sensors[4]);
  }
  const memory = MEMORY.exec(middle);
  if (memory !== null) {
    draft.fields['memoryUsedMiB'] = Number(memory[1]);
    draft.fields['memoryTotalMiB'] = Number(memory[2]);
  }
  const busy = /^\s*(\d{1,3})%/.exec(right);
  if (busy !== null) draft.fields['utilizationPercent'] = Number(busy[1]);
  const computeMode = /%\s{1,20}(\S[\w. ]{0,20})$/.exec(right.trimEnd())?.[1];
  if (computeMode !== undefined) draft.fields['computeMode'] = COMPUTE_MODES[computeMode] ?? computeMode;
  const mig = /^\s*(Enabled\*?|Disabled\*?)\s*$/.exec(right)?.[1];
  if (mig !== undefined && left.trim() === '') draft.fields['migMode'] = mig;
}

/** Emits the cards of every table in the text; the number of tables. */
export function parseSmiTable(lines: readonly string[], { origin, emit }: ParserContext): number {
  let tables = 0;
  let version: RegExpExecArray | undefined;
  let drafts = new Map<number, Draft>();
  let current: Draft | undefined;
  let part: 'cards' | 'mig' | 'processes' = 'cards';
  const flush = (): void => {
    for (const draft of drafts.values()) {
      emit.fact('gpus', {
        ...factBase(origin, draft.at, lines[draft.at] ?? ''),
        index: draft.index,
        ...defined({
          ...draft.fields,
          driverVersion: version?.[2],
          cudaVersion: version?.[3] === 'N/A' ? undefined : version?.[3],
          migDevices: draft.migDevices.length > 0 ? draft.migDevices : undefined,
          processes: draft.processes.length > 0 ? draft.processes : undefined,
          fault: draft.fault,
        }),
      });
    }
    drafts = new Map();
    current = undefined;
    part = 'cards';
  };
  lines.forEach((line, at) => {
    const header = SMI_HEADER.exec(line);
    if (header !== null) {
      flush();
      tables++;
      version = header;
      return;
    }
    // A row of the table is 120 wide; longer lines are something else, and slow to match.
    if (version === undefined || line.length > 500) return;
    if (line.startsWith('| MIG devices:')) part = 'mig';
    else if (/^\|\s+Processes:/.test(line)) part = 'processes';
    else if (/^[+|][-=+]{5,}/.test(line)) current = undefined;
    else if (part === 'processes') {
      const process = PROCESS.exec(line.trimEnd());
      const memory = numberOf(process?.[4]);
      if (process !== null)
        drafts.get(Number(process[1]))?.processes.push({
          pid: Number(process[2]),
          name: process[3] ?? '',
          ...(memory === undefined ? {} : { memoryMiB: memory }),
        });
    } else if (part === 'mig') {
      const mig = MIG.exec(line);
      if (mig !== null) drafts.get(Number(mig[1]))?.migDevices.push(`MIG ${mig[4]} GI ${mig[2]} CI ${mig[3]}`);
    } else if (line.startsWith('|')) {
      const cells = line.split('|').slice(1, -1);
      const first = cells.length >= 3 ? FIRST.exec(cells[0] ?? '') : null;
      if (first !== null && current === undefined) {
        current = { index: Number(first[1]), at, fields: {}, migDevices: [], processes: [] };
        drafts.set(current.index, current);
        firstLine(current, cells, first[2] ?? '');
      } else if (current !== undefined) nextLine(current, cells);
      const fault = GPU_FAULT.exec(line)?.[0];
      if (fault !== undefined && current !== undefined && current.fault === undefined) {
        current.fault = fault;
        current.at = at;
      }
    }
  });
  flush();
  return tables;
}

export const isListed = (line: string): boolean => LISTED.test(line);

/** Emits the cards of `nvidia-smi -L`. */
export function parseSmiList(lines: readonly string[], { origin, emit }: ParserContext): number {
  let count = 0;
  lines.forEach((line, at) => {
    const card = LISTED.exec(line);
    if (card === null) return;
    count++;
    const migDevices: string[] = [];
    for (let n = at + 1; n < lines.length; n++) {
      const mig = LISTED_MIG.exec(lines[n] ?? '');
      if (mig === null) break;
      migDevices.push(`${mig[1]} ${mig[2]}`);
    }
    const [, index, name = '', uuid = ''] = card;
    emit.fact('gpus', {
      ...factBase(origin, at, line),
      index: Number(index),
      name,
      uuid,
      ...(migDevices.length > 0 ? { migDevices } : {}),
    });
  });
  return count;
}
