import { defined } from '../../lib/defined.ts';
import { linesOf } from '../../lib/text-stream.ts';
import { fieldsOf, parseJson, textOf, type Fields } from '../../lib/untyped.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import type { LogLine, LogStream } from '../records.ts';

/** As long as the scanner takes a line. */
const MAX_LINE_BYTES = 1024 * 1024;
/** Share of the first lines that must be records. */
const MOST = 0.6;
const LOOKED_AT = 20;
/** Text that is gathered before it is scanned: it bounds memory, not what is read. */
const GATHERED = 32 * 1024 * 1024;
/** A full time: a line that has none of its own gets the record's in front, as `kubectl logs --timestamps` prints it. */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

interface Place {
  readonly pod: string;
  readonly namespace?: string;
  readonly container?: string;
  readonly node?: string;
}
interface LogRecord extends Place {
  readonly text: string;
  readonly stamp?: string;
}
/** One container's part. */
interface Part {
  readonly place: Place;
  readonly lines: string[];
  /** For each line, the line of the file that holds it. */
  readonly numbers: number[];
  readonly first?: string;
  last?: string;
}

/** Whose the line is, in the words of stern, of fluentd and the shippers like it, of Loki, and of Google's logging. */
function placeOf(entry: Fields): Place | undefined {
  const shipped = fieldsOf(entry['kubernetes']);
  const labels = entry['labels'] === undefined ? fieldsOf(entry['stream']) : fieldsOf(entry['labels']);
  const resource = fieldsOf(fieldsOf(entry['resource'])['labels']);
  const shown = (
    [
      [entry['podName'], entry['namespace'], entry['containerName'], entry['nodeName']],
      [shipped['pod_name'], shipped['namespace_name'], shipped['container_name'], shipped['host']],
      [
        fieldsOf(shipped['pod'])['name'],
        shipped['namespace'],
        fieldsOf(shipped['container'])['name'],
        fieldsOf(shipped['node'])['name'],
      ],
      [labels['pod'], labels['namespace'], labels['container'], labels['node_name']],
      [resource['pod_name'], resource['namespace_name'], resource['container_name'], undefined],
    ] as const
  ).find(([pod, , container]) => textOf(pod) !== undefined && textOf(container) !== undefined);
  const pod = shown === undefined ? undefined : textOf(shown[0]);
  if (shown === undefined || pod === undefined) return undefined;
  const [, namespace, container, node] = shown;
  return { pod, ...defined({ namespace: textOf(namespace), container: textOf(container), node: textOf(node) }) };
}

/** The line of a log in a record; undefined for JSON that carries none. */
function recordOf(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  const whole = fieldsOf(parseJson(line));
  // What was exported from Elasticsearch or OpenSearch has the record inside.
  const entry = whole['_source'] === undefined ? whole : fieldsOf(whole['_source']);
  if (entry['kind'] !== undefined && entry['apiVersion'] !== undefined) return undefined;
  const place = placeOf(entry);
  const text = [
    entry['message'],
    entry['log'],
    entry['line'],
    entry['textPayload'],
    fieldsOf(entry['jsonPayload'])['message'],
  ].find((value) => typeof value === 'string');
  if (place === undefined || text === undefined) return undefined;
  const stamp = [entry['@timestamp'], entry['timestamp'], entry['time']].map(textOf).find((at) => at !== undefined);
  return { ...place, text, ...(stamp !== undefined && STAMP.test(stamp) ? { stamp } : {}) };
}

/** The lines of a scanned part where they stand in the file. */
function placed(log: LogStream, numbers: readonly number[], file: number): LogStream {
  const at = (one: LogLine): LogLine => ({ ...one, line: file + (numbers[one.line - 1] ?? one.line) - 1 });
  return {
    ...log,
    hits: log.hits.map((hit) => ({ ...hit, first: at(hit.first), last: at(hit.last) })),
    tail: log.tail.map(at),
  };
}

/** Scans what was gathered, container by container. */
async function scanned(parts: Map<string, Part>, { origin, emit, scan }: ParserContext): Promise<void> {
  for (const { place, lines, numbers, first, last } of parts.values()) {
    // Stores of logs answer with the newest line first.
    if (first !== undefined && last !== undefined && first > last) {
      lines.reverse();
      numbers.reverse();
    }
    const { node: _node, ...rest } = origin;
    const chunks = (async function* () {
      yield Buffer.from(`${lines.join('\n')}\n`);
    })();
    emit.log(placed(await scan(chunks, { ...rest, firstLine: 1, ...place }, 'container'), numbers, origin.firstLine));
  }
  parts.clear();
}

/**
 * Lines of many containers, each in a record of JSON with the name of its pod: what a shipper or a store of logs gives.
 *
 * Command: `stern -A -o json`, `logcli query -o jsonl`, `gcloud logging read --format=json | jq -c .[]`; an export of
 *   Elasticsearch, OpenSearch or Loki.
 * Versions: stern 1.20 to 1.33, Fluentd 1, Fluent Bit 1 to 4, Filebeat 7 to 9, Loki 2 and 3.
 * Sample:
 *
 *     {"message":"cannot open the queue","nodeName":"n1","namespace":"shop","podName":"web-0","containerName":"app"}
 *
 * Empty: no record means that nothing was written in the time that was asked for.
 */
export default defineParser({
  kind: 'collected-logs',
  divides: true,
  reads: 'lines of JSON with a pod and a log line each: stern, Fluentd, Fluent Bit, Filebeat, Loki, Google Cloud',
  priority: 12,
  sniff(head) {
    const lines = head.filter((line) => line.trim() !== '').slice(0, LOOKED_AT);
    return lines.length > 0 && lines.filter((line) => recordOf(line) !== undefined).length >= MOST * lines.length;
  },
  async stream(chunks, context) {
    const parts = new Map<string, Part>();
    let gathered = 0;
    let number = 0;
    for await (const line of linesOf(chunks, { maxLineBytes: MAX_LINE_BYTES })) {
      number++;
      if (line.trim() === '') continue;
      const record = recordOf(line);
      if (record === undefined) {
        context.emit.unread(
          context.origin,
          'no record of a container, not read',
          context.origin.firstLine + number - 1,
        );
        continue;
      }
      const { text, stamp, ...place } = record;
      const key = [place.namespace, place.pod, place.container].join('\u0000');
      let part = parts.get(key);
      if (part === undefined) parts.set(key, (part = { place, lines: [], numbers: [], ...defined({ first: stamp }) }));
      if (stamp !== undefined) part.last = stamp;
      for (const own of text.replace(/\r?\n$/, '').split('\n')) {
        part.lines.push(stamp === undefined ? own : `${stamp} ${own}`);
        part.numbers.push(number);
      }
      gathered += text.length;
      if (gathered < GATHERED) continue;
      await scanned(parts, context);
      gathered = 0;
    }
    await scanned(parts, context);
  },
});
