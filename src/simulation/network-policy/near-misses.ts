/** How near the rules of a policy come to a flow that they do not let through. */
import type { NetworkPolicy } from '../../snapshot/kinds/index.ts';
import { evaluate, type Direction, type Flow, type Half } from './evaluate.ts';

/** A policy with one rule only, changed; so the evaluator itself says which half of a rule fits. */
function withRule(policy: NetworkPolicy, direction: Direction, rule: object): NetworkPolicy {
  const rules = direction === 'Egress' ? { egress: [rule] } : { ingress: [rule] };
  return { ...policy, spec: { ...policy.spec, egress: [], ingress: [], policyTypes: [direction], ...rules } };
}

/** How near each rule comes; `but` is "but not" or, when labels are not known, "but not surely". */
export function nearMisses(policy: NetworkPolicy, { direction, answer }: Half, flow: Flow): readonly string[] {
  const rules = (direction === 'Egress' ? policy.spec?.egress : policy.spec?.ingress) ?? [];
  if (rules.length === 0) return [`allows no ${direction.toLowerCase()} at all`];
  const but = answer === 'no' ? 'but not' : 'but not surely';
  const other = direction === 'Egress' ? 'destination' : 'source';
  const near = rules.flatMap((rule, i) => {
    const passes = (changed: object): boolean => {
      const verdict = evaluate([withRule(policy, direction, changed)], flow);
      return (direction === 'Egress' ? verdict.egress : verdict.ingress).answer === 'yes';
    };
    const { from: _from, to: _to, ...anyPeer } = rule as { from?: unknown; to?: unknown };
    const { ports: _ports, ...anyPort } = rule;
    if (passes(anyPort)) return [`rule ${i + 1} fits the ${other}, ${but} port ${flow.port}/${flow.protocol}`];
    if (passes(anyPeer)) return [`rule ${i + 1} fits the port, ${but} the ${other}`];
    return [];
  });
  if (near.length > 0 || answer !== 'no') return near;
  return [`none of its rules (${rules.length}) fits the ${other} or the port`];
}
