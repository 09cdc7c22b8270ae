/**
 * What a CiliumNetworkPolicy leaves a pod of the world outside. As with NetworkPolicies, a pod that some policy selects
 * with egress rules sends only what some rule allows, and rules of both kinds are a union (docs.cilium.io, "Policy
 * Enforcement Modes", "Layer 3 Policies").
 */
import { matchesSelector, type Selector } from '../../lib/labels.ts';
import type { ObjectOf } from '../../snapshot/kinds/index.ts';
import { any, type Answer, type PolicyPod } from './evaluate.ts';

export type CiliumNetworkPolicy = ObjectOf<'ciliumNetworkPolicies'>;
type Rule = NonNullable<NonNullable<CiliumNetworkPolicy['spec']>['egress']>[number];

/** Where a label comes from stands before it: `k8s:app`, `any:app`. */
const withoutSource = (key: string): string => key.replace(/^(?:k8s|any):/, '');
const plain = ({ matchLabels = {}, matchExpressions = [] }: Selector): Selector => ({
  matchLabels: Object.fromEntries(Object.entries(matchLabels).map(([key, value]) => [withoutSource(key), value])),
  matchExpressions: matchExpressions.map((one) => ({ ...one, key: withoutSource(one.key ?? '') })),
});

/** Whether the policy isolates the pod in what it sends; a policy that was read without its selector selects nobody knows whom. */
export function isolatesEgress({ metadata, spec }: CiliumNetworkPolicy, pod: PolicyPod): boolean {
  if (metadata.namespace !== pod.namespace || pod.hostNetwork || pod.labels === undefined) return false;
  if ((spec?.egress ?? []).length === 0 || spec?.enableDefaultDeny?.egress === false) return false;
  return spec?.endpointSelector !== undefined && matchesSelector(plain(spec.endpointSelector), pod.labels);
}

/** One label of a name against one of a pattern: `*` stands for any characters of a label. */
function labelFits(pattern: string, label: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (!label.startsWith(head)) return false;
  if (rest.length === 0) return label === head;
  const tail = rest.pop() ?? '';
  let at = head.length;
  for (const part of rest) {
    const found = label.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return label.length - tail.length >= at && label.endsWith(tail);
}

/** `*` alone is every name; elsewhere it does not pass a dot; `**.` before a name is one label or more. */
function nameFits(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  const [wanted, labels] = [pattern.toLowerCase().replace(/\.$/, ''), host.toLowerCase().split('.')];
  const deep = wanted.startsWith('**.');
  const parts = (deep ? wanted.slice(3) : wanted).split('.');
  const own = deep ? labels.slice(-parts.length) : labels;
  return (
    own.length === parts.length &&
    (!deep || labels.length > parts.length) &&
    parts.every((part, i) => labelFits(part, own[i] ?? ''))
  );
}

/** Entities that hold the world. */
const WORLD = /^(?:all|world(?:-ipv[46])?)$/;

function ruleAllows(rule: Rule, host: string, port: number): Answer {
  const ports = (rule.toPorts ?? []).flatMap((one) => one.ports ?? []);
  const number = (one: (typeof ports)[number]): number => Number(one.port ?? '0');
  const portFits =
    (rule.toPorts ?? []).length === 0 ||
    ports.some(
      (one) =>
        one.protocol !== 'UDP' && (number(one) === 0 || (port >= number(one) && port <= (one.endPort ?? number(one)))),
    );
  if (!portFits) return 'no';
  if ((rule.toFQDNs ?? []).some(({ matchName, matchPattern }) => nameFits(matchName ?? matchPattern ?? '', host)))
    return 'yes';
  if ((rule.toEntities ?? []).some((entity) => WORLD.test(entity))) return 'yes';
  // Which addresses the name has nobody knows here.
  if ([rule.toCIDR, rule.toCIDRSet, rule.toGroups].some((one) => one !== undefined)) return 'unknown';
  const inside = [rule.toFQDNs, rule.toEntities, rule.toEndpoints, rule.toServices, rule.toNodes];
  return inside.some((one) => one !== undefined) ? 'no' : 'yes';
}

/** Whether one of its egress rules lets TCP to a name or address outside of the cluster pass. */
export function allowsOutside({ spec }: CiliumNetworkPolicy, host: string, port: number): Answer {
  return any((spec?.egress ?? []).map((rule) => ruleAllows(rule, host, port)));
}
