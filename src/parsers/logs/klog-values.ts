/** Values of klog that stand in lines of their own: what one message says is read as one line. */
import { openEnvelope } from './envelope.ts';

interface Block {
  readonly opens: RegExp;
  /** Its last line, which goes on with what else was said. */
  readonly closes: RegExp;
}

const BLOCKS: readonly Block[] = [
  // `err=<`, the lines indented, and ` >`: klog since 2.20, of values that hold line breaks.
  { opens: /\b[\w-]{1,60}=<\s*$/, closes: /^\s{0,8}>(?:\s|$)/ },
  // `failed to connect to {`, one line for each field of the address, `}. Err: …`: gRPC since 1.44.
  { opens: /failed to connect to \{\s*$/, closes: /^\s{0,8}\}\. Err: / },
];
/** Lines of one value. */
const MAX_LINES = 100;

/** The line without what a runtime or journald puts in front of each. */
const bare = (line: string): string => openEnvelope(line)?.message ?? line;

/**
 * The lines with each such value in the line that opens it; what was taken leaves an empty line. The same list when
 * there is none.
 */
export function withValues(lines: readonly string[]): readonly string[] {
  const opened = (line: string): Block | undefined => BLOCKS.find(({ opens }) => opens.test(line));
  if (!lines.some((line) => opened(line) !== undefined)) return lines;
  const out = [...lines];
  for (let i = 0; i < out.length; i++) {
    const block = opened(out[i] ?? '');
    if (block === undefined) continue;
    const within = out.slice(i + 1, i + 1 + MAX_LINES).findIndex((line) => block.closes.test(bare(line)));
    if (within < 0) continue;
    const parts = out.slice(i + 1, i + within + 2).map((line) => bare(line).trim());
    out[i] = [(out[i] ?? '').trimEnd(), ...parts].join(' ');
    out.fill('', i + 1, i + within + 2);
  }
  return out;
}
