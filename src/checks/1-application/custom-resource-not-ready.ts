import { customTroubles } from '../../snapshot/custom-state.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'custom-resource-not-ready',
  layer: 1,
  title: 'Custom resources are ready',
  failureTitle: 'A custom resource is not ready',
  why: 'Its controller (an operator, Flux, an external secret store) says in the status what stands in the way.',
  fix: ['Mend what the message names; the log of the controller says more.'],
  next: ['kubectl describe {kind} {name} -n {namespace}', 'kubectl get events -n {namespace} --sort-by=.lastTimestamp'],
  severity: 'warning',
  confidence: 'high',
  needs: ['customResources'],
  *run(_facts, { snapshot }) {
    for (const { resource, about, what, words, evidence } of customTroubles(snapshot)) {
      if (about !== 'other') continue;
      const { resourceKind, name, namespace } = resource;
      yield {
        subject: snapshot.named(resourceKind, name, namespace === undefined ? {} : { namespace }),
        message: `${resourceKind} ${name} is not ready (${what}): ${words.slice(0, 400)}`,
        evidence: [evidence],
        params: { kind: resourceKind.toLowerCase() },
      };
    }
  },
});
