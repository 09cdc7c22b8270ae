/** curl (7.x, 8.x; plain, -v, -I, -w) and wget (GNU, busybox). */
import { defined } from '../../lib/defined.ts';
import { outcomeOf, type Attempt, type Outcome } from './outcome.ts';

/** curl's exit codes, man curl(1); 7 covers refused and unreachable, the words tell which. */
const CURL_CODES: Readonly<Record<string, Outcome>> = {
  '6': 'unresolved',
  '5': 'unresolved',
  '7': 'refused',
  '28': 'timeout',
  '52': 'reset',
  '56': 'reset',
};
const CURL = /^curl: \((\d{1,3})\) (.*)$/;
/** Whom curl names in its error; a command with a variable of the shell does not tell. */
const NAMED = /ailed (?:to )?connect to ([^\s:;]{1,253})(?:[: ]| port )(\d{1,5})\b/;
const STATUS = /^(?:[<*] )?\s*(?:HTTP\/\d(?:\.\d)?\s+(\d{3})\b|HTTP request sent, awaiting response\.\.\. (\d{3})\b)/;
const WGET_STATUS = /^wget: server returned error: HTTP\/\d(?:\.\d)? (\d{3})/;
const WGET_ERROR =
  /^(?:wget: (?:can't connect|bad address|download timed out|unable|error|note|connection).*|(?:Connecting to|Resolving) .{1,300}(?:failed|timed out).*|failed: .*)$/;
const CODE_ONLY = /^(?:http[_ ]?code[:=]\s*)?(\d{3})$/i;
const ADDRESS =
  /^(?:\* (?:Connected to \S{1,256} \((\S{1,60})\) port (\d{1,5})|\s*Trying (\S{1,60}?):(\d{1,5}))|Connecting to \S{1,256} \((\S{1,60}):(\d{1,5})\)|Connecting to \S{1,200}?\|([^|\s]{1,60})\|:(\d{1,5}))/;
/** What `curl -sv` says where plain curl prints its own line; of several addresses one may still answer. */
const VERBOSE_ERROR =
  /^\* +(?:connect to |Failed to connect to |Connect(?:ion)? |Operation timed out|Could not resolve|Resolving timed out|Recv failure|Empty reply|SSL |OpenSSL ).{0,1000}/i;
/** `About to connect() to proxy web.example port 3128`, `Uses proxy env variable http_proxy == 'http://web.example:3128'`. */
const PROXY =
  /^\* (?:About to connect\(\) to proxy (\S{1,253}) port \d|Uses proxy env variable (?:https?|all)_proxy == '(?:\w{1,10}:\/\/)?([^'/\s]{1,253}))/i;
/** `< location: https://web.example/`. */
const LOCATION = /^(?:< ?)?location: {0,4}(https?:\/\/\S{1,2000})/i;
/** A site that sends back to itself with a cookie stops when the cookie comes; curl without a jar never brings it. */
const COOKIE = /^(?:< ?)?set-cookie:/i;
const TOO_MANY = /^curl: \(47\) Maximum \(\d{1,5}\) redirects/;
const DENIED = /^(?:upstream connect error|no healthy upstream|RBAC: access denied)/;
const ERROR_PAGE = /<(?:title|h1)>\s*([45]\d{2})\s/i;

