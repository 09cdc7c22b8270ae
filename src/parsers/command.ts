/** Command lines taken apart: what was asked, whatever way it was typed. */
import { shellWords, type ShellToken } from '../lib/shell-words.ts';
import type { Command } from './records.ts';
import { KUBECTL_SHORT, KUBECTL_SHORT_BY_VERB, SINGLE_DASH, valueFlags } from './tools.ts';

/** Words that run another command, and their flags that take a value. */
const WRAPPERS: Readonly<Record<string, string>> = {
  sudo: 'ugpCh',
  doas: 'u',
  time: 'fo',
  env: 'uS',
  nohup: '',
  nice: 'n',
  ionice: 'cn',
  stdbuf: 'ioe',
  timeout: 'sk',
  watch: 'n',
  command: '',
  exec: 'a',
};
const KUBECTL_NAMES = new Set(['kubectl', 'k', 'kc', 'kctl', 'oc', 'kubecolor', 'microk8s.kubectl']);
/** Distributions that carry their own kubectl, crictl or ctr: `k3s kubectl get pods`. */
const DISTRIBUTIONS = new Set(['microk8s', 'k3s', 'rke2', 'k0s', 'minikube']);
const CARRIED = new Set(['kubectl', 'crictl', 'ctr']);
/** Shell commands without output of their own, in front of the one that counts: `cd /tmp && kubectl …`. */
const SILENT = new Set(['cd', 'export', 'set', 'source', '.', 'alias', 'unset', 'true', 'clear', 'sleep']);
/** Bounds a hostile line; kubectl's longest real commands (jsonpath) stay far below. */
const MAX_LENGTH = 8192;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.exe$/i, '');
}

/** The tokens of the first command that prints, and what its output is piped into. */
function firstCommand(tokens: readonly ShellToken[]): { words: string[]; pipe: string | undefined } {
  let words: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (!token.operator) {
      words.push(token.text);
    } else if (/[<>]/.test(token.text)) {
      if (!/&\d$/.test(token.text)) i++; // its target is no argument
    } else if (token.text.startsWith('|') && token.text !== '||') {
      const rest = tokens.slice(i + 1).map((t) => t.text);
      return { words, pipe: rest.join(' ') };
    } else if (words.length > 0 && !SILENT.has(words[0] ?? '')) {
      break;
    } else {
      words = [];
    }
  }
  return { words, pipe: undefined };
}

/** Takes assignments, sudo, time, watch and the like off the front. */
function unwrap(words: readonly string[]): readonly string[] {
  let i = 0;
  for (;;) {
    while (/^[A-Za-z_][A-Za-z0-9_]*=/.test(words[i] ?? '')) i++;
    const wrapper = baseName(words[i] ?? '');
    const values = Object.hasOwn(WRAPPERS, wrapper) ? WRAPPERS[wrapper] : undefined;
    if (values === undefined || i + 1 >= words.length) break;
    i++;
    while ((words[i] ?? '').startsWith('-')) {
      const flag = words[i] ?? '';
      i += /^-[A-Za-z]$/.test(flag) && values.includes(flag[1] ?? '') ? 2 : 1;
    }
    if (wrapper === 'timeout' && /^(?:[\d.]+[smhd]?|\$.*)$/.test(words[i] ?? '')) i++;
  }
  return words.slice(i);
}

function longName(tool: string, verb: string | undefined, short: string): string {
  if (tool !== 'kubectl') return short;
  return KUBECTL_SHORT_BY_VERB[verb ?? '']?.[short] ?? KUBECTL_SHORT[short] ?? short;
}

/** Splits arguments into words and flags; what follows `--` stays in words, after a `--` of its own. */
function splitFlags(tool: string, args: readonly string[]): { words: string[]; flags: Record<string, string | true> } {
  const words: string[] = [];
  const flags = Object.create(null) as Record<string, string | true>;
  const values = valueFlags(tool);
  const set = (name: string, value: string | true): void => {
    if (value === 'true' && !values.has(name)) value = true;
    if (value === 'false' && !values.has(name)) return;
    flags[name] = value;
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      words.push(...args.slice(i));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
      // Everything behind `ssh HOST` and `docker exec NAME` is another command with flags of its own.
      if (isRemote(tool, words)) {
        const behind = args.slice(i + 1);
        words.push('--', ...(behind[0] === '--' ? behind.slice(1) : behind));
        break;
      }
      continue;
    }
    if (arg.startsWith('--') || SINGLE_DASH.has(tool)) {
      const name = arg.replace(/^--?/, '');
      const equals = name.indexOf('=');
      if (equals > 0) set(name.slice(0, equals), name.slice(equals + 1));
      else if (values.has(name) && i + 1 < args.length) set(name, args[++i] ?? '');
      else set(name, true);
      continue;
    }
    for (let at = 1; at < arg.length; at++) {
      const name = longName(tool, words[0], arg[at] ?? '');
      if (!values.has(name)) {
        set(name, true);
        continue;
      }
      const attached = arg.slice(at + 1).replace(/^=/, '');
      set(name, attached === '' ? (args[++i] ?? '') : attached);
      break;
    }
  }
  return { words, flags };
}

