import { parseDuration } from '../lib/duration.ts';
import { enteredNode, enteredPod, innerCommand, opensShell } from './command.ts';
import { namesOfId } from './container-names.ts';
import { contextNamespaces } from './kubectl/context-namespace.ts';
import { hasWritten } from './kubectl/failure.ts';
import { isHttpLoop } from './network/http.ts';
import { defineParser, type Emit, type ParserContext } from './parser.ts';
import { readPrompt, type Prompt } from './prompt.ts';
import { quote } from './quote.ts';
import { turnsOf } from './shell-loop.ts';
import type { Command, Origin } from './records.ts';

/** `real 0m5.212s` (bash), `5.21 real 0.10 user` (BSD), `kubectl get no  0.1s user 0.0s system 2% cpu 5.212 total` (zsh). */
const REAL = /^\s*real\s+(\S{1,30})$/;
const USER_SYS = /^\s*(?:user|sys)\s+\S{1,30}$/;
const BSD = /^\s*(\d{1,9}\.\d{1,6}) real\s+\d{1,9}\.\d{1,6} user\s+\d{1,9}\.\d{1,6} sys\s*$/;
const ZSH =
  /\s\d{1,9}\.\d{1,6}s user \d{1,9}\.\d{1,6}s system \d{1,9}% cpu (?:(\d{1,9}):)?(\d{1,9}(?:\.\d{1,6})?) total$/;

/** A flag, a path, or a tool whose name is no word: `# df -h` was typed, `# date of the change` is a comment. */
const TYPED =
  /^# ?(?:\S{1,40} (?:.{0,200} )?(?:-{1,2}[a-zA-Z]|\/[a-z])|(?:kubectl|oc|systemctl|journalctl|crictl|etcdctl|kubeadm|dmesg|nvidia-smi|ibstat)(?: |$))/;

type Style = Prompt['style'];

/**
 * Which prompts a text has. A bare `#` starts comments as well, and `===` titles: they count only when there is no
 * unmistakable prompt, and the text starts with one or all that begin with `#` were surely typed.
 */
