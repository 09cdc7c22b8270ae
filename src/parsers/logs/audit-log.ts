import { parseTimestamp } from '../../lib/timestamp.ts';
import { defined } from '../../lib/defined.ts';
import { fieldsOf, parseJson, textOf, type Fields } from '../../lib/untyped.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';
import type { ApiRequests, Origin } from '../records.ts';

/** One event names its API within its first keys, on one line or on several. */
const AUDIT = /"apiVersion":\s{0,4}"audit\.k8s\.io\//;
const LF = 0x0a;
/** Longer ones hold whole lists in their response (bytes). */
const MAX_EVENT = 1024 * 1024;
/** Groups of requests that are kept while reading, and that are handed on: the largest ones. */
const MAX_GROUPS = 20_000;
const TOLD = 50;
/** Ids of requests that are remembered: each is logged once a stage. */
const MAX_IDS = 200_000;

interface Group {
  readonly source: { readonly at: number; readonly text: string };
  readonly user: string;
  readonly agent: string | undefined;
  readonly verb: string;
  readonly resource: string;
  count: number;
  rejected: number;
  first: number | undefined;
  last: number | undefined;
}

/** `logship/v1.2.0 (linux/amd64) kubernetes/$Format` → `logship/v1.2.0`. */
const productOf = (agent: unknown): string | undefined => textOf(agent)?.split(' ')[0]?.slice(0, 120);

/** `pods`, `nodes/status`, `deployments.apps`; the path where nothing is named (`/healthz`). */
function resourceOf(event: Fields): string {
  const ref = fieldsOf(event['objectRef']);
  const resource = textOf(ref['resource']);
  if (resource === undefined) return (textOf(event['requestURI']) ?? '').split('?')[0]?.slice(0, 200) ?? '';
  const group = textOf(ref['apiGroup']);
  const part = textOf(ref['subresource']);
  return `${resource}${group === undefined ? '' : `.${group}`}${part === undefined ? '' : `/${part}`}`;
}

/** Counts events by who asks for what. */
function counter(origin: Origin) {
  const groups = new Map<string, Group>();
  const ids = new Set<string>();
  let total = 0;
  const add = (text: string, at: number): void => {
    const event = fieldsOf(parseJson(text));
    const id = textOf(event['auditID']);
    if (id === undefined) return;
    const code = fieldsOf(event['responseStatus'])['code'];
    const user = textOf(fieldsOf(event['user'])['username']) ?? 'unknown';
    const agent = productOf(event['userAgent']);
    const verb = textOf(event['verb']) ?? '';
    const resource = resourceOf(event);
    const key = [user, agent ?? '', verb, resource].join('\u0000');
    let group = groups.get(key);
    if (group === undefined) {
      if (groups.size >= MAX_GROUPS) return;
      group = {
        source: { at, text },
        user,
        agent,
        verb,
        resource,
        count: 0,
        rejected: 0,
        first: undefined,
        last: undefined,
      };
      groups.set(key, group);
    }
    // 429 stands in the last stage, which repeats the id.
    if (code === 429) group.rejected++;
    if (ids.has(id)) return;
    if (ids.size < MAX_IDS) ids.add(id);
    total++;
    group.count++;
    const time = parseTimestamp(textOf(event['requestReceivedTimestamp']) ?? textOf(event['timestamp']) ?? '');
    if (time === undefined) return;
    group.first = Math.min(group.first ?? time, time);
    group.last = Math.max(group.last ?? time, time);
  };
  const told = (): readonly ApiRequests[] =>
    [...groups.values()]
      .toSorted((a, b) => b.count - a.count || a.source.at - b.source.at)
      .slice(0, TOLD)
      .map(({ source, user, agent, verb, resource, count, rejected, first, last }) => ({
        ...factBase(origin, source.at, source.text),
        user,
        verb,
        resource,
        count,
        rejected,
        total,
        ...defined({
          userAgent: agent,
          span: first === undefined || last === undefined ? undefined : last - first,
        }),
      }));
  return { add, told };
}

/** Hands the bytes on as they come, and each event in them (a line, or several that a brace opens and closes) to `add`. */
async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  add: (event: string, at: number) => void,
): AsyncGenerator<Uint8Array> {
  let rest = '';
  let open: string[] | undefined;
  let size = 0;
  let at = -1;
  let start = 0;
  const line = (text: string): void => {
    at++;
    if (open === undefined) {
      if (!text.startsWith('{')) return;
      if (text.trimEnd().length > 1) return text.length <= MAX_EVENT ? add(text, at) : undefined;
      open = [text];
      start = at;
      size = 0;
      return;
    }
    size += text.length;
    if (size <= MAX_EVENT) open.push(text);
    if (!text.startsWith('}')) return;
    if (size <= MAX_EVENT) add(open.join('\n'), start);
    open = undefined;
  };
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    // A line that is too long for an event is not gathered.
    rest = (rest.length > MAX_EVENT ? '' : rest) + decoder.decode(chunk, { stream: true });
    if (chunk.includes(LF)) {
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) line(text);
    }
    yield chunk;
  }
  if (rest !== '') line(rest);
}

/**
 * The API server's audit log: who asked for what, and how often. The log is scanned for signatures like any other;
 * besides there is one ApiRequests for each of the clients' most frequent requests.
 *
 * Command: `cat /var/log/kubernetes/audit/audit.log`, `jq . audit.log`, and files of that kind.
 * Versions: audit.k8s.io/v1alpha1 to v1 (Kubernetes 1.7 to 1.36), one event a line or indented.
 * Sample:
 *
 *     {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"0d1e","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"list","user":{"username":"system:serviceaccount:shop:web"}}
 *
 * Empty: an empty text cannot be recognised.
 */
export default defineParser({
  kind: 'audit-log',
  reads: "the API server's audit log, as JSON",
  priority: 2,
  sniff: (head) => {
    const start = head.findIndex((line) => line.trim() !== '');
    return start >= 0 && (head[start] ?? '').startsWith('{') && AUDIT.test(head.slice(start, start + 4).join('\n'));
  },
  async stream(chunks, { origin, emit, scan }) {
    const { add, told } = counter(origin);
    emit.log(await scan(watched(chunks, add), { program: 'kube-apiserver', ...origin }, 'text'));
    for (const requests of told()) emit.fact('apiRequests', requests);
  },
});
