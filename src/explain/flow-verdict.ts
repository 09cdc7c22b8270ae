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

/** What is known before anything is decided. */
interface Known {
  readonly ways: readonly Way[];
  /** What of the policies the bundle does not show. */
  readonly unseen: string | undefined;
  /** Whether the network plug-in enforces policies. */
  readonly enforced: boolean | undefined;
  /** There are policies of engines that are not evaluated. */
  readonly others: boolean;
  readonly policies: readonly NetworkPolicy[];
  readonly from: End;
  readonly to: End;
}

export interface Judged extends Known {
  /** One verdict over all ways; where they differ, what is sure and bad. */
  readonly verdict: FlowVerdict;
  /** ` for 2 of 3 pairs of pods`, where they differ. */
  readonly part: string;
  /** Of the ways with that verdict, and the names of the policies in them. */
  readonly blocks: readonly Block[];
  readonly inWay: string;
}

/** What NetworkPolicies say of the connection. */
export function judge(known: Known): Judged {
  const { ways } = known;
  const verdict = (['blocked', 'unknown'] as const).find((one) => ways.some((way) => way.verdict === one)) ?? 'allowed';
  const mine = ways.filter((way) => way.verdict === verdict);
  const blocks = mine.flatMap((way) => way.blocks);
  return {
    ...known,
    verdict,
    part: mine.length === ways.length ? '' : ` for ${mine.length} of ${ways.length} pairs of pods`,
    blocks,
    inWay: unique(blocks.flatMap((block) => block.policies.map(({ name }) => name))).join(', '),
  };
}

/** The same with what may make their word void. */
export function decide(judged: Judged): { readonly verdict: FlowVerdict; readonly text: string } {
  const { ways, part, blocks, inWay, unseen, enforced, others, policies, from, to } = judged;
  const unknown = (text: string) => ({ verdict: 'unknown' as const, text });
  if (ways.length === 0)
    return unknown(
      from.points.length === 0
        ? `the bundle shows no pod or address of ${from.name}`
        : `the bundle shows no pod, address or port of ${to.name} that could be judged`,
    );
  if (judged.verdict === 'blocked') {
    if (enforced === false)
      return {
        verdict: 'allowed',
        text: `NetworkPolicies ask to drop it${part} (${inWay}), but the network plug-in of this cluster ignores NetworkPolicies`,
      };
    if (others)
      return unknown(
        `NetworkPolicies drop it${part} (${inWay}), but policies of another engine, which are not evaluated, may decide otherwise`,
      );
    return {
      verdict: 'blocked',
      text: `NetworkPolicies drop it${part}: ${words(blocks)}`,
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
    text:
      policies.length === 0
        ? `there are no NetworkPolicies${how}`
        : `no NetworkPolicy stands in its way: neither end is isolated, or a rule lets it through${how}`,
  };
}
