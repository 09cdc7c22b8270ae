/** The way of one connection past the NetworkPolicies, station by station, with what decides at each. */
import type { NetworkPolicy } from '../../snapshot/kinds/index.ts';
import { evaluate, type Flow, type Half, type Peer } from './evaluate.ts';
import { nearMisses } from './near-misses.ts';

export interface PathStep {
  readonly at: 'source' | 'egress' | 'service' | 'ingress' | 'target';
  readonly name: string;
  /** Of policies only. */
  readonly verdict?: 'passes' | 'drops' | 'unknown';
  /** What decides there: the policies that let it through, or all that isolate the pod and do not. */
  readonly policies: readonly string[];
  /** Why, in words. */
  readonly says: readonly string[];
}
export interface PolicyPath {
  /** `8080/TCP` of the target. */
  readonly port: string;
  readonly steps: readonly PathStep[];
}

const WORD = { yes: 'passes', no: 'drops', unknown: 'unknown' } as const;

const nameOf = (policy: NetworkPolicy): string => `${policy.metadata.namespace ?? ''}/${policy.metadata.name}`;
const nameOfPeer = (peer: Peer): string =>
  peer.kind === 'ip' ? peer.ip : peer.kind === 'name' ? peer.name : `Pod ${peer.namespace}/${peer.name}`;

function stepOf(half: Half, flow: Flow): PathStep {
  const { direction, answer, isolating } = half;
  const egress = direction === 'Egress';
  const step = {
    at: egress ? ('egress' as const) : ('ingress' as const),
    name: `${direction} policies`,
    verdict: WORD[answer],
  };
  if (isolating.length === 0)
    return {
      ...step,
      policies: [],
      says: [`no policy isolates the ${egress ? 'source' : 'target'} for ${direction.toLowerCase()}`],
    };
  if (answer === 'yes') {
    const letting = isolating.filter((policy) => {
      const alone = evaluate([policy], flow);
      return (egress ? alone.egress : alone.ingress).answer === 'yes';
    });
    const deciding = letting.length > 0 ? letting : isolating;
    return { ...step, policies: deciding.map(nameOf), says: ['a rule lets it through'] };
  }
  return {
    ...step,
    policies: isolating.map(nameOf),
    says: isolating.flatMap((policy) =>
      nearMisses(policy, half, flow).map((miss) => `${policy.metadata.name}: ${miss}`),
    ),
  };
}

/** The stations from the source to the target; the Service, where there is one, has translated address and port. */
export function policyPath(
  policies: readonly NetworkPolicy[],
  flow: Flow,
  names: { readonly service?: string; readonly target?: string } = {},
): PolicyPath {
  const { egress, ingress } = evaluate(policies, flow);
  const end = { policies: [], says: [] };
  return {
    port: `${flow.port}/${flow.protocol}`,
    steps: [
      { at: 'source', name: nameOfPeer(flow.from), ...end },
      stepOf(egress, flow),
      ...(names.service === undefined ? [] : [{ at: 'service' as const, name: names.service, ...end }]),
      stepOf(ingress, flow),
      { at: 'target', name: names.target ?? nameOfPeer(flow.to), ...end },
    ],
  };
}