function styleOf(lines: readonly string[]): Style | undefined {
  const first = lines.find((line) => line.trim() !== '');
  const opening = first === undefined ? undefined : readPrompt(first);
  if (opening !== undefined) return opening.style;
  if (first === undefined || /^\s*(?:\{|\[(?![\w.-]{1,64}@))|^(?:apiVersion:|kind:|---|%YAML)/.test(first))
    return undefined;
  if (lines.some((line) => readPrompt(line)?.style === 'shell')) return 'shell';
  const hashes = lines.filter((line) => line.startsWith('#'));
  return hashes.length > 1 && hashes.every((line) => TYPED.test(line) && readPrompt(line)?.style === 'root')
    ? 'root'
    : undefined;
}

function seconds(line: string): number | undefined {
  const real = REAL.exec(line)?.[1];
  if (real !== undefined)
    return parseDuration(real) ?? (/^\d{1,9}(?:\.\d{1,6})?$/.test(real) ? Number(real) : undefined);
  const bsd = BSD.exec(line)?.[1];
  if (bsd !== undefined) return Number(bsd);
  const zsh = ZSH.exec(line);
  return zsh === null ? undefined : Number(zsh[1] ?? 0) * 60 + Number(zsh[2]);
}

/** The machine a command ran on. kubectl answers for the cluster, whatever machine it is typed on. */
function nodeOf(command: Command | undefined, host: string | undefined, origin: Origin): string | undefined {
  if (command?.tool === 'ssh') return command.words[0]?.replace(/^.*@/, '');
  if (command?.tool === 'kubectl') return enteredNode(command);
  return host ?? origin.node;
}

/** The prompt that waits under an output (nothing was typed there yet, or only Enter) is not of the output. */
function withoutWaiting(mark: string, lines: readonly string[]): readonly string[] {
  const bare = mark.trimEnd();
  if (bare === '') return lines;
  let to = lines.length;
  while (to > 0 && ['', bare].includes((lines[to - 1] ?? '').trimEnd())) to--;
  return lines.slice(0, to);
}

/** What stands between two prompts: `first` counts the lines before it. */
interface Segment {
  readonly prompt: Prompt | undefined;
  /** What the terminal shows in front of the command. */
  readonly mark: string;
  readonly first: number;
  readonly lines: readonly string[];
}

/** What writes objects, as it was typed last in its line: `sleep 20; kubectl apply -f a.yaml`. */
function writing({ prompt }: Segment): string | undefined {
  const typed = prompt?.command.text
    .split(/;|&&|\|\|/)
    .at(-1)
    ?.trim();
  return typed !== undefined &&
    /^(?:\S{1,60}\/)?(?:kubectl|oc|k) .{0,200}\b(?:apply|create|replace|patch)\b/.test(typed)
    ? typed
    : undefined;
}

/** The segments whose command was typed again further down, and wrote its objects then. */
function overcomeIn(segments: readonly Segment[]): ReadonlySet<Segment> {
  const done = new Set<string>();
  const out = new Set<Segment>();
  for (const segment of segments.toReversed()) {
    const typed = writing(segment);
    if (typed === undefined) continue;
    if (done.has(typed)) out.add(segment);
    else if (hasWritten(segment.lines)) done.add(typed);
  }
  return out;
}

/** The end of a shell, typed or told. */
const LEFT = /^(?:.{0,100}[$#>] ?)?(?:exit|logout)$|^command terminated with exit code \d|^pod "\S{1,253}" deleted$/;

/**
 * The command that opened the shell in a pod where a segment was typed. The shell there has another prompt; it ends
 * with `exit`, with the old prompt, and with a command that asks the cluster.
 */
function shells(segments: readonly Segment[]): readonly (Command | undefined)[] {
  let shell: { readonly command: Command; readonly mark: string } | undefined;
  return segments.map(({ prompt, mark, lines }) => {
    if (shell !== undefined && (mark === shell.mark || prompt?.command.tool === 'kubectl')) shell = undefined;
    const inside = shell?.command;
    if (prompt !== undefined && opensShell(prompt.command)) shell = { command: prompt.command, mark };
    if (lines.some((line) => LEFT.test(line.trim()))) shell = undefined;
    return inside;
  });
}

/** `GET https://192.0.2.1:6443/api/v1/nodes?limit=500 200 OK in 35912 milliseconds`; since 1.33 `… milliseconds=35912`. */
const REQUEST = /^I\d{4} .{0,60}\] .{0,2000}(?: in (\d{1,9}) milliseconds$| milliseconds=(\d{1,9})\b)/;

/** How long the slowest request of a kubectl took that was asked to tell (`-v=6` and more). */
function tellRequests(command: Command, lines: readonly string[], first: number, origin: Origin, emit: Emit): void {
  let slowest: { readonly at: number; readonly seconds: number } | undefined;
  for (const [at, line] of lines.entries()) {
    const match = REQUEST.exec(line);
    const took = match === null ? undefined : Number(match[1] ?? match[2]) / 1000;
    if (took !== undefined && took > (slowest?.seconds ?? 0)) slowest = { at, seconds: took };
  }
  if (slowest === undefined) return;
  const { at, seconds: took } = slowest;
  emit.fact('commandTimings', {
    source: quote(origin, first + at, lines[at] ?? ''),
    command: command.text,
    seconds: took,
  });
}

/** `curl -w "dns %{time_namelookup} total %{time_total}"`: the words in front of the first number. */
const LOOKUP_FORMAT = /-w\s?["'][^"']{0,200}?([^"'{}]{0,60})%\{time_namelookup\}/;

/** The longest look-up of a name that curl was asked to tell, as a command of its own. */
function tellLookups(command: Command, lines: readonly string[], first: number, origin: Origin, emit: Emit): void {
  const words = LOOKUP_FORMAT.exec(command.text)?.[1];
  if (words === undefined) return;
  const before = (words.split('\\n').at(-1) ?? '').trimStart();
  let slowest: { readonly at: number; readonly seconds: number } | undefined;
  for (const [at, line] of lines.entries()) {
    const from = before === '' ? 0 : line.indexOf(before);
    const number = from < 0 ? undefined : /^\d{1,4}[.,]\d{3,6}/.exec(line.slice(from + before.length).trimStart())?.[0];
    const took = number === undefined ? 0 : Number(number.replace(',', '.'));
    if (took > (slowest?.seconds ?? 0)) slowest = { at, seconds: took };
  }
  if (slowest === undefined) return;
  const { at, seconds: took } = slowest;
  emit.fact('commandTimings', {
    source: quote(origin, first + at, lines[at] ?? ''),
    command: 'curl: time_namelookup',
    seconds: took,
  });
}

function handOn(
  { prompt, first, lines }: Segment,
  shell: Command | undefined,
  context: string | undefined,
  { origin, emit }: ParserContext,
  whole: readonly string[],
  overcome: boolean,
): void {
  let to = lines.length;
  while (to > 0 && (lines[to - 1] ?? '').trim() === '') to--;
  let kept = lines.slice(0, to);
  const command = prompt?.command;
  if (command !== undefined) {
    // The shell's own words about the time stand at the end, after the command's.
    for (let i = kept.length - 1; i >= Math.max(0, kept.length - 4); i--) {
      const took = seconds(kept[i] ?? '');
      if (took === undefined) continue;
      const node = shell === undefined ? nodeOf(command, prompt?.host, origin) : undefined;
      emit.fact('commandTimings', {
        source: quote(origin, first + i, kept[i] ?? ''),
        command: command.text,
        seconds: took,
        ...(node === undefined ? {} : { node }),
      });
      kept = [...kept.slice(0, i), ...kept.slice(i + 1).filter((line) => !USER_SYS.test(line))];
      break;
    }
  }
  if (command !== undefined) tellLookups(command, kept, first, origin, emit);
  if (command?.tool === 'kubectl') tellRequests(command, kept, first, origin, emit);
  let from = 0;
  while (from < kept.length && (kept[from] ?? '').trim() === '') from++;
  kept = kept.slice(from);
  while (kept.length > 0 && (kept[kept.length - 1] ?? '').trim() === '') kept.pop();
  // A command that printed nothing is handed on all the same: a copy of the bundle lists it.
  if (kept.length === 0 && command === undefined) return;
  const entering = shell ?? (command !== undefined && innerCommand(command) !== undefined ? command : undefined);
  const pod = entering === undefined ? undefined : enteredPod(entering);
  const namespace = (entering ?? command)?.flags['namespace'] ?? context;
  const container = pod === undefined ? undefined : entering?.flags['container'];
  const node = shell === undefined ? nodeOf(command, prompt?.host, origin) : enteredNode(shell);
  const { command: _fileCommand, node: _fileNode, ...place } = origin;
  emit.text(
    {
      ...place,
      firstLine: origin.firstLine + first + from,
      ...(command === undefined ? {} : { command, ...namesOfId(command, whole) }),
      ...(node === undefined ? {} : { node }),
      ...(pod === undefined ? {} : { pod }),
      ...(typeof namespace === 'string' ? { namespace } : {}),
      ...(typeof container === 'string' ? { container } : {}),
      ...(overcome ? { overcome } : {}),
    },
    kept,
  );
}

/**
 * Terminal transcripts: prompt lines with the commands that were typed, and below each what it printed. Only tools that
 * we know (tools.ts) count. Each output is recognised anew with its command.
 *
 * Command: `script`, or a terminal's window copied into a ticket.
 * Versions: prompts of sh, bash, zsh, PowerShell, `set -x` and script headings.
 * Sample:
 *
 *     root@node-1:~# systemctl status kubelet
 *     ● kubelet.service - kubelet: The Kubernetes Node Agent
 *
 * Empty: a command that printed nothing says nothing and is skipped.
 */
export const transcript = defineParser({
  kind: 'transcript',
  divides: true,
  reads: 'terminal transcripts: prompt lines with commands and their outputs',
  priority: 50,
  sniff(head, origin) {
    // The output of a known command may quote prompts (a log, a help text); a file named after one may start with one.
    if (origin.command !== undefined) {
      const first = head.find((line) => line.trim() !== '');
      const prompt = first === undefined ? undefined : readPrompt(first);
      // `set -x` in an entry point: the log of a container is no terminal, unless it begins with its own command.
      if (origin.command.tool === 'kubectl' && origin.command.words[0] === 'logs')
        return prompt?.style === 'shell' && prompt.command.tool === 'kubectl';
      return prompt !== undefined;
    }
    return styleOf(head) !== undefined;
  },
  parse(lines, context) {
    const style = styleOf(lines);
    const segments: Segment[] = [];
    let prompt: Prompt | undefined;
    let mark = '';
    let entered = false;
    let start = 0;
    for (let i = 0; i < lines.length; i++) {
      let line = lines[i] ?? '';
      let last = i;
      const shown = readPrompt(line);
      // A shell in a container often has nothing but `# ` in front.
      if (shown === undefined || (shown.style !== style && !(entered && shown.style === 'root'))) continue;
      // A command continued with a backslash: the shell shows `> ` in front of the next lines.
      while (line.endsWith('\\') && last + 1 < lines.length && last - i < 50) {
        line = `${line.slice(0, -1)} ${(lines[++last] ?? '').replace(/^> ?/, '').trim()}`;
      }
      segments.push({ prompt, mark, first: start, lines: withoutWaiting(mark, lines.slice(start, i)) });
      prompt = readPrompt(line) ?? prompt;
      entered ||= prompt !== undefined && opensShell(prompt.command);
      mark = line.slice(0, Math.max(0, line.lastIndexOf(prompt?.command.text ?? '')));
      start = last + 1;
      i = last;
    }
    segments.push({ prompt, mark, first: start, lines: withoutWaiting(mark, lines.slice(start)) });
    const namespaces = contextNamespaces(
      segments.map((one) => ({ command: one.prompt?.command, shown: one.prompt?.namespace, lines: one.lines })),
    );
    const inside = shells(segments);
    const overcome = overcomeIn(segments);
    segments.forEach((segment, i) => {
      const turns = segment.prompt === undefined ? undefined : turnsOf(segment.prompt.command, segment.lines);
      // The whole of a loop around curl is one table.
      const parts =
        turns === undefined || isHttpLoop(segment.prompt?.command.text ?? '')
          ? [segment]
          : turns.map(({ command, first, lines: own }): Segment => {
              const typed = segment.prompt as Prompt;
              return {
                ...segment,
                prompt: command === undefined ? typed : { ...typed, command },
                first: segment.first + first,
                lines: own,
              };
            });
      for (const part of parts) handOn(part, inside[i], namespaces[i], context, lines, overcome.has(segment));
    });
  },
});