/** True for a line that only curl or wget prints. */
export function isHttpLine(line: string): boolean {
  return (
    CURL.test(line) ||
    /^\* (?:Connected to|\s*Trying) \S/.test(line) ||
    WGET_STATUS.test(line) ||
    /^wget: (?:can't|bad address|download timed out)/.test(line)
  );
}

/** The attempt of the text; `known` when a command says that the text is curl's or wget's, so that a body means success. */
export function readHttp(lines: readonly string[], known: boolean): Attempt | undefined {
  let address: { address?: string; port?: number } = {};
  let result: Attempt | undefined;
  let verbose: Attempt | undefined;
  let body = -1;
  let proxy: string | undefined;
  let location: string | undefined;
  let redirectsTo: string | undefined;
  const cookies = lines.some((line) => COOKIE.test(line));
  // A status alone, or with one line beside it.
  const few = known && lines.filter((line) => line.trim() !== '').length <= 2;
  lines.forEach((line, at) => {
    if (line.length > 4000) return;
    const through = PROXY.exec(line);
    proxy ??= through?.[1] ?? through?.[2];
    const sent = LOCATION.exec(line)?.[1];
    if (sent !== undefined && !cookies) {
      if (sent === location) redirectsTo = sent;
      location = sent;
    }
    if (TOO_MANY.test(line)) redirectsTo ??= location;
    const found = ADDRESS.exec(line);
    // The address of the proxy is not the target's.
    if (found !== null && proxy === undefined) {
      const [, a, ap, b, bp, c, cp, d, dp] = found;
      address = { address: a ?? b ?? c ?? d ?? '', port: Number(ap ?? bp ?? cp ?? dp) };
    }
    const status =
      STATUS.exec(line)
        ?.slice(1)
        .find((code) => code !== undefined) ??
      WGET_STATUS.exec(line)?.[1] ??
      ERROR_PAGE.exec(line)?.[1];
    const error = CURL.exec(line);
    const code = few ? CODE_ONLY.exec(line.trim())?.[1] : undefined;
    if (error !== null) {
      const returned = /returned error: (\d{3})/.exec(error[2] ?? '')?.[1];
      if (returned !== undefined) result = { at, outcome: 'http-error', httpStatus: Number(returned) };
      else {
        const [, target, port] = known ? (NAMED.exec(error[2] ?? '') ?? []) : [];
        const word = outcomeOf(error[2] ?? '');
        const byCode = CURL_CODES[error[1] ?? ''];
        result = {
          at,
          outcome: word !== undefined && error[1] !== '6' && error[1] !== '28' ? word : (byCode ?? 'failed'),
          ...(target === undefined ? {} : { target, port: Number(port) }),
        };
      }
    } else if (status !== undefined) {
      // Redirects and 100 Continue come first; the last status is the answer.
      const number = Number(status);
      result = { at, outcome: number >= 400 ? 'http-error' : 'ok', httpStatus: number };
    } else if (code !== undefined) {
      // curl -w '%{http_code}' prints 000 when no answer came at all.
      const number = Number(code);
      result ??=
        number === 0
          ? { at, outcome: 'failed' }
          : { at, outcome: number >= 400 ? 'http-error' : 'ok', httpStatus: number };
    } else if (VERBOSE_ERROR.test(line)) {
      const outcome = outcomeOf(line);
      if (outcome !== undefined) verbose = { at, outcome };
    } else if (DENIED.test(line)) result ??= { at, outcome: 'http-error' };
    else if (WGET_ERROR.test(line.trim())) result ??= { at, outcome: outcomeOf(line) ?? 'failed' };
    else if (/^command terminated with exit code \d/.test(line))
      result ??= { at, outcome: /code (?:28|124|143)$/.test(line.trim()) ? 'timeout' : 'failed' };
    else if (body < 0 && line.trim() !== '' && !/^(?:[*<>{}] |Connecting to|--\d{4}-)/.test(line)) body = at;
  });
  if (verbose !== undefined && (result === undefined || result.outcome === 'failed')) result = verbose;
  if (result === undefined && known && body >= 0) result = { at: body, outcome: 'ok' };
  if (result === undefined) return undefined;
  return { ...address, ...defined({ proxy, location, redirectsTo }), ...result };
}

/** Status after status, as curl in a loop without headings prints them; undefined where there is anything else. */
export function readCodes(lines: readonly string[]): readonly Attempt[] | undefined {
  const told = lines.flatMap((line, at) =>
    line.trim() === '' ? [] : [{ at, code: CODE_ONLY.exec(line.trim())?.[1] }],
  );
  if (told.length < 3 || told.some(({ code }) => code === undefined)) return undefined;
  return told.map(({ at, code }) => {
    const status = Number(code);
    if (status === 0) return { at, outcome: 'failed' };
    return { at, outcome: status >= 400 ? 'http-error' : 'ok', httpStatus: status };
  });
}

/** A loop of the shell whose body prints the status that curl met. */
const LOOP = /^\s*(?:for|while)\b[^\n]{0,2000}?\bcurl\b[^\n]{0,2000}?%\{(?:http|response)_code\}/;
/** `10.0.3.7 200`, `web.example: 000 Connection timed out`: whom the loop asked, the status, curl's words about it. */
const LOOP_LINE =
  /^([A-Za-z0-9[][\w.:/[\]-]{0,252}?)[:=]?\s{1,20}(?:(?:->|=>)\s{1,4})?(\d{3})(?:\s{1,20}(\S.{0,500}))?$/;
const LOOP_PORT = /\bhttps?:\/\/[^\s'"/]{1,253}?:(\d{1,5})\b/;

/** True where the address changes from turn to turn; where only the machine that asks does, each turn stands for itself. */
export function isHttpLoop(command: string): boolean {
  const variable = /^\s*for (\w{1,60}) in /.exec(command)?.[1];
  return (
    LOOP.test(command) &&
    (variable === undefined ||
      new RegExp(
        String.raw`https?://[^\s'"/]{0,253}\$\{?${variable}\b|curl\s[^;]{0,400}\s["']?\$\{?${variable}\b`,
      ).test(command))
  );
}

/** Every attempt of such a loop: `for n in 10.0.3.7 10.0.3.8; do echo -n "$n "; curl -so /dev/null -w '%{http_code}\n' http://$n:30080; done`. */
export function readHttpLoop(command: string, lines: readonly string[]): readonly Attempt[] {
  const port = LOOP_PORT.exec(command)?.[1] ?? (/\bhttps:/.test(command) ? '443' : '80');
  return lines.flatMap((line, at) => {
    const [, host, code, words = ''] = LOOP_LINE.exec(line.trim()) ?? [];
    if (host === undefined || code === undefined) return [];
    const status = Number(code);
    const target = /^(?:\w{1,10}:\/\/)?([^/:\s]{1,253})/.exec(host)?.[1] ?? host;
    const common = { at, target, port: Number(port) };
    if (status === 0) return [{ ...common, outcome: outcomeOf(words) ?? ('failed' as const) }];
    return [{ ...common, outcome: status >= 400 ? ('http-error' as const) : ('ok' as const), httpStatus: status }];
  });
}
