/** arping: who answers for an address on the wire. */
import type { Attempt } from './outcome.ts';

const TITLE = /^ARPING (\S{1,256})(?: from \S{1,45} \S{1,40})?\s*$/;
/** iputils: `Unicast reply from 192.0.2.7 [52:54:00:6E:1B:9A]  0.9ms`; Habets: `60 bytes from 52:54:… (192.0.2.7): index=0`. */
const REPLY = /^(?:Unicast|Broadcast) reply from (\S{1,45}) \[|^\d{1,4} bytes from [\da-f:]{11,17} \((\S{1,45})\):/i;
/** iputils: `Received 0 response(s)`; Habets: `1 packets transmitted, 0 packets received, 100% unanswered (0 extra)`. */
const RESULT =
  /^Received (\d{1,9}) response|^\d{1,9} packets transmitted, {1,3}(\d{1,9}) packets received, .{0,20}unanswered/;

/** The hardware address that answered. */
const HARDWARE = /\[([\da-f]{2}(?::[\da-f]{2}){5})\]|\bfrom ([\da-f]{2}(?::[\da-f]{2}){5}) /i;

export const isArpingLine = (line: string): boolean => TITLE.test(line);

/** The attempt of the text; an answer that came counts, whatever was lost besides. */
export function readArping(lines: readonly string[]): Attempt | undefined {
  let target: string | undefined;
  let result: Attempt | undefined;
  const hardware = new Set<string>();
  lines.forEach((line, at) => {
    target ??= TITLE.exec(line)?.[1];
    const [, first, second] = (REPLY.test(line) ? HARDWARE.exec(line) : null) ?? [];
    const own = first ?? second;
    if (own !== undefined) hardware.add(own.toLowerCase());
    const [, received, answers] = RESULT.exec(line) ?? [];
    const count = received ?? answers;
    if (REPLY.test(line) || (count !== undefined && Number(count) > 0)) result ??= { at, outcome: 'ok' };
    else if (count !== undefined) result ??= { at, outcome: 'timeout', lossPercent: 100 };
    else if (/^Timeout$/.test(line.trim()) && result === undefined)
      result = { at, outcome: 'timeout', lossPercent: 100 };
    if (REPLY.test(line) && result?.outcome === 'timeout') result = { at, outcome: 'ok' };
  });
  return result === undefined
    ? undefined
    : {
        ...(result as Attempt),
        ...(target === undefined ? {} : { target }),
        ...(hardware.size > 1 ? { hardware: [...hardware] } : {}),
      };
}
