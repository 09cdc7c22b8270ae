import { defined } from '../../lib/defined.ts';
import { enteredPod } from '../command.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { Command, Origin, Probe } from '../records.ts';
import { isArpingLine, readArping } from './arping.ts';
import { isConnectLine, readConnect } from './connect.ts';
import { isHttpLine, isHttpLoop, readCodes, readHttp, readHttpLoop } from './http.ts';
import { isLookupLine, isNslookup, readHosts, readLookup } from './lookup.ts';
import type { Attempt } from './outcome.ts';
import { isPingLine, readPing } from './ping.ts';

const CONNECT = new Set(['nc', 'ncat', 'netcat', 'telnet', 'nmap']);
const HTTP = new Set(['curl', 'wget']);
const LOOKUP = new Set(['nslookup', 'dig', 'host', 'getent']);
/** What else `getent` is asked for is no look-up of a host. */
const HOSTS = /^a?hosts(?:v[46])?$/;

/** What the command was aimed at. */
function targetOf(command: Command): { target?: string; port?: number } {
  const words = command.words.filter((word) => !/^[+@-]/.test(word));
  if (HTTP.has(command.tool)) {
    const url = words.find((word) => /[./:]/.test(word)) ?? words[0];
    const match = /^(?:([a-z]+):\/\/)?(?:[^/@\s]{0,200}@)?(\[[0-9a-f:]+\]|[^/:?#\s]{1,256})(?::(\d{1,5}))?/i.exec(
      url ?? '',
    );
    if (match === null) return {};
    const implied = match[1] === 'https' ? 443 : 80;
    return { target: match[2] ?? '', port: match[3] === undefined ? implied : Number(match[3]) };
  }
  const target = words.find(
    (word) =>
      !/^\d{1,5}$/.test(word) &&
      !(command.tool === 'getent' && HOSTS.test(word)) &&
      !(LOOKUP.has(command.tool) && /^(?:A|AAAA|SRV|SOA|TXT|CNAME|ANY|NS|MX|PTR|IN)$/.test(word)),
  );
  if (target === undefined) return {};
  // `nc -vz host 80`, and some write `nc host:80`.
  const joined = /^([^:\s]{1,256}):(\d{1,5})$/.exec(target);
  if (joined !== null && CONNECT.has(command.tool)) return { target: joined[1] ?? '', port: Number(joined[2]) };
  const flagged = command.flags['p'];
  const port = CONNECT.has(command.tool)
    ? (words[words.indexOf(target) + 1] ?? (typeof flagged === 'string' ? flagged : undefined))
    : undefined;
  return { target, ...(port !== undefined && /^\d{1,5}$/.test(port) ? { port: Number(port) } : {}) };
}

/** The pod that it was tried from, by `kubectl exec` or in a shell there. `kubectl run`'s is gone afterwards and named all the same. */
function fromOf({ command, pod: place, namespace: shown }: Origin): Probe['from'] {
  const pod = (command === undefined ? undefined : enteredPod(command)) ?? place;
  const namespace = command?.flags['namespace'] ?? shown;
  return pod === undefined
    ? undefined
    : defined({ pod, namespace: typeof namespace === 'string' ? namespace : undefined });
}

function attemptsOf(tool: string | undefined, lines: readonly string[]): readonly Attempt[] {
  const one = (attempt: Attempt | undefined): readonly Attempt[] => (attempt === undefined ? [] : [attempt]);
  if (tool === undefined) {
    if (lines.some(isArpingLine)) return one(readArping(lines));
    if (lines.some(isPingLine)) return one(readPing(lines));
    if (lines.some(isLookupLine) || isNslookup(lines)) return one(readLookup(lines, false));
    if (lines.some(isHttpLine)) return one(readHttp(lines, false));
    return readConnect(lines);
  }
  const own =
    tool === 'ping'
      ? one(readPing(lines))
      : tool === 'arping'
        ? one(readArping(lines))
        : LOOKUP.has(tool)
          ? one(tool === 'getent' ? readHosts(lines) : readLookup(lines, true))
          : HTTP.has(tool)
            ? (readCodes(lines) ?? one(readHttp(lines, true)))
            : [];
  // A wrapper around any of the tools may say no more than that it failed.
  return own.length > 0 ? own : readConnect(lines);
}

/** The DNS server that a look-up was sent to: `dig @10.96.0.10 web`, `nslookup web 10.96.0.10`. */
function serverOf({ tool, words }: Command, target: string): string | undefined {
  if (!LOOKUP.has(tool)) return undefined;
  const at = words.find((word) => word.startsWith('@'));
  if (at !== undefined) return at.slice(1);
  const next = tool === 'dig' ? undefined : words[words.indexOf(target) + 1];
  return words.includes(target) && next !== undefined && /^[\d.]{7,15}$|^[\da-f:]{3,45}$|\./.test(next)
    ? next
    : undefined;
}

/** A site without a path is the same as its root; `/a` and `/a/` are two. */
const sameUrl = (a: string, b: string): boolean => rooted(a) === rooted(b);
const rooted = (url: string): string => (/^https?:\/\/[^/]+$/.test(url) ? `${url}/` : url);

const isProbe = ({ tool, words }: Command): boolean =>
  tool === 'ping' ||
  tool === 'arping' ||
  CONNECT.has(tool) ||
  HTTP.has(tool) ||
  (LOOKUP.has(tool) && (tool !== 'getent' || HOSTS.test(words[0] ?? '')));

/** Pages and answers that begin like this tell of an error. */
const ERROR_BODY = /^\s{0,8}(?:<(?:head>)?(?:<title>|h1>)\s?[45]\d\d\b|\{\s?"(?:error|message)"\s?:)/i;

/** What curl -v says itself, round what it fetched. */
const OWN_WORDS = /^(?:[*<>{}] |[<>]$|curl: \(\d)/;

/** The tool whose words these are, for outputs without a command. */
function toolOf(lines: readonly string[]): string {
  if (lines.some(isArpingLine)) return 'arping';
  if (lines.some(isPingLine)) return 'ping';
  if (lines.some((line) => /DiG|->>HEADER<<-/.test(line))) return 'dig';
  if (lines.some(isLookupLine) || isNslookup(lines)) return 'nslookup';
  if (lines.some(isHttpLine)) return lines.some((line) => line.startsWith('wget:')) ? 'wget' : 'curl';
  return 'nc';
}

/**
 * What active probes met, alone or from inside a pod; also wrappers that print a bare "Connection Failed". The command
 * says what was tried and from which pod; without one the output's own words do: "Connection refused" is refused, ";;
 * connection timed out; no servers could be reached" a timeout.
 *
 * Command: `kubectl exec -n shop web-7f6c -- nc -zv db 5432`, and nc, ncat, telnet, nmap, curl, wget, nslookup, dig,
 *   host, getent hosts, ping and arping anywhere.
 * Versions: nc of OpenBSD 1.105 and later, nmap 6 and 7, traditional and busybox 1.x; curl 7 and 8; wget 1.x; bind 9;
 *   iputils.
 * Sample:
 *
 *     nc: connect to db port 5432 (tcp) failed: Connection refused
 *
 * Empty: a probe that prints nothing is decided by its exit code when the bundle has one, else unread.
 */
export default defineParser({
  kind: 'probe',
  reads:
    'nc, ncat, telnet, nmap, curl, wget, nslookup, dig, host, getent hosts, ping, arping (also through kubectl exec)',
  // Below the parsers of what curl fetched: metrics, health checks, JSON.
  priority: -1,
  matches: (command) => isProbe(effectiveCommand(command)) || isHttpLoop(command.text),
  sniff: (head) => {
    const lines = head.slice(0, 60).map((line) => line.trimEnd());
    return (
      lines.some(
        (line) =>
          isConnectLine(line) || isHttpLine(line) || isLookupLine(line) || isPingLine(line) || isArpingLine(line),
      ) || isNslookup(lines)
    );
  },
  parse: (lines, { origin, emit }) => {
    const inner = origin.command === undefined ? undefined : effectiveCommand(origin.command);
    const command = inner !== undefined && isProbe(inner) ? inner : undefined;
    // What the shell puts in (`$(minikube ip):$NODE_PORT`) only the answer tells.
    const aimed = command === undefined || command.words.some((word) => /[$`]/.test(word)) ? {} : targetOf(command);
    const loop = origin.command !== undefined && isHttpLoop(origin.command.text) ? origin.command.text : undefined;
    const tool = command?.tool ?? (loop === undefined ? toolOf(lines) : 'curl');
    const from = fromOf(origin);
    let attempts = loop === undefined ? attemptsOf(command?.tool, lines) : readHttpLoop(loop, lines);
    const silent = lines.every((line) => line.trim() === '');
    if (attempts.length === 0 && silent && origin.exitCode !== undefined)
      attempts = [
        {
          at: 0,
          outcome:
            origin.exitCode === 0 ? 'ok' : /^(?:28|124|143)$/.test(String(origin.exitCode)) ? 'timeout' : 'failed',
        },
      ];
    let found = 0;
    for (const { at, node, answered, location, ...attempt } of attempts) {
      // Ping says whom it asks; its options with values (`-M do`) look like a target.
      const said = isPingLine(lines[0] ?? '') || isArpingLine(lines[0] ?? '') ? attempt.target : undefined;
      // A search domain made another name of it.
      const completed = said !== undefined && aimed.target !== undefined && said.startsWith(`${aimed.target}.`);
      const target = (completed ? aimed.target : said) ?? aimed.target ?? attempt.target ?? attempt.address;
      if (target === undefined) continue;
      found++;
      emit.fact('probes', {
        ...factBase(origin, at, silent ? (command?.text ?? '') : (lines[at] ?? '')),
        ...(node === undefined ? {} : { node }),
        ...attempt,
        ...(location !== undefined && command?.words.some((word) => sameUrl(word, location)) === true
          ? { redirectsTo: location }
          : {}),
        ...(completed ? { answered: said } : {}),
        ...(answered === undefined || answered === target.replace(/\.$/, '') ? {} : { answered }),
        tool,
        target,
        ...defined({
          port: aimed.port ?? attempt.port,
          from,
          server: command === undefined ? undefined : serverOf(command, target),
        }),
      });
    }
    // What curl fetched and nobody knows: a page or an answer that tells of an error is looked through like any text.
    const { command: asked, ...body } = origin;
    if (asked !== undefined && HTTP.has(tool) && lines.some((line) => ERROR_BODY.test(line)))
      // Without the words of curl, which would be read as those of a probe once more.
      emit.text(
        body,
        lines.map((line) => (OWN_WORDS.test(line) ? '' : line)),
      );
    else if (found === 0) emit.unread(origin, 'no outcome of a probe in it', origin.firstLine);
  },
});
