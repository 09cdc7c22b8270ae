/** Credentials that are assigned to a name: `name=value`, `name: value`, `"name":"value"`, `--name value`. */
import { isCredentialName } from './names.ts';

/** A word of a credential's name, to the name's end. */
const WORD =
  '(?:(?:pass|pwd|secret|token|credential|auth|cookie|certificate-data)[a-z0-9_.-]{0,64}|key(?:[_.-]?(?:data|id))?|pin|salt|pat|psk)';
/** That word, its closing quote, and what stands between it and the value. */
const NAME = new RegExp(String.raw`${WORD}(\\{0,8}["'])?([ \t]{0,8}[:=]{1,2}>?[ \t]{0,8}|[ \t]{1,8})`, 'gi');
/** What nearly all texts lack. */
const ASSIGNED = new RegExp(String.raw`${WORD}\\{0,8}["']?[ \t]{0,8}[:=]|--[a-z0-9_.-]{0,64}${WORD}[ \t]`, 'i');
/** Characters of the name before that word. */
const BEFORE = 64;
const LONGEST_VALUE = 8192;

/** Words that say that there is none, or what it is like, and references to a variable: useful evidence, no secret. */
const HARMLESS =
  /^(?:yes|no|true|false|null|nil|<nil>|none|<none>|empty|missing|required|invalid|incorrect|expired|undefined|unknown|enabled|disabled|set|unset|using|bearer|basic|digest|\*+|\[.{0,2000}|\{.{0,2000}|<set.{0,2000}|\(.{0,2000}|[|>]-?|\.{3,})\)?$/i;
/** Characters in which that shows. */
const REASON_START = 24;
/** How what went wrong begins, behind the colon of a sentence; a passphrase may begin with `open` or `get` alone. */
const OPENS_A_REASON =
  /^(?:(?:errors?|failed|failure|could|cannot|unable|rpc|dial|lookup) |(?:open|stat) \/|(?:get|post|put) \\?"?https?:|not (?:found|allowed|set|valid)\b)/i;
const REFERENCE = /^(?:\\?["'])?\$[({][A-Za-z0-9_.]{1,200}[)}]/;
const LONGEST_REFERENCE = 210;
/** klog names a Secret as namespace/name; others point to a file. */
const SECRET_REF = /^[a-z0-9.-]{1,253}\/[a-z0-9.-]{1,253}$/;
const FILE = /^(?:\/|file:)[\w.-]{0,255}(?:\/[\w.-]{1,255}){1,20}\/?$/;
/** Names under which the name of a Secret stands, and what no such name looks like. */
const SECRET_NAME = /^secrets?$|(?:pull|tls|image|bootstrap|registry)[_.-]?secrets?$/i;
const RANDOM = /[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-/i;
/** Of an object, or of a kind of objects. */
const OBJECT_NAME = /^(?:[a-z0-9][a-z0-9.-]{0,252}|[A-Z][A-Za-z]{2,40})$/;

/** Where the value that begins here ends. */
function endOfValue(text: string, from: number, whole: boolean): number {
  const end = Math.min(text.length, from + LONGEST_VALUE);
  const escaped = text.startsWith('\\"', from);
  const quote = escaped ? '\\"' : text[from];
  if (escaped || quote === '"' || quote === "'") {
    for (let i = from + quote!.length; i < end; i++) {
      if (text.startsWith(quote!, i)) return i;
      if (text[i] === '\\') i++;
    }
    return end;
  }
  for (let i = from; i < end; i++) {
    const char = text[i] as string;
    if (char === '\n' || char === '\r') return i;
    if (char === '\\' && /[nrt"]/.test(text[i + 1] ?? '')) return i;
    if (char === '"') return i;
    if (!whole && /[ \t,;&')}\]]/.test(char)) return i;
  }
  return end;
}

/** The text with the values of credentials in place of `mask`; quotes stay, so that what was JSON stays JSON. */
export function maskAssignments(text: string, mask: string): string {
  if (!ASSIGNED.test(text)) return text;
  let out = '';
  let done = 0;
  NAME.lastIndex = 0;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    const [all, quote, sign = ''] = match;
    const at = match.index;
    let start = at;
    while (start > done && at - start < BEFORE && /[\w.-]/.test(text[start - 1] ?? '')) start--;
    const named = text.slice(start, at + all.length - sign.length - (quote?.length ?? 0));
    const name = named.replace(/^-{1,64}/, '');
    const from = at + all.length;
    // The next name may begin in what was no value.
    NAME.lastIndex = from;
    if (!isCredentialName(name) || !isAssignment(text, start, named, quote, sign, from)) continue;
    const colon = /^:[ \t]/.test(sign);
    const header = /authorization|cookie/i.test(name);
    const whole = header || (colon && quote === undefined && beginsLine(text, start));
    const end = endOfValue(text, from, whole);
    const opening = /^(?:\\"|["'])/.exec(text.slice(from, from + 2))?.[0] ?? '';
    const value = text.slice(from + opening.length, end);
    if (value === '' || value === mask || isHarmless(name, value)) continue;
    // `rbac.authorization.k8s.io: …` is an API group; other names that end like a host's may be keys.
    if (/\.(?:k8s|x-k8s|openshift)\.io$/i.test(name)) continue;
    // "InvalidAccessKeyId: The key you provided ..." is the name of an error.
    if (colon && /^(?:Invalid|Expired|Missing|Malformed|Unrecognized)[A-Z]/.test(name)) continue;
    // "could not get secret_id: Error making the request": a sentence about it goes on with why.
    if (colon && quote === undefined && text[end] === ' ' && OPENS_A_REASON.test(text.slice(from, from + REASON_START)))
      continue;
    // "may require authorization: server message: ...", "failed to fetch anonymous token: unexpected status"
    if (
      header &&
      colon &&
      /^[a-z]{1,40} [a-z]/.test(value) &&
      !/^(?:basic|bearer|digest|token|negotiate|apikey) /i.test(value)
    )
      continue;
    if (!whole && colon && opening === '' && /^[a-z]{1,40}$/.test(value) && /^ [a-z"]/.test(text.slice(end, end + 2)))
      continue;
    out += text.slice(done, from) + opening + mask;
    done = end;
    NAME.lastIndex = end;
  }
  return done === 0 ? text : out + text.slice(done);
}

/** Columns to which YAML is indented. */
const INDENT = 200;

/** Whether nothing but space and dashes stands before it on its line; JSON and journals write line ends as `\\n`. */
function beginsLine(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - INDENT), at);
  return /\n[ \t-]*$|\\n[ \t-]*$/.test(before) || (at <= INDENT && /^[ \t-]*$/.test(before));
}

/** What a sentence about a flag says of it: `--token is required`. */
const SAID_OF_A_FLAG = /^(?:is|was|must|cannot|has|flag|and|or) [a-z-]/;

/** Whether the name and sign assign something; sentences and addresses have such words, too. */
function isAssignment(
  text: string,
  start: number,
  named: string,
  quote: string | undefined,
  sign: string,
  from: number,
): boolean {
  const next = text[from] ?? '';
  if (REFERENCE.test(text.slice(from, from + LONGEST_REFERENCE))) return false;
  // Only a flag and its value are parted by a blank alone.
  if (!/[:=]/.test(sign))
    return (
      quote === undefined &&
      named.startsWith('--') &&
      next !== '-' &&
      !SAID_OF_A_FLAG.test(text.slice(from, from + REASON_START))
    );
  // volume "db-token" : configmap ... is a sentence; "password" : "x" is JSON.
  if (quote !== undefined && /^[ \t]/.test(sign) && !/["'\\]/.test(next)) return false;
  // The end of an address and an image (name:tag) are no assignments.
  if (sign.startsWith(':') && text[start - 1] === '/') return false;
  return sign !== ':' || quote !== undefined || /(?:password|passwd|pwd|passphrase|secret|token|key)$/i.test(named);
}

function isHarmless(name: string, value: string): boolean {
  if (HARMLESS.test(value) || FILE.test(value)) return true;
  if (/secrets?$/i.test(name) && SECRET_REF.test(value)) return true;
  return SECRET_NAME.test(name) && OBJECT_NAME.test(value) && !RANDOM.test(value);
}
