import { customTroubles } from '../../snapshot/custom-state.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'network-resource-not-ready',
  layer: 3,
  title: 'Custom resources of the network are ready',
  failureTitle: 'A resource of the network is not ready',
  why: 'Its controller (cert-manager, a mesh, a load balancer, a network plug-in) says in the status what stands in the way.',
  fix: ['Mend what the message names; the log of the controller says more.'],
  next: ['kubectl describe {kind} {name} -n {namespace}', 'kubectl get events -n {namespace} --sort-by=.lastTimestamp'],
  severity: 'warning',
  confidence: 'high',
  needs: ['customResources'],
  *run(_facts, { snapshot }) {
    const troubles = customTroubles(snapshot);
    const challenged = troubles.some(({ resource }) => resource.resourceKind === 'Challenge');
    for (const { resource, isNetwork, what, words, evidence } of troubles) {
      if (!isNetwork) continue;
      const { resourceKind, name, namespace } = resource;
      yield {
        subject: snapshot.named(resourceKind, name, namespace === undefined ? {} : { namespace }),
        // What waits for a challenge says no more than that.
        ...(challenged && /^(?:Certificate|CertificateRequest|Order)$/.test(resourceKind)
          ? { severity: 'info' as const }
          : {}),
        message: `${resourceKind} ${name} is not ready (${what}): ${words.slice(0, 400)}`,
        evidence: [evidence],
        params: { kind: resourceKind.toLowerCase() },
      };
    }
  },
});
