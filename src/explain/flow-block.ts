/** What stops a flow in one direction: the isolating policies, how near their rules come, and the rule that is missing. */
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Direction, Flow, Half } from '../simulation/network-policy/evaluate.ts';
import { nearMisses } from '../simulation/network-policy/near-misses.ts';
import type { Target } from './flow-port.ts';
import type { Point } from './flow-end.ts';

export interface Block {
  readonly direction: Direction;
  /** Surely blocked, or only not surely allowed. */
  readonly sure: boolean;
  readonly policies: readonly {
    readonly namespace: string;
    readonly name: string;
    /** Rules of this policy that nearly fit: `rule 0 admits the peer, not port 8080/TCP`. */
    readonly near: readonly string[];
  }[];
  readonly text: string;
}

const nameOfPeer = (peer: Flow['from']): string =>
  peer.kind === 'ip' ? peer.ip : peer.kind === 'name' ? peer.name : `${peer.namespace}/${peer.name}`;

/** Puts a half of the evaluator's verdict that is not "yes" into words. */
export function blockOf(half: Half, flow: Flow): Block {
  const policies = half.isolating.map((policy) => ({
    namespace: policy.metadata.namespace ?? '',
    name: policy.metadata.name,
    near: nearMisses(policy, half, flow),
  }));
  const sure = half.answer === 'no';
  const names = policies.map(({ name }) => name).join(', ');
  const [own, other] = half.direction === 'Egress' ? [flow.from, flow.to] : [flow.to, flow.from];
  const port = `port ${flow.port}/${flow.protocol}`;
  const text =
    half.direction === 'Egress'
      ? `${nameOfPeer(own)} is isolated for egress by ${names}, and no rule ${sure ? 'allows' : 'surely allows'} ${nameOfPeer(other)} ${port}`
      : `${nameOfPeer(own)} is isolated for ingress by ${names}, and no rule ${sure ? 'allows' : 'surely allows'} ${nameOfPeer(other)} to ${port}`;
  return { direction: half.direction, sure, policies, text };
}

/** Labels that controllers put on single pods or revisions: a rule must not depend on them. */
const OF_ONE_POD =
  /^(?:pod-template-hash|controller-revision-hash|pod-template-generation|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|(?:batch\.kubernetes\.io\/)?(?:controller-uid|job-name|job-completion-index))$/;

/** The labels by which a rule should know a pod: its workload's selector, else its own lasting ones. */
function selectorOf(snapshot: Snapshot, point: Point): Readonly<Record<string, string>> {
  if (point.pod === undefined) return {};
  const top = snapshot.workloadOf(point.pod);
  const owner = top === undefined ? undefined : snapshot.find(top);
  const spec = (owner as { spec?: { selector?: { matchLabels?: Record<string, string> } } } | undefined)?.spec;
  const labels = spec?.selector?.matchLabels ?? point.pod.metadata.labels ?? {};
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !OF_ONE_POD.test(key)));
}

/** The policy that is missing, for the side that blocks (egress first: without it nothing leaves). */
export function missingRule(
  snapshot: Snapshot,
  blocks: readonly Block[],
  from: Point,
  to: Point,
  targets: readonly Target[],
): object | null {
  const block = blocks.find((one) => one.sure);
  if (block === undefined) return null;
  const egress = block.direction === 'Egress';
  const [own, other] = egress ? [from, to] : [to, from];
  // A rule cannot name what is outside.
  if (own.peer.kind !== 'pod' || other.peer.kind === 'name') return null;
  const peer =
    other.peer.kind === 'ip'
      ? { ipBlock: { cidr: `${other.peer.ip}/${other.peer.ip.includes(':') ? 128 : 32}` } }
      : {
          ...(other.peer.namespace === own.peer.namespace
            ? {}
            : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': other.peer.namespace } } }),
          podSelector: { matchLabels: selectorOf(snapshot, other) },
        };
  const rule = { [egress ? 'to' : 'from']: [peer], ports: targets.map(({ protocol, port }) => ({ protocol, port })) };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: `allow-${egress ? 'egress' : 'ingress'}-${targets[0]?.port ?? 'all'}`,
      namespace: own.peer.namespace,
    },
    spec: {
      podSelector: { matchLabels: selectorOf(snapshot, own) },
      policyTypes: [block.direction],
      [egress ? 'egress' : 'ingress']: [rule],
    },
  };
}
