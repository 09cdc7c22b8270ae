/** Network addresses inside free text: `host:port`, URLs, JDBC strings, `${VAR:default}` places. */

export interface HostPort {
  readonly host: string;
  readonly port?: number | undefined;
  readonly scheme?: string | undefined;
}

/** Ports a scheme implies when none is written. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  mysql: 3306,
  mariadb: 3306,
  postgres: 5432,
  postgresql: 5432,
  redis: 6379,
  rediss: 6379,
  amqp: 5672,
  amqps: 5671,
  mongodb: 27017,
  nats: 4222,
};

/** Schemes whose first part is no host of the network. */
const NOT_NETWORK =
  /^(?:kubernetes|k8s|file|unix|docker|containerd|oci|s3|gs|data|classpath|spiffe|urn|arn|git|env|secret|vault)$/;

/** Labels of up to 63 characters between dots. */
const HOST_NAME = /^(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*$/i;
/** What most addresses are: a name or an IPv4 address, with or without a port. */
const PLAIN = /^[a-z0-9_.-]{1,253}(?::\d{1,5})?$/i;
/** Longer texts are configuration files, not addresses; they are read up to here. */
const TEXT_LIMIT = 65_536;

const NONE: readonly never[] = [];

/** True for a DNS name with at least one letter (an address such as 10.0.0.1 is no name). */
export function isHostName(text: string): boolean {
  return text.length <= 253 && /[a-z]/i.test(text) && HOST_NAME.test(text);
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** `${PAYMENTS_HOST:payments}` stands for its default where the variable is not set. */
export function withDefaults(text: string): string {
  return text.includes('${') ? text.replace(/\$\{[^{}:]{1,100}:-?([^{}]{0,200})\}/g, '$1') : text;
}

/**
 * One address, or undefined. Knows `host`, `host:port`, `scheme://[user[:password]@]host[:port][/…]`, `jdbc:…`.
 * A port that the scheme implies is not filled in; see `impliedPort`.
 */
export function parseHostPort(text: string): HostPort | undefined {
  if (PLAIN.test(text)) return parsePlain(text);
  const trimmed = withDefaults(text.trim()).replace(/^jdbc:/i, '');
  const url = /^([a-z][a-z0-9+.-]{0,30}):\/\/(.{1,500})$/is.exec(trimmed);
  const scheme = url?.[1]?.toLowerCase();
  if (scheme !== undefined && NOT_NETWORK.test(scheme)) return undefined;
  const rest = (url?.[2] ?? trimmed).replace(/[/?#;].*$/s, '').replace(/^[^@]{0,200}@/, '');
  const parts = /^([^:\s]{1,253})(?::(\d{1,5}))?$/.exec(rest);
  const [, name, port] = parts ?? [];
  // `kube-system/traefik` is a namespace and a name.
  if (name === undefined || (scheme === undefined && port === undefined && trimmed.includes('/'))) return undefined;
  return checked(name, port, scheme);
}

function parsePlain(text: string): HostPort | undefined {
  const colon = text.indexOf(':');
  return colon < 0
    ? checked(text, undefined, undefined)
    : checked(text.slice(0, colon), text.slice(colon + 1), undefined);
}

function checked(name: string, portText: string | undefined, scheme: string | undefined): HostPort | undefined {
  const host = name.endsWith('.') ? name.slice(0, -1) : name;
  if (!(isHostName(host) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host))) return undefined;
  const port = portText === undefined ? undefined : Number(portText);
  return port !== undefined && !isPort(port) ? undefined : { host, port, scheme };
}

/** The port that is really used: the written one, else the scheme's. */
export function impliedPort(address: HostPort): number | undefined {
  return address.port ?? (address.scheme === undefined ? undefined : DEFAULT_PORTS[address.scheme]);
}

/**
 * All addresses in a value: each word (split at blanks, commas, quotes, brackets) that is a URL or has a port.
 * Plain words are not addresses.
 */
export function addressesIn(text: string): readonly HostPort[] {
  if (!text.includes(':')) return NONE;
  if (PLAIN.test(text)) {
    const address = parsePlain(text);
    return address === undefined ? NONE : [address];
  }
  const found: HostPort[] = [];
  for (const word of withDefaults(text.slice(0, TEXT_LIMIT)).split(/[\s,;"'`<>()[\]{}|=]+/)) {
    if (word.length > 500 || !word.includes(':')) continue;
    const address = parseHostPort(word);
    if (address !== undefined && (address.port !== undefined || address.scheme !== undefined)) found.push(address);
  }
  return found;
}
