import { withoutBlankEnds } from '../lib/blank-lines.ts';
import { enteredNode, enteredPod, innerCommand, opensShell } from './command.ts';
import { withoutTimings } from './command-timings.ts';
import { namesOfId } from './container-names.ts';
import { contextNamespaces } from './kubectl/context-namespace.ts';
import { hasWritten } from './kubectl/failure.ts';
import { isHttpLoop } from './network/http.ts';
import { defineParser, type ParserContext } from './parser.ts';
import { readPrompt, type Prompt } from './prompt.ts';
import { turnsOf } from './shell-loop.ts';
import type { Command, Origin } from './records.ts';

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

/** Lines that one command goes on for behind backslashes. */
const MOST_CONTINUED = 50;

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

/** What the segments beside one tell of it. */
interface Surroundings {
  /** The command that opened the shell where it was typed. */
  readonly shell: Command | undefined;
  /** The namespace of kubectl's context. */
  readonly namespace: string | undefined;
  /** The command was typed again further down, and went through then. */
  readonly overcome: boolean;
  /** The whole transcript. */
  readonly whole: readonly string[];
}

function handOn(
  { prompt, first, lines }: Segment,
  { shell, namespace: context, overcome, whole }: Surroundings,
  parser: ParserContext,
): void {
  const { origin, emit } = parser;
  const command = prompt?.command;
  const node = shell === undefined ? nodeOf(command, prompt?.host, origin) : enteredNode(shell);
  const untimed = command === undefined ? lines : withoutTimings({ command, node, first, lines }, parser);
  const printed = withoutBlankEnds(untimed);
  // A command that printed nothing is handed on all the same: a copy of the bundle lists it.
  if (printed.lines.length === 0 && command === undefined) return;
  const entering = shell ?? (command !== undefined && innerCommand(command) !== undefined ? command : undefined);
  const pod = entering === undefined ? undefined : enteredPod(entering);
  const namespace = (entering ?? command)?.flags['namespace'] ?? context;
  const container = pod === undefined ? undefined : entering?.flags['container'];
  const { command: _fileCommand, node: _fileNode, ...place } = origin;
  emit.text(
    {
      ...place,
      firstLine: origin.firstLine + first + printed.first,
      ...(command === undefined ? {} : { command, ...namesOfId(command, whole) }),
      ...(node === undefined ? {} : { node }),
      ...(pod === undefined ? {} : { pod }),
      ...(typeof namespace === 'string' ? { namespace } : {}),
      ...(typeof container === 'string' ? { container } : {}),
      ...(overcome ? { overcome } : {}),
    },
    printed.lines,
  );
}

/** The turns of a loop as segments of their own; the whole of a loop around curl is one table. */
function turnsIn(segment: Segment): readonly Segment[] {
  const { prompt } = segment;
  const turns = prompt === undefined ? undefined : turnsOf(prompt.command, segment.lines);
  if (prompt === undefined || turns === undefined || isHttpLoop(prompt.command.text)) return [segment];
  return turns.map(({ command, first, lines }): Segment => ({
    ...segment,
    prompt: command === undefined ? prompt : { ...prompt, command },
    first: segment.first + first,
    lines,
  }));
}

/** What stands between the prompts of this style, and what was typed behind each. */
function segmentsOf(lines: readonly string[], style: Style | undefined): readonly Segment[] {
  const segments: Segment[] = [];
  let prompt: Prompt | undefined;
  let mark = '';
  let entered = false;
  let start = 0;
  const close = (end?: number): void => {
    segments.push({ prompt, mark, first: start, lines: withoutWaiting(mark, lines.slice(start, end)) });
  };
  for (let i = 0; i < lines.length; i++) {
    let line = lines[i] ?? '';
    let last = i;
    const shown = readPrompt(line);
    // A shell in a container often has nothing but `# ` in front.
    if (shown === undefined || (shown.style !== style && !(entered && shown.style === 'root'))) continue;
    // A command continued with a backslash: the shell shows `> ` in front of the next lines.
    while (line.endsWith('\\') && last + 1 < lines.length && last - i < MOST_CONTINUED) {
      line = `${line.slice(0, -1)} ${(lines[++last] ?? '').replace(/^> ?/, '').trim()}`;
    }
    close(i);
    prompt = readPrompt(line) ?? prompt;
    entered ||= prompt !== undefined && opensShell(prompt.command);
    mark = line.slice(0, Math.max(0, line.lastIndexOf(prompt?.command.text ?? '')));
    start = last + 1;
    i = last;
  }
  close();
  return segments;
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
    const segments = segmentsOf(lines, styleOf(lines));
    const namespaces = contextNamespaces(
      segments.map((one) => ({ command: one.prompt?.command, shown: one.prompt?.namespace, lines: one.lines })),
    );
    const opened = shells(segments);
    const overcome = overcomeIn(segments);
    segments.forEach((segment, i) => {
      const around = {
        shell: opened[i],
        namespace: namespaces[i],
        overcome: overcome.has(segment),
        whole: lines,
      };
      for (const part of turnsIn(segment)) handOn(part, around, context);
    });
  },
});
