/** Trouble of an hour ago: logs went on without it, and whoever complained works. */
import type { LogHit } from '../../parsers/records.ts';
import { isReady } from '../nodes/node-health.ts';
import { isWell } from '../pods/pods-seen.ts';
import type { Snapshot } from '../snapshot.ts';
import { fellSilent } from './hits.ts';
import { podOfLog } from './log-owner.ts';

/** The container that wrote the line is ready, or the machine on which it was written is. */
export function isWriterWell(snapshot: Snapshot, hit: LogHit): boolean {
  if (hit.class === 'container') {
    const pod = podOfLog(snapshot, hit);
    return pod !== undefined && isWell(pod);
  }
  const node = hit.node === undefined ? undefined : snapshot.get('nodes', undefined, hit.node);
  return node !== undefined && isReady(node) === true;
}

/**
 * True when nobody has said it for `seconds`, though the trouble repeats more often while it lasts, and all who said it
 * are well. What is said once and stays true is nothing to ask this of.
 */
export const isPast = (snapshot: Snapshot, hits: readonly LogHit[], seconds: number): boolean =>
  hits.length > 0 && fellSilent(snapshot, hits, seconds) && hits.every((hit) => isWriterWell(snapshot, hit));

/** Who asked for its lease in vain holds it further down in the same log: whatever kept it from it is over. */
export function ledAfterwards(snapshot: Snapshot, hit: LogHit): boolean {
  return snapshot
    .hits('leader-acquired')
    .some(({ origin, last }) => origin.file === hit.origin.file && last.line > hit.last.line);
}

/** An attempt to get a lease, of client-go. */
export const asksForLease = ({ last }: LogHit): boolean => /rror retrieving (?:resource|lease) lock/.test(last.text);
