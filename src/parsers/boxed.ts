import { defineParser } from './parser.ts';

/** A line of a terminal application's window: its frame on the left, and mostly on the right. */
const FRAMED = /^[│┃║] ?(.*?)\s*[│┃║]?\s*$/;
/** The upper and lower edge, with or without a title. */
const EDGE = /^[┌┏╔└┗╚╭╰├┣╠][─━═ ].*$/;
/** Share of lines with a frame that makes a text a window. */
const MOST = 0.8;
/** Lines that are looked at. */
const LINES = 60;

/**
 * What somebody copied out of the window of a terminal application, with the frame around it: k9s, tmux, dialog. The
 * text inside is recognised anew.
 *
 * Command: none; a selection in k9s.
 * Versions: any that draws frames with Unicode's box characters.
 * Sample:
 *
 *     │ Traceback (most recent call last):       │
 *     │ ModuleNotFoundError: No module named 'x' │
 *
 * Empty: a frame around nothing says nothing.
 */
export default defineParser({
  kind: 'boxed',
  divides: true,
  reads: 'texts with the frame of a terminal application around them (k9s, tmux)',
  // Before everything: nothing else begins its lines with a frame.
  priority: 70,
  sniff(head) {
    const lines = head.slice(0, LINES).filter((line) => line.trim() !== '');
    const framed = lines.filter((line) => FRAMED.test(line) || EDGE.test(line)).length;
    return lines.length > 1 && framed >= lines.length * MOST;
  },
  parse(lines, { origin, emit }) {
    emit.text(
      origin,
      lines.map((line) => (EDGE.test(line) ? '' : (FRAMED.exec(line)?.[1] ?? line))),
    );
  },
});
