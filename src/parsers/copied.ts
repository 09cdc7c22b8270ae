import { blanks, entities, quotationMarks } from './copied/characters.ts';
import { frame, quotation, rules, ticks } from './copied/frame.ts';
import { margin } from './copied/margin.ts';
import { file, numbers, speaker } from './copied/prefix.ts';
import { defineParser } from './parser.ts';

/** What one program on the way leaves on a text. */
export interface Trace {
  /** Whether it is on these lines (the first ones of the text, blank ones left out). */
  in(lines: readonly string[]): boolean;
  /** The text without it, line by line. */
  without(lines: readonly string[]): readonly string[];
}

/** A text gets them from the first to the last; they are taken off the other way round. */
const TRACES: readonly Trace[] = [
  rules,
  numbers,
  file,
  speaker,
  ticks,
  margin,
  frame,
  quotation,
  quotationMarks,
  blanks,
  entities,
].toReversed();

/** Lines that are looked at. */
const LINES = 60;

const firstOf = (lines: readonly string[]): readonly string[] =>
  lines.slice(0, LINES).filter((line) => line.trim() !== '');

/**
 * What a text brings along from where it was copied: the frame of a terminal application, the marks of a quotation, the
 * blanks and quotation marks of a web page, a mail or a word processor. It is taken off, and the text recognised anew.
 *
 * Command: none; a selection in k9s or tmux, a page of a wiki, a mail, a chat.
 * Versions: frames of Unicode's box characters; HTML's entities; `> ` of Markdown and mail.
 * Sample:
 *
 *     │ Traceback (most recent call last):       │
 *     │ ModuleNotFoundError: No module named 'x' │
 *
 * Empty: a frame around nothing says nothing.
 */
export default defineParser({
  kind: 'copied',
  divides: true,
  reads: 'texts out of a window with a frame, a quotation, a web page, a mail or a word processor',
  // Before everything: under its traces a text looks like another one, or like none.
  priority: 70,
  sniff: (head) => {
    const lines = firstOf(head);
    return TRACES.some((trace) => trace.in(lines));
  },
  parse(lines, { origin, emit }) {
    let text = lines;
    for (const trace of TRACES) if (trace.in(firstOf(text))) text = trace.without(text);
    emit.text(origin, text);
  },
});
