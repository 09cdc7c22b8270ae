import { linesOf } from '../../lib/text-stream.ts';
import { defineParser } from '../parser.ts';

const START = /^==== START logs for container (\S{1,253}) of pod ([^\s/]{1,253})\/(\S{1,253}) ====/;
const END = '==== END logs for container ';
/** kubectl writes why there is no log in the place of the log. */
const FAILURE = /^(?:Create log request error|Request log error): (.{1,2000})/;
/** As long as the scanner takes a line. */
const MAX_LINE_BYTES = 1024 * 1024;
const CHUNK = 64 * 1024;

/**
 * The logs of a pod's containers one after the other, as a dump writes them into `logs.txt`.
 *
 * Command: `kubectl cluster-info dump --output-directory=DIR`.
 * Versions: kubectl 1.5 to 1.36.
 * Sample:
 *
 *     ==== START logs for container app of pod shop/web-0 ====
 *     2025-11-28 08:04:00 INFO serving on :8080
 *     ==== END logs for container app of pod shop/web-0 ====
 *
 * Empty: a container without a line between its marks wrote nothing.
 */
export default defineParser({
  kind: 'dump-logs',
  divides: true,
  reads: 'logs.txt of kubectl cluster-info dump',
  priority: 12,
  sniff: (head) => head.slice(0, 3).some((line) => START.test(line)),
  async stream(chunks, { origin, emit, scan }) {
    const lines = linesOf(chunks, { maxLineBytes: MAX_LINE_BYTES });
    let number = 0;
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
      number++;
      const start = START.exec(next.value);
      if (start === null) {
        if (next.value.trim() !== '' && !next.value.startsWith(END))
          emit.unread(origin, 'text between the logs, not read', origin.firstLine + number - 1);
        continue;
      }
      const [, container = '', namespace = '', pod = ''] = start;
      const at = { ...origin, firstLine: origin.firstLine + number, namespace, pod, container };
      const block = (async function* () {
        let gathered = '';
        for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
          number++;
          if (line.value.startsWith(END)) break;
          const failure = FAILURE.exec(line.value)?.[1];
          if (failure !== undefined) emit.unread(at, `no log: ${failure}`, origin.firstLine + number - 1);
          gathered += `${line.value}\n`;
          if (gathered.length < CHUNK) continue;
          yield Buffer.from(gathered);
          gathered = '';
        }
        if (gathered !== '') yield Buffer.from(gathered);
      })();
      const log = await scan(block, at, 'container');
      // What a scanner left unread is still the log's.
      for await (const rest of block) void rest;
      emit.log(log);
    }
  },
});
