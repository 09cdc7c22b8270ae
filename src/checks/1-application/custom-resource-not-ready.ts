import { customTroubles } from '../../snapshot/custom-state.ts';
import type { CustomResource } from '../../parsers/records.ts';
import type { KubeEvent } from '../../snapshot/kinds/index.ts';
import { eventMessage, type Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** The last warning about it; a row of a table names its kind in lower case. */
const complaintOf = (snapshot: Snapshot, { resourceKind, name, namespace }: CustomResource): KubeEvent | undefined =>
  snapshot.list('events').findLast((event) => {
    const about = event.involvedObject ?? event.regarding;
    return (
      event.type === 'Warning' &&
      about?.name === name &&
      about.kind?.toLowerCase() === resourceKind.toLowerCase() &&
      (namespace === undefined || about.namespace === undefined || about.namespace === namespace)
    );
  });

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
      const event = complaintOf(snapshot, resource);
      yield {
        subject: snapshot.named(resourceKind, name, namespace === undefined ? {} : { namespace }),
        message: `${resourceKind} ${name} is not ready (${what}): ${words.slice(0, 400)}${event === undefined ? '' : `: ${eventMessage(event).slice(0, 400)}`}`,
        evidence: [evidence, ...(event === undefined ? [] : [snapshot.quoteEvent(event)])],
        params: { kind: resourceKind.toLowerCase() },
      };
    }
  },
});
