/** What stands around a text: the frame of a window, the marks of a quotation, lines that set it apart. */
import { readPrompt } from '../prompt.ts';
import type { Trace } from '../copied.ts';

/** Share of lines with a frame that makes a text a window; of lines with a mark, since mail programs wrap long ones. */
const MOST = 0.8;

/** A line of a terminal application's window: its frame on the left, and mostly on the right. */
const FRAMED = /^[│┃║] ?(.*?)\s*[│┃║]?\s*$/;
/** The upper and lower edge, with or without a title. */
const EDGE = /^[┌┏╔└┗╚╭╰├┣╠][─━═ ].*$/;

const share = (lines: readonly string[], fits: (line: string) => boolean): boolean =>
  lines.length > 1 && lines.filter(fits).length >= lines.length * MOST;

export const frame: Trace = {
  in: (lines) => share(lines, (line) => FRAMED.test(line) || EDGE.test(line)),
  without: (lines) => lines.map((line) => (EDGE.test(line) ? '' : (FRAMED.exec(line)?.[1] ?? line))),
};

const QUOTED = /^ {0,3}> ?/;

/** An answer in a mail or a ticket that quotes a whole output. A prompt `> ` stands in front of few lines only. */
export const quotation: Trace = {
  in: (lines) => share(lines, (line) => QUOTED.test(line)),
  without: (lines) => lines.map((line) => line.replace(QUOTED, '')),
};

const TICKED = /^\s*`([^`]*)`\s*$/;

/** Code in a sentence's marks, line by line. */
export const ticks: Trace = {
  in: (lines) => share(lines, (line) => TICKED.test(line)),
  without: (lines) => lines.map((line) => TICKED.exec(line)?.[1] ?? line),
};

/** `----------` and `=== node-1 ===`; headings that name the command are prompts. */
const RULE = /^\s*(?:[-=*#_~]{4,}|[=*#-]{3} ?[^=*#-].{0,100}[=*#-]{3})\s*$/;
/** Characters of a rule at the most. */
const WIDEST = 300;
/** Programs shout between asterisks, too: `*** FATAL CONFIG FILE ERROR ***`. */
const SAID = /BEGIN |FATAL|ERROR|PANIC/;
const isRule = (line: string): boolean => line.length <= WIDEST && !SAID.test(line) && RULE.test(line);

export const rules: Trace = {
  in: ([first = '', second]) => second !== undefined && isRule(first) && readPrompt(first) === undefined,
  without: (lines) => {
    const out = [...lines];
    const blank = (i: number): boolean => out[i]?.trim() === '' || isRule(out[i] ?? '');
    for (let i = 0; i < out.length && blank(i); i++) out[i] = '';
    for (let i = out.length - 1; i >= 0 && blank(i); i--) out[i] = '';
    return out;
  },
};
