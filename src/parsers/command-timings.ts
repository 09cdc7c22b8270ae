/** How long commands took, as the shell, kubectl and curl tell it in the output of a terminal. */
import { parseDuration } from '../lib/duration.ts';
import type { ParserContext } from './parser.ts';
import { quote } from './quote.ts';
import type { Command } from './records.ts';

/** `real 0m5.212s` (bash), `5.21 real 0.10 user` (BSD), `kubectl get no  0.1s user 0.0s system 2% cpu 5.212 total` (zsh). */
const REAL = /^\s*real\s+(\S{1,30})$/;
const USER_SYS = /^\s*(?:user|sys)\s+\S{1,30}$/;
const BSD = /^\s*(\d{1,9}\.\d{1,6}) real\s+\d{1,9}\.\d{1,6} user\s+\d{1,9}\.\d{1,6} sys\s*$/;
const ZSH =
  /\s\d{1,9}\.\d{1,6}s user \d{1,9}\.\d{1,6}s system \d{1,9}% cpu (?:(\d{1,9}):)?(\d{1,9}(?:\.\d{1,6})?) total$/;
/** Last lines in which the shell's words stand. */
const LAST_LINES = 4;
/** `GET https://192.0.2.1:6443/api/v1/nodes?limit=500 200 OK in 35912 milliseconds`; since 1.33 `… milliseconds=35912`. */
const REQUEST = /^I\d{4} .{0,60}\] .{0,2000}(?: in (\d{1,9}) milliseconds$| milliseconds=(\d{1,9})\b)/;
/** `curl -w "dns %{time_namelookup} total %{time_total}"`: the words in front of the first number. */
const LOOKUP_FORMAT = /-w\s?["'][^"']{0,200}?([^"'{}]{0,60})%\{time_namelookup\}/;

/** What a command printed; `first` counts the lines before it. */
interface Output {
  readonly command: Command;
  readonly node: string | undefined;
  readonly first: number;
  readonly lines: readonly string[];
}

function shellSeconds(line: string): number | undefined {
  const real = REAL.exec(line)?.[1];
  if (real !== undefined)
    return parseDuration(real) ?? (/^\d{1,9}(?:\.\d{1,6})?$/.test(real) ? Number(real) : undefined);
  const bsd = BSD.exec(line)?.[1];
  if (bsd !== undefined) return Number(bsd);
  const zsh = ZSH.exec(line);
  return zsh === null ? undefined : Number(zsh[1] ?? 0) * 60 + Number(zsh[2]);
}

/** The seconds that a request took, of a kubectl that was asked to tell (`-v=6` and more). */
function requestSeconds(line: string): number | undefined {
  const match = REQUEST.exec(line);
  return match === null ? undefined : Number(match[1] ?? match[2]) / 1000;
}

/** Reads the seconds of curl's look-up of a name, where the command asks for them. */
function lookupSeconds({ text }: Command): ((line: string) => number | undefined) | undefined {
  const words = LOOKUP_FORMAT.exec(text)?.[1];
  if (words === undefined) return undefined;
  const before = (words.split('\\n').at(-1) ?? '').trimStart();
  return (line) => {
    const from = before === '' ? 0 : line.indexOf(before);
    const number = from < 0 ? undefined : /^\d{1,4}[.,]\d{3,6}/.exec(line.slice(from + before.length).trimStart())?.[0];
    return number === undefined ? undefined : Number(number.replace(',', '.'));
  };
}

/** Tells of the line that took longest. */
function tellSlowest(
  { first, lines }: Output,
  command: string,
  secondsIn: (line: string) => number | undefined,
  { origin, emit }: ParserContext,
): void {
  let slowest: { readonly at: number; readonly seconds: number } | undefined;
  for (const [at, line] of lines.entries()) {
    const seconds = secondsIn(line) ?? 0;
    if (seconds > (slowest?.seconds ?? 0)) slowest = { at, seconds };
  }
  if (slowest === undefined) return;
  const { at, seconds } = slowest;
  emit.fact('commandTimings', { source: quote(origin, first + at, lines[at] ?? ''), command, seconds });
}

/** Tells how long a command took; gives its output without the shell's own words about that, which stand at its end. */
export function withoutTimings(output: Output, context: ParserContext): readonly string[] {
  const { command, node, first, lines } = output;
  const lookups = lookupSeconds(command);
  if (lookups !== undefined) tellSlowest(output, 'curl: time_namelookup', lookups, context);
  if (command.tool === 'kubectl') tellSlowest(output, command.text, requestSeconds, context);
  const end = lines.findLastIndex((line) => line.trim() !== '') + 1;
  for (let at = end - 1; at >= Math.max(0, end - LAST_LINES); at--) {
    const line = lines[at] ?? '';
    const seconds = shellSeconds(line);
    if (seconds === undefined) continue;
    context.emit.fact('commandTimings', {
      source: quote(context.origin, first + at, line),
      command: command.text,
      seconds,
      ...(node === undefined ? {} : { node }),
    });
    return [...lines.slice(0, at), ...lines.slice(at + 1, end).filter((one) => !USER_SYS.test(one))];
  }
  return lines;
}
