/** V8's young generation, kept small while a bundle is read. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Bytes of both its halves. V8 would let them grow to 32 MiB, and every chunk of the bundle that lies there unused keeps
 * its own MiB until the next collection. With less than this, what soon dies is carried over and swells the old one.
 */
const ENOUGH = 8 * 1024 * 1024;
let bounded = false;

/**
 * Lets it grow no further, once it has grown to 8 MiB. Call it for each chunk: V8 has no setting that a running process
 * could make for good before that. A V8 that does not know the flag goes on as it was.
 */
export function boundYoungGeneration(): void {
  if (bounded) return;
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  if (young === undefined || young.space_size < ENOUGH) return;
  setFlagsFromString('--semi-space-growth-factor=1');
  bounded = true;
}