function isRemote(tool: string, words: readonly string[]): boolean {
  if (tool === 'ssh') return words.length === 1;
  if (tool === 'minikube') return words.length === 1 && words[0] === 'ssh';
  return (
    (tool === 'docker' || tool === 'nerdctl' || tool === 'podman' || tool === 'crictl') &&
    words.length === 2 &&
    words[0] === 'exec'
  );
}

/**
 * A command line taken apart, or undefined when there is none. Quotes, assignments in front, sudo, time, pipes and
 * redirections are understood; the first command counts. kubectl's aliases (k, oc, k3s kubectl …) become `kubectl`
 * and its short flags are spelled out. A pipe is kept as the flag `|`, because what grep let through is not all.
 */
export function parseCommand(text: string): Command | undefined {
  const line = text.trim();
  if (line === '' || line.length > MAX_LENGTH) return undefined;
  const { words: all, pipe } = firstCommand(shellWords(line));
  const words = unwrap(all);
  let tool = baseName(words[0] ?? '');
  let args = words.slice(1);
  if (DISTRIBUTIONS.has(tool) && CARRIED.has(args[0] ?? '')) {
    tool = args[0] ?? '';
    args = args.slice(args[1] === '--' ? 2 : 1);
  }
  if (tool === '') return undefined;
  if (KUBECTL_NAMES.has(tool)) tool = 'kubectl';
  const { words: rest, flags } = splitFlags(tool, args);
  if (pipe !== undefined) flags['|'] = pipe;
  return { text: line, tool, words: rest, flags };
}

/**
 * The command that `kubectl exec POD -- CMD`, `docker exec NAME CMD`, `ssh HOST CMD` or `minikube ssh CMD` ran on the
 * other side, or undefined when there is none. The form without `--` (kubectl before 1.31) counts too.
 */
export function innerCommand(command: Command): Command | undefined {
  const dashes = command.words.indexOf('--');
  let inner = dashes < 0 ? [] : command.words.slice(dashes + 1);
  if (dashes < 0 && command.tool === 'kubectl' && /^(?:exec|rsh)$/.test(command.words[0] ?? ''))
    inner = command.words.slice(2);
  const shell = baseName(inner[0] ?? '');
  if (/^(?:ba|da|a)?sh$/.test(shell) && /^-[a-z]*c$/.test(inner[1] ?? '')) return parseCommand(inner[2] ?? '');
  const [only = ''] = inner;
  if (only === '') return undefined;
  // ssh gives one quoted word to a shell.
  if (inner.length === 1 && /\s/.test(only)) return parseCommand(only);
  return parseCommand(
    inner.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", '')}'`)).join(' '),
  );
}

/**
 * The pod that `kubectl exec`, `run`, `debug` and `oc rsh` put a command into. `debug node/NAME` is a machine; of
 * `exec deploy/NAME`, which takes one of its pods, it is the name of the workload.
 */
export function enteredPod(command: Command): string | undefined {
  if (command.tool !== 'kubectl' || !/^(?:exec|rsh|run|debug)$/.test(command.words[0] ?? '')) return undefined;
  const pod = command.words[1];
  return pod === undefined || pod === '--' || /^(?:nodes?|no)\//.test(pod)
    ? undefined
    : pod.replace(/^[\w.-]{1,80}\//, '');
}

/** The machine that `kubectl debug node/NAME` puts a command onto. */
export function enteredNode(command: Command): string | undefined {
  if (command.tool !== 'kubectl' || command.words[0] !== 'debug') return undefined;
  return /^(?:nodes?|no)\/([a-z0-9][a-z0-9.-]{0,252})$/.exec(command.words[1] ?? '')?.[1];
}

/** True for a command that opens a shell in a pod or on a machine: what is typed below it is typed there. */
export function opensShell(command: Command): boolean {
  const [verb] = command.words;
  if (
    (enteredPod(command) ?? enteredNode(command)) === undefined ||
    (verb !== 'rsh' && command.flags['stdin'] !== true)
  )
    return false;
  const inner = innerCommand(command);
  if (inner === undefined) return verb !== 'exec' && !command.words.includes('--');
  return /^(?:ba|da|a|z)?sh$/.test(inner.tool) && inner.words.length === 0 && inner.flags['c'] === undefined;
}
