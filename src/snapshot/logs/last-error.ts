/** The last complaint of a daemon before its journal ends. */
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { Evidence } from '../../parsers/records.ts';
import { machineOf } from '../nodes/node-health.ts';
import { evidenceOf } from '../quote.ts';
import type { Snapshot } from '../snapshot.ts';

/** Longest excerpt of a message inside a sentence, in characters. */
const EXCERPT = 300;

/** How a command ends that does not get as far as its logger: `error: failed to run Kubelet: ...`. */
const PLAIN = /^(?:error|fatal): /i;

/** The last error or fatal line at the end of a program's journal on a machine. */
export function lastError(
  snapshot: Snapshot,
  program: string,
  node: string,
): { readonly message: string; readonly evidence: Evidence } | undefined {
  for (const log of snapshot.logsOfClass('hostLogs').toReversed()) {
    if (log.origin.program !== undefined && log.origin.program !== program) continue;
    for (const line of log.tail.toReversed()) {
      const parsed = parseLogLine(line.text);
      if ((parsed.program ?? log.origin.program) !== program) continue;
      if (parsed.level !== 'error' && parsed.level !== 'fatal' && !PLAIN.test(parsed.message)) continue;
      const host = log.origin.node ?? parsed.host;
      if (host !== undefined && machineOf(snapshot, { node: host }) !== node) continue;
      const message = parsed.message.replace(PLAIN, '');
      return {
        message: message.length <= EXCERPT ? message : `${message.slice(0, EXCERPT)} …`,
        evidence: evidenceOf({ origin: log.origin, line })[0],
      };
    }
  }
  return undefined;
}
