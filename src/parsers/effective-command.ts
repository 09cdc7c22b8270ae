import { innerCommand, parseCommand } from './command.ts';
import type { Command } from './records.ts';

/** `kubectl exec -- nsenter -t 1 -m -- chroot /host df` is four deep; more is somebody's joke. */
const DEPTH = 6;

/**
 * The command that really printed the text: `kubectl debug node/x -- chroot /host df -h` and `ssh node df -h` give
 * `df -h`; a command that runs no other is returned as it is.
 */
export function effectiveCommand(command: Command, depth = 0): Command {
  if (depth >= DEPTH) return command;
  const inner = innerCommand(command) ?? behindChroot(command) ?? insideLoop(command) ?? fedShell(command);
  return inner === undefined ? command : effectiveCommand(inner, depth + 1);
}

function behindChroot(command: Command): Command | undefined {
  if (command.tool !== 'chroot') return undefined;
  // From the text: the flags behind the directory belong to the inner command.
  const inner = /\bchroot\s+(?:-\S+\s+){0,9}\S+\s+(\S.*)$/.exec(command.text)?.[1];
  return inner === undefined ? undefined : parseCommand(inner);
}

/** Commands of a loop's body that print headings or nothing. */
const ASIDE = /^(?:echo|printf|sleep|true|:|test|\[)$/;

/** `for n in a b; do echo "== $n"; ssh $n df -h; done` gives `ssh $n df -h`: the first command whose output counts. */
function insideLoop(command: Command): Command | undefined {
  if (!/^(?:for|while|until)$/.test(command.tool)) return undefined;
  const body = /; ?do (.{1,4000}?);? ?done\b/.exec(command.text)?.[1];
  return body
    ?.split(/;|&&/)
    .slice(0, 20)
    .map((part) => parseCommand(part.trim()))
    .find((inner) => inner !== undefined && inner.tool !== '' && !ASIDE.test(inner.tool));
}

/** `curl -fsSL https://get.web.example | sudo sh -s - agent`: what is printed is the script's, curl only brought it. */
function fedShell({ flags: { '|': pipe } }: Command): Command | undefined {
  const behind = typeof pipe === 'string' ? parseCommand(pipe) : undefined;
  return behind !== undefined && /^(?:ba|da|a|z)?sh$/.test(behind.tool) ? behind : undefined;
}

/** True when the tool that printed the text is one of these, whatever started it. */
export function ranTool(command: Command, ...tools: readonly string[]): boolean {
  return tools.includes(effectiveCommand(command).tool);
}
