/** Every way of a connection: each source to each destination on each port, and what the NetworkPolicies do with it. */
import type { NetworkPolicy } from '../snapshot/kinds/index.ts';
import { portText } from '../snapshot/network/ports.ts';
import { evaluate } from '../simulation/network-policy/evaluate.ts';
import { blockOf } from './flow-block.ts';
import type { End, Point } from './flow-end.ts';
import type { Target } from './flow-port.ts';
import type { Way } from './flow-verdict.ts';

/** Traffic between a node and the pods on it always passes: the kubelet's probes depend on it (Kubernetes documentation). */
const sameNode = (from: Point, to: Point): boolean =>
  (from.node !== undefined && to.pod?.spec?.nodeName === from.node.metadata.name) ||
  (to.node !== undefined && from.pod?.spec?.nodeName === to.node.metadata.name);

const WORD = { yes: 'allowed', no: 'blocked', unknown: 'unknown' } as const;

function wayOf(policies: readonly NetworkPolicy[], from: Point, to: Point, target: Target): Way {
  const names = { from: from.name, to: to.name, port: portText(target) };
  if (sameNode(from, to)) return { ...names, verdict: 'allowed', blocks: [] };
  const flow = { from: from.peer, to: to.peer, protocol: target.protocol, port: target.port };
  const { answer, egress, ingress } = evaluate(policies, flow);
  const blocks = [egress, ingress].filter((half) => half.answer !== 'yes').map((half) => blockOf(half, flow));
  return { ...names, verdict: WORD[answer], blocks };
}

/**
 * All ways between two ends; `targets` are the ports of each point. A policy that was not collected (`unseen`) may
 * isolate either end; what a known one drops stays dropped.
 */
export function waysOf(
  policies: readonly NetworkPolicy[],
  from: End,
  to: End,
  targets: ReadonlyMap<string, readonly Target[]>,
  unseen: boolean,
): readonly Way[] {
  return from.points
    .flatMap((a) =>
      to.points.flatMap((b) => (targets.get(b.name) ?? []).map((target) => wayOf(policies, a, b, target))),
    )
    .map((way) => (unseen && way.verdict === 'allowed' ? { ...way, verdict: 'unknown' } : way));
}
