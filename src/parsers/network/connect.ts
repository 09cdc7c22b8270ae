/** TCP and UDP connection tests: nc of OpenBSD, busybox, traditional netcat, ncat, nmap, telnet, bash's /dev/tcp. */
import { outcomeOf, type Attempt, type Outcome } from './outcome.ts';

type Reading = Omit<Attempt, 'at' | 'node'>;

const port = (text: string | undefined): { port?: number } => (text === undefined ? {} : { port: Number(text) });

/** Lines that decide, most precise first. */
const RESULTS: readonly (readonly [RegExp, (match: RegExpExecArray) => Reading | undefined])[] = [
  // OpenBSD: Connection to web 80 port [tcp/http] succeeded!
  [
    /^Connection to (\S{1,256}) (?:\(\S{1,60}\) )?(\d{1,5}) port \[.{1,40}\] succeeded!/,
    (m) => ({ outcome: 'ok', target: m[1] ?? '', ...port(m[2]) }),
  ],
  // OpenBSD: nc: connect to web (10.0.0.1) port 80 (tcp) failed: Connection refused
  [
    /^nc: connect to (\S{1,256}) (?:\((\S{1,60})\) )?port (\d{1,5}) \((?:tcp|udp)\) (failed: .*|timed out.*)$/,
    (m) => ({
      outcome: outcomeOf(m[4] ?? '') ?? 'failed',
      target: m[1] ?? '',
      ...(m[2] === undefined ? {} : { address: m[2] }),
      ...port(m[3]),
    }),
  ],
  // busybox: web (10.0.0.1:80) open
  [
    /^(\S{1,256}) \((\S{1,60}):(\d{1,5})\) open$/,
    (m) => ({ outcome: 'ok', target: m[1] ?? '', address: m[2] ?? '', ...port(m[3]) }),
  ],
  // busybox: nc: web (10.0.0.1:80): Connection refused
  [
    /^nc: (\S{1,256}) \((\S{1,60}):(\d{1,5})\): (.*)$/,
    (m) => ({ outcome: outcomeOf(m[4] ?? '') ?? 'failed', target: m[1] ?? '', address: m[2] ?? '', ...port(m[3]) }),
  ],
  // traditional: web.example [10.0.0.1] 80 (http) open | : Connection refused
  [
    /^(\S{1,256}) \[(\S{1,60})\] (\d{1,5}) \(\S{1,40}\) (open|: .*)$/,
    (m) => ({
      outcome: m[4] === 'open' ? 'ok' : (outcomeOf(m[4] ?? '') ?? 'failed'),
      address: m[2] ?? '',
      ...(m[1] === '(UNKNOWN)' ? {} : { target: m[1] ?? '' }),
      ...port(m[3]),
    }),
  ],
  [/^Ncat: Connected to (\S{1,256}):(\d{1,5})\.$/, (m) => ({ outcome: 'ok', address: m[1] ?? '', ...port(m[2]) })],
  [/^Ncat: (.*)$/, (m) => reading(outcomeOf(m[1] ?? ''))],
  [
    /^(\d{1,5})\/(?:tcp|udp)\s+(open|closed|filtered)\b/,
    (m) => ({ outcome: m[2] === 'open' ? 'ok' : m[2] === 'closed' ? 'refused' : 'timeout', ...port(m[1]) }),
  ],
  [/^Connected to (\S{1,256})\.$/, () => ({ outcome: 'ok' })],
  [
    /^(?:\S{0,20}: )?(?:nc|telnet|netcat|bash|sh|connect|\/dev\/tcp\/\S{1,256}): (.*)$/,
    (m) => reading(outcomeOf(m[1] ?? '')),
  ],
  // Killed while it still waited: `punt!` is busybox nc's last word on a signal, `Terminated` the shell's about it.
  [/^(?:punt!|Terminated)$/, () => ({ outcome: 'timeout' })],
  // timeout(1) ends with 124, or 143 when the signal reached the tool.
  [/^command terminated with exit code (?:124|143)$/, () => ({ outcome: 'timeout' })],
];

