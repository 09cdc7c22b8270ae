/** Values of klog that stand in lines of their own: `err=<`, the lines indented, and ` >` with what else was said. */

const OPENS = /\b[\w-]{1,60}=<\s*$/;
const CLOSES = /^\s{0,8}>(?:\s|$)/;
/** Lines of one value. */
const MAX_LINES = 100;

/**
 * The lines with each such value in the line that opens it; what was taken leaves an empty line. The same list when
 * there is none. klog prints values that hold line breaks like this since 2.20.
 */
export function withValues(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => OPENS.test(line))) return lines;
  const out = [...lines];
  for (let i = 0; i < out.length; i++) {
    if (!OPENS.test(out[i] ?? '')) continue;
    const closes = out.findIndex((line, at) => at > i && CLOSES.test(line));
    if (closes < 0 || closes - i > MAX_LINES) continue;
    const parts = out.slice(i + 1, closes + 1).map((line) => line.trim());
    out[i] = [(out[i] ?? '').trimEnd(), ...parts].join(' ');
    out.fill('', i + 1, closes + 1);
  }
  return out;
}
