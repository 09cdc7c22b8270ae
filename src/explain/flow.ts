/**
 * `kubestrata explain-flow SOURCE DESTINATION[:PORT]`: may one reach the other, as far as Services, endpoints and
 * NetworkPolicies tell? Says which policy is in the way and which rule is missing.
 */
import { redact } from '../redact/redact.ts';
import type { Finding, Result } from '../result.ts';
import type { NetworkPolicy } from '../snapshot/kinds/index.ts';
import { clusterDns } from '../snapshot/network/dns.ts';
import { enforced, knownPolicies, otherEngines } from '../snapshot/network/policies.ts';
import { portText } from '../snapshot/network/ports.ts';
import { outcomeText, podReady, probesOf } from '../snapshot/network/reachability.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { evaluate } from '../simulation/network-policy/evaluate.ts';
import { blockOf, missingRule } from './flow-block.ts';
import { findEnd, type Point } from './flow-end.ts';
import { dnsNote, unseenPolicies } from './flow-notes.ts';
import { portsOf, type Target } from './flow-port.ts';
import { serviceTrouble } from './flow-service.ts';
import { decide, unique, verdictOf, type FlowVerdict, type Way } from './flow-verdict.ts';
import { refOf } from '../snapshot/ref.ts';

export interface Flow {
  readonly schema: 'kubestrata/flow/v1';
  readonly from: string;
  readonly to: string;
  readonly verdict: FlowVerdict;
  /** The verdict and its reason in one line. */
  readonly answer: string;
  /** What else decides, and what the bundle does not tell. */
  readonly notes: readonly string[];
  readonly ways: readonly Way[];
  /** A NetworkPolicy that would let it through, in API shape; null when none is missing. */
  readonly missing: object | null;
  readonly evidence: Finding['evidence'];
  /** Current findings about the destination or the policies in the way. */
  readonly findings: readonly { readonly id: string; readonly title: string; readonly message: string }[];
  readonly next: readonly string[];
}

/** Traffic between a node and the pods on it always passes: the kubelet's probes depend on it (Kubernetes documentation). */
const sameNode = (from: Point, to: Point): boolean =>
  (from.node !== undefined && to.pod?.spec?.nodeName === from.node.metadata.name) ||
  (to.node !== undefined && from.pod?.spec?.nodeName === to.node.metadata.name);

function wayOf(policies: readonly NetworkPolicy[], from: Point, to: Point, target: Target): Way {
  const names = { from: from.name, to: to.name, port: portText({ port: target.port, protocol: target.protocol }) };
  if (sameNode(from, to)) return { ...names, verdict: 'allowed', blocks: [] };
  const flow = { from: from.peer, to: to.peer, protocol: target.protocol, port: target.port };
  const verdict = evaluate(policies, flow);
  const word = { yes: 'allowed', no: 'blocked', unknown: 'unknown' } as const;
  return {
    ...names,
    verdict: word[verdict.answer],
    blocks: [verdict.egress, verdict.ingress]
      .filter((half) => half.answer !== 'yes')
      .map((half) => blockOf(half, flow)),
  };
}

