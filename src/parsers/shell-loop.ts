/** Loops of the shell on one line: which part of the output belongs to which turn. */
import { parseCommand } from './command.ts';
import type { Command } from './records.ts';

const LOOP = /^for (\w{1,60}) in ([^\n]{1,4000}?); ?do ([^\n]{1,4000}?);? ?done\b/;
const ECHO = /^(?:echo|printf)\s/;
/** Characters of a heading that a turn prints. */
const HEADING = 200;

export interface Turn {
  /** The command of the body with the value of this turn put in. */
  readonly command: Command | undefined;
  /** Lines of the output before it. */
  readonly first: number;
  readonly lines: readonly string[];
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Words of a list that are tried one by one as a pattern. */
const MOST_WORDS = 50;

/** What the variable may hold: the words of the list, `*` for anything; whatever looks like a name where the shell makes the list. */
function valueOf(list: string): string {
  const words = list.trim().replaceAll(/['"]/g, '').split(/\s+/);
  const made = /[$`{?[~]|\*\S*\*/.test(list);
  if (made || words.length > MOST_WORDS) return String.raw`([A-Za-z0-9/][\w.:@/-]{0,252}?)`;
  return `(${words.map((word) => escaped(word).replaceAll(String.raw`\*`, String.raw`[\w.:@-]{1,100}`)).join('|')})`;
}

/** What `echo "== $n"` prints, as a pattern that finds the value; undefined when it names something else as well. */
function headingOf(
  echo: string,
  variable: string,
  value: string,
): { readonly pattern: RegExp; readonly inline: boolean } | undefined {
  const inline = /^echo\s+-[a-zA-Z]*n/.test(echo) || (echo.startsWith('printf') && !echo.includes('\\n'));
  const words = echo
    .replace(/^(?:echo|printf)\s+(?:-[neE]{1,3}\s+)*/, '')
    .replaceAll(/['"]/g, '')
    .replace(/\s*>&?\S*$/, '')
    .replaceAll(/\\[nt]/g, ' ')
    .replace(/^%s(.*) \$\{?(\w+)\}?$/, (_all, rest: string, name: string) => `$${name}${rest}`)
    .trim();
  if (words.length > HEADING) return undefined;
  const parts = words.split(new RegExp(String.raw`\$\{?${variable}\b\}?`));
  if (parts.length < 2 || parts.some((part) => part.includes('$') || part.includes('`'))) return undefined;
  const [before = '', ...rest] = parts.map((part) => escaped(part).replaceAll(/\s+/g, String.raw`\s{1,8}`));
  const after = rest.map((part, at) => (at === 0 ? part : String.raw`\1${part}`)).join('');
  return {
    pattern: new RegExp(`^${before}${value}${after}${inline ? String.raw`\s{0,8}(.*)` : String.raw`\s{0,8}`}$`),
    inline,
  };
}

/**
 * The turns of `for n in a b; do echo "== $n"; ssh $n df -h; done`: what each printed, with the command as it ran then.
 * Undefined where the body prints no heading with the value, or the output does not begin with one.
 */
export function turnsOf(command: Command, lines: readonly string[]): readonly Turn[] | undefined {
  if (command.tool !== 'for') return undefined;
  const [, variable = '', list = '', body = ''] = LOOP.exec(command.text) ?? [];
  if (variable === '') return undefined;
  const parts = body.split(/;|&&/).map((part) => part.trim());
  const at = parts.findIndex((part) => ECHO.test(part) && part.includes('$'));
  const heading = at < 0 ? undefined : headingOf(parts[at] ?? '', variable, valueOf(list));
  // The quoted list of commands that ssh hands on holds semicolons of its own.
  const rest = body.slice(body.indexOf(parts[at] ?? '') + (parts[at] ?? '').length).replace(/^\s*(?:;|&&)\s*/, '');
  if (heading === undefined || rest === '') return undefined;
  const turns: { value: string; first: number; lines: string[] }[] = [];
  for (const [i, line] of lines.entries()) {
    const match = line.length > 4000 ? null : heading.pattern.exec(line);
    const value = match?.[1];
    if (value !== undefined)
      turns.push({ value, first: heading.inline ? i : i + 1, lines: heading.inline ? [match?.[2] ?? ''] : [] });
    else if (turns.length > 0) turns.at(-1)?.lines.push(line);
    else if (line.trim() !== '') return undefined;
  }
  if (turns.length === 0) return undefined;
  const named = new RegExp(String.raw`\$\{?${variable}\b\}?`, 'g');
  return turns.map((turn) => ({
    command: parseCommand(rest.replaceAll(named, () => turn.value)),
    first: turn.first,
    lines: turn.lines,
  }));
}
