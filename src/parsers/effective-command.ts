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
  const inner = innerCommand(command) ?? behindChroot(command);
  return inner === undefined ? command : effectiveCommand(inner, depth + 1);
}

function behindChroot(command: Command): Command | undefined {
  if (command.tool !== 'chroot') return undefined;
  // From the text: the flags behind the directory belong to the inner command.
  const inner = /\bchroot\s+(?:-\S+\s+){0,9}\S+\s+(\S.*)$/.exec(command.text)?.[1];
  return inner === undefined ? undefined : parseCommand(inner);
}

/** True when the tool that printed the text is one of these, whatever started it. */
export function ranTool(command: Command, ...tools: readonly string[]): boolean {
  return tools.includes(effectiveCommand(command).tool);
}
