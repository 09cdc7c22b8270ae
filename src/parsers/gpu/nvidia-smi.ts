import { ranTool } from '../effective-command.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import { isNvlinkLine, parseNvlink } from './nvlink.ts';
import { isSmiFailure, parseSmiFailures } from './smi-failure.ts';
import { emitTrees, isCsvHeading, parseCsv } from './smi-query.ts';
import { isListed, parseSmiList, parseSmiTable, SMI_HEADER } from './smi-table.ts';
import { queryTrees, xmlTrees } from './smi-tree.ts';

const LOG = /^=+NVSMI LOG=+$/;
const CARD = /^GPU [0-9A-Fa-f]{8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f]\s*$/;
const XML = /<nvidia_smi_log>|<!DOCTYPE nvidia_smi_log/;
const LOGGED = /^(?:\[?\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:|time="?\d{4}-|[IWEF]\d{4} \d{2}:|\{")/;
const VERSION = /^(NVIDIA-SMI|NVML|DRIVER) version\s*:\s*(\S{1,40})/;
const MODULE = /^NVRM version: .{0,60}?Kernel Module(?: for \S{1,20})?\s+(\d{3}\.\d{1,3}(?:\.\d{1,3})?)\s/;

function parseVersions(lines: readonly string[], { origin, emit }: ParserContext): number {
  let count = 0;
  lines.forEach((line, at) => {
    const version = VERSION.exec(line);
    const loaded = MODULE.exec(line);
    if (version === null && loaded === null) return;
    count++;
    const key = loaded === null ? `${(version?.[1] ?? '').toLowerCase()}-version` : 'kernel-module-version';
    emit.fact('hostValues', {
      ...factBase(origin, at, line),
      topic: 'nvidia',
      key,
      value: loaded?.[1] ?? version?.[2] ?? '',
    });
  });
  return count;
}

/** The tree of `-q`, with its heading or cut out from the line of a card on. */
const isQuery = (lines: readonly string[]): boolean =>
  lines.some(
    (line, at) => LOG.test(line.trim()) || (CARD.test(line) && /^ {4}\S.{0,60}(?: : |$)/.test(lines[at + 1] ?? '')),
  );

/**
 * Everything nvidia-smi prints that says something about cards, told apart by content; also
 * /proc/driver/nvidia/version, and the one line that is left when it fails ("Failed to initialize NVML: Driver/library
 * version mismatch").
 *
 * Command: `nvidia-smi`, `nvidia-smi -L`, `-q`, `-q -x`, `--query-gpu=… --format=csv`, `nvlink -s|-e`, `topo -m`,
 *   `--version`.
 * Versions: drivers 390 to 610 (layouts seen: 418, 470, 515, 535, 550, 570, 580, 590, 595).
 * Sample:
 *
 *     GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-5a1b7f0e-3c1d-4f6e-9b0a-2d4c6e8f0a1b)
 *
 * Empty: "No devices were found" is a failure of the tool; a text without cards is unread.
 */
export default defineParser({
  kind: 'nvidia-smi',
  reads: 'nvidia-smi (table, -L, -q, -q -x, --query-gpu --format=csv, nvlink -s/-e, topo -m), drivers 390 to 610',
  priority: 2,
  matches: (command) => ranTool(command, 'nvidia-smi'),
  sniff: (head) => {
    const lines = head.slice(0, 80);
    const filled = lines.filter((line) => line.trim() !== '');
    // A program that logs what nvidia-smi told it: the log is the text, and is read as one.
    if (LOGGED.test(filled[0] ?? '')) return false;
    return (
      lines.some(
        (line) => SMI_HEADER.test(line) || XML.test(line) || isListed(line) || VERSION.test(line) || MODULE.test(line),
      ) ||
      isQuery(lines) ||
      // One such line among many others is what a script met, not what was asked for.
      filled.filter(isSmiFailure).length * 3 >= Math.max(1, filled.length) ||
      (filled.length > 1 && isCsvHeading(filled[0]?.trim() ?? '')) ||
      (/^\s+GPU0\s/.test(filled[0] ?? '') && lines.some(isNvlinkLine))
    );
  },
  parse: (lines, context) => {
    let found = parseSmiTable(lines, context);
    if (lines.some((line) => XML.test(line))) found += emitTrees(xmlTrees(lines), lines, context);
    else if (isQuery(lines)) found += emitTrees(queryTrees(lines), lines, context);
    found += parseNvlink(lines, context);
    // nvlink's headings look like -L; the cards count only where no link follows.
    if (!lines.some((line) => /^\s+Link \d/.test(line))) found += parseSmiList(lines, context);
    found += parseCsv(lines, context) + parseVersions(lines, context) + parseSmiFailures(lines, context);
    if (found === 0) context.emit.unread(context.origin, 'nvidia-smi output without cards', context.origin.firstLine);
  },
});
