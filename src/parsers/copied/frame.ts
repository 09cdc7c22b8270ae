/** What stands in front of every line, and sometimes behind it: the frame of a window, the mark of a quotation. */
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
