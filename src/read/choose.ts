/** Which parser reads a text. */
import type { Parser } from '../parsers/parser.ts';
import type { Command, Origin } from '../parsers/records.ts';
import { parsers as registered } from '../parsers/registry.ts';

const byPriority = registered.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0) || (a.kind < b.kind ? -1 : 1));

const PRIORITIES = [...new Set(byPriority.map((parser) => parser.priority ?? 0))];

/**
 * The parser for a text: a kind that the layout gave, else, where the command is only `guessed` from the file's name,
 * the one whose content it is beyond doubt, else, priority by priority, the first whose content it is, then
 * the first whose command printed it. (Logs have a priority: their text may look like anything, the command decides.)
 * Undefined for an empty text and for what nobody knows.
 */
export function choose(
  kind: string | undefined,
  origin: Origin,
  head: readonly string[],
  guessed = false,
): Parser | undefined {
  if (head.length === 0) return undefined;
  const given = kind === undefined ? undefined : byPriority.find((parser) => parser.kind === kind);
  if (given !== undefined) return given;
  const { command } = origin;
  const certain = guessed ? byPriority.find((parser) => parser.certain?.(head) === true) : undefined;
  if (certain !== undefined) return certain;
  for (const priority of PRIORITIES) {
    const group = byPriority.filter((parser) => (parser.priority ?? 0) === priority);
    const found =
      group.find((parser) => parser.sniff(head, origin)) ??
      (command === undefined ? undefined : group.find((parser) => parser.matches?.(command) === true));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The parser of whole texts whose command this is. */
export const parserOf = (command: Command): Parser | undefined =>
  byPriority.find((parser) => parser.parse !== undefined && parser.matches?.(command) === true);
