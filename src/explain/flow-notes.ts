/** What a reader must know besides the verdict: policies that the bundle does not show, and the way to DNS. */
import { clusterDns } from '../snapshot/network/dns.ts';
import type { NetworkPolicy } from '../snapshot/kinds/index.ts';
import { knownPolicies } from '../snapshot/network/policies.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { evaluate } from '../simulation/network-policy/evaluate.ts';
import { podPoint, type Point } from './flow-end.ts';

/** Policies that the bundle lists without their rules, or does not list at all, for the namespaces of both ends. */
export function unseenPolicies(snapshot: Snapshot, namespaces: readonly string[]): string | undefined {
  const known = new Set(knownPolicies(snapshot));
  const bare = snapshot
    .list('networkPolicies')
    .filter((policy) => !known.has(policy) && namespaces.includes(policy.metadata.namespace ?? ''));
  if (bare.length > 0)
    return `the bundle names NetworkPolicies without their rules: ${bare
      .map((policy) => policy.metadata.name)
      .sort()
      .join(', ')}`;
  const missing = namespaces.filter(
    (name) => !snapshot.listed('networkPolicies', name) && !snapshot.collected.empty.has('networkPolicies'),
  );
  return missing.length === 0
    ? undefined
    : `the bundle does not list the NetworkPolicies of namespace ${missing.join(', ')}`;
}

/** Look-ups of the destination's name need DNS, which an isolated source must be allowed to ask. */
export function dnsNote(snapshot: Snapshot, policies: readonly NetworkPolicy[], from: Point): string | undefined {
  const pods = clusterDns(snapshot).pods;
  if (from.peer.kind !== 'pod' || pods.length === 0) return undefined;
  const answers = pods.map((pod) => {
    const to = podPoint(snapshot, pod).peer;
    const port =
      (to.kind === 'pod' ? to.ports : []).find((p) => p.protocol === 'UDP' && (p.name === 'dns' || p.port === 53))
        ?.port ?? 53;
    return evaluate(policies, { from: from.peer, to, protocol: 'UDP', port }).answer;
  });
  return answers.every((answer) => answer === 'no')
    ? 'the name of the Service cannot be looked up either: NetworkPolicies drop what the source sends to cluster DNS (port 53/UDP)'
    : undefined;
}
