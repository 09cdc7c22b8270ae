import { customTroubles } from '../../snapshot/custom-state.ts';
import { defineCheck } from '../check.ts';

/** What stands in the way of OLM and Cluster API, by their words. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /exists and is not referenced by a subscription/,
    'Delete the ClusterServiceVersion that the message names (its custom resources stay), so that the Subscription installs it anew; or delete the Subscription when the operator was installed otherwise',
  ],
  [
    /no operators found (?:in (?:package|channel)|from catalog|matching)/,
    'Correct name (the package), channel and source of the Subscription: kubectl get packagemanifests tells what the catalog offers',
  ],
  [
    /provide \w{1,60} \(/,
    'Two operators that own the same API cannot both be installed in one namespace: remove one Subscription',
  ],
];

export default defineCheck({
  id: 'infrastructure-resource-not-ready',
  layer: 4,
  title: "The cluster's own resources (machines, operators, versions, backups) are ready",
  failureTitle: 'A resource that the cluster itself is made of is not ready',
  why: 'Its controller (OLM, Cluster API, an OpenShift operator, Rancher, Velero) says in the status what stands in the way.',
  fix: ['Mend what the message names; the log of the controller says more.'],
  next: ['kubectl describe {kind} {name} -n {namespace}', 'kubectl get events -n {namespace} --sort-by=.lastTimestamp'],
  severity: 'warning',
  confidence: 'high',
  needs: ['customResources'],
  *run(_facts, { snapshot }) {
    for (const { resource, about, what, words, evidence } of customTroubles(snapshot)) {
      if (about !== 'infrastructure') continue;
      const { resourceKind, name, namespace } = resource;
      const advice = ADVICE.find(([pattern]) => pattern.test(words))?.[1];
      yield {
        subject: snapshot.named(resourceKind, name, namespace === undefined ? {} : { namespace }),
        message: `${resourceKind} ${name} is not ready (${what}): ${words.slice(0, 500)}`,
        evidence: [evidence],
        ...(advice === undefined ? {} : { fix: [advice] }),
        params: { kind: resourceKind.toLowerCase() },
      };
    }
  },
});
