/** What the words of network tools mean; the C library's are the same in all of them. */
import type { Probe } from '../records.ts';

export type Outcome = Probe['outcome'];

/** One attempt as a tool's reader found it; `at` is the line that decides. */
export interface Attempt {
  readonly answered?: string;
  /** The HTTP proxy that was asked instead of the target. */
  readonly proxy?: string;
  readonly at: number;
  readonly outcome: Outcome;
  readonly target?: string;
  readonly port?: number;
  readonly address?: string;
  readonly httpStatus?: number;
  /** The last `Location:` of the answers. */
  readonly location?: string;
  /** An answer that sends the client where it was sent before, or is already. */
  readonly redirectsTo?: string;
  readonly tookMs?: number;
  readonly lossPercent?: number;
  readonly packetBytes?: number;
  readonly mtu?: number;
  /** arping: the hardware addresses that answered, when they were several. */
  readonly hardware?: readonly string[];
  /** The machine that a wrapper named in front of the result. */
  readonly node?: string;
}

const WORDS: readonly (readonly [RegExp, Outcome])[] = [
  [/connection refused/i, 'refused'],
  [
    /name or service not known|could not resolve|couldn't resolve|can't resolve|bad address|unknown host|unable to resolve|temporary failure in name resolution|name does not resolve|host lookup failed|getaddrinfo|nodename nor servname|no address associated/i,
    'unresolved',
  ],
  [/timed out|timeout|operation now in progress|resolving timed out/i, 'timeout'],
  [
    /no route to host|network is unreachable|host is unreachable|host unreachable|destination .{0,20}unreachable/i,
    'unreachable',
  ],
  [/connection reset|reset by peer|empty reply from server|broken pipe|connection closed by/i, 'reset'],
];

/** The outcome that an error's words tell, or undefined. */
export function outcomeOf(text: string): Outcome | undefined {
  return WORDS.find(([pattern]) => pattern.test(text))?.[1];
}
