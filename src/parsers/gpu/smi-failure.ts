/** What nvidia-smi prints when it cannot answer, as a whole or for one card. */
import type { ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import { GPU_FAULT } from './gpu-record.ts';

const FAILURE =
  /^(?:Failed to initialize NVML: .*|Failed to (?:get|query) .{0,60}\b(?:GPUs?|NVML|NVIDIA|MIG|devices?)\b.{0,60}: .*|No devices were found.*|NVIDIA-SMI has failed because .*|NVIDIA-SMI couldn't (?:find|communicate) .*|Unable to determine the device handle for .*|(?:\S{1,20}: )?(?:line \d+: )?nvidia-smi: (?:command )?not found|.{0,200}exec: "nvidia-smi": executable file not found.*)$/i;
/** Printed below the table for a card whose own settings and counters are damaged. */
const INFOROM = /^WARNING: (infoROM is corrupted) at gpu ([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])/i;
const CARD = /device handle for gpu\s?(\d{1,3}: )?([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])?:?\s*(.*)$/i;

export const isSmiFailure = (line: string): boolean => FAILURE.test(line.trim());

/** Emits failures; the number of them. A failure that names a card is a fault of that card too. */
export function parseSmiFailures(lines: readonly string[], { origin, emit }: ParserContext): number {
  let count = 0;
  lines.forEach((line, at) => {
    const rom = INFOROM.exec(line.trim());
    if (rom !== null) {
      count++;
      emit.fact('gpus', { ...factBase(origin, at, line), busId: rom[2] ?? '', fault: rom[1] ?? '' });
      return;
    }
    if (!isSmiFailure(line)) return;
    count++;
    // "NVML library version: 550.144" on the next line says which side of the mismatch is new.
    const detail = /^NVML library version: \S{1,40}$/.test(lines[at + 1]?.trim() ?? '')
      ? ` (${lines[at + 1]?.trim()})`
      : '';
    const base = factBase(origin, at, line);
    emit.fact('toolFailures', { ...base, tool: 'nvidia-smi', message: `${line.trim()}${detail}` });
    const card = CARD.exec(line);
    if (card?.[2] === undefined) return;
    emit.fact('gpus', { ...base, busId: card[2], fault: GPU_FAULT.exec(line)?.[0] ?? (card[3] ?? '').trim() });
  });
  return count;
}
