/**
 * `kubestrata explain-flow SOURCE DESTINATION[:PORT]`: may one reach the other, as far as Services, endpoints and
 * NetworkPolicies tell? Says which policy is in the way and which rule is missing.
 */
import { redact } from '../redact/redact.ts';
import { pathOf, type Finding, type Result } from '../result.ts';
import { enforced, knownPolicies, otherEngines } from '../snapshot/network/policies.ts';
import { portText } from '../snapshot/network/ports.ts';
import { outcomeText } from '../snapshot/network/reachability.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { missingRule } from './flow-block.ts';
import { findEnd, type End } from './flow-end.ts';
import { notesOf, probesTo, unseenPolicies } from './flow-notes.ts';
import { portsOf, type Target } from './flow-port.ts';
import { serviceTrouble } from './flow-service.ts';
import { decide, judge, unique, type FlowVerdict, type Judged, type Way } from './flow-verdict.ts';
import { waysOf } from './flow-ways.ts';

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

/** Findings named. */
const FINDINGS = 5;

/** The policy that would let the first dropped pair through; every dropped port of that pair, for DNS needs UDP and TCP. */
function missingOf(
  snapshot: Snapshot,
  { ways, from, to }: Judged,
  targets: ReadonlyMap<string, readonly Target[]>,
): object | null {
  const dropped = ways.filter((way) => way.verdict === 'blocked');
  const [worst] = dropped;
  if (worst === undefined) return null;
  const source = from.points.find((point) => point.name === worst.from);
  const destination = to.points.find((point) => point.name === worst.to);
  if (source === undefined || destination === undefined) return null;
  const pair = dropped.filter((way) => way.from === worst.from && way.to === worst.to);
  const wanted = (targets.get(worst.to) ?? []).filter((one) => pair.some((way) => way.port === portText(one)));
  return missingRule(snapshot, worst.blocks, source, destination, wanted);
}

/** Commands that show what decides. */
function nextOf(namespaces: readonly string[], { service }: End): readonly string[] {
  const [only] = namespaces;
  const where = namespaces.length === 1 ? `-n ${only}` : '-A';
  const policies = `kubectl get networkpolicies ${where} -o yaml`;
  if (service === undefined) return [policies];
  const { namespace = 'default', name } = service.metadata;
  return [policies, `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`];
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
  const { service } = to;
  const policies = knownPolicies(snapshot);
  const namespaces = unique(
    [...from.points, ...to.points].flatMap(({ peer }) => (peer.kind === 'pod' ? [peer.namespace] : [])),
  ).toSorted();
  const unseen = unseenPolicies(snapshot, namespaces);
  const { targets, notes: portNotes } = portsOf(snapshot, to);
  const judged = judge({
    ways: waysOf(policies, from, to, targets, unseen !== undefined),
    unseen,
    enforced: enforced(snapshot),
    others: otherEngines(snapshot),
    policies,
    from,
    to,
  });
  const trouble = service === undefined ? undefined : serviceTrouble(snapshot, service, to);
  const { verdict, text } = trouble ?? decide(judged);
  const probes = probesTo(snapshot, to);
  const inTheWay = new Set(judged.blocks.flatMap((block) => block.policies.map(pathOf)));
  const isInTheWay = (policy: Parameters<typeof pathOf>[0]): boolean => inTheWay.has(pathOf(policy));
  const about = result.findings.filter(
    ({ subject, state }) =>
      state === 'current' &&
      (subject.kind === 'NetworkPolicy'
        ? isInTheWay(subject)
        : service !== undefined && subject.kind === 'Service' && pathOf(subject) === pathOf(service.metadata)),
  );
  return redact({
    schema: 'kubestrata/flow/v1',
    from: from.name,
    to: `${to.name}${to.port === undefined ? '' : `:${to.port}`}`,
    verdict,
    answer: `${verdict}: ${text}`,
    notes: unique([
      ...portNotes,
      ...notesOf(snapshot, judged, verdict, trouble !== undefined),
      ...probes.map((probe) => `a test from inside the cluster ${outcomeText(probe)}`),
    ]),
    ways: judged.ways,
    missing: verdict === 'blocked' ? missingOf(snapshot, judged, targets) : null,
    evidence: [
      ...probes.map((probe) => probe.source),
      ...policies.filter(({ metadata }) => isInTheWay(metadata)).map((policy) => snapshot.quote(policy, '/spec')),
      ...(service === undefined || trouble === undefined ? [] : [snapshot.quote(service, '/spec/selector')]),
    ].map((quote) => ({ ...quote })),
    findings: about.slice(0, FINDINGS).map(({ id, title, message }) => ({ id, title, message })),
    next: verdict === 'allowed' ? [] : nextOf(namespaces, to),
  } satisfies Flow);
}
