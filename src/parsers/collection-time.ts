import { parseTimestamp } from '../lib/timestamp.ts';
import { defineParser } from './parser.ts';
import { quote } from './quote.ts';

/** Go's time.String: the date, nanoseconds, the zone twice, and a reading of the monotonic clock. */
const GO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,9})? ([+-]\d{4}) [A-Z+0-9-]{1,6}(?: m=[+-][\d.]{1,30})?$/;
/** support-bundle-kit's metadata.yaml. */
const CREATED = /^bundlecreatedat: ["']?(\d{4}-[^"']{10,40})["']?$/;

/** There too: the version that the API server told. */
const SERVER = /^kubernetesversion: ["']?(v\d{1,2}\.[\w.+-]{1,60})["']?$/;

/**
 * Files in which collectors note when they ran, and of which version the API server is.
 *
 * Command: `oc adm must-gather` (`timestamp`: begin and end), support-bundle-kit (`metadata.yaml`).
 * Versions: oc 4, support-bundle-kit 0.0.x; Go's time.String has not changed since Go 1.9.
 * Sample:
 *
 *     2025-03-07 09:30:06.513780025 +0000 UTC m=+0.659829991
 *
 * Empty: an empty file says nothing.
 */
export default defineParser({
  kind: 'collection-time',
  reads: 'timestamp of must-gather, metadata.yaml of support-bundle-kit',
  priority: 5,
  sniff: (head) => GO_TIME.test(head[0]?.trim() ?? '') || head.slice(0, 20).some((line) => CREATED.test(line)),
  parse(lines, { origin, emit }) {
    lines.forEach((line, index) => {
      const server = SERVER.exec(line)?.[1];
      if (server !== undefined)
        emit.fact('hostValues', {
          source: quote(origin, index, line),
          topic: 'version',
          key: 'server',
          value: server,
        });
      const go = GO_TIME.exec(line.trim());
      const text = go === null ? CREATED.exec(line)?.[1] : `${go[1]}T${go[2]}${go[3]}`;
      const time = text === undefined ? undefined : parseTimestamp(text);
      if (time !== undefined) emit.clock(time, quote(origin, index, line));
      else if (text !== undefined) emit.unread(origin, 'no unambiguous time', origin.firstLine + index);
    });
  },
});