const reading = (outcome: Outcome | undefined): Reading | undefined =>
  outcome === undefined ? undefined : { outcome };

/** What a wrapper or kubectl says at the end, without a reason. */
const SUMMARY =
  /^(?:connection (succeeded|failed|ok|successful|unsuccessful)[.!]?|command terminated with exit code \d{1,3})$/i;
/** A wrapper that repeats the test from several machines names each one: `… on node-1: web (10.0.0.1:80) open`. */
const FROM_NODE = /^(?:.{0,200}\s)?on (?:node )?([A-Za-z0-9][\w.-]{0,252}):\s+(\S.*)$/;
/** A heading that names the target: `=== Service web:80 … ===`. */
const HEADING = /^[=#*-]{2,}.{0,100}?\s([A-Za-z0-9][\w.-]{0,252}):(\d{1,5})\b.*$/;

const readLine = (line: string): Reading | undefined => {
  for (const [pattern, read] of RESULTS) {
    const match = pattern.exec(line);
    const found = match === null ? undefined : read(match);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** True for a line that only such a tool prints. */
export function isConnectLine(line: string): boolean {
  const words = FROM_NODE.exec(line)?.[2] ?? line;
  return !/^(?:Terminated|Connected to|bash: |sh: |command terminated|\d)/.test(words) && readLine(words) !== undefined;
}

interface Draft {
  at: number;
  node?: string;
  precise?: Reading;
  summary?: Outcome;
}

/** Every attempt of the text. A precise line decides; a bare "failed" behind it only confirms. */
export function readConnect(lines: readonly string[]): readonly Attempt[] {
  const drafts: Draft[] = [];
  let heading: Pick<Attempt, 'target' | 'port'> = {};
  const headings = new Map<Draft, Pick<Attempt, 'target' | 'port'>>();
  const open = (at: number, node?: string): Draft => {
    const draft: Draft = node === undefined ? { at } : { at, node };
    drafts.push(draft);
    headings.set(draft, heading);
    return draft;
  };
  lines.forEach((line, at) => {
    let words = line.trim();
    if (words === '' || words.length > 1000) return;
    let current = drafts.at(-1);
    const title = HEADING.exec(words);
    if (title !== null) {
      heading = { target: title[1] ?? '', port: Number(title[2]) };
      return;
    }
    const named = FROM_NODE.exec(words);
    if (named !== null && (readLine(named[2] ?? '') !== undefined || SUMMARY.test(named[2] ?? ''))) {
      words = named[2] ?? '';
      current = open(at, named[1]);
    }
    const summary = SUMMARY.exec(words);
    const precise = readLine(words);
    if (precise !== undefined) {
      const same =
        current !== undefined &&
        current.summary === undefined &&
        (current.precise === undefined || (precise.target ?? '') === (current.precise.target ?? ''));
      const draft = same && current !== undefined ? current : open(at);
      // A retry that got through is what counts; else the first reason is.
      if (draft.precise === undefined || precise.outcome === 'ok') {
        draft.precise = precise;
        draft.at = at;
      }
    } else if (summary !== null) {
      const fine = /^(?:succeeded|ok|successful)$/i.test(summary[1] ?? '');
      const draft = current !== undefined && current.summary === undefined ? current : open(at);
      draft.summary = fine ? 'ok' : 'failed';
      if (draft.precise === undefined || (draft.precise.outcome === 'ok') !== fine) draft.at = at;
    }
  });
  return drafts.flatMap((draft): readonly Attempt[] => {
    const { precise, summary, node, at } = draft;
    let outcome = precise?.outcome ?? summary;
    if (outcome === undefined) return [];
    if (outcome === 'ok' && summary === 'failed') outcome = 'failed';
    return [{ ...headings.get(draft), ...precise, outcome, at, ...(node === undefined ? {} : { node }) }];
  });
}
