/**
 * The decisive line of a crash log: the innermost exception, the panic, the fatal error. Java, Kotlin, Python, Go,
 * Node, .NET, Ruby, PHP, Rust, C and C++, shells and entry points each have their way to say it.
 */
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { Evidence, LogHit, LogLine, LogStream } from '../../parsers/records.ts';

export interface LastWords {
  /** The message without prefixes. */
  readonly text: string;
  readonly evidence: Evidence;
  /** Other errors a few lines above it, oldest first: what went wrong before the last thing did. */
  readonly before: readonly Evidence[];
  /** The container whose log it is, where the log's source names it. */
  readonly container?: string;
  /** How surely it is the reason: 3 an uncaught exception, panic or fatal error; 2 an error line; 1 just the last line. */
  readonly grade: 1 | 2 | 3;
}

interface Candidate {
  readonly line: LogLine;
  readonly index: number;
  readonly text: string;
  /** The line has a time or a level of its own. */
  readonly dated: boolean;
  readonly score: number;
}

/** From the surest on. The scores only order candidates of one log. */
const PATTERNS: readonly (readonly [number, RegExp])[] = [
  // The runtime could not start the program at all.
  [100, /exec format error|exec user process caused|executable file not found in|no such file or directory: unknown/],
  // Go. A panic in a goroutine; the runtime's own fatal errors.
  [98, /^panic: |^fatal error: |^runtime: out of memory|^Observed a panic: /],
  // Rust; the message stands in the same line, or in the next since 1.73.
  [98, /^thread '[^']{1,80}'(?: \(\d{1,10}\))? panicked at /],
  // Java, Kotlin, Scala: the last "Caused by" of a trace is the innermost.
  [97, /^Caused by: \S/],
  // .NET writes inner exceptions with an arrow.
  [97, /^ ?---> \S{1,200}(?:Exception|Error)\b/],
  [96, /^Unhandled [Ee]xception[.:]|^Exception in thread "/],
  // Python: the line below a traceback; also what Node and Ruby print first.
  [
    95,
    /^(?:[A-Za-z_][\w.]{0,120}\.|(?:\w{1,60}::){1,5})?[A-Z]\w{0,80}(?:Error|Exception|Exit|Interrupt|Fault|NotFound|Missing)(?: \[\w{1,60}\])?(?:: .|$)/,
  ],
  [95, /^Uncaught (?:\w{1,60})?Error|^(?:\w{1,60})?Error: (?:Cannot find module|connect |listen |getaddrinfo |[A-Z])/],
  // Ruby: file:line:in `method': message (SomeError)
  [94, /^\S{1,200}:\d{1,7}:in [`'].{1,200}\((?:\w{1,60}::){0,5}\w{1,80}(?:Error|Exception|Exit)\)/],
  [94, /^PHP Fatal error: |^Fatal error: Uncaught|^PHP Parse error: /],
  // C and C++.
  [
    94,
    /^terminate called after throwing|: Assertion .{1,200} failed|^(?:free|malloc|corrupted)\(?\)?: |^double free|Segmentation fault/,
  ],
  // Databases and servers that end themselves.
  [92, /\bexception in initAndListen\b/],
  [92, /\b(?:FATAL|PANIC|EMERG|emerg)\b[\]:) ]|[Ff]atal error[: ]|\[emerg\]/],
  [90, /^(?:Web server failed to start|Application run failed|Failed to start )|\bwas already in use\b/],
  // What PDO and JDBC pass on from a database.
  [90, /^(?:PDOException: )?SQLSTATE\[\w{5}\]/],
  // Shells and entry points: "/entrypoint.sh: line 12: foo: command not found".
  [
    88,
    /^(?:\/\S{1,200}|\w{0,10}sh): (?:line )?(?:\d{1,6}: )?.{1,200}(?:not found|No such file or directory|Permission denied|cannot open|unbound variable|bad interpreter)/,
  ],
  [88, /^[\w./-]{1,60}: command not found: \S/],
  [
    86,
    /^(?:chown|chmod|mkdir|mv|cp|rm|ln|mount|cat|touch|tar|install|find|sed): .{1,300}(?:denied|not permitted|No such file|Read-only|cannot|can't)/,
  ],
  [85, /^(?:error|ERROR|Error|fatal|FATAL)\b[: ]/],
];

/** Lines with this score are errors that their program calls so, or that a tool prints in its own way. */
const NOTEWORTHY = 40;
/** Words of a refusal in a last line that is no error by its form: programs that end before their logger is set up. */
const REFUSES =
  /\b(?:[Nn]o \S{1,40} (?:was |were )?(?:found|available|specified|configured)|[Nn]ot (?:found|a valid|valid|supported|allowed)|[Mm]issing|[Ii]nvalid|[Uu]nable to|[Uu]nknown|[Uu]nsupported|[Mm]ust (?:be|not)|[Dd]oes not exist|[Aa]borting)\b/;
/** The last line of a log, when it is an error: nearer to the end than what the program calls errors before. */
const AT_THE_END = 80;
/** How many lines above the last error still belong to the same end, and how many of their errors are shown. */
const NEAR = 12;
const MOST_BEFORE = 2;

/** Words of a program that runs another one: the other one said before why it ended. */
const OTHERS_END =
  /^(?:(?:[Cc]ommand|[Pp]rocess|[Ss]cript|[Tt]ask|[Pp]rogram|[Cc]hild)(?: .{1,80})? (?:terminated|exited|failed|ended|returned)|[Ee]xit(?:ed|ing)?)(?: with)?(?: non-zero)?:? ?(?:exit )?(?:code|status):? ?-?\d{1,10}\.?$/;
/** Lines that end many traces and say nothing; what a parent process (vLLM, torchrun) says of a child's error above; what find goes on past; what NVIDIA's MIG manager and installer print on their way. */
const EMPTY_WORDS =
  /^(?:exit status \d+|.{1,80} did not exit normally|Exiting\.?|exited with code|npm (?:ERR!|error)|error Command failed|Error: Process completed|goroutine \d|\.\.\. \d+ (?:more|common frames)|make: |at |stack|Traceback|During handling|The above exception|note: run with|\(node:\d+\) (?:UnhandledPromiseRejectionWarning: Unhandled promise rejection|\[DEP\d+\]|Use `node --trace)|Assertion failure: selected |ERROR: Unable to open 'kernel\/dkms\.conf'|.{0,200}[Ss]ee (?:root cause above|stack trace for root cause)|find: .{1,200}: Permission denied$|-?\w{0,3}sh: \w[\w.-]{0,40}: command not found$|\/snap\/\w{1,40}\/\d{1,8}\/inspect\.sh: |torch\.distributed\.elastic\.multiprocessing\.errors\.ChildFailedError|[Tt]ry [`'"].{1,80} for (?:more information|help))/;

/** `ERROR [org.example.Main] (main) `, `ERROR --- `: level, logger and thread before the words themselves. */
const LOGGER =
  /^\[?(?:DEBUG|INFO|WARN|WARNING|ERROR|SEVERE|FATAL)\]?:? {1,3}(?:\[[^\]]{1,120}\] {1,2})?(?:\([^)]{1,80}\) {1,2})?(?:-{1,3} {1,2})?/;
/** That something failed, in two or three words: what and why stand above. How to ask for more. */
const BARE_FAILURE =
  /^(?:[A-Z][\w-]{1,20} (?:[a-z][\w-]{1,20} )?failed[.!]{0,3}(?: Retrying\b.{0,40})?|For more details run the same command\b.{0,300})$/;
/** An HTTP request was refused or failed, in the words of clients. */
const HTTP_ERROR =
  /\bHTTP(?:\/\d(?:\.\d)?)? [45]\d\d\b|\b[Ss]tatus code\b.{0,60}?\b[45]\d\d\b|\b[Rr]esponse code: (?!OK\b|2\d\d\b)\w/;

function grade(message: string, level: string | undefined): number {
  const text = message.trimStart();
  if (text === '' || EMPTY_WORDS.test(text)) return 0;
  if (OTHERS_END.test(text) || BARE_FAILURE.test(text.replace(LOGGER, '').trim())) return NOTEWORTHY - 1;
  for (const [score, pattern] of PATTERNS) if (pattern.test(text)) return score;
  if (level === 'fatal') return 92;
  if (level === 'error') return 60;
  if (
    /\b(?:[Ee]rror|ERROR|[Ff]ailed|FAILED|[Cc]annot|[Cc]ould not|[Dd]enied|[Rr]efused)\b/.test(text) ||
    HTTP_ERROR.test(text)
  )
    return 40;
  return 0;
}

/** Parts of a message of several lines that are looked at. */
const MOST_PARTS = 200;
/** Of those that say less than the first. */
const MOST_TOLD = 3;

/** A message of several lines, as JSON and logfmt hold them: what it begins with, and of the rest the part that tells most. */
function tellingPart(message: string, level: string | undefined): string {
  const [first = '', ...rest] = message.trim().split(/\r?\n|\\n/, MOST_PARTS);
  let best: { readonly part: string; readonly score: number } | undefined;
  for (const line of rest) {
    const part = line.replace(/^(?:\s|\\t)+/, '').trimEnd();
    const score = grade(part, undefined);
    if (score >= NOTEWORTHY && (best === undefined || score >= best.score)) best = { part, score };
  }
  const head = first.trim();
  if (best === undefined || (best.score <= grade(first, undefined) && best.score < 95)) {
    const more = rest.map((line) => line.replace(/^(?:\s|\\t)+/, '').trimEnd()).filter((line) => line !== '');
    return [head, ...more.slice(0, MOST_TOLD).filter((line) => !isFrame(line) && !/^at \S/.test(line))].join(' ');
  }
  return head === '' || level === 'info' || level === 'debug' ? best.part : `${head.slice(0, 200)} … ${best.part}`;
}

/**
 * An undated line of a list (`* permission denied`) belongs to the dated line above, which says what it is about; the
 * exceptions of a trace speak for themselves.
 */
function headOf(chosen: Candidate | undefined, heads: readonly Candidate[]): Candidate | undefined {
  if (chosen === undefined || chosen.dated || chosen.score >= AT_THE_END) return chosen;
  const head = heads.findLast(({ line }) => line.line < chosen.line.line);
  return head !== undefined && head.score >= NOTEWORTHY && chosen.line.line - head.line.line <= NEAR ? head : chosen;
}

/** A line of MySQL and MariaDB: the number of the thread, then the level. */
const MYSQL = /^\d{1,10} \[ERROR\] /;
/** What they start with all the same, and what says that they are up. */
const MYSQL_HARMLESS = /ib_buffer_pool|Could not find a valid tablespace/;
const MYSQL_READY = /: ready for connections\./;

/** MySQL names the cause first; what follows from it are parts that could not start, and "Aborting" at the end. */
function firstOfMysql(chosen: Candidate | undefined, errors: readonly Candidate[], lines: readonly LogLine[]) {
  if (chosen === undefined || !MYSQL.test(chosen.text)) return chosen;
  const up = lines.findLastIndex(({ text }, i) => i < chosen.index && MYSQL_READY.test(text));
  return errors.find(({ index, text }) => index > up && MYSQL.test(text) && !MYSQL_HARMLESS.test(text)) ?? chosen;
}

/** What `kubectl logs --timestamps` puts in front of each line, also of those that have no time of their own. */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}(?:Z|[+-]\d\d:\d\d) /;

/** The lines as their program wrote them. */
export function unstamped<L extends { readonly text: string }>(lines: readonly L[]): readonly L[] {
  if (lines.length < 2 || !lines.every(({ text }) => STAMP.test(`${text} `))) return lines;
  return lines.map((line) => ({ ...line, text: `${line.text} `.replace(STAMP, '').trimEnd() }));
}

/** The decisive line among these, which stand in the order of the log; undefined when there is no line at all. */
export function lastWordsOf(stamped: readonly LogLine[], file: string): LastWords | undefined {
  const lines = unstamped(stamped);
  const errors: Candidate[] = [];
  const heads: Candidate[] = [];
  let best: Candidate | undefined;
  let last: Candidate | undefined;
  let previous: Candidate | undefined;
  for (const [index, line] of lines.entries()) {
    const parsed = parseLogLine(line.text);
    const text = tellingPart(parsed.message, parsed.level);
    // The panic of Rust 1.73 and later: place first, message in the next line.
    const follows = previous !== undefined && /^thread '.{1,80} panicked at [^\n]{1,300}:$/.test(previous.text);
    const score = follows && text !== '' ? 99 : grade(text, parsed.level);
    const dated = parsed.time !== undefined || parsed.level !== undefined;
    const candidate = { line, index, text, score, dated };
    // Among equals the later one: the innermost "Caused by", the last of several errors.
    if (score > 0 && (best === undefined || score >= best.score)) best = candidate;
    if (score >= NOTEWORTHY) errors.push(candidate);
    if (dated && text !== '') heads.push(candidate);
    if (text !== '' && !EMPTY_WORDS.test(text)) last = candidate;
    previous = candidate;
  }
  // Below the error line of a program, which it may have got over, its last line counts for more.
  if (best !== undefined && last !== undefined && best.score < AT_THE_END && last.score >= NOTEWORTHY) best = last;
  const chosen = firstOfMysql(headOf(best, heads) ?? last, errors, lines);
  if (chosen === undefined) return undefined;
  const more = continuation(lines, chosen);
  const place = placeOfPanic(lines, chosen);
  return {
    text: [chosen.text, ...more, ...(place === undefined ? [] : [`(${place})`])].join(' ').slice(0, 400),
    evidence: {
      file,
      line: chosen.line.line,
      text: [(stamped[chosen.index] ?? chosen.line).text.trim(), ...more].join('\n').slice(0, 700),
    },
    before: errors
      .filter(
        ({ line, text }) =>
          line.line < chosen.line.line && chosen.line.line - line.line <= NEAR && text !== chosen.text,
      )
      .filter(({ text }, i, all) => all.findIndex((other) => other.text === text) === i)
      .slice(-MOST_BEFORE)
      .map(({ line }) => ({ file, line: line.line, text: line.text.trim().slice(0, 400) })),
    grade: chosen.score >= 85 ? 3 : chosen.score > 0 || (!chosen.dated && REFUSES.test(chosen.text)) ? 2 : 1,
  };
}

/** A line that ends before it has said what is wrong, or says the name of the error twice. */
const UNFINISHED = /:$|^(\S{1,120}): \(\S{1,120}\)$/;
/** PostgreSQL writes its hints with a time of their own. */
const DATED_DETAIL = /^(?:\[\d{1,10}\] )?(?:DETAIL|HINT): /;
/** Lines that explain the one above: PostgreSQL's hints, Spring's failure analysis, lists of what is missing. */
const EXPLAINS =
  /^(?:\S{1,40}: )?(?:detail|hint|reason|description|action|caused by|cause|parameter name|parameter|file name|path|key|value): ?|^(?:DETAIL|HINT): /i;
/** What a program tells its reader to do about it, with a time of its own or without. */
const ADVICE =
  /^(?:(?:INFO|NOTICE|NOTE|LOG|TIP|HINT|WARN|WARNING|ERROR)\b[:\s-]{0,4})?(?:Correct|Remove|Delete|Please|Make sure|Ensure|Check|Try|Set|Specify|Provide|Add|Either|Consider|Verify|Did you|You (?:must|need|should|can|may)|To (?:fix|resolve|solve|recover|continue|proceed))\b/i;
/** Advice that stands behind the error, and no more of it. */
const MOST_ADVICE = 2;
/** Frames of a trace, and rules drawn in characters. */
const FRAME = /^\s*(?:at \S|File "|\.\.\. \d|goroutine |[*=~_^-]{3,}\s*$)/;
/** A function of Go and the place below it, as zap and panics print them. */
const GO_FRAME =
  /^[\w./@-]{1,200}\.(?:\(\*?\w{1,80}(?:\[\.{3}\])?\)\.)?\w[\w.]{0,120}(?:\[\.{3}\])?(?:\(.{0,200}\))?$|^\s{1,8}(?:\/|[A-Z]:\\)?\S{1,300}:\d{1,6}(?: \+0x[\da-f]{1,16})?$/;
const MORE_LINES = 8;

/** Whether a line is part of the trace below an error, and says nothing of its own. */
export const isFrame = (text: string): boolean => FRAME.test(text) || GO_FRAME.test(text);

/** The lines below that belong to the chosen one: indented, explaining, or without a time in a log where it has one. */
function continuation(lines: readonly LogLine[], { index, line, text: said, dated }: Candidate): readonly string[] {
  const out: string[] = [];
  let previous = line.line;
  let advice = 0;
  // The message of an exception goes on up to its first frame.
  const frame = dated
    ? -1
    : lines.slice(index + 1, index + 1 + MORE_LINES).findIndex((next) => /^\s{1,8}at \S/.test(next.text));
  const untilFrame = frame > 0 ? (lines[index + 1 + frame]?.line ?? 0) : 0;
  for (const next of lines.slice(index + 1, index + 1 + 2 * MORE_LINES)) {
    // The tail of a log leaves empty lines out; between a hit and the tail many are missing.
    if (next.line > previous + 3 || out.length >= MORE_LINES) break;
    previous = next.line;
    const text = next.text.trim();
    if (text === '') continue;
    if (isFrame(next.text)) {
      if (/^\s*at \S/.test(next.text)) break;
      continue;
    }
    const parsed = parseLogLine(next.text);
    if (DATED_DETAIL.test(parsed.message)) {
      out.push(parsed.message.replace(/^\[\d{1,10}\] /, ''));
      continue;
    }
    if (advice < MOST_ADVICE && next.line <= line.line + MOST_ADVICE && ADVICE.test(parsed.message.trim())) {
      advice++;
      out.push(parsed.message.trim());
      continue;
    }
    const own = parsed.time !== undefined || parsed.level !== undefined;
    if (!own && (next.line < untilFrame || (out.length === 0 && UNFINISHED.test(said)))) {
      out.push(text);
      continue;
    }
    if (own || !(/^\s/.test(next.text) || EXPLAINS.test(text) || dated)) break;
    out.push(text);
  }
  return out;
}

/** Frames of Go's runtime and of libraries that catch panics: the program's own stand below them. */
const CATCHERS =
  /^(?:runtime[./]|panic\(|testing\.|created by |sigs\.k8s\.io\/controller-runtime\/|k8s\.io\/apimachinery\/pkg\/util\/runtime\.|net\/http\.|github\.com\/go-chi\/|google\.golang\.org\/grpc[./])/;
/** `\t/src/main.go:42 +0x1d`. */
const GO_PLACE = /^\s{1,8}(\S{1,300}\.go):(\d{1,7})(?: \+0x[\da-f]{1,16})?$/;
/** Lines of a trace that are looked at. */
const MOST_FRAMES = 60;

/** Where a program in Go panicked: the first frame of its own, `ledger.(*Book).Open, book.go:42`. */
function placeOfPanic(lines: readonly LogLine[], { index, text }: Candidate): string | undefined {
  if (!/^panic: |^fatal error: /.test(text.trimStart())) return undefined;
  const frames = lines.slice(index + 1, index + 1 + MOST_FRAMES);
  for (const [i, frame] of frames.entries()) {
    const place = GO_PLACE.exec(frames[i + 1]?.text ?? '');
    const said = frame.text.trim();
    if (place === null || CATCHERS.test(said) || !GO_FRAME.test(said)) continue;
    const name = said.slice(said.lastIndexOf('/') + 1).replace(/\([^()*]{0,200}\)$/, '');
    const path = place[1] ?? '';
    return `${name.slice(0, 120)}, ${path.slice(path.lastIndexOf('/') + 1)}:${place[2] ?? ''}`;
  }
  return undefined;
}

/** What a log's hits of `app-fatal-line` and its tail say together: a long trace pushes its reason out of the tail. */
function linesOf(log: LogStream): readonly LogLine[] {
  const byLine = new Map<number, LogLine>();
  const add = (line: LogLine): void => void byLine.set(line.line, line);
  for (const hit of log.hits as readonly LogHit[])
    if (hit.signature === 'app-fatal-line') {
      add(hit.first);
      add(hit.last);
    }
  for (const line of log.tail) add(line);
  return [...byLine.values()].sort((a, b) => a.line - b.line);
}

/** The decisive line of a crash over several logs; the first that has an error wins, so give the likeliest first. */
export function lastWords(logs: readonly LogStream[]): LastWords | undefined {
  let best: LastWords | undefined;
  for (const log of logs) {
    const words = lastWordsOf(linesOf(log), log.origin.file);
    const { container } = log.origin;
    if (words !== undefined && (best === undefined || words.grade > best.grade))
      best = container === undefined ? words : { ...words, container };
  }
  return best;
}
