/** What a reader must know besides the verdict. */
import { clusterDns } from '../snapshot/network/dns.ts';
import type { NetworkPolicy } from '../snapshot/kinds/index.ts';
import { knownPolicies } from '../snapshot/network/policies.ts';
import { probesOf } from '../snapshot/network/reachability.ts';
import { podReady } from '../snapshot/pods/readiness.ts';
import type { Probe } from '../parsers/records.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { evaluate } from '../simulation/network-policy/evaluate.ts';
import { podPoint, type End, type Point } from './flow-end.ts';
import type { FlowVerdict, Judged } from './flow-verdict.ts';

/** Probes told. */
const PROBES = 2;

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
function dnsNote(snapshot: Snapshot, policies: readonly NetworkPolicy[], from: Point): string | undefined {
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

/** What else decides, and what the bundle does not tell. `trouble`: the Service decides before any policy does. */
export function notesOf(snapshot: Snapshot, judged: Judged, verdict: FlowVerdict, trouble: boolean): readonly string[] {
  const { unseen, enforced, policies, from, to } = judged;
  const notes: string[] = [];
  const dropped = judged.verdict === 'blocked';
  if (dropped && enforced === undefined)
    notes.push('the bundle does not show which network plug-in runs: some (flannel) ignore NetworkPolicies');
  if (verdict !== 'unknown' && unseen !== undefined) notes.push(unseen);
  if (trouble && dropped && enforced !== false)
    notes.push(`besides, NetworkPolicies drop it${judged.part} (${judged.inWay})`);
  for (const { name, peer } of [...from.points, ...to.points])
    if (peer.kind === 'pod' && peer.hostNetwork)
      notes.push(`${name} uses the network of its node: whether policies see it depends on the network plug-in`);
  if (to.service === undefined) {
    for (const { name, pod } of to.points)
      if (pod !== undefined && podReady(pod) === false) notes.push(`${name} is not ready: it may not answer`);
    return notes;
  }
  const [sender] = from.points;
  if (sender === undefined || enforced === false || to.service === clusterDns(snapshot).service) return notes;
  const dns = dnsNote(snapshot, policies, sender);
  return dns === undefined ? notes : [...notes, dns];
}

/** Tests of a Service from inside the cluster, those that failed first. */
export function probesTo(snapshot: Snapshot, { service, port }: End): readonly Probe[] {
  if (service === undefined) return [];
  const number = Number(port);
  const { ok, failed } = probesOf(snapshot, service, Number.isInteger(number) ? number : undefined);
  return [...failed, ...ok].slice(0, PROBES);
}
