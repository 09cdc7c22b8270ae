/** The lines round what the result quotes, from texts and logs: read beside the quote, not instead of it. */
import { groupBy } from '../lib/group-by.ts';
import type { Result } from '../result.ts';
import type { LogLine, LogStream } from '../parsers/records.ts';
import type { KeptTexts } from '../snapshot/logs/kept-texts.ts';

type Excerpt = NonNullable<Result['excerpts']>[number];
interface Lines {
  readonly line: number;
  readonly lines: readonly string[];
}

/** Lines before and after a quote. */
const AROUND = 3;
/** Characters of one line, and of all excerpts: the JSON and the page stay readable and small. */
const LINE_LIMIT = 300;
const TOTAL_LIMIT = 512 * 1024;

const cut = (text: string): string => (text.length <= LINE_LIMIT ? text : `${text.slice(0, LINE_LIMIT)} …`);

/** Neighbours of a line among the last lines of a log, as far as their numbers follow each other. */
function nearInTail(tail: readonly LogLine[], line: number): Lines | undefined {
  const at = tail.findIndex((one) => one.line === line);
  if (at < 0) return undefined;
  let from = at;
  let to = at;
  while (from > 0 && at - from < AROUND && tail[from - 1]?.line === (tail[from] as LogLine).line - 1) from--;
  while (to - at < AROUND && tail[to + 1]?.line === (tail[to] as LogLine).line + 1) to++;
  return { line: (tail[from] as LogLine).line, lines: tail.slice(from, to + 1).map(({ text }) => text) };
}

function nearInLog(log: LogStream, line: number): Lines | undefined {
  const hit = log.hits
    .flatMap(({ first, last }) => [first, last])
    .find((one) => one.line === line && one.around !== undefined);
  if (hit?.around === undefined) return nearInTail(log.tail, line);
  const { before, after } = hit.around;
  return { line: line - before.length, lines: [...before, hit.text, ...after] };
}

/** Evidence in the order in which people read: causes, the walk through the layers, findings. */
const quoted = (result: Result): Result['findings'][number]['evidence'] => [
  ...result.rootCauses.flatMap((cause) => cause.evidence),
  ...result.path.flatMap((step) => step.signals.flatMap((signal) => signal.evidence)),
  ...result.findings.flatMap((finding) => finding.evidence),
];

/** An excerpt for each quoted line that has neighbours; quotes that stand near each other share one. */
export function excerptsOf(result: Result, texts: KeptTexts, logs: readonly LogStream[]): Excerpt[] {
  const logsByFile = groupBy(logs, (log) => log.origin.file);
  const found = new Map<string, Map<number, string>>();
  const asked = new Set<string>();
  let total = 0;
  for (const { file, line, pointer } of quoted(result)) {
    if (line === undefined || pointer !== undefined || asked.has(`${line} ${file}`)) continue;
    asked.add(`${line} ${file}`);
    let near = texts.near(file, line, AROUND);
    for (const log of logsByFile.get(file) ?? []) near ??= nearInLog(log, line);
    // Nobody needs to see what stands beside a key, and half of a key is not recognised as one.
    if (
      near === undefined ||
      near.lines.filter((text) => text.trim() !== '').length < 2 ||
      near.lines.some((text) => text.includes('PRIVATE KEY'))
    )
      continue;
    const lines = near.lines.map(cut);
    total += lines.reduce((sum, text) => sum + text.length + 1, 0);
    if (total > TOTAL_LIMIT) break;
    const ofFile = found.get(file) ?? new Map<number, string>();
    found.set(file, ofFile);
    lines.forEach((text, i) => ofFile.set((near?.line ?? line) + i, text));
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, ofFile]) => {
      const runs: { line: number; lines: string[] }[] = [];
      for (const [line, text] of [...ofFile].sort((a, b) => a[0] - b[0])) {
        const run = runs.at(-1);
        if (run !== undefined && run.line + run.lines.length === line) run.lines.push(text);
        else runs.push({ line, lines: [text] });
      }
      return runs.map(({ line, lines }) => ({ file, line, text: lines.join('\n') }));
    });
}
