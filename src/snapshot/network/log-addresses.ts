/** The address that a line about a failed connection names, and what it is in this cluster. */
import { addressesIn, parseHostPort, type HostPort } from '../../lib/host-port.ts';
import type { LogHit } from '../../parsers/records.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';

/** Wordings in which host and port stand apart. */
const APART: readonly RegExp[] = [
  /server at "([\w.-]{1,253})"[^\n]{0,60}?port (\d{1,5})/, // libpq
  /host='([\w.-]{1,253})', port=(\d{1,5})/, // urllib3
  /connect to ([\w.-]{1,253}) port (\d{1,5})/i, // curl, libc
  /host[=: ]+"?([\w.-]{1,253})"?[,;]? +port[=: ]+(\d{1,5})/i,
];

/** An agent of Jenkins: the address behind which it read which port it should ask. */
const PROVIDED = /https?:\/\/([\w.-]{1,253})(?::\d{1,5})?\/\S{0,200} provided port:(\d{1,5})/;

/** What a program says in a line before: Redis names its master, a client of ZooKeeper its server, then what came of it. */
const BEFORE =
  /(?:Connecting to (?:MASTER|PRIMARY) ([\w.-]{1,253})|Opening socket connection to server ([\w.-]{1,253})(?:\/[\d.]{7,15})?):(\d{1,5})/;

/** Source files look like addresses: `server.go:88`, `app.js:12`. */
const SOURCE_FILE = /\.(?:go|js|ts|mjs|cjs|py|rb|java|kt|rs|cs|php|cpp|cc|c|h|ex|erl|scala|tsx?|jsx?)$/i;
/** Numbers and times (`2026-03-01T12:00`) that a pattern took for a host, and a class with its line (`DeskClient:88`). */
const NO_HOST = /^\d+$|^\d{4}-\d\d-\d\d|^\d{1,3}$|^[A-Z][a-z]\w{0,60}[A-Z]\w{0,60}$/;
/** Where Jupyter and Tornado say who writes, and in which line of its source: `[W 2026-03-01 10:00:31.021 Hub utils:298]`. */
const WRITER = /^\[[A-Z] [\d-]{6,10} [\d:.,]{8,16} (?:\w{1,60} )?(\w{1,60}:\d{1,6})\]/;
/** Who asks, in fields of a log: `src.addr=10.0.0.9:41870`. */
const ASKS = /\b(?:src|source|client|local)(?:[._-](?:addr|address|ip))?=\S{1,300}/g;
const usable = (address: HostPort | undefined): address is HostPort =>
  address !== undefined && !SOURCE_FILE.test(address.host) && !NO_HOST.test(address.host);

/** The address of a hit: from its groups `before` and `after`, else from the words of its line. */
export function addressOfHit(hit: LogHit): HostPort | undefined {
  const [, at, port] = PROVIDED.exec(hit.last.text) ?? [];
  if (at !== undefined) return parseHostPort(`${at}:${port}`);
  const [header = '', writer] = WRITER.exec(hit.last.text) ?? [];
  for (const text of ['after', 'jdbc', 'broker', 'before'].map((group) => hit.groups[group])) {
    if (text === undefined || text === writer) continue;
    // Java writes name/address:port.
    const slash = /^([\w.-]{1,253})\/([\d.]{7,15}):(\d{2,5})$/.exec(text);
    const address = slash === null ? parseHostPort(text) : parseHostPort(`${slash[1]}:${slash[3]}`);
    if (usable(address)) return address;
  }
  const { message } = parseLogLine(hit.last.text.slice(header.length));
  for (const pattern of APART) {
    const match = pattern.exec(message);
    const address = match === null ? undefined : parseHostPort(`${match[1] ?? ''}:${match[2] ?? ''}`);
    if (usable(address)) return address;
  }
  const own = addressesIn(message.replace(ASKS, '')).find(usable);
  if (own !== undefined) return own;
  for (const line of hit.last.around?.before.toReversed() ?? []) {
    const match = BEFORE.exec(line);
    if (match !== null) return parseHostPort(`${match[1] ?? match[2] ?? ''}:${match[3] ?? ''}`);
  }
  return undefined;
}
