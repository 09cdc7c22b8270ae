/** ping (iputils, busybox): `3 packets transmitted, 0 received, 100% packet loss, time 2040ms`. */
import { outcomeOf, type Attempt } from './outcome.ts';

const LOSS = /^\d{1,9} packets transmitted, .{0,80}?(\d{1,3}(?:\.\d{1,6})?)% packet loss/;
const TITLE = /^PING (\S{1,256}) \(([0-9a-fA-F.:]{2,45})\)(?:.{0,80}?\(?(\d{1,5})\)? (?:data )?bytes)?/;
/** Packets with "don't fragment" that are too large: for the own interface, or for a router on the way. */
const TOO_LARGE = /message too long,? \(?mtu ?=? ?(\d{3,5})|Frag(?:mentation)? needed and DF set \(mtu = (\d{3,5})\)/;
const ROUND_TRIP = /min\/avg\/max(?:\/\w+)? = [\d.]{1,12}\/([\d.]{1,12})\//;

export const isPingLine = (line: string): boolean => LOSS.test(line) || TITLE.test(line);

/** The attempt of the text. Partial loss is an answer: `lossPercent` says how much. */
export function readPing(lines: readonly string[]): Attempt | undefined {
  let title: RegExpExecArray | null = null;
  let unreachable = -1;
  let answered = -1;
  let result: Attempt | undefined;
  let tookMs: number | undefined;
  let mtu: number | undefined;
  lines.forEach((line, at) => {
    title ??= TITLE.exec(line);
    if (/Destination (?:Host|Net|Port) Unreachable/i.test(line)) unreachable = at;
    if (/^\d{1,5} bytes from /.test(line)) answered = at;
    const loss = LOSS.exec(line)?.[1];
    if (loss !== undefined) {
      const lossPercent = Number(loss);
      result = { at, outcome: lossPercent < 100 ? 'ok' : unreachable >= 0 ? 'unreachable' : 'timeout', lossPercent };
    } else if (line.startsWith('ping: ')) result ??= { at, outcome: outcomeOf(line) ?? 'failed' };
    const large = TOO_LARGE.exec(line);
    if (large !== null) mtu = Number(large[1] ?? large[2]);
    const average = ROUND_TRIP.exec(line)?.[1];
    if (average !== undefined) tookMs = Number(average);
  });
  // People leave out the end, where the statistics stand.
  if (answered >= 0) result ??= { at: answered, outcome: 'ok' };
  else if (unreachable >= 0) result ??= { at: unreachable, outcome: 'unreachable' };
  if (result === undefined) return undefined;
  const named = title as RegExpExecArray | null;
  return {
    ...(result as Attempt),
    ...(named === null ? {} : { target: named[1] ?? '', address: named[2] ?? '' }),
    ...(named?.[3] === undefined ? {} : { packetBytes: Number(named[3]) }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(tookMs === undefined ? {} : { tookMs }),
  };
}
