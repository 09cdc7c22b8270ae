import { matchesSelector } from '../../lib/labels.ts';
import { isolates, selectsNamespace } from '../../simulation/network-policy/evaluate.ts';
import type { NetworkPolicy, Service } from '../../snapshot/kinds/index.ts';
import { knownPolicies, policyPod } from '../../snapshot/network/policies.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

/** Whether a rule is about the pods behind the Service: they are what the policy isolates, or whom the rule lets be asked. */
function isMeant(policy: NetworkPolicy, direction: 'ingress' | 'egress', rule: number, service: Service): boolean {
  const { selector } = service.spec ?? {};
  if (selector === undefined) return false;
  if (direction === 'ingress')
    // The pods the policy isolates are those behind the Service when its selector holds for the Service's own.
    return (
      service.metadata.namespace === policy.metadata.namespace && matchesSelector(policy.spec?.podSelector, selector)
    );
  return (policy.spec?.egress?.[rule]?.to ?? []).some(({ podSelector, namespaceSelector, ipBlock }) => {
    const place = service.metadata.namespace ?? '';
    const inPlace =
      namespaceSelector === undefined
        ? place === policy.metadata.namespace
        : selectsNamespace(namespaceSelector, place, undefined) === 'yes';
    return ipBlock === undefined && inPlace && (podSelector === undefined || matchesSelector(podSelector, selector));
  });
}

export default defineCheck({
  id: 'netpol-port-uses-service-port',
  layer: 3,
  title: 'NetworkPolicies name pod ports',
  failureTitle: 'A NetworkPolicy allows the Service port instead of the pod port',
  why: 'Policies see packets after the Service address has been translated: only the port of the pod counts. A rule with the Service port allows nothing.',
  fix: ['Use the targetPort in the rule.'],
  next: ['kubectl get networkpolicy {name} -n {namespace} -o yaml'],
  severity: 'warning',
  confidence: 'high',
  needs: ['networkPolicies', 'services'],
  *run({ services }, { snapshot }) {
    for (const policy of knownPolicies(snapshot))
      for (const direction of ['ingress', 'egress'] as const) {
        const rules = policy.spec?.[direction] ?? [];
        for (const [i, rule] of rules.entries()) {
          const allowed = (rule.ports ?? []).filter((port) => port.port !== undefined);
          if (allowed.length === 0) continue;
          for (const service of services) {
            // A Service that is asked for by its port, and sends it to another of its pods.
            const ports = service.spec?.ports ?? [];
            const wrong = ports.find(
              (port) =>
                typeof port.targetPort === 'number' &&
                port.targetPort !== port.port &&
                allowed.some((a) => a.port === port.port && a.endPort === undefined) &&
                !allowed.some((a) => a.port === port.targetPort || a.port === port.name) &&
                // A pod may serve the number too.
                !ports.some((other) => other.targetPort === port.port),
            );
            if (wrong === undefined || !isMeant(policy, direction, i, service)) continue;
            const elsewhere = rules.some(
              (other) =>
                (other.ports ?? []).length === 0 || (other.ports ?? []).some((a) => a.port === wrong.targetPort),
            );
            if (elsewhere) continue;
            const out = direction === 'egress';
            yield {
              subject: snapshot.subject(policy),
              ...(out ? { variant: 'egress' } : {}),
              message: `NetworkPolicy ${policy.metadata.name} allows ${out ? 'traffic to ' : ''}port ${wrong.port ?? ''}, the port of Service ${service.metadata.name}; its pods listen on targetPort ${wrong.targetPort ?? ''}, which no rule allows`,
              evidence: [snapshot.quote(policy, `/spec/${direction}/${i}`), snapshot.quote(service, '/spec/ports')],
              related: [
                refOf(service),
                // Pods that ask there in vain.
                ...(out
                  ? snapshot
                      .list('pods')
                      .filter((pod) => isolates(policy, policyPod(snapshot, pod), 'Egress') === 'yes')
                      .slice(0, 50)
                      .map(refOf)
                  : []),
              ],
            };
          }
        }
      }
  },
});
