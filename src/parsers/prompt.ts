/** Prompt lines of terminals: which line of a transcript is a command somebody typed. */
import { parseCommand } from './command.ts';
import type { Command } from './records.ts';
import { isKnownTool } from './tools.ts';

export interface Prompt {
  readonly command: Command;
  /** The machine, when the prompt shows one. */
  readonly host?: string;
  /** The namespace of kubectl's context, when the prompt shows it. */
  readonly namespace?: string;
  readonly style: 'shell' | 'root' | 'heading';
}

const HOST = String.raw`([A-Za-z0-9][A-Za-z0-9.-]{0,252})`;
const VENV = String.raw`(?:\([\w .:@/-]{1,60}\) ?)?`;
/** In order; each has the command last and the host, if any, first. */
const WITH_HOST: readonly RegExp[] = [
  // user@host% cmd, user@host:~/dir$ cmd, user@host ~ % cmd, user@host:~> cmd, user@host:~ (project or branch)$ cmd
  new RegExp(
    String.raw`^${VENV}[A-Za-z0-9_.-]{1,64}@${HOST}(?:[: ][^\s$#%>]{0,200}(?: \([\w./@-]{1,100}\))?)? ?[$#%>➜❯λ] {0,3}(\S.*)$`,
  ),
  // [root@host ~]# cmd, [root@host:~]# cmd (NixOS), [10:01 root@host ~] > cmd
  new RegExp(
    String.raw`^${VENV}\[(?:\d\d:\d\d(?::\d\d)? )?[A-Za-z0-9_.-]{1,64}@${HOST}[ :][^\]]{0,200}\] ?[$#>%] ?(\S.*)$`,
  ),
  // root@host [ ~ ]# cmd (Photon OS)
  new RegExp(String.raw`^${VENV}[A-Za-z0-9_.-]{1,64}@${HOST} \[ [^\s\]]{1,200} \][$#] ?(\S.*)$`),
  // [ root@host:/ ]$ cmd (busyboxplus), [host dir]$ cmd
  new RegExp(String.raw`^\[ [A-Za-z0-9_.-]{1,64}@${HOST}:[^\s\]]{1,200} \][$#] ?(\S.*)$`),
  new RegExp(String.raw`^\[${HOST} [^\s\]]{1,100}\][$#] (\S.*)$`),
  // host:~ # cmd
  new RegExp(String.raw`^${HOST}:[~/][^\s$#%>]{0,200} ?[$#>] ?(\S.*)$`),
  // host:dir user$ cmd (macOS)
  new RegExp(String.raw`^${VENV}${HOST}:[^\s:$#%>]{1,100} [A-Za-z0-9_.-]{1,64}[$%] (\S.*)$`),
  // host$ cmd, host # cmd
  new RegExp(String.raw`^(?!(?:[a-z]{1,2})?sh-\d)${HOST} ?[$#] (\S.*)$`),
];
/** Prompts that no sentence looks like: whatever stands behind them was typed, be it a script of somebody's own. */
const UNMISTAKABLE: readonly RegExp[] = [
  new RegExp(String.raw`^${VENV}[a-z_][a-z0-9_.-]{0,63}@${HOST}:[~/][^\s$#%>]{0,200}[$#] {0,3}(\S.*)$`),
  new RegExp(String.raw`^${VENV}\[[a-z_][a-z0-9_.-]{0,63}@${HOST} [^\s\]]{1,200}\][$#] ?(\S.*)$`),
  // bash-5.2$ cmd: the shell of a container, which names no machine
  /^-?()(?:ba|da|a)?sh-\d\.\d{1,2}[$#] {1,3}(\S.*)$/,
];
const WITHOUT_HOST: readonly RegExp[] = [
  // The marks of a quotation are taken off before (copied.ts): what is left of `>` is a prompt.
  /^(?:\$|%|>|❯|λ|➜|▶|»|🐳 {1,3}→) {1,3}(\S.*)$/,
  // (virtual environment) what somebody put there $ cmd
  /^\([\w.@:/-]{1,60}\) [\w.@:~/ -]{1,60}[$#%] (\S.*)$/,
  // ~/dir ❯ cmd, dir on main ❯ cmd (starship, pure)
  /^[~/\w][^❯]{0,120} ❯ {1,3}(\S.*)$/,
  // ➜  dir git:(main) ✗ cmd
  /^➜ {1,3}\S{1,80} (?:git:\([^)]{1,80}\) ?(?:✗ ?)?)?(\S.*)$/,
  // PS C:\Users\me> cmd, C:\> cmd
  /^(?:PS )?[A-Za-z]:\\[^>]{0,200}> ?(\S.*)$/,
  // [7:00:45] me:~ $ cmd
  /^\[\d{1,2}:\d\d(?::\d\d)?\] {0,2}[\w.-]{1,64}:[~/][\w./~-]{0,200} ?[$#%] (\S.*)$/,
  /^-?(?:ba|da|a)?sh-\d\.\d{1,2}[$#] ?(\S.*)$/,
  // ~ cmd, ~/dir cmd (themes that show the folder alone)
  /^~(?:\/[\w.@/~-]{1,100})? {1,3}(\S.*)$/,
  // busybox: / # cmd; zsh: ~/dir % cmd; themes of zsh: ~/dir » cmd
  /^[/~][\w/.-]{0,100} [$#%»➜λ] (\S.*)$/,
  // Azure's cloud shell: user [ ~ ]$ cmd
  /^[\w.-]{1,64} \[ [/~][^\s\]]{0,200} \][$#] (\S.*)$/,
];
/** The name of a program or script. */
const PROGRAM = /^[A-Za-z][\w.+-]{1,60}$/;
const ROOT = /^# {0,3}(\S.*)$/;
/** set -x, and the headings that collecting scripts write. */
const HEADING =
  /^(?:\+{1,3} |={2,}[ >]{1,3}|-{3,}[ >]{1,3}|#{2,} |\*{3,} |>{2,} |(?:[Cc]ommand|COMMAND|[Rr]unning|RUNNING|[Ee]xecuting|[Cc]md)(?: command)?: {0,4})`?(\S.*?)[\s=#*<`-]*$/;

/** A loop of the shell on one line: no sentence and no output looks like it. */
const LOOP = /^(?:for \w{1,60} in |while |until )\S[^\n]{0,4000}; ?do \S[^\n]{0,4000}; ?done\b/;

function known(text: string | undefined): Command | undefined {
  const command = text === undefined ? undefined : parseCommand(text);
  return command !== undefined && (isKnownTool(command.tool) || LOOP.test(text ?? '')) ? command : undefined;
}

/** What kube-ps1 puts into the prompt: `(⎈|prod:shop)`, the context and its namespace. */
const KUBE_PS1 = /^([^⎈]{0,200})\(⎈ ?\|[^\s()|]{1,253}:([a-z0-9-]{1,63}|N\/A)\) ?/;

/** The prompt in a line, or undefined. Only tools that we know make a prompt, everything else may be prose; but for prompts that cannot be mistaken. */
export function readPrompt(line: string): Prompt | undefined {
  if (line.length > 8192 || line.startsWith(' ')) return undefined;
  const [shown, before = '', namespace] = line.includes('⎈') ? (KUBE_PS1.exec(line) ?? []) : [];
  if (shown === undefined) return readPlain(line);
  const prompt = readPlain((before + line.slice(shown.length)).trimStart());
  return prompt === undefined || namespace === undefined || namespace === 'N/A' ? prompt : { ...prompt, namespace };
}

function readPlain(line: string): Prompt | undefined {
  for (const pattern of WITH_HOST) {
    const match = pattern.exec(line);
    if (match === null) continue;
    const command = known(match[2]);
    if (command !== undefined) return { command, host: match[1] ?? '', style: 'shell' };
  }
  for (const pattern of WITHOUT_HOST) {
    const command = known(pattern.exec(line)?.[1]);
    if (command !== undefined) return { command, style: 'shell' };
  }
  const root = known(ROOT.exec(line)?.[1]);
  if (root !== undefined) return { command: root, style: 'root' };
  // The trailing decoration costs a step per character and start: bounded, because a log line may be all dashes.
  const heading = line.length > 500 ? undefined : known(HEADING.exec(line)?.[1]);
  for (const pattern of UNMISTAKABLE) {
    const match = pattern.exec(line);
    const command = match?.[2] === undefined ? undefined : parseCommand(match[2]);
    if (command === undefined || !PROGRAM.test(command.tool)) continue;
    const host = match?.[1] ?? '';
    return host === '' ? { command, style: 'shell' } : { command, host, style: 'shell' };
  }
  // A heading of one word (`=== df ===`) is no more than a title.
  return heading !== undefined && (heading.words.length > 0 || Object.keys(heading.flags).length > 0)
    ? { command: heading, style: 'heading' }
    : undefined;
}