/** Explains whether a connection can come about. Throws a UserError when an end is not in the bundle. */
export function flow(
  source: string,
  destination: string,
  namespace: string | undefined,
  { result, snapshot }: { readonly result: Result; readonly snapshot: Snapshot },
): Flow {
  const from = findEnd(snapshot, source, namespace);
  const to = findEnd(snapshot, destination, namespace ?? from.ref?.namespace);
  const policies = knownPolicies(snapshot);
  const { targets, notes: portNotes } = portsOf(snapshot, to);
  const namespaces = unique(
    [...from.points, ...to.points].flatMap(({ peer }) => (peer.kind === 'pod' ? [peer.namespace] : [])),
  ).toSorted();
  const notes: string[] = [...portNotes];
  const unseen = unseenPolicies(snapshot, namespaces);
  const judgedWays = from.points.flatMap((a) =>
    to.points.flatMap((b) => (targets.get(b.name) ?? []).map((target) => wayOf(policies, a, b, target))),
  );
  // A policy that was not collected may isolate either end; what a known one drops stays dropped.
  const ways =
    unseen === undefined
      ? judgedWays
      : judgedWays.map((way) => (way.verdict === 'allowed' ? { ...way, verdict: 'unknown' as const } : way));
  const ignored = enforced(snapshot) === false;
  const trouble = to.service === undefined ? undefined : serviceTrouble(snapshot, to.service, to);
  const judged = verdictOf(ways);
  const blocks = ways.filter((way) => way.verdict === judged.verdict).flatMap((way) => way.blocks);
  const inWay = unique(blocks.flatMap((block) => block.policies.map(({ name }) => name))).join(', ');

  const { verdict, reason } =
    trouble === undefined
      ? decide({ judged, ways, blocks, inWay, unseen, ignored, others: otherEngines(snapshot), policies, from, to })
      : { verdict: trouble.verdict, reason: trouble.text };

  if (judged.verdict === 'blocked' && enforced(snapshot) === undefined)
    notes.push('the bundle does not show which network plug-in runs: some (flannel) ignore NetworkPolicies');
  if (verdict !== 'unknown' && unseen !== undefined) notes.push(unseen);
  if (trouble !== undefined && judged.verdict === 'blocked' && !ignored)
    notes.push(`besides, NetworkPolicies drop it${judged.part} (${inWay})`);
  for (const point of [...from.points, ...to.points])
    if (point.peer.kind === 'pod' && point.peer.hostNetwork)
      notes.push(`${point.name} uses the network of its node: whether policies see it depends on the network plug-in`);
  for (const point of to.service === undefined ? to.points : [])
    if (point.pod !== undefined && podReady(point.pod) === false)
      notes.push(`${point.name} is not ready: it may not answer`);
  const [sender] = from.points;
  const dns =
    to.service === undefined || to.service === clusterDns(snapshot).service || sender === undefined || ignored
      ? undefined
      : dnsNote(snapshot, policies, sender);
  if (dns !== undefined) notes.push(dns);
  const evidence: Finding['evidence'] = [];
  if (to.service !== undefined) {
    const number = Number(to.port);
    const probes = probesOf(snapshot, to.service, Number.isInteger(number) ? number : undefined);
    for (const probe of [...probes.failed, ...probes.ok].slice(0, 2)) {
      notes.push(`a test from inside the cluster ${outcomeText(probe)}`);
      evidence.push({ ...probe.source });
    }
  }
  const inTheWay = new Set(
    blocks.flatMap((block) => block.policies.map(({ name, namespace: space }) => `${space}/${name}`)),
  );
  for (const policy of policies)
    if (inTheWay.has(`${policy.metadata.namespace ?? ''}/${policy.metadata.name}`))
      evidence.push({ ...snapshot.quote(policy, '/spec') });
  if (to.service !== undefined && trouble !== undefined)
    evidence.push({ ...snapshot.quote(to.service, '/spec/selector') });

  const worst = ways.find((way) => way.verdict === 'blocked');
  const pair =
    worst === undefined
      ? undefined
      : { from: from.points.find((p) => p.name === worst.from), to: to.points.find((p) => p.name === worst.to) };
  // Every blocked port of that pair: DNS needs UDP and TCP.
  const dropped = ways.filter((way) => way.verdict === 'blocked' && way.from === worst?.from && way.to === worst.to);
  const wanted = (targets.get(worst?.to ?? '') ?? []).filter((one) =>
    dropped.some((way) => way.port === portText(one)),
  );
  const missing =
    verdict === 'blocked' && worst !== undefined && pair?.from !== undefined && pair.to !== undefined
      ? missingRule(snapshot, worst.blocks, pair.from, pair.to, wanted)
      : null;
  const about = result.findings.filter(
    ({ subject, state }) =>
      state === 'current' &&
      ((to.service !== undefined &&
        subject.kind === 'Service' &&
        subject.name === to.service.metadata.name &&
        subject.namespace === to.service.metadata.namespace) ||
        (subject.kind === 'NetworkPolicy' && inTheWay.has(`${subject.namespace ?? ''}/${subject.name}`))),
  );
  const space = namespaces.length === 1 ? `-n ${namespaces[0] ?? ''}` : '-A';
  return redact({
    schema: 'kubestrata/flow/v1',
    from: from.name,
    to: `${to.name}${to.port === undefined ? '' : `:${to.port}`}`,
    verdict,
    answer: `${verdict}: ${reason}`,
    notes: [...unique(notes)],
    ways,
    missing,
    evidence,
    findings: about.slice(0, 5).map(({ id, title, message }) => ({ id, title, message })),
    next:
      verdict === 'allowed'
        ? []
        : [
            `kubectl get networkpolicies ${space} -o yaml`,
            ...(to.service === undefined
              ? []
              : [
                  `kubectl get endpointslices -n ${refOf(to.service).namespace ?? 'default'} -l kubernetes.io/service-name=${to.service.metadata.name}`,
                ]),
          ],
  } satisfies Flow);
}
