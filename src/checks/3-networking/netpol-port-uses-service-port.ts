import { matchesSelector } from '../../lib/labels.ts';
import { knownPolicies } from '../../snapshot/network/policies.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck } from '../check.ts';

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
    for (const policy of knownPolicies(snapshot)) {
      for (const [i, rule] of (policy.spec?.ingress ?? []).entries()) {
        const allowed = (rule.ports ?? []).filter((port) => port.port !== undefined);
        for (const service of services) {
          if (service.metadata.namespace !== policy.metadata.namespace || allowed.length === 0) continue;
          // The pods the policy isolates are those behind the Service when its selector holds for the Service's own.
          if (service.spec?.selector === undefined || !matchesSelector(policy.spec?.podSelector, service.spec.selector))
            continue;
          const ports = service.spec.ports ?? [];
          const wrong = ports.find(
            (port) =>
              typeof port.targetPort === 'number' &&
              port.targetPort !== port.port &&
              allowed.some((a) => a.port === port.port && a.endPort === undefined) &&
              !allowed.some((a) => a.port === port.targetPort || a.port === port.name) &&
              // A pod may serve the number too.
              !ports.some((other) => other.targetPort === port.port),
          );
          const rules = policy.spec?.ingress ?? [];
          const elsewhere = rules.some(
            (other) =>
              (other.ports ?? []).length === 0 || (other.ports ?? []).some((a) => a.port === wrong?.targetPort),
          );
          if (wrong === undefined || elsewhere) continue;
          yield {
            subject: snapshot.subject(policy),
            message: `NetworkPolicy ${policy.metadata.name} allows port ${wrong.port ?? ''}, the port of Service ${service.metadata.name}; its pods listen on targetPort ${wrong.targetPort ?? ''}, which no rule allows`,
            evidence: [snapshot.quote(policy, `/spec/ingress/${i}`), snapshot.quote(service, '/spec/ports')],
            related: [refOf(service)],
          };
        }
      }
    }
  },
});
