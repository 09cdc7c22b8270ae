/** From the ways of a connection to one verdict and its reason. */
import type { NetworkPolicy } from '../snapshot/kinds/index.ts';
import type { Block } from './flow-block.ts';
import type { End } from './flow-end.ts';

export type FlowVerdict = 'allowed' | 'blocked' | 'unknown';

/** One source, one destination, one port. */
export interface Way {
  readonly from: string;
  readonly to: string;
  /** `8080/TCP` of the destination, after the Service's translation. */
  readonly port: string;
  readonly verdict: FlowVerdict;
  readonly blocks: readonly Block[];
}

/** Reasons named; replicas repeat each other. */
const REASONS = 3;

export const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

const first = (texts: readonly string[]): string => unique(texts).slice(0, REASONS).join('; ');

/** What the blocks say, replicas and further ports aside: one text for the same policies in the same direction. */
const words = (blocks: readonly Block[]): string =>
  first([...new Map(blocks.toReversed().map((block) => [blockKey(block), block.text])).values()].toReversed());

/** The same for all pods that the same policies stop in the same way. */
export const blockKey = (block: Block): string =>
  JSON.stringify([block.direction, block.sure, block.policies.map(({ namespace, name }) => [namespace, name])]);

/** One verdict over all ways; where they differ, what is sure and bad is told. */
export function verdictOf(ways: readonly Way[]): { readonly verdict: FlowVerdict; readonly part: string } {
  const count = (verdict: FlowVerdict): number => ways.filter((way) => way.verdict === verdict).length;
  const verdict = (['blocked', 'unknown'] as const).find((one) => count(one) > 0) ?? 'allowed';
  const n = count(verdict);
  return { verdict, part: n === ways.length ? '' : ` for ${n} of ${ways.length} pairs of pods` };
}

export interface Judged {
  readonly judged: ReturnType<typeof verdictOf>;
  readonly ways: readonly Way[];
  /** Of the ways with that verdict, and the names of the policies in them. */
  readonly blocks: readonly Block[];
  readonly inWay: string;
  /** What of the policies the bundle does not show. */
  readonly unseen: string | undefined;
  /** The network plug-in enforces no policies. */
  readonly ignored: boolean;
  /** There are policies of engines that are not evaluated. */
  readonly others: boolean;
  readonly policies: readonly NetworkPolicy[];
  readonly from: End;
  readonly to: End;
}

/** What NetworkPolicies say of the connection, with what may make their word void. */
export function decide(at: Judged): { readonly verdict: FlowVerdict; readonly reason: string } {
  const { judged, ways, blocks, inWay, unseen, ignored, others, from, to } = at;
  const { part } = judged;
  const unknown = (reason: string) => ({ verdict: 'unknown' as const, reason });
  if (ways.length === 0)
    return unknown(
      from.points.length === 0
        ? `the bundle shows no pod or address of ${from.name}`
        : `the bundle shows no pod, address or port of ${to.name} that could be judged`,
    );
  if (judged.verdict === 'blocked') {
    if (ignored)
      return {
        verdict: 'allowed',
        reason: `NetworkPolicies ask to drop it${part} (${inWay}), but the network plug-in of this cluster ignores NetworkPolicies`,
      };
    if (others)
      return unknown(
        `NetworkPolicies drop it${part} (${inWay}), but policies of another engine, which are not evaluated, may decide otherwise`,
      );
    return {
      verdict: 'blocked',
      reason: `NetworkPolicies drop it${part}: ${words(blocks)}`,
    };
  }
  if (unseen !== undefined) return unknown(unseen);
  if (judged.verdict === 'unknown')
    return unknown(`the bundle does not tell enough to judge NetworkPolicy ${inWay}${part}: ${words(blocks)}`);
  if (others)
    return unknown('no NetworkPolicy is in the way, but policies of another engine, which are not evaluated, may be');
  const how =
    to.service === undefined ? '' : `; ${to.name} leads to ${first(ways.map((way) => `${way.to} port ${way.port}`))}`;
  return {
    verdict: 'allowed',
    reason:
      at.policies.length === 0
        ? `there are no NetworkPolicies${how}`
        : `no NetworkPolicy stands in its way: neither end is isolated, or a rule lets it through${how}`,
  };
}
