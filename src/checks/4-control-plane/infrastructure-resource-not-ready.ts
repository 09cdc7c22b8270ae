import { customTroubles } from '../../snapshot/custom-state.ts';
import { eventMessage } from '../../snapshot/snapshot.ts';
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
  needsAny: ['customResources', 'events'],
  *run({ events }, { snapshot }) {
    let told = false;
    for (const { resource, about, what, words, evidence } of customTroubles(snapshot)) {
      if (about !== 'infrastructure') continue;
      const { resourceKind, name, namespace } = resource;
      const advice = adviceOn(words);
      told ||= what.startsWith('ResolutionFailed');
      yield {
        subject: snapshot.named(resourceKind, name, namespace === undefined ? {} : { namespace }),
        message: `${resourceKind} ${name} is not ready (${what}): ${words.slice(0, 500)}`,
        evidence: [evidence],
        ...(advice === undefined ? {} : { fix: [advice] }),
        params: { kind: resourceKind.toLowerCase() },
      };
    }
    // OLM tells it of the namespace as well, whose Subscriptions it resolves together.
    const unresolved = events.findLast(({ reason }) => reason === 'ResolutionFailed');
    if (told || unresolved === undefined) return;
    const about = unresolved.involvedObject ?? unresolved.regarding;
    const message = eventMessage(unresolved);
    const advice = adviceOn(message);
    const namespace = about?.kind === 'Namespace' ? about.name : (about?.namespace ?? unresolved.metadata.namespace);
    yield {
      subject: snapshot.named(about?.kind ?? 'Namespace', about?.name ?? namespace ?? 'a namespace'),
      variant: 'ResolutionFailed',
      message: `OLM cannot resolve the Subscriptions of namespace ${namespace ?? ''}: ${message.slice(0, 500)}`,
      evidence: [snapshot.quoteEvent(unresolved)],
      ...(advice === undefined ? {} : { fix: [advice] }),
      params: { kind: 'subscription.operators.coreos.com', namespace: namespace ?? 'NAMESPACE' },
    };
  },
});

const adviceOn = (words: string): string | undefined => ADVICE.find(([pattern]) => pattern.test(words))?.[1];
