/** DNS lookups: nslookup (BIND, busybox before and after 1.29), dig, host. */
import { outcomeOf, type Attempt } from './outcome.ts';

const DIG_STATUS = /^;; ->>HEADER<<- opcode: \w{1,20}, status: ([A-Z]{1,20}),/;
const DIG_ANSWERS = /^;; flags: .{0,60}ANSWER: (\d{1,5})/;
const DIG_NAME = /^; <<>> DiG \S{1,60} <<>> (.*)$/;
const QUESTION = /^;(\S{1,256}?)\.?\s+IN\s+[A-Z]+\s*$/;
const DIG_TOOK = /^;; Query time: (\d{1,9}) msec/;
const NOT_FOUND =
  /(?:\*\* server can't find|nslookup: can't resolve|\*\*\* Can't find|Host) '?([^\s':]{1,256})'?(?:: (NXDOMAIN|SERVFAIL|REFUSED|No answer)| not found: \d\((\w+)\)|$)/;
const SILENT =
  /connection timed out; no servers could be reached|communications error to \S+: (?:timed out|end of file|host unreachable)|no servers could be reached|;; connection refused/;
/** One try without an answer; dig and nslookup wait 5 s before the next. */
const RETRIED = /^;; communications error to \S+: timed out/;
const TRY_MS = 5000;
const ANSWER = /^Name:\s+(\S{1,256})/;
const ANSWER_ADDRESS = /^Address(?: \d{1,3})?:\s+([0-9a-fA-F.:]{2,45})(?:\s|$|#)/;
const HOST_ANSWER = /^(\S{1,256}) has (?:IPv6 )?address ([0-9a-fA-F.:]{2,45})$/;

/** `getent hosts web`: the address, and the name that the answer stands under. */
const HOSTS_ANSWER = /^([0-9a-fA-F.:]{3,45})\s{1,40}(?:(?:STREAM|DGRAM|RAW)\s{1,10})?(\S{1,256})/;

/** True for a line that only a lookup prints. */
export function isLookupLine(line: string): boolean {
  return (
    DIG_STATUS.test(line) ||
    DIG_NAME.test(line) ||
    line.startsWith(';; connection timed out; no servers') ||
    (NOT_FOUND.test(line) && /server can't find|nslookup: can't|Can't find/.test(line)) ||
    HOST_ANSWER.test(line)
  );
}

/** Busybox before 1.29 with musl looks up no server first, says so, and goes on: nothing that was asked for failed. */
const NO_SERVER = /^nslookup: can't resolve '\(null\)'/;

/** A text of `Server:` / `Address:` / `Name:` lines. */
export const isNslookup = (lines: readonly string[]): boolean =>
  lines.some((line) => /^Server:\s+\S/.test(line) || NO_SERVER.test(line)) &&
  lines.some((line) => ANSWER.test(line) || isLookupLine(line));

/** `getent` prints its answers bare; nothing is no answer. */
export function readHosts(lines: readonly string[]): Attempt | undefined {
  const at = lines.findIndex((line) => HOSTS_ANSWER.test(line));
  const [, address, answered] = HOSTS_ANSWER.exec(lines[at] ?? '') ?? [];
  return address === undefined || answered === undefined ? undefined : { at, outcome: 'ok', address, answered };
}

/** The attempt of the text; `known` when a command says that it is a lookup's. */
export function readLookup(lines: readonly string[], known: boolean): Attempt | undefined {
  let target: string | undefined;
  let named = false;
  let answered: string | undefined;
  let address: { at: number; text: string } | undefined;
  let failure: Attempt | undefined;
  let status: { at: number; text: string } | undefined;
  let answers: number | undefined;
  let tookMs: number | undefined;
  lines.forEach((line, at) => {
    if (line.length > 1000 || NO_SERVER.test(line)) return;
    target ??= QUESTION.exec(line)?.[1];
    const code = DIG_STATUS.exec(line)?.[1];
    if (code !== undefined) status = { at, text: code };
    answers ??= DIG_ANSWERS.exec(line)?.[1] === undefined ? undefined : Number(DIG_ANSWERS.exec(line)?.[1]);
    const took = DIG_TOOK.exec(line)?.[1];
    if (took !== undefined) tookMs = Number(took);
    const missing = NOT_FOUND.exec(line);
    if (missing !== null) {
      target ??= missing[1];
      // The name is known, without an address: that is an answer, to the name with its search domain.
      const known = missing[2] === 'No answer' && missing[1] !== undefined;
      failure ??= { at, outcome: 'unresolved', ...(known ? { answered: missing[1] } : {}) };
    } else if (SILENT.test(line)) failure ??= { at, outcome: 'timeout' };
    else if (/^(?:nslookup|dig|host|ping): /.test(line) && outcomeOf(line) !== undefined)
      failure ??= { at, outcome: outcomeOf(line) ?? 'failed' };
    const name = ANSWER.exec(line)?.[1];
    if (name !== undefined) {
      named = true;
      target ??= name;
      answered ??= name.replace(/\.$/, '');
    }
    // The first Address is the DNS server's own; answers follow a Name.
    const answer = named ? ANSWER_ADDRESS.exec(line)?.[1] : undefined;
    const host = HOST_ANSWER.exec(line);
    if (host?.[1] !== undefined) target ??= host[1];
    // dig +short prints addresses and nothing else.
    const bare = known && /^(?:\d{1,3}\.){3}\d{1,3}$/.test(line.trim()) ? line.trim() : undefined;
    const found = answer ?? host?.[2] ?? bare;
    if (found !== undefined) address ??= { at, text: found };
  });
  const lost = TRY_MS * lines.filter((line) => RETRIED.test(line)).length;
  if (lost > 0) tookMs = (tookMs ?? 0) + lost;
  const common = { ...(target === undefined ? {} : { target }), ...(tookMs === undefined ? {} : { tookMs }) };
  // An answer to A counts although AAAA has none.
  if (address !== undefined)
    return {
      ...common,
      at: address.at,
      outcome: 'ok',
      address: address.text,
      ...(answered === undefined ? {} : { answered }),
    };
  if (status !== undefined) {
    const fine = status.text === 'NOERROR' && answers !== 0;
    return { ...common, at: status.at, outcome: fine ? 'ok' : 'unresolved' };
  }
  return failure === undefined ? undefined : { ...common, ...failure };
}
